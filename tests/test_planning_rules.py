"""What a meeting may never collide with (P-M3), one tick before, at and after each limit.

`can` asks both the search and the independent checker, and fails where they differ.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from meetings.planning import times
from meetings.planning.check import Rule, check
from meetings.planning.options import Calendars, options
from meetings.planning.problem import Busy, Kind, Meeting, Placed, Problem, Seat, Slot, Window, starts_of
from meetings.planning.single import place_at
from tests.planning import DAY, HERE, THERE, at, can, confirmed, meeting, only, person, problem, room

#: 2026: the clocks change on 29 March and 25 October; 3 April is långfredag, 6 April annandag påsk.
FRIDAY_BEFORE, MONDAY_AFTER = date(2026, 3, 27), date(2026, 3, 30)


@pytest.mark.parametrize(
    ("span", "free"),
    [
        ("09.00-09.44", True),
        ("09.00-09.45", True),
        ("09.00-09.46", False),
        ("10.59-12.00", False),
        ("11.00-12.00", True),
        ("11.01-12.00", True),
    ],
)
def test_a_professional_is_needed_from_the_pre_meeting_until_the_end(span: str, free: bool) -> None:
    assert can(problem(meeting("m", "pia"), person("pia", span)), "10.00") is free


@pytest.mark.parametrize(("span", "free"), [("09.00-09.59", True), ("09.00-10.00", True), ("09.00-10.01", False)])
@pytest.mark.parametrize("kind", [Kind.FAMILY, Kind.INTERPRETER])
def test_family_and_interpreter_come_to_the_meeting_itself(kind: Kind, span: str, free: bool) -> None:
    assert can(problem(meeting("m", "mor"), person("mor", span, kind=kind)), "10.00") is free


def test_a_busy_time_of_seconds_takes_the_minutes_it_touches() -> None:
    second = timedelta(seconds=1)
    touching = Busy(start=at("09.00"), end=at("09.45") + second)
    assert not can(problem(meeting("m", "pia"), person("pia", busy=(touching,))), "10.00")
    ending = Busy(start=at("09.00"), end=at("09.45") - second)
    assert can(problem(meeting("m", "pia"), person("pia", busy=(ending,))), "10.00")


@pytest.mark.parametrize(("begins", "free"), [("08.14", True), ("08.15", True), ("08.16", False)])
def test_the_way_between_two_places_takes_half_an_hour(begins: str, free: bool) -> None:
    """Confirmed there for an hour; here the pre-meeting begins 09.45."""
    asked = problem(meeting("m", "pia"), person("pia"), fixed=(confirmed(begins, "pia", place=THERE),))
    assert can(asked, "10.00") is free


@pytest.mark.parametrize(("begins", "free"), [("11.29", False), ("11.30", True), ("11.31", True)])
def test_the_way_afterwards_counts_too(begins: str, free: bool) -> None:
    asked = problem(meeting("m", "pia"), person("pia"), fixed=(confirmed(begins, "pia", place=THERE),))
    assert can(asked, "10.00") is free


@pytest.mark.parametrize("place", [HERE, None])
def test_no_way_is_needed_in_the_same_place_or_to_a_link(place: str | None) -> None:
    asked = problem(meeting("m", "pia"), person("pia"), fixed=(confirmed("08.45", "pia", place=place),))
    assert can(asked, "10.00")
    there = confirmed("08.45", "pia", place=THERE)
    assert can(problem(meeting("m", "pia"), person("pia"), fixed=(there,), rooms=(room(place=None),)), "10.00")


@pytest.mark.parametrize(
    ("begins", "free"),
    [("07.59", True), ("08.00", True), ("08.01", False), ("11.59", False), ("12.00", True), ("12.01", True)],
)
def test_an_hour_passes_between_two_youths_kept_apart(begins: str, free: bool) -> None:
    """61, 60 and 59 minutes before, 59, 60 and 61 after. The youths are not at the pre-meeting."""
    asked = apart_from(confirmed(begins, youth="leo", place=HERE))
    assert can(asked, "10.00") is free


def test_youths_kept_apart_may_meet_in_different_places_or_by_link() -> None:
    assert can(apart_from(confirmed("10.00", youth="leo", place=THERE)), "10.00")
    assert can(apart_from(confirmed("10.00", youth="leo", place=None)), "10.00")
    links = apart_from(confirmed("10.00", youth="leo", place=None), rooms=(room(place=None),))
    assert can(links, "10.00")


def test_others_may_follow_at_once() -> None:
    assert can(apart_from(confirmed("09.00", youth="ida", place=HERE)), "10.00")


def apart_from(fixed: Any, **more: Any) -> Problem:
    apart = frozenset({frozenset({"nova", "leo"})})
    return problem(meeting("m", "pia", youth="nova"), person("pia"), fixed=(fixed,), apart=apart, **more)


@pytest.mark.parametrize(("capacity", "enough"), [(2, False), (3, True), (4, True), (None, True)])
def test_all_who_must_come_have_room(capacity: int | None, enough: bool) -> None:
    people = (person("pia"), person("sam"), person("mor", kind=Kind.FAMILY))
    asked = problem(meeting("m", "pia", "sam", "mor"), *people, rooms=(room(capacity=capacity),))
    assert can(asked, "10.00") is enough


def test_an_optional_person_stays_away_where_the_room_is_small() -> None:
    seats = (Seat(person="pia"), Seat(person="sam", required=False))
    asked = problem(meeting(seats=seats), person("pia"), person("sam"), rooms=(room(capacity=1),))
    assert can(asked, "10.00")
    assert place_at(asked, [], "m", Slot(at("10.00"), "sal")).people == (("pia", None),)
    crowded = Placed("m", Slot(at("10.00"), "sal"), (("pia", "sam"),))
    assert [found.rule for found in check(asked, [crowded])] == [Rule.CAPACITY]


@pytest.mark.parametrize(("until", "free"), [("09.44", True), ("09.45", True), ("09.46", False)])
def test_the_room_is_taken_from_the_pre_meeting(until: str, free: bool) -> None:
    taken = person("", f"09.00-{until}").busy
    assert can(problem(meeting("m", "pia"), person("pia"), rooms=(room(busy=taken),)), "10.00") is free
    assert can(problem(meeting("m", "pia"), person("pia"), rooms=(room(busy=taken, place=None),)), "10.00"), "a link"


def test_a_confirmed_meeting_takes_its_room_and_a_link_is_never_full() -> None:
    fixed = confirmed("10.00", room="sal")
    assert not can(problem(meeting("m", "pia"), person("pia"), fixed=(fixed,)), "10.00")
    assert can(problem(meeting("m", "pia"), person("pia"), fixed=(fixed,), rooms=(room(place=None),)), "10.00")


@pytest.mark.parametrize(("before", "free"), [(0, True), (15, False)])
def test_a_confirmed_meeting_takes_its_room_from_its_pre_meeting(before: int, free: bool) -> None:
    fixed = confirmed("11.00", room="sal", pre_minutes=before)
    assert can(problem(meeting("m", "pia"), person("pia"), fixed=(fixed,)), "10.00") is free


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2026, 4, 2), True),
        (date(2026, 4, 3), False),
        (date(2026, 4, 4), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
    ],
)
def test_no_meeting_is_held_on_a_red_day(day: date, free: bool) -> None:
    assert can(problem(meeting("m", "pia", window=only(day)), person("pia")), "10.00", day=day) is free


@pytest.mark.parametrize(
    ("day", "hour"), [(FRIDAY_BEFORE, 9), (MONDAY_AFTER, 8), (date(2026, 10, 23), 8), (date(2026, 10, 26), 9)]
)
def test_the_wall_clock_rules_on_both_sides_of_the_nights_of_change(day: date, hour: int) -> None:
    """Ten o'clock is another instant; the first and the last start of the day are the same on the wall."""
    asked = problem(meeting("m", "pia", window=only(day)), person("pia"))
    begins = [times.instant(option.begins[0]) for option in options(Calendars(asked), asked.meeting["m"])]
    assert datetime(day.year, day.month, day.day, hour, tzinfo=UTC) in begins
    assert (begins[0], begins[-1]) == (at("08.30", day), at("16.00", day))


