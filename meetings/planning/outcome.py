"""What a planning run gives back, and how it tells of itself while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from meetings.planning import wishes
from meetings.planning.problem import Placed, Problem


class State(StrEnum):
    """`OPTIMAL`: nothing better exists, and that is proven. `GAP`: what could at most be better is stated.

    `GREEDY`: placed one by one, without a solver. `CANCELLED`: the best there was when somebody stopped it.
    """

    OPTIMAL = "optimal"
    GAP = "gap"
    GREEDY = "greedy"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`on_time` of at most `on_time_bound`; `cost` of at least `cost_bound`, for as many meetings on time."""

    placed: tuple[Placed, ...]
    unplaced: tuple[str, ...]
    state: State
    on_time: int
    on_time_bound: int
    cost: int
    cost_bound: int
    seconds: float

    @property
    def gap(self) -> int:
        """How many more meetings could at most have been on time."""
        return self.on_time_bound - self.on_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it has come. `stage`: "prepare", "time" (as many as possible on time) or "wishes"."""

    stage: str
    placed: int
    on_time: int
    total: int
    seconds: float


Tell = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def proposal(
    problem: Problem,
    placed: tuple[Placed, ...],
    *,
    state: State,
    seconds: float,
    on_time_bound: int,
    cost_bound: int | None = None,
) -> Proposal:
    """`cost_bound` None: nothing is known, so nothing less than nothing."""
    order = {meeting.ref: number for number, meeting in enumerate(problem.meetings)}
    have = {one.meeting for one in placed}
    return Proposal(
        placed=tuple(sorted(placed, key=lambda one: order[one.meeting])),
        unplaced=tuple(ref for ref in order if ref not in have),
        state=state,
        on_time=wishes.count_on_time(problem, placed),
        on_time_bound=on_time_bound,
        cost=wishes.cost(problem, placed),
        cost_bound=0 if cost_bound is None else cost_bound,
        seconds=seconds,
    )
