"""Time: instants are aware and in UTC; rules speak of local days in Europe/Stockholm.

`now()` is the only place that asks the machine's clock. Views, commands and tasks call it once and pass the
answer down as `at`, so that every rule can be tested one second before, at and after its limit (P-A3).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one exception that the ban is there for


def local(at: datetime) -> datetime:
    """The same instant on a Swedish wall clock.

    Raises ValueError for a naive `at`: it would silently be read in the machine's own zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return at.astimezone(STOCKHOLM)


def utc(at: datetime) -> datetime:
    """The same instant in UTC, where an hour added is always an hour. Raises ValueError for a naive `at`."""
    return local(at).astimezone(UTC)


def local_day(at: datetime) -> date:
    """The calendar day in Sweden at the instant `at`."""
    return local(at).date()


def start_of_day(day: date) -> datetime:
    """The UTC instant of local midnight when `day` begins.

    Swedish clocks change at 02.00/03.00, so midnight always exists exactly once; the days themselves are 23
    or 25 hours long on the nights of change, which is why a day is never "plus 24 hours".
    """
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The UTC instant when `day` is over: where a period ends whose last day, itself included, it is."""
    return start_of_day(day + timedelta(days=1))


def last_day(end: datetime) -> date:
    """The last Swedish day of a period that ends at the instant `end`: `end_of_day` backwards.

    A period that is cut short in the middle of a day has that day as its last.
    """
    return local_day(end - timedelta(microseconds=1))


def wall_time(day: date, at: time) -> datetime:
    """The UTC instant when a Swedish wall clock shows `at` on `day`.

    Never ask for a time from 02.00 to 03.00: on the nights of change it does not exist, or exists twice.
    """
    return datetime.combine(day, at, STOCKHOLM).astimezone(UTC)


def birthday(birth_date: date, years: int) -> date:
    """The day on which somebody born on `birth_date` turns `years`.

    Born on 29 February: 1 March in a year without that day, so that no age is reached a day early.
    """
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def at_age(birth_date: date, years: int) -> datetime:
    """The UTC instant when the day begins on which somebody turns `years` (P-A11)."""
    return start_of_day(birthday(birth_date, years))