@pytest.mark.parametrize(("hour", "free"), [(7, True), (8, False), (9, True)])
def test_a_series_keeps_its_time_on_the_wall_when_the_clocks_change(hour: int, free: bool) -> None:
    """13 March 10.00 is 09.00 in UTC, four weeks later 08.00: that hour and no other must be free."""
    start = datetime(2026, 4, 10, hour, tzinfo=UTC)
    taken = Busy(start=start, end=start + timedelta(minutes=45))
    first = date(2026, 3, 13)
    asked = problem(meeting("m", "pia", window=only(first), occurrences=2), person("pia", busy=(taken,)))
    assert starts_of(asked.meeting["m"], at("10.00", first))[1] == datetime(2026, 4, 10, 8, tzinfo=UTC)
    assert can(asked, "10.00", day=first) is free


def test_each_meeting_of_a_series_is_checked() -> None:
    third = DAY + timedelta(days=56)
    series = meeting("m", "pia", occurrences=3)
    clash = confirmed("10.30", "pia", day=third)
    assert can(problem(series, person("pia")), "10.00")
    assert not can(problem(series, person("pia"), fixed=(clash,)), "10.00")
    assert not can(problem(series, person("pia", hours=None), rooms=(room(busy=(_hour(third),)),)), "10.00")
    near = confirmed("11.30", day=third, youth="leo")
    apart = frozenset({frozenset({"nova", "leo"})})
    named = meeting("m", "pia", occurrences=3, youth="nova")
    assert not can(problem(named, person("pia"), fixed=(near,), apart=apart), "10.00")


