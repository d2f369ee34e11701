"""Why a meeting found no time, and what would free one, in Swedish (P-M3).

Says who among the meeting's own people cannot, never why, never which other meeting or whose. Of youths kept apart it
says only `UNUSABLE`, and no remedy follows from them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, islice

from meetings.planning import times
from meetings.planning.board import Board
from meetings.planning.check import UNUSABLE
from meetings.planning.options import Calendars, Option, begins_on, days, needed, one_by_one, options, series
from meetings.planning.problem import Kind, Meeting, Placed, Problem, Room, Seat

#: Days after the last one on time that a later meeting is looked for in.
LATER = 14
#: More remedies than anybody reads.
REMEDIES = 6
#: References of rooms that there is none of: in a house that nobody is in, and none at all.
ANOTHER_HOUSE, LINK = "\0", "\0link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """A start and a place, and which required seats nobody can sit on."""

    begins: tuple[int, ...]
    place: str | None
    empty: frozenset[int]


def explain(
    problem: Problem, placed: Iterable[Placed], meeting: str, *, calendars: Calendars | None = None
) -> Explanation:
    """Why the meeting has no time among the others in `placed`. Both empty where it has one after all.

    `calendars`: `Calendars(problem)`, made once by whoever explains many.
    """
    calendars, asked = calendars or Calendars(problem), problem.meeting[meeting]
    board = Board(calendars, (one for one in placed if one.meeting != meeting))
    found = options(calendars, asked, last=asked.window.due)
    if any(board.fit(asked, option) is not None for option in found):
        return Explanation(reasons=(), remedies=())
    reasons = _taken(board, asked, found) if found else list(_alone(calendars, asked))
    remedies = islice(_remedies(calendars, board, asked, found), REMEDIES)
    return Explanation(reasons=tuple(dict.fromkeys(reasons)), remedies=tuple(remedies))


def span_text(meeting: Meeting) -> str:
    """`dag 21–28`, or the dates where no day is counted from."""
    window = meeting.window
    if window.zero is None:
        return times.span_text(window.earliest, window.due)
    first, last = (window.earliest - window.zero).days, (window.due - window.zero).days
    return f"dag {first}" if first == last else f"dag {first}–{last}"


def _taken(board: Board, meeting: Meeting, found: Sequence[Option]) -> list[str]:
    """Possible by itself, but not beside the others."""
    usable = [option for option in found if board.usable(meeting, option.begins, option.place)]
    said = [UNUSABLE] if len(usable) < len(found) else []
    if usable:
        said.append(f"De tider som går {span_text(meeting)} tas av andra möten i förslaget.")
    return said


def _alone(calendars: Calendars, meeting: Meeting) -> Iterator[str]:
    """Not possible even by itself."""
    starts = list(_starts(calendars, meeting))
    if not starts:
        yield from _no_start(calendars.problem, meeting)
        return
    if all(start.empty for start in starts):
        yield from _nobody(calendars.problem, meeting, starts)
        return
    large = [room for room in calendars.problem.rooms_of(meeting) if _holds(room, meeting)]
    if not large:
        yield f"Ingen lokal rymmer {needed(meeting)} personer."
        return
    common = [start for start in starts if not start.empty]
    # The same whether youths are kept apart or the rooms are taken, time by time.
    free = [
        start
        for start in common
        if calendars.usable(meeting, start.begins, start.place)
        and any(calendars.room_free(room, meeting, start.begins) for room in large if room.place == start.place)
    ]
    if len(free) < len(common):
        yield UNUSABLE
    if free:
        yield f"{_some(calendars.problem, meeting, range(len(meeting.seats)))} har ingen gemensam ledig tid."


def _no_start(problem: Problem, meeting: Meeting) -> Iterator[str]:
    window = meeting.window
    if not any(True for _ in days(window.earliest, window.due)):
        yield f"Det finns ingen arbetsdag {span_text(meeting)}."
    elif meeting.occurrences > 1:
        yield "Något av mötena i serien hamnar på en ledig dag, vilken dag det än börjar."
    else:
        yield f"Mötet ryms inte mellan {problem.opens:%H.%M} och {problem.closes:%H.%M} {span_text(meeting)}."


def _starts(calendars: Calendars, meeting: Meeting) -> Iterator[_Start]:
    places = dict.fromkeys(room.place for room in calendars.problem.rooms_of(meeting))
    for day in days(meeting.window.earliest, meeting.window.due):
        for begin in begins_on(calendars.problem, meeting, day):
            if (begins := series(meeting, begin)) is not None:
                for place in places:
                    yield _Start(begins, place, _empty(calendars, meeting, begins, place))


def _empty(calendars: Calendars, meeting: Meeting, begins: tuple[int, ...], place: str | None) -> frozenset[int]:
    seats = [calendars.free_seats(meeting, begin, place) for begin in begins]
    return frozenset(
        number for number, seat in enumerate(meeting.seats) if seat.required and not all(free[number] for free in seats)
    )


def _nobody(problem: Problem, meeting: Meeting, starts: Sequence[_Start]) -> Iterator[str]:
    """The fewest whose calendars alone leave no time."""
    span = span_text(meeting)
    always = [number for number in range(len(meeting.seats)) if all(number in start.empty for start in starts)]
    for number in always:
        seat = meeting.seats[number]
        also = ", och ingen ersättare kan heller" if len(seat.eligible) > 1 else ""
        yield f"{_first(problem.person[seat.person].label)} är upptagen alla tider {span}{also}."
    if always:
        return
    concerned = sorted(frozenset().union(*(start.empty for start in starts)))
    for size in (2, 3):
        for group in combinations(concerned, size):
            if all(not start.empty.isdisjoint(group) for start in starts):
                yield f"{_some(problem, meeting, group)} har ingen gemensam ledig tid {span}."
                return
    yield f"Deltagarna har ingen gemensam ledig tid {span}."


def _holds(room: Room, meeting: Meeting) -> bool:
    return room.capacity is None or room.capacity >= needed(meeting)


def _remedies(calendars: Calendars, board: Board, meeting: Meeting, found: Sequence[Option]) -> Iterator[str]:
    problem = calendars.problem

    def first(changed: Meeting, said: str) -> Iterator[str]:
        if (at := _first_fit(calendars, board, changed)) is not None:
            yield f"{said} går {times.slot_text(times.instant(at.begins[0]))}."

    for number, seat in enumerate(meeting.seats):
        person = problem.person[seat.person]
        if seat.deputies and not seat.deputies_may_come:
            changed = _with_seat(meeting, number, replace(seat, deputies_may_come=True))
            yield from first(changed, f"Om {person.label} får ersättas av sin ersättare")
        if seat.required and person.kind is Kind.PROFESSIONAL:
            changed = _with_seat(meeting, number, replace(seat, required=False))
            yield from first(changed, f"Om {person.label} inte måste vara med")
    if meeting.pre_minutes:
        yield from first(replace(meeting, pre_minutes=0), "Om tjänstemannamötet hålls en annan gång")
    yield from _elsewhere(calendars, board, meeting)
    if any(board.usable(meeting, option.begins, option.place) for option in found):
        yield "Om ett annat möte i förslaget flyttas kan det här få plats."
    yield from _later(calendars, board, meeting)


def _with_seat(meeting: Meeting, number: int, seat: Seat) -> Meeting:
    return replace(meeting, seats=(*meeting.seats[:number], seat, *meeting.seats[number + 1 :]))


def _first_fit(
    calendars: Calendars, board: Board, meeting: Meeting, *, since: date | None = None, until: date | None = None
) -> Option | None:
    found = one_by_one(calendars, meeting, first=since, last=until or meeting.window.due)
    return next((option for option in found if board.fit(meeting, option) is not None), None)


def _elsewhere(calendars: Calendars, board: Board, meeting: Meeting) -> Iterator[str]:
    """In a room in another house, or by link.

    Never in one more room of the same house: that helps where a room is taken and not where youths are kept apart, so
    it would tell which of the two it is.
    """
    places = dict.fromkeys(room.place for room in calendars.problem.rooms_of(meeting))
    wishes: list[tuple[str, Room]] = []
    if any(place is not None for place in places):
        wishes.append(("Om en lokal någon annanstans går att få", Room(ref=ANOTHER_HOUSE, place=ANOTHER_HOUSE)))
    if None not in places:
        wishes.append(("Om mötet hålls på länk", Room(ref=LINK, place=None)))
    for said, room in wishes:
        wider = calendars.with_rooms((room,))
        at = _first_fit(wider, Board(wider, board.placed.values()), replace(meeting, rooms=(room.ref,)))
        if at is not None:
            yield f"{said} går {times.slot_text(times.instant(at.begins[0]))}."


def _later(calendars: Calendars, board: Board, meeting: Meeting) -> Iterator[str]:
    due = meeting.window.due
    until = min(due + timedelta(days=LATER), calendars.problem.known_until or date.max)
    if until <= due:
        return
    at = _first_fit(calendars, board, meeting, since=due + timedelta(days=1), until=until)
    if at is not None:
        number = (at.day - due).days
        count = "En dag" if number == 1 else f"{number} dagar"
        shown = times.local(times.instant(at.begins[0]))
        yield f"{count} senare ({times.day_text(at.day)}) går kl. {shown:%H.%M}."


def _some(problem: Problem, meeting: Meeting, numbers: Iterable[int]) -> str:
    labels = [problem.person[meeting.seats[number].person].label for number in numbers]
    listed = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} och {labels[-1]}"
    return _first(listed)


def _first(label: str) -> str:
    return label[:1].upper() + label[1:]
