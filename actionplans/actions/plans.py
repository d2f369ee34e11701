"""Writing the plan: its beginning, goals, measures, and its end (P-P1, P-P6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Model, QuerySet

from actionplans.actions.narrowing import hold_back
from actionplans.deadlines import follow
from actionplans.models import LEVELS, Area, Goal, Intervention, Measure, MeasureState, Plan
from actionplans.moves import MEASURE
from consent.actions.items import WRITING_PHASES
from consent.models import InformationType
from hub.access import Actor, Denied, may, permitted, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Agency, Assignment, Case, CaseSeat
from hub.models.case import CLOSING_OUTCOMES
from hub.states import move

#: The type of what stands in a plan, where nothing else is said.
PLAN_TYPE = "measures_and_plan"
CHANGED = "Någon annan har ändrat planen sedan du öppnade sidan. Hämta den på nytt."
CLOSED = "Planen är avslutad."
BARRED_BY_ANOTHER = "Bara verksamheten som har skrivit åtgärden kan bestämma att vårdnadshavarna får veta."
MOVED_FROM_ANOTHER = "Åtgärden är en annan verksamhets. Ta bort den, och skriv in en ny hos den som tar över."
NARROWED_BY_ANOTHER = "Bara verksamheten som har skrivit åtgärden kan ändra vilka som läser den."
OWN_LEFT_OUT = "Er egen verksamhet måste kunna läsa det du skriver."
TYPED_BY_ANOTHER = "Bara verksamheten som har skrivit åtgärden kan ändra vilken sorts uppgift den är."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFacts:
    """What a goal says. `levels`: what -2, -1, 0, 1 and 2 look like, in that order; 0 is the target."""

    area: str
    text: str
    baseline: str
    levels: tuple[str, ...]
    own_words: str = ""
    why: str = ""
    family_barred: bool = False
    audience: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFacts:
    """What a measure says. `hours`: of a week, None where it cannot be said; `type`: None for "insatser och plan".

    `against_advice`: why it is kept where the catalogue says "bör inte" of its `intervention`.
    """

    text: str
    responsible: Assignment
    starts_on: date
    due_on: date
    goal: Goal | None = None
    hours: Decimal | None = None
    place: str = ""
    intervention: Intervention | None = None
    against_advice: str = ""
    type: InformationType | None = None
    family_barred: bool = False
    audience: tuple[int, ...] = ()

    @property
    def agency(self) -> Agency:
        """The agency that answers for it: that of whoever does it."""
        return self.responsible.unit.agency


def _record(deed: str, case: Case, *objects: Model, by: Actor, at: datetime) -> None:
    record(deed, actor=by, at=at, individual=case.individual_id, case=case.pk, objects=objects)


@transaction.atomic
def start_plan(case: Case, *, reference: str = "", by: Actor, at: datetime) -> Plan:
    """Begin the plan of a case.

    Args:
        reference: the id of social services' own genomförandeplan (P-P5).

    Raises:
        Denied; Conflict: there is one already, or the case is in a phase where none is written.
    """
    require(case, by, "lead", at=at)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if Plan.objects.filter(case=locked).exists():
        raise Conflict("Ärendet har redan en handlingsplan.")
    if locked.phase not in WRITING_PHASES:
        raise Conflict("I det här skedet av ärendet skrivs ingen handlingsplan.")
    plan = Plan.objects.create(
        municipality_id=locked.municipality_id,
        case=locked,
        individual_id=locked.individual_id,
        reference=reference,
        started_at=at,
        started_by_id=by.assignment_id,
    )
    _record("plan.started", locked, plan, by=by, at=at)
    return plan


def _standing(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends.

    Raises:
        Conflict: it is closed.
    """
    locked = Plan.objects.select_for_update(of=("self",)).select_related("case__owner_unit__agency").get(pk=plan.pk)
    if locked.closed_at is not None:
        raise Conflict(CLOSED)
    return locked


# --- goals -----------------------------------------------------------------------------------------------------------


