"""Questions from an investigation: asking, the question and its answer, answering, taking back (P-A6, SoL 20:6)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import actions
from consent.actions.inquiries import last_day_of_answer, warnings, why_not_now
from consent.forms.inquiries import AnswerForm, AskForm, NothingForm, WithdrawForm
from consent.inquiries import duty, row_of, with_parts, without_contact
from consent.models import DisclosedItem, InformationItem, InformationType, Inquiry
from consent.queries import relatives_by_person
from hub import actions as hub_actions
from hub import swedish
from hub.access import find, may, permitted, require
from hub.calendar_se import external_due
from hub.clock import local_day
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.models import KINDS_WITHOUT_ACCOUNT, Agency, Case, Participation, SeatKind
from hub.views.deeds import attempt, done, posted

BOTH = require_http_methods(["GET", "POST"])


# --- asking ------------------------------------------------------------------------------------------------------


def case_to_ask_in(request: HubRequest, ref: UUID) -> Case:
    """The case, for who answers for it.

    Raises:
        Http404, Denied.
    """
    rows = Case.objects.select_related("individual__person", "owner_unit")
    case = find(rows, request.actor, at=request.at, ref=ref)
    require(case, request.actor, "inquire", at=request.at)
    request.trail.show([case, case.individual], individual=case.individual_id, case=case.pk)
    return case


def agencies_to_ask(request: HubRequest) -> list[Agency]:
    """Every agency that works in the kommun and has accounts, party or not."""
    others = Agency.objects.exclude(pk=request.actor.agency_id).exclude(kind__in=KINDS_WITHOUT_ACCOUNT)
    return sorted(permitted(others, request.actor, at=request.at), key=lambda agency: swedish.sort_key(agency.name))


@BOTH
@once
def inquiry_new(request: HubRequest, ref: UUID) -> HttpResponse:
    """Ask another agency; in another phase than utredning the page says why not."""
    case = case_to_ask_in(request, ref)
    late, warned, status, made = why_not_now(case), warnings(case, by=request.actor, at=request.at), 200, []
    form = AskForm(posted(request), agencies=agencies_to_ask(request), warned=bool(warned))

    def asked() -> None:
        data = form.cleaned_data
        made.append(
            actions.ask(
                case,
                form.chosen,
                question=data["question"],
                why=data["why"],
                role=form.role,
                heeded=data.get("heeded", False),
                by=request.actor,
                at=request.at,
            )
        )

    if request.method == "POST":
        status = done(form, asked)
        if status == 200:
            messages.success(request, f"Frågan är ställd till {made[0].asked.name}.")
            return redirect("consent:inquiry", made[0].ref)
    context: dict[str, object] = {
        "case": case,
        "name": case.individual.person.name,
        "individual": case.individual,
        "form": form,
        "late": late,
        "warned": warned,
        "due": swedish.moment(external_due(request.at), request.at),
    }
    return page(request, "consent/inquiry_new.html", context, status=status)


# --- one question ------------------------------------------------------------------------------------------------


def find_inquiry(request: HubRequest, ref: UUID) -> Inquiry:
    """The question as the actor may see it, noted in the trail.

    Raises:
        Http404: it is not there for this actor.
    """
    inquiry = find(with_parts(Inquiry.objects.all()), request.actor, at=request.at, ref=ref)
    request.trail.show(
        [inquiry, inquiry.case, inquiry.individual], individual=inquiry.individual_id, case=inquiry.case_id
    )
    return inquiry


def answer_items(inquiry: Inquiry, request: HubRequest) -> list[InformationItem]:
    """What was answered, as far as it may be read now."""
    given = DisclosedItem.objects.filter(disclosure=inquiry.answer_disclosure_id).values("item")
    rows = permitted(InformationItem.objects.filter(pk__in=given), request.actor, at=request.at)
    return list(rows.select_related("type")) if inquiry.answer_disclosure_id else []


def _context(inquiry: Inquiry, request: HubRequest) -> dict[str, Any]:
    row, person = row_of(inquiry, request.actor, request.at), inquiry.individual.person
    return {
        "row": row,
        "inquiry": inquiry,
        "case": inquiry.case,
        "individual": inquiry.individual,
        "name": person.name,
        "age": swedish.age(person.birth_date, local_day(request.at)),
        "protected": person.is_protected,
        "duty": duty(inquiry.asked.kind),
    }


@require_GET
def inquiry(request: HubRequest, ref: UUID) -> HttpResponse:
    """The question and its answer; to who only names contacts there, that a question waits."""
    waiting = permitted(with_parts(Inquiry.objects.filter(ref=ref)), request.actor, "staff", at=request.at).first()
    if waiting is not None and not may(waiting, request.actor, "read", at=request.at):
        return _unstaffed(request, waiting)
    found = find_inquiry(request, ref)
    items = answer_items(found, request)
    request.trail.show(items)
    context = _context(found, request) | {
        "items": items,
        "may_answer": may(found, request.actor, "answer", at=request.at),
        "may_withdraw": may(found, request.actor, "withdraw", at=request.at),
    }
    return page(request, "consent/inquiry.html", context)


def _unstaffed(request: HubRequest, inquiry: Inquiry) -> HttpResponse:
    """Neither the question nor whom it is about: only who has a place in the case sees those (P-A2, P-A13)."""
    request.trail.show([inquiry, inquiry.case], case=inquiry.case_id, ground={"rule": "names_contact"})
    row = row_of(inquiry, request.actor, request.at)
    context: dict[str, object] = {
        "row": row,
        "case": inquiry.case,
        "inquiry": inquiry,
        "party": _party(inquiry, request),
        "duty": duty(inquiry.asked.kind),
        "has_contact": _staffed(inquiry, request),
    }
    return page(request, "consent/inquiry_unstaffed.html", context)


def _party(inquiry: Inquiry, request: HubRequest) -> Participation:
    rows = Participation.objects.select_related("case").filter(case=inquiry.case_id, agency=inquiry.asked_id)
    return find(rows, request.actor, "name_contact", at=request.at)


def _staffed(inquiry: Inquiry, request: HubRequest) -> bool:
    return not without_contact(Inquiry.objects.filter(pk=inquiry.pk), at=request.at).exists()


@require_POST
@once
def inquiry_take(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Jag svarar själv": who names contacts becomes the contact, in one press (P-A13)."""
    found = find(with_parts(Inquiry.objects.all()), request.actor, "staff", at=request.at, ref=ref)
    request.trail.show([found], case=found.case_id, ground={"rule": "names_contact"})
    if _staffed(found, request):
        raise Conflict("Ni har redan en kontakt i ärendet. Byt kontakt om någon annan ska svara.")
    party = _party(found, request)
    deputy = party.seats.not_over(at=request.at).filter(kind=SeatKind.DEPUTY).select_related("assignment").first()
    own = request.user.assignments.get(pk=request.actor.assignment_id)
    other = deputy.assignment if deputy and deputy.assignment.user_id != request.actor.user_id else None
    hub_actions.name_contact(party, contact=own, deputy=other, by=request.actor, at=request.at)
    messages.success(request, "Du är nu er kontakt i ärendet och kan läsa frågan.")
    return redirect("consent:inquiry_answer" if found.state == "asked" else "consent:inquiry", ref)


