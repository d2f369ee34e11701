"""Who leads a case, who stands in, and who has to leave (P-A2, P-A12)."""

from typing import Any
from uuid import UUID

from hub import actions, clock
from hub.access import find
from hub.api import schemas
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Ref, Text
from hub.forms.parties import LeadForm, SubstituteForm
from hub.forms.safety import RecuseForm
from hub.http import HubRequest
from hub.models import LEADING_KINDS, Assignment, Case, CaseSeat, Individual
from hub.queries import colleagues
from hub.views.parties import case_to_assign, replace_from_form, stand_in_from_form

TAG = "Platser"
KINDS = [(k.value, k.label) for k in LEADING_KINDS]


class LeadBody(Body):
    kind = Choice(choices=KINDS)
    assignment = Ref(help_text="Ur `candidates`.")


class SubstituteBody(Body):
    first = Day()
    last = Day(help_text="Sista dagen räknas med.")


class RecuseBody(Body):
    reason = Text(max_length=500, help_text="Kort, inget om den ungas situation.")


def seat_body(seat: CaseSeat) -> dict[str, Any]:
    """A seat loaded with its holder and unit."""
    held = seat.assignment
    return {"ref": seat.ref, "kind": seat.kind, "name": held.user.name, "unit": held.unit.name}


def candidate_body(assignment: Assignment) -> dict[str, Any]:
    return {
        "ref": assignment.ref,
        "name": assignment.user.name,
        "role": assignment.role,
        "unit": assignment.unit.name,
    }


def _seats(case: Case, request: HubRequest) -> list[CaseSeat]:
    """Who leads now. Whoever may assign may see that, also where the case itself is closed to them (P-A8)."""
    rows = CaseSeat.objects.in_force(at=request.at).filter(
        content_object=case, kind__in=LEADING_KINDS, participation__ended_at=None
    )
    return list(rows.select_related("assignment__user", "assignment__unit").order_by("pk"))


def _version(case: Case, request: HubRequest) -> tuple[object, ...]:
    return ("leads", case.pk, *((s.pk, s.kind, s.valid_from, s.valid_to) for s in _seats(case, request)))


@endpoint("Vem som leder ett ärende, och vilka som kan", tag=TAG, gives=schemas.LeadsOut, etag=True, errors=[404])
def get_leads(request: HubRequest, ref: UUID) -> Answer:
    """För den som leder ärendet eller är chef för enheten."""
    case = case_to_assign(request, ref)
    seats = _seats(case, request)
    request.trail.show(seats)
    body = {
        "leads": [seat_body(seat) for seat in seats],
        "candidates": [candidate_body(a) for a in colleagues(case.owner_unit.agency_id, at=request.at)],
    }
    return Answer(body, _version(case, request))


@endpoint("Byt vem som leder", tag=TAG, body=LeadBody, status=204, if_match=True, errors=[404])
def replace_lead(request: HubRequest, body: Data, ref: UUID) -> None:
    """Den som byts ut har ingenting kvar (P-A2)."""
    case = case_to_assign(request, ref)
    unchanged(request, case, lambda: _version(case, request))
    sent = {"kind": body["kind"], "assignment": str(body["assignment"])}
    form = LeadForm(sent, assignments=colleagues(case.owner_unit.agency_id, at=request.at))
    require_valid(form)
    replace_from_form(request, case, form)


@endpoint("Registrera att en ersättare ersätter", tag=TAG, body=SubstituteBody, status=204, errors=[404])
def register_substitute(request: HubRequest, body: Data, ref: UUID) -> None:
    """Ersättarens plats är vaken de dagarna. Samma dagar igen är en konflikt, så inget blir dubbelt."""
    rows = CaseSeat.objects.select_related("content_object", "participation")
    deputy = find(rows, request.actor, "substitute", at=request.at, ref=ref)
    request.trail.show([deputy], individual=deputy.content_object.individual_id, case=deputy.content_object_id)
    form = SubstituteForm(body, on=clock.local_day(request.at))
    require_valid(form)
    stand_in_from_form(request, deputy, form)


@endpoint("Anmäl att du känner familjen", tag=TAG, body=RecuseBody, status=204, errors=[404])
def recuse(request: HubRequest, body: Data, ref: UUID) -> None:
    """Jäv: platsen och allt som hör till den är borta genast (P-A12)."""
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    request.trail.show([individual], individual=individual.pk)
    reason = require_valid(RecuseForm(body))["reason"]
    actions.recuse(individual, reason=reason, by=request.actor, at=request.at)


leads = resource("Leads", get=get_leads, post=replace_lead)
substitute = resource("Substitute", post=register_substitute)
recusal = resource("Recusal", post=recuse)
