"""How a professional gets in: invitations by an administrator, and text kept while somebody signs in again."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from hub.fields import EncryptedTextField
from hub.models.base import Referenced
from hub.models.organisation import Assignment, Role, Unit, User


class Invitation(Referenced):
    """A link with which one person makes their account, or chooses a new password for the one they have.

    The link's token is made from a key outside the database (`hub.links`); only its fingerprint is stored. Whoever is
    invited gets the assignment prepared here at the moment the invitation is accepted (P-A2); nobody registers by
    themselves.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: Empty: an account only; an assignment is given later.
    role = models.CharField(max_length=20, choices=Role, blank=True, default="")
    assignment_from = models.DateTimeField(null=True, blank=True)
    assignment_to = models.DateTimeField(null=True, blank=True)
    #: Set when the link renews the password of an account that exists.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    token_fingerprint = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["unit", "-invited_at"], name="invitation_of_unit"),)
        constraints = (
            models.CheckConstraint(
                name="invitation_acceptance_is_whole",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role="") | Q(role__in=Role.values)),
        )

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    def waits(self, *, at: datetime) -> bool:
        """Whether the link works at `at`."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at


class KeptText(models.Model):
    """What somebody had typed when their session ended, for the same user and the same form (P-Q3, P-Q5).

    Encrypted, for a short time, shown only after the same user has signed in again, then deleted. It holds what
    was never saved, so it belongs to no kommun yet and to no case: only its writer may see it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    #: The address that the form was sent to, and the page to go back to.
    path = models.CharField(max_length=300)
    page = models.CharField(max_length=300)
    fields = EncryptedTextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("user", "path", name="one_kept_text_per_form"),)

    def __str__(self) -> str:
        return f"KeptText {self.pk}"