def _hour(day: date) -> Busy:
    return Busy(start=at("10.00", day), end=at("11.00", day))


def test_a_series_never_falls_on_a_red_day() -> None:
    """6 March plus four weeks is långfredag."""
    for day, free in ((date(2026, 3, 5), True), (date(2026, 3, 6), False)):
        series = meeting("m", "pia", occurrences=2, window=only(day))
        assert can(problem(series, person("pia")), "10.00", day=day) is free


@pytest.mark.parametrize(
    ("since", "until", "free"),
    [
        ("09.44", "11.00", True),
        ("09.45", "11.00", True),
        ("09.46", "11.00", False),
        ("09.45", "10.59", False),
        ("09.45", "11.01", True),
    ],
)
def test_nobody_is_called_outside_working_hours(since: str, until: str, free: bool) -> None:
    piece = (time.fromisoformat(since.replace(".", ":")), time.fromisoformat(until.replace(".", ":")))
    hours = ((), (), (piece,), (), (), (), ())
    assert can(problem(meeting("m", "pia"), person("pia", hours=hours)), "10.00") is free


def test_hours_are_those_of_the_weekday_and_a_pause_is_no_working_hour() -> None:
    piece = (time(8), time(17))
    thursday = ((), (), (), (piece,), (), (), ())
    assert not can(problem(meeting("m", "pia"), person("pia", hours=thursday)), "10.00")
    split = (((time(8), time(10, 30)), (time(10, 30), time(17))),) * 7
    assert not can(problem(meeting("m", "pia"), person("pia", hours=split)), "10.00")


@pytest.mark.parametrize(("clock", "free"), [("08.00", False), ("08.30", True), ("16.00", True), ("16.30", False)])
def test_all_of_it_lies_between_opening_and_closing(clock: str, free: bool) -> None:
    asked = problem(meeting("m", "mor"), person("mor", kind=Kind.FAMILY))
    assert can(asked, clock) is free
    assert can(replace(asked, not_before=at("06.00")), clock) is free, "also where the first instant is earlier"


