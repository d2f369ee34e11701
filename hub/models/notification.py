"""Messages inside the hub, and the key that makes a form count once."""

from django.db import models
from django.db.models import Q

from hub.models.base import KommunOwned
from hub.models.case import Case
from hub.models.organisation import Assignment


class Notification(KommunOwned):
    """A message to one assignment. It holds a kind and a case, never content: the text is made when shown."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=40)
    #: What it is told on account of: one deed, or one stage of one deadline. Told once to each recipient.
    occasion = models.CharField(max_length=100)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    #: The number in the sentence where there is no case, as of a concern about a child not yet known; never a name.
    reference = models.CharField(max_length=20, blank=True, default="")
    #: Told from this instant on; a consent that starts tomorrow is told tomorrow (P-A13).
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["assignment", "-told_at"],
                name="notification_unread",
                condition=Q(read_at=None, cancelled_at=None),
            ),
        )
        constraints = (models.UniqueConstraint("assignment", "occasion", name="told_once"),)

    def __str__(self) -> str:
        return f"{self.kind} ({self.pk})"


class Submission(models.Model):
    """A form that has been sent: the same key again gives the first answer, not a second deed (P-Q3)."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey("hub.User", models.PROTECT, related_name="+")
    location = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
