"""Youths who are kept apart: the list of one youth's, marking and ending (P-M3, P-A15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub import swedish
from hub.access import find, permitted
from hub.http import HubRequest, once, page
from hub.models import Case, Individual
from hub.views.cases import case_for
from hub.views.deeds import done, posted
from meetings import actions, words
from meetings.apart import near_each_other
from meetings.forms.apart import KeepApartForm
from meetings.models import KeepApart

#: Ended ones that are shown below those in force.
MOST = 50


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One youth whom the youth of the page is kept apart from, and meetings ahead that are too near each other."""

    kept: KeepApart
    name: str
    clashes: Sequence[str]


def kept_of(request: HubRequest, case: Case) -> list[KeepApart]:
    """Those that the actor may see about the youth of the case, recorded; those in force first."""
    rows = KeepApart.objects.filter(Q(first=case.individual_id) | Q(second=case.individual_id))
    kept = list(
        permitted(rows, request.actor, at=request.at)
        .select_related("first__person", "second__person", "recorded_by__user")
        .order_by("valid_to", "-valid_from", "-pk")[:MOST]
    )
    kept.sort(key=lambda one: one.valid_to is not None)
    request.trail.show(kept)
    request.trail.show([other_of(one, case) for one in kept])
    return kept


def other_of(kept: KeepApart, case: Case) -> Individual:
    return kept.second if kept.first_id == case.individual_id else kept.first


def youths_of(request: HubRequest, case: Case) -> list[tuple[Individual, str]]:
    """Whom the youth of the case can be kept apart from: those of the actor's other cases."""
    rows = permitted(Case.objects.filter(closed_at=None), request.actor, "keep_apart", at=request.at)
    found: dict[int, tuple[Individual, list[str]]] = {}
    for one in rows.exclude(individual=case.individual_id).select_related("individual__person").order_by("pk"):
        found.setdefault(one.individual_id, (one.individual, []))[1].append(one.number)
    request.trail.show([youth for youth, _numbers in found.values()])
    named = [(youth, f"{youth.person.name}, {swedish.listing(numbers)}") for youth, numbers in found.values()]
    return sorted(named, key=lambda pair: swedish.sort_key(pair[1]))


@once
def apart(request: HubRequest, ref: UUID) -> HttpResponse:
    """Whom the youth is kept apart from, and the form for one more."""
    case, status = case_for(request, ref, "keep_apart"), 200
    youths = youths_of(request, case)
    form = KeepApartForm(posted(request), youths=youths)
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.keep_apart(
                case, form.chosen, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
            ),
        )
        if status == 200:
            messages.success(request, "Det är antecknat. Möten som bokas från och med nu hålls isär.")
            return redirect("meetings:apart", case.ref)
    kept = kept_of(request, case)
    rows = [KeptRow(one, other_of(one, case).person.name, _clashes(request, one)) for one in kept]
    context: dict[str, object] = {
        "case": case,
        "name": case.individual.person.name,
        "form": form,
        "youths": youths,
        "kept": [row for row in rows if row.kept.valid_to is None],
        "ended": [row for row in rows if row.kept.valid_to is not None],
    }
    return page(request, "meetings/apart.html", context, status=status)


def _clashes(request: HubRequest, kept: KeepApart) -> list[str]:
    """Meetings that were booked before: those that the actor sees."""
    if kept.valid_to is not None:
        return []
    pairs = near_each_other(kept.first_id, kept.second_id, request.actor, at=request.at)
    request.trail.show([meeting for pair in pairs for meeting in pair])
    return [
        swedish.listing(f"{words.when(meeting, request.at)} ({meeting.case.number})" for meeting in pair)
        for pair in pairs
    ]


@require_POST
@once
def end_apart(request: HubRequest, ref: UUID, kept: UUID) -> HttpResponse:
    """They need not be kept apart any more."""
    case = case_for(request, ref, "keep_apart")
    about = KeepApart.objects.filter(Q(first=case.individual_id) | Q(second=case.individual_id))
    found = find(about.select_related("second"), request.actor, at=request.at, ref=kept)
    actions.end_keep_apart(found, by=request.actor, at=request.at)
    messages.success(request, "Det är avslutat.")
    return redirect("meetings:apart", case.ref)
