"""The calendar of one person, by day, week, month or as a list: which days are shown, and what stands on each.

Pure: entries come in as instants, and each day is asked for its own beginning and end, so that the days when the
clocks change are 23 and 25 hours long here too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from hub import clock, swedish
from hub.calendar_se import holiday_name, is_red

View = Literal["dag", "vecka", "manad", "lista"]
VIEWS: dict[View, str] = {"dag": "Dag", "vecka": "Vecka", "manad": "Månad", "lista": "Lista"}
#: How many days the list goes.
LISTED = 28
#: Days that a page can be asked for; outside it nothing is booked, and years run out.
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that takes time: a meeting, or a time when the person is busy (no title of its own)."""

    starts_at: datetime
    ends_at: datetime
    title: str
    url: str = ""
    detail: str = ""
    where: str = ""
    state: str = ""  # a word, where it is not simply booked
    gone: bool = False  # called off, or did not take place

    @property
    def busy(self) -> bool:
        return not self.url and not self.detail


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it stands on one day."""

    entry: Entry
    when: str
    iso: str


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    entries: list[Shown] = field(default_factory=list)
    today: bool = False
    outside: bool = False  # of the month that is shown

    @property
    def red(self) -> bool:
        return is_red(self.on)

    @property
    def holiday(self) -> str:
        return holiday_name(self.on)

    @property
    def weekday(self) -> str:
        return swedish.weekday(self.on)

    @property
    def weekday_short(self) -> str:
        return swedish.WEEKDAYS_SHORT[self.on.weekday()]

    @property
    def name(self) -> str:
        """torsdag 12 mars"""
        return f"{self.weekday} {swedish.day_month(self.on)}"

    @property
    def iso(self) -> str:
        return self.on.isoformat()

    @property
    def clocks(self) -> str:
        """Why the day is shorter or longer than others, on two days of the year."""
        hours = (clock.end_of_day(self.on) - clock.start_of_day(self.on)) // timedelta(hours=1)
        return {23: "Sommartid börjar: dygnet är 23 timmar.", 25: "Vintertid börjar: dygnet är 25 timmar."}.get(
            hours, ""
        )


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Span:
    """What a page shows: half-open days, what it is called, and the day to ask for before and after it."""

    first: date
    end: date
    title: str
    before: date
    after: date


def span(view: View, on: date) -> Span:
    """The days of a view that holds the day `on`."""
    monday = on - timedelta(days=on.weekday())
    if view == "dag":
        title = f"{swedish.weekday(on).capitalize()} {swedish.day(on)}, {swedish.week(on)}"
        return Span(on, on + timedelta(days=1), title, on - timedelta(days=1), on + timedelta(days=1))
    if view == "vecka":
        sunday = monday + timedelta(days=6)
        title = f"{swedish.week(monday).capitalize()}, {swedish.day_month(monday)} till {swedish.day(sunday)}"
        return Span(monday, monday + timedelta(days=7), title, monday - timedelta(days=7), monday + timedelta(days=7))
    if view == "lista":
        end = on + timedelta(days=LISTED)
        title = f"{swedish.day_month(on).capitalize()} till {swedish.day(end - timedelta(days=1))}"
        return Span(on, end, title, on - timedelta(days=LISTED), end)
    first = on.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    starts = first - timedelta(days=first.weekday())
    last = after - timedelta(days=1)
    title = f"{swedish.MONTHS[first.month - 1].capitalize()} {first.year}"
    return Span(starts, last + timedelta(days=7 - last.weekday()), title, before, after)


def weeks(shown: Span, entries: Iterable[Entry], *, today: date, month: int = 0) -> list[Week]:
    """The days of a span with their entries, week by week (ISO 8601).

    Args:
        month: days of other months are marked as outside; 0 for none.
    """
    found: list[Week] = []
    for day in days(shown, list(entries), today=today, month=month):
        number = day.on.isocalendar().week
        if not found or found[-1].number != number:
            found.append(Week(number, []))
        found[-1].days.append(day)
    return found


def days(shown: Span, entries: Sequence[Entry], *, today: date, month: int = 0) -> list[Day]:
    """Each day with what takes any of its time, in order. An entry over midnight stands on both days."""
    ordered = sorted(entries, key=lambda entry: (entry.starts_at, entry.ends_at, entry.title))
    made = []
    for number in range((shown.end - shown.first).days):
        on = shown.first + timedelta(days=number)
        begins, ends = clock.start_of_day(on), clock.end_of_day(on)
        there = [_shown(entry, begins, ends) for entry in ordered if entry.starts_at < ends and entry.ends_at > begins]
        made.append(Day(on, there, today=on == today, outside=bool(month) and on.month != month))
    return made


def _shown(entry: Entry, begins: datetime, ends: datetime) -> Shown:
    from_before, goes_on = entry.starts_at < begins, entry.ends_at > ends
    starts_at, ends_at = swedish.clock_time(entry.starts_at), swedish.clock_time(entry.ends_at)
    if entry.starts_at <= begins and entry.ends_at >= ends:
        when = "Hela dagen"
    elif from_before:
        when = f"Till {ends_at}"
    elif goes_on:
        when = f"Från {starts_at}"
    elif entry.ends_at == ends:
        when = f"{starts_at}–24.00"
    else:
        when = f"{starts_at}–{ends_at}"
    return Shown(entry, when, clock.local(max(entry.starts_at, begins)).isoformat(timespec="minutes"))
