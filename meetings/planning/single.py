"""One meeting at a time: what is in its way where somebody drags it, and the best slots for a single case (P-M3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from meetings.planning import times, wishes
from meetings.planning.board import Board
from meetings.planning.check import check, texts
from meetings.planning.options import Calendars, options, staff
from meetings.planning.problem import Placed, Problem, Slot, starts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`cost`: less is better (`wishes`). `notes`: what the coordinator should know about the slot, in Swedish."""

    placed: Placed
    cost: int
    notes: tuple[str, ...]


def best_slots(problem: Problem, meeting: str, n: int, *, placed: Iterable[Placed] = ()) -> list[Suggestion]:
    """The `n` best slots of a meeting without collisions, at most one per start, on time before late.

    `placed`: other meetings of a proposal that stay where they are.
    """
    calendars = Calendars(problem)
    board = Board(calendars, (one for one in placed if one.meeting != meeting))
    asked = problem.meeting[meeting]
    best: dict[int, tuple[tuple[int, int, int], Placed]] = {}
    for option in options(calendars, asked):
        if (fits := board.fit(asked, option)) is not None:
            cost = wishes.cost(problem, [fits])
            rank = (-wishes.timeliness(problem, asked, option.day), cost, option.begins[0])
            if option.begins[0] not in best or rank < best[option.begins[0]][0]:
                best[option.begins[0]] = (rank, fits)
    ranked = sorted(best.values(), key=lambda found: found[0])
    return [
        Suggestion(placed=fits, cost=rank[1], notes=wishes.notes(problem, fits)) for rank, fits in ranked[: max(0, n)]
    ]


def place_at(problem: Problem, placed: Iterable[Placed], meeting: str, slot: Slot) -> Placed:
    """The meeting at the slot with those who can come; the ordinary person where nobody can, for `check` to tell."""
    calendars, asked, room = Calendars(problem), problem.meeting[meeting], problem.room[slot.room]
    board = Board(calendars, (one for one in placed if one.meeting != meeting))
    people: list[tuple[str | None, ...]] = []
    for begin in map(times.down, starts_of(asked, slot.start)):
        can = [
            [ref for ref in seat if board.person_free(ref, asked, begin, room.place)]
            for seat in calendars.free_seats(asked, begin, room.place)
        ]
        seated = [free or ([seat.person] if seat.required else []) for seat, free in zip(asked.seats, can, strict=True)]
        sitting = staff(asked.seats, seated, capacity=room.capacity) or staff(asked.seats, seated)
        people.append(sitting or tuple(seat.person if seat.required else None for seat in asked.seats))
    return Placed(meeting, slot, tuple(people))


def conflicts(problem: Problem, placed: Iterable[Placed], meeting: str, slot: Slot) -> list[str]:
    """What is in the way of the meeting at the slot, in Swedish; empty where it can be there.

    Never says which other meeting it is, and of youths kept apart only that the time cannot be used.
    """
    others = [one for one in placed if one.meeting != meeting]
    here = place_at(problem, others, meeting, slot)
    return texts(check(problem, [*others, here], only=meeting))
