"""Who may see a concern (P-A8, P-A12, P-A15, P-T5, P-T6, P-T10)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub import actions as hub_actions
from hub.access import permitted
from hub.models import Case, Participation, Person, Recusal
from tests.cast import NOW, SECOND, YEAR_BEFORE, World, agency, member
from tests.concern_clocks import decide
from tests.concerns import FACTS, NOEL, NOVA, arrange, nova, on_duty, register
from tests.hub_scenes import HALF_PAST, NEED, answered, check_of, convened, outside_unit, running, spoken
from triage import actions
from triage.models import (
    CallChild,
    ConcernReport,
    Decision,
    DutyShift,
    KnowledgeCheck,
    KnowledgeNote,
    PreliminaryAssessment,
    Reporter,
    TriageSettings,
)
from triage.packet import packet_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

EVERYBODY = ("kim", "lovisa", "olof", "mona", "rut", "ada", "ines", "pia", "sam", "fia", "olle", "otto")


def who_sees(world: World, model: type, pk: int, *, at: object = NOW, action: str = "read") -> set[str]:
    rows = model.objects.filter(pk=pk)  # type: ignore[attr-defined]  # every model has one
    return {
        name
        for name, member in world.members.items()
        if permitted(rows, member.actor, action, at=at).exists()  # type: ignore[arg-type]  # an instant
    }


def test_a_concern_is_the_receiving_units_and_nobody_elses(world: World) -> None:
    assessment = nova(world)
    assert who_sees(world, PreliminaryAssessment, assessment.pk) == {"ines", "ivar", "maja"}
    assert who_sees(world, ConcernReport, assessment.report_id) == {"ines", "ivar", "maja"}
    assert who_sees(world, Reporter, assessment.report.reporter.pk) == {"ines", "ivar", "maja"}


def test_nobody_outside_social_services_sees_a_concern_whatever_its_rows_say(world: World) -> None:
    assessment = nova(world)
    PreliminaryAssessment.objects.update(owner=world.pia.assignment, deputy=world.sam.assignment)
    for model, pk in ((PreliminaryAssessment, assessment.pk), (Reporter, assessment.report.reporter.pk)):
        assert who_sees(world, model, pk) == {"ines", "ivar", "maja"}


def test_a_protected_reporter_is_known_to_the_owner_alone(world: World) -> None:
    arrange(world)
    report = register(world)
    Reporter.objects.update(protected=True)
    assert who_sees(world, Reporter, report.reporter.pk) == {"ines"}
    report.assessments.update(deputy=world.ivar.assignment)
    assert who_sees(world, Reporter, report.reporter.pk) == {"ines", "ivar"}, "and to the deputy"


def test_a_protected_child_is_shown_to_those_named_alone(world: World) -> None:
    arrange(world)
    report = register(world, replace(NOVA, protected=True), NOEL)
    hidden, brother = report.assessments.order_by("position")
    actions.hand_over(brother, to=world.ivar.assignment, reason="delar upp", by=world.ines.actor, at=NOW + SECOND)
    assert who_sees(world, PreliminaryAssessment, hidden.pk, at=NOW + 2 * SECOND) == {"ines"}
    assert who_sees(world, PreliminaryAssessment, brother.pk, at=NOW + 2 * SECOND) == {"ines", "ivar", "maja"}
    # What was told is about both: whoever may not know of the one does not read it because of the other.
    assert who_sees(world, ConcernReport, report.pk, at=NOW + 2 * SECOND) == {"ines"}
    PreliminaryAssessment.objects.filter(pk=hidden.pk).update(deputy=world.ivar.assignment)
    for model, pk in ((PreliminaryAssessment, hidden.pk), (ConcernReport, report.pk)):
        assert who_sees(world, model, pk, at=NOW + 2 * SECOND) == {"ines", "ivar"}


def test_whoever_is_recused_from_the_child_loses_the_concern_at_once(world: World) -> None:
    assessment = nova(world)
    assert assessment.individual is not None
    individual = assessment.individual
    hub_actions.recuse(individual, reason="granne", by=world.ines.actor, at=NOW + SECOND)
    assert "ines" in who_sees(world, PreliminaryAssessment, assessment.pk, at=NOW)
    assert "ines" not in who_sees(world, PreliminaryAssessment, assessment.pk, at=NOW + SECOND)


def test_the_jour_sees_open_concerns_while_on_duty(world: World) -> None:
    assessment = nova(world)
    begins, ends = NOW + timedelta(hours=7), NOW + timedelta(hours=22)
    DutyShift.objects.create(
        municipality=world.kommun,
        agency=world.jo.agency,
        assignment=world.jo.assignment,
        valid_from=begins,
        valid_to=ends,
    )
    for at, sees in ((begins - SECOND, False), (begins, True), (ends - SECOND, True), (ends, False)):
        assert ("jo" in who_sees(world, PreliminaryAssessment, assessment.pk, at=at)) is sees, at


def test_a_shift_shows_open_concerns_of_who_has_arranged_that_jour_and_no_protected_child(world: World) -> None:
    assessment = nova(world)
    shift = DutyShift.objects.filter(pk=on_duty(world).pk)
    rows, settings = PreliminaryAssessment.objects.filter(pk=assessment.pk), TriageSettings.objects.all()
    others = agency(world, "Socialtjänsten Söder", "socialtjanst", municipality=world.kommun)
    changes: list[tuple[Any, dict[str, object], dict[str, object]]] = [
        (rows, {"state": "not_opened", "state_at": NOW}, {"state": "open", "state_at": None}),
        (rows, {"protected": True}, {"protected": False}),
        (shift, {"assignment": world.ivar.assignment}, {"assignment": world.jo.assignment}),
        (settings, {"jour": None}, {"jour": world.jo.agency}),
        (settings, {"agency": others}, {"agency": world.social}),
        (settings, {"valid_from": NOW + SECOND}, {"valid_from": YEAR_BEFORE}),
    ]
    assert "jo" in who_sees(world, PreliminaryAssessment, assessment.pk)
    for of, broken, mended in changes:
        of.update(**broken)
        assert "jo" not in who_sees(world, PreliminaryAssessment, assessment.pk), broken
        of.update(**mended)
        assert "jo" in who_sees(world, PreliminaryAssessment, assessment.pk), mended


def test_a_new_concern_about_a_youth_with_a_sig_stays_unknown_to_its_parties(world: World) -> None:
    arrange(world)
    person = world.elias.person
    again = actions.ChildFacts(
        given_name=person.given_name,
        family_name=person.family_name,
        personnummer=str(person.personnummer),
        birth_date=person.birth_date,
    )
    assessment = register(world, again).assessments.get()
    cases = {name: set(permitted(Case.objects.all(), world.members[name].actor, at=NOW)) for name in EVERYBODY}
    assert assessment.case is not None
    for name in EVERYBODY:
        if name != "ines":
            assert assessment.case not in cases[name], name
    world.case.refresh_from_db()
    assert world.case.closed_at is None
    assert world.case.phase == "insats"


def test_an_asked_agency_of_social_services_gets_the_question_and_nothing_of_the_concern(world: World) -> None:
    """A seat by an inquiry is a seat in the case, but of another agency than the report's (P-A6, R8)."""
    assessment = nova(world)
    case = assessment.case
    assert case is not None
    south = agency(world, "Socialtjänsten Söder", "socialtjanst", municipality=world.kommun)
    member(world, "sol", "Sol Söder", south.units.get(), "officer")
    party = Participation.objects.create(
        municipality=world.kommun,
        case=case,
        agency=south,
        role="socialtjanst",
        proposed_at=NOW,
        active_from=NOW,
        known_from=NOW,
    )
    hub_actions.give_seat(party, world.sol.assignment, kind="contact", by=None, at=NOW)
    assert permitted(Case.objects.all(), world.sol.actor, at=NOW).filter(pk=case.pk).exists(), "P-A2 2a"
    for model, pk in (
        (PreliminaryAssessment, assessment.pk),
        (ConcernReport, assessment.report_id),
        (Reporter, assessment.report.reporter.pk),
    ):
        assert "sol" not in who_sees(world, model, pk)
        assert "ines" in who_sees(world, model, pk)


