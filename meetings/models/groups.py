"""Groups that meet about places and ways of working, and their meetings: never about an identified individual (P-M1).

Tables of their own, not a kind of `Meeting`: everything about a meeting of a case is ruled by that case (who reads,
what the log names, the rhythm, the family), and a case that may be missing would have to be thought of in each of
those rules. Here nothing can point at a person or a case, since no column can.
"""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Agency, Assignment, District
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from meetings.models.meeting import (
    OCCUPYING,
    TOOK_PLACE,
    Answer,
    AnsweredBy,
    Attendance,
    MeetingForm,
    MeetingState,
)
from meetings.models.periods import TsTzRange
from meetings.models.places import Room


class GroupKind(models.TextChoices):
    EST = "est", _("EST-grupp")
    SSPF = "sspf", _("SSPF-grupp")
    STEERING = "steering", _("Styrgrupp")
    PREPARING = "preparing", _("Beredningsgrupp")


#: What a meeting of each kind is called, also in calendars (`meetings.calendars.writing.KINDS`).
MEETING_CALLED = {
    GroupKind.EST: "EST-möte",
    GroupKind.SSPF: "SSPF-möte",
    GroupKind.STEERING: "Styrgruppsmöte",
    GroupKind.PREPARING: "Beredningsgruppsmöte",
}


class Group(KommunOwned):
    """A standing group of agencies (EST, SSPF group, styrgrupp, beredningsgrupp), kept by one of them."""

    kind = models.CharField(max_length=10, choices=GroupKind)
    name = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    #: The part of the kommun that it is about; empty for all of it.
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    #: The standing points; each meeting begins with them.
    agenda = ArrayField(models.CharField(max_length=120))
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="group_has_name_and_agenda", condition=~Q(name="") & Q(agenda__len__gte=1)),
            period_is_forward(name="group_forward"),
        )

    def __str__(self) -> str:
        return f"Group {self.pk}"


class GroupRole(models.TextChoices):
    CHAIR = "chair", _("Ordförande")
    CONVENER = "convener", _("Samordnare")
    MEMBER = "member", _("Ledamot")
    DEPUTY = "deputy", _("Ersättare")


#: Who leads the group: calls its meetings and writes what they end with.
LEADING_ROLES = (GroupRole.CHAIR, GroupRole.CONVENER)


class MemberQuerySet(TemporalQuerySet):
    """A place ends with the assignment that holds it, and with the account (P-A12)."""

    def in_force(self, *, at: datetime) -> Self:
        return super().in_force(at=at).filter(assignment__valid_from__lte=at)

    def not_over(self, *, at: datetime) -> Self:
        return super().not_over(at=at).filter(still_there(at))


def still_there(at: datetime) -> Q:
    """Of rows with an assignment: it has not ended, nor has the account been closed."""
    goes_on = Q(assignment__valid_to=None) | Q(assignment__valid_to__gt=at)
    return goes_on & Q(assignment__user__is_active=True)


class GroupMember(KommunOwned):
    """An assignment that sits in a group, from one day to another; it reads while it does."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=GroupRole)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["assignment", "group"], name="group_of_member"),)
        constraints = (
            period_is_forward(name="group_member_forward"),
            one_at_a_time("group", "assignment", name="in_a_group_once_at_a_time"),
        )

    def __str__(self) -> str:
        return f"GroupMember {self.pk}"


class GroupWords(KommunOwned):
    """Two capitalised words, or an address, that somebody has said are not a private person's: asked once per group."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="cleared")
    #: In lower case.
    words = models.CharField(max_length=120)
    said_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("group", "words", name="group_words_once"),)

    def __str__(self) -> str:
        return f"GroupWords {self.pk}"


