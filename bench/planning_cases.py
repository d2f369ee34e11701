"""Invented planning problems of a stated shape: the five rows and two seeds of `bench.planning`."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from meetings.planning import times
from meetings.planning.options import days
from meetings.planning.problem import (
    Busy,
    Kind,
    Meeting,
    Person,
    Problem,
    Room,
    Seat,
    Window,
)

MONDAY = date(2026, 3, 2)
#: Working days of the four weeks; the third of April, long Friday, is after them.
LAST = date(2026, 3, 27)
PLACES = ("Bredäng", "Farsta", "Hägersten", "Järva", "Skärholmen", "Vantör")
ROOMS_PER_PLACE = 2
KEPT_APART = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """`busy`: share of the working time; `wanted`: how many of the professionals all the meetings ask for."""

    name: str
    busy: float
    wanted: int
    professionals: int = 300
    meetings: int = 120


SHAPES = (
    Shape("20 % busy, 300 professionals", 0.20, 300),
    Shape("28 % busy, 300 professionals", 0.28, 300),
    Shape("20 %, demand on 100 of them", 0.20, 100),
    Shape("20 %, demand on 60 of them", 0.20, 60),
    Shape("12 %, demand on 45 of them", 0.12, 45),
)
SEEDS = (1, 2)


def generate(shape: Shape, seed: int) -> Problem:
    """The same problem for the same shape and seed, always."""
    chance = random.Random(f"{shape.name} {seed}")
    people = tuple(
        Person(
            ref=f"p{number}",
            label=f"deltagare {number}",
            base=PLACES[number % len(PLACES)],
            busy=tuple(_busy(chance, shape.busy)),
        )
        for number in range(shape.professionals)
    )
    rooms = tuple(
        Room(ref=f"{place} {number}", place=place, capacity=12, busy=tuple(_busy(chance, 0.1)))
        for place in PLACES
        for number in range(ROOMS_PER_PLACE)
    )
    wanted = [person.ref for person in chance.sample(people, k=shape.wanted)]
    base = {person.ref: person.base for person in people}
    meetings = tuple(_meeting(chance, number, wanted, base, rooms) for number in range(shape.meetings))
    youths = [meeting.youth for meeting in meetings if meeting.youth]
    families = tuple(
        Person(ref=f"f{meeting.youth}", label="vårdnadshavaren", kind=Kind.FAMILY) for meeting in meetings
    )
    apart = frozenset(frozenset(chance.sample(youths, k=2)) for _ in range(KEPT_APART))
    return Problem(meetings=meetings, people=(*people, *families), rooms=rooms, apart=apart)


def _busy(chance: random.Random, share: float) -> list[Busy]:
    """Each quarter of the working time is taken by itself with the probability `share`: the hardest to find room in."""
    found: list[Busy] = []
    for day in days(MONDAY, LAST):
        for quarter in range(4 * 9):
            if chance.random() < share:
                start = times.wall(day, time(8 + quarter // 4, quarter % 4 * 15))
                found.append(Busy(start=start, end=start + timedelta(minutes=15)))
    return found


def _meeting(
    chance: random.Random, number: int, wanted: list[str], base: dict[str, str | None], rooms: tuple[Room, ...]
) -> Meeting:
    who = chance.sample(wanted, k=chance.randint(5, 7))
    return Meeting(
        ref=f"m{number}",
        seats=(*(Seat(person=ref) for ref in who), Seat(person=f"fy{number}")),
        window=_window(chance),
        youth=f"y{number}",
        rooms=tuple(room.ref for room in rooms if room.place == base[who[0]]),
    )


def _window(chance: random.Random) -> Window:
    """Day 21-28 after a meeting held so that the whole week lies within the four."""
    return Window.after(MONDAY - timedelta(days=21) + timedelta(days=chance.randint(0, 18)))


def instant(day: date, at: time) -> datetime:
    return times.wall(day, at)
