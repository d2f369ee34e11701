"""Questions from an investigation: asking, reading, answering, taking back (P-A6, SoL 20:6)."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from consent import actions
from consent.actions import AnswerFacts
from consent.api import schemas_inquiries as schemas
from consent.forms.inquiries import AnswerForm, WithdrawForm
from consent.inquiries import duty, row_of, with_parts
from consent.models import InformationType, Inquiry, InquiryAnswer, InquiryState
from consent.queries import relatives_by_person
from consent.views.inquiries import answer_items, case_to_ask_in, find_inquiry
from hub.access import may, permitted, require
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.clock import local_day
from hub.forms.parties import USUAL_ROLE
from hub.http import HubRequest
from hub.models import Agency, AgencyKind, PartyRole, Relative
from hub.views.cases import case_for

TAG = "Frågor i utredning"


class InquiriesQuery(PageQuery):
    state = Choice(choices=InquiryState.choices, required=False)


class AskBody(Body):
    agency = Ref(help_text="Verksamheten, ur /agencies/.")
    question = Text(max_length=2000, help_text="Utan uppgifter ur utredningen. Verksamheten ser den som den står.")
    why = Text(max_length=1000, help_text="Varför just de; står i listan över utlämnanden.")
    heeded = Flag(default=False, help_text="Varningen om att vänta är läst, och frågan ska ändå ställas.")


class InquiryAnswerBody(Body):
    """Uppgifter: en ny uppgift från er. Inget: orden ”Vi lämnar inga uppgifter”, och inga andra fält."""

    answer = Choice(choices=InquiryAnswer.choices)
    type = Optional(max_length=40, help_text="Ur /information-types/.")
    event_date = Day(required=False)
    body = Optional(max_length=8000)
    family_barred = Flag(default=False, help_text="Betydande men (12 kap. 3 § OSL).")
    about_others = Many(child=Ref(), required=False, help_text="Närstående som uppgiften också rör.")
    tested = Flag(default=False, help_text="Prövad mot 18 kap. OSL; krävs av polisen.")
    tested_by = Optional(max_length=1000, help_text="Vem som har prövat och när; krävs av polisen.")


class WithdrawInquiryBody(Body):
    reason = Text(max_length=500)


# --- reading -----------------------------------------------------------------------------------------------------


def _row(inquiry: Inquiry, request: HubRequest) -> dict[str, Any]:
    row = row_of(inquiry, request.actor, request.at)
    return {
        "ref": inquiry.ref,
        "own": row.own,
        "case": inquiry.case.ref,
        "case_number": inquiry.case.number,
        "asker": agency_ref(inquiry.case.owner_unit.agency),
        "asked": agency_ref(inquiry.asked),
        "question": inquiry.question,
        "asked_at": inquiry.asked_at,
        "due_at": inquiry.due_at,
        "state": inquiry.state,
        "answer": inquiry.answer,
        "ended_at": inquiry.ended_at,
    }


def _page(request: HubRequest, rows: QuerySet[Inquiry], query: Data) -> Answer:
    if "state" in query:
        rows = rows.filter(state=query["state"])
    found, more = slice_of(with_parts(permitted(rows, request.actor, at=request.at)), query, "-asked_at", "-pk")
    for row in found:
        request.trail.show([row, row.individual], individual=row.individual_id, case=row.case_id)
    return Answer(listed(request, [_row(row, request) for row in found], more, query))


@endpoint("Frågor som ni har ställt eller fått", tag=TAG, query=InquiriesQuery, gives=schemas.InquiriesOut)
def list_inquiries(request: HubRequest, query: Data) -> Answer:
    """Den som utreder ser ärendets alla frågor, den frågade bara sina egna. Senast ställda först."""
    return _page(request, Inquiry.objects.all(), query)


@endpoint("Frågor i ett ärende", tag=TAG, query=InquiriesQuery, gives=schemas.InquiriesOut, errors=[404])
def list_inquiries_of_case(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """De som du får se. Senast ställda först."""
    return _page(request, Inquiry.objects.filter(case=case_for(request, ref)), query)


def _version(inquiry: Inquiry) -> tuple[object, ...]:
    return ("inquiry", inquiry.pk, inquiry.state)


@endpoint("En fråga", tag=TAG, gives=schemas.InquiryOut, etag=True, errors=[404])
def get_inquiry(request: HubRequest, ref: UUID) -> Answer:
    """Frågan och svaret. Den frågade ser inget annat: inga uppgifter, inga andra frågor."""
    found = find_inquiry(request, ref)
    items, waits = answer_items(found, request), found.state == InquiryState.ASKED
    request.trail.show(items)
    own = row_of(found, request.actor, request.at).own
    body = {
        **_row(found, request),
        "individual": found.individual.ref,
        "asked_by": found.asked_by.user.name,
        "duty": duty(found.asked.kind),
        "why": found.asking.necessity if own else None,
        "disclosure": found.asking.ref if own else None,
        "items": [item.ref for item in items],
        "end_reason": found.end_reason if own else "",
        "may": [word for word in ("answer", "withdraw") if waits and may(found, request.actor, word, at=request.at)],
    }
    return Answer(body, _version(found))


# --- writing -----------------------------------------------------------------------------------------------------


@endpoint(
    "Fråga en annan verksamhet",
    tag=TAG,
    body=AskBody,
    gives=schemas.InquiryOut,
    makes="api:inquiry",
    show=get_inquiry,
    errors=[404],
)
def ask(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Bara när utredning pågår: i förhandsbedömning får andra verksamheter inte frågas (20 kap. 6 § SoL).

    Att fråga avslöjar att en utredning pågår, och står i listan över utlämnanden.
    """
    case = case_to_ask_in(request, ref)
    agency = permitted(Agency.objects.all(), request.actor, at=request.at).filter(ref=body["agency"]).first()
    if agency is None:
        raise Problem("invalid", errors=[("agency", "Välj en verksamhet som arbetar i kommunen.")])
    return actions.ask(
        case,
        agency,
        question=body["question"],
        why=body["why"],
        role=str(USUAL_ROLE.get(AgencyKind(agency.kind), PartyRole.OTHER).value),
        heeded=body["heeded"],
        by=request.actor,
        at=request.at,
    ).ref


