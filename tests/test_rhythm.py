"""The fourth-week rhythm: what counts as a meeting, when the next one is due, and who is told (P-M2, R58)."""

from datetime import date, datetime, timedelta

import pytest

from hub import actions as hub_actions
from hub import clock
from hub.access import Denied
from hub.deadlines import rebuild
from hub.errors import Invalid
from hub.models import Case, Deadline, Recusal
from meetings import actions
from meetings.deadlines import follow, stages, tell
from meetings.models import Meeting, MeetingState
from meetings.rhythm import BOOKED, DUE, LATE, SOON, Beat, beats
from tests.cast import NOW, SECOND, START, START_DAY, World
from tests.gatherings import gather

pytestmark = pytest.mark.django_db


def beat(world: World, at: datetime = NOW) -> Beat:
    return beats([world.case.pk], at=at)[world.case.pk]


def day(number: int) -> datetime:
    """Midnight in Stockholm as this day of the rhythm begins."""
    return clock.start_of_day(START_DAY + timedelta(days=number))


def held(world: World, *present: str, starts_at: datetime, state: str = MeetingState.HELD) -> Meeting:
    """A meeting at which these were: "youth", "guardian", or names of the cast."""
    meeting = gather(world, starts_at=starts_at)
    people = {"youth": world.elias.person, "guardian": world.eva.person}
    for name in present:
        who = {"person": people[name]} if name in people else {"assignment": world.members[name].assignment}
        meeting.participants.filter(**who).update(attendance="present")
    Meeting.objects.filter(pk=meeting.pk).update(
        state=state,
        opened_at=starts_at,
        closed_at=starts_at + timedelta(hours=1),
        reason="" if state == MeetingState.HELD else "Bråk",
    )
    follow([world.case.pk], at=starts_at + timedelta(hours=1))
    return meeting


def test_days_are_counted_from_the_insats_until_a_meeting_is_held(world: World) -> None:
    first = beat(world)
    assert (first.day_one, first.held, first.opens, first.last_day) == (
        START_DAY,
        False,
        date(2026, 3, 23),
        date(2026, 3, 30),
    )


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (day(21) - SECOND, SOON),
        (day(21), DUE),
        (day(29) - SECOND, DUE),  # the last second of day 28; the clock has changed that night
        (day(29), LATE),
    ],
)
def test_the_window_is_day_21_to_28_to_the_second(world: World, at: datetime, state: str) -> None:
    assert beat(world, at).state(at) == state


@pytest.mark.parametrize(
    ("starts", "state"), [(day(28) + timedelta(hours=9), BOOKED), (day(29) + timedelta(hours=9), DUE)]
)
def test_a_meeting_in_time_is_enough_and_a_later_one_is_not(world: World, starts: datetime, state: str) -> None:
    gather(world, starts_at=starts)
    assert beat(world, day(22)).state(day(22)) == state


@pytest.mark.parametrize(
    ("present", "state", "counts"),
    [
        (("youth", "kim"), MeetingState.HELD, True),
        (("youth", "kim"), MeetingState.BROKEN_OFF, False),
        (("guardian", "kim"), MeetingState.HELD, False),
        (("kim", "pia"), MeetingState.HELD, False),
    ],
)
def test_only_a_meeting_that_was_held_with_the_youth_counts(
    world: World, present: tuple[str, ...], state: str, counts: bool
) -> None:
    starts_at = START + timedelta(days=10)
    held(world, *present, starts_at=starts_at, state=state)
    later = starts_at + timedelta(days=1)
    assert (beat(world, later).since == starts_at) == counts


def test_the_newest_of_those_that_count_is_the_one(world: World) -> None:
    days = [START + timedelta(days=n) for n in (2, 9, 12)]
    held(world, "youth", starts_at=days[0])
    held(world, "youth", starts_at=days[1])
    held(world, "kim", starts_at=days[2])
    assert beat(world, START + timedelta(days=13)).since == days[1]


