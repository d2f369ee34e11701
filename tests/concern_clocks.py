"""Nova's concern with its clocks, and what is done to it, for the tests of the clocks and of who hears of them.

It arrives on Monday 2 March 2026 at 9.00 and is registered at 10.00 by Ines, who owns it. Ivar is the deputy here, Maja
the manager, Jo on duty at the jour, Vera of a unit that is asked what it knows.
"""

from datetime import datetime, timedelta
from typing import Any

from hub.clock import STOCKHOLM, local
from hub.models import Deadline, Notification
from tests.cast import NOW, World
from tests.concerns import nova
from triage import actions
from triage.deadlines import KINDS, follow
from triage.models import AssessmentState, ColourChange, Decision, Investigation, KnowledgeCheck, PreliminaryAssessment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def swedish(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=STOCKHOLM)


def with_deputy(world: World) -> PreliminaryAssessment:
    """Nova's, with Ivar as deputy, and nothing told yet."""
    assessment = nova(world)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(deputy=world.ivar.assignment)
    Deadline.objects.exclude(subject_id=assessment.pk, kind__in=KINDS).delete()
    assessment.refresh_from_db()
    return assessment


def clock_of(assessment: PreliminaryAssessment, kind: str, occasion: str = "") -> Deadline:
    return Deadline.objects.get(kind=kind, subject_id=assessment.pk, occasion=occasion)


def running(assessment: PreliminaryAssessment) -> dict[str, str]:
    rows = Deadline.objects.open().filter(subject_id=assessment.pk, kind__in=KINDS)
    return {row.kind: f"{local(row.due_at):%Y-%m-%d %H.%M}" for row in rows}


def breached(assessment: PreliminaryAssessment, kind: str, occasion: str = "") -> bool:
    return clock_of(assessment, kind, occasion).breached_at is not None


def told(world: World, prefix: str) -> dict[str, list[str]]:
    """Kind of message → who got it."""
    world.look()
    names = {member.assignment.pk: name for name, member in world.members.items()}
    found: dict[str, list[str]] = {}
    for kind, to in (
        Notification.objects.filter(kind__startswith=prefix).order_by("pk").values_list("kind", "assignment_id")
    ):
        found.setdefault(kind, []).append(names[to])
    return {kind: sorted(who) for kind, who in found.items()}


def colour(
    world: World, assessment: PreliminaryAssessment, which: str, *, by: str = "ines", at: datetime = NOW
) -> ColourChange:
    assessment.refresh_from_db()
    judged = actions.Judged(colour=which, reason="Bedömd så.")
    return actions.set_colour(assessment, judged, row_version=assessment.row_version, by=world.members[by].actor, at=at)


def protect(world: World, assessment: PreliminaryAssessment, at: datetime) -> None:
    actions.assess_protection(
        assessment, outcome="no_need", reasons="Trygg hos mormor.", assessed_at=at, by=world.ines.actor, at=at
    )


def decide(world: World, assessment: PreliminaryAssessment, at: datetime, kind: str = "not_open") -> Decision:
    """As the decision's own verb does: the row, the state, and the clocks."""
    states = {"open": AssessmentState.INVESTIGATED, "not_open": AssessmentState.NOT_OPENED, "running": "running"}
    made = Decision.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        kind=kind,
        reasons="Skäl.",
        qualification="socionom",
        delegation="3.1",
        decided_by=world.ines.assignment,
        decided_at=at,
        investigator=None if kind == "not_open" else world.ines.assignment,
    )
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(state=states[kind], state_at=at)
    follow([assessment.pk], at=at)
    return made


def ask(world: World, assessment: PreliminaryAssessment, at: datetime, **fields: Any) -> KnowledgeCheck:
    check = KnowledgeCheck.objects.create(
        **{
            "municipality": world.kommun,
            "assessment": assessment,
            "unit": world.vera.assignment.unit,
            "asked_as": "own",
            "asked_by": world.ines.assignment,
            "asked_at": at,
            **fields,
        }
    )
    follow([assessment.pk], at=at)
    return check


def investigate(world: World, assessment: PreliminaryAssessment, at: datetime) -> Investigation:
    assert assessment.case is not None
    made = Investigation.objects.create(
        municipality=world.kommun,
        assessment=assessment,
        case=assessment.case,
        investigator=world.ivar.assignment,
        opened_at=at,
    )
    follow([assessment.pk], at=at)
    return made
