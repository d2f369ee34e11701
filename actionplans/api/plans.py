"""Plans: what stands in them as far as one may read it, their beginning and their end (P-P1, P-P6)."""

from typing import Any
from uuid import UUID

from actionplans import actions, queries
from actionplans.api import schemas
from actionplans.api.bodies import GOAL_LOADS, MEASURE_LOADS, goal_bodies, measure_bodies
from actionplans.models import Goal, Measure, Plan, PlanVersion
from consent.actions.items import WRITING_PHASES
from hub.access import find, may, permitted, require
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Optional
from hub.api.pages import PageQuery, listed, slice_of
from hub.http import HubRequest
from hub.models import Case
from hub.models.case import CLOSING_OUTCOMES
from hub.views.cases import case_for
from meetings.models import Meeting

TAG = "Handlingsplaner"


class StartPlanBody(Body):
    reference = Optional(max_length=60, help_text="Id på socialtjänstens egen genomförandeplan, aldrig dess text.")


class ClosePlanBody(Body):
    outcome = Choice(choices=CLOSING_OUTCOMES)


def plan_version(plan: Plan) -> tuple[object, ...]:
    return ("plan", plan.pk, plan.row_version)


def plan_row(plan: Plan) -> dict[str, Any]:
    """A plan loaded with its case."""
    return {
        "ref": plan.ref,
        "case": plan.case.ref,
        "case_number": plan.case.number,
        "reference": plan.reference,
        "version": plan.version,
        "started_at": plan.started_at,
        "closed_at": plan.closed_at,
        "outcome": plan.outcome,
    }


def _versions(request: HubRequest, case: Case) -> list[dict[str, Any]]:
    rows = permitted(PlanVersion.objects.filter(plan__case=case), request.actor, at=request.at)
    found = list(rows.order_by("number"))
    request.trail.show(found)
    meetings = Meeting.objects.filter(pk__in=[one.meeting_id for one in found])
    seen = dict(permitted(meetings, request.actor, at=request.at).values_list("pk", "ref"))
    return [{"number": one.number, "meeting": seen.get(one.meeting_id), "made_at": one.made_at} for one in found]


def _body(request: HubRequest, case: Case, plan: Plan | None) -> dict[str, Any]:
    actor, at, individual = request.actor, request.at, case.individual_id
    written = case.phase in WRITING_PHASES
    goals = queries.goals_of(case, actor, at=at).select_related(*GOAL_LOADS)
    standing = Measure.objects.filter(case=case, last_version=None)
    measures = permitted(standing, actor, at=at, about=individual).select_related(*MEASURE_LOADS)
    leads = may(case, actor, "lead", at=at)
    voices = queries.agreements_of(plan, actor, at=at) if plan is not None else []
    request.trail.show([one for _name, one in voices])
    writes = Plan.objects.filter(case=case, closed_at=None)
    can = {
        "start": leads and written and not Plan.objects.filter(case=case).exists(),
        **{what: written and permitted(writes, actor, what, at=at).exists() for what in ("lead", "contribute")},
    }
    standing_goals = [one for one in goals if one.last_version is None]
    return {
        "plan": plan_row(plan) if plan is not None else None,
        "versions": _versions(request, case),
        "goals": goal_bodies(standing_goals, request),
        "ended": goal_bodies([one for one in goals if one.reached is not None], request),
        "measures": measure_bodies(list(measures.order_by("due_on", "pk")), request),
        "counts": queries.measure_counts(permitted(standing, actor, at=at, about=individual)),
        "agreements": [
            {"participant": one.participant.ref, "name": name, "agrees": one.agrees, "words": one.words}
            for name, one in voices
        ],
        "may": [what for what, allowed in can.items() if allowed],
    }


def _plan_of(request: HubRequest, ref: UUID) -> Plan:
    plan = find(Plan.objects.select_related("case"), request.actor, at=request.at, ref=ref)
    request.trail.show([plan], individual=plan.individual_id, case=plan.case_id)
    return plan


