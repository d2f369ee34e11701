"""Translating the texts of a plan, and reviewing what somebody else has translated (P-P4, R57)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from actionplans import actions, family
from actionplans.forms.translating import TranslationsForm
from actionplans.models import Translation
from actionplans.paper import LANGUAGES, language_of
from actionplans.translations import lines_of
from actionplans.views.plan import plan_for
from consent.paper.language import SOURCE
from hub.access import find, require
from hub.errors import Conflict
from hub.http import HubRequest, once, page
from hub.models import Case
from hub.views.cases import case_for
from hub.views.deeds import done, posted


def here(case: Case, code: str) -> str:
    return f"{reverse('actionplans:translations', args=[case.ref])}?sprak={code}"


@once
def translations(request: HubRequest, ref: UUID) -> HttpResponse:
    """All texts that are on the family's paper, in one language: what stands, and what is still to be done."""
    case, status = case_for(request, ref), 200
    plan = plan_for(request, case)
    code = request.GET.get("sprak", "")
    context: dict[str, Any] = {"case": case, "languages": [one for one in LANGUAGES.values() if one.code != SOURCE]}
    if not code:
        return page(request, "actionplans/translations.html", context)
    if code not in LANGUAGES or code == SOURCE:
        raise Http404(code)
    found = family.lines_for_family(plan, request.actor, at=request.at)
    lines = lines_of(plan, found.goals, found.measures, code, request.actor, at=request.at)
    request.trail.show([*found.goals, *found.measures, *(one.row for one in lines if one.row)])
    form = TranslationsForm(posted(request), lines=lines, tongue=LANGUAGES[code], user=request.actor.user_id)
    if request.method == "POST":
        status = done(form, lambda: _saved(request, form, code))
        if status == 200:
            messages.success(request, "Översättningen är sparad. Någon annan än du granskar den.")
            return redirect(here(case, code))
    context |= {
        "form": form,
        "tongue": LANGUAGES[code],
        "left": sum(one.state != "reviewed" for one in lines),
        "fixed_in_swedish": language_of(code).code == SOURCE,
    }
    return page(request, "actionplans/translations.html", context, status=status)


def _saved(request: HubRequest, form: TranslationsForm, code: str) -> None:
    for line, text in list(form.changed()):
        actions.translate(
            line.fact,
            part=line.part,
            language=code,
            text=text,
            row_version=line.version,
            by=request.actor,
            at=request.at,
        )
    if form.errors:
        raise Conflict("Läs det som har ändrats, och spara igen.")


@require_POST
@once
def review(request: HubRequest, ref: UUID) -> HttpResponse:
    """Somebody else than the writer says that a translation is right."""
    rows = Translation.objects.select_related("plan__case", "goal", "measure")
    row = find(rows, request.actor, at=request.at, ref=ref)
    require(row, request.actor, "review", at=request.at)
    case = row.plan.case
    request.trail.show([row], individual=case.individual_id, case=case.pk)
    version = request.POST.get("row_version", "")
    if not version.isdecimal():
        raise Http404("row_version")
    actions.review_translation(row, row_version=int(version), by=request.actor, at=request.at)
    messages.success(request, "Översättningen är granskad och skrivs ut.")
    return redirect(here(case, row.language))
