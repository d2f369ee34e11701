"""The deeds of availability and places, for tests/test_audit_deeds.py: verb → the name it must leave, and a way."""

from collections.abc import Callable
from datetime import time, timedelta

from django.test import override_settings

from meetings import actions
from meetings.models import Calendar, FeedKey, Room, StandingSlot
from tests.cast import NOW, World
from tests.gatherings import HOUR, THURSDAY, room
from tests.matrix_meetings_calendar import slot as standing

Deed = Callable[[World], object]
LATER = NOW + timedelta(hours=1)
EMPTY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"


def subscribed(w: World) -> Calendar:
    with override_settings(CALENDAR_HOSTS=["a.exempel.se"]):
        return actions.subscribe("https://a.exempel.se/k.ics", by=w.kim.actor, at=NOW)


def blocked(w: World) -> object:
    return actions.block(THURSDAY, THURSDAY + HOUR, by=w.kim.actor, at=NOW)


def unblocked(w: World) -> None:
    made = actions.block(THURSDAY, THURSDAY + HOUR, by=w.kim.actor, at=NOW)
    actions.unblock(made, by=w.kim.actor, at=LATER)


def revoked(w: World) -> None:
    actions.make_feed(by=w.kim.actor, at=NOW)
    actions.revoke_feed(FeedKey.objects.get(), by=w.kim.actor, at=LATER)


def changed(w: World) -> Room:
    return actions.change_room(
        room(w), name="Granen", place="Torget", capacity=5, row_version=1, by=w.ada.actor, at=NOW
    )


def slot_added(w: World) -> StandingSlot:
    return actions.add_standing_slot(
        w.social, weekdays=[2], starts=time(9), minutes=60, room=None, by=w.ada.actor, at=NOW
    )


def slot_ended(w: World) -> None:
    standing(w)
    actions.end_standing_slot(StandingSlot.objects.get(), by=w.ada.actor, at=NOW)


DEEDS: dict[str, tuple[str, Deed]] = {
    "set_hours": (
        "availability.hours",
        lambda w: actions.set_hours({1: (time(8), time(12))}, by=w.kim.actor, at=NOW),
    ),
    "block": ("availability.blocked", blocked),
    "unblock": ("availability.unblocked", unblocked),
    "add_file": ("calendar.added", lambda w: actions.add_file(EMPTY, by=w.kim.actor, at=NOW)),
    "subscribe": ("calendar.subscribed", subscribed),
    "read_soon": ("calendar.read_soon", lambda w: actions.read_soon(subscribed(w), by=w.kim.actor, at=LATER)),
    "remove_calendar": (
        "calendar.removed",
        lambda w: actions.remove_calendar(subscribed(w), by=w.kim.actor, at=LATER),
    ),
    "make_feed": ("feed.made", lambda w: actions.make_feed(by=w.kim.actor, at=NOW)),
    "revoke_feed": ("feed.revoked", revoked),
    "add_room": (
        "room.added",
        lambda w: actions.add_room(w.social, name="Tallen", place="Torget", capacity=5, by=w.ada.actor, at=NOW),
    ),
    "change_room": ("room.changed", changed),
    "end_room": ("room.ended", lambda w: actions.end_room(room(w), row_version=1, by=w.ada.actor, at=NOW)),
    "add_standing_slot": ("standing_slot.added", slot_added),
    "end_standing_slot": ("standing_slot.ended", slot_ended),
}
