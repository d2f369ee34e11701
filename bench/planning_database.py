"""Planning from the page that asks to the meetings that are booked: `python -m bench.planning_database`.

A database of its own with 120 cases whose meetings are all due in four weeks and 300 professionals with busy
calendars. The steps are the product's own: the page of planning is sent, the worker makes the proposal (reads,
searches, explains, stores), the page of the proposal is read, and all of it is booked by one press. Writes its table
between its own marks of docs/performance.md.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bench.planning import write
from deploy.launcher import Refused, say

if TYPE_CHECKING:
    from django.test import Client

    from bench.planning_rows import Made
    from meetings.models import Proposal

DATABASE = "planning_from_rows"
MARKS = "<!-- bench-planning-database: begin -->", "<!-- bench-planning-database: end -->"


@dataclass(frozen=True, slots=True)
class Step:
    """What it took on the clock, and how many statements reached the database."""

    name: str
    seconds: float
    statements: int


@dataclass(slots=True)
class Run:
    """One planning, step by step, and what came of it."""

    steps: list[Step] = field(default_factory=list)
    total: int = 0
    possible: int = 0
    on_time: int = 0
    placed: int = 0
    quality: str = ""
    booked: int = 0
    collisions: int = 0
    explained: int = 0
    searched: float = 0.0

    def step(self, name: str, deed: Callable[[], Any]) -> Any:
        from bench.sample import watched

        with watched() as watch:
            began = time.perf_counter()
            found = deed()
            self.steps.append(Step(name, time.perf_counter() - began, watch.total.statements))
        return found


def measure(made: "Made", at: datetime) -> Run:
    """Plan as whoever plans does.

    Args:
        at: the instant that the machine's clock says.

    Raises:
        AssertionError: a page was refused; no speed is worth printing then.
    """
    from django.core.cache import cache
    from django.test import Client

    from bench.pages import BACKEND
    from hub.tenancy import in_kommun
    from meetings import planner
    from meetings.models import Proposal
    from meetings.planning.solver import solve

    run, client = Run(), Client(SERVER_NAME="localhost")
    client.force_login(made.planner.user, backend=BACKEND)
    run.step("the page of planning", lambda: _read(client, "/moten/planera/"))
    run.step("asking", lambda: _ask(client))

    def search(*asked: Any, **options: Any) -> Any:
        since = time.perf_counter()
        found = solve(*asked, **options)
        run.searched = time.perf_counter() - since
        return found

    cache.delete(planner.LOCK)
    run.step("making the proposal", lambda: planner.make_due(now=lambda: at, search=search))
    with in_kommun(made.municipality_id):
        proposal = Proposal.objects.get()
    assert proposal.state == "ready", proposal.state
    address = f"/moten/planera/{proposal.ref}/"
    run.step("the page of the proposal", lambda: _read(client, address))
    run.step("booking all", lambda: _send(client, f"{address}boka/", row_version=proposal.row_version))
    with in_kommun(made.municipality_id):
        _count(run, proposal)
    return run


def _read(client: "Client", path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def _send(client: "Client", path: str, **fields: Any) -> Any:
    answer = client.post(path, fields)
    assert answer.status_code == 302, (path, answer.status_code, answer.content[:3000])
    return answer


def _ask(client: "Client") -> Any:
    from bench.planning_cases import MONDAY

    fields = {"first_day": MONDAY.isoformat(), "weeks": 4, "minutes": 60, "officials_minutes": 15}
    return _send(client, "/moten/planera/", **fields)


def _count(run: Run, proposal: "Proposal") -> None:
    """What was booked, and whether anybody or any room is in two meetings at once, counted from the meetings."""
    from django.db.models import F, Q

    from meetings.models import Meeting, Participant, ProposedMeeting

    proposal.refresh_from_db()
    run.total, run.placed, run.on_time = proposal.total, proposal.placed, proposal.on_time
    run.possible, run.quality = proposal.possible, str(proposal.get_quality_display())
    without = ProposedMeeting.objects.filter(proposal=proposal, starts_at=None)
    run.explained = without.exclude(reasons=[]).count()
    booked = Meeting.objects.filter(state="planned", main=None)
    run.booked = booked.count()
    times = Participant.objects.filter(meeting__state="planned", assignment__isnull=False).values_list(
        "assignment__user", "meeting__starts_at", "meeting__ends_at"
    )
    rooms = booked.exclude(room=None).annotate(opens=F("officials__starts_at"))
    spans = [*times, *((f"room {one.room_id}", one.opens or one.starts_at, one.ends_at) for one in rooms)]
    of_each: dict[Any, list[tuple[datetime, datetime]]] = {}
    for who, begins, ends in spans:
        of_each.setdefault(who, []).append((begins, ends))
    run.collisions = (
        sum(one[1] > other[0] for rows in of_each.values() for one, other in _neighbours(sorted(rows)))
        + booked.filter(~Q(form="video"), room=None).count()
    )


def _neighbours(rows: list[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(rows))


def told(made: "Made", run: Run, busy: float, day: str) -> str:
    rows = [f"| {one.name} | {one.seconds:.1f} s | {one.statements} |" for one in run.steps]
    whole = sum(one.seconds for one in run.steps)
    left = run.total - run.placed
    return "\n".join(
        [
            f"Measured {day} by `python -m bench.planning_database`: {made.cases} cases, {made.professionals} "
            f"professionals {busy:.0%} busy, on {os.cpu_count()} cores, load of the machine {os.getloadavg()[0]:.1f} "
            f"at the end (1.0 per busy core), Python {platform.python_version()}.",
            "",
            "| step | clock | statements |",
            "|---|--:|--:|",
            *rows,
            f"| **all** | **{whole:.1f} s** | **{sum(one.statements for one in run.steps)}** |",
            "",
            f"Of making the proposal {run.searched:.1f} s is the search itself. {run.total} meetings due; "
            f"{run.on_time} placed on time of at most {run.possible} (”{run.quality.lower()}”), "
            f"{run.placed - run.on_time} later, {left} without a time, {run.explained} of them explained. "
            f"**{run.booked} booked by one press; people or rooms in two places: {run.collisions}.**",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--professionals", type=int, default=300)
    parser.add_argument("--busy", type=float, default=0.2, help="share of everybody's working time")
    asked = parser.parse_args()
    from bench.host import Host

    host = Host()
    try:
        with host.running():
            host.postgres.drop_database(DATABASE)
            host.postgres.ensure_database(DATABASE)
            host.point_at(DATABASE)
            host.migrate()
            os.environ.update(host.env)
            import django

            django.setup()
            from bench.planning_rows import ASKED, fill
            from hub import clock

            day = str(clock.local_day(clock.now()))
            made = fill(cases=asked.cases, professionals=asked.professionals, busy=asked.busy)
            began = time.monotonic()
            clock.now = lambda: ASKED + timedelta(seconds=time.monotonic() - began)
            run = measure(made, ASKED)
            text = told(made, run, asked.busy, day)
            write(text, MARKS)
            say(text)
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0 if run.booked == run.placed and not run.collisions and run.explained == run.total - run.placed else 1


if __name__ == "__main__":
    sys.exit(main())
