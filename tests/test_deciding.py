"""The decision on one child: who may, what must be done before, and what follows at once (P-T7, R20, R25, R43)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub import actions as hub_actions
from hub.access import Denied, may, permitted
from hub.actions.cases import NotYet
from hub.errors import Conflict, Invalid
from hub.models import AuditEntry, Case, CaseSeat, Unit
from tests.cast import NOW, SECOND, World, member
from tests.concerns import NOVA, arrange, nova, register
from tests.decisions import LATER, case_of, decide, decided, facts, protect, qualify, ready
from triage import actions
from triage.actions.deciding import last_day_to_decide
from triage.actions.following import last_day_of
from triage.models import (
    AskedAs,
    Decision,
    DecisionExtension,
    Feedback,
    Investigation,
    KnowledgeCheck,
    Ownership,
    PreliminaryAssessment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

TOLD = actions.ReportFacts(arrived_at=NOW, channel="phone", facts="Hör skrik.")


def refused(world: World, assessment: PreliminaryAssessment, *args: str, **others: Any) -> dict[str, str]:
    """The sentences of a decision that is refused, and nothing of it is left."""
    with pytest.raises(Invalid) as wrong:
        decide(world, assessment, *args, **others)
    assert not Decision.objects.exists()
    return wrong.value.errors


# --- before ----------------------------------------------------------------------------------------------------------


def test_nobody_decides_before_the_protection_is_assessed(world: World) -> None:
    assessment = nova(world)
    qualify(world, "ines")
    assert "20 kap. 1 §" in refused(world, assessment)[""]
    protect(world, assessment)
    assert decide(world, assessment).kind == "open"


def test_only_a_qualified_social_worker_decides(world: World) -> None:
    assessment = nova(world)
    protect(world, assessment)
    assert "25 kap. 1 §" in refused(world, assessment)[""]
    qualify(world, "ines")
    assert "Socionom" in decide(world, assessment).qualification


def test_whoever_does_not_handle_the_concern_does_not_decide(world: World) -> None:
    assessment = ready(world)
    for name in ("olof", "vera", "kim", "pia"):
        with pytest.raises(Denied):
            decide(world, assessment, by=name)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reasons": ""}, "reasons"),
        ({"delegation": ""}, "delegation"),
        ({"kind": ""}, "kind"),
        ({"investigator": None}, "investigator"),
        ({"kind": "running", "investigator": None}, "investigator"),
        ({"kind": "not_open"}, "investigator"),
        ({"proposes": "MASH"}, "proposes"),
        ({"kind": "running", "proposes": "SIG"}, "proposes"),
    ],
)
def test_a_decision_is_whole_or_says_what_is_missing(world: World, changed: dict[str, object], field: str) -> None:
    assessment = ready(world)
    with pytest.raises(Invalid) as wrong:
        actions.decide(assessment, replace(facts(world), **changed), by=world.ines.actor, at=LATER)  # type: ignore[arg-type]  # free keyword arguments
    assert field in wrong.value.errors


def test_unanswered_checks_need_a_reason_and_are_named(world: World) -> None:
    assessment = ready(world)
    KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        unit=world.vera.assignment.unit,
        asked_as=AskedAs.OWN,
        asked_by=world.ines.assignment,
        asked_at=NOW,
    )
    assert "Vuxenenheten" in refused(world, assessment)["unanswered_why"]
    assert decide(world, assessment, unanswered_why="Enheten nås inte.").unanswered_why == "Enheten nås inte."


@pytest.mark.parametrize("kind", ["open", "running"])
def test_an_investigation_is_about_a_child_that_is_known(world: World, kind: str) -> None:
    ready(world)
    unknown = register(world, actions.ChildFacts(about="Pojke, omkring tio år"), facts="Ropade på hjälp.")
    assessment = unknown.assessments.get()
    protect(world, assessment)
    assert "Koppla anmälan" in refused(world, assessment, kind)[""]
    assert decide(world, assessment, "not_open").kind == "not_open"


def test_the_investigator_is_of_the_own_agency_and_not_recused(world: World) -> None:
    assessment = ready(world)
    assert "investigator" in refused(world, assessment, investigator=world.jo.assignment)
    assert "investigator" in refused(world, assessment, investigator=world.lovisa.assignment)
    assert assessment.individual is not None
    hub_actions.give_seat(
        case_of(assessment).participations.get(),
        world.olof.assignment,
        kind="officer",
        by=world.ines.actor,
        at=NOW,
    )
    hub_actions.recuse(assessment.individual, reason="granne", by=world.olof.actor, at=NOW)
    assert "investigator" in refused(world, assessment)


def test_two_deciders_at_once_make_one_decision(world: World) -> None:
    assessment = ready(world)
    seen_by_maja = PreliminaryAssessment.objects.get(pk=assessment.pk)
    decide(world, assessment)
    with pytest.raises(Conflict):
        decide(world, seen_by_maja, "not_open", by="maja")
    assert Decision.objects.get().kind == "open"


# --- inled -----------------------------------------------------------------------------------------------------------


def test_inled_opens_an_investigation_and_hands_over_case_and_concern(world: World) -> None:
    assessment = decided(world)
    found = Investigation.objects.get()
    case = found.case
    assert (assessment.state, assessment.state_at, assessment.owner) == ("investigated", LATER, world.olof.assignment)
    assert (case.phase, case.phase_from, case.owner_unit) == ("utredning", LATER, world.youth_unit)
    assert (found.investigator, found.opened_at, found.received_at) == (world.olof.assignment, LATER, None)
    seated = CaseSeat.objects.in_force(at=LATER).filter(content_object=case)
    assert [(seat.assignment, seat.kind) for seat in seated] == [(world.olof.assignment, "officer")]
    assert may(case, world.olof.actor, "close", at=LATER)
    assert AuditEntry.objects.filter(action="concern.decided").count() == 1


def test_a_manager_without_a_seat_decides_too(world: World) -> None:
    assessment = ready(world)
    decide(world, assessment, by="maja")
    assert Investigation.objects.get().case.phase == "utredning"


def test_whoever_decides_to_investigate_alone_has_taken_over(world: World) -> None:
    assessment = ready(world)
    decide(world, assessment, investigator=world.ines.assignment)
    assert Investigation.objects.get().received_at == LATER
    assert not Ownership.objects.filter(assessment=assessment, received_at=None).exists()
    with pytest.raises(Conflict):
        actions.receive_packet(assessment, by=world.ines.actor, at=LATER)


def test_the_investigator_gives_one_receipt_and_nobody_else_does(world: World) -> None:
    assessment = decided(world)
    with pytest.raises(Conflict):
        actions.receive_packet(assessment, by=world.ines.actor, at=LATER)
    actions.receive_packet(assessment, by=world.olof.actor, at=LATER + SECOND)
    assert Investigation.objects.get().received_at == LATER + SECOND
    assert Ownership.objects.get(assessment=assessment, valid_to=None).received_at == LATER + SECOND
    with pytest.raises(Conflict):
        actions.receive_packet(assessment, by=world.olof.actor, at=LATER + SECOND)


# --- inled inte, pågår redan -----------------------------------------------------------------------------------------


def test_inled_inte_closes_the_case_and_the_concern_stays_with_its_owner(world: World) -> None:
    assessment = decided(world, "not_open")
    case = case_of(assessment)
    assert (assessment.state, assessment.owner) == ("not_opened", world.ines.assignment)
    assert (case.phase, case.outcome, case.closed_at) == ("avslutat", "not_opened", LATER)
    assert not Investigation.objects.exists()
    assert not assessment.tasks.exists()
    assert may(assessment, world.ines.actor, "read", at=LATER)


def test_pagar_redan_closes_the_case_and_the_named_handler_reads_the_packet(world: World) -> None:
    assessment = ready(world)
    assert not may(assessment, world.olof.actor, "read", at=LATER)
    decide(world, assessment, "running")
    assessment.refresh_from_db()
    case = case_of(assessment)
    assert (assessment.state, case.outcome, case.closed_at) == ("running", "running", LATER)
    assert may(assessment, world.olof.actor, "read", at=LATER)
    assert permitted(Case.objects.all(), world.olof.actor, "trace", at=LATER).contains(case)
    actions.receive_packet(assessment, by=world.olof.actor, at=LATER)
    assert Ownership.objects.get(assessment=assessment, valid_to=None).assignment == world.olof.assignment


@pytest.mark.parametrize("kind", ["open", "not_open", "running"])
def test_a_running_case_of_the_same_youth_is_not_touched(world: World, kind: str) -> None:
    arrange(world)
    elias = world.elias.person
    again = actions.ChildFacts(
        given_name=elias.given_name,
        family_name=elias.family_name,
        personnummer=str(elias.personnummer),
        birth_date=elias.birth_date,
    )
    assessment = register(world, again).assessments.get()
    qualify(world, "ines")
    protect(world, assessment)
    parts = ("phase", "phase_from", "owner_unit", "closed_at", "row_version")
    before = Case.objects.values_list(*parts).get(pk=world.case.pk)
    seats = set(CaseSeat.objects.filter(content_object=world.case).values_list("pk", "valid_to"))
    parties = set(world.case.participations.values_list("pk", "active_from", "ended_at"))
    decide(world, assessment, kind)
    assert Case.objects.values_list(*parts).get(pk=world.case.pk) == before
    assert set(CaseSeat.objects.filter(content_object=world.case).values_list("pk", "valid_to")) == seats
    assert set(world.case.participations.values_list("pk", "active_from", "ended_at")) == parties
    for name in ("pia", "sam", "fia"):
        assert (
            not permitted(Case.objects.all(), world.members[name].actor, at=LATER)
            .filter(preliminary_assessment=assessment)
            .exists()
        )


def test_nothing_is_decided_when_the_case_cannot_be_closed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment = ready(world)
    monkeypatch.setattr("hub.actions.cases.CLOSING_CHECK", [lambda case, by, at: ["Ett utkast ligger kvar."]])
    with pytest.raises(NotYet):
        decide(world, assessment, "not_open")
    assessment.refresh_from_db()
    assert assessment.state == "open"


# --- past the decision -----------------------------------------------------------------------------------------------


def test_the_case_moves_and_ends_by_the_decision_only(world: World) -> None:
    assessment = ready(world)
    case, ines = case_of(assessment), world.ines.actor
    for event in ("inled", "besluta insats"):
        with pytest.raises(NotYet):
            hub_actions.change_phase(case, event, by=ines, at=LATER)
    with pytest.raises(NotYet):
        hub_actions.close_case(case, outcome="other", note="", by=ines, at=LATER)
    decide(world, assessment)
    case.refresh_from_db()
    with pytest.raises(NotYet):
        hub_actions.change_phase(case, "besluta insats", by=world.olof.actor, at=LATER)


# --- more time -------------------------------------------------------------------------------------------------------


def test_more_time_needs_reasons_a_later_day_and_a_qualified_decider(world: World) -> None:
    assessment = ready(world)
    fourteenth = last_day_to_decide(assessment)
    assert fourteenth.isoformat() == "2026-03-16"
    for until, reasons, field in (
        (fourteenth, "BUP utreder.", "until"),
        (fourteenth + timedelta(days=1), "", "reasons"),
    ):
        with pytest.raises(Invalid) as wrong:
            actions.extend_decision(assessment, until=until, reasons=reasons, by=world.ines.actor, at=LATER)
        assert field in wrong.value.errors
    day = fourteenth + timedelta(days=1)
    actions.extend_decision(assessment, until=day, reasons="BUP utreder.", by=world.ines.actor, at=LATER)
    assert last_day_to_decide(assessment) == day
    decide(world, assessment)
    with pytest.raises(Conflict):
        actions.extend_decision(
            assessment, until=day + timedelta(days=1), reasons="Mer.", by=world.ines.actor, at=LATER
        )
    assert DecisionExtension.objects.count() == 1


# --- the case's unit -------------------------------------------------------------------------------------------------


def test_a_case_moves_to_a_unit_of_the_same_agency_only(world: World) -> None:
    other = Unit.objects.create(agency=world.social, name="Ungdom norr")
    manager = member(world, "nora", "Nora Norr", other, "manager")
    hub_actions.move_to_unit(world.case, other, by=world.kim.actor, at=LATER)
    assert may(world.case, manager.actor, "read", at=LATER)
    assert not may(world.case, world.mona.actor, "read", at=LATER)
    with pytest.raises(Conflict):
        hub_actions.move_to_unit(world.case, world.police.units.get(), by=world.kim.actor, at=LATER)
    with pytest.raises(Denied):
        hub_actions.move_to_unit(world.case, world.youth_unit, by=world.pia.actor, at=LATER)
    assert AuditEntry.objects.filter(action="case.moved").count() == 1


# --- word to the reporter --------------------------------------------------------------------------------------------


def test_a_mandated_reporter_waits_for_a_choice_and_a_neighbour_does_not(world: World) -> None:
    decided(world)
    assert Feedback.objects.get().choice == ""
    arrange(world)
    neighbour = actions.register_report(
        TOLD,
        actions.ReporterFacts(category="private"),
        (NOVA,),
        agency_id=world.social.pk,
        by=world.ines.actor,
        at=NOW,
    ).assessments.get()
    protect(world, neighbour)
    decide(world, neighbour, "not_open")
    assert Feedback.objects.count() == 1
    with pytest.raises(Conflict):
        actions.choose_feedback(neighbour, choice="given", how="telefon", by=world.ines.actor, at=LATER)


def replace_told(world: World) -> actions.ReportFacts:
    return actions.ReportFacts(arrived_at=NOW, channel="phone", facts="Hör skrik.")


def test_the_choice_about_feedback_is_made_once_and_whole(world: World) -> None:
    assessment = decided(world)
    ines = world.ines.actor
    for choice, field in (("given", "how"), ("unsuitable", "reason"), ("", "choice")):
        with pytest.raises(Invalid) as wrong:
            actions.choose_feedback(assessment, choice=choice, by=ines, at=LATER)
        assert field in wrong.value.errors
    actions.choose_feedback(assessment, choice="not_asked", by=ines, at=LATER)
    with pytest.raises(Conflict):
        actions.choose_feedback(assessment, choice="given", how="telefon", by=ines, at=LATER)
    asked = actions.ask_feedback(assessment, by=ines, at=LATER + SECOND)
    assert (asked.asked_at, asked.choice) == (LATER + SECOND, "")
    with pytest.raises(Invalid):
        actions.choose_feedback(assessment, choice="not_asked", by=ines, at=LATER + SECOND)
    actions.choose_feedback(assessment, choice="given", how="telefon", by=ines, at=LATER + SECOND)
    with pytest.raises(Conflict):
        actions.ask_feedback(assessment, by=ines, at=LATER + SECOND)


def test_nobody_hears_before_the_decision(world: World) -> None:
    with pytest.raises(Conflict):
        actions.choose_feedback(ready(world), choice="given", how="telefon", by=world.ines.actor, at=LATER)


# --- the investigation -----------------------------------------------------------------------------------------------


def investigation(world: World) -> Investigation:
    decided(world)
    return Investigation.objects.get()


def test_the_investigation_is_extended_for_sarskilda_skal_to_a_later_day(world: World) -> None:
    found, olof = investigation(world), world.olof.actor
    last = last_day_of(found)
    assert last.isoformat() == "2026-07-02"
    for until, why in ((last, "Väntar på utlåtande."), (last + timedelta(days=1), "")):
        with pytest.raises(Invalid):
            actions.extend_investigation(found, until=until, why=why, by=olof, at=LATER)
    actions.extend_investigation(found, until=last + timedelta(days=1), why="Väntar på utlåtande.", by=olof, at=LATER)
    assert last_day_of(found) == last + timedelta(days=1)
    with pytest.raises(Denied):
        actions.extend_investigation(found, until=last, why="x", by=world.ines.actor, at=LATER)


@pytest.mark.parametrize(
    ("into", "outcome", "phase"), [("insats", "", "insats"), ("avsluta", "as_planned", "avslutat")]
)
def test_the_investigation_ends_in_support_or_with_the_case(world: World, into: str, outcome: str, phase: str) -> None:
    found = investigation(world)
    with pytest.raises(Invalid):
        actions.close_investigation(found, into=into, outcome=outcome, why="", by=world.olof.actor, at=LATER)
    case = actions.close_investigation(
        found, into=into, outcome=outcome, why="Behov av stöd.", by=world.olof.actor, at=LATER
    )
    case.refresh_from_db()
    assert case.phase == phase
    with pytest.raises((Conflict, Denied)):
        actions.close_investigation(found, into=into, outcome=outcome, why="Igen", by=world.olof.actor, at=LATER)


def test_an_unqualified_investigator_does_not_end_it(world: World) -> None:
    found = investigation(world)
    world.olof.user.qualified_social_worker = False
    world.olof.user.save()
    with pytest.raises(Invalid):
        actions.close_investigation(found, into="insats", why="Klart.", by=world.olof.actor, at=LATER)
