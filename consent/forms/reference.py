"""Forms over information types and the kommun's decisions about consents."""

from typing import Any

from django import forms

from consent.actions.reference import Meaning, Rules, Wording
from hub.forms.administration import NameField, VersionedForm
from hub.forms.base import DateField, HubForm
from hub.models import KINDS_WITHOUT_ACCOUNT, AgencyKind
from hub.textguard import PlainTextField

ACCOUNTS = [(value, label) for value, label in AgencyKind.choices if value not in KINDS_WITHOUT_ACCOUNT]


def _text(label: str, most: int, help_text: str, *, required: bool = True) -> PlainTextField:
    widget = forms.Textarea(attrs={"rows": 3})
    return PlainTextField(label=label, max_length=most, help_text=help_text, required=required, widget=widget)


class WordingForm(VersionedForm):
    """What is said about a type, from a day on."""

    name = NameField("Namn", most=60, help_text="Som det står i listan när någon skriver en uppgift.")
    description = NameField("I samtycket", most=60, help_text="Det som familjen läser vid kryssrutan. Högst 60 tecken.")
    easy_name = NameField("Lättläst namn", most=60)
    easy_description = NameField("Lättläst beskrivning", most=160)
    example = _text("Exempel", 2000, "En bra uppgift av den här typen, utan namn.", required=False)
    advice = _text("Skriv inte", 2000, "Vad som inte hör hit.", required=False)
    from_day = DateField(label="Gäller från och med")

    def wording(self) -> Wording:
        names = ("name", "description", "easy_name", "easy_description", "example", "advice")
        return Wording(**{name: self.cleaned_data[name] for name in names})


class TypeForm(WordingForm):
    """A new type: also what it is."""

    code = forms.SlugField(
        label="Kod",
        max_length=40,
        help_text="Små bokstäver a–z, siffror och bindestreck. Används aldrig om.",
        error_messages={"invalid": "Skriv bara bokstäver a–z, siffror, bindestreck och understreck."},
    )
    writers = forms.MultipleChoiceField(
        label="Vem skriver uppgiften?", choices=ACCOUNTS, widget=forms.CheckboxSelectMultiple
    )
    writers_reason = _text("Varför just de?", 2000, "Till exempel att uppgiften finns i deras uppdrag.")
    never_to = forms.MultipleChoiceField(
        label="Vem får den aldrig, vad som än kryssas?",
        choices=AgencyKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    never_to_reason = _text("Varför aldrig?", 2000, "Krävs om någon aldrig får uppgiften.", required=False)
    field_order = (
        "code", "name", "description", "easy_name", "easy_description", "writers", "writers_reason", "never_to",
        "never_to_reason", "example", "advice", "from_day",
    )  # fmt: skip

    def meaning(self) -> Meaning:
        names = ("code", "writers", "writers_reason", "never_to", "never_to_reason")
        return Meaning(**{name: self.cleaned_data[name] for name in names})


class CloseTypeForm(VersionedForm):
    from_day = DateField(label="Stängs från och med")


def _number(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        error_messages={"min_value": "Skriv ett tal som är 0 eller högre.", "max_value": "Talet är för stort."},
    )


class RulesForm(HubForm):
    from_day = DateField(label="Gäller från och med", help_text="I morgon eller senare. Till exempel 2026-12-01")
    decision = NameField(
        "Beslut", most=200, help_text="Vem som har beslutat och när, gärna diarienummer. Till exempel SN 2026/41, § 12."
    )
    youth_signs_from_age = _number("Den unga skriver under från (år)", "I SIG frågas den unga alltid.")
    decides_alone_from_age = _number(
        "Den unga kan bestämma själv från (år)", "Efter en bedömning av mognaden. 18 stänger av möjligheten."
    )
    hindered_guardian_rule = forms.BooleanField(
        label="En vårdnadshavare som är förhindrad kan ersättas i 30 dagar",
        required=False,
        help_text="FB 6:13 andra stycket. Bestäm det med en jurist.",
    )
    consent_max_months = _number("Ett samtycke gäller högst (månader)", "Löpande samtycken gäller som de skrevs.")
    rhythm_days = _number("Nätverksmöte minst var (dag)", "Högst 28: minst var fjärde vecka.")
    rhythm_warning_days = _number("Varna från dag", "Räknat från senaste mötet.")

    def rules(self) -> Rules:
        names = Rules.__slots__
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        return Rules(**values)


class TakeBackForm(HubForm):
    """Nothing to fill in: the page tells what follows."""
