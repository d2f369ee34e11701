"""What the planner is asked, read from the database (P-M3): who, when and where, and nothing that may not be read."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import actions as hub_actions
from hub.access import Actor
from hub.models import Case
from meetings import actions, due, proposing
from meetings.models import Busy, KeepApart, Occupied, Rhythm, Room, WorkingHours
from meetings.planning.problem import Placed, Slot, Usual
from meetings.planning.single import best_slots, conflicts
from meetings.planning.solver import solve
from meetings.proposing import Asked
from tests.cast import NOW, START, YEAR_BEFORE, World
from tests.gatherings import HOUR, gather, guests, room, when
from tests.grouping import called, group
from tests.proposing import FIRST_DAY, LAST_DAY, another

pytestmark = pytest.mark.django_db

#: The last week of Elias' rhythm.
OPENS, LAST = date(2026, 3, 23), date(2026, 3, 30)


def cases(actor: Actor) -> list[Case]:
    return list(Case.objects.filter(seats__assignment=actor.assignment_id).select_related("owner_unit").order_by("pk"))


def ask(world: World, first_day: date = FIRST_DAY, last_day: date = LAST_DAY, at: datetime = NOW) -> Asked:
    actor = world.kim.actor
    wanted = due.due(cases(actor), actor, first_day=first_day, last_day=last_day, at=at)
    return proposing.problem(wanted, actor, at=at)


def only(asked: Asked) -> Placed:
    (slot,) = best_slots(asked.problem, asked.problem.meetings[0].ref, 1)
    return slot.placed


def test_a_due_case_is_asked_for_with_its_people_its_family_and_the_last_week_of_its_rhythm(world: World) -> None:
    granen = room(world)
    asked = ask(world)
    (wanted,) = asked.wanted.values()
    assert wanted.case == world.case
    chairs = {chair.who.user.name: (chair.role, chair.required) for chair in wanted.chairs}
    assert chairs == {
        "Kim Samuelsson": ("samordnaren", True),
        "Lovisa Lind": ("lotsen", False),
        "Pia Holm": ("kontaktpolisen", True),
        "Sam Lund": ("skolkontakten", True),
        "Fia Ström": ("fritidskontakten", True),
    }
    assert set(wanted.family) == {world.elias.person, world.eva.person, world.emil.person}
    assert (wanted.window.earliest, wanted.window.due, wanted.window.latest) == (OPENS, LAST, LAST_DAY)
    assert asked.problem.meetings[0].rooms == (str(granen.ref),)
    placed = only(asked)
    when, guests = asked.when(placed), asked.guests(placed)
    assert (when.room, when.ends_at - when.starts_at) == (granen, HOUR)
    made = actions.book(world.case, when, guests, officials_minutes=15, by=world.kim.actor, at=NOW)
    assert made.participants.count() == 8
    assert ask(world).wanted == {}  # booked, so no longer due


def test_a_deputy_who_does_not_stand_in_is_only_suggested_and_one_who_does_may_come(world: World) -> None:
    def police(asked: Asked) -> proposing.Chair:
        (wanted,) = asked.wanted.values()
        return next(chair for chair in wanted.chairs if chair.role == "kontaktpolisen")

    chair = police(ask(world))
    assert (chair.deputies, chair.deputies_may_come) == ((world.dag.assignment,), False)
    seat = world.case.seats.get(assignment=world.dag.assignment, kind="deputy")
    hub_actions.register_substitute(seat, from_at=NOW, to_at=NOW + timedelta(days=60), by=world.pia.actor, at=NOW)
    chair = police(asked := ask(world))
    assert (chair.deputies, chair.deputies_may_come) == ((world.dag.assignment,), True)
    placed = only(asked)
    Busy.objects.create(user=world.pia.user, starts_at=START, ends_at=START + timedelta(days=60))
    instead = asked_guests = ask(world)
    guests = instead.guests(only(asked_guests))
    assert world.dag.assignment in guests.officials
    assert world.pia.assignment not in guests.officials
    assert world.pia.assignment in asked.guests(placed).officials


def test_busy_times_hours_and_other_meetings_are_in_the_way(world: World) -> None:
    room(world)
    monday = START + timedelta(days=21)  # 23 March at nine
    WorkingHours.objects.create(user=world.sam.user, weekdays=[1], begins=time(10), ends=time(12))
    Busy.objects.create(user=world.fia.user, starts_at=monday + HOUR, ends_at=monday + 2 * HOUR)
    asked = ask(world, LAST - timedelta(days=7), OPENS)
    assert best_slots(asked.problem, asked.problem.meetings[0].ref, 9) == []  # 10.15-12 less 10-11 leaves 45 minutes
    Busy.objects.all().delete()
    asked = ask(world, OPENS, OPENS)
    starts = [slot.placed.slot.start for slot in best_slots(asked.problem, asked.problem.meetings[0].ref, 9)]
    assert sorted(starts) == [monday + HOUR * 1.5, monday + HOUR * 2]
    meeting = gather(world, starts_at=monday + HOUR * 1.5, room=room(world))
    rows = due.due([world.case], world.kim.actor, first_day=OPENS, last_day=OPENS, at=NOW)
    assert rows == []
    (wanted,) = asked.wanted.values()
    again = proposing.problem([wanted], world.kim.actor, at=NOW).problem
    assert best_slots(again, wanted.ref, 9) == []
    moved = proposing.problem([wanted], world.kim.actor, at=NOW, but=meeting).problem
    assert len(best_slots(moved, wanted.ref, 9)) == 2
    assert Occupied.objects.count() == 3


def test_a_room_is_taken_by_any_meeting_with_what_comes_before_it_and_one_that_ends_is_no_room(world: World) -> None:
    granen, monday = room(world), START + timedelta(days=21)
    alone = guests(world, "kim", family=False)
    there: dict[str, Any] = {"by": world.kim.actor, "at": NOW}
    actions.book(another(world), when(monday, room=granen), alone, officials_minutes=15, **there)
    called(world, group(world, "sam"), starts_at=monday + 3 * HOUR, room=granen)

    def busy() -> list[set[tuple[datetime, datetime]]]:
        rooms = [one for one in ask(world).problem.rooms if one.ref == str(granen.ref)]
        return [{(taken.start, taken.end) for taken in one.busy} for one in rooms]

    quarter = HOUR / 4
    assert busy() == [{(monday - quarter, monday), (monday, monday + HOUR), (monday + 3 * HOUR, monday + 4 * HOUR)}], (
        "a meeting of a case, what comes before it, and a group's"
    )
    for ends_at in (NOW, monday):
        Room.objects.filter(pk=granen.pk).update(valid_to=ends_at)
        assert busy() == []


def test_the_weekday_and_time_of_the_last_meeting_are_known_and_only_a_school_makes_school_hours(world: World) -> None:
    meeting = gather(world)
    type(meeting).objects.update(state="held", opened_at=meeting.starts_at, closed_at=meeting.ends_at)
    another(world)
    first, second = ask(world, at=meeting.ends_at).wanted.values()
    assert first.usual == Usual(weekday=3, at=time(9))
    assert (first.school, second.school, second.usual) == (True, False, None)


def test_the_window_follows_the_rhythm_and_one_that_is_late_has_a_few_days(world: World) -> None:
    def days(first: date, last: date, at: datetime = NOW) -> tuple[date, date, date] | None:
        found = [one.window for one in ask(world, first, last, at).wanted.values()]
        return (found[0].earliest, found[0].due, found[0].latest) if found else None

    assert days(FIRST_DAY, OPENS - timedelta(days=1)) is None
    assert days(FIRST_DAY, OPENS) == (OPENS, OPENS, OPENS)
    assert days(LAST, LAST_DAY) == (LAST, LAST, LAST_DAY)
    after = LAST + timedelta(days=1)
    assert days(after, LAST_DAY + timedelta(days=7)) == (after, after + timedelta(days=6), date(2026, 4, 10))
    Rhythm.objects.create(
        municipality=world.kommun, case=world.case, days=14, decided_by=world.kim.assignment, valid_from=START
    )
    assert days(FIRST_DAY, LAST_DAY) == (FIRST_DAY, date(2026, 3, 16), LAST_DAY)


def test_two_kept_apart_are_not_in_one_house_and_nothing_tells_why(world: World) -> None:
    granen, tallen = room(world), room(world, "Tallen")
    other = another(world)
    first, second = sorted((world.elias.pk, other.individual_id))
    KeepApart.objects.create(
        municipality=world.kommun,
        first_id=first,
        second_id=second,
        agency=world.social,
        reason="Hot",
        recorded_by=world.kim.assignment,
        valid_from=YEAR_BEFORE,
    )
    monday = START + timedelta(days=21)
    when = actions.When(monday, monday + HOUR, room=tallen)
    # Olof's meeting, in a case that Kim does not lead any more
    actions.book(other, when, actions.Guests([world.kim.assignment]), by=world.kim.actor, at=NOW)
    other.seats.update(assignment=world.olof.assignment, user=world.olof.user)
    Occupied.objects.all().delete()
    asked = ask(world)
    slot = Slot(monday, str(granen.ref))
    assert conflicts(asked.problem, [], str(world.case.ref), slot) == ["Tiden går inte att använda."]
    late = Slot(monday + 2 * HOUR, str(granen.ref))
    assert conflicts(asked.problem, [], str(world.case.ref), late) == []
    assert "Hot" not in repr(asked.problem)


def test_more_cases_take_no_more_queries_and_two_of_one_person_never_meet_at_once(world: World) -> None:
    room(world)
    room(world, "Eken", "Hjulsta torg 3")

    def queries() -> tuple[int, Asked]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            asked = ask(world)
        return len(captured), asked

    another(world, 1)
    few, _asked = queries()
    for number in range(2, 6):
        another(world, number)
    many, asked = queries()
    assert few == many
    assert len(asked.problem.meetings) == 6
    proposal = solve(asked.problem, time_limit=5)
    assert (len(proposal.placed), proposal.on_time) == (6, 6)
    starts = [one.slot.start for one in proposal.placed]
    assert len(set(starts)) == 6
