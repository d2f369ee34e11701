"""Dates, durations, lists and order as Swedes write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hub import swedish
from hub.clock import STOCKHOLM, at_age, birthday, end_of_day, last_day, local, local_day, now, start_of_day

SUNDAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # 11.00 in Sweden
SEC = timedelta(seconds=1)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)  # type: ignore[arg-type, misc]  # year to minute, as the test writes them


def test_days_are_written_in_words() -> None:
    assert swedish.day(SUNDAY) == "22 november 2026"
    assert swedish.day_month(date(2026, 2, 1)) == "1 februari"
    assert swedish.weekday(SUNDAY) == "söndag"
    assert [swedish.day_month(date(2026, m, 1)).split()[1] for m in range(1, 13)] == list(swedish.MONTHS)


def test_a_short_day_names_its_year_only_when_it_is_another() -> None:
    assert swedish.day_short(SUNDAY, date(2026, 1, 1)) == "22 nov"
    assert swedish.day_short(SUNDAY, date(2027, 1, 1)) == "22 nov 2026"


@pytest.mark.parametrize(
    ("of", "week"), [(SUNDAY, 47), (date(2026, 11, 23), 48), (date(2027, 1, 1), 53), (date(2027, 1, 4), 1)]
)
def test_weeks_are_counted_as_in_a_swedish_calendar(of: date, week: int) -> None:
    assert swedish.week(of) == f"vecka {week}"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (at(2026, 11, 22, 9, 30), "i dag 09.30"),
        (at(2026, 11, 22, 0, 0), "i dag 00.00"),
        (at(2026, 11, 21, 23, 59), "i går 23.59"),
        (at(2026, 11, 23, 8, 0), "i morgon 08.00"),
        (at(2026, 11, 20, 14, 5), "fre 20 nov 14.05"),
        (at(2026, 11, 26, 14, 5), "tors 26 nov 14.05"),
        (at(2025, 11, 22, 9, 30), "lör 22 nov 2025 09.30"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "i dag 00.30"),
    ],
)
def test_a_moment_is_told_from_where_the_reader_stands(then: datetime, said: str) -> None:
    assert swedish.moment(then, NOW) == said


def test_an_exclusive_midnight_is_the_whole_day_before() -> None:
    midnight = start_of_day(date(2027, 3, 1))
    assert swedish.until(midnight) == "till och med 28 februari"
    assert swedish.until(midnight - SEC) == "till 28 februari kl. 23.59"
    assert swedish.until(midnight + SEC) == "till 1 mars kl. 00.00"
    assert swedish.until(at(2027, 2, 28, 14, 5)) == "till 28 februari kl. 14.05"
    assert swedish.until(start_of_day(date(2027, 1, 1)), SUNDAY) == "till och med 31 december"
    assert swedish.until(midnight, SUNDAY) == "till och med 28 februari 2027"


def test_a_start_at_midnight_is_the_day_alone() -> None:
    midnight = start_of_day(date(2026, 12, 1))
    assert swedish.since(midnight) == "1 december 2026"
    assert swedish.since(midnight - SEC) == "mån 30 nov 2026 23.59"
    assert swedish.since(midnight + SEC) == "tis 1 dec 2026 00.00"


def test_a_last_day_is_said_like_the_midnight_after_it() -> None:
    assert swedish.until(date(2027, 2, 28)) == "till och med 28 februari"


def test_without_a_today_nothing_is_near_and_the_year_is_told() -> None:
    assert swedish.day_short(SUNDAY) == "22 nov 2026"
    assert swedish.moment(NOW) == "sön 22 nov 2026 11.00"


def test_midnight_after_a_change_of_clocks_is_still_midnight() -> None:
    assert swedish.until(start_of_day(date(2027, 3, 29))) == "till och med 28 mars"
    assert swedish.until(start_of_day(date(2026, 10, 26))) == "till och med 25 oktober"
    assert swedish.until(datetime(2027, 3, 28, 23, 0, tzinfo=UTC)) == "till 29 mars kl. 01.00"


@pytest.mark.parametrize("day", [SUNDAY, date(2027, 3, 28), date(2026, 10, 25), date(2026, 12, 31)])
def test_a_day_is_over_where_the_next_begins_and_is_the_last_of_what_ends_there(day: date) -> None:
    over = end_of_day(day)
    assert over == start_of_day(day + timedelta(days=1))
    assert [last_day(end) for end in (over - SEC, over, over + SEC)] == [day, day, day + timedelta(days=1)]


def test_a_period_says_its_first_and_last_day() -> None:
    end = start_of_day(date(2027, 3, 1))
    assert swedish.period(date(2026, 12, 1), end) == "från 1 december till och med 28 februari"
    assert swedish.period(date(2026, 12, 1), end, SUNDAY) == "från 1 december till och med 28 februari 2027"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=3), "3 dagar kvar"),
        (timedelta(days=3) - SEC, "2 dagar kvar"),
        (timedelta(days=2), "2 dagar kvar"),
        (timedelta(days=2) - SEC, "47 tim 59 min kvar"),
        (timedelta(hours=1, minutes=12), "1 tim 12 min kvar"),
        (timedelta(hours=1), "1 tim kvar"),
        (timedelta(hours=1) - SEC, "59 min kvar"),
        (timedelta(minutes=1), "1 min kvar"),
        (timedelta(minutes=1) - SEC, "under 1 min kvar"),
        (SEC, "under 1 min kvar"),
        (timedelta(0), "försenad under 1 min"),
        (timedelta(minutes=-12), "försenad 12 min"),
        (timedelta(days=-3), "försenad 3 dagar"),
    ],
)
def test_time_left_is_rounded_down_and_turns_late_at_the_limit(left: timedelta, said: str) -> None:
    assert swedish.time_left(left) == said
    assert swedish.time_left_words(NOW + left, NOW) == said


@pytest.mark.parametrize(("on", "years"), [(date(2026, 12, 2), 15), (date(2026, 12, 3), 16), (date(2026, 12, 4), 16)])
def test_age_changes_on_the_birthday(on: date, years: int) -> None:
    assert swedish.age(date(2010, 12, 3), on) == years


def test_a_leap_day_child_ages_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert swedish.age(born, date(2026, 2, 28)) == 17
    assert swedish.age(born, date(2026, 3, 1)) == 18
    assert swedish.age(born, date(2028, 2, 29)) == 20
    assert birthday(born, 18) == date(2026, 3, 1)
    with pytest.raises(ValueError, match="born"):
        swedish.age(born, date(2008, 2, 28))


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 79))
def test_age_and_birthday_agree(born: date, years: int) -> None:
    turned = birthday(born, years)
    assert swedish.age(born, turned) == years
    if years:
        assert swedish.age(born, turned - timedelta(days=1)) == years - 1


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_begins_at_its_own_midnight(day: date) -> None:
    begins = start_of_day(day)
    assert (local_day(begins), local_day(begins - SEC)) == (day, day - timedelta(days=1))
    assert at_age(day, 0) == begins


def test_the_clock_is_aware_and_in_utc() -> None:
    assert now().utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="time zone"):
        local(datetime(2026, 11, 22, 9, 0))


def test_lists_and_numbers() -> None:
    assert swedish.listing([]) == ""
    assert swedish.listing(["a"]) == "a"
    assert swedish.listing(["a", "b"]) == "a och b"
    assert swedish.listing(["a", "b", "c"]) == "a, b och c"
    assert swedish.listing(["a", "b"], "eller") == "a eller b"
    assert swedish.plural(1, "uppgift", "uppgifter") == "1 uppgift"
    assert swedish.plural(0, "uppgift", "uppgifter") == "0 uppgifter"
    assert swedish.plural(41129, "uppgift", "uppgifter") == "41\u00a0129 uppgifter"
    assert [swedish.possessive(n) for n in ("Nora", "Klas", "Max")] == ["Noras", "Klas", "Max"]


def test_swedish_order_puts_the_three_letters_last() -> None:
    places = ["Örebro", "Zinkgruvan", "Älvsbyn", "alingsås", "Åmål", "Éden", "Eda", "Müllersgatan", "Mzungu"]
    assert sorted(places, key=swedish.sort_key) == [
        "alingsås",
        "Eda",
        "Éden",
        "Müllersgatan",
        "Mzungu",
        "Zinkgruvan",
        "Åmål",
        "Älvsbyn",
        "Örebro",
    ]


def test_decomposed_letters_sort_as_composed_ones() -> None:
    assert swedish.sort_key("A\u030amål") == swedish.sort_key("Åmål")


def test_the_sql_is_what_an_index_can_hold() -> None:
    assert swedish.SwedishOrder.template % {"expressions": '"name"'} == (
        "translate(lower(\"name\"), 'åäöéü', '{|}ey') COLLATE \"C\""
    )
    assert swedish.swedish_order("name").get_source_expressions()[0].name == "name"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["alingsås", "Éden", "Zinkgruvan", "ÅMÅL", "Älvsbyn", "Örebro", "Müller", "محمد"])
def test_the_database_orders_by_the_same_key(name: str) -> None:
    sql = swedish.SwedishOrder.template % {"expressions": "%s::text"}
    with connection.cursor() as cursor:
        cursor.execute(f"select {sql}", [name])
        assert cursor.fetchone() == (swedish.sort_key(name),)
