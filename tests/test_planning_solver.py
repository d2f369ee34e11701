"""Many meetings at once (P-M3): as many as possible on time, never a collision, with and without the solver."""

import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from itertools import product
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ortools.sat.python.cp_model import CpSolver

from meetings.planning import times, wishes
from meetings.planning.board import Board
from meetings.planning.check import check
from meetings.planning.greedy import Choices, greedy, place_first
from meetings.planning.options import Calendars, options
from meetings.planning.outcome import Progress, Proposal, State
from meetings.planning.problem import (
    Kind,
    Meeting,
    Placed,
    Problem,
    Reserved,
    Seat,
    Slot,
    Usual,
    Window,
)
from meetings.planning.solver import solve
from tests.planning import DAY, HERE, THERE, at, busy, confirmed, meeting, only, person, problem, room

THURSDAY = DAY + timedelta(days=1)
#: Opening hours so short that everything can be tried by hand.
SHORT: dict[str, Any] = {"opens": time(9), "closes": time(11, 30)}
#: Room for two meetings after each other, and only at 09.30 and 11.00.
TWO: dict[str, Any] = {"opens": time(9), "closes": time(12)}


def found(asked: Problem, **more: Any) -> Proposal:
    return solve(asked, workers=1, time_limit=10, **more)


def where(proposal: Proposal, ref: str = "m") -> Placed:
    return next(placed for placed in proposal.placed if placed.meeting == ref)


def test_two_meetings_with_one_person_get_two_times() -> None:
    asked = problem((meeting("m", "pia"), meeting("n", "pia")), person("pia"), **TWO)
    proposal = found(asked)
    assert (proposal.state, proposal.on_time, proposal.on_time_bound) == (State.OPTIMAL, 2, 2)
    assert check(asked, proposal.placed) == []


def test_the_solver_gives_up_an_early_choice_that_shuts_two_out() -> None:
    """First come, first served gives m the one hour that n needs."""
    meetings = (meeting("m", "pia"), meeting("n", "pia", "sam"))
    asked = problem(meetings, person("pia"), person("sam", "10.30-17.00"), **TWO)
    assert found(asked).unplaced == ()


def test_what_is_impossible_is_left_without_a_time() -> None:
    meetings = (meeting("m", "pia"), meeting("n", "sam"))
    proposal = found(problem(meetings, person("pia"), person("sam", "08.00-17.00")))
    assert (proposal.unplaced, proposal.on_time, proposal.on_time_bound) == (("n",), 1, 1)
    assert proposal.state is State.OPTIMAL


def test_nothing_to_place_is_a_whole_proposal() -> None:
    proposal = found(problem((), person("pia")))
    assert (proposal.placed, proposal.state) == ((), State.OPTIMAL)


def test_a_late_meeting_is_better_than_none_and_worse_than_one_on_time() -> None:
    window = Window(earliest=DAY, target=DAY, due=DAY, latest=THURSDAY)
    late = problem(meeting("m", "pia", window=window), person("pia", "08.00-17.00"))
    proposal = found(late)
    assert times.local(where(proposal).slot.start).date() == THURSDAY
    assert (proposal.on_time, proposal.on_time_bound) == (0, 0)
    assert (
        times.local(where(found(problem(meeting("m", "pia", window=window), person("pia")))).slot.start).date() == DAY
    )


def test_one_on_time_is_worth_more_than_two_late() -> None:
    """Either m on its only day, or two others a day late."""
    late = Window(earliest=THURSDAY, target=THURSDAY, due=THURSDAY, latest=THURSDAY)
    due_before = Window(earliest=DAY, target=DAY, due=DAY, latest=THURSDAY)
    meetings = (
        meeting("m", "pia", "eva", "ulf", window=late, minutes=120, pre_minutes=0),
        meeting("n", "eva", window=due_before, pre_minutes=0),
        meeting("o", "ulf", window=due_before, pre_minutes=0),
    )
    taken = busy("08.00-17.00")
    people = (person("pia"), person("eva", busy=taken), person("ulf", busy=taken))
    asked = problem(meetings, *people, rooms=(room(), room("två")), opens=time(9), closes=time(11))
    assert found(asked).unplaced == ("n", "o")


