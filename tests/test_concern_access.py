"""Who may see a concern (P-A8, P-A12, P-A15, P-T5, P-T6, P-T10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub import actions as hub_actions
from hub.access import permitted
from hub.models import Case
from tests.cast import NOW, SECOND, World
from tests.concerns import NOEL, NOVA, arrange, nova, register
from triage import actions
from triage.models import ConcernReport, DutyShift, PreliminaryAssessment, Reporter

pytestmark = pytest.mark.django_db

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


def test_a_protected_reporter_is_known_to_the_owner_alone(world: World) -> None:
    arrange(world)
    report = register(world)
    Reporter.objects.update(protected=True)
    assert who_sees(world, Reporter, report.reporter.pk) == {"ines"}


def test_a_protected_child_is_shown_to_those_named_alone(world: World) -> None:
    arrange(world)
    report = register(world, replace(NOVA, protected=True), NOEL)
    hidden, brother = report.assessments.order_by("position")
    actions.hand_over(brother, to=world.ivar.assignment, reason="delar upp", by=world.ines.actor, at=NOW + SECOND)
    assert who_sees(world, PreliminaryAssessment, hidden.pk, at=NOW + 2 * SECOND) == {"ines"}
    assert who_sees(world, PreliminaryAssessment, brother.pk, at=NOW + 2 * SECOND) == {"ines", "ivar", "maja"}
    # What was told is about both: whoever may not know of the one does not read it because of the other.
    assert who_sees(world, ConcernReport, report.pk, at=NOW + 2 * SECOND) == {"ines"}


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
