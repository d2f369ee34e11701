"""Working days agree with a computation from the law, day by day; working time and the outside agency's 24 hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import calendar_se
from hub.clock import STOCKHOLM, local, wall_time
from tests import swedish_holidays

SECOND = timedelta(seconds=1)
FIRST, LAST = date(2020, 1, 1), date(2045, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
INSTANTS = st.datetimes(datetime(2020, 1, 2), datetime(2045, 12, 1), timezones=st.just(UTC))


def swedish(text: str) -> datetime:
    """2026-11-20 16.10 on a Swedish wall clock."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=STOCKHOLM)


def test_two_sources_agree_on_every_day_of_twenty_six_years() -> None:
    assert [day for day in DAYS if calendar_se.is_working_day(day) != swedish_holidays.works(day)] == []


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2035, (3, 25)), (2038, (4, 25))],
)
def test_the_second_source_knows_easter(year: int, easter: tuple[int, int]) -> None:
    """As printed in calendars; 2035 and 2038 are nearly the earliest and the very latest possible."""
    assert swedish_holidays.easter(year) == date(year, *easter)


@pytest.mark.parametrize(
    "ordinary",
    [date(2026, 4, 2), date(2026, 4, 30), date(2026, 5, 15), date(2026, 1, 5), date(2026, 12, 23), date(2026, 10, 30)],
    ids=["skärtorsdag", "valborg", "klämdag", "trettondagsafton", "dan före dan", "allhelgonaafton"],
)
def test_days_that_many_take_off_are_working_days_all_the_same(ordinary: date) -> None:
    assert calendar_se.is_working_day(ordinary)


def test_the_neighbouring_working_days_lie_over_the_free_ones() -> None:
    assert calendar_se.next_working_day(date(2026, 12, 23)) == date(2026, 12, 28)
    assert calendar_se.previous_working_day(date(2026, 12, 28)) == date(2026, 12, 23)
    assert calendar_se.next_working_day(date(2026, 11, 23)) == date(2026, 11, 24)
    assert calendar_se.previous_working_day(date(2027, 1, 1)) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("at", "open_then"),
    [
        ("2026-11-23 07.59", False),
        ("2026-11-23 08.00", True),
        ("2026-11-23 16.59", True),
        ("2026-11-23 17.00", False),
        ("2026-11-22 10.00", False),
        ("2026-06-19 10.00", False),
    ],
)
def test_the_office_is_open_from_eight_until_five_on_working_days(at: str, open_then: bool) -> None:
    assert calendar_se.is_office_time(swedish(at)) is open_then


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 07.59", 2, "2026-11-23 10.00"),
        ("2026-11-23 08.00", 2, "2026-11-23 10.00"),
        ("2026-11-23 15.00", 2, "2026-11-23 17.00"),
        ("2026-11-23 15.01", 2, "2026-11-24 08.01"),
        ("2026-11-23 16.59", 2, "2026-11-24 09.59"),
        ("2026-11-23 17.00", 2, "2026-11-24 10.00"),
        ("2026-11-20 17.00", 2, "2026-11-23 10.00"),
        ("2026-03-27 16.00", 10, "2026-03-30 17.00"),
        ("2026-12-23 16.00", 2, "2026-12-28 09.00"),
        ("2026-12-30 08.00", 28, "2027-01-07 09.00"),
    ],
)
def test_working_time_runs_from_eight_until_five_on_working_days(start: str, hours: int, end: str) -> None:
    """4 January 2027 is a Monday and the 6th trettondedag jul."""
    assert calendar_se.add_working_time(swedish(start), timedelta(hours=hours)) == swedish(end)


def test_no_working_time_is_no_length() -> None:
    with pytest.raises(ValueError, match="more than none"):
        calendar_se.add_working_time(swedish("2026-11-23 09.00"), timedelta(0))


@given(INSTANTS, st.integers(1, 40 * 60))
def test_working_time_ends_at_work_and_is_as_long_as_asked(at: datetime, minutes: int) -> None:
    """Counted out again minute by working minute, by the law's own calendar."""
    end = calendar_se.add_working_time(at, timedelta(minutes=minutes))
    wall = local(end)
    assert end > at
    assert swedish_holidays.works(wall.date())
    assert time(8) < wall.time() <= time(17)
    assert worked(at, end) == timedelta(minutes=minutes)


def worked(start: datetime, end: datetime) -> timedelta:
    total, day = timedelta(0), local(start).date()
    while day <= local(end).date():
        if swedish_holidays.works(day):
            begins, ends = max(start, wall_time(day, time(8))), min(end, wall_time(day, time(17)))
            total += max(ends - begins, timedelta(0))
        day += timedelta(days=1)
    return total


@given(INSTANTS, INSTANTS)
def test_what_is_asked_later_is_never_due_earlier(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    for due in (
        calendar_se.external_due,
        calendar_se.noon_of_next_working_day,
        lambda at: calendar_se.add_working_time(at, timedelta(hours=2)),
    ):
        assert due(first) <= due(second)


@given(INSTANTS)
def test_an_outside_agency_is_never_late_on_a_free_day(at: datetime) -> None:
    due = calendar_se.external_due(at)
    assert swedish_holidays.works(local(due).date())
    assert due - at >= timedelta(hours=24)
    assert due - at == timedelta(hours=24) or local(due).time() == time(17)
