"""A case: its page, opening, moving, closing, and what is left of it afterwards (P-A2 2c, P-A6)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import actions, clock, swedish
from hub.access import find, may, permitted, require
from hub.actions.cases import PHASES, closing_obstacles
from hub.actions.people import require_social_services
from hub.contributions import CASE_PANEL
from hub.errors import Conflict
from hub.forms.cases import CaseOpenForm, CloseForm, PhaseForm
from hub.http import HubRequest, once, page
from hub.models import Case, Individual, Phase
from hub.queries import PAGE, PartyRow, individual_url, parties_of, trace_of, traces
from hub.states import possible
from hub.views.deeds import done, posted


def case_for(request: HubRequest, ref: UUID, action: str = "read") -> Case:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = Case.objects.select_related("individual__person", "owner_unit__agency", "district")
    case = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([case], individual=case.individual_id, case=case.pk)
    if action != "read":
        require(case, request.actor, action, at=request.at)
    return case


def panels(request: HubRequest, case: Case) -> list[dict[str, object]]:
    """What the higher layers show of a case; each has asked its own rules."""
    found = [block for build in CASE_PANEL if (block := build(case, request.actor, request.at)) is not None]
    for block in found:
        shown: Any = block.get("objects", ())
        ground: Any = block.get("ground")
        request.trail.show(shown, ground=ground)
    return found


def case(request: HubRequest, ref: UUID) -> HttpResponse:
    found = case_for(request, ref)
    parties = parties_of(found, request.actor, at=request.at)
    blocks = panels(request, found)
    request.trail.show([row.party for row in parties], ground={"rule": "seat"})
    request.trail.show([row.seat for party in parties for row in party.seats])
    return page(request, "hub/case.html", _case_context(request, found, parties) | {"panels": blocks})


def _case_context(request: HubRequest, case: Case, parties: list[PartyRow]) -> dict[str, object]:
    actor, at = request.actor, request.at
    person, owner = case.individual.person, case.owner_unit.agency_id == actor.agency_id
    return {
        "case": case,
        "owner": owner,
        "name": person.name,
        "age": swedish.age(person.birth_date, clock.local_day(at)),
        "protected": person.is_protected,
        "individual_url": individual_url(case.individual, case),
        "facts": _facts(case, parties, owner=owner),
        "parties": parties,
        "may": {action: may(case, actor, action, at=at) for action in ("lead", "assign", "close")},
        "may_work": may(case.individual, actor, "work", at=at),
        "next_step": _next_step(parties),
    }


def _facts(case: Case, parties: list[PartyRow], *, owner: bool) -> list[tuple[str, str]]:
    """The header. What a court decided and how it ended are the owner's own."""
    seats = [seat for row in parties if row.party.agency_id == case.owner_unit.agency_id for seat in row.seats]
    named: dict[str, list[str]] = {}
    for seat in seats:
        named.setdefault(seat.label, []).append(seat.name)
    rows = [
        ("Arbetsform", str(case.get_form_display())),
        ("Fas", f"{case.get_phase_display()} sedan {swedish.day(clock.local_day(case.phase_from))}"),
        ("Ansvarig enhet", f"{case.owner_unit.name}, {case.owner_unit.agency.name}"),
        *[(label, swedish.listing(names)) for label, names in named.items()],
    ]
    if owner:
        rows += [
            ("Öppnat", swedish.day(clock.local_day(case.opened_at))),
            ("Stadsdel", case.district.name if case.district else ""),
            ("Domstol", "Ingår i en påföljd" if case.court_ordered else ""),
            ("Utfall", str(case.get_outcome_display()) if case.outcome else ""),
            ("Lämnas över", case.outcome_note),
        ]
    return rows


def _next_step(parties: list[PartyRow]) -> str:
    """The one primary action of the page: propose while the owner is alone, then the consent."""
    return "propose" if all(row.state == "ended" or row.party.role == "agare" for row in parties) else "consent"


@once
def case_open(request: HubRequest, ref: UUID) -> HttpResponse:
    """A further case of a known youth: siblings and new concerns get one of their own (P-A6)."""
    individual = find(Individual.objects.select_related("person"), request.actor, at=request.at, ref=ref)
    request.trail.show([individual], individual=individual.pk)
    require(individual, request.actor, "work", at=request.at)
    require_social_services(request.actor)
    form, made, status = CaseOpenForm(posted(request)), list[Case](), 200

    def opened() -> None:
        made.append(actions.open_case(individual, **form.cleaned_data, by=request.actor, at=request.at))

    if request.method == "POST":
        status = done(form, opened)
        if status == 200:
            messages.success(request, f"Ärende {made[0].number} är öppnat.")
            return redirect("hub:case", made[0].ref)
    context: dict[str, object] = {"form": form, "name": individual.person.name, "back": individual_url(individual)}
    return page(request, "hub/case_open.html", context, status=status)


