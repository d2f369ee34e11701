"""Dates, durations, lists and order as Swedes write them; pure, and the same on every machine's locale."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, F, Func
from django.db.models.expressions import Combinable

from hub.clock import birthday, local, start_of_day
from hub.day_names import MONTHS as MONTHS
from hub.day_names import MONTHS_SHORT as MONTHS_SHORT
from hub.day_names import WEEKDAYS as WEEKDAYS
from hub.day_names import WEEKDAYS_SHORT as WEEKDAYS_SHORT


def day(of: date) -> str:
    """22 november 2026"""
    return f"{day_month(of)} {of.year}"


def day_month(of: date) -> str:
    """22 november"""
    return f"{of.day} {MONTHS[of.month - 1]}"


def day_short(of: date, today: date | None = None) -> str:
    """22 nov, with the year when it is not this one: 22 nov 2025"""
    short = f"{of.day} {MONTHS_SHORT[of.month - 1]}"
    return short if today and of.year == today.year else f"{short} {of.year}"


def weekday(of: date) -> str:
    """söndag"""
    return WEEKDAYS[of.weekday()]


def week(of: date) -> str:
    """vecka 48 (ISO 8601, as Swedish calendars count)"""
    return f"vecka {of.isocalendar().week}"


def clock_time(at: datetime) -> str:
    """09.30, on a Swedish wall clock"""
    return f"{local(at):%H.%M}"


def moment(at: datetime, now: datetime | None = None) -> str:
    """i dag 09.30, i går 14.05, i morgon 08.00, otherwise sön 22 nov 09.30 (and the year when another)."""
    then, today = local(at).date(), local(now).date() if now else None
    near = {0: "i dag", -1: "i går", 1: "i morgon"}.get((then - today).days) if today else None
    said = near or f"{WEEKDAYS_SHORT[then.weekday()]} {day_short(then, today)}"
    return f"{said} {clock_time(at)}"


def since(start: datetime) -> str:
    """A start as people say it: 1 december 2026, or sön 22 nov 2026 09.30 when it is within a day."""
    wall = local(start)
    return day(wall.date()) if wall.time() == time.min else moment(start)


def until(end: datetime | date, today: date | None = None) -> str:
    """An exclusive end as people say it (P-C5): till och med 28 februari, or till 28 februari kl. 14.05.

    An end at local midnight is the whole day before; a date is the last day itself. The year is added unless
    it is that of `today`; without `today` it is left out.
    """
    if not isinstance(end, datetime):
        end = start_of_day(end + timedelta(days=1))
    wall = local(end)
    whole_days = wall.time() == time.min
    last = wall.date() - timedelta(days=1) if whole_days else wall.date()
    said = day_month(last) if today is None or last.year == today.year else day(last)
    return f"till och med {said}" if whole_days else f"till {said} kl. {clock_time(end)}"


def period(first: date, end: datetime, today: date | None = None) -> str:
    """från 1 december till och med 28 februari"""
    said = day_month(first) if today is None or first.year == today.year else day(first)
    return f"från {said} {until(end, today)}"


def duration(length: timedelta) -> str:
    """The two largest units that matter: 3 dagar, 1 tim 12 min, 12 min, less than a minute: under 1 min.

    Rounded down, so that nobody is promised time that is not there. Negative lengths are read as their size.
    """
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = minutes // (24 * 60), minutes // 60
    if days >= 2:
        return plural(days, "dag", "dagar")
    if hours:
        rest = minutes % 60
        return f"{hours} tim {rest} min" if rest else f"{hours} tim"
    return f"{minutes} min" if minutes else "under 1 min"


def time_left(left: timedelta) -> str:
    """1 tim 12 min kvar, 3 dagar kvar; at or past the limit: försenad 12 min"""
    return f"{duration(left)} kvar" if left > timedelta(0) else f"försenad {duration(left)}"


def time_left_words(due_at: datetime, at: datetime) -> str:
    """As `time_left`, of a clock that is up at the instant `due_at` and read at `at`."""
    return time_left(due_at - at)


def age(birth_date: date, on: date) -> int:
    """Whole years on the day `on`; leap-day children turn on 1 March. Raises ValueError before birth."""
    if on < birth_date:
        raise ValueError("not born yet")
    years = on.year - birth_date.year
    return years if birthday(birth_date, years) <= on else years - 1


def listing(parts: Iterable[str], word: str = "och") -> str:
    """a, b och c"""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def plural(n: int, one: str, many: str) -> str:
    """1 uppgift, 3 uppgifter; thousands apart with a no-break space: 41 129 uppgifter"""
    return f"{n:,} {one if n == 1 else many}".replace(",", "\u00a0")


def possessive(name: str) -> str:
    """Noras, but Klas and Max without an added s"""
    return name if name[-1:].lower() in ("s", "x", "z") else f"{name}s"


_FROM, _TO = "åäöéü", "{|}ey"  # "{|}" follow "z" in ASCII, which puts å, ä, ö last and in that order
_ORDER = str.maketrans(_FROM, _TO)


def sort_key(text: str) -> str:
    """Key for sorting in Python exactly as `swedish_order` sorts in PostgreSQL."""
    return unicodedata.normalize("NFC", text).lower().translate(_ORDER)


class SwedishOrder(Func):
    """Swedish alphabetical order without ICU: immutable, so it can be indexed, and equal on every server.

    The letters are literals in the SQL, not parameters, so that an index on the same expression is used.
    """

    template = f"translate(lower(%(expressions)s), '{_FROM}', '{_TO}') COLLATE \"C\""
    output_field = CharField()
    arity = 1


def swedish_order(field: str | Combinable) -> SwedishOrder:
    """For `order_by(swedish_order("name"))` and for an index on it: alingsås, Éden, Zinkgruvan, Åmål."""
    expression: Any = F(field) if isinstance(field, str) else field
    return SwedishOrder(expression)
