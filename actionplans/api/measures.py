"""Measures: written, changed, taken out, ticked off, and how they have gone (P-P1, P-P2)."""

import re
from decimal import Decimal
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import ValidationError

from actionplans import actions, queries
from actionplans.actions import MeasureFacts
from actionplans.actions.plans import PLAN_TYPE
from actionplans.api import schemas
from actionplans.api.bodies import MEASURE_LOADS, measure_bodies, measure_version
from actionplans.api.goals import AUDIENCE, BARRED, audience_of
from actionplans.api.plans import TAG, list_measures
from actionplans.desk import Desk, desk
from actionplans.models import Measure
from actionplans.views.measures import measure_for
from actionplans.views.plan import plan_for
from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Day, Flag, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.views.cases import case_for

HOURS = r"(?:0\.[1-9]|[1-9][0-9]?(?:\.[0-9])?|1[0-5][0-9](?:\.[0-9])?|16[0-7](?:\.[0-9])?|168)"


@extend_schema_field({"type": "string", "pattern": f"^{HOURS}$"})
class Hours(Text):
    """Hours a week as a text with at most one decimal, so that no number is rounded on its way."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if not re.fullmatch(HOURS, text):
            raise ValidationError("Skriv hur många timmar i veckan, till exempel ”2” eller ”1.5”.")
        return text


class PlanMeasureBody(Body):
    text = Text(max_length=300, help_text="Vad någon gör. Till exempel: Ringer Noa varje måndag.")
    responsible = Ref(help_text="Ett uppdrag med plats i ärendet. Åtgärden blir den personens verksamhets.")
    goal = Ref(required=False, help_text="Ett mål som du läser. Utelämnat: inget särskilt mål.")
    starts_on = Day()
    due_on = Day(help_text="Klart senast den dagen.")
    hours = Hours(required=False, help_text="Timmar i veckan.")
    place = Optional(max_length=160)
    intervention = Ref(required=False, help_text="Ur /interventions/. Utelämnad vid en ändring: som förut.")
    against_advice = Text(
        max_length=500,
        required=False,
        help_text="Varför den står kvar, för en insats som inte bör erbjudas. Utelämnat vid en ändring: som förut.",
    )
    type = Text(
        max_length=40,
        required=False,
        help_text=f"Ur /information-types/. Utelämnad: {PLAN_TYPE}, eller vid en ändring: som förut.",
    )
    family_barred = Flag(required=False, help_text=BARRED)
    audience = Many(child=Ref(), required=False, help_text=AUDIENCE)


class TickOffBody(Body):
    note = Optional(max_length=500, help_text="Vad det ledde till.")


def _facts(place: Desk, body: Data, standing: Measure | None = None) -> MeasureFacts:
    """What the verbs want, of what can be chosen here.

    Raises:
        Problem: a person, goal, sort or reader that cannot be chosen.
    """
    people = {one.ref: one for one in place.people}
    goals = {one.ref: one for one in place.goals}
    types = {one.code: one for one in place.types}
    code = body.get("type", standing.type.code if standing else PLAN_TYPE)
    wrong = []
    if body["responsible"] not in people:
        wrong.append(("responsible", "Personen kan inte ansvara för en åtgärd här."))
    if "goal" in body and body["goal"] not in goals:
        wrong.append(("goal", "Målet finns inte i planen."))
    listed = {one.ref: one for one in place.listed}
    chosen_from = standing.intervention if standing else None
    if "intervention" in body:
        chosen_from = listed.get(body["intervention"])
        if chosen_from is None:
            wrong.append(("intervention", "Insatsen finns inte i katalogen."))
    if code not in types:
        wrong.append(("type", "Den sortens uppgift går inte att välja här."))
    if wrong:
        raise Problem("invalid", errors=wrong)
    responsible = people[body["responsible"]]
    chosen = goals[body["goal"]] if "goal" in body else None
    if chosen is None and standing is not None and standing.goal is not None and standing.goal.ref not in goals:
        chosen = standing.goal  # for a goal that the writer does not see
    return MeasureFacts(
        text=body["text"],
        responsible=responsible,
        starts_on=body["starts_on"],
        due_on=body["due_on"],
        goal=chosen,
        hours=Decimal(body["hours"]) if "hours" in body else None,
        place=body["place"],
        intervention=chosen_from,
        against_advice=body.get("against_advice", standing.against_advice if standing else ""),
        type=types[code],
        family_barred=body.get("family_barred", standing is not None and standing.family_barred),
        audience=audience_of(place.readers, body, responsible.unit.agency_id, standing),
    )


def _one(request: HubRequest, ref: UUID) -> Measure:
    measure = find(Measure.objects.select_related(*MEASURE_LOADS), request.actor, at=request.at, ref=ref)
    request.trail.show([measure], individual=measure.individual_id, case=measure.case_id)
    return measure


@endpoint("Dina åtgärder", tag=TAG, query=PageQuery, gives=schemas.MeasuresOut)
def list_own_measures(request: HubRequest, query: Data) -> Answer:
    """De öppna som du ansvarar för, i alla ärenden, den som ska vara klar först överst."""
    rows = Measure.objects.filter(plan__closed_at=None, responsible=request.actor.assignment_id)
    own = permitted(rows.select_related(*MEASURE_LOADS), request.actor, "tick_off", at=request.at)
    found, more = slice_of(own, query, "due_on", "pk")
    return Answer(listed(request, measure_bodies(found, request), more, query))


@endpoint("En åtgärd", tag=TAG, gives=schemas.MeasureOut, etag=True, errors=[404])
def get_measure(request: HubRequest, ref: UUID) -> Answer:
    measure = _one(request, ref)
    return Answer(measure_bodies([measure], request)[0], measure_version(measure))


@endpoint(
    "Skriv in en åtgärd",
    tag=TAG,
    body=PlanMeasureBody,
    gives=schemas.MeasureOut,
    makes="api:measure",
    show=get_measure,
    errors=[404],
)
def add_measure(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Den egna verksamhetens; den som leder ärendet också andras, när ett samtycke låter er läsa den."""
    plan = plan_for(request, case_for(request, ref), "contribute")
    facts = _facts(desk(plan, request.actor, at=request.at), body)
    return actions.add_measure(plan, facts, by=request.actor, at=request.at).ref


