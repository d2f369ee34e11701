"""A file of users or units that has been checked and waits to be imported, or has been."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hub.models.base import KommunOwned
from hub.models.organisation import Assignment


class ImportKind(models.TextChoices):
    USERS = "anvandare", _("Användare och uppdrag")
    UNITS = "enheter", _("Enheter")


class StaffImport(KommunOwned):
    """An uploaded file. What is imported is what was checked: the text is kept, with its hash, until then.

    The text holds names and e-mail addresses of staff; it is emptied when it has been imported, when the same
    administrator uploads another, and a day after it was uploaded.
    """

    kind = models.CharField(max_length=12, choices=ImportKind)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    #: How many users, assignments or units came of it.
    made = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"StaffImport {self.pk}"
