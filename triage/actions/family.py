"""Telling and asking the family, one person at a time: done, held back, taken up again (P-T7, P-T11, P-A8).

A person whose informing is held back is sent nothing. Where somebody in the family is marked as in danger, every
guardian's task is held from the beginning, by whoever decides; each is taken up by a named decision of its own.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hub import actions as hub_actions
from hub import clock
from hub.access import Actor, require
from hub.audit import record
from hub.calendar_se import next_working_day
from hub.errors import Conflict, Invalid, kept_by
from hub.forms.parties import USUAL_ROLE
from hub.models import (
    Agency,
    AgencyKind,
    Case,
    PartyRole,
    Person,
    Phase,
    Protection,
    Relative,
    User,
)
from hub.states import IllegalMove, StaleState, move
from triage.models import (
    Decision,
    FamilyTask,
    Investigation,
    PreliminaryAssessment,
    TaskKind,
    TaskState,
)
from triage.moves import TASK

#: Why a guardian's task is held from the beginning where somebody is in danger (P-A8).
SECURITY = "Skydd i familjen: varje kontakt med en vårdnadshavare kräver ett eget beslut."
NOT_QUALIFIED = (
    "Bara den som är socionom eller har en utbildning som lagen godtar får besluta om det (25 kap. 1 § SoL). "
    "Be en kollega med den utbildningen."
)
STALE = "Uppgiften står inte längre så. Se hur den står nu."
NOT_TO_BE_TOLD = "Informationen till familjen hålls inne. Fråga inte innan beslutet om det har upphört."
HELD = "Uppgiften hålls inne. Ta upp den först, med ett beslut."


def guardians_of(individual_id: int, *, at: datetime) -> "QuerySet[Relative]":
    """Who has custody at the instant `at` (SoL 20:4, FB 6:13)."""
    return Relative.objects.with_custody(at=at).filter(individual=individual_id).order_by("pk")


def family_is_in_danger(assessment: PreliminaryAssessment, *, at: datetime) -> bool:
    """Whether the child or a guardian has a family security flag or a protected identity (P-A8)."""
    if assessment.individual_id is None:
        return assessment.protected
    close = Q(individual=assessment.individual_id) | Q(
        pk__in=guardians_of(assessment.individual_id, at=at).values("person")
    )
    marked = Q(family_security_flag=True) | ~Q(protection=Protection.NONE)
    return assessment.protected or Person.objects.filter(close, marked).exists()


def first_review(at: datetime) -> date:
    """When a task held from the beginning comes back: the next working day."""
    return next_working_day(clock.local_day(at))


def open_inform_tasks(assessment: PreliminaryAssessment, *, held_by: Actor, at: datetime) -> list[FamilyTask]:
    """One for the child and one per guardian at `at` that has none (SoL 20:4); returns those that are new."""
    # An investigation is about a known child (investigated_child_is_known).
    people: list[Relative | None] = [None, *guardians_of(assessment.individual_id or 0, at=at)]
    return _open(assessment, TaskKind.INFORM, people, held_by=held_by, at=at)


def open_ask_tasks(assessment: PreliminaryAssessment, *, held_by: Actor, at: datetime) -> list[FamilyTask]:
    """One for the family as a whole; where somebody is in danger one per person (P-A8)."""
    people: list[Relative | None] = [None]
    if assessment.individual_id is not None and family_is_in_danger(assessment, at=at):
        people += guardians_of(assessment.individual_id, at=at)
    return _open(assessment, TaskKind.ASK_FAMILY, people, held_by=held_by, at=at)


def _open(
    assessment: PreliminaryAssessment, kind: str, people: list[Relative | None], *, held_by: Actor, at: datetime
) -> list[FamilyTask]:
    danger = family_is_in_danger(assessment, at=at)
    made = []
    for relative in people:
        if FamilyTask.objects.filter(assessment=assessment, kind=kind, relative=relative).exists():
            continue
        task = FamilyTask(
            municipality_id=assessment.municipality_id,
            assessment=assessment,
            kind=kind,
            relative=relative,
            owner_id=assessment.owner_id,
            created_at=at,
        )
        if danger and relative is not None:
            task.state, task.state_at = TaskState.HELD, at
            task.held_why, task.held_by_id, task.review_on = SECURITY, held_by.assignment_id, first_review(at)
        task.save()
        made.append(task)
    return made


@transaction.atomic
def inform_more(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> list[FamilyTask]:
    """Open tasks for guardians who were registered, or got custody, after the decision (SoL 20:4).

    Raises:
        Denied; Conflict: no investigation is open, or everybody has a task.
    """
    require(assessment, by, "handle", at=at)
    if not Investigation.objects.filter(assessment=assessment, closed_at=None).exists():
        raise Conflict("Det finns ingen utredning att informera om.")
    told = Conflict("Alla som ska informeras har redan en uppgift.")
    with kept_by("family_task_once", told):
        made = open_inform_tasks(assessment, held_by=by, at=at)
    if not made:
        raise told
    _record("family.task_opened", made[0], by=by, at=at, objects=made)
    return made


@transaction.atomic
def finish_task(task: FamilyTask, *, note: str, told_on: date | None = None, by: Actor, at: datetime) -> FamilyTask:
    """The person has been told: how, and on which day (today if left out).

    Raises:
        Denied; Conflict: it is done, or held back; Invalid: how is missing, or the day is not one of those since.
    """
    require(task.assessment, by, "handle", at=at)
    if not note:
        raise Invalid({"note": "Skriv hur det gjordes, till exempel i ett möte eller i ett brev."})
    day = told_on or clock.local_day(at)
    if not clock.local_day(task.created_at) <= day <= clock.local_day(at):
        raise Invalid({"told_on": "Dagen måste ligga mellan beslutet och i dag."})
    if task.kind == TaskKind.ASK_FAMILY and _is_held_for(task):
        raise Conflict(NOT_TO_BE_TOLD)
    said_at = at if day == clock.local_day(at) else clock.start_of_day(day)
    _move(task, "klar", note=note, done_by_id=by.assignment_id, state_at=max(said_at, task.created_at))
    _record("family.task_done", task, by=by, at=at)
    return task


@transaction.atomic
def hold_task(task: FamilyTask, *, why: str, review_on: date, by: Actor, at: datetime) -> FamilyTask:
    """Särskilda skäl not to tell this person now, by a named decider, until a day of review (SoL 20:4).

    Raises:
        Denied; Conflict; Invalid: not qualified, no reasons, or a day of review that is not ahead.
    """
    require(task.assessment, by, "handle", at=at)
    _require_qualified(by)
    if not why:
        raise Invalid({"why": "Skriv vilka särskilda skäl som finns (20 kap. 4 § SoL)."})
    if review_on <= clock.local_day(at):
        raise Invalid({"review_on": "Välj en dag efter i dag, då beslutet ska prövas igen."})
    _move(task, "håll inne", held_why=why, held_by_id=by.assignment_id, review_on=review_on, state_at=at)
    _record("family.task_held", task, by=by, at=at, detail={"review_on": review_on.isoformat()})
    return task


@transaction.atomic
def resume_task(task: FamilyTask, *, why: str, by: Actor, at: datetime) -> FamilyTask:
    """Decide that this person is to be told after all: the named decision that P-A8 asks for.

    Raises:
        Denied; Conflict: it is not held; Invalid: not qualified, or no reasons.
    """
    require(task.assessment, by, "handle", at=at)
    _require_qualified(by)
    if not why:
        raise Invalid({"why": "Skriv varför personen kan kontaktas nu."})
    _move(task, "ta upp", note=why, state_at=at)
    _record("family.task_resumed", task, by=by, at=at)
    return task


@transaction.atomic
def keep_holding(task: FamilyTask, *, why: str, review_on: date, by: Actor, at: datetime) -> FamilyTask:
    """The day of review has come and the reasons remain: a new decision with a new day.

    Raises: as `hold_task`.
    """
    resume_task(task, why="Prövat på nytt.", by=by, at=at)
    return hold_task(task, why=why, review_on=review_on, by=by, at=at)


@transaction.atomic
def answer_of_family(task: FamilyTask, *, yes: bool, note: str, by: Actor, at: datetime) -> Case | None:
    """What the family said to the proposed way of working. A yes opens a case of it, with its parties proposed.

    Nobody outside has heard of anything before, nor does now: a proposed party hears when a ground exists (P-A13).
    Of several who are asked each answers alone; the first yes opens the case.

    Raises:
        Denied; Conflict: answered, or held back; Invalid: what they said is missing.
    """
    if task.kind != TaskKind.ASK_FAMILY:
        raise Conflict("Uppgiften gäller inte en fråga till familjen.")
    finish_task(task, note=note, by=by, at=at)
    decision = Decision.objects.select_for_update().get(assessment=task.assessment_id)
    if not yes or decision.proposed_case_id is not None:
        return decision.proposed_case if yes else None
    case = _open_proposed(task.assessment, decision, by=by, at=at)
    Decision.objects.filter(pk=decision.pk).update(proposed_case=case)
    return case


def _open_proposed(assessment: PreliminaryAssessment, decision: Decision, *, by: Actor, at: datetime) -> Case:
    individual = assessment.individual
    if individual is None:
        raise Invalid("Koppla anmälan till barnet först.")
    if by.agency_id != assessment.report.agency_id:
        raise Invalid("Den egna verksamheten öppnar ärendet, inte jouren.")
    runs = Investigation.objects.filter(assessment=assessment, closed_at=None).exists()
    case = hub_actions.open_case(
        individual,
        form=decision.proposes,
        phase=Phase.UTREDNING if runs else Phase.INSATS,
        by=by,
        at=at,
        newly_registered=True,  # the family's yes is the reason to work with the child
    )
    for agency in Agency.objects.filter(pk__in=decision.proposed_agencies).exclude(pk=by.agency_id).order_by("pk"):
        role = USUAL_ROLE.get(AgencyKind(agency.kind), PartyRole.OTHER)
        hub_actions.propose_party(case, agency, role=role, by=by, at=at)
    return case


# --- shared ----------------------------------------------------------------------------------------------------------


def _require_qualified(by: Actor) -> None:
    if not User.objects.filter(pk=by.user_id, qualified_social_worker=True).exists():
        raise Invalid(NOT_QUALIFIED)


def _is_held_for(task: FamilyTask) -> bool:
    """Whether the same person, or anybody where the family is asked as a whole, is not to be informed."""
    held = FamilyTask.objects.filter(assessment=task.assessment_id, kind=TaskKind.INFORM, state=TaskState.HELD)
    alone = FamilyTask.objects.filter(assessment=task.assessment_id, kind=TaskKind.ASK_FAMILY).count() > 1
    return (held.filter(relative=task.relative_id) if alone else held).exists()


def _move(task: FamilyTask, event: str, **values: Any) -> None:
    try:
        move(task, event, TASK, **values)
    except (IllegalMove, StaleState) as late:
        raise Conflict(HELD if task.state == TaskState.HELD else STALE) from late
    FamilyTask.objects.filter(pk=task.pk).update(row_version=F("row_version") + 1)
    task.refresh_from_db()


def _record(
    deed: str,
    task: FamilyTask,
    *,
    by: Actor,
    at: datetime,
    objects: list[FamilyTask] | None = None,
    detail: dict[str, str] | None = None,
) -> None:
    assessment = task.assessment
    record(
        deed,
        actor=by,
        at=at,
        individual=assessment.individual_id,
        case=assessment.case_id,
        objects=objects or [task],
        detail={"kind": task.kind, **(detail or {})},
    )
