"""What the planner is asked (P-M3): who must meet, when they can, and where. Plain data; references are opaque texts.

Instants are aware and in UTC. Hours are those of a Swedish wall clock. Nothing here holds a name or a personnummer
unless the caller puts it into `Person.label`, which is shown to those who may see the meeting in question.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from hub.calendar_se import CLOSES, OPENS
from meetings.planning import times

#: For each weekday, Monday first, the pieces of the day from when until when.
Hours = tuple[tuple[tuple[time, time], ...], ...]

OFFICE: Hours = (((OPENS, CLOSES),),) * 5 + ((), ())
#: Minutes: everything is placed on this grid, and a meeting begins on a whole or a half hour.
GRID, STARTS = 15, 30
#: Minutes that must pass between two youths kept apart in the same place: 59 is too little, 60 is enough.
APART = 60


class Kind(StrEnum):
    PROFESSIONAL = "professional"
    FAMILY = "family"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Somebody is taken from `start` until `end`; `place` when known, for the way there and back."""

    start: datetime
    end: datetime
    place: str | None = None

    def __post_init__(self) -> None:
        if times.aware(self.end) <= times.aware(self.start):
            raise ValueError("busy time must end after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a calendar.

    `label` stands in the middle of a sentence: "kontaktpolisen". `hours` None: office hours for a professional, any
    time for the others. `base` is where the person works; a meeting elsewhere is a trip. `travel`: minutes needed
    between two different places. `school`: hours to spare if possible (soft).
    """

    ref: str
    label: str
    kind: Kind = Kind.PROFESSIONAL
    busy: tuple[Busy, ...] = ()
    hours: Hours | None = None
    base: str | None = None
    travel: int = 30
    school: Hours | None = None

    @property
    def works(self) -> Hours | None:
        """The hours within which the person can be called, or None: at any time."""
        return OFFICE if self.hours is None and self.kind is Kind.PROFESSIONAL else self.hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """`place` None: a link, where any number of meetings run at once and nobody is near anybody.

    `capacity` None: any number of people.
    """

    ref: str
    place: str | None
    capacity: int | None = None
    busy: tuple[Busy, ...] = ()
    label: str = "lokalen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A place at the table: the person, or one of the deputies if they may come. An optional one may stay empty."""

    person: str
    deputies: tuple[str, ...] = ()
    required: bool = True
    deputies_may_come: bool = True

    @property
    def eligible(self) -> tuple[str, ...]:
        """Who may sit here, the ordinary person first."""
        return (self.person, *self.deputies) if self.deputies_may_come else (self.person,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days, all included. Wished from `target`, on time until `due`, looked at from `earliest` until `latest`.

    `zero` is the day from which days are counted (the last held meeting), for texts: "dag 21–28".
    """

    earliest: date
    target: date
    due: date
    latest: date
    zero: date | None = None

    def __post_init__(self) -> None:
        if not self.earliest <= self.target <= self.due <= self.latest:
            raise ValueError("the days of a window must come in order")

    @classmethod
    def after(
        cls, zero: date, *, target: int = 21, due: int = 28, earliest: date | None = None, late: int = 0
    ) -> "Window":
        """The window of P-M2 (R58): day 21-28 after `zero`, and `late` days more rather than no meeting at all.

        `earliest`: no day before it. Where it comes after day 21, or even after day 28, the rest follows.
        """
        aim, end = zero + timedelta(days=target), zero + timedelta(days=due)
        first = earliest or aim
        return cls(
            earliest=first,
            target=max(first, aim),
            due=max(first, end),
            latest=max(first, end) + timedelta(days=late),
            zero=zero,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """When earlier meetings of the case were: people keep such a day free of their own accord."""

    weekday: int
    at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting to place. Minutes are whole quarters; `pre_minutes` right before are for professionals only.

    `rooms`: which may be used, empty: any. `youth`: whose meeting it is, for those who are kept apart. A series is
    `occurrences` meetings every `every` days at the same time, in the same room; each of them must be possible.
    """

    ref: str
    seats: tuple[Seat, ...]
    window: Window
    minutes: int = 60
    pre_minutes: int = 15
    rooms: tuple[str, ...] = ()
    youth: str | None = None
    usual: Usual | None = None
    occurrences: int = 1
    every: int = 28

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.minutes % GRID or self.pre_minutes < 0 or self.pre_minutes % GRID:
            raise ValueError("a meeting lasts whole quarters of an hour")
        if self.occurrences < 1 or self.every < 1:
            raise ValueError("a series has at least one meeting and at least a day between two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A confirmed meeting: it takes its people, its room and its place, and is never moved.

    `start` is when the meeting itself begins; professionals come `pre_minutes` earlier.
    """

    start: datetime
    minutes: int
    people: tuple[str, ...]
    pre_minutes: int = 0
    room: str | None = None
    place: str | None = None
    youth: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A standing time kept for such meetings, pre-meeting included. Empty `rooms`: wherever."""

    start: datetime
    end: datetime
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that is to be placed at once, and everything it may collide with.

    `apart`: pairs of youths never in the same place within an hour. `not_before`: nothing begins, pre-meeting
    included, before that instant. `known_until`: the last day whose calendars are known; no remedy is suggested after.

    Raises:
        ValueError: a reference leads nowhere, or stands for two.
    """

    meetings: tuple[Meeting, ...]
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    fixed: tuple[Fixed, ...] = ()
    apart: frozenset[frozenset[str]] = field(default_factory=frozenset)
    reserved: tuple[Reserved, ...] = ()
    opens: time = OPENS
    closes: time = CLOSES
    not_before: datetime | None = None
    known_until: date | None = None

    def __post_init__(self) -> None:
        for what in (self.meetings, self.people, self.rooms):
            _once(item.ref for item in what)
        for meeting in self.meetings:
            for seat in meeting.seats:
                _known((seat.person, *seat.deputies), self.person)
            _known(meeting.rooms, self.room)
        for fixed in self.fixed:
            _known(fixed.people, self.person)
            _known((fixed.room,) if fixed.room else (), self.room)
        if any(len(pair) != 2 for pair in self.apart):
            raise ValueError("two are kept apart, neither fewer nor more")

    @cached_property
    def meeting(self) -> dict[str, Meeting]:
        return {meeting.ref: meeting for meeting in self.meetings}

    @cached_property
    def person(self) -> dict[str, Person]:
        return {person.ref: person for person in self.people}

    @cached_property
    def room(self) -> dict[str, Room]:
        return {room.ref: room for room in self.rooms}

    def rooms_of(self, meeting: Meeting) -> tuple[Room, ...]:
        return tuple(self.room[ref] for ref in meeting.rooms) or self.rooms

    def place_of(self, fixed: Fixed) -> str | None:
        return self.room[fixed.room].place if fixed.room else fixed.place


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """When the first meeting itself begins (UTC; the pre-meeting is before it), and in which room."""

    start: datetime
    room: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting with its slot. `people`: for each occurrence, who sits on each seat; None on an empty optional one."""

    meeting: str
    slot: Slot
    people: tuple[tuple[str | None, ...], ...]


def starts_of(meeting: Meeting, start: datetime) -> list[datetime]:
    """When each meeting of the series begins, in UTC: the same time on the wall, whatever the clocks have done."""
    first = times.local(start)
    return [
        times.wall(first.date() + timedelta(days=meeting.every * number), first.time())
        for number in range(meeting.occurrences)
    ]


def _once(refs: Iterable[str]) -> None:
    seen: set[str] = set()
    for ref in refs:
        if ref in seen:
            raise ValueError(f"two have the reference {ref}")
        seen.add(ref)


def _known(refs: Iterable[str], known: dict[str, Person] | dict[str, Room]) -> None:
    for ref in refs:
        if ref not in known:
            raise ValueError(f"nothing has the reference {ref}")
