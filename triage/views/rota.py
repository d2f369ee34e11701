"""The duty rota of a jour, and the page where whoever begins a shift takes over (P-T5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import swedish
from hub.access import find, permitted
from hub.context import reverse_or_none
from hub.forms.base import HubForm
from hub.http import HubRequest, once, page
from hub.models import Agency, Assignment
from hub.swedish import swedish_order
from hub.views.deeds import done, posted
from triage import actions
from triage.actions.arranging import owners_in
from triage.forms.arranging import ShiftForm
from triage.models import AssessmentState, Colour, DutyShift, PreliminaryAssessment, TriageSettings
from triage.views.arranging import arranged, arranging, crumbs_to, kommun_name, link_to, taken_away

MOST = 100
#: What nobody has judged comes before what somebody has judged not to be urgent.
MOST_URGENT_FIRST = (Colour.RED, Colour.ORANGE, "", Colour.GREEN)


def shift_words(shift: DutyShift, at: datetime) -> str:
    return f"{swedish.moment(shift.valid_from, at)} till {swedish.moment(shift.valid_to, at)}"


def _people(request: HubRequest, agency: Agency) -> list[Assignment]:
    return list(owners_in(agency, at=request.at).order_by(swedish_order("user__name"), "pk"))


@arranging
def rota(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who is on duty for the kommun worked in, now and ahead; and one more shift."""
    agency = arranged(request, ref)
    form, status = ShiftForm(posted(request), people=_people(request, agency)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.plan_shift(
                agency,
                form.person,
                valid_from=form.cleaned_data["valid_from"],
                valid_to=form.cleaned_data["valid_to"],
                by=request.actor,
                at=request.at,
            ),
        )
        if status == 200:
            messages.success(request, "Passet är planerat.")
            return redirect("triage:admin_rota", agency.ref)
    shifts = permitted(
        DutyShift.objects.filter(agency=agency).not_over(at=request.at), request.actor, "change", at=request.at
    )
    shifts = shifts.select_related("assignment__user").order_by("valid_from", "pk")
    rows = list(shifts[:MOST])
    request.trail.show(rows)
    context: dict[str, object] = {
        "agency": agency,
        "form": form,
        "rows": [(row, shift_words(row, request.at), row.valid_from <= request.at) for row in rows],
        "kommun": kommun_name(request),
        "served": _served(request, agency),
        "now": request.at,
        "crumbs": crumbs_to(request, link_to(agency)),
    }
    return page(request, "triage/admin/rota.html", context, status=status)


def _served(request: HubRequest, agency: Agency) -> list[str]:
    """The agencies of the kommun that have this one as their jour now."""
    rows = TriageSettings.objects.in_force(at=request.at).filter(jour=agency)
    return list(rows.order_by(swedish_order("agency__name")).values_list("agency__name", flat=True))


@arranging
def shift_end(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = DutyShift.objects.select_related("assignment__user", "agency")
    found = find(rows, request.actor, "change", at=request.at, ref=ref)
    request.trail.show([found])
    begun = found.valid_from < request.at
    return taken_away(
        request,
        found.agency,
        lambda at: actions.end_shift(found, by=request.actor, at=at),
        title="Avsluta passet nu" if begun else "Ta bort passet",
        told="Passet är avslutat." if begun else "Passet är borttaget.",
        lead=f"{found.assignment.user.name}, {shift_words(found, request.at)}.",
        lost=["Personen ser inte verksamheternas anmälningar genom passet längre."],
        next=["Planera någon annan, så att ingen tid är utan jour."],
    )


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """An open concern as the jour takes it over: number, colour and what is not done; no name (R33)."""

    assessment: PreliminaryAssessment
    number: str
    url: str
    owner: str
    protected: bool


@once
def shift(request: HubRequest, ref: UUID) -> HttpResponse:
    """The receipt ("Jag har tagit över"), and the open concerns of the agencies that the jour serves."""
    rows = DutyShift.objects.select_related("agency", "assignment__user")
    found = find(rows, request.actor, "receive", at=request.at, ref=ref)
    form, status = HubForm(posted(request)), 200
    if request.method == "POST":
        status = done(form, lambda: actions.receive_shift(found, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Du har tagit över jouren.")
            return redirect("triage:shift", found.ref)
    concerns = _open_concerns(request)
    request.trail.show([found, *(row.assessment for row in concerns)], ground={"rule": "jour"})
    context: dict[str, object] = {
        "form": form,
        "shift": found,
        "words": shift_words(found, request.at),
        "on": found.valid_from <= request.at < found.valid_to,
        "ahead": request.at < found.valid_from,
        "rows": concerns,
        "kommun": kommun_name(request),
        "now": request.at,
    }
    return page(request, "triage/shift.html", context, status=status)


def _open_concerns(request: HubRequest) -> list[HandoverRow]:
    """Open concerns that the actor is shown, the most urgent first. Two queries."""
    rows = permitted(PreliminaryAssessment.objects.all(), request.actor, "handle", at=request.at)
    rows = (
        rows.filter(state=AssessmentState.OPEN).select_related("report", "owner__user").prefetch_related("protections")
    )
    urgency = Case(*(When(colour=colour, then=place) for place, colour in enumerate(MOST_URGENT_FIRST)))
    found = rows.order_by(urgency, "report__arrived_at", "pk")[:MOST]
    return [
        HandoverRow(
            assessment=row,
            number=f"{row.report.number}, barn {row.position}",
            url=reverse_or_none("triage:concern", row.ref) or reverse_or_none("triage:protection", row.ref) or "",
            owner=row.owner.user.name,
            protected=bool(row.protections.all()),
        )
        for row in found
    ]