def test_reserved_times_are_used_first() -> None:
    kept = Reserved(start=at("13.00"), end=at("14.30"))
    asked = problem(meeting("m", "pia"), person("pia", base=THERE), reserved=(kept,))
    assert where(found(asked)).slot.start == at("13.30")
    shorter = Reserved(start=at("13.16"), end=at("14.30"))
    asked = problem(meeting("m", "pia", usual=Usual(weekday=2, at=time(9))), person("pia"), reserved=(shorter,))
    assert where(found(asked)).slot.start == at("09.00")


def test_a_reserved_time_of_one_room_is_not_for_another() -> None:
    kept = Reserved(start=at("13.00"), end=at("14.30"), rooms=("två",))
    proposal = found(problem(meeting("m", "pia"), person("pia"), rooms=(room(), room("två")), reserved=(kept,)))
    assert where(proposal).slot == Slot(at("13.30"), "två")


def test_a_deputy_comes_only_when_needed() -> None:
    seat = Seat(person="pia", deputies=("eva",))
    asked = problem(meeting(seats=(seat,)), person("pia", "09.00-15.00"), person("eva"))
    assert where(found(asked)).people == (("pia",),)
    asked = problem(meeting(seats=(seat,)), person("pia", "08.00-17.00"), person("eva"))
    assert where(found(asked)).people == (("eva",),)


def test_an_optional_person_is_left_out_only_when_needed() -> None:
    seats = (Seat(person="pia"), Seat(person="sam", required=False))
    for spans, came in (("08.00-15.30", "sam"), ("08.00-17.00", None)):
        asked = problem(meeting(seats=seats), person("pia"), person("sam", spans))
        assert where(found(asked)).people == (("pia", came),)


def test_fewer_people_travel() -> None:
    people = (person("pia", base=HERE), person("sam", base=THERE), person("eva", base=THERE))
    rooms = (room(), room("borta", place=THERE))
    assert where(found(problem(meeting("m", "pia", "sam", "eva"), *people, rooms=rooms))).slot.room == "borta"


def test_the_usual_weekday_and_time_are_kept() -> None:
    window = Window(earliest=DAY, target=DAY, due=DAY + timedelta(days=7), latest=DAY + timedelta(days=7))
    usual = Usual(weekday=4, at=time(14))
    proposal = found(problem(meeting("m", "pia", window=window, usual=usual), person("pia")))
    assert where(proposal).slot.start == at("14.00", date(2026, 3, 6))


def test_the_youth_goes_to_school_where_another_time_is_possible() -> None:
    school = (((time(8), time(15)),),) * 5 + ((), ())
    nova = person("nova", kind=Kind.FAMILY, school=school)
    start = where(found(problem(meeting("m", "pia", "nova"), person("pia"), nova))).slot.start
    assert start >= at("15.00")
    early = problem(meeting("m", "pia", "nova"), person("pia", "15.00-17.00"), nova)
    assert found(early).unplaced == ()


def test_a_meeting_is_not_held_long_before_it_is_needed() -> None:
    window = Window(earliest=DAY, target=THURSDAY, due=THURSDAY, latest=THURSDAY)
    start = where(found(problem(meeting("m", "pia", window=window), person("pia")))).slot.start
    assert times.local(start).date() == THURSDAY


def test_youths_kept_apart_are_an_hour_apart_in_the_proposal() -> None:
    """Two rooms in the same house; between nine and twelve there is no hour between them."""
    apart = frozenset({frozenset({"nova", "leo"})})
    meetings = (meeting("m", "pia", youth="nova"), meeting("n", "sam", youth="leo"))
    rooms = (room(), room("bredvid"))
    for closes, unplaced in ((time(12), 1), (time(12, 30), 0)):
        asked = problem(meetings, person("pia"), person("sam"), rooms=rooms, apart=apart, opens=time(9), closes=closes)
        proposal = found(asked)
        assert len(proposal.unplaced) == unplaced
        assert check(asked, proposal.placed) == []