def _goal_errors(facts: GoalFacts) -> dict[str, str]:
    errors = {}
    if facts.area not in Area.values:
        errors["area"] = "Välj vad målet handlar om."
    if not facts.text:
        errors["text"] = "Skriv vad den unge ska nå."
    if not facts.baseline:
        errors["baseline"] = "Skriv hur det är nu."
    if len(facts.levels) != len(LEVELS) or not all(facts.levels):
        errors["levels"] = "Beskriv alla fem nivåer, så att alla bedömer målet på samma sätt."
    return errors


def _goal_columns(facts: GoalFacts) -> dict[str, Any]:
    return {
        "area": facts.area,
        "text": facts.text,
        "baseline": facts.baseline,
        "levels": list(facts.levels),
        "own_words": facts.own_words,
        "why": facts.why,
        "family_barred": facts.family_barred,
        "audience": sorted(facts.audience),
    }


def _fact_columns(plan: Plan, agency: Agency, *, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "municipality_id": plan.municipality_id,
        "plan": plan,
        "individual_id": plan.individual_id,
        "case_id": plan.case_id,
        "recorded_phase": plan.case.phase,
        "agency": agency,
        "author_id": by.assignment_id,
        "event_date": local_day(at),
        "recorded_at": at,
        "first_version": plan.next_version,
    }


def _plan_type(on: date) -> InformationType:
    return InformationType.objects.current(on=on).get(code=PLAN_TYPE)


@transaction.atomic
def add_goal(plan: Plan, facts: GoalFacts, *, by: Actor, at: datetime) -> Goal:
    """Put a goal into the version that is being written. It is the owner agency's, of type "insatser och plan".

    Raises:
        Denied; Conflict: the plan is closed. Invalid: what the form must mend.
    """
    require(plan, by, "lead", at=at)
    locked = _standing(plan)
    if errors := _goal_errors(facts):
        raise Invalid(errors)
    columns = _fact_columns(locked, locked.case.owner_unit.agency, by=by, at=at)
    goal = Goal.objects.create(**columns, type=_plan_type(local_day(at)), **_goal_columns(facts))
    _record("goal.added", locked.case, goal, by=by, at=at)
    return goal


@transaction.atomic
def reword_goal(goal: Goal, facts: GoalFacts, *, row_version: int, by: Actor, at: datetime) -> Goal:
    """Say a goal otherwise. What a meeting has agreed on stays as it was, and a new goal stands in its place.

    Raises:
        Denied; Conflict: changed meanwhile or ended. Invalid: what the form must mend.
    """
    require(goal, by, "change", at=at)
    plan = _standing(goal.plan)
    if errors := _goal_errors(facts):
        raise Invalid(errors)
    if goal.first_version == plan.next_version:
        _update(goal, _goal_columns(facts), row_version)
        hold_back(goal, barred=facts.family_barred, audience=facts.audience)
        _record("goal.reworded", plan.case, goal, by=by, at=at)
        return goal
    _update(goal, {"last_version": plan.version}, row_version)
    hold_back(goal, barred=facts.family_barred, audience=facts.audience)
    columns = _fact_columns(plan, goal.agency, by=by, at=at)
    new = Goal.objects.create(**columns, type=goal.type, replaces=goal, **_goal_columns(facts))
    Measure.objects.filter(goal=goal, last_version=None).update(goal=new, row_version=F("row_version") + 1)
    _record("goal.reworded", plan.case, goal, new, by=by, at=at)
    return new


@transaction.atomic
def end_goal(goal: Goal, *, reached: bool, reason: str = "", row_version: int, by: Actor, at: datetime) -> Goal:
    """End a goal: it is reached, or given up with a reason. The last version that holds it is the one agreed on.

    Raises:
        Denied; Conflict: changed meanwhile or ended. Invalid: given up without a reason.
    """
    require(goal, by, "change", at=at)
    plan = _standing(goal.plan)
    if not reached and not reason:
        raise Invalid({"reason": "Skriv varför målet tas bort."})
    _update(goal, {"reached": reached, "end_reason": reason, "last_version": plan.version}, row_version)
    _record("goal.ended", plan.case, goal, by=by, at=at)
    return goal


# --- measures --------------------------------------------------------------------------------------------------------


