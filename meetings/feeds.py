"""The meetings of one user as their own calendar program sees them: kind, time and link, nothing else (P-M5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse

from hub.access import Actor, permitted
from hub.models import SCREEN_ONLY_KINDS, Assignment, Protection, User
from hub.tenancy import set_context
from meetings.calendars.writing import Invitation, Party, feed, uid_of
from meetings.models import GroupAttendee, GroupMeeting, Meeting, MeetingState, Participant

NAME = "Samverkanshubb"
BEFORE, AFTER = timedelta(days=30), timedelta(days=400)
#: A meeting that did not take place leaves the calendar; one that is called off stays, marked, until it would be over.
SHOWN = (
    MeetingState.PLANNED,
    MeetingState.OPEN,
    MeetingState.HELD,
    MeetingState.BROKEN_OFF,
    MeetingState.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Part:
    """What a feed shows under one assignment in one kommun."""

    actor: Actor
    meetings: Sequence[Meeting]
    groups: Sequence[GroupMeeting]


def actors_of(user: User, *, at: datetime) -> list[Actor]:
    """An actor for each assignment in force and each kommun that its agency serves. One query.

    None for agencies that work on screen only: a feed is a copy outside the hub (P-A14, R6).
    """
    rows = (
        Assignment.objects.usable(at=at)
        .filter(user=user)
        .exclude(unit__agency__kind__in=SCREEN_ONLY_KINDS)
        .select_related("user", "unit__agency")
        .annotate(kommuner=ArrayAgg("unit__agency__serves", order_by="unit__agency__serves"))
        .order_by("pk")
    )
    return [
        Actor.acting_under(assignment, municipality_id=kommun)
        for assignment in rows
        for kommun in assignment.kommuner
        if kommun is not None
    ]


def parts_of(user: User, *, at: datetime) -> list[Part]:
    """The meetings that the user is asked to or organises, still permitted at `at`; each kommun is looked into anew.

    The running transaction then works in the last of them. Meetings about a protected youth stand in no calendar
    (P-A8).
    """
    found = []
    for actor in actors_of(user, at=at):
        set_context(municipality_id=actor.municipality_id, actor=actor)
        asked = Participant.objects.filter(assignment_id=actor.assignment_id, removed_at=None, meeting=OuterRef("pk"))
        own = Coalesce(Subquery(asked.values("own_sequence")[:1]), 0)
        rows = Meeting.objects.annotate(own_sequence=own).filter(
            Q(organiser_id=actor.assignment_id) | Q(Exists(asked)),
            state__in=SHOWN,
            starts_at__lt=at + AFTER,
            ends_at__gt=at - BEFORE,
            case__individual__person__protection=Protection.NONE,
        )
        meetings = list(permitted(rows, actor, at=at).select_related("case").order_by("starts_at", "pk"))
        groups = _of_groups(actor, at)
        if meetings or groups:
            found.append(Part(actor, meetings, groups))
    return found


def _of_groups(actor: Actor, at: datetime) -> list[GroupMeeting]:
    """Meetings of the groups that the actor sits in, to which they are asked."""
    asked = GroupAttendee.objects.filter(assignment_id=actor.assignment_id, removed_at=None, meeting=OuterRef("pk"))
    rows = GroupMeeting.objects.filter(
        Q(Exists(asked)), state__in=SHOWN, starts_at__lt=at + AFTER, ends_at__gt=at - BEFORE
    )
    return list(permitted(rows, actor, at=at).select_related("group").order_by("starts_at", "pk"))


def written(meetings: Iterable[Meeting | GroupMeeting], *, at: datetime) -> bytes:
    """The feed of these meetings; each once, under whatever assignments it is seen."""
    once = {meeting.ref: meeting for meeting in meetings}
    return feed([_entry(meeting) for meeting in once.values()], name=NAME, at=at)


def _entry(meeting: Meeting | GroupMeeting) -> Invitation:
    # The hub calls, and nobody is called by name: a feed tells of no colleague either.
    hub = Party(NAME, settings.MAIL_SENDER)
    return Invitation(
        uid=uid_of(meeting.ref, settings.MAIL_DOMAIN),
        sequence=meeting.sequence + getattr(meeting, "own_sequence", 0),
        kind=meeting.called if isinstance(meeting, GroupMeeting) else str(meeting.get_kind_display()),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        link=f"{settings.SITE_URL}{link_of(meeting)}",
        organizer=hub,
        attendee=hub,
        stamped_at=meeting.state_at or meeting.booked_at,
        cancelled=meeting.state == MeetingState.CANCELLED,
    )


def link_of(meeting: Meeting | GroupMeeting) -> str:
    """The meeting's own page."""
    if isinstance(meeting, GroupMeeting):
        return reverse("meetings:group_meeting", args=[meeting.ref])
    try:
        return reverse("meetings:meeting", args=[meeting.ref])
    except NoReverseMatch:
        return reverse("meetings:calendar")
