"""Any unit of the hub convenes it; every unit that may be asked is, on its own footing (P-T6, P-A8, R21)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import make_aware

from hub import clock
from hub.access import Denied, permitted
from hub.calendar_se import is_working_day
from hub.errors import Invalid
from hub.models import Notification, Outbox, Unit
from tests.cast import NOW, SECOND, World
from tests.concerns import NOVA, arrange, nova, register
from tests.hub_scenes import HALF_PAST, NEED, convened, outside_unit
from triage import actions
from triage.models import HubCall, HubSlot, KnowledgeCheck
from triage.slots import next_times

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def slot(world: World) -> HubSlot:
    return HubSlot.objects.get(agency=world.social)


def at_once(**changes: object) -> actions.Convening:
    return actions.Convening(**{"starts_at": NOW, **changes})  # type: ignore[arg-type]  # free keyword arguments


def wall(text: str) -> datetime:
    return make_aware(datetime.fromisoformat(text), clock.STOCKHOLM)


# --- when ------------------------------------------------------------------------------------------------------------


def test_the_next_standing_times_stand_on_a_swedish_wall_clock(world: World) -> None:
    arrange(world)
    for at, first in (
        ("2026-03-02T10:29:59", "2026-03-02T10:30"),
        ("2026-03-02T10:30", "2026-03-02T10:30"),
        ("2026-03-02T10:30:01", "2026-03-03T10:30"),
        ("2026-03-27T10:31", "2026-03-30T10:30"),  # over the night to summer time: not an hour off
        ("2026-04-02T12:00", "2026-04-07T10:30"),  # Easter
    ):
        assert next_times(world.social.pk, at=wall(at))[0].starts_at == wall(first), at


def test_a_slot_of_weekends_is_held_on_them_and_one_that_has_ended_never(world: World) -> None:
    arrange(world)
    HubSlot.objects.update(weekdays=[6], valid_to=wall("2026-03-14T10:30"))
    times = [time.starts_at for time in next_times(world.social.pk, at=NOW)]
    assert times == [wall("2026-03-07T10:30")]
    assert not is_working_day(clock.local_day(times[0]))


def test_children_of_the_same_time_are_on_one_list(world: World) -> None:
    first = convened(world)
    noel = nova(world).report.assessments.get(position=2)
    wanted = actions.Convening(starts_at=HALF_PAST, slot=slot(world))
    assert actions.convene(noel, wanted, by=world.ines.actor, at=NOW) == first
    assert [child.order for child in first.children.all()] == [1, 2]
    assert first.link == "https://mote.example.se/hubb"


@pytest.mark.parametrize("late", [SECOND, timedelta(days=1)])
def test_a_time_that_has_passed_or_is_no_slots_is_refused(world: World, late: timedelta) -> None:
    by, assessment = world.ines.actor, nova(world)
    with pytest.raises(Invalid):
        actions.convene(assessment, at_once(starts_at=NOW - late), by=by, at=NOW)
    with pytest.raises(Invalid):
        actions.convene(assessment, at_once(starts_at=HALF_PAST + late * 5, slot=slot(world)), by=by, at=NOW)
    assert actions.convene(assessment, at_once(), by=by, at=NOW).starts_at == NOW


# --- who convenes ----------------------------------------------------------------------------------------------------


def test_an_asked_unit_convenes_and_a_stranger_does_not(world: World) -> None:
    assessment = nova(world)
    with pytest.raises(Denied):
        actions.convene(assessment, at_once(), by=world.vera.actor, at=NOW)
    convened(world)
    with pytest.raises(Denied):
        actions.convene(assessment, at_once(), by=world.otto.actor, at=NOW)
    actions.convene(assessment, at_once(), by=world.vera.actor, at=NOW)


def test_convening_again_asks_only_those_who_were_not_asked(world: World) -> None:
    call = convened(world)
    before = set(KnowledgeCheck.objects.values_list("pk", "asked_at"))
    told = Notification.objects.count()
    again = actions.convene(nova(world), at_once(), by=world.ines.actor, at=NOW)
    assert again == call
    assert HubCall.objects.count() == call.children.count() == 1
    assert set(KnowledgeCheck.objects.values_list("pk", "asked_at")) == before
    assert Notification.objects.count() == told
    unit = outside_unit(world)
    actions.convene(nova(world), at_once(need=NEED), by=world.ines.actor, at=NOW + SECOND)
    assert KnowledgeCheck.objects.latest("pk").unit == unit
    assert KnowledgeCheck.objects.count() == len(before) + 1


# --- whom, and as what -----------------------------------------------------------------------------------------------


def test_every_unit_of_the_hub_is_asked_as_of_the_own_agency(world: World) -> None:
    convened(world)
    asked = KnowledgeCheck.objects.values_list("unit__name", "asked_as", "need", "jour")
    names = {unit.name for unit in (world.ines.assignment.unit, world.vera.assignment.unit, world.youth_unit)}
    assert set(asked) == {(name, "own", "", False) for name in names}


def test_another_kommun_is_asked_as_such_with_the_need_written(world: World) -> None:
    unit = outside_unit(world)
    with pytest.raises(Invalid) as refused:
        convened(world)
    assert "15 kap. 8 §" in refused.value.errors["need"]
    assert "26 kap. 9 §" in refused.value.errors["need"]
    convened(world, need=NEED)
    check = KnowledgeCheck.objects.get(unit=unit)
    assert (check.asked_as, check.need) == ("other_kommun", NEED)
    assert KnowledgeCheck.objects.exclude(pk=check.pk).filter(need="").count() == 3


def test_another_board_of_the_kommun_is_asked_as_such(world: World) -> None:
    unit = outside_unit(world)
    type(unit.agency).objects.filter(pk=unit.agency_id).update(municipality=world.kommun)
    convened(world, need=NEED)
    assert KnowledgeCheck.objects.get(unit=unit).asked_as == "other_board"


def test_the_jour_has_two_hours_around_the_clock(world: World) -> None:
    arrange(world)
    jour = world.jo.assignment.unit
    convened(world, more=[jour], need=NEED)
    assert KnowledgeCheck.objects.get(unit=jour).jour
    assert not KnowledgeCheck.objects.exclude(unit=jour).filter(jour=True).exists()


@pytest.mark.parametrize("kind", ["police", "school", "leisure"])
def test_other_agencies_are_locked_out_before_an_investigation(world: World, kind: str) -> None:
    unit = getattr(world, kind).units.get()
    with pytest.raises(Invalid) as refused:
        convened(world, more=[unit], need=NEED)
    assert unit.name in refused.value.errors["more"]
    assert "20 kap. 6 § SoL" in refused.value.errors["more"]
    assert not KnowledgeCheck.objects.exists()


def test_family_counselling_is_never_asked(world: World) -> None:
    arrange(world)
    counselling = Unit.objects.create(agency=world.social, name="Familjerådgivningen", family_counselling=True)
    with pytest.raises(Invalid) as refused:
        convened(world, more=[counselling])
    assert "26 kap. 3 § OSL" in refused.value.errors["more"]
    Unit.objects.filter(pk=world.vera.assignment.unit_id).update(family_counselling=True)
    convened(world)
    assert not KnowledgeCheck.objects.filter(unit=world.vera.assignment.unit).exists()


def test_of_a_protected_child_one_named_person_per_unit_is_asked(world: World) -> None:
    arrange(world)
    hidden = register(world, replace(NOVA, protected=True)).assessments.get()
    named = {m.assignment.unit_id: m.assignment for m in (world.ines, world.vera, world.olof)}
    for wrong in ({}, {**named, world.vera.assignment.unit_id: world.olof.assignment}):
        with pytest.raises(Invalid) as refused:
            actions.convene(hidden, at_once(named=wrong), by=world.ines.actor, at=NOW)
        assert f"named_{world.vera.assignment.unit.ref}" in refused.value.errors
    actions.convene(hidden, at_once(named=named), by=world.ines.actor, at=NOW)
    assert KnowledgeCheck.objects.get(to=world.olof.assignment).unit == world.youth_unit
    seen = {n for n, m in world.members.items() if permitted(KnowledgeCheck.objects.all(), m.actor, at=NOW).exists()}
    assert seen == {"ines", "vera", "olof"}  # not Kim and Mona of Olof's unit, not Ivar and Maja of Ines'
    assert set(Notification.objects.filter(kind="knowledge_asked").values_list("assignment", flat=True)) == {
        assignment.pk for assignment in named.values()
    }


# --- word of it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("colour", "kind"), [("red", "knowledge_asked_red"), ("orange", "knowledge_asked")])
def test_the_asked_are_told_that_there_is_a_question_and_nothing_else(world: World, colour: str, kind: str) -> None:
    assessment = nova(world)
    type(assessment).objects.filter(pk=assessment.pk).update(colour=colour)
    convened(world)
    told = Notification.objects.filter(kind=kind)
    assert {n.assignment_id for n in told} >= {
        world.vera.assignment.pk,
        world.olof.assignment.pk,
        world.kim.assignment.pk,
    }
    assert world.lovisa.assignment.pk not in {n.assignment_id for n in told}
    assert {(n.case_id, n.reference) for n in told} == {(None, assessment.report.number)}
    assert Outbox.objects.filter(kind=kind).exists()
