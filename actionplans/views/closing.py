"""The end of a case: what is left to whom, the words to the family, and their paper (P-P6)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from actionplans import actions
from actionplans.actions.closing import SEALED, held_meetings
from actionplans.aftercare import queries
from actionplans.forms.aftercare import ClosingForm, HandoverForm
from actionplans.models import Closing, Handover, Measure, Need
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page, uuid_or_none
from hub.models import Agency, Case, Unit
from hub.views.cases import case_for
from hub.views.deeds import done, posted


def case_at_its_end(request: HubRequest, ref: UUID) -> Case:
    """A case that one reads or looks after when it has ended; 404 for what one may not know of (P-A5)."""
    rows = Case.objects.select_related("individual__person", "owner_unit__agency")
    readable = permitted(rows, request.actor, at=request.at).filter(ref=ref).first()
    case = readable or find(rows, request.actor, "look_after", at=request.at, ref=ref)
    request.trail.show([case], individual=case.individual_id, case=case.pk)
    return case


def closing_url(case: Case) -> str:
    return reverse("actionplans:closing", args=[case.ref])


@once
def closing(request: HubRequest, ref: UUID) -> HttpResponse:
    case = case_at_its_end(request, ref)
    end = queries.end_of(case, request.actor, at=request.at)
    if request.method == "POST":
        require(case, request.actor, "lead", at=request.at)
    elif not (end.leads or end.closing or end.lines):
        raise Http404("closing")
    form: ClosingForm | None = None
    status = 200
    if end.leads:
        form, status = _form(request, case, end.closing)
        if request.method == "POST" and status == 200:
            messages.success(request, "Avslutet är sparat.")
            return redirect(closing_url(case))
    request.trail.show(end.objects)
    context: dict[str, object] = {
        "case": case,
        "name": case.individual.person.name,
        "end": end,
        "form": form,
        "may_close": may(case, request.actor, "close", at=request.at),
    }
    return page(request, "actionplans/closing.html", context, status=status)


def _form(request: HubRequest, case: Case, closing: Closing | None) -> tuple[ClosingForm, int]:
    """The form for who leads the case, and the status of the page: what was sent is written down."""
    meetings = list(permitted(held_meetings(case), request.actor, at=request.at)[:12])
    request.trail.show(meetings)
    form = ClosingForm(posted(request), meetings=meetings, closing=closing)

    def deed() -> Closing:
        version = form.cleaned_data["row_version"]
        return actions.write_closing(case, form.facts(), row_version=version, by=request.actor, at=request.at)

    return form, done(form, deed) if request.method == "POST" else 200


def closing_of(request: HubRequest, ref: UUID) -> Closing:
    """The closing of a case that one leads. Raises Conflict: nothing is written yet, or it is sealed."""
    case = case_for(request, ref, "lead")
    found = Closing.objects.select_related("case__individual__person", "case__owner_unit__agency")
    closing = found.filter(case=case).first()
    if closing is None:
        raise Conflict("Skriv först avslutet. Därefter kan du säga vem som tar över.")
    if closing.sealed_at is not None:
        raise Conflict(SEALED)
    request.trail.show([closing])
    return closing


def _about(request: HubRequest, rows: "QuerySet[Any]", name: str) -> Any:
    """What the address names, if it may be read."""
    wanted = uuid_or_none(request.GET.get(name, ""))
    if wanted is None:
        return None
    found = permitted(rows, request.actor, at=request.at).filter(ref=wanted).first()
    if found is not None:
        request.trail.show([found])
    return found


@once
def line(request: HubRequest, ref: UUID) -> HttpResponse:
    """Who takes over one thing: a measure, a need, or something else that is left."""
    closing, status = closing_of(request, ref), 200
    case = closing.case
    measure = _about(request, Measure.objects.filter(case=case), "atgard")
    need = _about(request, Need.objects.filter(judgement__case=case).select_related("factor"), "behov")
    # The words of another agency stay its own: what is written here is ours, and is kept when the case has ended.
    ours = measure is not None and measure.agency_id == case.owner_unit.agency_id
    said = measure.text if measure and ours else need.factor.text if need else ""
    active = case.participations.active(at=request.at).exclude(agency=case.owner_unit.agency)
    form = HandoverForm(
        posted(request),
        initial={"text": said},
        units=Unit.objects.filter(agency=case.owner_unit.agency).order_by("name"),
        agencies=Agency.objects.filter(pk__in=permitted(active, request.actor, at=request.at).values("agency")),
        measure=measure,
        need=need,
    )
    if request.method == "POST":
        status = done(form, lambda: actions.hand_over(closing, form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Raden är sparad.")
            return redirect(closing_url(case))
    context: dict[str, object] = {"case": case, "form": form, "back": closing_url(case)}
    return page(request, "actionplans/closing_line.html", context, status=status)


@require_POST
@once
def drop_line(request: HubRequest, ref: UUID) -> HttpResponse:
    row = find(Handover.objects.select_related("case", "closing"), request.actor, at=request.at, ref=ref)
    request.trail.show([row], individual=row.individual_id, case=row.case_id)
    actions.drop_handover(row, by=request.actor, at=request.at)
    messages.success(request, "Raden är borttagen.")
    return redirect(closing_url(row.case))


@require_GET
def family_paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """What the family gets on paper: the words to them, and who does what from now on."""
    case = case_at_its_end(request, ref)
    rows = Closing.objects.filter(case=case)
    closing = find(rows, request.actor, at=request.at)
    lines = queries.family_lines(queries.end_of(case, request.actor, at=request.at))
    request.trail.show([closing, *(line.row for line in lines)], printed=True)
    context: dict[str, object] = {
        "case": case,
        "name": case.individual.person.given_name,
        "paragraphs": [part for part in closing.family_text.splitlines() if part.strip()],
        "lines": lines,
        "apart": case.individual.person.family_security_flag,
        "unit": case.owner_unit,
        "back": closing_url(case),
    }
    return page(request, "actionplans/closing_family.html", context)