# --- answering, taking back --------------------------------------------------------------------------------------


@BOTH
@once
def inquiry_answer(request: HubRequest, ref: UUID) -> HttpResponse:
    """The question and the own answer, on one page."""
    found = find_inquiry(request, ref)
    require(found, request.actor, "answer", at=request.at)
    agency = Agency.objects.get(pk=request.actor.agency_id)
    today = local_day(request.at)
    form = AnswerForm(
        posted(request),
        initial={"event_date": today},
        actor=request.actor,
        at=request.at,
        types=list(InformationType.objects.writable_by(agency.kind, on=today)),
        relatives=relatives_by_person(found.individual_id, request.actor, request.at),
        releases=agency.releases_items,
    )
    more: dict[str, object] = {"until": swedish.day(last_day_of_answer(request.at))}
    return _deed(
        request,
        found,
        form,
        "inquiry_answer",
        lambda: actions.answer_inquiry(found, form.answer(), by=request.actor, at=request.at),
        "Svaret är lämnat. Bara de som utreder kan läsa det.",
        more,
    )


@BOTH
@once
def inquiry_nothing(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Vi lämnar inga uppgifter": the one wording for nothing known and nothing that may be said (P-C9)."""
    found = find_inquiry(request, ref)
    require(found, request.actor, "answer", at=request.at)
    return _deed(
        request,
        found,
        NothingForm(posted(request)),
        "inquiry_nothing",
        lambda: actions.answer_inquiry(found, None, by=request.actor, at=request.at),
        "Svaret är lämnat: Vi lämnar inga uppgifter.",
    )


@BOTH
@once
def inquiry_withdraw(request: HubRequest, ref: UUID) -> HttpResponse:
    """Take a question back; that it was asked stays in the ledger."""
    found = find_inquiry(request, ref)
    require(found, request.actor, "withdraw", at=request.at)
    form = WithdrawForm(posted(request))
    return _deed(
        request,
        found,
        form,
        "inquiry_withdraw",
        lambda: actions.withdraw_inquiry(found, reason=form.cleaned_data["reason"], by=request.actor, at=request.at),
        "Frågan är tillbakadragen.",
    )


def _deed(
    request: HubRequest,
    found: Inquiry,
    form: Any,
    template: str,
    deed: Callable[[], object],
    said: str,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = attempt(form, deed) if form.is_valid() else 422
        if status == 200:
            messages.success(request, said)
            return redirect("consent:inquiry", found.ref)
        found.refresh_from_db(fields=["state"])
    context = _context(found, request) | {"form": form} | (more or {})
    return page(request, f"consent/{template}.html", context, status=status)
