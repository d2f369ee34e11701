"""Forms over how an agency arranges its intake."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from hub.clock import local_day, start_of_day
from hub.forms.administration import NameField
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.models import Agency, Assignment, Unit
from triage.actions.arranging import ArrangementFacts
from triage.forms.judging import ClockField, typed_instant
from triage.models import Colour, TriageQuestion
from triage.standard_questions import QuestionFacts

WEEKDAYS = [(str(n), word) for n, word in enumerate(
    ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"), start=1
)]  # fmt: skip
#: Empty rows at the end of the questions.
NEW_ROWS = 3
MOST_QUESTIONS = 60


class FromForm(HubForm):
    """When something begins to hold: now, or from the beginning of a later day."""

    when = forms.ChoiceField(
        label="Från när?",
        widget=forms.RadioSelect,
        choices=[("now", "Genast"), ("later", "Från en senare dag")],
        initial="now",
    )
    day = sometimes(DateField(label="Från och med dagen"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("when") == "later" and not data.get("day") and "day" not in self.errors:
            self.add_error("day", "Skriv dagen, eller välj genast.")
        if data.get("when") == "now" and data.get("day") not in (
            None,
            self.fields["day"].initial,
            self.initial.get("day"),
        ):
            self.add_error("day", "Välj ”Från en senare dag” ovanför, eller töm dagen.")
        return data

    def begins(self, at: datetime) -> datetime | None:
        """None for now; a day that is today begins now too."""
        day: date | None = self.cleaned_data["day"] if self.cleaned_data["when"] == "later" else None
        return None if day is None or day == local_day(at) else start_of_day(day)


class ArrangementForm(FromForm):
    intake_unit = forms.ChoiceField(label="Mottagande enhet", help_text="Hit kommer alla nya anmälningar.")
    standing_owner = forms.ChoiceField(
        label="Ansvarig för det som kommer in av sig självt",
        help_text="Anmälningar från formuläret får den här ansvariga tills någon tar över. Ingen anmälan är utan.",
    )
    jour = forms.ChoiceField(
        label="Jour utanför kontorstid",
        required=False,
        help_text="Den som har ett jourpass ser verksamhetens öppna anmälningar under passet.",
    )
    orange_office_hours = forms.BooleanField(
        label="Orange går bara i kontorstid",
        required=False,
        help_text="12 timmar räknas klockan 8–17 på arbetsdagar, aldrig längre än till 12.00 nästa arbetsdag. "
        "Kräver ett beslut. Röd går alltid dygnet runt.",
    )
    external_form = forms.BooleanField(
        label="Ta emot anmälningar genom det öppna formuläret",
        required=False,
        help_text="För dem som är skyldiga att anmäla. De loggar inte in.",
    )
    decision = NameField(
        "Beslut",
        most=200,
        required=False,
        help_text="Vem som har beslutat, datum och diarienummer. Krävs för kontorstid.",
    )
    field_order = (
        "intake_unit", "standing_owner", "jour", "orange_office_hours", "external_form", "decision", "when", "day",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        units: Iterable[Unit],
        owners: Iterable[Assignment],
        jours: Iterable[Agency],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.units = {str(unit.ref): unit for unit in units}
        self.owners = {str(owner.ref): owner for owner in owners}
        self.jours = {str(agency.ref): agency for agency in jours}
        set_choices(self, "intake_unit", [("", "Välj enhet"), *((k, u.name) for k, u in self.units.items())])
        named = ((k, f"{a.user.name}, {a.unit.name}") for k, a in self.owners.items())
        set_choices(self, "standing_owner", [("", "Välj person"), *named])
        set_choices(self, "jour", [("", "Ingen jour"), *((k, a.name) for k, a in self.jours.items())])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("orange_office_hours") and not data.get("decision") and "decision" not in self.errors:
            self.add_error("decision", "Skriv var beslutet om kontorstid finns. Utan beslut går Orange dygnet runt.")
        return data

    def facts(self, at: datetime) -> ArrangementFacts:
        data = self.cleaned_data
        return ArrangementFacts(
            intake_unit=self.units[data["intake_unit"]],
            standing_owner=self.owners[data["standing_owner"]],
            jour=self.jours.get(data["jour"]),
            orange_office_hours=data["orange_office_hours"],
            external_form=data["external_form"],
            decision=data["decision"],
            valid_from=self.begins(at),
        )


class HubUnitForm(HubForm):
    unit = forms.ChoiceField(label="Enhet")

    def __init__(self, *args: Any, groups: Sequence[tuple[str, Sequence[Unit]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {str(unit.ref): unit for _name, units in groups for unit in units}
        listed = [(name, [(str(unit.ref), _unit_label(unit)) for unit in units]) for name, units in groups]
        set_choices(self, "unit", [("", "Välj enhet"), *listed])

    @property
    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


def _unit_label(unit: Unit) -> str:
    return f"{unit.name} (familjerådgivning, kan inte vara med)" if unit.family_counselling else unit.name


class SlotForm(HubForm):
    starts = ClockField(label="Klockslag")
    weekdays = forms.MultipleChoiceField(
        label="Veckodagar",
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=["1", "2", "3", "4", "5"],
        error_messages={"required": "Välj minst en veckodag."},
    )
    link = forms.URLField(
        label="Länk till mötet",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Visas bara för den som är inloggad. Börjar med https://",
        error_messages={"invalid": "Skriv hela adressen, till exempel https://mote.exempel.se/hubb."},
    )

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        if link and not link.startswith("https://"):
            raise forms.ValidationError("Länken ska börja med https://")
        return link


class ShiftForm(HubForm):
    assignment = forms.ChoiceField(label="Vem", error_messages={"required": "Välj vem som har passet."})
    first = DateField(label="Börjar dagen", error_messages={"required": "Skriv vilken dag passet börjar."})
    starts = ClockField(label="Börjar klockan", error_messages={"required": "Skriv när på dagen passet börjar."})
    last = DateField(label="Slutar dagen", error_messages={"required": "Skriv vilken dag passet slutar."})
    ends = ClockField(label="Slutar klockan", error_messages={"required": "Skriv när på dagen passet slutar."})

    def __init__(self, *args: Any, people: Iterable[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(a.ref): a for a in people}
        named = ((ref, f"{a.user.name}, {a.unit.name}") for ref, a in self.people.items())
        set_choices(self, "assignment", [("", "Välj person"), *named])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, day, at in (("valid_from", "first", "starts"), ("valid_to", "last", "ends")):
            if data.get(day) and data.get(at) is not None:
                try:
                    data[name] = typed_instant(data[day], data[at])
                except forms.ValidationError as wrong:
                    self.add_error(at, wrong)
        return data

    @property
    def person(self) -> Assignment:
        return self.people[self.cleaned_data["assignment"]]


# --- the questions ---------------------------------------------------------------------------------------------------


#: What a question cannot be without.
MISSING = {"text": "Skriv frågan.", "explanation": "Skriv hur ett ja förklaras.", "colour": "Välj färg."}


class QuestionForm(HubForm):
    """One row of a new version; a row without any words is passed over."""

    code = forms.SlugField(widget=forms.HiddenInput, required=False, max_length=40)
    text = NameField("Fråga", most=300, required=False)
    help = NameField("Hjälp till frågan", most=500, required=False)
    colour = forms.ChoiceField(
        label="Ett ja talar för",
        required=False,
        choices=[(Colour.ORANGE.value, "Orange"), (Colour.RED.value, "Röd")],
    )
    explanation = NameField("Så förklaras det", most=300, required=False)
    drop = forms.BooleanField(label="Ta bort frågan", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = bool(self["code"].value()) and not self["drop"].value()
        for name in ("text", "colour", "explanation"):
            self.fields[name].required = self.kept
            self.fields[name].error_messages["required"] = MISSING[name]

    @property
    def counts(self) -> bool:
        data = self.cleaned_data
        typed = data.get("text") or data.get("explanation") or data.get("help")
        return not data.get("drop") and bool(self.kept or typed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.counts and not self.kept:
            for name, sentence in MISSING.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return data

    def facts(self) -> QuestionFacts:
        names = ("code", "text", "help", "colour", "explanation")
        return QuestionFacts(**{name: self.cleaned_data[name] for name in names})


class QuestionSetForm(FromForm):
    decision = NameField("Beslut", most=200, help_text="Vem som har beslutat om frågorna, datum och diarienummer.")
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_QUESTIONS)
    field_order = ("decision", "when", "day", "seen", "rows")


def question_forms(data: Any, latest: Sequence[TriageQuestion | QuestionFacts]) -> list[QuestionForm]:
    """A form per question of the latest version, and some empty ones; as many as were sent where they are sent."""
    if data is not None:
        sent = str(data.get("rows", ""))
        n = min(int(sent), MOST_QUESTIONS) if sent.isdecimal() and len(sent) < 4 else 0
        return [QuestionForm(data, prefix=f"q{n}") for n in range(n)]
    names = ("code", "text", "help", "colour", "explanation")
    filled = [{name: getattr(question, name) for name in names} for question in latest]
    return [
        QuestionForm(prefix=f"q{n}", initial=row) for n, row in enumerate([*filled, *({} for _ in range(NEW_ROWS))])
    ]
