"""The clock of a measure: who is reminded, who hears that it is late, and what ends it (P-P2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from actionplans import actions
from actionplans.deadlines import MEASURE
from actionplans.models import Measure
from consent import actions as consent_actions
from hub import actions as hub_actions
from hub import clock
from hub.actions.messages import MESSAGES
from hub.deadlines import rebuild
from hub.models import Deadline, Notification, Outbox
from hub.tick import tick
from tests.cast import NOW, SECOND, START_DAY, World, info_type
from tests.holding import DURING, running
from tests.plans import doing, measure_of, plan_of

pytestmark = pytest.mark.django_db

#: The last day of `measure_of`, and the instant after it.
LAST = START_DAY + timedelta(days=60)
TOO_LATE = clock.end_of_day(LAST)


def morning(days_before: int) -> datetime:
    day = LAST - timedelta(days=days_before)
    return clock.local(clock.start_of_day(day)).replace(hour=8)


def told(world: World, *, at: datetime) -> Mapping[tuple[str, str], int]:
    """(member, kind) → how many messages about measures, after the ticks at `at`."""
    for _again in range(2):
        tick(at=at)
    world.look()
    names = {one.assignment.pk: name for name, one in world.members.items()}
    found: dict[tuple[str, str], int] = {}
    for message in Notification.objects.filter(kind__startswith="measure_", told_at__lte=at):
        key = (names[message.assignment_id], message.kind)
        found[key] = found.get(key, 0) + 1
    return found


def running_clocks() -> list[tuple[int, str]]:
    rows = Deadline.objects.open().filter(kind=MEASURE)
    return list(rows.order_by("subject_id").values_list("subject_id", "occasion"))


def test_the_responsible_is_reminded_and_who_leads_hears_what_is_late_each_once(world: World) -> None:
    measure_of(world, plan_of(world), "lovisa")
    lovisa, late = ("lovisa", "measure_due"), {("lovisa", "measure_late_own"): 1, ("kim", "measure_late"): 1}
    assert told(world, at=morning(3) - SECOND) == {}
    assert told(world, at=morning(3)) == {lovisa: 1}
    assert told(world, at=morning(1) - SECOND) == {lovisa: 1}
    assert told(world, at=morning(1)) == {lovisa: 2}
    assert told(world, at=TOO_LATE - SECOND) == {lovisa: 2}
    assert told(world, at=TOO_LATE) == told(world, at=TOO_LATE + timedelta(days=3)) == {lovisa: 2, **late}
    mails = Outbox.objects.filter(kind__startswith="measure_")
    assert mails.count() == 4
    assert all("Ringer" not in MESSAGES[mail.kind] for mail in mails)
    assert rebuild(at=TOO_LATE + timedelta(days=3)) == 0


def test_who_leads_hears_nothing_of_what_he_may_not_read(world: World) -> None:
    """The police' own measure is theirs alone: nobody hears of it in the social services, by name or by number."""
    measure_of(world, plan_of(world), "pia", by="pia")
    assert told(world, at=TOO_LATE) == {("pia", "measure_late_own"): 1}


@pytest.mark.parametrize("stopped", [False, True])
def test_who_leads_hears_of_anothers_measure_while_the_consent_lets_him_read_it(world: World, stopped: bool) -> None:
    measure_of(world, plan_of(world), "sam", by="sam", type=info_type("attendance"))
    if stopped:
        consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=DURING)
    leading = {} if stopped else {("kim", "measure_late"): 1, ("lovisa", "measure_late"): 1}
    assert told(world, at=TOO_LATE) == {("sam", "measure_late_own"): 1, **leading}


def test_who_has_declared_jav_hears_nothing(world: World) -> None:
    plan = plan_of(world)
    for who in ("lovisa", "kim"):
        measure_of(world, plan, who)
    hub_actions.recuse(world.elias, reason="Granne.", by=world.kim.actor, at=DURING)
    late = {("lovisa", "measure_late_own"): 1, ("lovisa", "measure_late"): 1}
    assert {key: n for key, n in told(world, at=TOO_LATE).items() if key[1] != "measure_due"} == late


@pytest.mark.parametrize("how", ["ticked", "removed", "not_possible", "closed"])
def test_what_is_done_removed_or_closed_ends_the_clock(world: World, how: str) -> None:
    plan, kim = plan_of(world), world.kim.actor
    measure = measure_of(world, plan)
    assert running_clocks() == [(measure.pk, str(LAST))]
    if how == "ticked":
        actions.tick_off(measure, row_version=1, by=kim, at=NOW)
    elif how == "removed":
        actions.remove_measure(measure, row_version=1, by=kim, at=NOW)
    elif how == "closed":
        actions.close_plan(plan, outcome="as_planned", row_version=1, by=kim, at=NOW)
    else:
        meeting = running(world)
        actions.follow_up(measure, meeting, state=how, note="Ingen telefon.", by=kim, at=DURING)
        assert running_clocks() == []
        actions.follow_up(measure, meeting, state="ongoing", by=kim, at=DURING)
        assert running_clocks() == [(measure.pk, str(LAST))]
        return
    assert running_clocks() == []
    assert told(world, at=TOO_LATE) == {}


def test_a_measure_that_is_moved_has_its_clock_moved_and_a_late_one_is_not_told_of_again(world: World) -> None:
    plan, kim = plan_of(world), world.kim.actor
    measure = measure_of(world, plan, "lovisa")
    later = LAST + timedelta(days=7)
    moved = actions.change_measure(measure, doing(world, "lovisa", due_on=later), row_version=1, by=kim, at=NOW)
    assert running_clocks() == [(moved.pk, str(later))]
    assert told(world, at=TOO_LATE) == {}
    over = clock.end_of_day(later)
    late = told(world, at=over)
    assert late[("kim", "measure_late")] == 1
    facts = doing(world, "lovisa", due_on=later, text="Ringer Elias varje dag.")
    actions.change_measure(Measure.objects.get(pk=moved.pk), facts, row_version=1, by=kim, at=over)
    assert told(world, at=over + timedelta(days=1)) == late
    assert rebuild(at=over + timedelta(days=1)) == 0
