"""What the demo tells of: the rows of demo_people.toml, and the day that everything is counted from."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from hub.clock import STOCKHOLM, local_day, start_of_day

PLAN = Path(__file__).resolve().parents[1] / "data" / "demo_people.toml"
#: The oldest deed lies this many days before the day of seeding; assignments begin with it.
EARLIEST = 460
FRIDAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Youth:
    """One row of the plan. `started` and `ended` are days before the day of seeding."""

    key: str
    district: str
    first: str
    last: str
    age: int
    form: str
    consent: str
    guardians: int
    language: str
    interpreter: bool
    status: str = "planned"
    court_ordered: bool = False
    started: int | None = None
    ended: int | None = None
    outcome: str = ""
    protection: str = "INGEN"
    new_reports: str = "not_stated"
    improved: str = "not_stated"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of demo_people.toml."""

    participants: tuple[Youth, ...]
    planned: tuple[Youth, ...]
    districts: tuple[dict[str, Any], ...]
    names: dict[str, list[str]]
    texts: dict[tuple[str, str], list[str]]
    outcomes: dict[str, list[str]]


@lru_cache(maxsize=1)
def load() -> Plan:
    """The plan, parsed once."""
    with PLAN.open("rb") as file:
        raw = tomllib.load(file)
    return Plan(
        participants=tuple(Youth(**row) for row in raw["participant"]),
        planned=tuple(Youth(**row) for row in raw["planned"]),
        districts=tuple(raw["district"]),
        names=raw["names"],
        texts={(row["kind"], row["type"]): row["texts"] for row in raw["item"]},
        outcomes={row["code"]: row["texts"] for row in raw["outcome"]},
    )


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on the Swedish wall clock. Office hours exist on every day, also when clocks change."""
    return datetime.combine(day, time(hour, minute), STOCKHOLM)


def workday(day: date) -> date:
    """The day, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - FRIDAY, 0))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days counted back from the day of seeding, which stands for the report's last day, 2012-12-01."""

    as_of: date

    def day(self, before: int) -> date:
        return self.as_of - timedelta(days=before)

    @property
    def beginning(self) -> datetime:
        """When every assignment of the demo begins; the day of seeding can be read off it."""
        return start_of_day(self.day(EARLIEST))

    @staticmethod
    def of_beginning(valid_from: datetime) -> "Calendar":
        """The calendar of a demo whose assignments begin at `valid_from`."""
        return Calendar(local_day(valid_from) + timedelta(days=EARLIEST))


@dataclass(slots=True)
class Diary:
    """The instants of one thread of a story: always forward, in office hours, never on the day of seeding itself."""

    calendar: Calendar
    last: datetime | None = field(default=None)

    def turn(self, before: int, hour: int = 10, minute: int = 0) -> datetime:
        """The next instant, `before` days before the day of seeding, or just after the one before it."""
        at = instant(workday(self.calendar.day(max(before, 1))), hour, minute)
        if self.last is not None and at <= self.last:
            at = self.last + timedelta(minutes=5)
        self.last = at
        return at


#: A thread of deeds: it yields the instant of its next deed and does it when it is resumed.
Story = Iterator[datetime]


def tell(stories: list[Story]) -> None:
    """Do all deeds of all stories in the order of time, so that no deed rests on one that comes later."""
    queue: list[tuple[datetime, int, Story]] = []

    def queue_next(order: int, story: Story) -> None:
        if (at := next(story, None)) is not None:
            heappush(queue, (at, order, story))

    for order, story in enumerate(stories):
        queue_next(order, story)
    while queue:
        _at, order, story = heappop(queue)
        queue_next(order, story)
