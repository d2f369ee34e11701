"""Invented planning problems of a stated shape: the five rows and two seeds of `bench.planning`."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from hub.calendar_se import OPENS
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
#: Of a working day, 08.00-17.00.
QUARTERS, QUARTER = 36, timedelta(minutes=15)
#: Quarters of one block of busy time, at least and at most.
BLOCK = (2, 4)
PLACES = ("Bredäng", "Farsta", "Hägersten", "Järva", "Skärholmen", "Vantör")
ROOMS_PER_PLACE = 2
KEPT_APART = 20
LINK = "länk"


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


def generate(shape: Shape, seed: int, *, places: bool) -> Problem:
    """The same problem for the same shape and seed, always.

    `places`: meetings are in rooms of houses with ways between, and some youths are kept apart. Else everything is a
    matter of calendars: all meet by link.
    """
    chance = random.Random(f"{shape.name} {seed}")
    people = tuple(
        Person(
            ref=f"p{number}",
            label=f"deltagare {number}",
            base=PLACES[number % len(PLACES)] if places else None,
            busy=tuple(busy_blocks(chance, shape.busy)),
        )
        for number in range(shape.professionals)
    )
    wanted = [person.ref for person in chance.sample(people, k=shape.wanted)]
    base = {person.ref: person.base for person in people}
    rooms = _rooms(chance) if places else (Room(ref=LINK, place=None),)
    meetings = tuple(_meeting(chance, number, wanted, base, rooms) for number in range(shape.meetings))
    youths = [meeting.youth for meeting in meetings if meeting.youth]
    families = tuple(Person(ref=f"f{youth}", label="vårdnadshavaren", kind=Kind.FAMILY) for youth in youths)
    apart = frozenset(frozenset(chance.sample(youths, k=2)) for _ in range(KEPT_APART))
    return Problem(meetings=meetings, people=(*people, *families), rooms=rooms, apart=apart)


def _rooms(chance: random.Random) -> tuple[Room, ...]:
    return tuple(
        Room(ref=f"{place} {number}", place=place, capacity=12, busy=tuple(busy_blocks(chance, 0.1)))
        for place in PLACES
        for number in range(ROOMS_PER_PLACE)
    )


def busy_blocks(chance: random.Random, share: float) -> list[Busy]:
    """Blocks of half an hour to an hour, until `share` of the working time of the four weeks is taken."""
    whole = list(days(MONDAY, LAST))
    taken: set[tuple[date, int]] = set()
    while len(taken) < share * len(whole) * QUARTERS:
        day, first = chance.choice(whole), chance.randrange(QUARTERS)
        taken |= {(day, quarter) for quarter in range(first, min(QUARTERS, first + chance.randint(*BLOCK)))}
    return [
        Busy(start=times.wall(day, OPENS) + quarter * QUARTER, end=times.wall(day, OPENS) + (quarter + 1) * QUARTER)
        for day, quarter in sorted(taken)
    ]


def _meeting(
    chance: random.Random, number: int, wanted: list[str], base: dict[str, str | None], rooms: tuple[Room, ...]
) -> Meeting:
    """In the place of the first of its people or in the next one."""
    who = chance.sample(wanted, k=chance.randint(5, 7))
    near = _near(base[who[0]])
    return Meeting(
        ref=f"m{number}",
        seats=(*(Seat(person=ref) for ref in who), Seat(person=f"fy{number}")),
        window=_window(chance),
        youth=f"y{number}",
        rooms=tuple(room.ref for room in rooms if room.place in near),
    )


def _near(place: str | None) -> tuple[str | None, ...]:
    if place is None:
        return (None,)
    return place, PLACES[(PLACES.index(place) + 1) % len(PLACES)]


def _window(chance: random.Random) -> Window:
    """Day 21-28 after a meeting held so that the whole week lies within the four."""
    return Window.after(MONDAY - timedelta(days=21) + timedelta(days=chance.randint(0, 18)))
