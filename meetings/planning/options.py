"""Every time and place at which a meeting is possible by itself: by everybody's own calendar, the rooms and the days.

What is left to the solver or the greedy fallback is only what the meetings to be placed take from each other.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from hub.calendar_se import is_working_day
from meetings.planning import times
from meetings.planning.problem import APART, STARTS, Hours, Kind, Meeting, Person, Problem, Room, Seat, starts_of

#: From minute, until minute, place.
Piece = tuple[int, int, str | None]


def apart_in_space(one: str | None, other: str | None) -> bool:
    """Two known and different places. A link, and busy time of unknown place, ask for no way between."""
    return one is not None and other is not None and one != other


class Line:
    """What takes one person or one room, in minutes."""

    __slots__ = ("_ends", "_located", "_starts")

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._located: list[Piece] = []
        for start, end, place in sorted(pieces, key=lambda piece: piece[:2]):
            if start == end:
                continue
            if place is not None:
                self._located.append((start, end, place))
            elif self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def free(self, start: int, end: int, place: str | None, travel: int) -> bool:
        first = bisect_right(self._ends, start)
        if first < len(self._starts) and self._starts[first] < end:
            return False
        return not any(collide((start, end, place), piece, travel) for piece in self._located)


def collide(one: Piece, other: Piece, travel: int) -> bool:
    """Whether nobody can be at both, with `travel` minutes between two different places."""
    gap = travel if apart_in_space(one[2], other[2]) else 0
    return one[0] < other[1] + gap and other[0] < one[1] + gap


@dataclass(frozen=True, slots=True)
class Option:
    """A start and a place. `begins`: minutes, one for each of the series; `free`: per occurrence and seat, who can."""

    begins: tuple[int, ...]
    place: str | None
    rooms: tuple[str, ...]
    free: tuple[tuple[tuple[str, ...], ...], ...]

    @property
    def day(self) -> date:
        return times.local_day(self.begins[0])


def span(person: Person, meeting: Meeting, begin: int) -> tuple[int, int]:
    """When the meeting that begins at `begin` takes the person: professionals come to the pre-meeting."""
    before = meeting.pre_minutes if person.kind is Kind.PROFESSIONAL else 0
    return begin - before, begin + meeting.minutes


def whole(meeting: Meeting, begin: int) -> tuple[int, int]:
    """When it takes its room."""
    return begin - meeting.pre_minutes, begin + meeting.minutes


def too_near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether less than an hour passes between the two, whichever comes first (`KeepApart`)."""
    return one[0] < other[1] + APART and other[0] < one[1] + APART


def within(hours: Hours, start: int, end: int) -> bool:
    """Whether all of it lies in one piece of the weekly hours, by the wall clock of its day."""
    day = times.local_day(start)
    return any(
        times.wall_minutes(day, opens) <= start and end <= times.wall_minutes(day, closes)
        for opens, closes in hours[day.weekday()]
    )


