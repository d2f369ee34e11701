"""The tables of docs/performance.md, written between their marks by the command that measured."""

import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bench.measure import BY_HAND, FRAME, KEY, NAIVE, PRODUCT, WHOLE, Samples
from bench.meetings import Meetings
from bench.pages import Page
from bench.questions import QUESTIONS
from bench.queue import Queue
from bench.sample import Cost
from bench.worker import Memory

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass(slots=True)
class Run:
    """Everything that one run measured."""

    day: date
    postgres: str
    django: str
    sizes: list[tuple[int, int]]
    people: int
    load: tuple[float, float]
    samples: Samples
    lists: dict[int, float]
    pages: dict[str, list[Page]] = field(default_factory=dict)
    log_reads: dict[str, list[Cost]] = field(default_factory=dict)
    log_writes: dict[str, list[Cost]] = field(default_factory=dict)
    json: dict[str, list[float]] = field(default_factory=dict)
    memory: Memory | None = None
    queue: Queue | None = None
    meetings: Meetings | None = None


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else median(values)


def ms(seconds: float) -> str:
    return "–" if math.isnan(seconds) else f"{seconds * 1000:.2f}"


def times(ratio: float) -> str:
    return "–" if math.isnan(ratio) else f"{ratio:.0f}x" if ratio >= 20 else f"{ratio:.1f}x"


def processor(costs: Sequence[Cost]) -> list[float]:
    return [cost.processor for cost in costs]


def clock(costs: Sequence[Cost]) -> list[float]:
    return [cost.clock for cost in costs]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---"] + ["--:"] * (len(head) - 1)) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def slope(run: Run, question: str, design: str) -> float:
    """Least-squares slope of log(median) on log(size): 0 is flat, 1 is as the whole."""
    points = [
        (math.log(size), math.log(middle))
        for size, _items in run.sizes
        if (middle := median(processor(run.samples.of(size, question, design)))) > 0
    ]
    if len(points) < 2:
        return math.nan
    x, y = [p[0] for p in points], [p[1] for p in points]
    return statistics.linear_regression(x, y).slope


def decisions(run: Run) -> str:
    """The statement that decides, against (a), (b) and (c), in the largest database."""
    largest = run.sizes[-1][0]
    rows = []
    for question in QUESTIONS:
        product, by_hand, key, naive = (
            run.samples.of(largest, question.name, design) for design in (PRODUCT, BY_HAND, KEY, NAIVE)
        )
        mine, hand = processor(product), processor(by_hand)
        rows.append(
            [
                question.name,
                ms(median(mine)),
                ms(p95(mine)),
                ms(median(hand)),
                ms(p95(hand)),
                times(median(mine) / median(hand)),
                times(median(clock(product)) / median(clock(by_hand))),
                ms(median(processor(key))),
                f"{median([c.statements for c in naive]):.0f}" if naive else "–",
                times(median(processor(naive)) / median(hand)) if naive else "–",
            ]
        )
    head = ["question", "product", "p95", "(a)", "p95", "ratio", "ratio by clock", "(c)", "(b) queries", "(b) / (a)"]
    return table(head, rows)


def growth(run: Run) -> str:
    rows = []
    for question in QUESTIONS:
        middles = [ms(median(processor(run.samples.of(size, question.name, PRODUCT)))) for size, _ in run.sizes]
        slopes = [slope(run, question.name, design) for design in (PRODUCT, BY_HAND, KEY)]
        rows.append([question.name, *middles, *(f"{s:+.2f}" if not math.isnan(s) else "–" for s in slopes)])
    head = ["question", *(f"{size:,}".replace(",", " ") for size, _ in run.sizes)]
    return table([*head, "slope", "slope of (a)", "slope of (c)"], rows)


def frames(run: Run) -> str:
    largest = run.sizes[-1][0]
    costs = run.samples.of(largest, FRAME, FRAME)
    return (
        f"BEGIN, set_config and COMMIT of a request: {ms(median(processor(costs)))} ms of the server's processor, "
        f"{ms(median(clock(costs)))} ms on the clock."
    )


def wholes(run: Run) -> str:
    """All statements behind what a page shows, and the pages themselves."""
    largest = run.sizes[-1][0]
    rows = []
    for question in QUESTIONS[:2]:
        costs = run.samples.of(largest, question.name, WHOLE)
        counts = median([c.statements for c in costs])
        rows.append([f"what the {question.name} shows", "–", f"{counts:.0f}", ms(median(processor(costs))), "–"])
    for name, pages in run.pages.items():
        seconds = [page.seconds for page in pages]
        database = [page.database for page in pages]
        rows.append(
            [
                f"page “{name}”",
                ms(median(seconds)),
                f"{median([c.statements for c in database]):.0f}",
                ms(median(processor(database))),
                ms(p95(seconds)),
            ]
        )
    return table(["", "whole path", "queries", "database (processor)", "p95 of the whole"], rows)


