"""Mail that waits to be sent, and how each user wants it. Neither holds a word about any case."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models.base import Referenced
from hub.models.organisation import User

if TYPE_CHECKING:
    from hub.models.sign_in import Invitation


class Channel(models.TextChoices):
    MAIL = "mail", _("E-post")


class MailState(models.TextChoices):
    """How far a mail has come. Only `waiting` is ever sent by itself."""

    WAITING = "waiting", _("Väntar")
    SENDING = "sending", _("Skickas")
    SENT = "sent", _("Skickat")
    UNCERTAIN = "uncertain", _("Osäker")
    FAILED = "failed", _("Misslyckades")
    GATHERED = "gathered", _("Samlat")
    CANCELLED = "cancelled", _("Skickades inte")


#: What somebody has to look at, and may send again.
TROUBLE = (MailState.UNCERTAIN, MailState.FAILED)


class MailMode(models.TextChoices):
    """How a user wants the mails of one group of messages."""

    NOW = "now", _("Mejl direkt")
    DAILY = "daily", _("Ett mejl om dagen, klockan 07.30 på vardagar")
    NEVER = "never", _("Inget mejl")


class MessageGroup(models.TextChoices):
    """Groups of messages that are chosen for together."""

    STOP = "stop", _("Stopp och återkallelser")
    PARTY = "party", _("Platser och parter i ärenden")
    REMINDER = "reminder", _("Påminnelser om samtycken, födelsedagar och beslut")
    OTHER = "other", _("Övrigt")


class MailPreference(models.Model):
    """A user's own choice for one group; no row means the group's default (`hub.outbox.DEFAULTS`)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    group = models.CharField(max_length=10, choices=MessageGroup)
    mode = models.CharField(max_length=6, choices=MailMode)

    class Meta:
        constraints = (
            models.UniqueConstraint("user", "group", name="mail_preference_once"),
            models.CheckConstraint(
                name="mail_preference_known", condition=Q(group__in=MessageGroup.values, mode__in=MailMode.values)
            ),
        )

    def __str__(self) -> str:
        return f"MailPreference {self.pk}"


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def due(self, *, at: datetime, mode: str) -> Self:
        """What waits and whose time has come, the longest waiting first."""
        return self.filter(state=MailState.WAITING, mode=mode, next_at__lte=at).order_by("next_at", "pk")


class Outbox(Referenced):
    """One mail to one user, or to whom an invitation is for, on one occasion; written with what it tells of.

    No row-level security: one sender empties it for every kommun. Hence a recipient, a kind and instants; never a case,
    an individual or a word of text. The mail itself is made when it is sent, and so is the link that a letter holds.
    """

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    #: Empty for the letter of an invitation, which goes to the invitation's own address.
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    invitation = models.ForeignKey(
        "hub.Invitation", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    kind = models.CharField(max_length=40)
    #: The same as that of the message it follows: the key that makes it one mail.
    occasion = models.CharField(max_length=100)
    mode = models.CharField(max_length=6, choices=MailMode, default=MailMode.NOW)
    #: How many messages a daily mail counts.
    messages = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    #: When it is to be tried, first or again.
    next_at = models.DateTimeField()
    #: When the first try was due: what is given up is counted from here.
    first_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When the running or last try began; with the state it is the claim.
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    #: A code of `hub.outbox.TROUBLES`, never what a server said: that may quote an address.
    trouble = models.CharField(max_length=20, blank=True, default="")

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outbox"
        indexes = (
            models.Index(fields=["next_at"], name="outbox_waiting", condition=Q(state="waiting")),
            models.Index(fields=["claimed_at"], name="outbox_sending", condition=Q(state="sending")),
            models.Index(
                fields=["municipality", "-claimed_at"],
                name="outbox_trouble",
                condition=Q(state__in=["uncertain", "failed"]),
            ),
        )
        constraints = (
            models.UniqueConstraint("user", "channel", "occasion", name="mail_once"),
            models.UniqueConstraint("invitation", "channel", "occasion", name="mail_once_of_invitation"),
            models.CheckConstraint(
                name="mail_one_recipient",
                condition=Q(user__isnull=False, invitation=None) | Q(user=None, invitation__isnull=False),
            ),
            models.CheckConstraint(name="mail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_claimed_whole",
                condition=~Q(state__in=["sending", "sent", "uncertain"]) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(name="mail_sent_whole", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
            models.CheckConstraint(name="mail_tried_in_order", condition=Q(next_at__gte=F("first_at"))),
        )

    def __str__(self) -> str:
        return f"Outbox {self.pk} {self.state}"

    @property
    def recipient(self) -> "User | Invitation":
        """Whom it goes to: something with a name and an address."""
        found = self.user or self.invitation
        assert found is not None  # noqa: S101  # mail_one_recipient; for the type checker
        return found
