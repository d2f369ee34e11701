"""The end of a case: what is left to whom, the words to the family, and their paper (P-P6)."""

from typing import Any, NamedTuple
from urllib.parse import urlencode
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
from actionplans.aftercare.family_paper import Reader, paper_to, paragraphs_of, readers
from actionplans.forms.aftercare import ClosingForm, HandoverForm
from actionplans.forms.plan import readable
from actionplans.models import Closing, Handover, Measure, Need
from actionplans.paper import ClosingPaper, render_closing
from actionplans.views.plan import counting
from hub.access import find, may, permitted, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page, uuid_or_none
from hub.models import Agency, Case, Unit
from hub.readability import advise
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
        if form.is_bound and status == 200:
            messages.success(request, f"Avslutet är sparat. {readable(form)}")
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
    if counting(request):
        return ClosingForm(initial=request.POST.dict(), meetings=meetings, closing=closing), 200
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


class Asked(NamedTuple):
    """Whose paper the address asks for, and of a guarded family what of it."""

    case: Case
    closing: Closing
    lines: list[queries.Line]
    readers: list[Reader]
    reader: Reader
    paragraphs: set[int]
    chosen: set[UUID]

    @property
    def query(self) -> str:
        """The same once more, for a link. What was chosen goes with the version that it was chosen from."""
        asked = [("for", str(self.reader.ref)), ("version", str(self.closing.row_version))]
        asked += [("stycke", str(n)) for n in sorted(self.paragraphs)]
        return urlencode([*asked, *(("ta", str(ref)) for ref in sorted(self.chosen))])


def _asked(request: HubRequest, ref: UUID) -> Asked:
    """404 for whoever may not have a paper, as for anybody else."""
    case, get = case_at_its_end(request, ref), request.GET
    rows = Closing.objects.filter(case=case).select_related("case__owner_unit__agency")
    closing = find(rows, request.actor, at=request.at)
    lines = queries.family_lines(queries.end_of(case, request.actor, at=request.at))
    people = readers(case, request.actor, at=request.at)
    may_have = [one for one in people if not one.why]
    wanted = get.get("for", "")
    reader = next((one for one in may_have if not wanted or one.ref == uuid_or_none(wanted)), None)
    if reader is None:
        raise Http404("reader")
    same = get.get("version") == str(closing.row_version)
    here = {line.row.ref for line in lines}
    chosen = {found for one in get.getlist("ta") if (found := uuid_or_none(one)) in here and found}
    numbers = range(len(paragraphs_of(closing)))
    picked = {n for n in numbers if str(n) in get.getlist("stycke")}
    return Asked(case, closing, lines, people, reader, picked if same else set(), chosen if same else set())


def _paper(request: HubRequest, asked: Asked, *, printed: bool = False) -> ClosingPaper:
    """The paper, noted in the trail with whom it could be for."""
    request.trail.show([asked.closing, *(line.row for line in asked.lines)], printed=printed)
    request.trail.show([one.row.place for one in asked.readers if one.row])
    request.trail.show([one.person for one in asked.readers if one.person])
    return paper_to(
        asked.reader, asked.closing, asked.lines, paragraphs=asked.paragraphs, chosen=asked.chosen, at=request.at
    )


@require_GET
def family_paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """What one of the family gets on paper: the words to them, and who does what from now on."""
    asked = _asked(request, ref)
    paper = _paper(request, asked)
    context: dict[str, object] = {
        "case": asked.case,
        "asked": asked,
        "paper": paper,
        "advice": advise(paper.text),
        "parts": list(enumerate(paragraphs_of(asked.closing))),
        "back": closing_url(asked.case),
    }
    return page(request, "actionplans/closing_family.html", context)


@require_GET
def family_pdf(request: HubRequest, ref: UUID) -> HttpResponse:
    """One person's paper as a tagged PDF; its name says nothing."""
    paper = _paper(request, _asked(request, ref), printed=True)
    response = HttpResponse(render_closing(paper), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="papper.pdf"'
    return response
