"""Forms of the hub: when and whom to ask, what a unit answers, what is drawn and said in the call."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hub import clock, swedish
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.models import Assignment, Unit
from hub.textguard import PlainTextField
from triage.actions.knowing import Told
from triage.models import AboutWhom, Degree, Knowledge, MapNode, NodeKind
from triage.slots import SlotTime

NOW, OTHER = "nu", "annan"
#: Rows for what is known of others than the child; more is for the unit's own file.
NOTES = 3
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")


class ClockField(PlainTextField):
    """A time of the day as Swedes write it: 10.30."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        try:
            return time(int(found[1]), int(found[2])) if found else _refuse()
        except ValueError:
            return _refuse()


def _refuse() -> time:
    raise ValidationError(_("Skriv tiden som timmar och minuter, till exempel 10.30."))


class ConveneForm(HubForm):
    """When the call is, and what units of other agencies are told that the answer is needed for."""

    when = forms.ChoiceField(label=_("När"), widget=forms.RadioSelect)
    day = sometimes(DateField(label=_("Dag"), help_text=_("För en annan tid. Till exempel 2026-11-22")))
    clock = sometimes(ClockField(label=_("Klockslag"), help_text=_("För en annan tid. Till exempel 10.30")))
    more = forms.MultipleChoiceField(label=_("Fråga också"), required=False, widget=forms.CheckboxSelectMultiple)
    need = sometimes(
        PlainTextField(
            label=_("Vad behövs svaret för?"),
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Läses av enheter i en annan nämnd eller kommun. Skriv inte vad anmälan säger."),
        )
    )

    def __init__(
        self,
        *args: Any,
        times: Sequence[SlotTime],
        others: Sequence[Unit],
        people: Sequence[tuple[Unit, Sequence[Assignment]]],
        at: datetime,
        settled: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.times = {time.starts_at.isoformat(): time for time in times}
        self.at, self.people = at, people
        slots = [(key, swedish.moment(t.starts_at, at).capitalize()) for key, t in self.times.items()]
        set_choices(self, "when", [*slots, (NOW, "Nu genast"), (OTHER, "En annan tid")])
        self.fields["when"].initial = slots[0][0] if slots else NOW
        set_choices(self, "more", [(str(u.ref), f"{u.name}, {u.agency.name}") for u in others])
        if not others:
            del self.fields["more"]
        if settled:  # the call has its time already
            for name in ("when", "day", "clock"):
                del self.fields[name]
        for unit, assignments in people:
            self.fields[f"named_{unit.ref}"] = forms.ChoiceField(label=unit.name, required=False)
            set_choices(
                self, f"named_{unit.ref}", [("", "Välj en person"), *((str(a.ref), a.user.name) for a in assignments)]
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if data.get("when") == OTHER and not (self.errors.keys() & {"day", "clock"}):
            for name in ("day", "clock"):
                if not data.get(name):
                    self.add_error(name, _("Fyll i dag och klockslag för en annan tid."))
        return data

    def chosen(self) -> tuple[datetime, Any]:
        """The instant, and the slot whose it is (or None)."""
        when = self.cleaned_data.get("when", NOW)
        if when in self.times:
            return self.times[when].starts_at, self.times[when].slot
        if when == OTHER:
            return clock.wall_time(self.cleaned_data["day"], self.cleaned_data["clock"]), None
        return self.at, None

    def named(self) -> dict[int, Assignment]:
        """Unit id → the person chosen there."""
        return {
            unit.pk: assignment
            for unit, assignments in self.people
            for assignment in assignments
            if str(assignment.ref) == self.cleaned_data.get(f"named_{unit.ref}")
        }


class AnswerForm(HubForm):
    """What the unit knows, in one of three wordings."""

    answer = forms.ChoiceField(label=_("Ert svar"), choices=Knowledge.choices, widget=forms.RadioSelect)
    summary = sometimes(
        PlainTextField(
            label=_("Vad känner ni till?"),
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_("Kort, bara det som behövs för bedömningen. Fylls i när ni svarar ”Vi känner till”."),
        )
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"].choice_hints = {  # type: ignore[attr-defined]  # read by the field tag
            Knowledge.KNOWN.value: _("Barnet, en förälder eller ett syskon är eller har varit aktuellt hos er."),
            Knowledge.UNKNOWN.value: _("Ni har sökt och inte hittat något."),
            Knowledge.NOTHING_SAID.value: _("Samma ord oavsett skäl. Ingen kan läsa ut om ni vet något."),
        }
        for row in range(1, NOTES + 1):
            self.fields[f"about_{row}"] = forms.ChoiceField(
                label=_("Gäller"), required=False, choices=[("", _("Välj")), *AboutWhom.choices]
            )
            self.fields[f"whom_{row}"] = PlainTextField(
                label=_("Vem"), required=False, max_length=120, help_text=_("En roll, till exempel ”äldre bror”.")
            )
            self.fields[f"text_{row}"] = PlainTextField(
                label=_("Vad ni känner till"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def rows(self) -> list[tuple[int, Any, Any, Any]]:
        return [(n, self[f"about_{n}"], self[f"whom_{n}"], self[f"text_{n}"]) for n in range(1, NOTES + 1)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        for row in range(1, NOTES + 1):
            parts = {name: data.get(f"{name}_{row}") for name in ("about", "whom", "text")}
            if any(parts.values()) and not all(parts.values()):
                empty = next(name for name, value in parts.items() if not value)
                self.add_error(f"{empty}_{row}", _("Fyll i hela raden, eller töm den."))
        return data

    def notes(self) -> list[Told]:
        data = self.cleaned_data
        rows = range(1, NOTES + 1)
        return [
            Told(about=data[f"about_{n}"], whom=data[f"whom_{n}"], text=data[f"text_{n}"])
            for n in rows
            if data[f"whom_{n}"]
        ]


class LineForm(HubForm):
    """One line of the map."""

    label = PlainTextField(
        label=_("Vem, vilken plats eller vilken situation?"),
        max_length=80,
        help_text=_("En roll, aldrig ett namn: ”äldre vän”, ”centrum efter skolan”."),
    )
    kind = forms.ChoiceField(label=_("Slag"), choices=NodeKind.choices)
    degree = forms.TypedChoiceField(label=_("Hur ofta?"), choices=Degree.choices, coerce=int, initial=Degree.SOMETIMES)
    start = forms.ChoiceField(label=_("Kontakt med"), required=False)
    source = forms.ChoiceField(label=_("Vem säger det?"))
    note = PlainTextField(label=_("Anteckning"), required=False, max_length=300)
    not_a_name = forms.BooleanField(label=_("Det är inte ett namn på en person"), required=False)

    def __init__(self, *args: Any, nodes: Iterable[MapNode], units: Iterable[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.nodes, self.units = {str(n.ref): n for n in nodes}, {str(u.ref): u for u in units}
        set_choices(self, "start", [("", "Barnet"), *((ref, node.label) for ref, node in self.nodes.items())])
        set_choices(self, "source", [(ref, unit.name) for ref, unit in self.units.items()])


class WhyForm(HubForm):
    """A reason: what was missing in a call, why it is called off, why a child is taken up another time."""

    why = PlainTextField(label=_("Skäl"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, asks: str, needed: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"].required = needed
        self.fields["why"].label = asks
        self.fields["why"].error_messages["required"] = f"Svara på ”{asks}”."


class TextForm(HubForm):
    """The joint assessment."""

    text = PlainTextField(
        label=_("Gemensam bedömning"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    #: The text that the writer began from, as a script sends it.
    base = PlainTextField(required=False, max_length=20_000, widget=forms.HiddenInput)
