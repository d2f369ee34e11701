"""What pages and API ask about a decision and what follows it: whom it concerns, what is due, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.context import reverse_or_none
from hub.models import Agency, Assignment, Recusal, Relative
from triage.actions.family import family_is_in_danger, guardians_of
from triage.models import (
    Decision,
    DecisionKind,
    FamilyTask,
    Feedback,
    Investigation,
    PreliminaryAssessment,
    TaskKind,
    TaskState,
)
from triage.policy import INTAKE_ROLES
from triage.sla import feedback_due, feedback_late_due

#: What the reporter may hear, and nothing else (SoL 19:6, OSL 26:9a).
TOLD = {
    DecisionKind.OPEN: "En utredning har inletts.",
    DecisionKind.NOT_OPEN: "En utredning har inte inletts.",
    DecisionKind.RUNNING: "En utredning pågick redan.",
}
TASK_LOOK = {TaskState.OPEN: "info", TaskState.DONE: "ok", TaskState.HELD: "warn"}


def concern_url(assessment: PreliminaryAssessment) -> str:
    """The page of the concern."""
    return reverse_or_none("triage:concern", assessment.ref) or reverse("hub:home")


def investigators(assessment: PreliminaryAssessment, *, at: datetime) -> list[Assignment]:
    """Who may take over: the agency's own, in a role that handles, and nobody recused from the child."""
    usable = Assignment.objects.usable(at=at).filter(unit__agency=assessment.report.agency_id, role__in=INTAKE_ROLES)
    if assessment.individual_id is not None:
        recused = Recusal.objects.filter(individual=assessment.individual_id, at__lte=at).values("user")
        usable = usable.exclude(user__in=recused)
    ordered = usable.select_related("user", "unit").order_by(swedish.swedish_order("user__name"), "pk")
    return list(ordered)


def proposable(actor: Actor, *, at: datetime) -> list[Agency]:
    """Agencies of the kommun that can be named as parties of what is proposed."""
    others = permitted(Agency.objects.exclude(pk=actor.agency_id), actor, at=at)
    return list(others.order_by("kind", swedish.swedish_order("name")))


def consequences_of(assessment: PreliminaryAssessment, *, at: datetime) -> dict[str, str]:
    """What each choice leads to, said before it is made."""
    if assessment.individual_id is None:
        known = "Koppla anmälan till barnet först."
        return {
            DecisionKind.OPEN: known,
            DecisionKind.NOT_OPEN: "Förhandsbedömningen avslutas.",
            DecisionKind.RUNNING: known,
        }
    count = guardians_of(assessment.individual_id, at=at).count()
    told = f"barnet och {count} vårdnadshavare"
    if not count:
        told = "barnet. Inga vårdnadshavare är registrerade: lägg till dem, så får de också en uppgift"
    return {
        DecisionKind.OPEN: "Kartläggningen följer med till den som utreder, som tar över ärendet. "
        f"Uppgiften ”informera” öppnas för {told}. Utredningen ska vara klar inom fyra månader.",
        DecisionKind.NOT_OPEN: "Ärendet avslutas. Anmälan och kartläggningen finns kvar hos er.",
        DecisionKind.RUNNING: "Ärendet avslutas, och kartläggningen går till den som utreder. "
        "Ungdomens andra ärenden ändras inte.",
    }


# --- the family ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as a page shows it; a guardian's name only to those who may read the guardian."""

    task: FamilyTask
    whom: str
    #: "Informera barnet", "Fråga familjen": what is to be done.
    what: str
    look: str
    review_now: bool
    relative: Relative | None


def task_rows(tasks: Iterable[FamilyTask], actor: Actor, *, at: datetime) -> list[TaskRow]:
    found = list(tasks)
    named = permitted(Relative.objects.select_related("person"), actor, at=at)
    people = {r.pk: r for r in named.filter(pk__in=[t.relative_id for t in found if t.relative_id])}
    apart = _asked_apart(found)
    return [_row(t, people.get(t.relative_id or 0), at, apart=t.assessment_id in apart) for t in found]


def _asked_apart(tasks: Iterable[FamilyTask]) -> set[int]:
    """Concerns where each person is asked alone, because somebody is in danger (P-A8)."""
    whole = {t.assessment_id for t in tasks if t.kind == TaskKind.ASK_FAMILY}
    if not whole:
        return set()
    alone = FamilyTask.objects.filter(assessment__in=whole, kind=TaskKind.ASK_FAMILY, relative__isnull=False)
    return set(alone.values_list("assessment_id", flat=True))


def _row(task: FamilyTask, relative: Relative | None, at: datetime, *, apart: bool) -> TaskRow:
    if task.relative_id is None:
        whom = "familjen" if task.kind == TaskKind.ASK_FAMILY and not apart else "barnet"
    else:
        whom = relative.person.name if relative else "en vårdnadshavare"
    held = task.state == TaskState.HELD and task.review_on is not None
    return TaskRow(
        task=task,
        whom=whom[:1].upper() + whom[1:],
        what=f"{'Fråga' if task.kind == TaskKind.ASK_FAMILY else 'Informera'} {whom}",
        look=TASK_LOOK[TaskState(task.state)],
        review_now=held and task.review_on <= clock.local_day(at),  # type: ignore[operator]  # checked on the line above
        relative=relative,
    )


def tasks_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> list[TaskRow]:
    rows = permitted(FamilyTask.objects.filter(assessment=assessment), actor, at=at)
    return task_rows(
        rows.select_related("owner__user", "held_by__user", "done_by__user").order_by("kind", "pk"), actor, at=at
    )


def guardians_without_task(assessment: PreliminaryAssessment, *, at: datetime) -> int:
    """Guardians with custody now whom no task tells: registered, or given custody, after the decision."""
    if not Investigation.objects.filter(assessment=assessment, closed_at=None).exists():
        return 0
    told = FamilyTask.objects.filter(assessment=assessment, kind=TaskKind.INFORM, relative__isnull=False)
    rows = guardians_of(assessment.individual_id or 0, at=at)
    return rows.exclude(pk__in=told.values("relative")).count()


def in_danger(assessment: PreliminaryAssessment, *, at: datetime) -> bool:
    return family_is_in_danger(assessment, at=at)


# --- word to the reporter --------------------------------------------------------------------------------------------


def feedback_until(feedback: Feedback, decision: Decision) -> datetime | None:
    """When it must be given; None while nobody has asked (R24)."""
    if feedback.asked_at is None:
        return None
    late = feedback.asked_at > decision.decided_at or decision.kind == DecisionKind.RUNNING
    started_at = max(feedback.asked_at, decision.decided_at)
    return feedback_late_due(started_at) if late else feedback_due(started_at)


def told_text(number: str, arrived: date, kind: str) -> Sequence[str]:
    """The whole of what may be said or written to the reporter."""
    return (f"Vi har tagit emot din anmälan {number} den {swedish.day(arrived)}.", TOLD[DecisionKind(kind)])
