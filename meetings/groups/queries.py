"""What the pages of groups show, read through `permitted()`. The number of queries is fixed per page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Model, Q, QuerySet
from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.models import Agency, Assignment, District
from meetings import words
from meetings.actions.groups import eligible
from meetings.groups import closing
from meetings.groups.policy import sits
from meetings.models import (
    OCCUPYING,
    Answer,
    Group,
    GroupAddition,
    GroupAttendee,
    GroupFollowUp,
    GroupMeasure,
    GroupMeeting,
    GroupMember,
    GroupPoint,
    GroupPointRevision,
    GroupRole,
    MeasureState,
    MeetingState,
)
from meetings.models.groups import still_there
from meetings.screen import NOTHING_YET, WRITING, Text

#: Meetings on the page of a group, ahead and past.
AHEAD, PAST = 12, 12
_ROLE_ORDER = [GroupRole.CHAIR, GroupRole.CONVENER, GroupRole.MEMBER, GroupRole.DEPUTY]


# --- groups ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group on the list: when it meets next, and how many measures are open."""

    group: Group
    next: str
    url: str
    open: int
    late: int
    sits: bool

    @property
    def late_words(self) -> str:
        return swedish.plural(self.late, "försenad åtgärd", "försenade åtgärder")

    @property
    def open_words(self) -> str:
        return f"{swedish.plural(self.open, 'åtgärd', 'åtgärder')} pågår"


def groups_of(actor: Actor, *, at: datetime) -> list[GroupRow]:
    """The groups that the actor sits in, or that the actor's agency keeps. A fixed number of queries."""
    groups = list(permitted(Group.objects.in_force(at=at), actor, at=at).select_related("district", "agency"))
    inside = set(sits(actor, at).values_list("group", flat=True))
    ahead: dict[int, GroupMeeting] = {}
    rows = permitted(GroupMeeting.objects.filter(state__in=OCCUPYING, ends_at__gt=at, group__in=groups), actor, at=at)
    for meeting in rows.order_by("-starts_at"):
        ahead[meeting.group_id] = meeting
    today = clock.local_day(at)
    open_ones = permitted(GroupMeasure.objects.filter(state=MeasureState.OPEN, meeting__group__in=groups), actor, at=at)
    rows_of = open_ones.order_by().values("meeting__group")
    counted = rows_of.annotate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    counts = {row["meeting__group"]: (row["all"], row["late"]) for row in counted}
    shown = [
        GroupRow(
            group,
            when(ahead[group.pk], at) if group.pk in ahead else "",
            reverse("meetings:group", args=[group.ref]),
            counts.get(group.pk, (0, 0))[0],
            counts.get(group.pk, (0, 0))[1],
            group.pk in inside,
        )
        for group in groups
    ]
    return sorted(shown, key=lambda row: (not row.sits, swedish.sort_key(row.group.name), row.group.pk))


def when(meeting: GroupMeeting, now: datetime) -> str:
    """Torsdag 12 mars, kl. 9.00–10.00"""
    return f"{words.day_heading(meeting.starts_at, now)}, kl. {words.hours(meeting.starts_at, meeting.ends_at)}"


def where(meeting: GroupMeeting) -> str:
    return f"{meeting.room.name}, {meeting.room.place}" if meeting.room else meeting.place


def members_of(group: Group, actor: Actor, *, at: datetime) -> list[GroupMember]:
    """Who sits in the group or will, those who lead first."""
    rows = permitted(GroupMember.objects.not_over(at=at).filter(group=group), actor, at=at)
    found = rows.select_related("assignment__user", "assignment__unit__agency")
    return sorted(
        found,
        key=lambda one: (_ROLE_ORDER.index(GroupRole(one.role)), swedish.sort_key(one.assignment.user.name), one.pk),
    )


def candidates(group: Group, *, at: datetime) -> list[Assignment]:
    """Who may be let in, by agency; for whoever arranges the group."""
    sitting = GroupMember.objects.not_over(at=at).filter(group=group).values("assignment")
    rows = eligible(group.municipality_id, at=at).exclude(pk__in=sitting).select_related("user", "unit__agency")
    return sorted(
        rows.distinct(), key=lambda one: (swedish.sort_key(one.unit.agency.name), swedish.sort_key(one.user.name))
    )