def test_jav_toward_one_child_closes_the_report_about_its_sibling_too(world: World) -> None:
    assessment = nova(world)
    assert assessment.individual is not None
    report = assessment.report
    hub_actions.recuse(assessment.individual, reason="granne", by=world.ines.actor, at=NOW + SECOND)
    brother = report.assessments.get(position=2)
    assert "ines" in who_sees(world, PreliminaryAssessment, brother.pk, at=NOW + SECOND)
    for model, pk in ((ConcernReport, report.pk), (Reporter, report.reporter.pk)):
        assert "ines" in who_sees(world, model, pk, at=NOW)
        assert who_sees(world, model, pk, at=NOW + SECOND) == {"ivar", "maja"}


@pytest.mark.parametrize("hidden", ["protected", "jav"])
def test_what_was_told_of_a_sibling_stands_neither_in_the_packet_nor_on_the_concerns_page(
    world: World, hidden: str
) -> None:
    """One report tells of both: who may not read it reads nothing of it beside the other child (P-A8, P-A12)."""
    danger = "Pappan vet var de bor."
    report = register(world, NOVA, NOEL, urgent=True, urgent_why=danger, judgement="Tror att de gömmer sig.")
    sister, brother = report.assessments.order_by("position")
    if hidden == "protected":
        PreliminaryAssessment.objects.filter(pk=sister.pk).update(protected=True)
    else:
        assert sister.individual is not None
        Recusal.objects.create(
            municipality=world.kommun, user=world.ivar.user, individual=sister.individual, at=NOW, reason="granne"
        )
    said = {}
    for who in ("ines", "ivar"):
        packet = packet_of(brother, world.members[who].actor, at=NOW + SECOND)
        page = world.client(who).get(f"/anmalan/{brother.ref}/")
        assert (page.status_code, report.number in str(packet.sections)) == (200, True)
        said[who] = f"{packet.sections} {page.content.decode()}"
    for told in (FACTS, danger, "Tror att de gömmer sig."):
        assert told in said["ines"]
        assert told not in said["ivar"], told
    assert "akut fara" in said["ivar"], "that there is danger is for whoever handles the child"