def test_the_way_between_two_meetings_of_the_proposal_is_kept() -> None:
    """A quarter before each, an hour, and half an hour's way: three hours in all."""
    meetings = (meeting("m", "pia", rooms=("sal",)), meeting("n", "pia", rooms=("borta",)))
    rooms = (room(), room("borta", place=THERE))
    for closes, unplaced in ((time(11, 30), 1), (time(12), 0)):
        asked = problem(meetings, person("pia"), rooms=rooms, opens=time(8, 45), closes=closes)
        proposal = found(asked)
        assert len(proposal.unplaced) == unplaced
        assert check(asked, proposal.placed) == []


def test_the_room_is_taken_from_the_pre_meeting_in_the_proposal_too() -> None:
    """A quarter before each, an hour, whole and half hours: two need two hours and three quarters in one room."""
    meetings = (meeting("m", "pia"), meeting("n", "sam"))
    for closes, unplaced in ((time(11, 15), 1), (time(11, 30), 0)):
        asked = problem(meetings, person("pia"), person("sam"), opens=time(8, 45), closes=closes)
        proposal = found(asked)
        assert len(proposal.unplaced) == unplaced
        assert check(asked, proposal.placed) == []


def test_a_way_longer_than_the_meetings_is_kept() -> None:
    meetings = tuple(meeting(ref, "pia", minutes=15, pre_minutes=0, rooms=(ref,)) for ref in ("a", "b", "c"))
    rooms = tuple(room(ref, place=ref) for ref in ("a", "b", "c"))
    for closes, number in ((time(12), 2), (time(12, 15), 3)):
        asked = problem(meetings, person("pia", travel=60), rooms=rooms, opens=time(9), closes=closes)
        proposal = found(asked)
        assert check(asked, proposal.placed) == []
        assert len(proposal.placed) == number


def test_two_short_meetings_in_one_place_may_both_lie_within_the_way_to_the_next() -> None:
    """09.00 and 09.30 here, an hour's way, 11.00 there: the two here do not exclude each other."""
    meetings = tuple(meeting(ref, "pia", minutes=15, pre_minutes=0, rooms=(ref,)) for ref in ("a", "b", "c"))
    rooms = (room("a"), room("b"), room("c", place=THERE))
    asked = problem(meetings, person("pia", travel=60), rooms=rooms, opens=time(9), closes=time(11, 15))
    assert found(asked).unplaced == ()


def test_a_link_is_never_full() -> None:
    meetings = (meeting("m", "pia"), meeting("n", "sam"))
    asked = problem(
        meetings, person("pia"), person("sam"), rooms=(room(place=None),), opens=time(9), closes=time(10, 30)
    )
    assert found(asked).unplaced == greedy(asked).unplaced == ()


def test_a_series_of_each_collides_in_no_occurrence() -> None:
    meetings = (meeting("m", "pia", occurrences=3), meeting("n", "pia", window=only(DAY + timedelta(days=56))))
    asked = problem(meetings, person("pia"), fixed=(confirmed("09.00", "pia", minutes=60),), closes=time(13))
    proposal = found(asked)
    assert check(asked, proposal.placed) == []
    assert proposal.unplaced == ()


TINY = [
    ((), (), False),
    (("09.00-10.00",), ("10.30-11.30",), False),
    ((), ("09.00-10.00",), True),
    (("10.00-10.30",), (), True),
]


@pytest.mark.parametrize(("pia", "sam", "kept"), TINY)
def test_no_proposal_tried_by_hand_is_better_than_the_solvers(
    pia: tuple[str, ...], sam: tuple[str, ...], kept: bool
) -> None:
    seats = (Seat(person="pia", deputies=("eva",)), Seat(person="sam", required=False))
    meetings = (
        meeting("m", seats=seats, youth="nova", usual=Usual(weekday=2, at=time(10))),
        meeting("n", "pia", youth="leo", pre_minutes=0),
        meeting("o", "sam", "eva", pre_minutes=0),
    )
    people = (person("pia", *pia, base=THERE), person("sam", *sam), person("eva", base=HERE))
    apart = frozenset({frozenset({"nova", "leo"})}) if kept else frozenset()
    rooms = (room(capacity=2), room("borta", place=THERE, capacity=1))
    asked = problem(meetings, *people, rooms=rooms, apart=apart, **SHORT)
    proposal = found(asked)
    best = min(_all(asked), key=lambda placed: (-wishes.worth(asked, placed), wishes.cost(asked, placed)))
    assert proposal.state is State.OPTIMAL
    assert wishes.worth(asked, proposal.placed) == wishes.worth(asked, best)
    assert (proposal.cost, proposal.cost_bound) == (wishes.cost(asked, best),) * 2


