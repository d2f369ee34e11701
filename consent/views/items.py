"""Reading one item, and what is done with a recorded one: release, annotate, take to the file (P-I3, P-A4, P-C9)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from consent import actions, queries
from consent.eyeline import EyeLine, Facts, Sharing, agency_words, preview
from consent.forms.items import AnnotateForm, FileForm, ReleaseForm
from hub.access import Denied, find, may, permitted, require
from hub.http import HubRequest, once, page
from hub.models import Agency, Case, Individual
from hub.views.deeds import attempt

BOTH = require_http_methods(["GET", "POST"])


def find_row(request: HubRequest, ref: UUID) -> queries.ItemRow:
    """The item as the actor may see it, noted in the trail.

    Raises:
        Http404: it is not there for this actor.
    """
    item = find(
        queries.readable_items(request.actor, request.at).select_related("individual__person"),
        request.actor,
        at=request.at,
        ref=ref,
    )
    row = queries.item_rows([item], request.actor, request.at)[0]
    ground = queries.ground_of([row])
    if not _seated(item.individual, request):
        ground |= queries.break_glass_ground(item.individual, request.actor, request.at)
    request.trail.show(queries.shown_of([row]), individual=item.individual_id, case=item.case_id, ground=ground)
    return row


def _seated(individual: Individual, request: HubRequest) -> bool:
    return may(individual, request.actor, "work", at=request.at)


def knows_individual(row: queries.ItemRow, request: HubRequest) -> bool:
    """Whether the individual's page may be linked: own items outlive the seat, the page does not (P-A2 2c)."""
    return may(row.item.individual, request.actor, "read", at=request.at)


# --- reading -------------------------------------------------------------------------------------------------


@require_GET
def item(request: HubRequest, ref: UUID) -> HttpResponse:
    """One item with all that was added to it, and what can be done with it."""
    row = find_row(request, ref)
    can = {
        action: may(row.item, request.actor, action, at=request.at)
        for action in ("edit", "annotate", "release", "file")
    }
    known = knows_individual(row, request)
    return page(
        request,
        "consent/item.html",
        {
            "row": row,
            "item": row.item,
            "can": can,
            "known": known,
            "name": row.item.individual.person.name if known else "",
            "audience": _audience_names(row),
            "after": after_release(row, request) if row.awaits_release else None,
        },
    )


def _audience_names(row: queries.ItemRow) -> str:
    """To the writing agency: whom it is narrowed to. Readers are told nothing of others."""
    if not row.own or not row.item.audience:
        return ""
    words = agency_words(Agency.objects.filter(pk__in=row.item.audience).exclude(pk=row.item.agency_id))
    return ", ".join(words.values()) or "ingen annan"


def after_release(row: queries.ItemRow, request: HubRequest) -> EyeLine:
    """What the eye line will say once the item is released."""
    sharing = Sharing.load(row.item.individual_id, at=request.at)
    facts = replace(Facts.of(row.item), released=True)
    return preview(facts, sharing, sharing.words(), releases=False)


# --- deeds on a recorded item --------------------------------------------------------------------------------


def _page(request: HubRequest, name: str, row: queries.ItemRow, status: int, **more: Any) -> HttpResponse:
    known = knows_individual(row, request)
    context = {"row": row, "item": row.item, "known": known, **more}
    context["name"] = row.item.individual.person.name if known else ""
    return page(request, f"consent/{name}.html", context, status=status)


@BOTH
@once
def item_release(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Prövat mot 18 kap. OSL": only then can a consent cover it (P-C9)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "release", at=request.at)
    form, status = ReleaseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = attempt(form, lambda: actions.release_item(row.item, tested=True, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Uppgiften är släppt. De som samtycket gäller för kan läsa den nu.")
            return redirect("consent:item", ref)
    return _page(request, "item_release", row, status, form=form, after=after_release(row, request))


@BOTH
@once
def item_annotate(request: HubRequest, ref: UUID) -> HttpResponse:
    """What is recorded stays; a correction stands beside it (P-I3, R36)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "annotate", at=request.at)
    form, status = AnnotateForm(request.POST or None, initial={"kind": "addition"}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            cleaned = form.cleaned_data
            status = attempt(
                form,
                lambda: actions.annotate(
                    row.item, kind=cleaned["kind"], text=cleaned["text"], by=request.actor, at=request.at
                ),
            )
        if status == 200:
            messages.success(request, "Tillägget är registrerat. Det som stod tidigare finns kvar.")
            return redirect("consent:item", ref)
    return _page(request, "item_annotate", row, status, form=form)


@BOTH
@once
def item_file(request: HubRequest, ref: UUID) -> HttpResponse:
    """ "Till akten": the unit's own item, quoting this one, with a reason (P-A4)."""
    row = find_row(request, ref)
    require(row.item, request.actor, "file", at=request.at)
    cases = cases_to_file_in(row, request)
    form, status = FileForm(request.POST or None, cases=cases, initial={"quote": row.item.body}), 200
    if request.method == "POST":
        status, filed = 422, []
        if form.is_valid():
            cleaned = form.cleaned_data
            status = attempt(
                form,
                lambda: filed.append(
                    actions.file_item(
                        row.item,
                        case=cleaned["case"],
                        quote=cleaned["quote"],
                        reason=cleaned["reason"],
                        by=request.actor,
                        at=request.at,
                    )
                ),
            )
        if status == 200:
            messages.success(request, "Uppgiften är förd till akten.")
            return redirect("consent:item", filed[0].ref)
    return _page(request, "item_file", row, status, form=form)


def cases_to_file_in(row: queries.ItemRow, request: HubRequest) -> list[Case]:
    """Running cases of the same individual that the actor leads.

    Raises:
        Denied: there is none.
    """
    of_theirs = Case.objects.filter(individual=row.item.individual_id, closed_at=None)
    cases = list(permitted(of_theirs, request.actor, "lead", at=request.at).order_by("-opened_at"))
    request.trail.show(cases)
    if not cases:
        raise Denied("file", row.item)
    return cases
