"""The deeds of groups, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable

from meetings import actions
from meetings.models import GroupMember
from tests import grouping
from tests.cast import NOW, START, World
from tests.gatherings import HOUR, THURSDAY
from tests.grouping import DURING

Deed = Callable[[World], object]
EXEMPT: dict[str, str] = {
    "Agreed": "a type",
    "GroupFacts": "a type",
    "GroupWhen": "a type",
    "Progress": "a type",
    "Rhythmic": "a type",
    "Seen": "a type",
}


def booked(w: World) -> object:
    return grouping.called(w, grouping.group(w))[0]


def changed(w: World) -> object:
    facts = actions.GroupFacts("est", "EST Tensta")
    return actions.change_group(grouping.group(w), facts, row_version=1, by=w.kim.actor, at=NOW)


def unseated(w: World) -> object:
    group = grouping.group(w)
    member = GroupMember.objects.select_related("group", "assignment").get(group=group, assignment=w.sam.assignment)
    return actions.end_group_member(member, by=w.kim.actor, at=THURSDAY)


def ended(w: World) -> object:
    return actions.end_group(grouping.group(w, at=START), row_version=1, by=w.kim.actor, at=NOW)


def moved(w: World) -> object:
    (meeting,) = grouping.called(w, grouping.group(w))
    to = grouping.what(THURSDAY + HOUR)
    return actions.change_group_meeting(meeting, to, row_version=1, by=w.kim.actor, at=NOW)


def off(w: World) -> object:
    (meeting,) = grouping.called(w, grouping.group(w))
    return actions.cancel_group_meeting(meeting, reason="Sjukdom", row_version=1, by=w.kim.actor, at=NOW)


def nobody_came(w: World) -> object:
    (meeting,) = grouping.called(w, grouping.group(w))
    return actions.group_not_held(meeting, reason="Ingen kom", row_version=1, by=w.kim.actor, at=DURING)


def answered(w: World) -> object:
    (meeting,) = grouping.called(w, grouping.group(w))
    place = meeting.attendees.get(assignment=w.pia.assignment)
    return actions.answer_group(place, "accepted", by=w.pia.actor, at=NOW)


def running(w: World) -> object:
    return grouping.running(w, grouping.group(w))


def present(w: World) -> object:
    meeting = grouping.running(w, grouping.group(w))
    grouping.everybody(w, meeting)
    return meeting


def followed(w: World) -> object:
    measure = grouping.agreed(w, grouping.running(w, grouping.group(w)))
    return actions.follow_up_measure(measure, actions.Progress("done"), row_version=1, by=w.pia.actor, at=DURING)


def held(w: World) -> object:
    return grouping.held(w, grouping.group(w))


def broken_off(w: World) -> object:
    group = grouping.group(w)
    meeting = grouping.running(w, group)
    grouping.called(w, group, starts_at=THURSDAY + 7 * 24 * HOUR)
    return grouping.break_off(w, meeting)


def approved(w: World) -> object:
    meeting = grouping.held(w, grouping.group(w))
    return actions.approve_group_minutes(meeting, row_version=3, by=w.kim.actor, at=DURING)


def added_to(w: World) -> object:
    meeting = grouping.held(w, grouping.group(w))
    return actions.add_to_group_minutes(meeting, "Rättat antal.", by=w.kim.actor, at=DURING)


def struck(w: World) -> object:
    entry = grouping.noted(w, grouping.group(w))
    return actions.strike_situation(entry, reason="Fel plats", row_version=1, by=w.pia.actor, at=NOW)


DEEDS: dict[str, tuple[str, Deed]] = {
    "add_group_member": (
        "group.member_added",
        lambda w: grouping.seat(w, grouping.group(w, "pia"), "sam"),
    ),
    "add_to_group_minutes": ("group_meeting.added_to", added_to),
    "agree_measure": (
        "group.measure_agreed",
        lambda w: grouping.agreed(w, grouping.running(w, grouping.group(w))),
    ),
    "answer_group": ("group_meeting.answered", answered),
    "approve_group_minutes": ("group_meeting.approved", approved),
    "book_group": ("group_meeting.booked", booked),
    "break_off_group_meeting": ("group_meeting.broken_off", broken_off),
    "cancel_group_meeting": ("group_meeting.cancelled", off),
    "change_group": ("group.changed", changed),
    "change_group_meeting": ("group_meeting.changed", moved),
    "close_group_meeting": ("group_meeting.held", held),
    "end_group": ("group.ended", ended),
    "end_group_member": ("group.member_ended", unseated),
    "follow_up_measure": ("group.measure_followed_up", followed),
    "group_not_held": ("group_meeting.not_held", nobody_came),
    "note_group_attendance": ("group_meeting.attendance_noted", present),
    "note_situation": ("situation.noted", lambda w: grouping.noted(w, grouping.group(w))),
    "open_group_meeting": ("group_meeting.opened", running),
    "start_group": ("group.started", lambda w: grouping.group(w, "pia")),
    "strike_situation": ("situation.struck", struck),
    "write_group_point": (
        "group_meeting.point_written",
        lambda w: grouping.write(w, grouping.running(w, grouping.group(w)), "Lugnt på torget."),
    ),
}