def districts_of(actor: Actor) -> list[District]:
    rows = District.objects.filter(municipality=actor.municipality_id)
    return sorted(rows, key=lambda one: swedish.sort_key(one.name))


def sources_of(group: Group, actor: Actor, *, at: datetime) -> list[Agency]:
    """Whose observations the actor may write: the own agency's; who leads the group, each that sits in it."""
    rows = Agency.objects.filter(pk=actor.agency_id)
    if may(group, actor, "lead", at=at):
        sitting = GroupMember.objects.in_force(at=at).filter(group=group).values("assignment__unit__agency")
        rows = Agency.objects.filter(Q(pk=actor.agency_id) | Q(pk__in=sitting))
    return sorted(rows, key=lambda one: swedish.sort_key(one.name))


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting on the page of its group."""

    meeting: GroupMeeting
    when: str
    where: str
    badge: tuple[str, str]
    state: str
    url: str


def meetings_of(group: Group, actor: Actor, *, at: datetime) -> tuple[list[MeetingRow], list[MeetingRow]]:
    """Those ahead, soonest first, and the latest that have been or were called off. Two queries."""
    rows = permitted(GroupMeeting.objects.filter(group=group), actor, at=at).select_related("room")
    ahead = rows.filter(state__in=OCCUPYING).order_by("starts_at", "pk")[:AHEAD]
    past = rows.exclude(state__in=OCCUPYING).order_by("-starts_at", "-pk")[:PAST]
    return [row_of(one, at) for one in ahead], [row_of(one, at) for one in past]


def row_of(meeting: GroupMeeting, at: datetime) -> MeetingRow:
    state = str(meeting.get_state_display())
    return MeetingRow(
        meeting,
        when(meeting, at),
        where(meeting) or str(meeting.get_form_display()),
        words.STATE_BADGE[MeetingState(meeting.state)],
        "Justerat" if meeting.approved_at else state,
        reverse("meetings:group_meeting", args=[meeting.ref]),
    )


def open_measures(group: Group, actor: Actor, *, at: datetime) -> "QuerySet[GroupMeasure]":
    """The group's open measures, the one with the least time left first."""
    rows = GroupMeasure.objects.filter(meeting__group=group, state=MeasureState.OPEN)
    found = permitted(rows, actor, at=at).select_related("owner__user", "owner__unit__agency")
    return found.order_by("due_on", "pk")


# --- meetings ahead, for lists and calendars -------------------------------------------------------------------------


def ahead_of(actor: Actor, *, since: datetime, until: datetime, at: datetime) -> "QuerySet[GroupMeeting]":
    """Group meetings of the actor's groups that touch `[since, until)`."""
    rows = permitted(GroupMeeting.objects.filter(starts_at__lt=until, ends_at__gt=since), actor, at=at)
    return rows.select_related("group", "room").order_by("starts_at", "pk")


def waiting_for_answer(actor: Actor, *, at: datetime) -> "QuerySet[GroupAttendee]":
    """The actor's invitations to group meetings ahead that wait for an answer, soonest first."""
    rows = GroupAttendee.objects.filter(answer=Answer.WAITING, meeting__starts_at__gt=at)
    mine = permitted(rows, actor, "answer", at=at).exclude(meeting__organiser=actor.assignment_id)
    return mine.select_related("meeting__group", "meeting__room").order_by("meeting__starts_at", "pk")


