"""Which time the manager's page is about."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from hub import clock
from hub.forms.base import DateField, HubForm, sometimes

OWN = "egen"
LENGTHS = {"4v": timedelta(weeks=4), "3m": timedelta(days=91), "12m": timedelta(days=365)}
PERIODS = [
    ("4v", "Senaste 4 veckorna"),
    ("3m", "Senaste 3 månaderna"),
    ("12m", "Senaste 12 månaderna"),
    (OWN, "Egna datum"),
]
#: When the days are used, said at the fields.
OWN_DAYS = "Vid egna datum, till exempel 2026-11-22"


class PeriodForm(HubForm):
    """The last four weeks, unless something else is asked for."""

    period = sometimes(forms.ChoiceField(label="Period", choices=PERIODS))
    fran = sometimes(DateField(label="Från och med", help_text=OWN_DAYS))
    till = sometimes(DateField(label="Till och med", help_text=OWN_DAYS))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period") == OWN and not self.errors:
            for name in ("fran", "till"):
                if not data.get(name):
                    self.add_error(name, "Skriv en dag, till exempel 2026-03-02.")
            if data.get("fran") and data.get("till") and data["fran"] > data["till"]:
                self.add_error("till", "Sista dagen kan inte vara före den första.")
        return data

    def days(self, today: date) -> tuple[date, date]:
        """First and last day, both included."""
        data = self.cleaned_data
        if data.get("period") == OWN:
            return data["fran"], data["till"]
        return today - LENGTHS[data.get("period") or "4v"] + timedelta(days=1), today


def instants(days: tuple[date, date]) -> tuple[datetime, datetime]:
    """`[begin, end)` of whole Swedish days."""
    return clock.start_of_day(days[0]), clock.end_of_day(days[1])
