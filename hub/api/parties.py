"""Parties: proposed by role, then active with the contact and deputy that their own agency names (P-A13)."""

from typing import Any
from uuid import UUID

from hub import actions
from hub.access import permitted
from hub.api import schemas
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Ref, Text
from hub.api.pages import listed
from hub.api.reference import agency_ref
from hub.api.seats import candidate_body, seat_body
from hub.forms.parties import ContactForm, EndPartyForm, ProposeForm
from hub.http import HubRequest
from hub.models import CaseSeat, Participation, PartyRole
from hub.queries import PartyRow, colleagues, may_end, parties_of, proposable_agencies
from hub.views.cases import case_for
from hub.views.parties import party_for

TAG = "Parter"
ROLES = [choice for choice in PartyRole.choices if choice[0] != PartyRole.OWNER]


class ProposeBody(Body):
    agency = Ref(help_text="Ur /agencies/.")
    role = Choice(choices=ROLES, required=False, help_text="Utelämnad: den vanliga för verksamheten.")


class ContactBody(Body):
    contact = Ref(help_text="Ur /participations/{ref}/candidates/.")
    deputy = Ref(required=False)


class EndBody(Body):
    reason = Text(max_length=500, help_text="Inget om den ungas situation.")


def version_of(party: Participation, request: HubRequest) -> tuple[object, ...]:
    seats = permitted(CaseSeat.objects.filter(participation=party), request.actor, at=request.at)
    held = seats.order_by("pk").values_list("pk", "kind", "valid_from", "valid_to")
    return ("party", party.pk, party.active_from, party.ended_at, *held)


def party_body(
    party: Participation, seats: list[dict[str, Any]], may: list[str], request: HubRequest
) -> dict[str, Any]:
    return {
        "ref": party.ref,
        "case": party.case.ref,
        "case_number": party.case.number,
        "agency": agency_ref(party.agency),
        "role": party.role,
        "state": party.state(at=request.at),
        "active_from": party.active_from,
        "ended_at": party.ended_at,
        "seats": seats,
        "may": may,
    }


def from_row(row: PartyRow, request: HubRequest) -> dict[str, Any]:
    seats = [{"ref": s.seat.ref, "kind": s.kind, "name": s.name, "unit": s.unit} for s in row.seats]
    return party_body(row.party, seats, _words(row.may_name, row.may_end), request)


@endpoint("Parterna i ett ärende", tag=TAG, gives=schemas.ParticipationsOut, errors=[404])
def list_participations(request: HubRequest, ref: UUID) -> Answer:
    """Ärendets ägare ser alla; en part ser sig själv och dem som är aktiva, aldrig föreslagna."""
    case = case_for(request, ref)
    rows = parties_of(case, request.actor, at=request.at)
    for row in rows:
        row.party.case = case
        request.trail.show([row.party, *(seat.seat for seat in row.seats)])
    return Answer(listed(request, [from_row(row, request) for row in rows]))


@endpoint("En part", tag=TAG, gives=schemas.ParticipationOut, etag=True, errors=[404])
def get_participation(request: HubRequest, ref: UUID) -> Answer:
    party = party_for(request, ref, "name_contact", "lead", see=True)
    now = permitted(CaseSeat.objects.in_force(at=request.at).filter(participation=party), request.actor, at=request.at)
    held = list(now.select_related("assignment__user", "assignment__unit").order_by("pk"))
    request.trail.show(held)
    seats = [seat_body(seat) for seat in held]
    return Answer(party_body(party, seats, _may(party, request), request), version_of(party, request))


def _may(party: Participation, request: HubRequest) -> list[str]:
    rows = Participation.objects.filter(pk=party.pk)
    name, lead = (permitted(rows, request.actor, a, at=request.at).exists() for a in ("name_contact", "lead"))
    return _words(name, may_end(party, lead=lead, name=name, at=request.at))


def _words(names: bool, ends: bool) -> list[str]:
    return [word for word, yes in (("name_contact", names), ("end", ends)) if yes]


@endpoint(
    "Föreslå en part",
    tag=TAG,
    body=ProposeBody,
    gives=schemas.ParticipationOut,
    makes="api:participation",
    show=get_participation,
    errors=[404],
)
def propose_party(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Ingen utanför får veta något förrän ett samtycke eller en annan grund gäller (P-A13)."""
    case = case_for(request, ref, "lead")
    form = ProposeForm(
        {"agency": str(body["agency"]), "role": body.get("role", "")},
        agencies=proposable_agencies(case, request.actor, at=request.at),
    )
    require_valid(form)
    return actions.propose_party(case, form.chosen, role=form.role_value, by=request.actor, at=request.at).ref


@endpoint("Vilka som kan utses till kontakt eller ersättare", tag=TAG, gives=schemas.CandidatesOut, errors=[404])
def list_candidates(request: HubRequest, ref: UUID) -> Answer:
    """Uppdrag i den egna verksamheten, för den som utser kontakter där."""
    party = party_for(request, ref, "name_contact")
    found = colleagues(party.agency_id, at=request.at)
    return Answer(listed(request, [candidate_body(assignment) for assignment in found]))


@endpoint(
    "Utse kontakt och ersättare",
    tag=TAG,
    body=ContactBody,
    gives=schemas.ParticipationOut,
    if_match=True,
    errors=[404],
)
def name_contact(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Den som byts ut har ingenting kvar (P-A2)."""
    party = party_for(request, ref, "name_contact")
    unchanged(request, party, lambda: version_of(party, request))
    sent = {name: str(value) for name, value in body.items()}
    form = ContactForm(sent, assignments=colleagues(party.agency_id, at=request.at))
    require_valid(form)
    contact = form.picked("contact")
    assert contact is not None  # noqa: S101 - the form requires it
    actions.name_contact(party, contact=contact, deputy=form.picked("deputy"), by=request.actor, at=request.at)
    return get_participation(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Avsluta en parts medverkan", tag=TAG, body=EndBody, if_match=True, status=204, errors=[404])
def end_participation(request: HubRequest, body: Data, ref: UUID) -> None:
    """Av den som leder ärendet eller av parten själv. Partens egna uppgifter finns kvar för den."""
    party = party_for(request, ref, "lead", "name_contact")
    unchanged(request, party, lambda: version_of(party, request))
    reason = require_valid(EndPartyForm(body))["reason"]
    actions.end_participation(party, reason=reason, by=request.actor, at=request.at)


participations = resource("Participations", get=list_participations, post=propose_party)
participation = resource("Participation", get=get_participation)
candidates = resource("Candidates", get=list_candidates)
contact = resource("Contact", post=name_contact)
end = resource("ParticipationEnd", post=end_participation)
