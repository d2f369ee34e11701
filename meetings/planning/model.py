"""The constraint model (CP-SAT). Every rule is a set of things of which at most one may be.

What is chosen per meeting is a time and a place (an `Option`), a room there, and, only on seats where there is a
choice, who sits. Two uses of a person or a room that share a moment exclude each other; the largest such sets are
found where an interval begins, which makes the model tight enough to prove the best answer in seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from meetings.planning import times, wishes
from meetings.planning.greedy import Choices
from meetings.planning.options import Option, apart_in_space, covering_starts, needed, span, too_near, whole
from meetings.planning.problem import Meeting, Placed, Problem, Slot, starts_of

#: A Boolean of the model, or an expression of some; ortools is optional and has no types of its own here.
Literal = Any


@dataclass(frozen=True, slots=True)
class _Use:
    """A person or a room taken from `start` until `end` at `place` if `literal` holds."""

    start: int
    end: int
    place: str | None
    literal: Literal


class Model:
    """Variables and rules. `worth` is to be as large as possible, then `cost` as small as possible."""

    def __init__(self, cp_model: Any, problem: Problem, found: Choices) -> None:
        self.cp = cp_model.CpModel()
        self.problem = problem
        self.found = found
        self.chosen: dict[str, list[Literal]] = {}
        self.rooms: dict[tuple[str, int], dict[str, Literal]] = {}
        #: (meeting, option, occurrence, seat) -> who, for seats with a choice.
        self.sits: dict[tuple[str, int, int, int], dict[str, Literal]] = {}
        self._people: dict[str, list[_Use]] = defaultdict(list)
        self._taken: dict[str, list[_Use]] = defaultdict(list)
        self.worth: list[tuple[int, Literal]] = []
        self.cost: list[tuple[int, Literal]] = []
        for meeting in problem.meetings:
            self._add_meeting(meeting)
        self._exclude()
        self._keep_apart()

    def _add_meeting(self, meeting: Meeting) -> None:
        found = self.found[meeting.ref]
        chosen = [self.cp.new_bool_var("") for _ in found]
        self.chosen[meeting.ref] = chosen
        self.cp.add_at_most_one(chosen)
        for number, (option, literal) in enumerate(zip(found, chosen, strict=True)):
            self.worth.append((wishes.timeliness(self.problem, meeting, option.day), literal))
            self.cost.append((wishes.time_cost(self.problem, meeting, option), literal))
            self._add_rooms(meeting, option, number, literal)
            for occurrence in range(len(option.begins)):
                self._add_seats(meeting, option, number, occurrence)

    def _add_rooms(self, meeting: Meeting, option: Option, number: int, literal: Literal) -> None:
        if len(option.rooms) == 1:
            rooms = {option.rooms[0]: literal}
        else:
            rooms = {ref: self.cp.new_bool_var("") for ref in option.rooms}
            self.cp.add(sum(rooms.values()) == literal)
        self.rooms[meeting.ref, number] = rooms
        for ref, room in rooms.items():
            self.cost.append((wishes.room_cost(self.problem, meeting, option, ref), room))
            if option.place is not None:
                for begin in option.begins:
                    self._taken[ref].append(_Use(*whole(meeting, begin), option.place, room))

    def _add_seats(self, meeting: Meeting, option: Option, number: int, occurrence: int) -> None:
        literal, begin = self.chosen[meeting.ref][number], option.begins[occurrence]
        guests: list[Literal] = []
        for place, (seat, free) in enumerate(zip(meeting.seats, option.free[occurrence], strict=True)):
            if seat.required and len(free) == 1:
                sits = {free[0]: literal}
            else:
                sits = {ref: self.cp.new_bool_var("") for ref in free}
                self.sits[meeting.ref, number, occurrence, place] = sits
                total = sum(sits.values())
                self.cp.add(total == literal if seat.required else total <= literal)
            if not seat.required:
                guests.extend(sits.values())
                # Left out unless somebody sits there.
                self.cost.append((wishes.LEFT_OUT, literal))
            for ref, who in sits.items():
                price = wishes.person_cost(self.problem, seat, ref, option.place)
                self.cost.append((price - (0 if seat.required else wishes.LEFT_OUT), who))
                self._people[ref].append(_Use(*span(self.problem.person[ref], meeting, begin), option.place, who))
        self._limit_guests(meeting, number, guests)

    def _limit_guests(self, meeting: Meeting, number: int, guests: Sequence[Literal]) -> None:
        """Those who may stay away do, where the room is small."""
        for ref, room in self.rooms[meeting.ref, number].items():
            capacity = self.problem.room[ref].capacity
            if capacity is not None and capacity < len(meeting.seats) and guests:
                self.cp.add(sum(guests) <= capacity - needed(meeting)).only_enforce_if(room)

    def _exclude(self) -> None:
        """Nobody at two meetings at once, no room with two, and time enough between two places."""
        for uses in self._taken.values():
            self._one_at_a_time(uses)
        for ref, uses in self._people.items():
            self._one_at_a_time(uses)
            if (travel := self.problem.person[ref].travel) > 0:
                for group in _too_far(uses, travel):
                    self.cp.add_at_most_one(group)

    def _one_at_a_time(self, uses: Sequence[_Use]) -> None:
        for cover in covering_starts([(use.start, use.end) for use in uses]):
            self.cp.add_at_most_one(_distinct(uses[number].literal for number in cover))

    def _keep_apart(self) -> None:
        youths: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in self.problem.meetings:
            if meeting.youth is not None:
                youths[meeting.youth].append(meeting)
        for pair in self.problem.apart:
            one, other = sorted(pair)
            for mine in youths[one]:
                for theirs in youths[other]:
                    for group in self._too_near(mine, theirs):
                        self.cp.add_at_most_one(group)

    def _too_near(self, one: Meeting, other: Meeting) -> Iterator[list[Literal]]:
        for option, literal in zip(self.found[one.ref], self.chosen[one.ref], strict=True):
            near = [
                theirs
                for near, theirs in zip(self.found[other.ref], self.chosen[other.ref], strict=True)
                if near.place == option.place and option.place is not None and _near(one, option, other, near)
            ]
            if near:
                yield [literal, *near]

    def hint(self, placed: Iterable[Placed]) -> None:
        """Somewhere to begin: a proposal that breaks no rule."""
        self.cp.clear_hints()
        slots = {one.meeting: one for one in placed}
        for ref, chosen in self.chosen.items():
            one = slots.get(ref)
            for number, (option, literal) in enumerate(zip(self.found[ref], chosen, strict=True)):
                here = one is not None and self._is(one, option)
                self.cp.add_hint(literal, here)
                if len(rooms := self.rooms[ref, number]) > 1:
                    for room, taken in rooms.items():
                        self.cp.add_hint(taken, here and one is not None and one.slot.room == room)
                self._hint_seats(ref, number, one if here else None)

    def _hint_seats(self, ref: str, number: int, one: Placed | None) -> None:
        option = self.found[ref][number]
        for occurrence in range(len(option.begins)):
            for place in range(len(self.problem.meeting[ref].seats)):
                for who, literal in self.sits.get((ref, number, occurrence, place), {}).items():
                    self.cp.add_hint(literal, one is not None and one.people[occurrence][place] == who)

    def _is(self, one: Placed, option: Option) -> bool:
        room = self.problem.room[one.slot.room]
        begins = tuple(times.down(at) for at in starts_of(self.problem.meeting[one.meeting], one.slot.start))
        return begins == option.begins and room.place == option.place

    def read(self, holds: Any) -> tuple[Placed, ...]:
        """The proposal that `holds(literal)` describes."""
        placed: list[Placed] = []
        for ref, chosen in self.chosen.items():
            for number, literal in enumerate(chosen):
                if holds(literal):
                    option = self.found[ref][number]
                    room = next(room for room, taken in self.rooms[ref, number].items() if holds(taken))
                    people = tuple(
                        tuple(self._sitting(ref, number, occurrence, place, holds) for place in range(len(seats)))
                        for occurrence, seats in enumerate(option.free)
                    )
                    placed.append(Placed(ref, Slot(times.instant(option.begins[0]), room), people))
        return tuple(placed)

    def _sitting(self, ref: str, number: int, occurrence: int, place: int, holds: Any) -> str | None:
        sits = self.sits.get((ref, number, occurrence, place))
        if sits is None:
            return self.found[ref][number].free[occurrence][place][0]
        return next((who for who, literal in sits.items() if holds(literal)), None)


def weighted(terms: Sequence[tuple[int, Literal]]) -> Literal:
    return sum(weight * literal for weight, literal in terms if weight)


def _near(one: Meeting, option: Option, other: Meeting, near: Option) -> bool:
    return any(
        too_near((mine, mine + one.minutes), (theirs, theirs + other.minutes))
        for mine in option.begins
        for theirs in near.begins
    )


def _distinct(literals: Iterable[Literal]) -> list[Literal]:
    """A literal may take a person in two meetings of a series, never in the same moment."""
    return list({literal.index: literal for literal in literals}.values())


def _too_far(uses: Sequence[_Use], travel: int) -> Iterator[list[Literal]]:
    """For each use: those elsewhere that end so shortly before that there is no time for the way.

    Uses as long as the way or longer, ending within it, all share a moment, so that they exclude each other too and
    one set says everything. Shorter ones are taken one at a time.
    """
    by_end: dict[int, list[_Use]] = defaultdict(list)
    for use in uses:
        by_end[use.end].append(use)
    for use in uses:
        before = [
            other
            for end in range(use.start - travel + 1, use.start + 1)
            for other in by_end.get(end, ())
            if apart_in_space(use.place, other.place) and other.literal.index != use.literal.index
        ]
        if before and all(other.end - other.start >= travel for other in before):
            yield _distinct([use.literal, *(other.literal for other in before)])
        else:
            for other in before:
                yield [use.literal, other.literal]
