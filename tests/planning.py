"""Small planning problems, in clock times of Wednesday 4 March 2026."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from meetings.planning import times
from meetings.planning.check import check
from meetings.planning.options import Calendars, options
from meetings.planning.problem import Busy, Fixed, Meeting, Person, Problem, Room, Seat, Slot, Window
from meetings.planning.single import place_at

DAY = date(2026, 3, 4)
HERE, THERE = "Farsta", "Järva"


def at(clock: str, day: date = DAY) -> datetime:
    """`at("09.30")`: the UTC instant."""
    return times.wall(day, time.fromisoformat(clock.replace(".", ":")))


def busy(*spans: str, day: date = DAY, place: str | None = None) -> tuple[Busy, ...]:
    """`busy("09.00-10.00")`."""
    pairs = [span.split("-") for span in spans]
    return tuple(Busy(start=at(start, day), end=at(end, day), place=place) for start, end in pairs)


def only(first: date = DAY, last: date | None = None) -> Window:
    return Window(earliest=first, target=first, due=last or first, latest=last or first)


def person(ref: str, *spans: str, **more: Any) -> Person:
    return Person(ref=ref, **({"label": ref, "busy": busy(*spans)} | more))


def room(ref: str = "sal", **more: Any) -> Room:
    return Room(ref=ref, **({"place": HERE} | more))


def meeting(ref: str = "m", *people: str, **more: Any) -> Meeting:
    seats = more.pop("seats", tuple(Seat(person=who) for who in people))
    return Meeting(ref=ref, seats=seats, **({"window": only()} | more))


def confirmed(clock: str, *people: str, minutes: int = 60, day: date = DAY, **more: Any) -> Fixed:
    return Fixed(start=at(clock, day), minutes=minutes, people=people, **({"place": HERE} | more))


def problem(meetings: Iterable[Meeting] | Meeting, *people: Person, rooms: Iterable[Room] = (), **more: Any) -> Problem:
    wanted = (meetings,) if isinstance(meetings, Meeting) else tuple(meetings)
    return Problem(meetings=wanted, people=people, rooms=tuple(rooms) or (room(),), **more)


def can(asked: Problem, clock: str, *, day: date = DAY, ref: str = "m", where: str = "sal") -> bool:
    """Whether a meeting may begin then by itself. The independent checker and the search must say the same."""
    start = at(clock, day)
    collisions = check(asked, [place_at(asked, [], ref, Slot(start, where))])
    found = options(Calendars(asked), asked.meeting[ref])
    offered = any(option.begins[0] == times.down(start) and where in option.rooms for option in found)
    assert offered == (not collisions), (offered, collisions)
    return offered
