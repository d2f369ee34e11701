"""Instants in UTC at the border, minutes inside, and a Swedish wall clock for every rule that speaks of days.

Nothing here asks what time it is. The package imports nothing of the product but `hub.calendar_se`, so it has its own
few lines about the zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
_MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def aware(at: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: `at` carries no time zone; it would silently be read in the machine's own.
    """
    if at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return at.astimezone(UTC)


def local(at: datetime) -> datetime:
    """The same instant on a Swedish wall clock."""
    return aware(at).astimezone(STOCKHOLM)


@lru_cache(maxsize=8192)
def wall(day: date, at: time) -> datetime:
    """The UTC instant when a Swedish wall clock shows `at` on `day`; never asked for between 02.00 and 03.00."""
    return datetime.combine(day, at, STOCKHOLM).astimezone(UTC)


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
    return f"{day.day} {_MONTHS[day.month - 1]}"


def slot_text(at: datetime) -> str:
    """`mån 30 mars kl. 09.30`."""
    shown = local(at)
    return f"{_WEEKDAYS[shown.weekday()]} {day_text(shown.date())} kl. {shown:%H.%M}"


def span_text(first: date, last: date) -> str:
    """`2–9 mars`, `28 mars–4 april`."""
    if first == last:
        return day_text(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_text(last)}"
    return f"{day_text(first)}–{day_text(last)}"
