""" "Mina ungdomar", one youth, the timeline, and "Stoppa delningen nu" (P-I2, P-C4)."""

from typing import Any
from uuid import UUID

from consent import actions as consent_actions
from consent import matrix, queries, timeline
from consent.api import schemas
from consent.api.items import item_body, items_may
from consent.models import MaturityAssessment
from hub import actions, clock
from hub.access import find, may, permitted, require
from hub.actions.people import require_social_services
from hub.api.cases import OPENING_PHASES, case_ref, individual_ref
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Flag, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, lost
from hub.api.people import PersonBody
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.contributions import Happening
from hub.forms.cases import RegisterYouthForm
from hub.http import HubRequest
from hub.models import CaseForm, Individual, Phase, TokenScope
from hub.queries import own_cases_of

TAG = "Ungdomar"


class IndividualsQuery(PageQuery):
    form = Choice(choices=CaseForm.choices, required=False)
    phase = Choice(choices=Phase.choices, required=False)


class IndividualBody(PersonBody):
    school = Optional(max_length=120)
    form = Choice(choices=CaseForm.choices)
    phase = Choice(choices=OPENING_PHASES)
    court_ordered = Flag(default=False)


class TimelineQuery(Body):
    type = Text(max_length=40, required=False, help_text="Uppgiftstypens kod.")
    agency = Ref(required=False)
    cursor = Text(max_length=60, required=False, help_text="Ur `next` i förra svaret.")


def _individual(request: HubRequest, ref: UUID) -> Individual:
    return find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)


# --- the list ----------------------------------------------------------------------------------------------------


@endpoint("Ungdomar som du får veta om", tag=TAG, query=IndividualsQuery, gives=schemas.IndividualsOut)
def list_individuals(request: HubRequest, query: Data) -> Answer:
    """I bokstavsordning efter efternamn. Aldrig ett ord om risk (R33)."""
    after = query.get("cursor")
    if after and not permitted(Individual.objects.filter(ref=after), request.actor, at=request.at).exists():
        raise lost()
    choice = queries.Choice(form=query.get("form", ""), phase=query.get("phase", ""), after=after)
    listing = queries.individuals(request.actor, choice, request.at)
    for row in listing.rows:
        request.trail.show([row.individual, *row.cases], individual=row.individual.pk)
    results = [
        {
            **individual_ref(row.individual, request),
            "cases": [case_ref(case) for case in row.cases],
            "shared_until": row.ends,
            "waiting": row.waits,
            "refused": row.refused,
            "latest_on": row.latest,
        }
        for row in listing.rows
    ]
    return Answer(listed(request, results, listing.more, query))


# --- one youth ---------------------------------------------------------------------------------------------------


@endpoint("En ung person", tag=TAG, gives=schemas.IndividualOut, errors=[404])
def get_individual(request: HubRequest, ref: UUID) -> Answer:
    """Vem det är, vilka ärenden du ser, och vem som får veta vad just nu."""
    individual = _individual(request, ref)
    actor, at = request.actor, request.at
    cases = own_cases_of(individual, actor, at=at)
    whole = matrix.current(individual, actor, at)
    assessed = _maturity(individual, request)
    ground = {} if cases else queries.break_glass_ground(individual, actor, at)
    request.trail.show(
        [individual, individual.person, *cases, *whole.grants, *([assessed] if assessed else [])],
        individual=individual.pk,
        ground=ground,
    )
    for case in cases:
        request.trail.show(case=case.pk)
    wanted = (("work", individual), ("stop_sharing", individual), ("change", individual.person))
    return Answer(
        {
            **individual_ref(individual, request),
            "protection": individual.person.protection,
            "cases": [case_ref(case) for case in cases],
            "sharing": [_shared(source) for source in whole.sources],
            "maturity": assessed
            and {"level": assessed.level, "why": assessed.why, "assessed_at": assessed.assessed_at},
            "may": [action for action, obj in wanted if may(obj, actor, action, at=at)],
        }
    )