@endpoint("Planer", tag=TAG, query=PageQuery, gives=schemas.PlansOut)
def list_plans(request: HubRequest, query: Data) -> Answer:
    """I ärenden som den egna verksamheten ansvarar för, den senast påbörjade först. Andra läser ärende för ärende."""
    rows = permitted(Plan.objects.select_related("case"), request.actor, at=request.at)
    found, more = slice_of(rows, query, "-started_at", "-pk")
    request.trail.show(found)
    return Answer(listed(request, [plan_row(plan) for plan in found], more, query))


@endpoint("En plan", tag=TAG, gives=schemas.CasePlanOut, etag=True, errors=[404])
def get_plan(request: HubRequest, ref: UUID) -> Answer:
    """Mål och åtgärder som du får läsa. Det som hålls tillbaka varken räknas eller antyds."""
    plan = _plan_of(request, ref)
    return Answer(_body(request, plan.case, plan), plan_version(plan))


@endpoint("Ett ärendes plan", tag=TAG, gives=schemas.CasePlanOut, etag=True, errors=[404])
def get_case_plan(request: HubRequest, ref: UUID) -> Answer:
    """Det som du får läsa av planen: det egna, och det som ett samtycke täcker."""
    case = case_for(request, ref)
    plan = permitted(Plan.objects.filter(case=case).select_related("case"), request.actor, at=request.at).first()
    if plan is not None:
        request.trail.show([plan])
    return Answer(_body(request, case, plan), plan_version(plan) if plan else ("case-plan", case.pk))


@endpoint(
    "Börja en plan",
    tag=TAG,
    body=StartPlanBody,
    gives=schemas.CasePlanOut,
    makes="api:plan",
    show=get_plan,
    errors=[404],
)
def start_plan(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """En plan per ärende (409), av den som leder ärendet."""
    case = case_for(request, ref, "lead")
    return actions.start_plan(case, reference=body["reference"], by=request.actor, at=request.at).ref


@endpoint("Avsluta en plan", tag=TAG, body=ClosePlanBody, gives=schemas.CasePlanOut, if_match=True, errors=[404])
def close_plan(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Med hur det slutade. Sedan skrivs inget mer i planen."""
    plan = _plan_of(request, ref)
    require(plan, request.actor, "lead", at=request.at)
    unchanged(request, plan, lambda: plan_version(plan))
    actions.close_plan(plan, outcome=body["outcome"], row_version=plan.row_version, by=request.actor, at=request.at)
    return get_plan(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Mål i ett ärende", tag=TAG, query=PageQuery, gives=schemas.GoalsOut, errors=[404])
def list_goals(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Alla som planen har haft, tidigare formuleringar med: first_version och last_version säger när de gällde."""
    case = case_for(request, ref)
    rows = Goal.objects.filter(case=case).select_related(*GOAL_LOADS)
    found, more = slice_of(permitted(rows, request.actor, at=request.at, about=case.individual_id), query, "pk")
    return Answer(listed(request, goal_bodies(found, request), more, query))


@endpoint("Åtgärder i ett ärende", tag=TAG, query=PageQuery, gives=schemas.MeasuresOut, errors=[404])
def list_measures(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Alla som planen har haft, tidigare formuleringar med: first_version och last_version säger när de gällde."""
    case = case_for(request, ref)
    rows = Measure.objects.filter(case=case).select_related(*MEASURE_LOADS)
    found, more = slice_of(permitted(rows, request.actor, at=request.at, about=case.individual_id), query, "pk")
    return Answer(listed(request, measure_bodies(found, request), more, query))


plans = resource("Plans", get=list_plans)
plan = resource("Plan", get=get_plan)
case_plan = resource("CasePlan", get=get_case_plan, post=start_plan)
plan_close = resource("ClosePlan", post=close_plan)
