"""The due instants of triage: the reference cases one by one, and what must hold for any start.

`tests/data/clock_cases.csv` was computed apart from the product. Times are Europe/Stockholm; `due_utc` is exclusive.
red 4 h, orange 12 h, knowledge_jour 2 h: elapsed time, never paused. orange_office (only by a recorded decision): 12
hours counted 08.00-17.00 on working days, never past 12.00 the next working day. knowledge (units): 2 hours counted
08.00-17.00 on working days. external: 24 hours; if that falls on no working day, 17.00 the next one. decision: arrival
day + 14 calendar days, to the end of that day. protection_green: the end of the arrival day, or 12.00 the next day if
it arrived at 15.00 or later; protection_orange and protection_red: the same but never later than the colour's clock.
feedback (asked for by the decision): same weekday a week after the decision, end of day; feedback_late (asked later,
or an investigation already runs): end of the day of asking. investigation: same day number four months later (the
month's last day if there is none), end of day. `alarm_date`: the last working day before the due day.
"""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.calendar_se import external_due
from hub.clock import STOCKHOLM, local
from tests import swedish_holidays
from triage import sla

SECOND = timedelta(seconds=1)
CASES = list(csv.DictReader((Path(__file__).parent / "data" / "clock_cases.csv").read_text().splitlines()))


def protection_orange(at: datetime) -> datetime:
    return sla.protection_due(at, colour_due=sla.orange_due(at))


def protection_red(at: datetime) -> datetime:
    return sla.protection_due(at, colour_due=sla.red_due(at))


def orange_office(at: datetime) -> datetime:
    return sla.orange_due(at, office_hours=True)


def knowledge_jour(at: datetime) -> datetime:
    return sla.knowledge_due(at, jour=True)


DUE: dict[str, Callable[[datetime], datetime]] = {
    "red": sla.red_due,
    "orange": sla.orange_due,
    "orange_office": orange_office,
    "knowledge": sla.knowledge_due,
    "knowledge_jour": knowledge_jour,
    "external": external_due,
    "decision": sla.decision_due,
    "protection_green": sla.protection_due,
    "protection_orange": protection_orange,
    "protection_red": protection_red,
    "feedback": sla.feedback_due,
    "feedback_late": sla.feedback_late_due,
    "investigation": sla.investigation_due,
}
#: Rules by which what starts later is never due earlier. Protection is not among them: see its own test. Nor is the
#: question to an outside agency: asked as Saturday ends it is due at 17.00 on Monday, a moment later as Monday begins.
MONOTONE = sorted(set(DUE) - {"external", "protection_orange", "protection_red"})
ELAPSED = {"red": 4, "orange": 12, "knowledge_jour": 2}
END_OF_DAY = ("decision", "feedback", "feedback_late", "investigation")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['start']}")
def test_the_due_instant_is_that_of_the_reference(case: dict[str, str]) -> None:
    start = datetime.fromisoformat(case["start"])
    due = DUE[case["kind"]](start)
    assert due == datetime.fromisoformat(case["due_utc"]) == datetime.fromisoformat(case["due_local"])
    assert due.tzinfo is UTC
    if case["alarm_date"]:
        assert sla.alarm_day(due) == date.fromisoformat(case["alarm_date"])


def test_every_kind_of_the_reference_is_tried() -> None:
    assert {case["kind"] for case in CASES} == set(DUE)
    assert len(CASES) == 57


@pytest.mark.parametrize("kind", sorted(DUE))
def test_an_instant_without_a_zone_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        DUE[kind](datetime(2026, 11, 23, 9, 0))


# --- any start -----------------------------------------------------------------------------------------------------

WALL = st.datetimes(datetime(2020, 1, 2), datetime(2045, 6, 1))
#: Where the calendar is odd: the nights of change, Easter, midsommar, the turn of the year, leap days.
ODD_DAYS = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2027, 3, 28),
    date(2026, 4, 3),
    date(2026, 4, 5),
    date(2026, 6, 19),
    date(2026, 12, 24),
    date(2026, 12, 31),
    date(2028, 2, 29),
    date(2027, 10, 31),
    date(2026, 5, 1),
]
NEAR_ODD = st.builds(
    lambda day, seconds: datetime.combine(day, time()) + timedelta(seconds=seconds),
    st.sampled_from(ODD_DAYS),
    st.integers(-15 * 86400, 2 * 86400),
)
STARTS = st.builds(
    lambda wall, fold: wall.replace(tzinfo=STOCKHOLM, fold=fold).astimezone(UTC),
    WALL | NEAR_ODD,
    st.integers(0, 1),
)
#: 02.30 twice in October, once before and once after the change.
TWICE = [datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold).astimezone(UTC) for fold in (0, 1)]


@pytest.mark.parametrize("kind", sorted(DUE))
@given(STARTS)
def test_a_clock_is_due_after_it_has_started_and_says_the_same_in_every_zone(kind: str, start: datetime) -> None:
    due = DUE[kind](start)
    assert due > start
    assert due.utcoffset() == timedelta(0)
    assert DUE[kind](local(start)) == due


