"""Every collision of a proposal, found without any of the code that made it (P-M3).

Written straight from the rules, on instants and pairs, and sharing nothing with the solver: it is what tests trust,
what confirming asks last of all, and what the page shows at once when somebody moves a meeting.

That two youths are kept apart is never said, nor which other meeting is in the way, nor whose it is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.calendar_se import is_working_day
from meetings.planning import times
from meetings.planning.problem import APART, STARTS, Fixed, Kind, Meeting, Person, Placed, Problem, Room, starts_of

#: All that is ever said when youths are kept apart (`KeepApart`); and when a room is taken, so that it does not tell.
UNUSABLE = "Tiden går inte att använda."
TWICE = "Mötet har två tider."


class Rule(StrEnum):
    """Which rule is broken. `UNUSABLE` says no more than its text does."""

    WINDOW = "window"
    DAY = "day"
    OPENING = "opening"
    GRID = "grid"
    TOO_SOON = "too_soon"
    SEAT = "seat"
    BUSY = "busy"
    HOURS = "hours"
    TRAVEL = "travel"
    ROOM = "room"
    CAPACITY = "capacity"
    UNUSABLE = "unusable"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Collision:
    """`text` is Swedish and may be shown to the coordinator of `meeting`. `begins`: which of the series, in UTC."""

    meeting: str
    rule: Rule
    text: str
    begins: datetime


@dataclass(frozen=True, slots=True)
class _Event:
    """A meeting with all it takes. As such a confirmed one: it is in the way of others and is not judged itself."""

    begins: datetime
    before: int
    minutes: int
    hall: str | None
    place: str | None
    people: tuple[str | None, ...]
    youth: str | None

    @property
    def opens(self) -> datetime:
        return self.begins - timedelta(minutes=self.before)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes)

    def taken(self, person: Person) -> tuple[datetime, datetime]:
        return (self.opens if person.kind is Kind.PROFESSIONAL else self.begins), self.ends


@dataclass(frozen=True, slots=True)
class _Judged(_Event):
    """One meeting of a proposed series."""

    meeting: Meeting
    room: Room

    @property
    def ref(self) -> str:
        return self.meeting.ref


def check(problem: Problem, placed: Iterable[Placed], *, only: str | None = None) -> list[Collision]:
    """All collisions of the proposal, of each meeting by itself and with every other and the confirmed ones.

    `only`: those of one of the meetings.
    """
    placed = tuple(placed)
    found = [collision for one in placed for collision in _shape(problem, one)]
    twice = [ref for ref, number in Counter(one.meeting for one in placed).items() if number > 1]
    found += [Collision(one.meeting, Rule.TWICE, TWICE, one.slot.start) for one in placed if one.meeting in twice]
    events = [event for one in placed for event in _events(problem, one)]
    fixed = [_as_event(problem, one) for one in problem.fixed]
    for number, event in enumerate(events):
        if only in (None, event.ref):
            found.extend(_alone(problem, event))
        for other in (*events[number + 1 :], *fixed):
            if only in (None, event.ref) or (isinstance(other, _Judged) and other.ref == only):
                found.extend(_pair(problem, event, other))
    return [collision for collision in found if only in (None, collision.meeting)]


def _events(problem: Problem, placed: Placed) -> Iterator[_Judged]:
    meeting, room = problem.meeting[placed.meeting], problem.room[placed.slot.room]
    for begins, people in zip(starts_of(meeting, placed.slot.start), placed.people, strict=False):
        yield _Judged(
            begins=begins,
            before=meeting.pre_minutes,
            minutes=meeting.minutes,
            hall=room.ref,
            place=room.place,
            people=people,
            youth=meeting.youth,
            meeting=meeting,
            room=room,
        )


def _as_event(problem: Problem, fixed: Fixed) -> _Event:
    return _Event(
        begins=fixed.start,
        before=fixed.pre_minutes,
        minutes=fixed.minutes,
        hall=fixed.room,
        place=problem.room[fixed.room].place if fixed.room else fixed.place,
        people=fixed.people,
        youth=fixed.youth,
    )


def _shape(problem: Problem, placed: Placed) -> Iterator[Collision]:
    """What concerns the meeting and its slot, whoever else meets."""
    meeting, first = problem.meeting[placed.meeting], placed.slot.start
    room, window = problem.room[placed.slot.room], meeting.window
    if meeting.rooms and room.ref not in meeting.rooms:
        yield Collision(meeting.ref, Rule.ROOM, "Lokalen går inte att välja för mötet.", first)
    if not window.earliest <= times.local(first).date() <= window.latest:
        span = times.span_text(window.earliest, window.latest)
        yield Collision(meeting.ref, Rule.WINDOW, f"Dagen ligger utanför {span}.", first)
    if len(placed.people) != meeting.occurrences:
        yield Collision(meeting.ref, Rule.SEAT, "Det är inte bestämt vilka som kommer.", first)


def _alone(problem: Problem, event: _Judged) -> Iterator[Collision]:
    """What concerns one meeting of the series, whoever else meets."""
    ref, begins = event.ref, event.begins
    shown = times.local(begins)
    if not is_working_day(shown.date()):
        yield Collision(ref, Rule.DAY, f"{times.day_text(shown.date())} är ingen arbetsdag.", begins)
    if shown.minute % STARTS or shown.second or shown.microsecond:
        yield Collision(ref, Rule.GRID, "Mötet ska börja på hel eller halv timme.", begins)
    opens, closes = times.wall(shown.date(), problem.opens), times.wall(shown.date(), problem.closes)
    if event.opens < opens or event.ends > closes:
        said = f"Mötet ska rymmas mellan {problem.opens:%H.%M} och {problem.closes:%H.%M}."
        yield Collision(ref, Rule.OPENING, said, begins)
    if problem.not_before and event.opens < problem.not_before:
        yield Collision(ref, Rule.TOO_SOON, "Tiden är för nära eller har passerat.", begins)
    yield from _room(event)
    yield from _seats(problem, event)


def _room(event: _Judged) -> Iterator[Collision]:
    ref, room = event.ref, event.room
    coming = sum(person is not None for person in event.people)
    if room.capacity is not None and coming > room.capacity:
        said = f"{_first(room.label)} rymmer {room.capacity}, och {coming} ska komma."
        yield Collision(ref, Rule.CAPACITY, said, event.begins)
    if room.place is not None and any(
        _overlap((event.opens, event.ends), (busy.start, busy.end)) for busy in room.busy
    ):
        yield Collision(ref, Rule.ROOM, UNUSABLE, event.begins)


def _seats(problem: Problem, event: _Judged) -> Iterator[Collision]:
    meeting, begins = event.meeting, event.begins
    if len(event.people) != len(meeting.seats):
        yield Collision(meeting.ref, Rule.SEAT, "Det är inte bestämt vilka som kommer.", begins)
        return
    coming = [ref for ref in event.people if ref is not None]
    for seat, ref in zip(meeting.seats, event.people, strict=True):
        label = problem.person[seat.person].label
        if ref is None and seat.required:
            yield Collision(meeting.ref, Rule.SEAT, f"{_first(label)} saknas.", begins)
        elif ref is not None and ref not in seat.eligible:
            yield Collision(meeting.ref, Rule.SEAT, f"{_first(label)} ersätts av någon som inte får det.", begins)
        elif ref is not None and coming.count(ref) > 1:
            yield Collision(meeting.ref, Rule.SEAT, f"{_first(label)} kan inte komma för två.", begins)
    for ref in coming:
        yield from _person(problem, event, problem.person[ref])


def _person(problem: Problem, event: _Judged, person: Person) -> Iterator[Collision]:
    ref, taken = event.ref, event.taken(person)
    if not _at_work(person, *taken):
        yield Collision(ref, Rule.HOURS, f"{_first(person.label)} arbetar inte då.", event.begins)
    for busy in person.busy:
        if _overlap(taken, (busy.start, busy.end)):
            yield Collision(ref, Rule.BUSY, _busy_text(person), event.begins)
        elif _too_far(person, taken, event.place, (busy.start, busy.end), busy.place):
            yield Collision(ref, Rule.TRAVEL, _travel_text(person), event.begins)


def _at_work(person: Person, start: datetime, end: datetime) -> bool:
    if person.works is None:
        return True
    day = times.local(start).date()
    return any(
        times.wall(day, since) <= start and end <= times.wall(day, until)
        for since, until in person.works[day.weekday()]
    )


def _pair(problem: Problem, one: _Event, other: _Event) -> Iterator[Collision]:
    """What two meetings do to each other. Told of each that is judged, and never which the other is."""
    shared = sorted(ref for ref in set(one.people) & set(other.people) if ref is not None)
    for person in (problem.person[ref] for ref in shared):
        mine, theirs = one.taken(person), other.taken(person)
        if _overlap(mine, theirs):
            yield from _both(one, other, Rule.BUSY, _busy_text(person))
        elif _too_far(person, mine, one.place, theirs, other.place):
            yield from _both(one, other, Rule.TRAVEL, _travel_text(person))
    same_room = one.hall is not None and one.hall == other.hall and one.place is not None
    if same_room and _overlap((one.opens, one.ends), (other.opens, other.ends)):
        yield from _both(one, other, Rule.ROOM, UNUSABLE)
    if _kept_apart(problem, one, other):
        yield from _both(one, other, Rule.UNUSABLE, UNUSABLE)


def _kept_apart(problem: Problem, one: _Event, other: _Event) -> bool:
    """The youths themselves are there from the meeting's beginning until its end, not at the pre-meeting."""
    if one.place is None or one.place != other.place or frozenset((one.youth, other.youth)) not in problem.apart:
        return False
    earlier, later = sorted((one, other), key=lambda event: event.begins)
    return later.begins - earlier.ends < timedelta(minutes=APART)


def _both(one: _Event, other: _Event, rule: Rule, text: str) -> Iterator[Collision]:
    for event in (one, other):
        if isinstance(event, _Judged):
            yield Collision(event.ref, rule, text, event.begins)


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _too_far(
    person: Person,
    one: tuple[datetime, datetime],
    here: str | None,
    other: tuple[datetime, datetime],
    there: str | None,
) -> bool:
    if here is None or there is None or here == there:
        return False
    way = timedelta(minutes=person.travel)
    return other[0] - one[1] < way and one[0] - other[1] < way


def _busy_text(person: Person) -> str:
    return f"{_first(person.label)} är upptagen."


def _travel_text(person: Person) -> str:
    return f"{_first(person.label)} hinner inte mellan platserna."


def _first(label: str) -> str:
    return label[:1].upper() + label[1:]


def texts(collisions: Sequence[Collision]) -> list[str]:
    """Each text once, in order."""
    return once_each(collision.text for collision in collisions)


def once_each(collected: Iterable[str]) -> list[str]:
    """Each text once, in order."""
    said = list(dict.fromkeys(collected))
    # Last, whatever it is: its place in the order would tell a room from two who are kept apart.
    return sorted(said, key=lambda text: text == UNUSABLE)
