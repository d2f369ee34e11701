"""The catalogue of interventions for all who work with cases, and the list of what is offered for who keeps it."""

import functools
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from actionplans import actions
from actionplans.catalogue import catalogue as catalogue_now
from actionplans.catalogue import interventions
from actionplans.forms.offers import NewOfferForm, OfferForm, offer_initial
from actionplans.models import Offer
from hub import clock
from hub.access import Denied, find, permitted
from hub.admin_queries import period_words, state
from hub.http import HubRequest, once, page
from hub.models import Agency, Role
from hub.swedish import swedish_order
from hub.views.deeds import done, posted

HERE = "Insatser som erbjuds"
HELP = [
    "Katalogen säger vad som rekommenderas. Här skriver ni vad som faktiskt ges i kommunen, av vilken enhet.",
    "Alla som arbetar med ärenden i kommunen ser listan när de skriver en åtgärd.",
]
OfferView = Callable[..., HttpResponse]


@require_GET
def catalogue(request: HubRequest) -> HttpResponse:
    """Recommended interventions and who gives them here; for everybody who works with cases."""
    found = catalogue_now(request.actor, at=request.at)
    request.trail.show(found.objects)
    context: dict[str, object] = {
        "catalogue": found,
        "keeps": request.actor.role in KEEPERS,
        "today": clock.local_day(request.at),
    }
    return page(request, "actionplans/catalogue.html", context)


KEEPERS = (Role.ADMINISTRATOR, Role.MANAGER)


def keeping(view: OfferView) -> OfferView:
    """For administrators and managers (403 for everybody else), and counted once."""

    @functools.wraps(view)
    def wrapper(request: HubRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.role not in KEEPERS:
            raise Denied("keep offers", Agency)
        return view(request, *args, **kwargs)

    return once(wrapper)


def _crumbs(request: HubRequest, *, inner: bool = True) -> list[tuple[str, str]]:
    """Through the administration for its administrator; a manager comes from the catalogue."""
    administrator = request.actor.role == Role.ADMINISTRATOR
    home = ("Administration", reverse("hub:admin")) if administrator else ("Insatser", reverse("actionplans:catalogue"))
    return [home, (HERE, reverse("actionplans:admin_offers"))] if inner else [home]


def _form_page(request: HubRequest, form: OfferForm, *, title: str, submit: str, status: int) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "title": title,
        "submit": submit,
        "crumbs": _crumbs(request),
        "back": (HERE, reverse("actionplans:admin_offers")),
        "help_title": "Vad listan är till för",
        "help_lines": HELP,
    }
    return page(request, "administration/form.html", context, status=status)


@keeping
def offers(request: HubRequest) -> HttpResponse:
    """What the units that one answers for offer, now, later and before."""
    rows = permitted(Offer.objects.all(), request.actor, "change", at=request.at)
    found = list(
        rows.select_related("intervention", "unit", "agency").order_by(
            swedish_order("agency__name"), swedish_order("unit__name"), "intervention__order", "valid_from"
        )
    )
    request.trail.show(found)
    context: dict[str, object] = {
        "rows": [
            (one, period_words(one.valid_from, one.valid_to), *state(one.valid_from, one.valid_to, request.at))
            for one in found
        ],
        "crumbs": _crumbs(request, inner=False),
        "here": HERE,
        "help_lines": HELP,
    }
    return page(request, "actionplans/admin_offers.html", context)


@keeping
def offer_new(request: HubRequest) -> HttpResponse:
    today = clock.local_day(request.at)
    units, listed = actions.offering_units(request.actor, at=request.at), interventions(on=today)
    form, status = NewOfferForm(posted(request), units=units, listed=listed, initial={"first": today}), 200
    if request.method == "POST":
        status = done(form, lambda: actions.add_offer(*form.chosen, form.facts(), by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, "Insatsen står i listan.")
            return redirect("actionplans:admin_offers")
    return _form_page(request, form, title="Lägg till insats", submit="Lägg till", status=status)


@keeping
def offer_edit(request: HubRequest, ref: UUID) -> HttpResponse:
    rows = Offer.objects.select_related("intervention", "unit")
    offer = find(rows, request.actor, "change", at=request.at, ref=ref)
    request.trail.show([offer])
    form, status = OfferForm(posted(request), initial=offer_initial(offer)), 200
    if request.method == "POST":
        status = done(
            form,
            lambda: actions.change_offer(
                offer, form.facts(), row_version=form.version, by=request.actor, at=request.at
            ),
        )
        if status == 200:
            messages.success(request, "Ändringen är sparad.")
            return redirect("actionplans:admin_offers")
    title = f"Ändra {offer.intervention.name}, {offer.unit.name}"
    return _form_page(request, form, title=title, submit="Spara", status=status)
