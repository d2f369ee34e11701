"""How an agency arranges its intake: dated rows, one version after another, nothing changed behind (P-T3 to P-T6)."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from hub.access import Denied
from hub.errors import Conflict, Invalid
from hub.models import Assignment, Unit
from tests.cast import NOW, SECOND, START, World, member
from tests.concerns import arrange, nova
from triage import actions, sla
from triage.actions import ArrangementFacts
from triage.judging import meanings, questions_in_force
from triage.models import DutyShift, HubSlot, HubUnit, TriageSettings
from triage.standard_questions import STANDARD, QuestionFacts
from triage.todo_judging import shift_to_receive

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
WEAPON = QuestionFacts(text="Har barnet vapen?", colour="red", explanation="Barnet har vapen.")


def facts(world: World, **changes: Any) -> ArrangementFacts:
    told: dict[str, Any] = {"intake_unit": world.ines.assignment.unit, "standing_owner": world.ivar.assignment}
    return ArrangementFacts(**(told | changes))


def decide(world: World, *questions: QuestionFacts, seen: int = 1, at: datetime = NOW, **more: Any) -> Any:
    return actions.decide_questions(
        world.social, questions or [WEAPON], decision="Nämnden § 12", seen=seen, by=world.ada.actor, at=at, **more
    )


# --- the arrangement -------------------------------------------------------------------------------------------------


def test_a_new_arrangement_holds_from_its_instant_and_the_old_one_until_then(world: World) -> None:
    old = arrange(world).settings
    new = actions.arrange_intake(world.social, facts(world, valid_from=LATER), by=world.ada.actor, at=NOW)
    for at, holds in ((LATER - SECOND, old), (LATER, new), (LATER + SECOND, new)):
        assert TriageSettings.objects.in_force(at=at).get(agency=world.social) == holds, at
    old.refresh_from_db()
    assert old.standing_owner == world.ines.assignment


def test_orange_goes_by_what_held_when_the_report_arrived(world: World) -> None:
    assessment = nova(world)
    arrived = assessment.report.arrived_at
    decided = facts(world, orange_office_hours=True, decision="Nämnden § 7")
    actions.arrange_intake(world.social, decided, by=world.ada.actor, at=NOW)

    def orange() -> datetime:
        return next(m.due_at for m in meanings(assessment, at=NOW) if m.colour == "orange")

    assert orange() == arrived + sla.ORANGE
    TriageSettings.objects.filter(decision="Nämnden § 7").update(valid_from=arrived + SECOND)
    assert orange() == arrived + sla.ORANGE
    TriageSettings.objects.filter(decision="Nämnden § 7").update(valid_from=arrived)
    assert orange() == sla.orange_due(arrived, office_hours=True) < arrived + timedelta(days=2)
    assert orange() != arrived + sla.ORANGE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"orange_office_hours": True}, "decision"),
        ({"valid_from": NOW - SECOND}, "day"),
        ({"intake_unit": "school"}, "intake_unit"),
        ({"standing_owner": "rut"}, "standing_owner"),
        ({"jour": "police"}, "jour"),
    ],
)
def test_an_arrangement_that_does_not_hold_is_refused_at_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    arrange(world)
    others = {"school": world.school.units.get(), "rut": world.rut.assignment, "police": world.police}
    changes = {name: others.get(value, value) if isinstance(value, str) else value for name, value in changes.items()}
    with pytest.raises(Invalid) as refused:
        actions.arrange_intake(world.social, facts(world, **changes), by=world.ada.actor, at=NOW)
    assert set(refused.value.errors) == {field}


def test_it_is_arranged_by_its_administrator_and_its_managers(world: World) -> None:
    arrange(world)
    for who in ("ines", "kim", "rut", "pia", "otto", "jo"):
        with pytest.raises(Denied):
            actions.arrange_intake(world.social, facts(world), by=world.members[who].actor, at=NOW)
    for second, who in enumerate(("ada", "mona", "maja")):
        actions.arrange_intake(world.social, facts(world), by=world.members[who].actor, at=NOW + second * SECOND)


# --- the hub's units and times ---------------------------------------------------------------------------------------


def test_family_counselling_and_other_kinds_never_come_into_the_hub(world: World) -> None:
    arrange(world)
    counselling = Unit.objects.create(agency=world.social, name="Familjerådgivningen", family_counselling=True)
    for unit, paragraph in ((counselling, "26 kap. 3 § OSL"), (world.school.units.get(), "20 kap. 6 § SoL")):
        with pytest.raises(Invalid) as refused:
            actions.add_hub_unit(world.social, unit, by=world.ada.actor, at=NOW)
        assert paragraph in refused.value.errors["unit"]


def test_a_unit_comes_in_and_goes_out_and_comes_in_again(world: World) -> None:
    jour = arrange(world).jour.units.get()
    member = actions.add_hub_unit(world.social, jour, by=world.mona.actor, at=NOW)
    with pytest.raises(Invalid):
        actions.add_hub_unit(world.social, jour, by=world.mona.actor, at=NOW + SECOND)
    actions.end_hub_unit(member, by=world.mona.actor, at=LATER)
    with pytest.raises(Conflict):
        actions.end_hub_unit(member, by=world.mona.actor, at=LATER + SECOND)
    inside = HubUnit.objects.filter(unit=jour)
    assert [inside.in_force(at=at).exists() for at in (LATER - SECOND, LATER)] == [True, False]
    actions.add_hub_unit(world.social, jour, by=world.mona.actor, at=LATER)


def test_a_slot_is_on_weekdays_at_a_time_that_every_night_has(world: World) -> None:
    arrange(world)
    for starts, weekdays, field in (
        (time(13), [], "weekdays"),
        (time(2, 30), [1], "starts"),
        (time(10, 30), [1], "starts"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.add_slot(world.social, starts=starts, weekdays=weekdays, link="", by=world.ada.actor, at=NOW)
        assert set(refused.value.errors) == {field}
    actions.add_slot(world.social, starts=time(14), weekdays=[5, 1, 5], link="", by=world.ada.actor, at=NOW)
    slot = HubSlot.objects.get(starts=time(14))
    assert slot.weekdays == [1, 5]
    actions.end_slot(slot, by=world.ada.actor, at=LATER)
    assert not HubSlot.objects.in_force(at=LATER).filter(pk=slot.pk).exists()


# --- the questions ---------------------------------------------------------------------------------------------------


def test_a_new_version_leaves_the_old_one_as_it_was(world: World) -> None:
    first = arrange(world).questions
    before = list(first.questions.values())
    second = decide(world, WEAPON, valid_from=LATER)
    assert second.version == 2
    assert list(first.questions.values()) == before
    for at, holds in ((LATER - SECOND, first), (LATER, second)):
        assert questions_in_force(world.social.pk, at=at) == holds


def test_of_two_deciders_the_second_is_told(world: World) -> None:
    arrange(world)
    decide(world, seen=1)
    with pytest.raises(Conflict):
        decide(world, seen=1, at=LATER)
    assert decide(world, seen=2, at=LATER).version == 3


@pytest.mark.parametrize("question", [
    QuestionFacts(text="", colour="red", explanation="x"),
    QuestionFacts(text="x", colour="red", explanation=""),
    QuestionFacts(text="x", colour="green", explanation="x"),
])  # fmt: skip
def test_a_question_speaks_for_more_than_green_and_says_why(world: World, question: QuestionFacts) -> None:
    arrange(world)
    with pytest.raises(Invalid):
        decide(world, question)


def test_two_new_questions_alike_get_codes_of_their_own(world: World) -> None:
    arrange(world)
    made = decide(world, WEAPON, WEAPON)
    assert list(made.questions.values_list("code", flat=True)) == ["har-barnet-vapen", "har-barnet-vapen-2"]


def test_the_standard_questions_can_be_decided_on_and_ask_of_no_sex_or_origin(world: World) -> None:
    made = decide(world, *STANDARD, seen=0 if not arrange(world).questions else 1)
    assert made.questions.count() == len(STANDARD) == len({question.code for question in STANDARD})
    asked = " ".join(question.text + question.help for question in STANDARD).lower()
    for word in ("pojke", "flicka", "kön", "etnisk", "född", "land", "religion", "område"):
        assert word not in asked, word


# --- the rota --------------------------------------------------------------------------------------------------------


def plan(world: World, who: str = "jo", *, begins: datetime = NOW, hours: int = 8) -> DutyShift:
    """The jour's own manager plans."""
    jour, person = arrange(world).jour, world.members[who].assignment
    chief = world.members.get("chief") or _chief(world)
    return actions.plan_shift(
        jour, person, valid_from=begins, valid_to=begins + timedelta(hours=hours), by=chief.actor, at=NOW
    )


