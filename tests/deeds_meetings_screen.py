"""The deeds of holding a meeting, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from hub.joint_text import Written
from meetings import actions
from meetings.models import Meeting
from tests.cast import World
from tests.gatherings import THURSDAY, gather
from tests.holding import DURING, close, decided, place, present, running, write

Deed = Callable[[World], object]

EXEMPT: dict[str, str] = {"Done": "a type"}


def with_a_next(w: World, ends: Callable[[World, Meeting], object]) -> object:
    meeting = running(w)
    present(w, meeting)
    gather(w, starts_at=THURSDAY + timedelta(days=7))
    return ends(w, meeting)


def broken_off(w: World, meeting: Meeting) -> Meeting:
    return actions.break_off(meeting, reason="Bråk.", row_version=2, by=w.kim.actor, at=DURING)


def followed(w: World) -> object:
    decision = decided(w, running(w))
    return actions.follow_up(decision, actions.Done("done"), row_version=1, by=w.pia.actor, at=DURING)


def said(w: World) -> object:
    youth = place(running(w), w.elias.person)
    return actions.own_words(youth, Written("Hej.", 1, base=""), by=w.kim.actor, at=DURING)


DEEDS: dict[str, tuple[str, Deed]] = {
    "break_off": ("meeting.broken_off", partial(with_a_next, ends=broken_off)),
    "close_held": ("meeting.held", partial(with_a_next, ends=close)),
    "decide": ("meeting.decided", lambda w: decided(w, running(w))),
    "follow_up": ("meeting.followed_up", followed),
    "note_attendance": ("meeting.attendance_noted", lambda w: present(w, running(w))),
    "open_meeting": ("meeting.opened", running),
    "own_words": ("meeting.words_noted", said),
    "step_out": (
        "meeting.stepped_out",
        lambda w: actions.step_out(place(running(w), w.pia), by=w.kim.actor, at=DURING),
    ),
    "write_point": ("meeting.point_written", lambda w: write(w, running(w).points.all()[0], "Hej.")),
}
