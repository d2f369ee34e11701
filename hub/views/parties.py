"""Parties and seats: proposing, naming contacts, standing in, leaving, replacing who leads (P-A2, P-A12, P-A13)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from hub import actions, clock, swedish
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.forms.parties import ContactForm, EndPartyForm, LeadForm, ProposeForm, SubstituteForm
from hub.http import HubRequest, once, page
from hub.models import Case, CaseSeat, Participation, SeatKind
from hub.queries import colleagues, parties_of, proposable_agencies
from hub.views.cases import case_for
from hub.views.deeds import done, posted, shown_again

SILENT = "är föreslagen. Verksamheten får inte veta något förrän ett samtycke gäller."
#: A paper in force names the agency already.
ACTIVE_AT_ONCE = "är aktiv part, eftersom ett samtycke redan gäller. Verksamheten har fått ett meddelande."


@once
def party_propose(request: HubRequest, ref: UUID) -> HttpResponse:
    """Agency and role only; nobody outside hears of it until a ground exists (P-A13)."""
    case = case_for(request, ref, "lead")
    form = ProposeForm(posted(request), agencies=proposable_agencies(case, request.actor, at=request.at))
    status, made = 200, list[Participation]()
    if request.method == "POST":
        status = done(form, lambda: made.append(_propose(request, case, form)))
        if status == 200:
            active = made[0].state(at=request.at) == "active"
            messages.success(request, f"{form.chosen.name} {ACTIVE_AT_ONCE if active else SILENT}")
            return redirect("hub:case", case.ref)
    return page(request, "hub/party_propose.html", {"case": case, "form": form}, status=status)


def _propose(request: HubRequest, case: Case, form: ProposeForm) -> Participation:
    return actions.propose_party(case, form.chosen, role=form.role_value, by=request.actor, at=request.at)


@once
def case_leads(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who coordinates: by the leads, or by the unit's manager, who then may see no more than the number (P-A12)."""
    case = case_to_assign(request, ref)
    known = may(case, request.actor, "read", at=request.at)
    form = LeadForm(posted(request), assignments=colleagues(case.owner_unit.agency_id, at=request.at))
    status = 200
    if request.method == "POST":
        status = done(form, lambda: replace_from_form(request, case, form), field="assignment")
        if status == 200:
            messages.success(request, f"{form.chosen.user.name} har fått en plats i ärende {case.number}.")
            return redirect("hub:case", case.ref) if known else redirect("hub:home")
    seats = [s for row in parties_of(case, request.actor, at=request.at) for s in row.seats] if known else []
    leads = [(s.label, s.name) for s in seats if s.seat.participation.agency_id == case.owner_unit.agency_id]
    return page(
        request, "hub/case_leads.html", {"case": case, "form": form, "known": known, "leads": leads}, status=status
    )


def case_to_assign(request: HubRequest, ref: UUID) -> Case:
    rows = Case.objects.select_related("owner_unit")
    case = permitted(rows, request.actor, "assign", at=request.at).filter(ref=ref).first()
    if case is None:
        case = find(rows, request.actor, at=request.at, ref=ref)
        require(case, request.actor, "assign", at=request.at)
    request.trail.show([case], individual=case.individual_id, case=case.pk)
    return case


def replace_from_form(request: HubRequest, case: Case, form: LeadForm) -> None:
    """Give the seat to whom a valid form names; `case` comes from `case_to_assign`."""
    actions.replace_lead(
        case,
        kind=form.cleaned_data["kind"],
        assignment=form.chosen,
        by=request.actor,
        at=request.at,
        checked=True,  # by the rule "assign", which `case_to_assign` has asked
    )


def party_for(request: HubRequest, ref: UUID, *wanted: str, see: bool = False) -> Participation:
    """The party that one of the `wanted` actions is permitted on; 403 where it may only be seen, else 404.

    `see`: seeing it is enough.
    """
    rows = Participation.objects.select_related("case", "agency").filter(ref=ref)
    for action in (*wanted, "read"):
        party = permitted(rows, request.actor, action, at=request.at).first()
        if party is not None:
            request.trail.show([party], individual=party.case.individual_id, case=party.case_id)
            if action == "read" and not see:
                require(party, request.actor, wanted[0], at=request.at)
            return party
    raise Http404("hub.Participation")


@once
def party_contact(request: HubRequest, ref: UUID) -> HttpResponse:
    """The agency names its own contact and deputy; whoever is replaced keeps nothing (P-A2, P-A13)."""
    party = party_for(request, ref, "name_contact")
    held = _held(request, party)
    initial = {seat.kind: str(seat.assignment.ref) for seat in held}
    seen = ",".join(sorted(f"{kind}:{who}" for kind, who in initial.items()))
    form = ContactForm(
        posted(request),
        assignments=colleagues(party.agency_id, at=request.at),
        initial=initial | {"seen": seen},
    )
    status = 200
    if request.method == "POST":
        status = done(form, lambda: _name(request, party, form, seen), field="contact")
        if status == 200:
            messages.success(request, f"Kontakten i ärende {party.case.number} är utsedd och har fått ett meddelande.")
            readable = may(party.case, request.actor, "read", at=request.at)
            return redirect("hub:case", party.case.ref) if readable else redirect("hub:home")
        if status == 409:
            shown_again(form, seen=seen)
    context: dict[str, object] = {"party": party, "case": party.case, "form": form, "held": held, "status": status}
    context["readable"] = may(party.case, request.actor, "read", at=request.at)
    return page(request, "hub/party_contact.html", context, status=status)


