"""Placing meetings one by one, in several orders, and mending afterwards: what there is without a solver.

It never breaks a rule; it is only less good than the solver, and says nothing about what could have been better than
that every meeting possible by itself could have been on time.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic

from meetings.planning import times, wishes
from meetings.planning.board import Board
from meetings.planning.options import Calendars, Option, options
from meetings.planning.outcome import Cancelled, Progress, Proposal, State, Tell, proposal
from meetings.planning.problem import Meeting, Placed, Problem

Choices = dict[str, list[Option]]

#: Orders at random beside those with a reason; the seed is fixed, so the answer is the same every time.
SHUFFLES, SEED = 4, 20261122
#: Minutes within which a placed meeting may close another's option; only a guess is spoilt where it is too short.
NEAR = 240


def choices(calendars: Calendars) -> Choices:
    """For each meeting, where it is possible by itself."""
    return {meeting.ref: options(calendars, meeting) for meeting in calendars.problem.meetings}


def possible_on_time(problem: Problem, found: Choices) -> int:
    """How many meetings could be on time if each were the only one: no proposal has more."""
    return sum(
        any(wishes.on_time(meeting, option.day) for option in found[meeting.ref]) for meeting in problem.meetings
    )


def greedy(
    problem: Problem,
    *,
    progress: Tell | None = None,
    cancelled: Cancelled | None = None,
    time_limit: float = 30.0,
    found: Choices | None = None,
    calendars: Calendars | None = None,
) -> Proposal:
    """The best of several orders. Stops early when `cancelled` answers True or after `time_limit` seconds."""
    began = monotonic()
    calendars = calendars or Calendars(problem)
    found = choices(calendars) if found is None else found
    best: tuple[Placed, ...] = ()
    stopped = False
    for order in _orders(problem, found):
        stopped = cancelled is not None and cancelled()
        if stopped or (best and monotonic() - began > time_limit):
            break
        board = order(Board(calendars))
        _mend(board, found)
        best = min(best, tuple(board.placed.values()), key=lambda placed: _rank(problem, placed))
        if progress is not None:
            progress(
                Progress(
                    stage="prepare",
                    placed=len(best),
                    on_time=wishes.count_on_time(problem, best),
                    total=len(problem.meetings),
                    seconds=monotonic() - began,
                )
            )
    return proposal(
        problem,
        best,
        state=State.CANCELLED if stopped else State.GREEDY,
        seconds=monotonic() - began,
        on_time_bound=possible_on_time(problem, found),
    )


def first_come(problem: Problem, found: Choices, calendars: Calendars) -> tuple[Placed, ...]:
    """First come, first served: in the order given, each at its first possible time."""
    board = Board(calendars)
    for meeting in problem.meetings:
        place_first(board, meeting, found[meeting.ref])
    return tuple(board.placed.values())


def place_first(board: Board, meeting: Meeting, found: Sequence[Option]) -> bool:
    for option in found:
        if (fits := board.fit(meeting, option)) is not None:
            board.add(fits)
            return True
    return False


def _rank(problem: Problem, placed: Sequence[Placed]) -> tuple[int, int]:
    return -wishes.worth(problem, placed), wishes.cost(problem, placed)


def _orders(problem: Problem, found: Choices) -> list[Callable[[Board], Board]]:
    by_due = sorted(problem.meetings, key=lambda meeting: meeting.window.due)
    by_choice = sorted(problem.meetings, key=lambda meeting: (len(found[meeting.ref]), meeting.window.due))
    ranked = _preferred(problem, found)
    chance = random.Random(SEED)  # noqa: S311 - an order to try, no secret
    orders = [by_choice, by_due, *(chance.sample(by_choice, k=len(by_choice)) for _ in range(SHUFFLES))]
    return [lambda board: _by_regret(board, ranked), *(_in_order(order, ranked) for order in orders)]


def _in_order(order: Sequence[Meeting], ranked: Choices) -> Callable[[Board], Board]:
    def place(board: Board) -> Board:
        for meeting in order:
            place_first(board, meeting, ranked[meeting.ref])
        return board

    return place


def _preferred(problem: Problem, found: Choices) -> Choices:
    """On time first, then what fewer others could use, then what is wished."""
    wanted: Counter[tuple[str, int]] = Counter()
    for options_ in found.values():
        weight = 1000 // max(1, len(options_))
        for option in options_:
            for key in _uses(option):
                wanted[key] += weight

    def rank(meeting: Meeting, option: Option) -> tuple[int, int, int, tuple[int, ...]]:
        own = 1000 // max(1, len(found[meeting.ref]))
        crowd = sum(wanted[key] - own for key in _uses(option))
        wish = wishes.time_cost(problem, meeting, option)
        return -wishes.timeliness(problem, meeting, option.day), crowd // 100, wish, option.begins

    return {
        meeting.ref: sorted(found[meeting.ref], key=lambda option: rank(meeting, option))
        for meeting in problem.meetings
    }


def _uses(option: Option) -> set[tuple[str, int]]:
    """Persons and half hours, roughly: enough to see where many want to be."""
    return {
        (seat[0], (begin + step) // 30)
        for begin, seats in zip(option.begins, option.free, strict=True)
        for seat in seats
        if len(seat) == 1
        for step in (0, 30)
    }


def _by_regret(board: Board, ranked: Choices) -> Board:
    """Always the meeting with the fewest times left: the one that will be sorriest for waiting."""
    problem = board.problem
    left = {meeting.ref: list(ranked[meeting.ref]) for meeting in problem.meetings}
    wanted = {meeting.ref: {ref for seat in meeting.seats for ref in seat.eligible} for meeting in problem.meetings}
    while left:
        ref = min(left, key=lambda ref: len(left[ref]))
        if not place_first(board, problem.meeting[ref], left.pop(ref)):
            continue
        at = times.down(board.placed[ref].slot.start)
        people = {person for sitting in board.placed[ref].people for person in sitting}
        for other in left:
            if not wanted[other].isdisjoint(people):
                one = problem.meeting[other]
                left[other] = [
                    option
                    for option in left[other]
                    if abs(option.begins[0] - at) >= NEAR or board.fit(one, option) is not None
                ]
    return board


def _mend(board: Board, found: Choices) -> None:
    """A meeting without a time moves one that is in its way, if that one can go elsewhere."""
    for meeting in board.problem.meetings:
        if meeting.ref in board.placed:
            continue
        for option in found[meeting.ref]:
            ways = board.in_the_way(meeting, option)
            if len(ways) == 1 and _swap(board, meeting, option, ways.pop(), found):
                break


def _swap(board: Board, meeting: Meeting, option: Option, other: str, found: Choices) -> bool:
    was, moved = board.remove(other), board.problem.meeting[other]
    if (fits := board.fit(meeting, option)) is not None:
        board.add(fits)
        late = (times.local(was.slot.start).date() - moved.window.due).days
        as_good = [one for one in found[other] if (one.day - moved.window.due).days <= max(0, late)]
        if place_first(board, moved, as_good):
            return True
        board.remove(meeting.ref)
    board.add(was)
    return False
