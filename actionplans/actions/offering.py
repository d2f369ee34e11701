"""What the kommun offers of the catalogue: kept by administrators and, of the own agency, its managers (P-P3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from actionplans.models import Intervention, Offer
from hub import clock
from hub.access import Actor, Denied, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Unit
from meetings.actions.places import arranged_agencies

CHANGED = "Någon annan har ändrat uppgiften sedan du öppnade sidan. Läs igen och gör om ändringen."


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """Who to reach, how one gets there, and for which days; both are included, `last` None: until further notice."""

    contact: str
    note: str = ""
    first: date
    last: date | None = None


def offering_units(actor: Actor, *, at: datetime) -> list[Unit]:
    """The units that the actor answers for: of the agencies one administers; as a manager of the own one."""
    units = Unit.objects.filter(agency__in=arranged_agencies(actor, at=at)).select_related("agency")
    return list(units.order_by("agency__name", "name", "pk"))


def _columns(facts: OfferFacts) -> dict[str, Any]:
    if not facts.contact:
        raise Invalid({"contact": "Skriv vem man hör av sig till."})
    if facts.last is not None and facts.last < facts.first:
        raise Invalid({"last": "Slutdagen ligger före startdagen."})
    return {
        "contact": facts.contact,
        "note": facts.note,
        "valid_from": clock.start_of_day(facts.first),
        "valid_to": None if facts.last is None else clock.end_of_day(facts.last),
    }


def _alone(unit: int, intervention: int, columns: dict[str, Any], kommun: int, *, but: int | None = None) -> None:
    same = Offer.objects.filter(unit=unit, intervention=intervention, municipality=kommun).exclude(pk=but)
    if columns["valid_to"] is not None:
        same = same.filter(valid_from__lt=columns["valid_to"])
    if same.not_over(at=columns["valid_from"]).exists():
        raise Invalid({"first": "Enheten har redan insatsen i listan under den tiden. Ändra den raden i stället."})


@transaction.atomic
def add_offer(unit: Unit, intervention: Intervention, facts: OfferFacts, *, by: Actor, at: datetime) -> Offer:
    """Say that a unit gives an intervention.

    What the source advises against can be put in the list as well: what is given should be seen, with its warning.

    Raises:
        Denied: not the actor's unit. Invalid: what the form must mend.
    """
    if unit.pk not in {one.pk for one in offering_units(by, at=at)}:
        raise Denied("offer", unit)
    if not Intervention.objects.current(on=clock.local_day(at)).filter(pk=intervention.pk).exists():
        raise Invalid({"intervention": "Insatsen finns inte längre i katalogen. Välj en annan."})
    columns = _columns(facts)
    locked = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    _alone(locked.pk, intervention.pk, columns, by.municipality_id)
    offer = Offer.objects.create(
        municipality_id=by.municipality_id,
        intervention=intervention,
        agency_id=locked.agency_id,
        unit=locked,
        **columns,
    )
    record("offer.added", actor=by, at=at, objects=[offer])
    return offer


@transaction.atomic
def change_offer(offer: Offer, facts: OfferFacts, *, row_version: int, by: Actor, at: datetime) -> Offer:
    """Change whom to reach, the note or the days; the last day is how an offer ends.

    Raises:
        Denied; Conflict: changed meanwhile. Invalid: what the form must mend.
    """
    require(offer, by, "change", at=at)
    columns = _columns(facts)
    locked = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if locked.row_version != row_version:
        raise Conflict(CHANGED)
    Unit.objects.select_for_update(of=("self",)).get(pk=locked.unit_id)
    _alone(locked.unit_id, locked.intervention_id, columns, locked.municipality_id, but=locked.pk)
    Offer.objects.filter(pk=locked.pk).update(**columns, row_version=row_version + 1)
    offer.refresh_from_db()
    record("offer.changed", actor=by, at=at, objects=[offer])
    return offer
