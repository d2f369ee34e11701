"""When it is asked how it went: 6 and 12 months after the end, each for two months (P-P6, R71)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from actionplans.models import MONTHS, AfterPaper
from hub import clock
from hub.models import Case

#: How long a point stays open, in months: what is asked later says something else.
OPEN_MONTHS = 2


def months_later(day: date, months: int) -> date:
    """The same number in a later month, or that month's last day (R71, lag 1930:173)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Point:
    """One point in time: half-open, from the day that is so many months after the day of the end."""

    months: int
    opens_at: datetime
    closes_at: datetime

    def open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    @property
    def first_day(self) -> date:
        return clock.local_day(self.opens_at)

    @property
    def last_day(self) -> date:
        return clock.last_day(self.closes_at)


def points(case: Case) -> tuple[Point, ...]:
    """The points of an ended case; none of one that goes on."""
    if case.closed_at is None:
        return ()
    ended = clock.local_day(case.closed_at)
    return tuple(
        Point(
            months,
            clock.start_of_day(months_later(ended, months)),
            clock.start_of_day(months_later(ended, months + OPEN_MONTHS)),
        )
        for months in MONTHS
    )


def open_point(case: Case, *, at: datetime) -> Point | None:
    """The point at which may be asked now."""
    return next((point for point in points(case) if point.open(at)), None)


def in_force(paper: AfterPaper, *, at: datetime) -> bool:
    """Whether the paper lets anybody be asked at `at`: signed by all, neither taken back nor outgrown."""
    ends = [end for end in (paper.ends_at, paper.ended_at) if end is not None]
    return paper.completed_at is not None and paper.completed_at <= at and all(at < end for end in ends)