def test_after_the_decision_the_unit_reads_and_only_those_named_and_its_manager_handle(world: World) -> None:
    assessment = nova(world)
    reporter = assessment.report.reporter.pk
    assert who_sees(world, PreliminaryAssessment, assessment.pk, action="handle") == {"ines", "ivar", "maja"}
    later = NOW + SECOND
    PreliminaryAssessment.objects.update(state="not_opened", state_at=later)
    assert who_sees(world, PreliminaryAssessment, assessment.pk, at=later) == {"ines", "ivar", "maja"}
    assert who_sees(world, PreliminaryAssessment, assessment.pk, at=later, action="handle") == {"ines", "maja"}
    assert who_sees(world, Reporter, reporter, at=later) == {"ines", "maja"}
    decide(world, assessment, later)
    assert who_sees(world, PreliminaryAssessment, assessment.pk, at=later, action="handle") == {"ines", "maja"}
    Decision.objects.update(decided_by=world.ivar.assignment)
    with_decider = {"ines", "ivar", "maja"}
    assert who_sees(world, PreliminaryAssessment, assessment.pk, at=later, action="handle") == with_decider
    assert assessment.case is not None
    Case.objects.filter(pk=assessment.case.pk).update(owner_unit=world.youth_unit)
    assert who_sees(world, PreliminaryAssessment, assessment.pk, at=later, action="handle") == with_decider | {"mona"}


def test_a_question_is_the_units_but_not_of_who_is_recused_and_is_answered_once(world: World) -> None:
    check = check_of(world, "olof")
    assert who_sees(world, KnowledgeCheck, check.pk, action="answer") == {"kim", "olof", "mona"}
    assert check.assessment.individual is not None
    Recusal.objects.create(
        municipality=world.kommun, user=world.kim.user, individual=check.assessment.individual, at=NOW, reason="granne"
    )
    assert who_sees(world, KnowledgeCheck, check.pk, action="answer") == {"olof", "mona"}
    KnowledgeCheck.objects.filter(pk=check.pk).update(to=world.olof.assignment)
    assert who_sees(world, KnowledgeCheck, check.pk, action="answer") == {"olof"}
    actions.answer_check(check, actions.Known(answer="unknown"), by=world.olof.actor, at=NOW)
    assert who_sees(world, KnowledgeCheck, check.pk, action="answer") == set()
    assert who_sees(world, KnowledgeCheck, check.pk) == {"ines", "ivar", "maja", "olof"}


