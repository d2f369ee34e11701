"""What is taken while meetings are placed one by one: the greedy fallback, a drag on the page, one case."""

from collections.abc import Iterable, Sequence

from meetings.planning import times, wishes
from meetings.planning.options import Calendars, Option, Piece, collide, span, staff, too_near, whole
from meetings.planning.problem import Meeting, Placed, Problem, Slot, starts_of


class Board:
    """The meetings placed so far, above everybody's own calendars."""

    def __init__(self, calendars: Calendars, placed: Iterable[Placed] = ()) -> None:
        self.calendars = calendars
        self.placed: dict[str, Placed] = {}
        self._people: dict[str, list[tuple[Piece, str]]] = {}
        self._rooms: dict[str, list[tuple[Piece, str]]] = {}
        self._youths: dict[str, list[tuple[Piece, str]]] = {}
        for one in placed:
            self.add(one)

    @property
    def problem(self) -> Problem:
        return self.calendars.problem

    def add(self, placed: Placed) -> None:
        """Takes what the meeting needs. Whether it may is the caller's to know."""
        meeting, room = self.problem.meeting[placed.meeting], self.problem.room[placed.slot.room]
        self.placed[placed.meeting] = placed
        for at, people in zip(starts_of(meeting, placed.slot.start), placed.people, strict=True):
            begin = times.down(at)
            for ref in people:
                if ref is not None:
                    piece = (*span(self.problem.person[ref], meeting, begin), room.place)
                    self._people.setdefault(ref, []).append((piece, meeting.ref))
            if room.place is not None:
                self._rooms.setdefault(room.ref, []).append(((*whole(meeting, begin), None), meeting.ref))
            if meeting.youth is not None and room.place is not None:
                piece = (begin, begin + meeting.minutes, room.place)
                self._youths.setdefault(meeting.youth, []).append((piece, meeting.ref))

    def remove(self, meeting: str) -> Placed:
        for taken in (self._people, self._rooms, self._youths):
            for pieces in taken.values():
                pieces[:] = [piece for piece in pieces if piece[1] != meeting]
        return self.placed.pop(meeting)

    def person_free(self, ref: str, meeting: Meeting, begin: int, place: str | None) -> bool:
        person = self.problem.person[ref]
        mine = (*span(person, meeting, begin), place)
        return not any(collide(mine, piece, person.travel) for piece, _ in self._people.get(ref, ()))

    def room_free(self, room: str, meeting: Meeting, begins: Sequence[int]) -> bool:
        return not any(
            collide((*whole(meeting, begin), None), piece, 0)
            for begin in begins
            for piece, _ in self._rooms.get(room, ())
        )

    def usable(self, meeting: Meeting, begins: Sequence[int], place: str | None) -> bool:
        """False where a youth kept apart is too near in the same place."""
        return not self._too_near(meeting, begins, place)

    def fit(self, meeting: Meeting, option: Option) -> Placed | None:
        """The meeting with the cheapest free room and people of the option, or None."""
        if not self.usable(meeting, option.begins, option.place):
            return None
        rooms = [room for room in option.rooms if self.room_free(room, meeting, option.begins)]
        free = [
            [[ref for ref in seat if self.person_free(ref, meeting, begin, option.place)] for seat in seats]
            for begin, seats in zip(option.begins, option.free, strict=True)
        ]
        for room in sorted(rooms, key=lambda ref: wishes.room_cost(self.problem, meeting, option, ref)):
            capacity = self.problem.room[room].capacity
            people = [staff(meeting.seats, seats, capacity=capacity) for seats in free]
            if (all_of_them := tuple(sitting for sitting in people if sitting is not None)) and None not in people:
                return Placed(meeting.ref, Slot(times.instant(option.begins[0]), room), all_of_them)
        return None

    def in_the_way(self, meeting: Meeting, option: Option) -> set[str]:
        """Placed meetings that take something the option would use: at least what must go, sometimes more."""
        refs = self._too_near(meeting, option.begins, option.place)
        for begin, seats in zip(option.begins, option.free, strict=True):
            for ref in {ref for seat in seats for ref in seat}:
                person = self.problem.person[ref]
                mine = (*span(person, meeting, begin), option.place)
                refs |= {by for piece, by in self._people.get(ref, ()) if collide(mine, piece, person.travel)}
        if len(option.rooms) == 1:
            for begin in option.begins:
                mine = (*whole(meeting, begin), None)
                refs |= {by for piece, by in self._rooms.get(option.rooms[0], ()) if collide(mine, piece, 0)}
        return refs

    def _too_near(self, meeting: Meeting, begins: Sequence[int], place: str | None) -> set[str]:
        if meeting.youth is None or place is None:
            return set()
        return {
            by
            for other in self.calendars.kept_from.get(meeting.youth, ())
            for piece, by in self._youths.get(other, ())
            for begin in begins
            if piece[2] == place and too_near((begin, begin + meeting.minutes), piece[:2])
        }
