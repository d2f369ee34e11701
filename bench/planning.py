"""The planner against first come, first served, on invented problems: `python -m bench.planning`.

120 due meetings, 300 professionals with busy calendars, four weeks. Nothing is stored: the planner is a function.
Writes its table between its own marks of docs/performance.md.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

from bench.__main__ import DOCUMENT
from bench.planning_cases import SEEDS, SHAPES, Shape, generate
from deploy.launcher import Refused, say
from hub import clock
from meetings.planning.check import check
from meetings.planning.explain import explain
from meetings.planning.greedy import choices, first_come, greedy, possible_on_time
from meetings.planning.options import Calendars
from meetings.planning.outcome import Proposal, State
from meetings.planning.problem import Problem
from meetings.planning.solver import solve

BEGIN, END = "<!-- bench-planning: begin -->", "<!-- bench-planning: end -->"
#: Of the meetings possible by themselves, how many must at least be on time, over all problems together.
PROMISED = 0.97
#: How many times as many as first come, first served.
PROMISED_RATIO = 1.08
#: Seconds within which the best is proven or what may be missing is said.
PROMISED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One problem, planned three ways."""

    name: str
    possible: int
    first_come: int
    by_due_day: int
    one_by_one: int
    one_by_one_seconds: float
    proposal: Proposal
    collisions: int
    explained: int
    whole_seconds: float


def measure(shape: Shape, seed: int, workers: int, *, places: bool) -> Measured:
    """Raises nothing for a collision: it is counted, and told."""
    problem = generate(shape, seed, places=places)
    calendars = Calendars(problem)
    found = choices(calendars)
    first = first_come(problem, found, calendars)
    by_due = replace(problem, meetings=tuple(sorted(problem.meetings, key=lambda one: one.window.due)))
    by_due_day = first_come(by_due, found, calendars)
    began = monotonic()
    one_by_one = greedy(problem)
    between = monotonic()
    proposal = solve(problem, time_limit=PROMISED_SECONDS - 1, workers=workers)
    ended = monotonic()
    return Measured(
        name=f"{shape.name} / {seed}",
        possible=possible_on_time(problem, found),
        first_come=len(first),
        by_due_day=len(by_due_day),
        one_by_one=one_by_one.on_time,
        one_by_one_seconds=between - began,
        proposal=proposal,
        collisions=sum(len(check(problem, placed)) for placed in (first, one_by_one.placed, proposal.placed)),
        explained=_explained(problem, proposal),
        whole_seconds=ended - between,
    )


def _explained(problem: Problem, proposal: Proposal) -> int:
    calendars = Calendars(problem)
    told = (explain(problem, proposal.placed, ref, calendars=calendars) for ref in proposal.unplaced)
    return sum(bool(one.reasons) for one in told)


def found_best(proposal: Proposal) -> str:
    if proposal.state is State.OPTIMAL:
        return "proven"
    if proposal.gap:
        return f"at most {proposal.gap} more on time"
    return f"on time proven; wishes within {proposal.cost - proposal.cost_bound} of {proposal.cost}"


def row(one: Measured) -> list[str]:
    unplaced = len(one.proposal.unplaced)
    return [
        one.name,
        str(one.possible),
        str(one.first_come),
        str(one.by_due_day),
        str(one.one_by_one),
        str(one.proposal.on_time),
        found_best(one.proposal),
        f"{one.whole_seconds:.1f} s",
        str(one.collisions),
        f"{one.explained} of {unplaced}",
    ]


HEAD = (
    "calendars / seed",
    "possible alone",
    "first come",
    "by due day",
    "one by one",
    "solver",
    "best",
    "time",
    "collisions",
    "explained",
)


def table(rows: Sequence[Sequence[str]]) -> str:
    """As `bench.report.table`, which needs the product's settings."""
    rule = "|" + "|".join(["---"] + ["--:"] * (len(HEAD) - 1)) + "|"
    return "\n".join(["| " + " | ".join(HEAD) + " |", rule, *("| " + " | ".join(one) + " |" for one in rows)])


def sums(measured: Sequence[Measured]) -> str:
    possible = sum(one.possible for one in measured)
    first = sum(one.first_come for one in measured)
    by_due = sum(one.by_due_day for one in measured)
    greedily = sum(one.one_by_one for one in measured)
    solved = sum(one.proposal.on_time for one in measured)
    proven = sum(one.proposal.state is State.OPTIMAL for one in measured)
    on_time = sum(one.proposal.gap == 0 for one in measured)
    return (
        f"Together: possible {possible}; **solver {solved} ({solved / possible:.1%})**, one by one {greedily} "
        f"({greedily / possible:.1%}), by due day {by_due} ({by_due / possible:.1%}), first come {first} "
        f"({first / possible:.1%}). The solver has **{solved / first:.2f}x** as many on time as first come, first "
        f"served, {solved / by_due:.2f}x as many as by due day. As many on time as can be: proven in {on_time} of "
        f"{len(measured)}, with the wishes in {proven}. The longest took "
        f"{max(one.whole_seconds for one in measured):.1f} s, the median "
        f"{statistics.median(one.whole_seconds for one in measured):.1f} s; one by one at most "
        f"{max(one.one_by_one_seconds for one in measured):.1f} s. Collisions: "
        f"{sum(one.collisions for one in measured)}."
    )


def told(calendars: Sequence[Measured], places: Sequence[Measured], day: str, workers: int) -> str:
    return "\n".join(
        [
            f"Measured {day} by `python -m bench.planning`: {workers} workers on {os.cpu_count()} cores, load of the "
            f"machine {os.getloadavg()[0]:.1f} at the end (1.0 per busy core), Python {platform.python_version()}.",
            "",
            "Calendars only:",
            "",
            table([row(one) for one in calendars]),
            "",
            sums(calendars),
            "",
            "With rooms in six places, ways between them and youths kept apart:",
            "",
            table([row(one) for one in places]),
            "",
            sums(places),
        ]
    )


def kept(calendars: Sequence[Measured], places: Sequence[Measured]) -> bool:
    """Whether what is promised holds in this run; with places too, no share is promised."""
    solved = sum(one.proposal.on_time for one in calendars)
    return (
        not any(one.collisions for one in (*calendars, *places))
        and all(one.explained == len(one.proposal.unplaced) for one in (*calendars, *places))
        and all(one.whole_seconds <= PROMISED_SECONDS for one in (*calendars, *places))
        and solved >= PROMISED * sum(one.possible for one in calendars)
        and solved >= PROMISED_RATIO * sum(one.first_come for one in calendars)
    )


def write(text: str, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put the text between its marks of docs/performance.md.

    Raises:
        Refused: the document has no such marks.
    """
    document = DOCUMENT.read_text(encoding="utf-8")
    before, begin, rest = document.partition(marks[0])
    _old, end, after = rest.partition(marks[1])
    if not (begin and end):
        raise Refused(f"{DOCUMENT} has no marks")
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    solve(Problem(meetings=(), people=(), rooms=()))  # loads the solver, which is no part of planning
    found: dict[bool, list[Measured]] = {False: [], True: []}
    try:
        for places in found:
            for shape in SHAPES:
                for seed in SEEDS:
                    found[places].append(one := measure(shape, seed, asked.workers, places=places))
                    say(" | ".join(row(one)))
        text = told(found[False], found[True], str(clock.local_day(clock.now())), asked.workers)
        write(text)
    except Refused as refusal:
        say(str(refusal))
        return 1
    say(text)
    return 0 if kept(found[False], found[True]) else 1


if __name__ == "__main__":
    sys.exit(main())
