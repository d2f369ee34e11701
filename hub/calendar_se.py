"""Swedish working days and working hours (R70, R72), and the due instant of a question put to an outside agency.

A working day is Monday to Friday, no red day by lag 1989:253, and no midsommar-, jul- or nyårsafton. Skärtorsdag,
valborgsmässoafton and days between two free ones are ordinary. Working time is 08.00-17.00 on a Swedish wall clock;
the nights when the clocks change lie outside it, so an hour of it is always an hour.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

from holidays.countries.sweden import Sweden

from hub import clock

SATURDAY = 5
OPENS, CLOSES = time(8, 0), time(17, 0)
NOON = time(12, 0)

#: An outside agency's time to answer a question (P-T4).
EXTERNAL = timedelta(hours=24)


@cache
def _named(year: int) -> dict[date, str]:
    # Exactly these categories: with "optional" or "bank" ordinary days become free, and due instants wrong.
    return dict(Sweden(years=year, categories=("public", "de_facto"), language="sv"))


@cache
def _free(year: int) -> frozenset[date]:
    return frozenset(_named(year))


def holiday_name(day: date) -> str:
    """Trettondedag jul, or Julafton, which is free for all but not red; "" for days without a name."""
    return _named(day.year).get(day, "")


@cache
def _red(year: int) -> frozenset[date]:
    return frozenset(Sweden(years=year, categories=("public",), language="sv"))


def is_red(day: date) -> bool:
    """Sundays and the days of lag 1989:253: what Swedish calendars print in red. The eves are not."""
    return day.weekday() > SATURDAY or day in _red(day.year)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _free(day.year)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date) -> date:
    """The last working day before `day`: when something due on `day` must be dealt with at the latest (R70)."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def is_office_time(at: datetime) -> bool:
    """Whether somebody is at the office: else what is urgent goes to the jour (P-T5)."""
    wall = clock.local(at)
    return is_working_day(wall.date()) and OPENS <= wall.time() < CLOSES


def add_working_time(at: datetime, length: timedelta, *, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """The instant when `length` of working time has passed since `at`, in UTC.

    What is begun before opening counts from then; what is begun at closing or later, or on a free day, from the next
    opening. It ends at a closing rather than at the opening after it.

    Raises:
        ValueError: `length` is not longer than nothing.
    """
    if length <= timedelta(0):
        raise ValueError("working time to add must be more than none")
    day = clock.local_day(at)
    if not is_working_day(day):
        day = next_working_day(day)
    while True:
        begins, ends = max(clock.utc(at), clock.wall_time(day, opens)), clock.wall_time(day, closes)
        open_for = max(ends - begins, timedelta(0))
        if length <= open_for:
            return begins + length
        length -= open_for
        day = next_working_day(day)


def noon_of_next_working_day(at: datetime) -> datetime:
    """12.00 on the first working day after the day of `at`, in UTC."""
    return clock.wall_time(next_working_day(clock.local_day(at)), NOON)


def external_due(at: datetime) -> datetime:
    """When an outside agency should have answered what it was asked at `at` (P-T4).

    24 hours later; where that falls on a day that is no working day, 17.00 on the next one.
    """
    due = clock.utc(at) + EXTERNAL
    day = clock.local_day(due)
    return due if is_working_day(day) else clock.wall_time(next_working_day(day), CLOSES)
