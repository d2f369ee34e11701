"""All due meetings at once (P-M3), by CP-SAT when it is installed and one by one when it is not.

First as many as possible on time, then, holding that, the fewest and smallest wishes left out (`wishes`). The solver
runs beside the caller, who meanwhile is told of progress and asked whether to go on, in the caller's own thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any

from meetings.planning import wishes
from meetings.planning.greedy import Choices, choices, greedy
from meetings.planning.model import Model, weighted
from meetings.planning.options import Calendars
from meetings.planning.outcome import Cancelled, Progress, Proposal, State, Tell, proposal
from meetings.planning.problem import Placed, Problem

SEED = 20261122
#: Seconds between two questions to the caller.
POLL = 0.05
#: Of the time, how much may go to being on time; the rest is for the wishes.
FIRST_STAGE = 0.7


def solve(
    problem: Problem,
    *,
    time_limit: float = 30.0,
    workers: int = 2,
    progress: Tell | None = None,
    cancelled: Cancelled | None = None,
) -> Proposal:
    """A proposal without collisions, and how good it is.

    One worker always gives the same answer within the time limit; several give one as good, and may choose otherwise
    among equals. (That they take turns by counted work, which CP-SAT offers, made them three times slower.)

    `time_limit` in seconds for everything. `progress` and `cancelled` are called about every twentieth second; when
    `cancelled` answers True the best there is comes back as `State.CANCELLED`. Without ortools: `greedy`. Loading
    ortools the first time in a process takes some seconds more, which are not counted.
    """
    cp_model = _ortools()
    run = _Run(problem, time_limit, workers, progress, cancelled, monotonic())
    calendars = Calendars(problem)
    found = choices(calendars)
    first = greedy(
        problem,
        progress=progress,
        cancelled=cancelled,
        time_limit=time_limit if cp_model is None else time_limit / 10,
        found=found,
        calendars=calendars,
    )
    if cp_model is None or first.state is State.CANCELLED:
        return first
    return _solve(run, cp_model, found, first)


def _ortools() -> Any:
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return None
    return cp_model


@dataclass(slots=True)
class _Run:
    """What was asked for, and what of the time is left."""

    problem: Problem
    time_limit: float
    workers: int
    progress: Tell | None
    cancelled: Cancelled | None
    began: float

    @property
    def left(self) -> float:
        return max(0.0, self.time_limit - (monotonic() - self.began))

    def stopped(self) -> bool:
        return self.cancelled is not None and self.cancelled()

    def tell(self, stage: str, placed: tuple[Placed, ...]) -> None:
        if self.progress is not None:
            self.progress(
                Progress(
                    stage=stage,
                    placed=len(placed),
                    on_time=wishes.count_on_time(self.problem, placed),
                    total=len(self.problem.meetings),
                    seconds=monotonic() - self.began,
                )
            )


@dataclass(slots=True)
class _Stage:
    """What one search found: `placed` None where it found nothing."""

    placed: tuple[Placed, ...] | None
    bound: float | None
    proven: bool
    stopped: bool


def _solve(run: _Run, cp_model: Any, found: Choices, first: Proposal) -> Proposal:
    problem, placed = run.problem, first.placed
    model = Model(cp_model, problem, found)
    run.tell("time", placed)
    model.hint(placed)
    model.cp.maximize(weighted(model.worth))
    time = _search(run, cp_model, model, "time", run.left * FIRST_STAGE)
    placed = time.placed if time.placed is not None else placed
    worth, bound = wishes.worth(problem, placed), first.on_time_bound
    if time.bound is not None:
        bound = min(bound, int(time.bound + 0.5) // wishes.worth_on_time(problem))
    wish = _Stage(None, None, False, time.stopped)
    if not time.stopped:
        model.cp.add(weighted(model.worth) >= worth)
        model.hint(placed)
        model.cp.minimize(weighted(model.cost))
        wish = _search(run, cp_model, model, "wishes", run.left)
        placed = wish.placed if wish.placed is not None else placed
    proven = time.proven and wish.proven
    state = State.CANCELLED if wish.stopped else State.OPTIMAL if proven else State.GAP
    return proposal(
        problem,
        placed,
        state=state,
        seconds=monotonic() - run.began,
        on_time_bound=bound,
        cost_bound=round(wish.bound) if wish.bound is not None and wish.bound > 0 else 0,
    )


def _search(run: _Run, cp_model: Any, model: Model, stage: str, seconds: float) -> _Stage:
    if run.stopped():
        return _Stage(None, None, False, True)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = run.workers
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    latest: list[tuple[Placed, ...]] = []
    search = _Search(solver, model.cp, _watching(cp_model, model, latest))
    search.start()
    stopped, told = False, 0
    while search.is_alive():
        search.join(POLL)
        if len(latest) > told:
            told = len(latest)
            run.tell(stage, latest[-1])
        if not stopped and run.stopped():
            stopped = True
        if stopped:
            solver.stop_search()
    if search.error is not None:
        raise search.error
    if search.status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _Stage(None, None, False, stopped)
    proven = search.status == cp_model.OPTIMAL
    return _Stage(model.read(solver.boolean_value), solver.best_objective_bound, proven, stopped)


def _watching(cp_model: Any, model: Model, latest: list[tuple[Placed, ...]]) -> Any:
    """Keeps each better proposal for the caller's thread to tell of."""

    class Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # ortools has no types
        def on_solution_callback(self) -> None:
            latest.append(model.read(self.boolean_value))

    return Watch()


class _Search(Thread):
    def __init__(self, solver: Any, model: Any, watch: Any) -> None:
        super().__init__(daemon=True)
        self._ask: Callable[[], Any] = lambda: solver.solve(model, watch)
        self.status: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.status = self._ask()
        except Exception as error:
            self.error = error