def _measure_errors(facts: MeasureFacts, plan: Plan, at: datetime) -> dict[str, str]:
    errors = {}
    if not facts.text:
        errors["text"] = "Skriv vad som ska göras."
    if facts.due_on < facts.starts_on:
        errors["due_on"] = "Slutdagen ligger före startdagen."
    if facts.hours is not None and not 0 < facts.hours <= 7 * 24:
        errors["hours"] = "Skriv hur många timmar i veckan, till exempel 2 eller 1,5."
    seated = CaseSeat.objects.reading(at=at).filter(content_object=plan.case_id, assignment=facts.responsible)
    if not seated.exists():
        errors["responsible"] = "Den som ansvarar måste ha plats i ärendet."
    if facts.goal is not None and (facts.goal.plan_id != plan.pk or facts.goal.last_version is not None):
        errors["goal"] = "Målet finns inte i planen längre."
    if facts.type is not None and not facts.type.in_use(on=local_day(at)):
        errors["type"] = "Den sortens uppgift används inte längre."
    elif facts.type is not None and facts.agency.kind not in facts.type.writers:
        errors["type"] = "Den verksamheten skriver inte den sortens uppgifter."
    if facts.intervention is not None and facts.intervention.advised_against and not facts.against_advice:
        errors["against_advice"] = against(facts.intervention)
    return errors


def against(intervention: Intervention) -> str:
    """Why a reason is asked for, with the source (P-P3)."""
    return (
        f"{intervention.name} bör inte erbjudas ({intervention.source}). "
        "Välj något annat, eller skriv varför åtgärden ändå ska stå kvar."
    )


def _measure_columns(facts: MeasureFacts) -> dict[str, Any]:
    return {
        "text": facts.text,
        "responsible": facts.responsible,
        "starts_on": facts.starts_on,
        "due_on": facts.due_on,
        "goal": facts.goal,
        "hours": facts.hours,
        "place": facts.place,
        "intervention": facts.intervention,
        "against_advice": facts.against_advice if facts.intervention and facts.intervention.advised_against else "",
        "family_barred": facts.family_barred,
        "audience": sorted(facts.audience),
    }


@transaction.atomic
def add_measure(plan: Plan, facts: MeasureFacts, *, by: Actor, at: datetime) -> Measure:
    """Put a measure into the version that is being written, as a fact of the agency that answers for it.

    An agency writes its own. Whoever leads the plan writes down what another agency takes on, where a consent lets
    him read it: nobody writes what he may not read.

    Raises:
        Denied; Conflict: the plan is closed, or the case in a phase where nothing is written. Invalid: what the form
        must mend; no consent covers what the other agency does.
    """
    require(plan, by, "contribute", at=at)
    locked = _standing(plan)
    return _write_measure(locked, facts, {}, "measure.added", by=by, at=at)


def _write_measure(
    plan: Plan, facts: MeasureFacts, also: Mapping[str, Any], deed: str, *, by: Actor, at: datetime
) -> Measure:
    if facts.agency.pk != by.agency_id and not may(plan, by, "lead", at=at):
        raise Denied("lead", plan)
    if plan.case.phase not in WRITING_PHASES:
        raise Conflict("I det här skedet av ärendet ändras inte planen.")
    if errors := _measure_errors(facts, plan, at):
        raise Invalid(errors)
    columns = _fact_columns(plan, facts.agency, by=by, at=at) | _measure_columns(facts) | dict(also)
    measure = Measure.objects.create(**columns, type=facts.type or _plan_type(local_day(at)))
    if not permitted(Measure.objects.filter(pk=measure.pk), by, "change", at=at).exists():
        if facts.agency.pk == by.agency_id:
            raise Denied("change", measure)
        if facts.audience and by.agency_id not in facts.audience:
            raise Invalid({"audience": OWN_LEFT_OUT})
        raise Invalid({"responsible": "Inget samtycke täcker vad den verksamheten gör. Be dem skriva in det själva."})
    follow([measure.pk], at=at)
    _record(deed, plan.case, measure, by=by, at=at)
    return measure