def _held(request: HubRequest, ref: UUID, action: str) -> Inquiry:
    """The question, held and unchanged since it was read: 404, then 403, then 412."""
    found = find_inquiry(request, ref)
    require(found, request.actor, action, at=request.at)
    unchanged(request, found, lambda: _version(found))
    return found


@endpoint("Svara på en fråga", tag=TAG, body=InquiryAnswerBody, gives=schemas.InquiryOut, if_match=True, errors=[404])
def answer_inquiry(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Svaret blir er egen uppgift, och lämnas till dem som utreder. Ingen annan verksamhet ser det."""
    found = _held(request, ref, "answer")
    _refuse_idle(body)
    facts = _facts(found, body, request) if body["answer"] == InquiryAnswer.ITEMS else None
    actions.answer_inquiry(found, facts, by=request.actor, at=request.at)
    return get_inquiry(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _refuse_idle(body: Data) -> None:
    """Beside silence, what would be left out without a word (P-Q4)."""
    if body["answer"] == InquiryAnswer.ITEMS:
        return
    names = ("type", "event_date", "body", "family_barred", "about_others", "tested", "tested_by")
    idle = [(name, "Fältet hör inte till det svaret.") for name in names if body.get(name)]
    if idle:
        raise Problem("invalid", errors=idle)


def _facts(found: Inquiry, body: Data, request: HubRequest) -> AnswerFacts:
    """What the verb wants, judged by the form that the page shows."""
    today, agency = local_day(request.at), Agency.objects.get(pk=request.actor.agency_id)
    types = list(InformationType.objects.writable_by(agency.kind, on=today))
    kinds = {kind.code: kind.pk for kind in types}
    typed = {
        **{name: body.get(name) for name in ("event_date", "body", "family_barred", "tested", "tested_by")},
        "type": str(kinds.get(body.get("type", ""), "")) or ("0" if body.get("type") else ""),
        "about_others": [str(pk) for pk in _others(found, body, request)],
    }
    form = AnswerForm(
        typed,
        actor=request.actor,
        at=request.at,
        types=types,
        relatives=relatives_by_person(found.individual_id, request.actor, request.at),
        releases=agency.releases_items,
    )
    idle = [name for name in ("tested", "tested_by") if body.get(name) and name not in form.fields]
    if idle:
        raise Problem("invalid", errors=[(name, "Bara polisen prövar så.") for name in idle])
    require_valid(form)
    return form.answer()


def _others(found: Inquiry, body: Data, request: HubRequest) -> list[int]:
    """Relatives by reference; one that is not there and one that may not be known get the same answer (P-A15)."""
    wanted = body.get("about_others", [])
    rows = permitted(Relative.objects.filter(individual=found.individual_id), request.actor, at=request.at)
    known = dict(rows.filter(ref__in=wanted).values_list("ref", "person_id"))
    strangers = [
        (f"about_others.{place}", "Den går inte att välja här.") for place, ref in enumerate(wanted) if ref not in known
    ]
    if strangers:
        raise Problem("invalid", errors=strangers)
    return [known[ref] for ref in wanted]


@endpoint(
    "Dra tillbaka en fråga", tag=TAG, body=WithdrawInquiryBody, gives=schemas.InquiryOut, if_match=True, errors=[404]
)
def withdraw_inquiry(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Verksamheten behöver inte svara mer. Att den har fått frågan står kvar."""
    found = _held(request, ref, "withdraw")
    reason = require_valid(WithdrawForm(body))["reason"]
    actions.withdraw_inquiry(found, reason=reason, by=request.actor, at=request.at)
    return get_inquiry(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


inquiries = resource("Inquiries", get=list_inquiries)
inquiries_of_case = resource("InquiriesOfCase", get=list_inquiries_of_case, post=ask)
inquiry = resource("Inquiry", get=get_inquiry)
answer = resource("InquiryAnswer", post=answer_inquiry)
withdraw = resource("InquiryWithdraw", post=withdraw_inquiry)