def _all(asked: Problem) -> Iterator[tuple[Placed, ...]]:
    """Every proposal without a collision by the checker, leaving meetings out included."""
    ways: list[list[Placed | None]] = [[None, *_ways(asked, one)] for one in asked.meetings]
    for chosen in product(*ways):
        placed = tuple(one for one in chosen if one is not None)
        if check(asked, placed) == []:
            yield placed


def _ways(asked: Problem, one: Meeting) -> Iterator[Placed]:
    choices = [[*seat.eligible, *([] if seat.required else [None])] for seat in one.seats]
    for clock, place, people in product(("09.00", "09.30", "10.00", "10.30"), asked.rooms, product(*choices)):
        placed = Placed(one.ref, Slot(at(clock), place.ref), (people,))
        if check(asked, [placed]) == []:
            yield placed


SPANS = st.lists(
    st.tuples(st.integers(32, 52), st.integers(1, 8)).map(
        lambda pair: f"{_clock(pair[0])}-{_clock(pair[0] + pair[1])}"
    ),
    max_size=3,
)
PEOPLE = ("pia", "sam", "eva", "ulf")


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02}.{quarter % 4 * 15:02}"


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to five meetings of four people on one morning, in two places, with everything there is."""
    who = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)
    meetings = []
    for number in range(draw(st.integers(1, 5))):
        names = draw(who)
        deputies = tuple(sorted(set(PEOPLE) - set(names)))[: draw(st.integers(0, 1))]
        first = Seat(person=names[0], deputies=deputies, deputies_may_come=draw(st.booleans()))
        rest = (Seat(person=name, required=draw(st.booleans())) for name in names[1:])
        meetings.append(
            meeting(
                f"m{number}",
                seats=(first, *rest),
                youth=f"y{number}",
                pre_minutes=draw(st.sampled_from((0, 15))),
                occurrences=draw(st.sampled_from((1, 1, 2))),
                minutes=draw(st.sampled_from((15, 45, 60))),
            )
        )
    people = [person(ref, *draw(SPANS), travel=draw(st.sampled_from((0, 30, 60)))) for ref in PEOPLE]
    rooms = (room(capacity=draw(st.sampled_from((1, 3)))), room("borta", place=THERE), room("länk", place=None))
    apart = frozenset({frozenset({"y0", "y1"}), frozenset({"y2", "fast"})})
    fixed = (confirmed(draw(st.sampled_from(("08.00", "09.10"))), "ulf", youth="fast", room="sal"),)
    return problem(meetings, *people, rooms=rooms[: draw(st.integers(1, 3))], apart=apart, fixed=fixed, closes=time(12))


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(asked=problems())
def test_the_checker_finds_nothing_in_what_is_proposed(asked: Problem) -> None:
    one_by_one, proposal = greedy(asked), found(asked)
    assert check(asked, one_by_one.placed) == []
    assert check(asked, proposal.placed) == []
    assert proposal.state is State.OPTIMAL
    assert wishes.worth(asked, one_by_one.placed) <= wishes.worth(asked, proposal.placed)
    assert proposal.on_time <= proposal.on_time_bound <= one_by_one.on_time_bound
    assert proposal.cost_bound == proposal.cost


def test_without_ortools_meetings_are_placed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    asked = problem((meeting("m", "pia"), meeting("n", "pia", "sam")), person("pia"), person("sam", "10.30-17.00"))
    proposal = solve(asked)
    assert (proposal.state, proposal.unplaced, proposal.on_time_bound) == (State.GREEDY, (), 2)
    assert check(asked, proposal.placed) == []


@pytest.mark.parametrize("second", [("pia", "sam"), ("sam",)], ids=["a person in common", "the room in common"])
def test_a_meeting_without_a_time_moves_one_that_can_go_elsewhere(
    monkeypatch: pytest.MonkeyPatch, second: tuple[str, ...]
) -> None:
    """Whatever order they come in: the mending is what helps where the order does not."""
    monkeypatch.setattr("meetings.planning.greedy._orders", lambda asked, found: [_in_the_order_given(asked, found)])
    meetings = (meeting("m", "pia"), meeting("n", *second))
    asked = problem(meetings, person("pia"), person("sam", "10.30-17.00"), **TWO)
    proposal = greedy(asked)
    assert proposal.unplaced == ()
    assert check(asked, proposal.placed) == []


def _in_the_order_given(asked: Problem, found: Choices) -> Callable[[Board], Board]:
    def place(board: Board) -> Board:
        for one in asked.meetings:
            place_first(board, one, found[one.ref])
        return board

    return place


def test_the_same_question_gets_the_same_answer() -> None:
    meetings = [meeting(f"m{number}", "pia", "sam") for number in range(4)]
    asked = problem(meetings, person("pia", "11.00-12.00"), person("sam"))
    one, again = found(asked), found(asked)
    assert one.placed == again.placed
    both = solve(asked, workers=2)
    assert (both.state, both.on_time, both.cost) == (State.OPTIMAL, one.on_time, one.cost)
    assert greedy(asked).placed == greedy(asked).placed


def test_progress_is_told_in_the_callers_own_thread() -> None:
    told: list[tuple[Progress, int]] = []
    asked = problem((meeting("m", "pia"), meeting("n", "pia")), person("pia"))
    found(asked, progress=lambda progress: told.append((progress, threading.get_ident())))
    assert {ident for _, ident in told} == {threading.get_ident()}
    assert {progress.stage for progress, _ in told} >= {"prepare", "time"}
    assert told[-1][0].placed == told[-1][0].total == 2


def test_whoever_cancels_at_once_gets_an_answer_at_once() -> None:
    asked = problem(meeting("m", "pia"), person("pia"))
    proposal = found(asked, cancelled=lambda: True)
    assert (proposal.state, proposal.placed) == (State.CANCELLED, ())


def test_a_long_search_stops_when_told_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to stop when the solver has been asked about once; a problem of this size takes it longer than that."""
    stop = mock.Mock()
    original = CpSolver.stop_search

    def stopping(solver: CpSolver) -> None:
        stop()
        original(solver)

    monkeypatch.setattr(CpSolver, "stop_search", stopping)
    stages: list[str] = []
    asked_while_searching = iter((False, *[True] * 10_000))
    asked = _large()
    proposal = solve(
        asked,
        workers=1,
        time_limit=60,
        progress=lambda progress: stages.append(progress.stage),
        cancelled=lambda: "time" in stages and next(asked_while_searching),
    )
    assert proposal.state is State.CANCELLED
    assert stop.called
    assert proposal.placed
    assert check(asked, proposal.placed) == []


