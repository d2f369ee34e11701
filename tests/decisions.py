"""A concern brought as far as its decision: Ines is a qualified social worker, Olof of the youth unit investigates."""

from datetime import date, datetime, timedelta
from typing import Any

from hub import actions as hub_actions
from hub.models import Case, Individual, Relative, User
from tests.cast import NOW, World, person
from tests.concerns import nova
from triage import actions
from triage.models import Decision, FamilyTask, PreliminaryAssessment

#: When the protection has been assessed and the decision is made.
LATER = NOW + timedelta(hours=1)
REASONS = "Äldre bekanta hämtar henne vid skolan. Föräldrarna vet inte var hon är."


def qualify(world: World, *names: str) -> None:
    """Make these members of the cast qualified social workers (R25)."""
    User.objects.filter(pk__in=[world.members[name].user.pk for name in names]).update(qualified_social_worker=True)


def ready(world: World) -> PreliminaryAssessment:
    """Nova's concern, protection assessed, before qualified people."""
    assessment = nova(world)
    qualify(world, "ines", "ivar", "maja", "olof")
    if not assessment.protections.exists():
        protect(world, assessment)
    return assessment


def protect(world: World, assessment: PreliminaryAssessment, *, by: str = "ines", at: datetime = NOW) -> None:
    actions.assess_protection(
        assessment,
        outcome="no_need",
        reasons="Hon är trygg hos mormor i natt.",
        assessed_at=at,
        by=world.members[by].actor,
        at=at,
    )


def facts(world: World, kind: str = "open", **others: object) -> actions.DecisionFacts:
    """A whole decision; whoever investigates is Olof unless somebody else is named."""
    who = {} if kind == "not_open" else {"investigator": world.olof.assignment}
    return actions.DecisionFacts(**{"kind": kind, "reasons": REASONS, "delegation": "3.1", **who, **others})  # type: ignore[arg-type]  # free keyword arguments


def decide(
    world: World,
    assessment: PreliminaryAssessment,
    kind: str = "open",
    *,
    by: str = "ines",
    at: datetime = LATER,
    **others: object,
) -> Decision:
    return actions.decide(assessment, facts(world, kind, **others), by=world.members[by].actor, at=at)


def guardians(
    world: World,
    assessment: PreliminaryAssessment,
    *names: str,
    by: str = "ines",
    at: datetime = NOW,
    **fields: object,
) -> list[Relative]:
    """Nova's guardians, registered by somebody with a seat in her case."""
    individual = Individual.objects.get(preliminary_assessments=assessment)
    return [
        hub_actions.add_relative(
            individual,
            person(name, "Rask", date(1985, 3, 4), **fields),
            kind=kind,
            custody_from=date(2012, 2, 1),
            custody_to=None,
            by=world.members[by].actor,
            at=at,
        )
        for name, kind in zip(names, ("mother", "father"), strict=False)
    ]


def decided(world: World, kind: str = "open", **others: Any) -> PreliminaryAssessment:
    """Nova's concern decided on, made once in a world; Nina and Nils have custody of her."""
    assessment = ready(world)
    if assessment.state == "open":
        guardians(world, assessment, "Nina", "Nils")
        decide(world, assessment, kind, **others)
    assessment.refresh_from_db()
    return assessment


def case_of(assessment: PreliminaryAssessment) -> Case:
    """The child's own case, as it is now."""
    return Case.objects.get(preliminary_assessment=assessment)


def tasks_of(assessment: PreliminaryAssessment, kind: str = "inform") -> dict[str, FamilyTask]:
    """Who ("barnet" or a guardian's given name) → the task."""
    found = FamilyTask.objects.filter(assessment=assessment, kind=kind).select_related("relative__person", "assessment")
    return {task.relative.person.given_name if task.relative else "barnet": task for task in found}
