"""Forms over what a human judges about one child: protection, colour, and a second look at a lowered colour."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms

from hub.clock import STOCKHOLM, local
from hub.forms.base import DateField, HubForm, sometimes
from hub.textguard import PlainTextField
from triage.judging import ANSWER_WORDS, ColourMeaning
from triage.models import COLOUR_ORDER, ProtectionOutcome, TriageQuestion
from triage.suggestion import NO, UNKNOWN, YES

ANSWERS = [(code, ANSWER_WORDS[code]) for code in (YES, NO, UNKNOWN)]


class ClockField(forms.Field):
    """A time of day typed as Swedes write it: 09.30, 9:30 or 0930."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-short"})

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "Till exempel 09.30")
        super().__init__(**options)

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        found = re.fullmatch(r"(\d{1,2})[.: ]?(\d{2})", str(value).strip())
        if not found or int(found[1]) > 23 or int(found[2]) > 59:
            raise forms.ValidationError("Skriv klockslaget som timmar och minuter, till exempel 09.30.")
        return time(int(found[1]), int(found[2]))

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value


def typed_instant(day: date, at: time, *, not_before: datetime | None = None) -> datetime:
    """The instant of a day and a time as somebody typed them; a time that is there twice is the first one it can be.

    A minute is as near as one types: within the minute of `not_before` it is that very instant.

    Raises:
        ValidationError: that night has no such time.
    """
    found = [datetime.combine(day, at.replace(fold=fold), STOCKHOLM).astimezone(UTC) for fold in (0, 1)]
    if local(found[0]).time() != at:
        raise forms.ValidationError("Klockan ställdes om den natten, och den tiden fanns inte. Välj en annan tid.")
    if not_before is None:
        return found[0]
    for instant in found:
        if instant <= not_before < instant + timedelta(minutes=1):
            return not_before
        if instant >= not_before:
            return instant
    return found[0]


class ProtectionForm(HubForm):
    outcome = forms.ChoiceField(
        label="Vad kom ni fram till?",
        widget=forms.RadioSelect,
        choices=ProtectionOutcome.choices,
        error_messages={"required": "Välj vad bedömningen kom fram till."},
    )
    reasons = PlainTextField(
        label="Hur kom ni fram till det?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Vad bedömningen bygger på, vem ni har talat med och vad som talar för och emot.",
        error_messages={"required": "Skriv hur ni kom fram till bedömningen."},
    )
    measures = sometimes(
        PlainTextField(
            label="Åtgärder",
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Krävs när barnet behöver skydd: vad som har gjorts, av vem och när.",
        )
    )
    when = forms.ChoiceField(
        label="När gjordes bedömningen?",
        widget=forms.RadioSelect,
        choices=[("now", "Nu, när jag sparar"), ("earlier", "Tidigare")],
        initial="now",
    )
    day = sometimes(DateField(label="Dag"))
    assessed_at = sometimes(ClockField(label="Klockslag"))

    def __init__(self, *args: Any, arrived_at: datetime, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arrived_at, self.at = arrived_at, at
        self.fields["day"].initial = local(at).date()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("outcome") not in (None, ProtectionOutcome.NO_NEED) and not data.get("measures"):
            self.add_error("measures", "Skriv vilka åtgärder som har vidtagits.")
        if data.get("when") == "earlier":
            self._check_moment(data)
        elif data.get("assessed_at"):
            self.add_error("assessed_at", "Välj ”Tidigare” ovanför, eller töm klockslaget.")
        return data

    def _check_moment(self, data: dict[str, Any]) -> None:
        for name, sentence in (("day", "Skriv vilken dag."), ("assessed_at", "Skriv klockslaget.")):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if not data.get("day") or not data.get("assessed_at"):
            return
        try:
            data["moment"] = typed_instant(data["day"], data["assessed_at"], not_before=self.arrived_at)
        except forms.ValidationError as wrong:
            self.add_error("assessed_at", wrong)

    @property
    def moment(self) -> datetime:
        """When the assessment was made."""
        moment: datetime = self.cleaned_data.get("moment", self.at)
        return moment


class ColourForm(HubForm):
    """The answers, and the colour that somebody chooses. No colour is chosen beforehand (R43)."""

    colour = forms.ChoiceField(
        label="Din bedömning",
        widget=forms.RadioSelect,
        choices=[(colour.value, colour.label) for colour in reversed(COLOUR_ORDER)],
        error_messages={"required": "Välj en färg. Förslaget väljer inte åt dig."},
    )
    reason = sometimes(
        PlainTextField(
            label="Varför?",
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Krävs när du ändrar färgen, och när du väljer en lägre färg än förslaget.",
        )
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput)
    questions = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: Iterable[TriageQuestion], **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = list(questions)
        for question in self.asked:
            self.fields[_name(question.code)] = forms.ChoiceField(
                label=question.text,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "ds-input"}),
                choices=ANSWERS,
            )

    def answers(self) -> dict[str, str]:
        """Question code → answer, those that were answered; also of a form that is not whole."""
        found = {}
        for question in self.asked:
            value = str(self[_name(question.code)].value() or "")
            if value in ANSWER_WORDS:
                found[question.code] = value
        return found

    def question_fields(self) -> list[tuple[TriageQuestion, Any]]:
        return [(question, self[_name(question.code)]) for question in self.asked]

    def colour_choices(self, meanings: Sequence[ColourMeaning]) -> list[tuple[ColourMeaning, bool]]:
        """Each colour with what it means, and whether it was chosen before the form came back."""
        chosen = str(self["colour"].value() or "")
        return [(meaning, meaning.colour == chosen) for meaning in meanings]


def _name(code: str) -> str:
    return f"fraga-{code}"


class ConfirmForm(HubForm):
    agreed = forms.ChoiceField(
        label="Var det rätt att sänka färgen?",
        widget=forms.RadioSelect,
        choices=[("ja", "Ja, sänkningen var rätt"), ("nej", "Nej, färgen ska vara en annan")],
        error_messages={"required": "Välj ja eller nej."},
    )
    note = sometimes(
        PlainTextField(
            label="Varför?",
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="Krävs om svaret är nej. Sedan sätter du själv den färg som du tycker är rätt.",
        )
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agreed"].choice_hints = {  # type: ignore[attr-defined]  # read by the field component
            "nej": "Färgen ändras inte av svaret. Du sätter den på nästa sida."
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("agreed") == "nej" and not data.get("note"):
            self.add_error("note", "Skriv varför sänkningen inte var rätt.")
        return data
