"""Forms of statistics: a period, and the kommun's decision about who counts exactly."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from hub.forms.administration import NameField, VersionedForm, last_day
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import Assignment
from reports.actions import DecisionFacts
from reports.queries import wrong_days

FIRST = "Första dagen i ett halvår, till exempel 2026-01-01."
LAST = "Sista dagen i ett halvår, till exempel 2026-06-30."


class PeriodForm(HubForm):
    """Which days the exact figures are of; without them from the first until now."""

    fran = DateField(label="Från och med", required=False, help_text=FIRST)
    till = DateField(label="Till och med", required=False, help_text=LAST)

    def check(self, today: date) -> bool:
        """Whether the period can be counted: whole half-years that have begun."""
        if self.is_valid():
            wrong = wrong_days(self.cleaned_data["fran"], self.cleaned_data["till"], today=today)
            for name, field in (("first", "fran"), ("last", "till")):
                if name in wrong:
                    self.add_error(field, wrong[name])
        return self.is_valid()


class DecisionForm(HubForm):
    assignment = forms.ChoiceField(
        label="Vem",
        help_text="Den som har uppdraget Programansvarig. Ge uppdraget först, under Användare.",
    )
    decided_by = NameField("Vem har beslutat?", help_text="Nämnd eller befattning, till exempel Socialnämnden.")
    decided_on = DateField(label="Beslutsdag")
    reference = NameField("Diarienummer", help_text="Var beslutet finns. Det laddas inte upp här.")
    first = DateField(label="Gäller från och med")
    last = last_day("Gäller till och med")

    def __init__(self, *args: Any, held: Iterable[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.held = {str(a.ref): a for a in held}
        named = ((ref, f"{a.user.name}, {a.unit.agency.name}") for ref, a in self.held.items())
        set_choices(self, "assignment", [("", "Välj person"), *named])

    def facts(self) -> DecisionFacts:
        data = self.cleaned_data
        said = {name: data[name] for name in ("decided_by", "decided_on", "reference", "first", "last")}
        return DecisionFacts(assignment=self.held[data["assignment"]], **said)


class EndDecisionForm(VersionedForm):
    """Only the version of the row: the page tells what follows."""
