"""Cases: listing, opening, moving, closing (P-A6)."""

from typing import Any
from uuid import UUID

from hub import actions, clock, swedish
from hub.access import Actor, find, may, permitted, require
from hub.actions.cases import PHASES
from hub.actions.people import require_social_services
from hub.api import schemas
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Flag, Optional, Ref
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.reference import agency_ref
from hub.errors import Conflict
from hub.forms.cases import CaseOpenForm, CloseForm, PhaseForm
from hub.http import HubRequest
from hub.models import CLOSING_OUTCOMES, Case, CaseForm, Individual, Phase
from hub.states import possible
from hub.views.cases import case_for

TAG = "Ärenden"
OPENING_PHASES = [(p.value, p.label) for p in (Phase.FORHANDSBEDOMNING, Phase.UTREDNING, Phase.INSATS)]
EVENTS = sorted({event for event, _phase in PHASES})


class CasesQuery(PageQuery):
    form = Choice(choices=CaseForm.choices, required=False)
    phase = Choice(choices=Phase.choices, required=False)


class CaseBody(Body):
    individual = Ref()
    form = Choice(choices=CaseForm.choices)
    phase = Choice(choices=OPENING_PHASES)
    court_ordered = Flag(default=False)


class PhaseBody(Body):
    event = Choice(choices=EVENTS)


class CloseBody(Body):
    outcome = Choice(choices=CLOSING_OUTCOMES)
    note = Optional(max_length=2000)


def case_ref(case: Case) -> dict[str, Any]:
    return {"ref": case.ref, "number": case.number, "form": case.form, "phase": case.phase}


def individual_ref(individual: Individual, request: HubRequest) -> dict[str, Any]:
    """Enough to recognise, for those who may read the individual."""
    person = individual.person
    return {
        "ref": individual.ref,
        "name": person.name,
        "age": swedish.age(person.birth_date, clock.local_day(request.at)),
        "protected": person.is_protected,
    }


def version_of(case: Case) -> tuple[object, ...]:
    return ("case", case.pk, case.phase, case.phase_from, case.closed_at, case.outcome, case.outcome_note)


def case_body(case: Case, request: HubRequest) -> dict[str, Any]:
    own = case.owner_unit.agency_id == request.actor.agency_id
    allowed = _may(case, request.actor, request)
    return {
        **case_ref(case),
        "individual": individual_ref(case.individual, request),
        "phase_from": case.phase_from,
        "owner_unit": case.owner_unit.name,
        "owner_agency": agency_ref(case.owner_unit.agency),
        "closed_at": case.closed_at,
        "opened_at": case.opened_at if own else None,
        "district": case.district.name if own and case.district else None,
        "court_ordered": case.court_ordered if own else None,
        "outcome": case.outcome if own else None,
        "outcome_note": case.outcome_note if own else None,
        "may": allowed,
        "events": list(possible(case.phase, PHASES)) if "lead" in allowed else [],
    }


def _may(case: Case, actor: Actor, request: HubRequest) -> list[str]:
    found = [action for action in ("lead", "assign", "close") if may(case, actor, action, at=request.at)]
    return [*found, "write"] if may(case.individual, actor, "work", at=request.at) else found


@endpoint("Ärenden som du har plats i eller är chef för", tag=TAG, query=CasesQuery, gives=schemas.CasesOut)
def list_cases(request: HubRequest, query: Data) -> Answer:
    """Senast öppnade först. Bara nummer, arbetsform och fas: inga namn."""
    rows = permitted(Case.objects.all(), request.actor, at=request.at)
    rows = rows.filter(**{name: query[name] for name in ("form", "phase") if name in query})
    found, more = slice_of(rows, query, "-opened_at", "-pk")
    for case in found:
        request.trail.show([case], case=case.pk, individual=case.individual_id)
    return Answer(listed(request, [case_ref(case) for case in found], more, query))


@endpoint("Ett ärende", tag=TAG, gives=schemas.CaseOut, etag=True, errors=[404])
def get_case(request: HubRequest, ref: UUID) -> Answer:
    case = case_for(request, ref)
    request.trail.show([case.individual, case.individual.person])
    return Answer(case_body(case, request), version_of(case))


@endpoint(
    "Öppna ett ärende till",
    tag=TAG,
    body=CaseBody,
    gives=schemas.CaseOut,
    makes="api:case",
    show=get_case,
    errors=[404],
)
def open_case(request: HubRequest, body: Data) -> UUID:
    """För en ung person som redan är registrerad. En ny person registreras med sitt första ärende."""
    rows = Individual.objects.select_related("person")
    individual = find(rows, request.actor, at=request.at, ref=body["individual"])
    require(individual, request.actor, "work", at=request.at)
    require_social_services(request.actor)
    chosen = require_valid(CaseOpenForm(body))
    return actions.open_case(individual, **chosen, by=request.actor, at=request.at).ref


@endpoint(
    "Gå vidare till nästa fas", tag=TAG, body=PhaseBody, gives=schemas.CaseOut, if_match=True, etag=True, errors=[404]
)
def change_phase(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Vad ett samtycke täcker följer fasen genast (P-A6). Vilka händelser som är möjliga står i ärendets `events`."""
    case = case_for(request, ref, "lead")
    unchanged(request, case, lambda: version_of(case))
    form = PhaseForm({**body, "seen": case.phase}, case=case, events=possible(case.phase, PHASES))
    event = require_valid(form)["event"]
    actions.change_phase(case, event, by=request.actor, at=request.at)
    return get_case(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Avsluta ett ärende", tag=TAG, body=CloseBody, if_match=True, status=204, errors=[404])
def close_case(request: HubRequest, body: Data, ref: UUID) -> None:
    """Varje parts plats slutar genast. Egna uppgifter, ärendets nummer och datum går att läsa efteråt."""
    case = case_for(request, ref, "close")
    unchanged(request, case, lambda: version_of(case))
    if case.phase == Phase.AVSLUTAT:
        raise Conflict("Ärendet är redan avslutat.")
    data = require_valid(CloseForm(body))
    actions.close_case(case, outcome=data["outcome"], note=data["note"], by=request.actor, at=request.at)


cases = resource("Cases", get=list_cases, post=open_case)
case = resource("Case", get=get_case)
phase = resource("CasePhase", post=change_phase)
close = resource("CaseClose", post=close_case)