class Calendars:
    """What stands before anything is placed: everybody's busy time, and the confirmed meetings."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        people: dict[str, list[Piece]] = {
            person.ref: [(times.down(busy.start), times.up(busy.end), busy.place) for busy in person.busy]
            for person in problem.people
        }
        rooms: dict[str, list[Piece]] = {
            room.ref: [(times.down(busy.start), times.up(busy.end), None) for busy in room.busy]
            for room in problem.rooms
        }
        self.near: dict[str, list[Piece]] = {}
        self._known: dict[tuple[str, int, int, str | None], bool] = {}
        for fixed in problem.fixed:
            start, end = times.down(fixed.start), times.up(fixed.start) + fixed.minutes
            begin, place = start - fixed.pre_minutes, problem.place_of(fixed)
            for ref in fixed.people:
                professional = problem.person[ref].kind is Kind.PROFESSIONAL
                people[ref].append((begin if professional else start, end, place))
            if fixed.room and place is not None:
                rooms[fixed.room].append((begin, end, None))
            if fixed.youth and place is not None:
                self.near.setdefault(fixed.youth, []).append((start, end, place))
        self.people = {ref: Line(pieces) for ref, pieces in people.items()}
        self.rooms = {ref: Line(pieces) for ref, pieces in rooms.items()}
        self.kept_from: dict[str, set[str]] = {}
        for pair in problem.apart:
            one, other = pair
            self.kept_from.setdefault(one, set()).add(other)
            self.kept_from.setdefault(other, set()).add(one)

    def available(self, ref: str, meeting: Meeting, begin: int, place: str | None) -> bool:
        """By working hours, own calendar and confirmed meetings. Asked again and again, so answers are kept."""
        person = self.problem.person[ref]
        start, end = span(person, meeting, begin)
        key = (ref, start, end, place)
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._available(person, start, end, place)
        return known

    def _available(self, person: Person, start: int, end: int, place: str | None) -> bool:
        if (hours := person.works) is not None and not within(hours, start, end):
            return False
        return self.people[person.ref].free(start, end, place, person.travel)

    def with_rooms(self, rooms: tuple[Room, ...]) -> "Calendars":
        """The same with more rooms, free all the time."""
        wider = copy(self)
        wider.problem = replace(self.problem, rooms=(*self.problem.rooms, *rooms))
        wider.rooms = self.rooms | {room.ref: Line(()) for room in rooms}
        return wider

    def room_free(self, room: Room, meeting: Meeting, begins: Sequence[int]) -> bool:
        return room.place is None or all(self.rooms[room.ref].free(*whole(meeting, begin), None, 0) for begin in begins)

    def usable(self, meeting: Meeting, begins: Sequence[int], place: str | None) -> bool:
        """False where a confirmed meeting of a youth kept apart is too near."""
        if meeting.youth is None or place is None:
            return True
        return not any(
            where == place and too_near((begin, begin + meeting.minutes), (start, end))
            for other in self.kept_from.get(meeting.youth, ())
            for start, end, where in self.near.get(other, ())
            for begin in begins
        )

    def free_seats(self, meeting: Meeting, begin: int, place: str | None) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(ref for ref in seat.eligible if self.available(ref, meeting, begin, place)) for seat in meeting.seats
        )


def needed(meeting: Meeting) -> int:
    return sum(seat.required for seat in meeting.seats)


def staff(
    seats: Sequence[Seat], free: Sequence[Sequence[str]], *, capacity: int | None = None
) -> tuple[str | None, ...] | None:
    """Who sits where, nobody on two seats: the ordinary person rather than a deputy. None: a required seat is empty."""
    holder: dict[str, int] = {}

    def find(seat: int, tried: set[str]) -> bool:
        for ref in free[seat]:
            if ref in tried:
                continue
            tried.add(ref)
            if ref not in holder or find(holder[ref], tried):
                holder[ref] = seat
                return True
        return False

    order = sorted(range(len(seats)), key=lambda number: not seats[number].required)
    for number in order:
        if seats[number].required:
            if not find(number, set()):
                return None
        elif capacity is None or len(holder) < capacity:
            find(number, set())
    if capacity is not None and len(holder) > capacity:
        return None
    sits = {seat: ref for ref, seat in holder.items()}
    return tuple(sits.get(number) for number in range(len(seats)))


def days(first: date, last: date) -> Iterator[date]:
    """Working days only (R70): no meeting on a red day."""
    for number in range((last - first).days + 1):
        if is_working_day(day := first + timedelta(days=number)):
            yield day


def begins_on(problem: Problem, meeting: Meeting, day: date) -> Iterator[int]:
    """Whole and half hours when all of it, pre-meeting included, lies between opening and closing."""
    opens, closes = times.wall_minutes(day, problem.opens), times.wall_minutes(day, problem.closes)
    earliest = times.up(problem.not_before) if problem.not_before else opens
    for number in range(24 * 60 // STARTS):
        begin = times.wall_minutes(day, time(number * STARTS // 60, number * STARTS % 60))
        start, end = whole(meeting, begin)
        if max(opens, earliest) <= start and end <= closes:
            yield begin


def series(meeting: Meeting, begin: int) -> tuple[int, ...] | None:
    """When each of the series begins, or None where one of them falls on a free day."""
    begins = tuple(times.down(at) for at in starts_of(meeting, times.instant(begin)))
    return begins if all(is_working_day(times.local_day(at)) for at in begins) else None


def options(
    calendars: Calendars, meeting: Meeting, *, first: date | None = None, last: date | None = None
) -> list[Option]:
    """In order of time. `first` and `last` replace the meeting's own window."""
    return list(one_by_one(calendars, meeting, first=first, last=last))


def one_by_one(
    calendars: Calendars, meeting: Meeting, *, first: date | None = None, last: date | None = None
) -> Iterator[Option]:
    """As `options`, for whoever stops at the first that suits."""
    window = meeting.window
    for day in days(first or window.earliest, last or window.latest):
        for begin in begins_on(calendars.problem, meeting, day):
            if (begins := series(meeting, begin)) is not None:
                yield from _at(calendars, meeting, begins)


def _who(
    calendars: Calendars, meeting: Meeting, begins: tuple[int, ...], place: str | None
) -> tuple[tuple[tuple[str, ...], ...], ...] | None:
    """Who can, for each of the series and each seat; None, as soon as it is clear, where a required seat is empty."""
    found: list[tuple[tuple[str, ...], ...]] = []
    for begin in begins:
        seats: list[tuple[str, ...]] = []
        for seat in meeting.seats:
            can = tuple(ref for ref in seat.eligible if calendars.available(ref, meeting, begin, place))
            if seat.required and not can:
                return None
            seats.append(can)
        if staff(meeting.seats, seats) is None:
            return None
        found.append(tuple(seats))
    return tuple(found)


def _at(calendars: Calendars, meeting: Meeting, begins: tuple[int, ...]) -> Iterator[Option]:
    by_place: dict[str | None, list[Room]] = {}
    for room in calendars.problem.rooms_of(meeting):
        if room.capacity is None or room.capacity >= needed(meeting):
            by_place.setdefault(room.place, []).append(room)
    for place, rooms in by_place.items():
        if (free := _who(calendars, meeting, begins, place)) is None:
            continue
        if not calendars.usable(meeting, begins, place):
            continue
        if open_rooms := tuple(room.ref for room in rooms if calendars.room_free(room, meeting, begins)):
            yield Option(begins=begins, place=place, rooms=open_rooms, free=free)


def covering_starts(spans: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """For intervals of a line, the largest sets of which all share a moment, as indices; single ones left out."""
    points = sorted({start for start, _end in spans})
    before: set[int] = set()
    for point in points:
        cover = [number for number, (start, end) in enumerate(spans) if start <= point < end]
        if len(cover) > 1 and not before.issuperset(cover):
            yield cover
        before = set(cover)
