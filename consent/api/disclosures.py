"""Giving on other grounds: the guide, the decision test by test, the ledger (P-C7, P-C8)."""

from typing import Any
from uuid import UUID

from consent import actions
from consent import ledger as book
from consent.actions.disclosure import tests_for
from consent.api import schemas_disclosures as schemas
from consent.api.giving import DisclosureBody, Giving
from consent.forms.disclosure import EndForm, ToldForm
from consent.gains import Gain, gains
from consent.grounds import Verdict
from consent.models import Disclosure
from consent.views.disclosing import (
    case_to_disclose_in,
    may_decide,
    readers_in,
    recipient_for,
    types_to_give,
)
from consent.views.ledger import find_entry
from hub.access import find, may, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.http import HubRequest
from hub.models import Agency, Assignment, Individual, TokenScope

TAG = "Utlämnanden"


class GuideQuery(Body):
    type = Text(max_length=40, required=False, help_text="Ur /information-types/. Utelämnad: flera slags uppgifter.")


class LedgerQuery(PageQuery):
    agency = Ref(required=False, help_text="Den andra verksamheten.")
    ground = Text(max_length=40, required=False)


class EndReadingBody(Body):
    reason = Text(max_length=500)


class ToldBody(Body):
    note = Text(max_length=1000)


# --- the guide ---------------------------------------------------------------------------------------------------


@endpoint("Vilka grunder som finns för att lämna ut", tag=TAG, query=GuideQuery, gives=schemas.GuideOut, errors=[404])
def list_grounds(request: HubRequest, query: Data, ref: UUID, agency: UUID) -> Answer:
    """Från er till en verksamhet, om ett slags uppgifter, i dag: de som finns, de som inte finns och varför."""
    case = case_to_disclose_in(request, ref)
    recipient, type_code = recipient_for(request, agency), query.get("type", "")
    if type_code and type_code not in {kind.code for kind in types_to_give(request)}:
        raise Problem("bad-query", errors=[("type", "Er verksamhet skriver inte den sortens uppgifter.")])
    found = actions.grounds_for(case, recipient, by=request.actor, at=request.at, type_code=type_code)
    readers = readers_in(request, case, recipient)
    request.trail.show([case, case.individual], individual=case.individual_id, case=case.pk)
    body = {
        "recipient": agency_ref(recipient),
        "type": type_code,
        "grounds": [_ground(one, recipient, request) for one in found],
        "readers": [_reader(reader) for reader in readers],
    }
    return Answer(body)


def _ground(found: Verdict, recipient: Agency, request: HubRequest) -> dict[str, Any]:
    ground = found.ground
    asked = tests_for(ground, recipient, by=request.actor) if found.exists else ()
    return {
        "code": ground.code,
        "version": ground.version,
        "paragraph": ground.paragraph,
        "name": ground.name,
        "exists": found.exists,
        "why_not": found.why,
        "may_decide": found.exists and may_decide(ground, request),
        "tell": ground.tell,
        "questions": [
            {"code": test.code, "text": test.text, "hint": test.hint, "reason_needed": test.weigh} for test in asked
        ],
    }


def _reader(reader: Assignment) -> dict[str, Any]:
    return {"ref": reader.ref, "name": reader.user.name, "unit": reader.unit.name}


# --- the decision ------------------------------------------------------------------------------------------------