@pytest.mark.parametrize(("minute", "free"), [(44, True), (45, True), (46, False)])
def test_nothing_begins_too_soon(minute: int, free: bool) -> None:
    asked = problem(meeting("m", "pia"), person("pia"), not_before=at(f"09.{minute}"))
    assert can(asked, "10.00") is free


@pytest.mark.parametrize(("days", "free"), [(20, False), (21, True), (28, True), (29, False)])
def test_the_window_is_day_21_to_28(days: int, free: bool) -> None:
    """R58. Day 29 only where a late meeting is looked for."""
    zero = date(2026, 2, 9)
    day = zero + timedelta(days=days)
    day = day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())
    zero = day - timedelta(days=days)
    asked = problem(meeting("m", "pia", window=Window.after(zero)), person("pia"))
    assert can(asked, "10.00", day=day) is free
    late = problem(meeting("m", "pia", window=Window.after(zero, late=1)), person("pia"))
    assert can(late, "10.00", day=day) is (free or days == 29)


def test_a_window_that_has_passed_begins_with_the_first_day_asked_for() -> None:
    zero, today = date(2026, 2, 2), date(2026, 3, 9)
    assert Window.after(zero, earliest=today) == Window(
        earliest=today, target=today, due=today, latest=today, zero=zero
    )


@pytest.mark.parametrize("minute", [0, 15, 29, 30, 31])
def test_a_meeting_begins_on_a_whole_or_a_half_hour(minute: int) -> None:
    assert can(problem(meeting("m", "pia"), person("pia")), f"10.{minute:02}") is (minute % 30 == 0)


def test_one_of_the_deputies_is_enough_if_they_may_come() -> None:
    people = (person("pia", "09.00-12.00"), person("eva", "09.00-12.00"), person("ulf"))
    seat = Seat(person="pia", deputies=("eva", "ulf"))
    asked = problem(meeting(seats=(seat,)), *people)
    assert can(asked, "10.00")
    assert place_at(asked, [], "m", Slot(at("10.00"), "sal")).people == (("ulf",),)
    barred = Seat(person="pia", deputies=("eva", "ulf"), deputies_may_come=False)
    assert not can(problem(meeting(seats=(barred,)), *people), "10.00")


def test_one_deputy_cannot_sit_on_two_seats() -> None:
    people = (person("pia", "09.00-12.00"), person("sam", "09.00-12.00"), person("ulf"))
    seats = (Seat(person="pia", deputies=("ulf",)), Seat(person="sam", deputies=("ulf",)))
    assert not can(problem(meeting(seats=seats), *people), "10.00")


def test_a_deputy_moves_over_where_that_lets_both_seats_be_filled() -> None:
    people = (person("pia"), person("sam", "09.00-12.00"))
    seats = (Seat(person="sam", deputies=("pia",)), Seat(person="pia", deputies=("sam",)))
    assert not can(problem(meeting(seats=seats), *people), "10.00")
    more = (Seat(person="sam", deputies=("pia",)), Seat(person="pia", deputies=("ulf",)))
    assert can(problem(meeting(seats=more), *people, person("ulf")), "10.00")


def test_an_interpreter_is_a_condition_of_the_time() -> None:
    seat = Seat(person="tolk1", deputies=("tolk2",))
    first = person("tolk1", "10.30-11.30", kind=Kind.INTERPRETER)
    for span, free in (("10.30-11.30", False), ("11.00-12.00", True)):
        second = person("tolk2", span, kind=Kind.INTERPRETER)
        asked = problem(meeting(seats=(Seat(person="pia"), seat)), person("pia"), first, second)
        assert can(asked, "10.00") is free


def test_only_the_rooms_of_the_meeting_are_used() -> None:
    rooms = (room(), room("annan"))
    asked = problem(meeting("m", "pia", rooms=("annan",)), person("pia"), rooms=rooms)
    assert can(asked, "10.00", where="annan")
    assert not can(asked, "10.00", where="sal")


