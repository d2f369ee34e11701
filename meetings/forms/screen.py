"""Forms of the meeting screen: who came, what was agreed, how it went, the next date, and how it ends (P-M7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.forms.clock import ClockField
from hub.models import Assignment
from hub.textguard import PlainTextField
from meetings.actions import Done
from meetings.models import Attendance, DecisionResult, Participant
from meetings.slots import Found, Key

#: How many times are offered for a meeting that is broken off.
IF_BROKEN_OFF = 2
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
    """The next meeting: same people, same place, at one of the best times or at another."""

    slot = sometimes(forms.ChoiceField(label=_("När?"), widget=forms.RadioSelect))
    day = sometimes(DateField(label=_("Dag"), help_text=_("För en annan tid. Till exempel 2026-11-22")))
    starts_at = sometimes(ClockField(label=_("Börjar"), help_text=_("Till exempel 14.30")))
    minutes = forms.TypedChoiceField(label=_("Längd"), coerce=int, choices=LENGTHS, initial=60)
    despite = sometimes(
        PlainTextField(
            label=_("Varför hålls mötet då ändå?"),
            max_length=300,
            help_text=_("Behövs när någon som ska vara med är upptagen."),
        )
    )

    def __init__(
        self, *args: Any, slots: tuple[Found, Found] = (Found(), Found()), moved: bool = False, **options: Any
    ) -> None:
        """`slots`: in the rhythm, and if the meeting is broken off; `moved`: they are somewhere else than this one."""
        super().__init__(*args, **options)
        #: Of the chosen time.
        self.room = ""
        self.moved = moved
        rhythm, week = slots[0].slots, slots[1].slots[:IF_BROKEN_OFF]
        named = [(one.key, one.when) for one in (*rhythm, *week)]
        sent = str(self.data.get("slot", ""))
        if sent and sent not in dict(named) and Key.read(sent) is not None:
            named.append((sent, str(_("Tiden som du valde"))))
        if not named:
            del self.fields["slot"]
            return
        set_choices(self, "slot", [*named, ("", _("En annan tid"))])
        field = self.fields["slot"]
        field.initial = named[0][0] if rhythm else ""
        place = {one.key: f"{one.where}. " if moved and one.where else "" for one in (*rhythm, *week)}
        field.choice_hints = {one.key: place[one.key] + one.why for one in rhythm} | {  # type: ignore[attr-defined]  # read by the field tag
            one.key: f"Om mötet avbryts. {place[one.key]}{one.why}" for one in week
        }

    def clean_slot(self) -> datetime | None:
        key = Key.read(self.cleaned_data["slot"])
        if key is None:
            return None
        if (starts_at := key.starts_at()) is None:
            raise ValidationError(_("Välj en av tiderna, eller skriv en annan."))
        self.room = key.room
        return starts_at

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if data.get("slot") and (data.get("day") or data.get("starts_at")):
            self.add_error("slot", _("Du har både valt en tid och skrivit en. Välj En annan tid, eller töm dagen."))
        elif not data.get("slot") and "slot" not in self.errors:
            for name, what in (("day", "Fyll i dagen."), ("starts_at", "Fyll i när mötet börjar.")):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, what)
        return data

    def period(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        begins: datetime = data.get("slot") or clock.wall_time(data["day"], data["starts_at"])
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
