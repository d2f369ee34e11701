"""The plan on paper for one of the family: looked at first, then printed or as text (P-P4)."""

from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from actionplans import family
from actionplans.family import Lines
from actionplans.models import Plan
from actionplans.paper import LANGUAGES, PlanPaper, render_plan
from actionplans.paper.texts import BY_NAME
from actionplans.views.plan import plan_for
from consent.paper.language import SOURCE
from hub.http import HubRequest, page, uuid_or_none
from hub.models import Case
from hub.readability import TARGET, advise
from hub.views.cases import case_for
from meetings.letters.whom import Told
from meetings.models import Meeting


class Asked(NamedTuple):
    """What the address asks for: whose paper, in which language, and of a guarded family which lines."""

    case: Case
    plan: Plan
    meeting: Meeting | None
    rows: list[Told]
    row: Told | None
    lines: Lines
    chosen: set[UUID]
    code: str

    @property
    def query(self) -> str:
        """The same once more, for a link; whom it is for and what was chosen are references."""
        asked: list[tuple[str, str]] = [("for", str(self.row.place.ref))] if self.row else []
        asked += [("ta", str(ref)) for ref in sorted(self.chosen)]
        return urlencode([*asked, ("sprak", self.code)] if self.code != SOURCE else asked)


def asked_for(request: HubRequest, ref: UUID) -> Asked:
    """404 for a person who may not have a paper and for an unknown language, as for anybody else."""
    case = case_for(request, ref)
    plan = plan_for(request, case, "print")
    meeting = family.occasion(plan, request.actor, at=request.at)
    rows = family.recipients(meeting, request.actor, at=request.at)
    may_have = [one for one in rows if one.may_tell]
    wanted, code = request.GET.get("for", ""), request.GET.get("sprak", SOURCE)
    row = next((one for one in may_have if one.place.ref == uuid_or_none(wanted)), None)
    if (wanted and row is None) or code not in LANGUAGES:
        raise Http404(wanted)
    lines = family.lines_for_family(plan, request.actor, at=request.at)
    here = {one.ref for one in (*lines.goals, *lines.measures)}
    chosen = {found for one in request.GET.getlist("ta") if (found := uuid_or_none(one)) in here and found}
    return Asked(case, plan, meeting, rows, row or next(iter(may_have), None), lines, chosen, code)


def paper_of(request: HubRequest, asked: Asked, *, printed: bool = False) -> PlanPaper:
    """The paper, noted in the trail.

    Raises:
        Http404: there is nobody to print it for.
    """
    if asked.row is None or asked.meeting is None:
        raise Http404("nobody of the family")
    lines = asked.lines.only(asked.chosen) if asked.row.alone else asked.lines
    request.trail.show(lines.objects, printed=printed)
    request.trail.show([one.place for one in asked.rows])
    request.trail.show([one.place.person for one in asked.rows if one.place.person])
    return family.paper_for(asked.row, asked.plan, asked.meeting, lines, request.actor, code=asked.code, at=request.at)


@require_GET
def paper(request: HubRequest, ref: UUID) -> HttpResponse:
    """The paper as it will be read, whose it is and in which language, and how easy it is to read."""
    asked = asked_for(request, ref)
    context: dict[str, Any] = {"case": asked.case, "asked": asked, "row": asked.row, "goal_of_lix": TARGET}
    if asked.row is not None:
        found = paper_of(request, asked)
        if asked.row.alone:
            request.trail.show(asked.lines.objects)
        context |= {
            "paper": found,
            "advice": advise(found.text) if asked.code == SOURCE else None,
            "own_language": _own_language(asked.row),
        }
    context["people"] = [_choice(asked, one) for one in asked.rows]
    context["languages"] = list(LANGUAGES.values())
    return page(request, "actionplans/paper.html", context)


def _choice(asked: Asked, one: Told) -> dict[str, Any]:
    here = reverse("actionplans:paper", args=[asked.case.ref])
    return {
        "label": f"{one.name}, {one.role}",
        "url": f"{here}?for={one.place.ref}" if one.may_tell else "",
        "current": one == asked.row,
        "why": "" if one.may_tell else one.why,
    }


def _own_language(row: Told) -> str:
    """What the person speaks, where it is not Swedish: its name, in Swedish."""
    spoken = row.place.person.language.casefold() if row.place.person else ""
    return spoken if BY_NAME.get(spoken, "") != SOURCE else ""


@require_GET
def paper_pdf(request: HubRequest, ref: UUID) -> HttpResponse:
    """One person's paper as a tagged PDF; its name says nothing."""
    found = paper_of(request, asked_for(request, ref), printed=True)
    response = HttpResponse(render_plan(found), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="plan.pdf"'
    return response


@require_GET
def paper_text(request: HubRequest, ref: UUID) -> HttpResponse:
    """The same words as plain text, to paste or read out."""
    found = paper_of(request, asked_for(request, ref), printed=True)
    response = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plan.txt"'
    return response
