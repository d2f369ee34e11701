"""When people can meet: working hours, times that they block, and what a calendar says is busy (P-M4)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.fields import EncryptedTextField
from hub.models.base import Referenced
from meetings.models.periods import TsTzRange

#: Availability belongs to a user, in whatever kommun they work: intervals without any content (no person data).


class WorkingHours(Referenced):
    """One weekday's hours of a user, local time; who has none works 08.00-17.00 Monday to Friday."""

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="working_hours")
    #: ISO weekdays, 1 Monday to 7 Sunday.
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="hours_forward", condition=Q(ends__gt=F("begins"))),)

    def __str__(self) -> str:
        return f"WorkingHours {self.pk}"


class CalendarState(models.TextChoices):
    FRESH = "fresh", _("Läst")
    WAITING = "waiting", _("Ska läsas")
    FAILED = "failed", _("Gick inte att läsa")


class Calendar(Referenced):
    """A calendar whose busy times are read: an uploaded file, or an address that is read again (P-M4)."""

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="calendars")
    name = models.CharField(max_length=60)
    #: Empty for an uploaded file. An address may hold a secret of its own, so it is kept encrypted and never shown.
    url = EncryptedTextField(blank=True)
    state = models.CharField(max_length=8, choices=CalendarState, default=CalendarState.WAITING)
    #: Why it could not be read, in words that tell how to mend it.
    problem = models.CharField(max_length=300, blank=True, default="")
    etag = models.CharField(max_length=200, blank=True, default="")
    last_modified = models.CharField(max_length=100, blank=True, default="")
    added_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    next_read_at = models.DateTimeField(null=True, blank=True)
    #: Until when its busy times are known.
    known_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["next_read_at"], name="calendar_to_read"),)

    def __str__(self) -> str:
        return f"Calendar {self.pk}"


class Busy(Referenced):
    """A time when somebody cannot: what a calendar said, or what the person has blocked. Never what it is about."""

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="busy")
    #: Empty for a time that the person has blocked.
    calendar = models.ForeignKey(Calendar, models.CASCADE, null=True, blank=True, related_name="busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["user", "starts_at"], name="busy_of_user"),)
        constraints = (models.CheckConstraint(name="busy_forward", condition=Q(ends_at__gt=F("starts_at"))),)

    def __str__(self) -> str:
        return f"Busy {self.pk}"


class Occupied(models.Model):
    """Somebody is asked to a meeting at this time: the invariant that nobody is in two at once (P-M3).

    In no kommun, since one who works in two is still one person: a user, an instant and a random reference.
    """

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="occupied")
    #: `Meeting.ref`; a row lives while the meeting is planned or goes on and the user is asked.
    meeting_ref = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["meeting_ref"], name="occupied_by_meeting"),)
        constraints = (
            ExclusionConstraint(
                name="nobody_in_two_meetings_at_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"Occupied {self.pk}"


class FeedKey(Referenced):
    """The secret address of a user's own calendar feed; only its hash is kept (P-M5)."""

    user = models.ForeignKey("hub.User", models.PROTECT, related_name="feed_keys")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user"], name="one_feed_at_a_time", condition=Q(revoked_at=None)),
        )

    def __str__(self) -> str:
        return f"FeedKey {self.pk}"