def _maturity(individual: Individual, request: HubRequest) -> MaturityAssessment | None:
    if individual.person.agency_id != request.actor.agency_id:
        return None
    made = MaturityAssessment.objects.filter(individual=individual, assessed_at__lte=request.at)
    return made.order_by("-assessed_at", "-pk").first()


def _shared(source: matrix.Source) -> dict[str, object]:
    return {
        "type": source.type.code,
        "giver": agency_ref(source.giver),
        "receiver": agency_ref(source.receiver),
        "until": source.end,
    }


@endpoint(
    "Registrera en ung person med sitt första ärende",
    tag=TAG,
    body=IndividualBody,
    gives=schemas.IndividualOut,
    makes="api:individual",
    show=get_individual,
)
def register_individual(request: HubRequest, body: Data) -> UUID:
    """Utan ett ärende skulle ingen kunna läsa det som registreras, så de skapas tillsammans."""
    require_social_services(request.actor)
    form = RegisterYouthForm(body, on=clock.local_day(request.at))
    chosen = require_valid(form)
    individual = actions.register_individual(form.facts(), by=request.actor, at=request.at)
    case = {name: chosen[name] for name in ("form", "phase", "court_ordered")}
    actions.open_case(individual, **case, by=request.actor, at=request.at, newly_registered=True)
    return individual.ref


# --- the timeline ------------------------------------------------------------------------------------------------


@endpoint("Händelser kring en ung person", tag=TAG, query=TimelineQuery, gives=schemas.TimelineOut, errors=[404])
def get_timeline(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Uppgifter, samtycken, återkallelser och utlämnanden, nyast först; var och en under sin egen regel."""
    individual = _individual(request, ref)
    place = timeline.Place.parse(query["cursor"]) if "cursor" in query else None
    if "cursor" in query and place is None:
        raise Problem("bad-query", errors=[("cursor", "Sidan finns inte. Börja från början.")])
    page = timeline.page(
        individual,
        request.actor,
        request.at,
        type_code=query.get("type", ""),
        agency=query.get("agency"),
        place=place,
    )
    ground = queries.merge_grounds(row.ground for row in page.rows)
    if not own_cases_of(individual, request.actor, at=request.at):
        ground |= queries.break_glass_ground(individual, request.actor, request.at)
    request.trail.show(
        [individual, *(o for row in page.rows for o in row.shows)], individual=individual.pk, ground=ground
    )
    allowed = items_may([row.obj.item for row in page.rows if isinstance(row.obj, queries.ItemRow)], request)
    results = [_happening(row, individual, allowed) for row in page.rows]
    return Answer(listed(request, results, page.older, query))


def _happening(row: Happening, individual: Individual, allowed: dict[int, list[str]]) -> dict[str, Any]:
    item, event = None, None
    if isinstance(row.obj, queries.ItemRow):
        item = item_body(row.obj, individual.ref, allowed.get(row.obj.item.pk, []))
    elif isinstance(row.obj, timeline.Event):
        event = {"title": row.obj.title, "text": row.obj.text, "agency": row.obj.agency}
    return {"kind": row.kind, "on": row.on, "at": row.at, "item": item, "event": event}


# --- stop --------------------------------------------------------------------------------------------------------


@endpoint("Stoppa delningen nu", tag=TAG, gives=schemas.StoppedOut, scope=TokenScope.WRITE, errors=[404])
def stop_sharing(request: HubRequest, ref: UUID) -> Answer:
    """Ett anrop, inga frågor: allt som delas om den unge upphör i detta ögonblick (P-C4).

    Ett andra anrop ändrar inget.
    """
    individual = _individual(request, ref)
    require(individual, request.actor, "stop_sharing", at=request.at)
    stopped = consent_actions.stop_sharing(individual, by=request.actor, at=request.at)
    return Answer({"stopped": bool(stopped)})


individuals = resource("Individuals", get=list_individuals, post=register_individual)
individual = resource("Individual", get=get_individual)
timeline_of = resource("Timeline", get=get_timeline)
stop = resource("Stop", post=stop_sharing)