@pytest.mark.parametrize(("apart", "counts"), [(-8, False), (-7, True), (0, True), (7, True), (8, False)])
def test_a_guardian_counts_with_a_contact_with_the_youth_within_a_week(world: World, apart: int, counts: bool) -> None:
    starts_at = START + timedelta(days=10)
    held(world, "guardian", "kim", starts_at=starts_at)
    on = clock.local_day(starts_at) + timedelta(days=apart)
    later = starts_at + timedelta(days=9)
    actions.note_contact(world.case, on=on, how="call", by=world.kim.actor, at=later)
    assert beat(world, later).held == counts


def test_a_guardian_without_custody_does_not_count(world: World) -> None:
    starts_at = START + timedelta(days=10)
    type(world.eva).objects.filter(pk=world.eva.pk).update(custody_to=starts_at)
    held(world, "guardian", "kim", starts_at=starts_at)
    actions.note_contact(world.case, on=clock.local_day(starts_at), how="call", by=world.kim.actor, at=starts_at)
    assert not beat(world, starts_at + timedelta(days=1)).held


def test_a_shorter_rhythm_is_free_and_a_longer_one_needs_a_reason(world: World) -> None:
    actions.set_rhythm(world.case, days=14, reason="", by=world.kim.actor, at=NOW)
    assert beat(world).last_day == date(2026, 3, 16)
    with pytest.raises(Invalid) as refused:
        actions.set_rhythm(world.case, days=29, reason="", by=world.kim.actor, at=NOW)
    assert "reason" in refused.value.errors
    actions.set_rhythm(world.case, days=29, reason="På behandlingshem.", by=world.kim.actor, at=NOW)
    actions.set_rhythm(world.case, days=28, reason="", by=world.kim.actor, at=NOW + SECOND)
    assert beat(world, NOW + SECOND).days == 28
    for days in (6, 93):
        with pytest.raises(Invalid):
            actions.set_rhythm(world.case, days=days, reason="x", by=world.kim.actor, at=NOW)
    with pytest.raises(Denied):
        actions.set_rhythm(world.case, days=14, reason="", by=world.pia.actor, at=NOW)


def test_the_clock_follows_the_facts_and_the_night_finds_nothing_to_mend(world: World) -> None:
    def clocks() -> list[tuple[str, datetime, bool]]:
        rows = Deadline.objects.filter(kind="rhythm", subject_id=world.case.pk).order_by("pk")
        return [(row.occasion, row.due_at, row.met_at is None) for row in rows]

    assert clocks() == [("2026-03-02", day(29), True)]
    held(world, "youth", starts_at=START + timedelta(days=10))
    assert [row[2] for row in clocks()] == [False, True]
    assert clocks()[1][0] == "2026-03-12"
    assert rebuild(at=START + timedelta(days=11)) == 0
    Case.objects.filter(pk=world.case.pk).update(phase="uppfoljning")
    follow([world.case.pk], at=START + timedelta(days=12))
    assert not any(row[2] for row in clocks())


def test_a_booked_meeting_keeps_the_window_silent_and_what_is_late_reaches_the_manager(world: World) -> None:
    row = Deadline.objects.get(kind="rhythm", subject_id=world.case.pk)
    opens, late = stages(row.started_at, row.due_at, row.occasion)
    assert (opens.at, late.at) == (day(21), day(29))
    told = {one for telling in tell(row, opens, opens.at) for one in telling.assignments}
    assert told == {world.kim.assignment.pk, world.lovisa.assignment.pk}
    told = {one for telling in tell(row, late, late.at) for one in telling.assignments}
    assert world.mona.assignment.pk in told
    gather(world, starts_at=day(25) + timedelta(hours=9))
    assert tell(row, opens, opens.at) == []


def test_a_manager_who_knows_the_family_is_not_told_that_it_is_late(world: World) -> None:
    row = Deadline.objects.get(kind="rhythm", subject_id=world.case.pk)
    late = stages(row.started_at, row.due_at, row.occasion)[-1]
    Recusal.objects.create(
        municipality=world.kommun, user=world.mona.user, individual=world.elias, at=late.at, reason="Granne"
    )
    (told,) = tell(row, late, late.at)
    assert set(told.assignments) == {world.kim.assignment.pk, world.lovisa.assignment.pk}


def test_a_concern_has_no_rhythm(world: World) -> None:
    mash = hub_actions.open_case(world.elias, form="MASH", phase="utredning", by=world.kim.actor, at=NOW)
    assert beats([mash.pk], at=NOW) == {}
