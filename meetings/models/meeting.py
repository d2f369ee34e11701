"""Meetings about a youth: when, where, who is asked and who came, and what was said and decided (P-M)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Case, Person
from hub.models.base import KommunOwned
from meetings.models.periods import TsTzRange
from meetings.models.places import Room


class MeetingKind(models.TextChoices):
    """Meetings of one case; groups have tables of their own (P-M1)."""

    NETWORK = "network", _("Nätverksmöte")
    #: Right before the network meeting, without the family.
    OFFICIALS = "officials", _("Tjänstemannamöte")


class MeetingForm(models.TextChoices):
    ROOM = "room", _("På plats")
    VIDEO = "video", _("Videomöte")
    PHONE = "phone", _("Telefonmöte")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Bokat")
    OPEN = "open", _("Pågår")
    HELD = "held", _("Hållet")
    BROKEN_OFF = "broken_off", _("Avbrutet")
    NOT_HELD = "not_held", _("Blev inte av")
    CANCELLED = "cancelled", _("Inställt")


#: It has taken place, to its end or not.
TOOK_PLACE = (MeetingState.HELD, MeetingState.BROKEN_OFF)
#: It occupies those who are asked to it.
OCCUPYING = (MeetingState.PLANNED, MeetingState.OPEN)


class Meeting(KommunOwned):
    """A meeting in one case (möte). Its `ref` is the stable identity that calendars know it by (P-M5)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=10, choices=MeetingKind)
    #: The network meeting that a tjänstemannamöte comes right before; it moves and is called off with it.
    main = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="officials")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=6, choices=MeetingForm, default=MeetingForm.ROOM)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="meetings")
    #: Where there is no room of the list: a place or how to call in. Shown after sign-in only.
    place = models.CharField(max_length=300, blank=True, default="")
    link = models.URLField(max_length=500, blank=True, default="")
    #: The language of the interpreter who has to be there; without one the meeting is not held (P-M3).
    interpreter = models.CharField(max_length=40, blank=True, default="")
    #: Why it is held then although the calendar of somebody who must come says no; read by whoever leads (P-M4).
    despite = models.CharField(max_length=300, blank=True, default="")
    organiser = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    #: Counts what calendars of all who are asked have to know: time, place or that it is called off (RFC 5546).
    sequence = models.PositiveIntegerField(default=0)
    #: When what calendars have to know was last decided (DTSTAMP); None: as it was booked.
    changed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    state_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Why it was broken off, was not held or was called off; or why a held one has no next date.
    reason = models.CharField(max_length=500, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["case", "kind", "starts_at"], name="meeting_of_case"),
            models.Index(fields=["room", "starts_at"], name="meeting_in_room", condition=Q(state__in=OCCUPYING)),
        )
        constraints = (
            models.CheckConstraint(name="meeting_forward", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="meeting_main_of_officials",
                condition=Q(kind=MeetingKind.OFFICIALS) | Q(main=None),
            ),
            models.CheckConstraint(
                name="meeting_state_whole",
                condition=Q(state__in=(MeetingState.PLANNED, MeetingState.CANCELLED, MeetingState.NOT_HELD))
                & Q(opened_at=None, closed_at=None)
                | Q(state=MeetingState.OPEN, opened_at__isnull=False, closed_at=None)
                | Q(state__in=TOOK_PLACE, opened_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
            models.CheckConstraint(
                name="meeting_end_has_reason",
                condition=~Q(state__in=(MeetingState.BROKEN_OFF, MeetingState.NOT_HELD, MeetingState.CANCELLED))
                | ~Q(reason=""),
            ),
            ExclusionConstraint(
                name="one_meeting_in_a_room_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=OCCUPYING, room__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_in_room_or_elsewhere", condition=Q(room=None) | Q(form=MeetingForm.ROOM)
            ),
        )

    def __str__(self) -> str:
        return f"Meeting {self.pk}"


class Answer(models.TextChoices):
    """What somebody who is asked says (RFC 5545, PARTSTAT)."""

    WAITING = "needs_action", _("Har inte svarat")
    ACCEPTED = "accepted", _("Kommer")
    TENTATIVE = "tentative", _("Kanske")
    DECLINED = "declined", _("Kan inte")


class AnsweredBy(models.TextChoices):
    HUB = "hub", _("I hubben")
    CALENDAR = "calendar", _("Från kalendern")
    #: The coordinator has heard it: how the family answers.
    TOLD = "told", _("Samordnaren har fått veta")


class Attendance(models.TextChoices):
    PRESENT = "present", _("Närvarande")
    LATE = "late", _("Kom senare")
    ABSENT = "absent", _("Frånvarande")


class Participant(KommunOwned):
    """Somebody who is asked to a meeting: an assignment of a party, or the youth or one of the family (P-M5, P-M6).

    The family is asked by letter or by word, never by a calendar message.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="participants")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    required = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    #: No longer asked; the row stays, since the answer and the messages were real.
    removed_at = models.DateTimeField(null=True, blank=True)
    #: The meeting's sequence as they were last told of it.
    told_sequence = models.PositiveIntegerField(default=0)
    #: How often they have been taken off the meeting and asked anew, which is nobody else's to see.
    own_sequence = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=12, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=8, choices=AnsweredBy, blank=True, default="")
    #: Whether they were there; empty until the meeting is opened and somebody has said so.
    attendance = models.CharField(max_length=8, choices=Attendance, blank=True, default="")
    #: Has left what is confidential, for want of a ground to hear it (P-M7, attendance gate).
    stepped_out_at = models.DateTimeField(null=True, blank=True)
    #: "Den unges röst", the guardians' view: in their own words (P-M6).
    own_words = models.TextField(max_length=4000, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["assignment", "meeting"], name="participant_by_assignment"),)
        constraints = (
            models.CheckConstraint(
                name="participant_is_one",
                condition=Q(assignment__isnull=False, person=None) | Q(assignment=None, person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["meeting", "assignment"], name="official_asked_once", condition=Q(removed_at=None)
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"], name="family_asked_once", condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="participant_answered_whole",
                condition=Q(answer=Answer.WAITING, answered_at=None, answered_by="")
                | ~Q(answer=Answer.WAITING) & Q(answered_at__isnull=False) & ~Q(answered_by=""),
            ),
            models.CheckConstraint(name="family_words_only", condition=Q(own_words="") | Q(person__isnull=False)),
            models.CheckConstraint(
                name="family_never_by_calendar",
                condition=Q(person=None) | ~Q(answered_by=AnsweredBy.CALENDAR),
            ),
        )

    def __str__(self) -> str:
        return f"Participant {self.pk}"

    @property
    def told_number(self) -> int:
        """The sequence of what they were last told; an answer counts only to that one (RFC 5546 2.1.5)."""
        return self.told_sequence + self.own_sequence


class AgendaPoint(KommunOwned):
    """A point of a meeting with what is written about it while it is held, in versions (P-M7, P-Q3)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="points")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=20_000, blank=True, default="")
    text_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("meeting", "order", name="agenda_in_order"),
            models.CheckConstraint(name="agenda_point_has_title", condition=~Q(title="")),
        )

    def __str__(self) -> str:
        return f"AgendaPoint {self.pk}"