@once
def case_phase(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_for(request, ref, "lead")
    events, status = possible(case.phase, PHASES), 200
    form = PhaseForm(posted(request), case=case, events=events)
    if request.method == "POST":
        if request.POST.get("seen") != case.phase:
            raise Conflict(f"Ärendet har redan gått över till {str(case.get_phase_display()).lower()}.")
        status = done(form, lambda: _move(request, case, form))
        if status == 200:
            messages.success(request, f"Ärende {case.number} är nu i fasen {str(case.get_phase_display()).lower()}.")
            return redirect("hub:case", case.ref)
    since = swedish.day(clock.local_day(case.phase_from))
    return page(
        request, "hub/case_phase.html", {"case": case, "form": form, "events": events, "since": since}, status=status
    )


def _move(request: HubRequest, case: Case, form: PhaseForm) -> None:
    actions.change_phase(case, form.cleaned_data["event"], by=request.actor, at=request.at)


@once
def case_close(request: HubRequest, ref: UUID) -> HttpResponse:
    """Closing ends every place at once: the page says so before it asks (P-A2 2c)."""
    case = case_for(request, ref, "close")
    if case.phase == Phase.AVSLUTAT:
        raise Conflict("Ärendet är redan avslutat.")
    obstacles = closing_obstacles(case, by=request.actor, at=request.at)
    form, status = CloseForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: _close(request, case, form))
        if status == 200:
            messages.success(request, f"Ärende {case.number} är avslutat.")
            return redirect("hub:past_cases")
    outside = [r for r in parties_of(case, request.actor, at=request.at) if r.may_end and r.state == "active"]
    context: dict[str, object] = {
        "case": case,
        "form": form,
        "obstacles": obstacles,
        "lost": _what_closing_ends(outside),
        "kept": ["Varje verksamhet kan läsa sina egna uppgifter, ärendets nummer och datum."],
        "next": ["De som har en plats i ärendet får ett meddelande utan innehåll."],
    }
    return page(request, "hub/case_close.html", context, status=status)


def _close(request: HubRequest, case: Case, form: CloseForm) -> None:
    data = form.cleaned_data
    actions.close_case(case, outcome=data["outcome"], note=data["note"], by=request.actor, at=request.at)


def _what_closing_ends(outside: list[PartyRow]) -> list[str]:
    own = ["Din egen och dina kollegers plats i ärendet slutar genast."]
    if not outside:
        return own
    names = swedish.listing(row.agency.name for row in outside)
    return [f"{names} kan inte längre läsa något som ni har skrivit, och ni inte det som de har skrivit.", *own]


def past_cases(request: HubRequest) -> HttpResponse:
    """Ended participations: numbers and dates, newest first."""
    before = cursor(request)
    found = traces(request.actor, at=request.at, before=before)
    shown, more = found[:PAGE], len(found) > PAGE
    for trace in shown:
        request.trail.show([trace.case], case=trace.case.pk, ground={"rule": "trace"})
    older = f"?fore={shown[-1].ended.timestamp()}" if more and shown[-1].ended else ""
    return page(request, "hub/past_cases.html", {"traces": shown, "older": older, "newer": "?" if before else ""})


def case_trace(request: HubRequest, ref: UUID) -> HttpResponse:
    """What is left of an ended participation: number, dates and own items, nothing else (P-A2 2c)."""
    found = find(Case.objects.all(), request.actor, "trace", at=request.at, ref=ref)
    request.trail.show([found], individual=found.individual_id, case=found.pk, ground={"rule": "trace"})
    context: dict[str, object] = {
        "trace": trace_of(found, request.actor, at=request.at),
        "readable": permitted(Case.objects.filter(pk=found.pk), request.actor, at=request.at).exists(),
        "panels": panels(request, found),
        "case": found,
    }
    return page(request, "hub/case_trace.html", context)


def cursor(request: HubRequest) -> datetime | None:
    """The instant that a list goes on before (`?fore=`, seconds); None for the newest, or for nonsense."""
    try:
        return datetime.fromtimestamp(float(request.GET.get("fore", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None
