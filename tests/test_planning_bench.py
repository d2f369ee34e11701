"""What the bench of the planner rests on: the same problem every time, and a verdict that can be no."""

from dataclasses import replace

import pytest
import time_machine

from bench import planning_database
from bench.planning import HEAD, Measured, kept, measure, row, told
from bench.planning_cases import SHAPES, generate
from bench.planning_rows import ASKED, fill
from meetings.planning.outcome import State

SMALL = replace(SHAPES[1], professionals=30, wanted=12, meetings=8)


def test_a_shape_and_a_seed_are_one_problem() -> None:
    assert generate(SMALL, 1, places=True) == generate(SMALL, 1, places=True)
    assert generate(SMALL, 1, places=True) != generate(SMALL, 2, places=True)


def test_a_problem_is_measured_in_every_way_and_the_table_holds_it() -> None:
    one = measure(SMALL, 1, 1, places=True)
    assert one.collisions == 0
    assert one.proposal.state is State.OPTIMAL
    assert one.first_come <= one.proposal.on_time <= one.possible
    assert one.one_by_one <= one.proposal.on_time
    assert one.explained == len(one.proposal.unplaced) > 0
    assert len(row(one)) == len(HEAD)
    assert f"**solver {one.proposal.on_time}" in told([one], [one], "2026-11-22", 1)


def test_the_verdict_is_no_where_one_promise_is_broken() -> None:
    good = measured()
    assert kept([good], [good])
    for broken in (
        replace(good, collisions=1),
        replace(good, explained=0),
        replace(good, whole_seconds=30.1),
        replace(good, possible=8),
        replace(good, first_come=7),
    ):
        assert not kept([broken], [good])
    assert not kept([good], [replace(good, collisions=1)])
    assert kept([good], [replace(good, possible=8)])


@pytest.mark.django_db
def test_a_kommun_s_rows_are_planned_and_booked_by_the_pages_own_path() -> None:
    made = fill(cases=6, professionals=80, busy=0.2)
    with time_machine.travel(ASKED, tick=False):
        run = planning_database.measure(made, ASKED)
    assert (run.total, run.collisions) == (6, 0)
    assert run.booked == run.placed >= 5
    assert run.explained == run.total - run.placed
    assert "| booking all |" in planning_database.told(made, run, 0.2, "2026-11-22")


def measured() -> Measured:
    """Seven of seven possible on time, one impossible and explained, first come at six."""
    proposal = replace(measure(SMALL, 1, 1, places=True).proposal, on_time=7, unplaced=("m",))
    return Measured(
        name="",
        possible=7,
        first_come=6,
        by_due_day=6,
        one_by_one=6,
        one_by_one_seconds=0.1,
        proposal=proposal,
        collisions=0,
        explained=1,
        whole_seconds=30.0,
    )