def test_whoever_handles_an_open_concern_and_the_units_of_the_agency_that_are_asked_convene(world: World) -> None:
    """P-T6: any party of the hub."""
    assessment = nova(world)
    outside_unit(world)
    handlers, units = {"ines", "ivar", "maja"}, {"vera", "kim", "mona", "olof"}

    def convening() -> set[str]:
        return who_sees(world, PreliminaryAssessment, assessment.pk, action="convene")

    assert convening() == handlers
    convened(world, need=NEED)
    assert convening() == handlers | units, "not Sara, asked for another kommun, nor Lovisa, a lots, who is not asked"
    KnowledgeCheck.objects.update(to=world.ines.assignment)
    assert convening() == handlers, "who is asked by name answers, and that is all"
    KnowledgeCheck.objects.update(to=None)
    assert assessment.individual is not None
    Recusal.objects.create(
        municipality=world.kommun, user=world.vera.user, individual=assessment.individual, at=NOW, reason="granne"
    )
    assert convening() == handlers | units - {"vera"}
    rows = PreliminaryAssessment.objects.filter(pk=assessment.pk)
    rows.update(protected=True)
    assert convening() == {"ines"}
    rows.update(protected=False, state="not_opened", state_at=NOW)
    assert convening() == set()


def test_a_unit_no_longer_sees_the_question_about_a_child_that_became_protected(world: World) -> None:
    assessment = nova(world)
    check = KnowledgeCheck.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        unit=world.vera.assignment.unit,
        asked_as="own",
        asked_by=world.ines.assignment,
        asked_at=NOW,
    )
    assert "vera" in who_sees(world, KnowledgeCheck, check.pk)
    Person.objects.filter(individual=assessment.individual_id).update(protection="SEKRETESSMARKERING")
    assert "vera" not in who_sees(world, KnowledgeCheck, check.pk)
    assert who_sees(world, KnowledgeCheck, check.pk) == {"ines"}


def test_what_a_unit_answers_is_for_itself_for_who_handles_and_for_the_call_while_the_child_is_spoken_of(
    world: World,
) -> None:
    """P-T6, P-T7: before the call, in it, when it turns to the brother, and when the child has been decided on."""
    check = answered(world)
    (note,) = check.notes.all()
    handlers, asked = {"ines", "ivar", "maja"}, {"vera"}

    def seen(at: datetime) -> set[str]:
        readers = who_sees(world, KnowledgeCheck, check.pk, at=at)
        assert who_sees(world, KnowledgeNote, note.pk, at=at) == readers
        return readers

    assert seen(NOW + SECOND) == handlers | asked
    call = running(world)
    assert seen(HALF_PAST) == handlers | asked, "Olof's unit is in the hub, and nobody of it in the call"
    actions.join(call, by=world.olof.actor, at=HALF_PAST)
    assert seen(HALF_PAST) == handlers | asked | {"olof"}
    later = HALF_PAST + SECOND
    CallChild.objects.filter(pk=spoken(world).pk).update(spoken_to=later)
    assert seen(later) == handlers | asked
    PreliminaryAssessment.objects.filter(pk=check.assessment_id).update(state="not_opened", state_at=later)
    assert seen(later) == {"ines", "maja"} | asked, "Ivar no longer handles it"


def test_a_lots_neither_reads_nor_answers_what_a_unit_is_asked(world: World) -> None:
    """Neither of the asked unit, nor of the intake, nor with a seat in the child's case, nor asked by name."""
    arrange(world)
    member(world, "lina", "Lina Lots", world.ines.assignment.unit, "lots")
    check = check_of(world, "lovisa")
    case = nova(world).case
    assert case is not None
    owner = case.participations.get(role="agare")
    hub_actions.give_seat(owner, world.lina.assignment, kind="lots", by=None, at=NOW)
    later = NOW + SECOND
    assert "lina" not in who_sees(world, PreliminaryAssessment, check.assessment_id, at=NOW - SECOND), "the unit's lots"
    assert "lina" in who_sees(world, PreliminaryAssessment, check.assessment_id, at=later)
    assert "lina" not in who_sees(world, PreliminaryAssessment, check.assessment_id, at=later, action="handle")
    assert who_sees(world, KnowledgeCheck, check.pk, at=later) == {"ines", "ivar", "maja", "kim", "olof", "mona"}
    assert who_sees(world, KnowledgeCheck, check.pk, at=later, action="answer") == {"kim", "olof", "mona"}
    KnowledgeCheck.objects.filter(pk=check.pk).update(to=world.lovisa.assignment)
    assert who_sees(world, KnowledgeCheck, check.pk, at=later) == {"ines", "ivar", "maja"}
