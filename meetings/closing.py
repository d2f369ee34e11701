"""What a held meeting must have before it is closed, and where higher layers add theirs (P-M7)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from hub import clock
from hub.access import Actor
from meetings.models import Attendance, GroupMeeting, Meeting, MeetingDecision, MeetingKind, MeetingState

#: Why a meeting cannot be closed yet, as sentences for the user that say how to mend it.
ClosingCheck = Callable[[Meeting, Actor, datetime], Sequence[str]]
#: A block of the meeting screen: "template" (gets the mapping as `panel`), "objects" shown, for the log; or None.
AgendaBlock = Callable[[Meeting, Actor, datetime], dict[str, Any] | None]

#: A plan adds the goals and measures that are not followed up.
CLOSING_CHECK: list[ClosingCheck] = []
#: A plan adds its goals and measures with their follow-up. Not shown while somebody present may not hear them.
AGENDA: list[AgendaBlock] = []

#: What a higher layer does when a meeting has been held, in the same transaction: a plan gets its next version.
Held = Callable[[Meeting, Actor, datetime], None]
HELD: list[Held] = []

#: A meeting that is broken off goes on at most this many days later.
WEEK = timedelta(days=7)
NO_ATTENDANCE = "Ange närvaro för alla som är kallade. {count} saknas."
NOBODY = "Ingen är antecknad som närvarande. Kom ingen, avbryt mötet och skriv varför."
NOT_FOLLOWED_UP = "Följ upp det som bestämdes förra gången. {count} saknar resultat."
NO_NEXT = "Boka nästa nätverksmöte, eller skriv varför det inte blir något."
NO_NEW_DATE = "Boka en ny tid senast {day}. Ett möte som avbryts ska fortsätta inom sju dagar."


def open_decisions(meeting: Meeting) -> "QuerySet[MeetingDecision]":
    """What earlier meetings of the case decided and nobody has followed up, whoever may see it.

    What the officials agreed right before the family came is left for the next meeting.
    """
    return MeetingDecision.objects.filter(
        ~Q(meeting__main=meeting.pk) | Q(meeting__main=None),
        meeting__case=meeting.case_id,
        meeting__starts_at__lt=meeting.starts_at,
        result="",
    )


def next_meeting(meeting: Meeting, *, at: datetime) -> Meeting | None:
    """The next network meeting of the case that is booked."""
    planned = Meeting.objects.filter(
        case=meeting.case_id, kind=MeetingKind.NETWORK, state=MeetingState.PLANNED, starts_at__gt=at
    )
    return planned.exclude(pk=meeting.pk).order_by("starts_at", "pk").first()


def obstacles(meeting: Meeting, reason: str, *, by: Actor, at: datetime) -> list[str]:
    """Why the meeting cannot be closed as held yet; empty when it can.

    Args:
        reason: why there is no next meeting.
    """
    found = []
    said = list(meeting.participants.filter(removed_at=None).values_list("attendance", flat=True))
    if unnoted := said.count(""):
        found.append(NO_ATTENDANCE.format(count=unnoted))
    elif not set(said) - {Attendance.ABSENT}:
        found.append(NOBODY)
    if meeting.kind == MeetingKind.NETWORK:
        if left := open_decisions(meeting).count():
            found.append(NOT_FOLLOWED_UP.format(count=left))
        if not reason and next_meeting(meeting, at=at) is None:
            found.append(NO_NEXT)
    return [*found, *(sentence for check in CLOSING_CHECK for sentence in check(meeting, by, at))]


def in_time(following: Meeting | GroupMeeting | None, *, at: datetime) -> bool:
    """Whether a meeting that is broken off at `at` goes on in time: until the end of the seventh day."""
    return following is not None and following.starts_at < clock.end_of_day(clock.local_day(at) + WEEK)