def _held(request: HubRequest, party: Participation) -> list[CaseSeat]:
    """The party's contact and deputy now."""
    rows = CaseSeat.objects.in_force(at=request.at).filter(
        participation=party, kind__in=(SeatKind.CONTACT, SeatKind.DEPUTY)
    )
    seats = list(permitted(rows.select_related("assignment__user"), request.actor, at=request.at).order_by("kind"))
    request.trail.show(seats)
    return seats


def _name(request: HubRequest, party: Participation, form: ContactForm, seen: str) -> None:
    if form.cleaned_data["seen"] != seen:
        raise Conflict("Någon annan hann utse kontakter. Jämför med det som gäller nu och spara igen.")
    contact = form.picked("contact")
    assert contact is not None  # noqa: S101 - the form requires it
    actions.name_contact(party, contact=contact, deputy=form.picked("deputy"), by=request.actor, at=request.at)


@once
def party_end(request: HubRequest, ref: UUID) -> HttpResponse:
    """A party leaves: by whoever leads the case, or by its own agency."""
    party = party_for(request, ref, "lead", "name_contact")
    form, status = EndPartyForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: _end(request, party, form))
        if status == 200:
            messages.success(request, f"Medverkan för {party.agency.name} i ärende {party.case.number} är avslutad.")
            readable = may(party.case, request.actor, "read", at=request.at)
            return redirect("hub:case", party.case.ref) if readable else redirect("hub:home")
    proposed = party.state(at=request.at) == "proposed"
    context: dict[str, object] = {
        "party": party,
        "case": party.case,
        "form": form,
        "readable": may(party.case, request.actor, "read", at=request.at),
        "lost": [] if proposed else [f"{party.agency.name} kan genast inte läsa andras uppgifter i ärendet."],
        "kept": [] if proposed else ["Partens egna uppgifter, ärendets nummer och datum."],
        "next": ["Ingen utanför har fått veta något om förslaget."]
        if proposed
        else ["Partens kontakt får ett meddelande utan innehåll."],
    }
    return page(request, "hub/party_end.html", context, status=status)


def _end(request: HubRequest, party: Participation, form: EndPartyForm) -> None:
    actions.end_participation(party, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)


@once
def substitute(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Ersätter från–till": the deputy's seat is awake in these days, the last one included (P-A2)."""
    rows = CaseSeat.objects.select_related("content_object", "assignment__user", "participation__agency")
    deputy = find(rows, request.actor, "substitute", at=request.at, ref=ref)
    request.trail.show([deputy], individual=deputy.content_object.individual_id, case=deputy.content_object_id)
    form, status = SubstituteForm(posted(request), on=clock.local_day(request.at)), 200
    if request.method == "POST":
        status = done(form, lambda: stand_in_from_form(request, deputy, form))
        if status == 200:
            last = swedish.day(form.cleaned_data["last"])
            messages.success(request, f"{deputy.assignment.user.name} ersätter till och med {last}.")
            readable = may(deputy.content_object, request.actor, "read", at=request.at)
            return redirect("hub:case", deputy.content_object.ref) if readable else redirect("hub:home")
    context: dict[str, object] = {
        "deputy": deputy,
        "name": deputy.assignment.user.name,
        "own": deputy.assignment_id == request.actor.assignment_id,
        "case": deputy.content_object,
        "form": form,
        "periods": _periods(request, deputy),
        "readable": may(deputy.content_object, request.actor, "read", at=request.at),
    }
    return page(request, "hub/substitute.html", context, status=status)


def stand_in_from_form(request: HubRequest, deputy: CaseSeat, form: SubstituteForm) -> None:
    """Register the days of a valid form, the last one included."""
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    actions.register_substitute(
        deputy,
        from_at=clock.start_of_day(first),
        to_at=clock.end_of_day(last),
        by=request.actor,
        at=request.at,
    )


def _periods(request: HubRequest, deputy: CaseSeat) -> list[str]:
    """Periods that are registered and not over, in words."""
    today = clock.local_day(request.at)
    rows = CaseSeat.objects.filter(
        assignment_id=deputy.assignment_id,
        content_object_id=deputy.content_object_id,
        kind=SeatKind.SUBSTITUTE,
        valid_to__gt=request.at,
    ).order_by("valid_from")
    return [swedish.period(clock.local_day(s.valid_from), s.valid_to, today) for s in rows if s.valid_to]