def _held(request: HubRequest, ref: UUID, action: str = "change") -> Measure:
    """The measure, held and unchanged since it was read: 404, then 403, then 412."""
    measure = measure_for(request, ref, action)
    unchanged(request, measure, lambda: measure_version(measure))
    return measure


@endpoint("Ändra en åtgärd", tag=TAG, body=PlanMeasureBody, gives=schemas.MeasureOut, if_match=True, errors=[404])
def change_measure(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela åtgärden. Den gamla står kvar som den var, och svaret är en ny med en egen referens."""
    measure = _held(request, ref)
    facts = _facts(desk(measure.plan, request.actor, at=request.at, measure=measure), body, measure)
    new = actions.change_measure(measure, facts, row_version=measure.row_version, by=request.actor, at=request.at)
    return get_measure(request, new.ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Ta bort en åtgärd", tag=TAG, if_match=True, status=204, errors=[404])
def remove_measure(request: HubRequest, ref: UUID) -> None:
    """Ur planen; versionerna som har den står kvar."""
    measure = _held(request, ref)
    actions.remove_measure(measure, row_version=measure.row_version, by=request.actor, at=request.at)


@endpoint(
    "Markera en åtgärd som klar", tag=TAG, body=TickOffBody, gives=schemas.MeasureOut, if_match=True, errors=[404]
)
def tick_off_measure(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Av den som ansvarar. Nästa möte följer upp åtgärden ändå."""
    measure = _held(request, ref, "tick_off")
    actions.tick_off(measure, note=body["note"], row_version=measure.row_version, by=request.actor, at=request.at)
    return get_measure(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Hur en åtgärd har gått", tag=TAG, gives=schemas.MeasureHistoryOut, errors=[404])
def get_measure_history(request: HubRequest, ref: UUID) -> Answer:
    """Varje mötes uppföljning av åtgärden och av dess tidigare formuleringar."""
    found = queries.follow_ups_of(_one(request, ref), request.actor, at=request.at)
    request.trail.show(found)
    results = [
        {"measure": one.measure.ref, "state": one.state, "note": one.note, "noted_at": one.noted_at} for one in found
    ]
    return Answer({"results": results})


own_measures = resource("OwnMeasures", get=list_own_measures)
measures = resource("Measures", get=list_measures, post=add_measure)
measure = resource("Measure", get=get_measure, put=change_measure, delete=remove_measure)
measure_done = resource("MeasureDone", post=tick_off_measure)
measure_history = resource("MeasureHistory", get=get_measure_history)