def _large() -> Problem:
    week = only(DAY, THURSDAY)
    names = [f"p{number}" for number in range(9)]
    meetings = [
        meeting(f"m{number}", *(names[(number * step) % 9] for step in (1, 2, 4)), window=week)
        for number in range(27)
        if number % 9
    ]
    rooms = (room(), room("två"), room("borta", place=THERE))
    return problem(meetings, *(person(name, base=HERE) for name in names), rooms=rooms)


def test_a_time_limit_leaves_a_stated_gap() -> None:
    asked = _large()
    proposal = solve(asked, workers=1, time_limit=0.1)
    assert proposal.state is State.GAP
    assert proposal.on_time <= proposal.on_time_bound
    assert proposal.gap == proposal.on_time_bound - proposal.on_time
    assert proposal.cost_bound <= proposal.cost
    assert check(asked, proposal.placed) == []


def test_the_search_for_times_is_complete() -> None:
    """Every start of the day that the checker lets pass is offered, and no other."""
    asked = problem(
        meeting("m", "pia", "sam"), person("pia", "09.10-09.50", "13.00-14.20"), person("sam", "15.00-15.01")
    )
    offered = {times.instant(option.begins[0]) for option in options(Calendars(asked), asked.meeting["m"])}
    starts = [at(f"{half // 2:02}.{half % 2 * 30:02}") for half in range(14, 36)]
    free = {start for start in starts if check(asked, [Placed("m", Slot(start, "sal"), (("pia", "sam"),))]) == []}
    assert offered == free
    assert free
