"""Those close to the youth, and from when to when they have custody (P-C3, FB 6:13)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from hub import actions, clock
from hub.access import find, require
from hub.actions.people import require_social_services
from hub.crypto import lookup
from hub.errors import Conflict, Invalid
from hub.forms.people import CustodyForm, RelativeForm
from hub.http import HubRequest, once, page
from hub.models import Individual, Relative
from hub.queries import protected_fields_open
from hub.views.deeds import done, posted, shown_again
from hub.views.people import change_person_page, edit_form, individual_for


@once
def relative_add(request: HubRequest, ref: UUID) -> HttpResponse:
    individual = individual_for(request, ref, "work")
    require_social_services(request.actor)
    require(individual.person, request.actor, "read", at=request.at)
    request.trail.show([individual.person], individual=individual.pk)
    form = RelativeForm(posted(request), on=clock.local_day(request.at), born=individual.person.birth_date)
    status = 200
    if request.method == "POST":
        status = done(form, lambda: add_from_form(request, individual, form))
        if status == 200:
            messages.success(request, f"{form.facts().given_name} är registrerad som närstående.")
            return redirect("hub:person", individual.ref)
    context: dict[str, object] = {"form": form, "individual": individual, "person": individual.person}
    return page(request, "hub/relative_add.html", context, status=status)


def add_from_form(request: HubRequest, individual: Individual, form: RelativeForm) -> Relative:
    """Register what a valid form says.

    Raises:
        Denied, AlreadyRegistered; Invalid: the number is the youth's own, or stands at the youth already.
    """
    facts, data = form.facts(), form.cleaned_data
    if facts.personnummer and individual.person.personnummer_lookup == lookup(
        facts.personnummer, scope=request.actor.agency_id
    ):
        raise Invalid({"personnummer": "Det är den ungas eget nummer. Skriv den närståendes."})
    return actions.add_relative(
        individual,
        facts,
        kind=data["kind"],
        custody_from=data["custody_from"],
        custody_to=data["custody_to"],
        by=request.actor,
        at=request.at,
    )


def _seen(relative: Relative) -> str:
    return f"{relative.custody_from}|{relative.custody_to}"


@once
def relative_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    """When custody began and ended; what was signed under it earlier stays as it was."""
    relative, individual = relative_for(request, ref)
    form = CustodyForm(
        posted(request),
        kind=relative.kind,
        born=individual.person.birth_date,
        initial=_custody_days(relative),
    )
    status = 200
    if request.method == "POST":
        status = done(form, lambda: _change_custody(request, relative, form))
        if status == 200:
            messages.success(request, "Vårdnaden är ändrad.")
            return redirect("hub:person", individual.ref)
    context: dict[str, object] = {"form": form, "relative": relative, "person": relative.person, "status": status}
    if status == 409:
        context["now"] = _custody_days(relative)
        shown_again(form, seen=_seen(relative))
    return page(request, "hub/relative_edit.html", context, status=status)


@once
def relative_person(request: HubRequest, ref: UUID) -> HttpResponse:
    """Name, protection, language and contact details of somebody close: a parent may get protection later (P-A8)."""
    relative, individual = relative_for(request, ref)
    opened = protected_fields_open(relative.person, individual, request.actor, at=request.at)
    form = edit_form(request, relative.person, opened=opened)
    form.fields.pop("school", None)
    context: dict[str, object] = {"individual": individual, "person": relative.person, "opened": opened}
    return change_person_page(request, form, individual, context)


def relative_for(request: HubRequest, ref: UUID) -> tuple[Relative, Individual]:
    """The relative and the youth, whom the own agency has registered and the actor may change."""
    rows = Relative.objects.select_related("person", "individual__person")
    relative = find(rows, request.actor, at=request.at, ref=ref)
    require(relative, request.actor, "change", at=request.at)
    require(relative.individual.person, request.actor, "read", at=request.at)
    request.trail.show([relative, relative.person], individual=relative.individual_id)
    return relative, relative.individual


def _custody_days(relative: Relative) -> dict[str, object]:
    """Custody as the form says it: whole days, the last one with custody."""
    first, end = relative.custody_from, relative.custody_to
    return {
        "has_custody": first is not None,
        "custody_from": clock.local_day(first) if first else None,
        "custody_last": clock.last_day(end) if end else None,
        "seen": _seen(relative),
    }


def _change_custody(request: HubRequest, relative: Relative, form: CustodyForm) -> None:
    data = form.cleaned_data
    if data["seen"] != _seen(relative):
        raise Conflict("Någon annan hann ändra vårdnaden. Jämför med det som gäller nu och spara igen.")
    actions.change_custody(
        relative,
        custody_from=data["custody_from"],
        custody_to=data["custody_to"],
        by=request.actor,
        at=request.at,
    )
