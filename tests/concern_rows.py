"""A row of every table of triage, for the tests that look at every table."""

from datetime import timedelta

from tests.cast import NOW, SECOND, World
from tests.concerns import NOEL, NOVA, arrange, register
from triage import actions
from triage.models import (
    AboutWhom,
    CallChild,
    CallRevision,
    ConcernReport,
    Decision,
    DecisionExtension,
    DutyShift,
    FamilyTask,
    Feedback,
    HubAttendance,
    HubCall,
    Investigation,
    KnowledgeCheck,
    KnowledgeNote,
    MapEdge,
    MapNode,
    PreliminaryAssessment,
    ReportDraft,
)

TOLD = "Har sett en kniv i väskan."


def every_kind_of_concern(world: World) -> ConcernReport:
    """A concern through everything, its rows made as they end up in the tables."""
    intake = arrange(world)
    report = register(world, NOVA, NOEL, facts=TOLD)
    first = report.assessments.get(position=1)
    kommun, ines = world.kommun, world.ines.assignment
    actions.assess_protection(first, outcome="no_need", reasons=TOLD, assessed_at=NOW, by=world.ines.actor, at=NOW)
    judged = actions.Judged(colour="red", question_set=intake.questions, answers={"fara_nu": "yes"})
    actions.set_colour(first, judged, row_version=first.row_version, by=world.ines.actor, at=NOW)
    ReportDraft.objects.create(
        municipality=kommun, assignment=ines, typed='{"facts": "knapp"}', begun_at=NOW, saved_at=NOW
    )
    DutyShift.objects.create(
        municipality=kommun,
        agency=intake.jour,
        assignment=world.jo.assignment,
        valid_from=NOW + timedelta(hours=8),
        valid_to=NOW + timedelta(hours=20),
    )
    _in_the_hub(world, first)
    _decided(world, first)
    return report


def _in_the_hub(world: World, assessment: PreliminaryAssessment) -> None:
    kommun, ines, vera = world.kommun, world.ines.assignment, world.vera.assignment
    check = KnowledgeCheck.objects.create(
        municipality=kommun,
        assessment=assessment,
        unit=vera.unit,
        asked_as="own",
        asked_by=ines,
        asked_at=NOW,
        answer="known",
        summary=TOLD,
        answered_by=vera,
        answered_at=NOW + SECOND,
    )
    KnowledgeNote.objects.create(
        municipality=kommun, check_of=check, about=AboutWhom.SIBLING, whom="äldre bror", text=TOLD
    )
    call = HubCall.objects.create(
        municipality=kommun,
        agency=world.social,
        starts_at=NOW,
        convened_by=ines,
        convened_at=NOW,
        state="open",
        opened_at=NOW,
    )
    child = CallChild.objects.create(
        municipality=kommun, call=call, assessment=assessment, order=1, spoken_from=NOW, text=TOLD, text_version=1
    )
    CallRevision.objects.create(municipality=kommun, child=child, version=1, text=TOLD, saved_by=ines, saved_at=NOW)
    HubAttendance.objects.create(municipality=kommun, call=call, assignment=vera, unit=vera.unit, valid_from=NOW)
    node = MapNode.objects.create(
        municipality=kommun, assessment=assessment, kind="contact", label="äldre vän", added_by=ines, added_at=NOW
    )
    MapEdge.objects.create(
        municipality=kommun, assessment=assessment, end=node, degree=3, source=vera.unit, added_by=ines, added_at=NOW
    )


def _decided(world: World, assessment: PreliminaryAssessment) -> None:
    kommun, ines = world.kommun, world.ines.assignment
    of_child = {"municipality": kommun, "assessment": assessment}
    Decision.objects.create(
        **of_child,
        kind="open",
        reasons=TOLD,
        qualification="socionom",
        delegation="4.2",
        decided_by=ines,
        decided_at=NOW,
        investigator=ines,
    )
    DecisionExtension.objects.create(
        **of_child, until=NOW.date() + timedelta(days=20), reasons=TOLD, decided_by=ines, decided_at=NOW
    )
    assert assessment.case is not None
    Investigation.objects.create(**of_child, case=assessment.case, investigator=ines, opened_at=NOW)
    FamilyTask.objects.create(**of_child, kind="inform", owner=ines, created_at=NOW)
    Feedback.objects.create(**of_child, report=assessment.report, asked_at=NOW)
