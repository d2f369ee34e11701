"""Telling the family of a meeting: who was told of what, how and by whom (P-M6); the number that they may call."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Person
from hub.models.base import KommunOwned
from meetings.models.meeting import Meeting, MeetingForm
from meetings.models.places import Room


class ToldHow(models.TextChoices):
    HANDED = "handed", _("Lämnade brevet")
    SPOKEN = "spoken", _("Sa det på plats")
    CALLED = "called", _("Läste upp det på telefon")
    POSTED = "posted", _("Skickade brevet med post")
    TEXTED = "texted", _("Skickade sms")


#: Leaves no trace that somebody else may find; the only ways where the family is protected or in danger (P-A8).
SAFE_WAYS = (ToldHow.HANDED, ToldHow.SPOKEN, ToldHow.CALLED)


class FamilyWord(KommunOwned):
    """One of the family was told of a meeting (besked). It keeps what was told, so that a later change shows."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="words")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    #: What they were told: called off, or this time and place.
    cancelled = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=6, choices=MeetingForm)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=300, blank=True, default="")
    how = models.CharField(max_length=8, choices=ToldHow)
    told_on = models.DateField()
    told_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    #: Noted by mistake; the row stays, since the note was real.
    undone_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["meeting", "person", "recorded_at"], name="word_to_person"),)
        constraints = (
            models.CheckConstraint(
                name="word_undone_whole",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__gte=F("recorded_at"), undone_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"FamilyWord {self.pk}"


class FamilyClearance(KommunOwned):
    """A named decision that a guardian may be told of this meeting though the family is protected or in danger (P-A8).

    It holds for one meeting, and for the marks that were weighed: where somebody has been marked since, what is safe is
    judged anew.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="clearances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    #: Who was protected or in danger then, and how (`meetings.letters.whom.marks_of`).
    marks = ArrayField(models.CharField(max_length=60), default=list)
    #: When somebody who was weighed was marked again: an old decision never answers for a new danger.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["meeting", "person"], name="clearance_of_person"),)
        constraints = (
            models.CheckConstraint(name="clearance_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="clearance_is_forward", condition=Q(ended_at=None) | Q(ended_at__gte=F("decided_at"))
            ),
        )

    def __str__(self) -> str:
        return f"FamilyClearance {self.pk}"


class CallNumber(KommunOwned):
    """The telephone number at work that stands in somebody's letters to families."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    phone = models.CharField(max_length=30)

    class Meta:
        constraints = (
            models.UniqueConstraint("municipality", "assignment", name="one_number_to_call"),
            models.CheckConstraint(name="call_number_is_said", condition=~Q(phone="")),
        )

    def __str__(self) -> str:
        return f"CallNumber {self.pk}"