@transaction.atomic
def change_measure(measure: Measure, facts: MeasureFacts, *, row_version: int, by: Actor, at: datetime) -> Measure:
    """Change what is done, by whom or until when. What a meeting has agreed on stays, and a new one takes its place.

    Raises:
        As `add_measure`; Conflict: changed meanwhile or no longer in the plan. Invalid also: another agency has barred
        it from the family, narrowed who reads it or given it its type, and answers for that itself.
    """
    require(measure, by, "change", at=at)
    plan = _standing(measure.plan)
    if measure.family_barred and not facts.family_barred and measure.agency_id != by.agency_id:
        raise Invalid({"family_barred": BARRED_BY_ANOTHER})
    if measure.agency_id != by.agency_id and set(facts.audience) != set(measure.audience):
        raise Invalid({"audience": NARROWED_BY_ANOTHER})
    if measure.agency_id != by.agency_id and (facts.type or _plan_type(local_day(at))) != measure.type:
        raise Invalid({"type": TYPED_BY_ANOTHER})
    if measure.agency_id not in (by.agency_id, facts.agency.pk):
        raise Invalid({"responsible": MOVED_FROM_ANOTHER})
    also: dict[str, Any] = {"state": measure.state, "state_at": measure.state_at, "note": measure.note}
    _update(measure, {"last_version": plan.version}, row_version)
    kept_to = () if facts.agency.pk != measure.agency_id else facts.audience
    hold_back(measure, barred=facts.family_barred, audience=kept_to)
    follow([measure.pk], at=at)
    return _write_measure(plan, facts, also | {"replaces": measure}, "measure.changed", by=by, at=at)


@transaction.atomic
def remove_measure(measure: Measure, *, row_version: int, by: Actor, at: datetime) -> None:
    """Take a measure out of the plan; the versions that hold it stay.

    Raises:
        Denied; Conflict: changed meanwhile or gone.
    """
    require(measure, by, "change", at=at)
    plan = _standing(measure.plan)
    _update(measure, {"last_version": plan.version}, row_version)
    follow([measure.pk], at=at)
    _record("measure.removed", plan.case, measure, by=by, at=at)


@transaction.atomic
def tick_off(measure: Measure, *, note: str = "", row_version: int, by: Actor, at: datetime) -> Measure:
    """ "Klart", by whoever is responsible, between meetings; the next meeting follows it up all the same.

    Raises:
        Denied; Conflict: changed meanwhile. IllegalMove, StaleState: it has ended.
    """
    require(measure, by, "tick_off", at=at)
    plan = _standing(measure.plan)
    _update(measure, {}, row_version)
    move(measure, MeasureState.DONE, MEASURE, at=at, note=note)
    follow([measure.pk], at=at)
    _record("measure.ticked_off", plan.case, measure, by=by, at=at)
    return measure


def _update(fact: Goal | Measure, columns: Mapping[str, Any], row_version: int) -> None:
    """Compare and set, while it stands in the plan.

    Raises:
        Conflict: changed meanwhile, or taken out.
    """
    rows: QuerySet[Any] = type(fact)._default_manager.filter(pk=fact.pk, row_version=row_version, last_version=None)
    if not rows.update(**columns, row_version=row_version + 1):
        raise Conflict(CHANGED)
    fact.refresh_from_db()


# --- the end --------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_plan(plan: Plan, *, outcome: str, row_version: int, by: Actor, at: datetime) -> Plan:
    """End the plan with its outcome (P-P6).

    Raises:
        Denied; Conflict: changed meanwhile or closed. Invalid: no outcome.
    """
    require(plan, by, "lead", at=at)
    locked = _standing(plan)
    if outcome not in dict(CLOSING_OUTCOMES):
        raise Invalid({"outcome": "Välj hur planen avslutas."})
    rows = Plan.objects.filter(pk=locked.pk, row_version=row_version)
    ended = {"outcome": outcome, "closed_at": at, "closed_by_id": by.assignment_id, "row_version": row_version + 1}
    if not rows.update(**ended):
        raise Conflict(CHANGED)
    plan.refresh_from_db()
    follow(Measure.objects.filter(plan=plan, last_version=None).values_list("pk", flat=True), at=at)
    _record("plan.closed", locked.case, plan, by=by, at=at)
    return plan
