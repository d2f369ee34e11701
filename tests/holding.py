"""Meetings that are held in the cast's world: Kim leads, Lovisa writes too, on a Thursday in March."""

from datetime import datetime, timedelta
from typing import Any

from hub.joint_text import Written
from meetings import actions
from meetings.models import AgendaPoint, Meeting, MeetingDecision, Participant
from tests.cast import NOW, START_DAY, World
from tests.gatherings import THURSDAY, gather

#: While the meeting of `running` goes on.
DURING = THURSDAY + timedelta(minutes=20)


def running(world: World, *names: str, starts_at: datetime = THURSDAY, **others: Any) -> Meeting:
    """A network meeting that has begun on time."""
    meeting = gather(world, *names, starts_at=starts_at, **others)
    return actions.open_meeting(meeting, by=world.kim.actor, at=starts_at)


def everybody(meeting: Meeting, said: str = "present") -> dict[int, str]:
    return dict.fromkeys(meeting.participants.filter(removed_at=None).values_list("pk", flat=True), said)


def present(world: World, meeting: Meeting, at: datetime = DURING) -> None:
    actions.note_attendance(meeting, everybody(meeting), by=world.kim.actor, at=at)


def decided(
    world: World, meeting: Meeting, owner: str = "pia", at: datetime = DURING, days: int = 14
) -> MeetingDecision:
    return actions.decide(
        meeting,
        "Ringa skolan om schemat.",
        owner=world.members[owner].assignment,
        due_on=START_DAY + timedelta(days=10 + days),
        by=world.kim.actor,
        at=at,
    )


def close(world: World, meeting: Meeting, at: datetime = DURING, by: str = "kim", no_next: str = "") -> Meeting:
    meeting.refresh_from_db()
    return actions.close_held(
        meeting, no_next=no_next, row_version=meeting.row_version, by=world.members[by].actor, at=at
    )


def write(world: World, point: AgendaPoint, text: str, version: int = 0, by: str = "kim", at: datetime = DURING) -> Any:
    return actions.write_point(point, Written(text, version), by=world.members[by].actor, at=at)


def place(meeting: Meeting, who: Any) -> Participant:
    """The participant row of a member of the cast, or of a person."""
    who = {"assignment": who.assignment} if hasattr(who, "assignment") else {"person": who}
    return meeting.participants.get(**who, removed_at=None)


__all__ = ["DURING", "NOW", "close", "decided", "everybody", "place", "present", "running", "write"]