def _chief(world: World) -> Any:
    chief = member(world, "chief", "Chefen Natt", arrange(world).jour.units.get(), "manager")
    chief.actor = replace(chief.actor, municipality_id=world.kommun.pk, agency_in_kommun=False)
    return chief


def test_a_shift_is_one_persons_and_somebody_of_the_jour(world: World) -> None:
    arrange(world)
    plan(world)
    for who, hours in (("jo", 4), ("ines", 8), ("jo", 0), ("jo", 24 * 7 + 1)):
        with pytest.raises(Invalid):
            plan(world, who, begins=NOW + timedelta(hours=4), hours=hours)
    plan(world, begins=NOW + timedelta(hours=8))  # the next begins when the first ends
    Assignment.objects.filter(pk=world.jo.assignment.pk).update(valid_to=NOW + timedelta(hours=20))
    world.jo.assignment.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        plan(world, begins=NOW + timedelta(hours=16))
    assert "assignment" in refused.value.errors


def test_whoever_begins_a_shift_takes_over_with_a_receipt(world: World) -> None:
    begins, ends = LATER, LATER + timedelta(hours=8)
    arrange(world)
    shift = plan(world, begins=begins)
    for at, asked in ((begins - SECOND, 0), (begins, 1), (ends - SECOND, 1), (ends, 0)):
        assert len(shift_to_receive(world.jo.actor, at)) == asked, at
    with pytest.raises(Conflict):
        actions.receive_shift(shift, by=world.jo.actor, at=begins - SECOND)
    with pytest.raises(Denied):
        actions.receive_shift(shift, by=world.ines.actor, at=begins)
    assert actions.receive_shift(shift, by=world.jo.actor, at=begins).received_at == begins
    with pytest.raises(Conflict):
        actions.receive_shift(shift, by=world.jo.actor, at=begins + SECOND)
    assert shift_to_receive(world.jo.actor, begins + SECOND) == []


def test_a_shift_to_come_is_taken_away_and_one_begun_ends_now(world: World) -> None:
    arrange(world)
    coming, running = plan(world, begins=LATER), plan(world, begins=START)
    chief = world.members["chief"].actor
    actions.end_shift(coming, by=chief, at=NOW)
    actions.end_shift(running, by=chief, at=NOW)
    assert not DutyShift.objects.filter(pk=coming.pk).exists()
    assert DutyShift.objects.get(pk=running.pk).valid_to == NOW
    with pytest.raises(Conflict):
        actions.end_shift(running, by=chief, at=NOW)


def test_a_jour_is_arranged_by_its_own_people_alone(world: World) -> None:
    jour = arrange(world).jour
    with pytest.raises(Denied):
        actions.plan_shift(jour, world.jo.assignment, valid_from=NOW, valid_to=LATER, by=world.ada.actor, at=NOW)
