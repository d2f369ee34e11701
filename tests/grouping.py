"""A group in the cast's world: Kim convenes EST Spånga, where Pia, Sam and Fia sit.

Mona manages the unit that keeps it. Nobody else of the cast sits in it.
"""

from datetime import datetime, timedelta
from typing import Any

from hub.joint_text import Written
from meetings import actions
from meetings.models import Group, GroupMeasure, GroupMeeting, GroupMember, GroupPoint, SituationEntry
from tests.cast import NOW, START, START_DAY, World
from tests.gatherings import THURSDAY

#: While a meeting on THURSDAY goes on.
DURING = THURSDAY + timedelta(minutes=20)
#: Who sits in the group.
INSIDE = ("kim", "pia", "sam", "fia")


def group(world: World, *names: str, at: datetime = NOW, **facts: Any) -> Group:
    """Kim starts it and lets Pia, Sam and Fia in, unless others are named."""
    made = actions.start_group(
        actions.GroupFacts(**{"kind": "est", "name": "EST Spånga", "agenda": ("Sedan sist", "Lägesbild"), **facts}),
        by=world.kim.actor,
        at=at,
    )
    for name in names or INSIDE[1:]:
        seat(world, made, name, at=at)
    return made


def seat(world: World, group: Group, name: str, *, role: str = "member", at: datetime = NOW) -> GroupMember:
    return actions.add_group_member(
        group,
        world.members[name].assignment,
        role=role,
        first_day=at.date(),
        last_day=None,
        by=world.kim.actor,
        at=at,
    )


def what(starts_at: datetime = THURSDAY, minutes: int = 60, **others: Any) -> actions.GroupWhen:
    own = {name: others.pop(name) for name in ("own_points", "cleared") if name in others}
    return actions.GroupWhen(actions.When(starts_at, starts_at + timedelta(minutes=minutes), **others), **own)


def called(
    world: World, group: Group, *, starts_at: datetime = THURSDAY, times: int = 1, at: datetime = NOW, **others: Any
) -> list[GroupMeeting]:
    """Booked by Kim, once or week after week."""
    rhythm = actions.Rhythmic(times)
    return actions.book_group(group, what(starts_at, **others), rhythm=rhythm, by=world.kim.actor, at=at)


def running(world: World, group: Group, *, starts_at: datetime = THURSDAY, **others: Any) -> GroupMeeting:
    (meeting,) = called(world, group, starts_at=starts_at, **others)
    return actions.open_group_meeting(meeting, by=world.kim.actor, at=starts_at)


def everybody(world: World, meeting: GroupMeeting, at: datetime = DURING) -> None:
    there = dict.fromkeys(meeting.attendees.filter(removed_at=None).values_list("pk", flat=True), "present")
    actions.note_group_attendance(meeting, there, by=world.kim.actor, at=at)


def point(meeting: GroupMeeting, number: int = 0) -> GroupPoint:
    found: GroupPoint = list(meeting.points.select_related("meeting__group"))[number]
    return found


def write(world: World, meeting: GroupMeeting, text: str, *, name: str = "kim", at: datetime = DURING) -> Any:
    here = point(meeting)
    here.refresh_from_db()
    written = Written(text, here.text_version)
    return actions.write_group_point(here, written, by=world.members[name].actor, at=at)


def agreed(
    world: World, meeting: GroupMeeting, text: str = "Vuxna på torget fredag kväll.", at: datetime = DURING, **more: Any
) -> GroupMeasure:
    """Pia answers for it, for two weeks after the meeting."""
    facts = {"owner": world.pia.assignment, "due_on": at.date() + timedelta(days=14), **more}
    return actions.agree_measure(meeting, actions.Agreed(text, **facts), by=world.kim.actor, at=at)


def close(world: World, meeting: GroupMeeting, no_next: str = "", at: datetime = DURING) -> GroupMeeting:
    seen = meeting.row_version
    return actions.close_group_meeting(meeting, no_next=no_next, row_version=seen, by=world.kim.actor, at=at)


def break_off(world: World, meeting: GroupMeeting, at: datetime = DURING, **more: Any) -> GroupMeeting:
    said: dict[str, Any] = {"reason": "Brandlarm.", "row_version": meeting.row_version, **more}
    return actions.break_off_group_meeting(meeting, **said, by=world.kim.actor, at=at)


def held(world: World, group: Group, starts_at: datetime = THURSDAY) -> GroupMeeting:
    """Held to its end, with nothing to follow."""
    meeting = running(world, group, starts_at=starts_at)
    everybody(world, meeting, at=starts_at)
    return close(world, meeting, "Sommaruppehåll.", at=starts_at)


def seen(**facts: Any) -> actions.Seen:
    """At Spånga torg, last Friday evening."""
    day = START_DAY - timedelta(days=3)
    whole: dict[str, Any] = {
        "kind": "gathering",
        "place": "Spånga torg",
        "first_on": day,
        "last_on": day,
        "times": ["evening"],
        "seen": "Många unga vid trappan.",
        "trend": "more",
        **facts,
    }
    return actions.Seen(**whole)


def noted(world: World, group: Group, *, name: str = "pia", at: datetime = NOW, **facts: Any) -> SituationEntry:
    return actions.note_situation(group, seen(**facts), by=world.members[name].actor, at=at)


def every_kind_of_group(world: World, said: str) -> None:
    """A row of everything that groups keep, with what was `said` wherever free text can stand."""
    est, quarter = group(world, name=said, at=START), timedelta(minutes=15)
    done = running(world, est, starts_at=START, minutes=15, place=said, at=START)
    everybody(world, done, at=START)
    done = close(world, done, said, at=START + quarter)
    actions.add_to_group_minutes(done, said, by=world.kim.actor, at=START + quarter)
    at = START + 2 * quarter  # it ends before what else the story has begins
    meeting = running(world, est, starts_at=at, at=START + quarter)
    write(world, meeting, said, at=at)
    measure = agreed(world, meeting, said, at=at)
    how = actions.Progress("open", note=f"{said} vid Kajvägen 4", cleared=["Kajvägen 4"])
    actions.follow_up_measure(measure, how, row_version=1, by=world.pia.actor, at=at)
    noted(world, est, seen=said, place=said, at=at)
