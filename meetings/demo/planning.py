"""A proposal that waits for the demo's coordinator: made as the worker makes it, by the planner itself."""

from datetime import datetime, timedelta
from typing import Any

from hub import clock
from hub.access import Actor
from meetings import actions, planner
from meetings.models import Proposal
from meetings.planning.outcome import Proposal as Outcome
from meetings.planning.problem import Problem
from meetings.planning.solver import solve

#: Whose cases it is about (`meetings.demo.plan.COURSES`).
PLANNED = "ST-3"
WEEKS = 4


def propose(by: Actor, *, at: datetime) -> Proposal:
    """Ask for four weeks from the next Monday, and make it at once."""
    today = clock.local_day(at)
    monday = today + timedelta(days=7 - today.weekday())
    asked = actions.ask_for_proposal(
        first_day=monday,
        last_day=monday + timedelta(days=7 * WEEKS - 1),
        minutes=60,
        officials_minutes=15,
        by=by,
        at=at,
    )
    claimed = planner.claim(by.municipality_id, now=lambda: at)
    assert claimed is not None  # noqa: S101 - it was asked for just now
    planner.make(claimed, search=_soon)
    asked.refresh_from_db()
    return asked


def _soon(problem: Problem, **wanted: Any) -> Outcome:
    """The same answer each time, and not longer than building a demo may take."""
    return solve(problem, **wanted | {"workers": 1, "time_limit": 5.0})