def proposal(ref: str, clock: str, where: str, *people: str | None) -> Placed:
    return Placed(ref, Slot(at(clock), where), (people,))


def pair(**more: Any) -> Problem:
    meetings = (meeting("m", "pia", youth="nova"), meeting("n", "pia", youth="leo"))
    rooms = (room(), room("bredvid"), room("borta", place=THERE), room("länk", place=None))
    return problem(meetings, person("pia"), rooms=rooms, **more)


@pytest.mark.parametrize(
    ("clock", "where", "rules"),
    [
        ("10.30", "bredvid", {Rule.BUSY}),
        ("11.00", "bredvid", {Rule.BUSY}),
        ("11.30", "bredvid", set()),
        ("11.30", "borta", {Rule.TRAVEL}),
        ("12.00", "borta", set()),
        ("11.30", "länk", set()),
        ("10.00", "sal", {Rule.BUSY, Rule.ROOM}),
    ],
)
def test_two_meetings_of_a_proposal_collide_as_with_a_confirmed_one(clock: str, where: str, rules: set[Rule]) -> None:
    found = check(pair(), [proposal("m", "10.00", "sal", "pia"), proposal("n", clock, where, "pia")])
    assert {collision.rule for collision in found} == rules
    assert {collision.meeting for collision in found} == ({"m", "n"} if rules else set())


def test_a_proposal_of_meetings_kept_apart_collides_in_the_same_place() -> None:
    asked = pair(apart=frozenset({frozenset({"nova", "leo"})}))
    for clock, where, rules in (
        ("11.30", "bredvid", {Rule.UNUSABLE}),
        ("12.00", "bredvid", set()),
        ("12.00", "borta", set()),
    ):
        found = check(asked, [proposal("m", "10.00", "sal", "pia"), proposal("n", clock, where, "pia")])
        assert {collision.rule for collision in found} == rules


def test_a_proposal_that_is_not_whole_is_no_proposal() -> None:
    asked = problem(meeting("m", "pia"), person("pia"), person("sam"))
    assert [found.rule for found in check(asked, [proposal("m", "10.00", "sal", None)])] == [Rule.SEAT]
    assert [found.rule for found in check(asked, [proposal("m", "10.00", "sal", "sam")])] == [Rule.SEAT]
    assert [found.rule for found in check(asked, [proposal("m", "10.00", "sal")])] == [Rule.SEAT]
    assert [found.rule for found in check(asked, [Placed("m", Slot(at("10.00"), "sal"), ())])] == [Rule.SEAT]
    both = problem(
        meeting(seats=(Seat(person="pia"), Seat(person="sam", deputies=("pia",)))), person("pia"), person("sam")
    )
    doubled = check(both, [proposal("m", "10.00", "sal", "pia", "pia")])
    assert {found.rule for found in doubled} == {Rule.SEAT}
    twice = check(asked, [proposal("m", "10.00", "sal", "pia"), proposal("m", "14.00", "sal", "pia")])
    assert [found.rule for found in twice] == [Rule.TWICE, Rule.TWICE]


def test_a_problem_must_hang_together() -> None:
    with pytest.raises(ValueError, match="nothing has the reference"):
        problem(meeting("m", "okänd"), person("pia"))
    with pytest.raises(ValueError, match="two have the reference"):
        problem(meeting("m", "pia"), person("pia"), person("pia"))
    with pytest.raises(ValueError, match="whole quarters"):
        Meeting(ref="m", seats=(), window=only(), minutes=50)
    with pytest.raises(ValueError, match="time zone"):
        Busy(start=datetime(2026, 3, 4, 10), end=datetime(2026, 3, 4, 11))
    with pytest.raises(ValueError, match="in order"):
        Window(earliest=DAY, target=DAY, due=DAY - timedelta(days=1), latest=DAY)