def log_costs(run: Run) -> str:
    lists, entry = (median(processor(run.log_reads.get(name, []))) for name in ("the list", "its entry in the log"))
    rows = [["a list of 50, with its entry in the log", ms(lists), ms(lists + entry), times((lists + entry) / lists)]]
    for number, name in ((1, "one item written"), (100, "a hundred items at once")):
        plain, logged = (
            median(processor(run.log_writes.get(f"{number} {which}", []))) for which in ("without", "with")
        )
        rows.append([name, ms(plain), ms(logged), times(logged / plain)])
    return table(["", "without", "with the log", "ratio"], rows)


def json_costs(run: Run) -> str:
    fastest = min((median(v) for v in run.json.values()), default=math.nan)
    rows = [[name, ms(median(v)), times(median(v) / fastest)] for name, v in run.json.items()]
    return table(["50 items as JSON", "ms", "ratio"], rows)


def queued(run: Run) -> str:
    """The queue of concerns, empty and full; the whole page, and what decides its order."""
    found = run.queue
    if found is None:
        return "The queue was not measured in this run."
    rows = [
        [f"page “Orosanmälningar”, {number} open", ms(median(seconds)), f"{found.queries[number]}", ms(p95(seconds))]
        for number, seconds in found.page.items()
    ]
    pages = table(["", "whole path", "queries", "p95 of the whole"], rows)
    return (
        f"{pages}\n\nWith {found.many} open concerns the page takes {times(found.ratio)} of the empty one's time. "
        f"The order of all of them takes {ms(median(found.product))} ms, and the same rule as SQL written by hand "
        f"{ms(median(found.by_hand))} ms on the clock."
    )


def gathered(run: Run) -> str:
    """The meetings and the rhythm of somebody with hundreds of cases, against nobody's."""
    found = run.meetings
    if found is None:
        return "The meetings were not measured in this run."
    measured = (
        ("page “Möten”", found.page, found.page_queries),
        ("the rhythm of all cases", found.rhythm, found.rhythm_queries),
    )
    rows = [
        [f"{name}, {number} cases", ms(median(seconds)), f"{queries[number]}", ms(p95(seconds))]
        for name, taken, queries in measured
        for number, seconds in taken.items()
    ]
    told = table(["", "whole path", "queries", "p95 of the whole"], rows)
    if not found.page:
        return f"{told}\n\nThe page of meetings was not there to be measured."
    return (
        f"{told}\n\nWith {found.many} cases of {found.each} meetings each the page takes {times(found.ratio)} of the "
        "empty one's time."
    )


def memory(run: Run) -> str:
    if run.memory is None:
        return "The memory of a worker was not measured in this run."
    m = run.memory
    return (
        f"A web worker started as the launcher does holds {m.at_start:.0f} MB after its first page, at most "
        f"{m.most:.0f} MB during {m.requests} requests of the mix, and grew by {m.growth:+.1f} MB over the second half."
    )


def machine(run: Run) -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    low, high = run.load
    sizes = ", ".join(f"{people} individuals with {items} items" for people, items in run.sizes)
    lists = ", ".join(f"{length:.0f}" for length in run.lists.values())
    return (
        f"Measured {run.day}: {os.cpu_count()} cores, {total:.0f} GB of memory, {platform.system()}, "
        f"PostgreSQL {run.postgres}, Python {platform.python_version()}, Django {run.django}, database and application "
        f"on the same machine. Load of the machine {low:.1f} at the start and {high:.1f} at the end (1.0 per busy "
        f"core). Databases: {sizes}. {run.people} people ask in each; the median length of their lists is {lists}."
    )


def text(run: Run) -> str:
    parts = [
        machine(run),
        "### What decides\n\nMilliseconds of the server's processor for the one statement that decides.",
        decisions(run),
        frames(run),
        "### Growth\n\nMedians of the same (ms), and the slope on a logarithmic scale: 0 is flat, 1 as the whole.",
        growth(run),
        "### Whole pages (ms)",
        wholes(run),
        "### The log (ms of the server's processor)",
        log_costs(run),
        "### JSON",
        json_costs(run),
        "### The queue of concerns (ms)",
        queued(run),
        "### Meetings and their rhythm (ms)",
        gathered(run),
        "### Memory",
        memory(run),
    ]
    return "\n\n".join(parts)


def write(path: Path, told: str) -> None:
    """Put the tables between the marks of the document.

    Raises:
        ValueError: the document has no marks.
    """
    document = path.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no marks")
    path.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")
