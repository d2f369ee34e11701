"""The questions that suggest a colour: every version as it was, and deciding on a new one (P-T3)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hub import clock
from hub.access import permitted
from hub.http import HubRequest, page
from hub.models import Agency
from hub.views.deeds import attempt, posted, shown_again
from triage import actions
from triage.forms.arranging import QuestionForm, QuestionSetForm, question_forms
from triage.models import QuestionSet
from triage.standard_questions import STANDARD
from triage.views.arranging import arranged, arranging, crumbs_to, link_to


def _versions(request: HubRequest, agency: Agency) -> list[QuestionSet]:
    """Every version, latest first. Two queries."""
    rows = permitted(QuestionSet.objects.filter(agency=agency), request.actor, "change", at=request.at)
    return list(rows.select_related("recorded_by__user").prefetch_related("questions").order_by("-version"))


@arranging
def versions(request: HubRequest, ref: UUID) -> HttpResponse:
    agency = arranged(request, ref)
    found = _versions(request, agency)
    begun = [row for row in found if row.valid_from <= request.at]
    current = max(begun, key=lambda row: row.valid_from, default=None)
    request.trail.show(found)
    context: dict[str, object] = {
        "agency": agency,
        "current": current,
        "ahead": [row for row in found if row.valid_from > request.at],
        "before": [row for row in begun if row is not current],
        "now": request.at,
        "crumbs": crumbs_to(request, link_to(agency)),
    }
    return page(request, "triage/admin/questions.html", context)


@arranging
def decide(request: HubRequest, ref: UUID) -> HttpResponse:
    """A new version, begun as a copy of the latest (of the standard ones where there is none)."""
    agency = arranged(request, ref)
    found = _versions(request, agency)
    latest = list(found[0].questions.all()) if found else list(STANDARD)
    rows = question_forms(posted(request), latest)
    version = found[0].version if found else 0
    initial = {"seen": version, "rows": len(rows), "day": clock.local_day(request.at)}
    form, status = QuestionSetForm(posted(request), initial=initial), 200
    if request.method == "POST":
        status = _decided(request, agency, form, rows)
        if status == 200:
            messages.success(request, "Den nya versionen av frågorna är sparad.")
            return redirect("triage:admin_questions", agency.ref)
        if status == 409:
            shown_again(form, seen=str(version))
    back = ("Frågorna", reverse("triage:admin_questions", args=[agency.ref]))
    context: dict[str, object] = {
        "agency": agency,
        "form": form,
        "rows": rows,
        "version": version + 1,
        "standard": not found,
        "conflict": status == 409,
        "back": back,
        "crumbs": crumbs_to(request, link_to(agency), back),
    }
    return page(request, "triage/admin/questions_new.html", context, status=status)


def _decided(request: HubRequest, agency: Agency, form: QuestionSetForm, rows: list[QuestionForm]) -> int:
    whole = [row.is_valid() for row in rows]  # every row says what is wrong with it, not only the first
    if not form.is_valid() or not all(whole):
        return 422
    return attempt(
        form,
        lambda: actions.decide_questions(
            agency,
            [row.facts() for row in rows if row.counts],
            decision=form.cleaned_data["decision"],
            valid_from=form.begins(request.at),
            seen=form.cleaned_data["seen"],
            by=request.actor,
            at=request.at,
        ),
    )