class PointRevision(KommunOwned):
    """One saved version of what is written about a point, by whom: two write at once and nothing is lost (P-Q3)."""

    point = models.ForeignKey(AgendaPoint, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=20_000)
    saved_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("point", "version", name="point_revision_once"),)

    def __str__(self) -> str:
        return f"PointRevision {self.pk}"


class DecisionResult(models.TextChoices):
    """How it went; "gick inte att göra" is another thing than "inte gjort" (P-M7)."""

    DONE = "done", _("Gjort")
    NOT_DONE = "not_done", _("Inte gjort")
    NOT_POSSIBLE = "not_possible", _("Gick inte att göra")


class MeetingDecision(KommunOwned):
    """Something that was agreed: by whom it is done and until when; the next meeting begins with those left (P-M7)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=1000)
    owner = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    due_on = models.DateField()
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    #: Empty while it is open.
    result = models.CharField(max_length=12, choices=DecisionResult, blank=True, default="")
    result_note = models.CharField(max_length=500, blank=True, default="")
    followed_up_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    followed_up_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(name="meeting_decision_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="meeting_decision_followed_up_whole",
                condition=Q(result="", followed_up_by=None, followed_up_at=None)
                | ~Q(result="") & Q(followed_up_by__isnull=False, followed_up_at__isnull=False),
            ),
            models.CheckConstraint(
                name="not_possible_says_why", condition=~Q(result="not_possible") | ~Q(result_note="")
            ),
        )

    def __str__(self) -> str:
        return f"MeetingDecision {self.pk}"
