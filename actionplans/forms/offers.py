"""The form over what a unit offers of the catalogue (P-P3)."""

from collections.abc import Sequence
from typing import Any

from django import forms

from actionplans.actions import OfferFacts
from actionplans.models import Intervention, Offer
from hub import clock
from hub.forms.administration import VersionedForm, last_day
from hub.forms.base import DateField, set_choices
from hub.models import Unit
from hub.textguard import PlainTextField


class OfferForm(VersionedForm):
    """Whom to reach and for how long; which intervention and unit it is stays as it was chosen."""

    contact = PlainTextField(
        label="Kontakt",
        max_length=160,
        help_text="Funktion eller namn med telefon i tjänsten. Till exempel Öppenvårdens mottagning, 08-465 004 00.",
    )
    note = PlainTextField(
        label="Bra att veta",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Till exempel hur man ansöker, eller kötid. Skriv inget om enskilda personer.",
    )
    first = DateField(label="Från och med")
    last = last_day(
        help_text="Lämna tomt om slutdag inte är bestämd. När insatsen inte längre ges: fyll i sista dagen."
    )

    def facts(self) -> OfferFacts:
        data = self.cleaned_data
        return OfferFacts(contact=data["contact"], note=data["note"], first=data["first"], last=data["last"])


class NewOfferForm(OfferForm):
    """An offer that is not in the list yet."""

    unit = forms.ChoiceField(label="Enhet")
    intervention = forms.ChoiceField(label="Insats")

    field_order = ("unit", "intervention", "contact", "note", "first", "last")

    def __init__(self, *args: Any, units: Sequence[Unit], listed: Sequence[Intervention], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {str(unit.ref): unit for unit in units}
        self.listed = {str(one.ref): one for one in listed}
        set_choices(
            self, "unit", [("", "Välj enhet"), *((ref, f"{u.name}, {u.agency.name}") for ref, u in self.units.items())]
        )
        groups: dict[str, list[tuple[str, str]]] = {}
        for ref, one in self.listed.items():
            groups.setdefault(f"{one.get_advice_display()}, {one.ages}", []).append((ref, one.name))
        set_choices(self, "intervention", [("", "Välj insats"), *groups.items()])

    @property
    def chosen(self) -> tuple[Unit, Intervention]:
        return self.units[self.cleaned_data["unit"]], self.listed[self.cleaned_data["intervention"]]


def offer_initial(offer: Offer) -> dict[str, Any]:
    return {
        "row_version": offer.row_version,
        "contact": offer.contact,
        "note": offer.note,
        "first": clock.local_day(offer.valid_from),
        "last": clock.last_day(offer.valid_to) if offer.valid_to else None,
    }