class GroupMeeting(KommunOwned):
    """One meeting of a group. A weekly group has one row per week, never a series (docs/decisions/0016)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    form = models.CharField(max_length=6, choices=MeetingForm, default=MeetingForm.ROOM)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=300, blank=True, default="")
    link = models.URLField(max_length=500, blank=True, default="")
    #: Points of this meeting alone, after the standing ones.
    own_points = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    organiser = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    #: As of `Meeting`: what calendars have to know (RFC 5546).
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    state_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Why it was not held, was broken off or was called off; or why a held one has no next date.
    reason = models.CharField(max_length=500, blank=True, default="")
    #: The minutes are approved: then only additions are written.
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["group", "starts_at"], name="meeting_of_group"),)
        constraints = (
            models.CheckConstraint(name="group_meeting_forward", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="group_meeting_state_whole",
                condition=Q(state__in=(MeetingState.PLANNED, MeetingState.CANCELLED, MeetingState.NOT_HELD))
                & Q(opened_at=None, closed_at=None)
                | Q(state=MeetingState.OPEN, opened_at__isnull=False, closed_at=None)
                | Q(state__in=TOOK_PLACE, opened_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
            models.CheckConstraint(
                name="group_meeting_end_has_reason",
                condition=~Q(state__in=(MeetingState.NOT_HELD, MeetingState.CANCELLED, MeetingState.BROKEN_OFF))
                | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="group_minutes_approved_whole",
                condition=Q(approved_at=None, approved_by=None)
                | Q(state__in=TOOK_PLACE, approved_at__gte=F("closed_at"), approved_by__isnull=False),
            ),
            ExclusionConstraint(
                name="one_group_in_a_room_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=OCCUPYING, room__isnull=False),
            ),
            models.CheckConstraint(
                name="group_meeting_in_room_or_elsewhere", condition=Q(room=None) | Q(form=MeetingForm.ROOM)
            ),
        )

    def __str__(self) -> str:
        return f"GroupMeeting {self.pk}"

    @property
    def called(self) -> str:
        """EST-möte"""
        return MEETING_CALLED[GroupKind(self.group.kind)]


class GroupAttendee(KommunOwned):
    """A member who is asked to a meeting of the group: what they answer, and whether they came."""

    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, related_name="attendees")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    told_sequence = models.PositiveIntegerField(default=0)
    #: When the meeting was, for whoever is taken off it: a cancellation tells that time and no later one.
    left_starts_at = models.DateTimeField(null=True, blank=True)
    left_ends_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=8, choices=AnsweredBy, blank=True, default="")
    attendance = models.CharField(max_length=8, choices=Attendance, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (models.Index(fields=["assignment", "meeting"], name="attendee_by_assignment"),)
        constraints = (
            models.UniqueConstraint(
                fields=["meeting", "assignment"], name="attendee_asked_once", condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="attendee_left_whole",
                condition=Q(left_starts_at=None, left_ends_at=None)
                | Q(removed_at__isnull=False, left_ends_at__gt=F("left_starts_at")),
            ),
            models.CheckConstraint(
                name="attendee_answered_whole",
                condition=Q(answer=Answer.WAITING, answered_at=None, answered_by="")
                | ~Q(answer=Answer.WAITING) & Q(answered_at__isnull=False) & ~Q(answered_by=""),
            ),
        )

    def __str__(self) -> str:
        return f"GroupAttendee {self.pk}"


class GroupPoint(KommunOwned):
    """A point of a group's meeting with what is written about it; it stands still when the meeting has ended."""

    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, related_name="points")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=20_000, blank=True, default="")
    text_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("meeting", "order", name="group_agenda_in_order"),
            models.CheckConstraint(name="group_point_has_title", condition=~Q(title="")),
        )

    def __str__(self) -> str:
        return f"GroupPoint {self.pk}"


class GroupPointRevision(KommunOwned):
    """One saved version of what is written about a point, by whom (P-Q3)."""

    point = models.ForeignKey(GroupPoint, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=20_000)
    saved_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("point", "version", name="group_point_revision_once"),)

    def __str__(self) -> str:
        return f"GroupPointRevision {self.pk}"


class MeasureState(models.TextChoices):
    """Where a measure stands; "gick inte att göra" is another thing than "inte gjort" (P-M7)."""

    OPEN = "open", _("Pågår")
    DONE = "done", _("Gjort")
    NOT_DONE = "not_done", _("Inte gjort")
    NOT_POSSIBLE = "not_possible", _("Gick inte att göra")


class GroupMeasure(KommunOwned):
    """What a group agreed to do (åtgärd): what, who and until when. It is taken up at each meeting until it is over."""

    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, related_name="measures")
    text = models.CharField(max_length=1000)
    owner = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    due_on = models.DateField()
    #: The day that was agreed at first, for the minutes; `due_on` may be moved.
    agreed_on = models.DateField(db_column="agreed_due_on")
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=MeasureState, default=MeasureState.OPEN)
    #: Why, or how far it has come.
    note = models.CharField(max_length=500, blank=True, default="")
    followed_up_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    followed_up_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = (
            models.Index(fields=["owner", "due_on"], name="group_measure_to_do", condition=Q(state=MeasureState.OPEN)),
        )
        constraints = (
            models.CheckConstraint(name="group_measure_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="group_measure_not_possible", condition=~Q(state=MeasureState.NOT_POSSIBLE) | ~Q(note="")
            ),
            models.CheckConstraint(
                name="group_measure_ended_by",
                condition=Q(state=MeasureState.OPEN) | Q(followed_up_by__isnull=False, followed_up_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"GroupMeasure {self.pk}"


class GroupFollowUp(KommunOwned):
    """What was said of a measure, at a meeting or between meetings; what a meeting said stays in its minutes."""

    measure = models.ForeignKey(GroupMeasure, models.PROTECT, related_name="follow_ups")
    #: The meeting that took it up; empty where who answers for it said so between meetings.
    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    state = models.CharField(max_length=12, choices=MeasureState)
    note = models.CharField(max_length=500, blank=True, default="")
    due_on = models.DateField()
    said_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["meeting", "measure"], name="follow_up_at_meeting"),)

    def __str__(self) -> str:
        return f"GroupFollowUp {self.pk}"


class GroupAddition(KommunOwned):
    """What is added to approved minutes: they themselves are never changed (P-M8)."""

    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, related_name="additions")
    text = models.TextField(max_length=4000)
    written_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(name="group_addition_has_text", condition=~Q(text="")),)

    def __str__(self) -> str:
        return f"GroupAddition {self.pk}"