@pytest.mark.parametrize("kind", MONOTONE)
@given(STARTS, STARTS)
@example(*TWICE)
def test_what_starts_later_is_never_due_earlier(kind: str, one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert DUE[kind](first) <= DUE[kind](second)


@pytest.mark.parametrize(("kind", "hours"), ELAPSED.items())
@given(STARTS)
@example(TWICE[0])
@example(TWICE[1])
def test_nothing_pauses_the_clocks_of_danger(kind: str, hours: int, start: datetime) -> None:
    assert DUE[kind](start) - start == timedelta(hours=hours)


@pytest.mark.parametrize("kind", ["orange_office", "knowledge"])
@given(STARTS)
def test_office_clocks_are_due_in_working_hours_on_working_days(kind: str, start: datetime) -> None:
    wall = local(DUE[kind](start))
    assert swedish_holidays.works(wall.date())
    assert time(8) < wall.time() <= time(17)


@given(STARTS)
def test_orange_by_office_hours_is_never_past_noon_the_next_working_day(start: datetime) -> None:
    day = local(start).date() + timedelta(days=1)
    while not swedish_holidays.works(day):
        day += timedelta(days=1)
    noon = datetime.combine(day, time(12), STOCKHOLM)
    assert orange_office(start) <= noon
    assert sla.confirmation_due(start) == noon


@pytest.mark.parametrize("kind", END_OF_DAY)
@given(STARTS)
def test_clocks_of_days_end_at_midnight(kind: str, start: datetime) -> None:
    assert local(DUE[kind](start)).time() == time()


@given(STARTS)
def test_fourteen_days_are_calendar_days_and_seven_end_on_the_same_weekday(start: datetime) -> None:
    first = local(start).date()
    assert (local(sla.decision_due(start) - SECOND).date() - first).days == 14
    last = local(sla.feedback_due(start) - SECOND).date()
    assert ((last - first).days, last.weekday()) == (7, first.weekday())


@given(STARTS)
def test_four_months_end_on_the_same_day_number_or_the_last_of_the_month(start: datetime) -> None:
    first, last = local(start).date(), local(sla.investigation_due(start) - SECOND).date()
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == 4
    assert last.day == first.day or (last.day < first.day and (last + timedelta(days=1)).day == 1)


@given(STARTS)
def test_a_child_is_assessed_the_same_day_or_by_noon_the_next_and_never_after_the_colour(start: datetime) -> None:
    first, wall = local(start).date(), local(sla.protection_due(start))
    if local(start).time() < time(15):
        assert wall == datetime.combine(first + timedelta(days=1), time(), STOCKHOLM)
    else:
        assert wall == datetime.combine(first + timedelta(days=1), time(12), STOCKHOLM)
    assert protection_red(start) == min(sla.protection_due(start), sla.red_due(start))
    assert protection_orange(start) == min(sla.protection_due(start), sla.orange_due(start))
    assert protection_red(start) <= protection_orange(start) <= sla.protection_due(start)


@given(STARTS)
def test_the_alarm_is_on_a_working_day_with_only_free_days_between(start: datetime) -> None:
    due = sla.decision_due(start)
    alarm, day = sla.alarm_day(due), local(due - SECOND).date() - timedelta(days=1)
    assert swedish_holidays.works(alarm)
    while day > alarm:
        assert not swedish_holidays.works(day)
        day -= timedelta(days=1)
    assert day == alarm


# --- each limit one tick before, at and after ------------------------------------------------------------------------


def swedish(text: str) -> datetime:
    """2026-11-20 16.10.00 on a Swedish wall clock."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M.%S").replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("kind", "start", "due"),
    [
        ("protection_green", "2026-11-23 14.59.59", "2026-11-24 00.00.00"),
        ("protection_green", "2026-11-23 15.00.00", "2026-11-24 12.00.00"),
        ("protection_green", "2026-11-23 15.00.01", "2026-11-24 12.00.00"),
        ("decision", "2026-11-22 23.59.59", "2026-12-07 00.00.00"),
        ("decision", "2026-11-23 00.00.00", "2026-12-08 00.00.00"),
        ("external", "2026-11-19 23.59.59", "2026-11-20 23.59.59"),
        ("external", "2026-11-20 00.00.00", "2026-11-23 17.00.00"),
        ("orange_office", "2026-11-23 07.59.59", "2026-11-24 11.00.00"),
        ("orange_office", "2026-11-23 09.00.00", "2026-11-24 12.00.00"),
        ("orange_office", "2026-11-23 09.00.01", "2026-11-24 12.00.00"),
        ("orange_office", "2026-11-23 23.59.59", "2026-11-24 12.00.00"),
        ("orange_office", "2026-11-24 00.00.00", "2026-11-25 11.00.00"),
        ("knowledge", "2026-11-23 14.59.59", "2026-11-23 16.59.59"),
        ("knowledge", "2026-11-23 15.00.00", "2026-11-23 17.00.00"),
        ("knowledge", "2026-11-23 15.00.01", "2026-11-24 08.00.01"),
        ("feedback_late", "2026-11-25 23.59.59", "2026-11-26 00.00.00"),
        ("investigation", "2027-10-31 12.00.00", "2028-03-01 00.00.00"),
        ("investigation", "2026-10-28 12.00.00", "2027-03-01 00.00.00"),
        ("investigation", "2026-10-27 12.00.00", "2027-02-28 00.00.00"),
    ],
)
def test_each_limit_one_second_before_at_and_after(kind: str, start: str, due: str) -> None:
    assert DUE[kind](swedish(start)) == swedish(due)