@endpoint(
    "Vad ett utlämnande skulle leda till",
    tag=TAG,
    body=DisclosureBody,
    gives=schemas.GainsOut,
    scope=TokenScope.READ,
    errors=[404, 409],
)
def preview_disclosure(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Vilka som skulle kunna läsa hur många uppgifter som de inte kan läsa i dag. Ingenting händer."""
    case = case_to_disclose_in(request, ref)
    giving = Giving(case, body, request)
    found: list[Gain] = gains(case.individual, giving.do, at=request.at)
    request.trail.show([case, case.individual], individual=case.individual_id, case=case.pk)
    return Answer(
        {
            "gains": [{"name": g.reader.name, "agency": g.reader.agency, "items": g.items} for g in found],
            "about_others": any(item.abouts.all() for item, _version in giving.facts.items),
        }
    )


# --- reading -----------------------------------------------------------------------------------------------------


def _row(entry: book.Entry) -> dict[str, Any]:
    row = entry.disclosure
    return {
        "ref": row.ref,
        "own": entry.own,
        "source": agency_ref(row.source),
        "recipient": agency_ref(row.recipient),
        "ground": row.ground,
        "ground_version": row.ground_version,
        "paragraph": row.paragraph,
        "delivery": row.delivery,
        "disclosed_at": row.disclosed_at,
        "readable_until": row.readable_until,
        "ended_at": row.ended_at,
        "count": entry.count,
        "inquiry": row.asks.ref if entry.asking else None,
        "reads": entry.read_times if entry.own else None,
    }


@endpoint(
    "Vad som har lämnats ut om en ung person", tag=TAG, query=LedgerQuery, gives=schemas.DisclosuresOut, errors=[404]
)
def list_disclosures(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Det som er verksamhet har lämnat och det som har lämnats till dig, senast först.

    Det som delas med samtycke står bland samtyckena.
    """
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    choice = book.Choice(agency=query.get("agency"), ground=query.get("ground", ""))
    rows = book.narrowed(book.disclosures_of(individual, request.actor, request.at), choice)
    found, more = slice_of(rows, query, "-disclosed_at", "-pk")
    entries = book.entries(found, individual, request.actor, request.at)
    request.trail.show([individual, *found], individual=individual.pk)
    return Answer(listed(request, [_row(entry) for entry in entries], more, query))


def _version(row: Disclosure) -> tuple[object, ...]:
    return ("disclosure", row.pk, row.readable_until, row.ended_at, row.person_told, row.told_at)


@endpoint("Ett utlämnande", tag=TAG, gives=schemas.DisclosureOut, etag=True, errors=[404])
def get_disclosure(request: HubRequest, ref: UUID) -> Answer:
    """Den verksamhet som lämnade ser hela beslutet och läsningarna sedan dess, läsaren vad, från vem och hur länge."""
    entry = find_entry(request, ref)
    row = entry.disclosure
    changes = entry.own and may(row, request.actor, "change", at=request.at)
    allowed = (("end", changes and entry.runs), ("told", changes and not row.person_told))
    body = {
        **_row(entry),
        "individual": row.individual.ref,
        "case_number": row.case.number,
        "reservation": row.reservation,
        "items": [
            {"item": item.ref if item else None, "version": version, "text": words}
            for (item, words), version in zip(entry.items, entry.versions, strict=True)
        ],
        "decision": _decision(entry) if entry.own else None,
        "may": [word for word, yes in allowed if yes],
    }
    return Answer(body, _version(row))


def _decision(entry: book.Entry) -> dict[str, Any]:
    row = entry.disclosure
    return {
        "necessity": row.necessity,
        "decided_by": row.decided_by.user.name,
        "tests": [
            {"code": test.code, "question": test.question, "answer": test.answer, "reason": test.reason}
            for test in row.tests.all()
        ],
        "readers": [_reader(one.assignment) for one in entry.named],
        "received_by": row.received_by,
        "person_told": row.person_told,
        "told_note": row.told_note,
        "end_reason": row.end_reason,
        "reads": [
            {"name": read.name, "label": read.label, "times": read.times, "last_at": read.last_at}
            for read in entry.reads
        ],
    }


# --- writing -----------------------------------------------------------------------------------------------------


@endpoint(
    "Lämna ut på en grund",
    tag=TAG,
    body=DisclosureBody,
    gives=schemas.DisclosureOut,
    makes="api:disclosure",
    show=get_disclosure,
    errors=[404],
)
def make_disclosure(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Med ett svar på var och en av grundens frågor, och de versioner av uppgifterna som ni har läst."""
    return Giving(case_to_disclose_in(request, ref), body, request).do().ref


def _held(request: HubRequest, ref: UUID) -> Disclosure:
    """The disclosure, held and unchanged since it was read: 404, then 403, then 412."""
    row = find_entry(request, ref).disclosure
    require(row, request.actor, "change", at=request.at)
    unchanged(request, row, lambda: _version(row))
    return row


@endpoint("Avsluta läsningen", tag=TAG, body=EndReadingBody, gives=schemas.DisclosureOut, if_match=True, errors=[404])
def end_disclosure(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Från detta ögonblick går det inte att läsa i hubben. Utlämnandet finns kvar."""
    row = _held(request, ref)
    reason = require_valid(EndForm(body))["reason"]
    actions.end_disclosure(row, reason=reason, by=request.actor, at=request.at)
    return get_disclosure(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Notera att personen har fått veta",
    tag=TAG,
    body=ToldBody,
    gives=schemas.DisclosureOut,
    if_match=True,
    errors=[404],
)
def note_told(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Från och med nu kan utlämnandet stå i registerutdraget."""
    row = _held(request, ref)
    actions.note_told(row, note=require_valid(ToldForm(body))["note"], by=request.actor, at=request.at)
    return get_disclosure(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


grounds = resource("Grounds", get=list_grounds)
preview_of = resource("PreviewDisclosure", post=preview_disclosure)
disclosures = resource("Disclosures", post=make_disclosure)
ledger = resource("Ledger", get=list_disclosures)
disclosure = resource("Disclosure", get=get_disclosure)
end = resource("DisclosureEnd", post=end_disclosure)
told = resource("DisclosureTold", post=note_told)
