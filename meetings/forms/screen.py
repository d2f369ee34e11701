"""Forms of the meeting screen: who came, what was agreed, how it went, the next date, and how it ends (P-M7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices
from hub.forms.clock import ClockField
from hub.models import Assignment
from hub.textguard import PlainTextField
from meetings.actions import Done
from meetings.models import Attendance, DecisionResult, Participant

LENGTHS = ((45, "45 minuter"), (60, "1 timme"), (90, "1,5 timme"), (120, "2 timmar"))


class AttendanceForm(HubForm):
    """One choice for each who is asked; empty is not noted yet."""

    def __init__(self, *args: Any, people: Sequence[tuple[Participant, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {f"who_{one.ref}": one for one, _name in people}
        for one, name in people:
            self.fields[f"who_{one.ref}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=Attendance.choices,
                widget=forms.RadioSelect,
                initial=one.attendance,
            )

    def noted(self) -> Mapping[int, str]:
        """Participant id → attendance, of those for whom something is chosen."""
        data = self.cleaned_data
        return {one.pk: data[name] for name, one in self.people.items() if data[name]}


class DecisionForm(HubForm):
    """Something that is agreed."""

    text = PlainTextField(label=_("Vad ska göras?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label=_("Vem gör det?"))
    due_on = DateField(label=_("Klart senast"))

    def __init__(self, *args: Any, owners: Sequence[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.owners = {str(one.ref): one for one in owners}
        named = [(ref, f"{one.user.name}, {one.unit.agency.name}") for ref, one in self.owners.items()]
        set_choices(self, "owner", [("", "Välj en person"), *named])


class FollowUpForm(HubForm):
    """How it went with what was decided."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("Hur gick det?"), choices=DecisionResult.choices, widget=forms.RadioSelect)
    note = PlainTextField(
        label=_("Kommentar"),
        required=False,
        max_length=500,
        help_text=_("Behövs när det inte gick att göra."),
    )

    def how(self) -> Done:
        return Done(self.cleaned_data["result"], self.cleaned_data["note"])


class NextForm(HubForm):
    """The next meeting: same people, same place."""

    day = DateField(label=_("Dag"))
    starts_at = ClockField(label=_("Börjar"), help_text=_("Till exempel 14.30"))
    minutes = forms.TypedChoiceField(label=_("Längd"), coerce=int, choices=LENGTHS, initial=60)

    def period(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        begins = clock.wall_time(data["day"], data["starts_at"])
        return begins, begins + timedelta(minutes=data["minutes"])


class CloseForm(HubForm):
    """The end of a meeting that was held."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    no_next = PlainTextField(
        label=_("Varför blir det inget nästa möte?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Fylls bara i när inget nästa möte är bokat."),
    )


class BreakOffForm(HubForm):
    """The end of a meeting that is broken off."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = PlainTextField(label=_("Varför avbryts mötet?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PointTextForm(HubForm):
    """What is written about a point, or in somebody's own words."""

    text = PlainTextField(label=_("Anteckning"), required=False, max_length=20_000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    #: The text that the writer began from.
    base = PlainTextField(required=False, max_length=20_000, widget=forms.HiddenInput)
