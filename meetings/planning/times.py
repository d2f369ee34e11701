"""Instants in UTC at the border, minutes inside, and a Swedish wall clock for every rule that speaks of days.

Nothing here asks what time it is. Of the product the package imports `hub.clock`, `hub.calendar_se` and
`hub.day_names`, none of which knows Django.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from hub import clock
from hub.day_names import MONTHS_SHORT, WEEKDAYS_SHORT

MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: The same instant in UTC, and on a Swedish wall clock. ValueError for one that carries no time zone.
aware, local = clock.utc, clock.local


@lru_cache(maxsize=8192)
def wall(day: date, at: time) -> datetime:
    """`clock.wall_time`, asked again and again: the UTC instant when a Swedish wall clock shows `at` on `day`."""
    return clock.wall_time(day, at)


def down(at: datetime) -> int:
    """Whole minutes to the instant, rounded down: where what is busy begins."""
    return (aware(at) - _EPOCH) // MINUTE


def up(at: datetime) -> int:
    """Whole minutes to the instant, rounded up: where what is busy ends."""
    return -((_EPOCH - aware(at)) // MINUTE)


def instant(minutes: int) -> datetime:
    return _EPOCH + minutes * MINUTE


@lru_cache(maxsize=8192)
def wall_minutes(day: date, at: time) -> int:
    return down(wall(day, at))


@lru_cache(maxsize=65536)
def local_day(minutes: int) -> date:
    return local(instant(minutes)).date()


def day_text(day: date) -> str:
    """`30 mars`."""
    return f"{day.day} {MONTHS_SHORT[day.month - 1]}"


def slot_text(at: datetime) -> str:
    """`mån 30 mars kl. 09.30`."""
    shown = local(at)
    return f"{WEEKDAYS_SHORT[shown.weekday()]} {day_text(shown.date())} kl. {shown:%H.%M}"


def span_text(first: date, last: date) -> str:
    """`2–9 mars`, `28 mars–4 april`."""
    if first == last:
        return day_text(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_text(last)}"
    return f"{day_text(first)}–{day_text(last)}"