# --- one meeting -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class GroupScreen:
    """One look at a group's meeting: people, points with their texts, and measures, the open ones first."""

    meeting: GroupMeeting
    people: list[GroupAttendee]
    points: list[tuple[GroupPoint, Text]]
    #: Open measures of other meetings; `taken` holds those that this meeting has taken up.
    left: list[GroupMeasure]
    taken: set[int]
    #: What this meeting has said of them; while it goes on also what ended since the last one.
    said: list[GroupFollowUp]
    agreed: list[GroupMeasure]
    booked: GroupMeeting | None
    additions: list[GroupAddition] = field(default_factory=list)

    @property
    def objects(self) -> list[Model]:
        points = [point for point, _text in self.points]
        return [*self.people, *points, *self.left, *self.said, *self.agreed, *self.additions]

    @property
    def texts(self) -> list[Text]:
        return [text for _point, text in self.points]

    @property
    def summary(self) -> str:
        """What has changed, for who listens."""
        return swedish.plural(len(self.agreed), "åtgärd", "åtgärder") if self.agreed else ""

    @property
    def stamp(self) -> str:
        """The same stamp means that there is nothing new to send."""
        parts = [
            self.meeting.state,
            self.meeting.row_version,
            [(text.key, text.version, text.saved) for text in self.texts],
            [(one.pk, one.attendance) for one in self.people],
            [(one.pk, one.row_version) for one in (*self.left, *self.agreed)],
            self.booked.pk if self.booked else 0,
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def look(meeting: GroupMeeting, actor: Actor, *, at: datetime) -> GroupScreen:
    """All of a meeting, of what the actor may read."""
    people = permitted(GroupAttendee.objects.filter(meeting=meeting, removed_at=None), actor, at=at)
    if meeting.state == MeetingState.PLANNED:  # afterwards it says who was there
        people = people.filter(still_there(at))
    points = list(permitted(GroupPoint.objects.filter(meeting=meeting), actor, at=at))
    saved = saved_words([point.pk for point in points], at=at)
    rows = permitted(GroupMeasure.objects.all(), actor, at=at).select_related(
        "owner__user", "owner__unit__agency", "meeting"
    )
    goes_on = meeting.state in OCCUPYING
    left = list(rows.filter(pk__in=closing.of_earlier(meeting)).order_by("due_on", "pk")) if goes_on else []
    said = permitted(GroupFollowUp.objects.filter(measure__meeting__group=meeting.group_id), actor, at=at)
    told = said.filter(meeting=meeting)
    if goes_on and (since := last_closed(meeting)) is not None:
        between = Q(meeting=None, said_at__gt=since) & ~Q(state=MeasureState.OPEN)
        told = said.filter(Q(meeting=meeting) | between)
    follow_ups = list(told.select_related("measure__owner__user").order_by("said_at", "pk"))
    added = permitted(GroupAddition.objects.filter(meeting=meeting), actor, at=at).select_related("written_by__user")
    return GroupScreen(
        meeting=meeting,
        people=sorted(
            people.select_related("assignment__user", "assignment__unit__agency"),
            key=lambda one: (swedish.sort_key(one.assignment.unit.agency.name), one.pk),
        ),
        points=[(point, _text(point, saved.get(point.pk, NOTHING_YET))) for point in points],
        left=left,
        taken={one.measure_id for one in follow_ups if one.meeting_id == meeting.pk},
        said=follow_ups,
        agreed=list(rows.filter(meeting=meeting).order_by("pk")),
        booked=closing.next_meeting(meeting, at=at),
        additions=list(added.order_by("written_at", "pk")),
    )


def _text(point: GroupPoint, saved: str) -> Text:
    label = f"Anteckning: {point.title}"
    return Text(key=str(point.ref), label=label, text=point.text, version=point.text_version, saved=saved, of=point)


def last_closed(meeting: GroupMeeting) -> datetime | None:
    """When the group's last meeting before this one was held to its end: one that was broken off took up less."""
    rows = GroupMeeting.objects.filter(group=meeting.group_id, state=MeetingState.HELD)
    last: datetime | None = rows.aggregate(last=Max("closed_at"))["last"]
    return last


def saved_words(points: Sequence[int], *, at: datetime) -> dict[int, str]:
    """Point id → "Sparat 10.41.07 · flera skriver", of points that are written about."""
    lately = Count("saved_by", filter=Q(saved_at__gt=at - WRITING), distinct=True)
    rows = (
        GroupPointRevision.objects.filter(point__in=points).values("point").annotate(last=Max("saved_at"), now=lately)
    )
    return {
        row["point"]: f"Sparat {clock.local(row['last']):%H.%M.%S}" + (" · flera skriver" if row["now"] > 1 else "")
        for row in rows
    }


def owners_of(group: Group, actor: Actor, *, at: datetime) -> list[Assignment]:
    """Who can answer for a measure: those who sit in the group now."""
    rows = permitted(GroupMember.objects.in_force(at=at).filter(group=group), actor, at=at)
    found = Assignment.objects.filter(pk__in=rows.values("assignment")).select_related("user", "unit__agency")
    return sorted(found, key=lambda one: (swedish.sort_key(one.unit.agency.name), swedish.sort_key(one.user.name)))


#: How far ahead the list of meetings looks.
HORIZON = timedelta(days=400)
