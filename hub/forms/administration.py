"""Forms of the administration: agencies, units, users, assignments, agreements, files."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from hub.actions.agreements import AgreementFacts
from hub.actions.organisation import AgencyFacts, AssignmentFacts
from hub.forms.base import DateField, HubForm, set_choices
from hub.forms.parties import ChooseAgencyForm
from hub.models import (
    KINDS_WITHOUT_ACCOUNT,
    AgencyKind,
    AgreementLevel,
    Assignment,
    District,
    ImportKind,
    Role,
    Unit,
)
from hub.textguard import PlainTextField

Choices = Sequence[tuple[str, Any]]


class NameField(PlainTextField):
    """A name on one line."""

    def __init__(self, label: str, *, help_text: str = "", most: int = 120, required: bool = True) -> None:
        super().__init__(label=label, max_length=most, help_text=help_text, required=required, widget=forms.TextInput())

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if "\n" in text:
            raise forms.ValidationError("Skriv det på en rad.")
        return text


def last_day(label: str = "Till och med", help_text: str = "Lämna tomt om slutdag inte är bestämd.") -> DateField:
    return DateField(label=label, required=False, help_text=help_text)


class VersionedForm(HubForm):
    """A form over a row that somebody else may be changing too."""

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def version(self) -> int:
        return int(self.cleaned_data.get("row_version") or 0)


class AgencyForm(HubForm):
    name = NameField("Verksamhetens namn", help_text="Som den heter utåt, till exempel Lokalpolisområde Rinkeby.")
    kind = forms.ChoiceField(
        label="Slag",
        choices=[("", "Välj slag"), *AgencyKind.choices],
        help_text="Sekretessen följer slaget. Det går inte att ändra sedan.",
    )
    home = forms.ChoiceField(
        label="Vems är verksamheten?",
        widget=forms.RadioSelect,
        choices=[("ja", "Kommunens egen"), ("nej", "Utifrån")],
    )
    district = forms.ChoiceField(label="Distrikt", required=False)
    unit = NameField("Första enheten", help_text="Till exempel Ungdomsenheten. Fler enheter läggs till sedan.")

    def __init__(self, *args: Any, districts: Iterable[District], **options: Any) -> None:
        super().__init__(*args, **options)
        self.districts = {str(district.pk): district for district in districts}
        set_choices(self, "district", [("", "Hela kommunen"), *((k, d.name) for k, d in self.districts.items())])
        self.fields["home"].choice_hints = {  # type: ignore[attr-defined]  # read by the field component
            "ja": "En nämnd eller förvaltning i kommunen, till exempel socialtjänst, skola eller fritid.",
            "nej": "Till exempel polis, frivård, region eller en annan kommuns jour. Den läser bara så länge en "
            "överenskommelse gäller.",
        }

    def facts(self) -> AgencyFacts:
        data = self.cleaned_data
        return AgencyFacts(
            name=data["name"],
            kind=data["kind"],
            home=data["home"] == "ja",
            district=self.districts.get(data["district"]),
            authority=data["kind"] not in KINDS_WITHOUT_ACCOUNT | {AgencyKind.FRISKOLA.value},
        )


class AgencyEditForm(VersionedForm):
    name = NameField("Verksamhetens namn")
    district = forms.ChoiceField(label="Distrikt", required=False)

    def __init__(self, *args: Any, districts: Iterable[District], **options: Any) -> None:
        super().__init__(*args, **options)
        self.districts = {str(district.pk): district for district in districts}
        set_choices(self, "district", [("", "Hela kommunen"), *((k, d.name) for k, d in self.districts.items())])

    @property
    def chosen(self) -> District | None:
        return self.districts.get(self.cleaned_data["district"])


class ServeForm(ChooseAgencyForm):
    """An agency that exists already."""


class UnitForm(VersionedForm):
    name = NameField("Enhetens namn", help_text="Till exempel Mottagningsenheten.")
    family_counselling = forms.BooleanField(
        label="Familjerådgivning",
        required=False,
        help_text="Har en egen sekretess (26 kap. 3 § OSL) och tillfrågas aldrig i en kännedomskontroll.",
    )


class AssignmentFields(HubForm):
    """Where, as what, from when to when."""

    unit = forms.ChoiceField(label="Enhet")
    role = forms.ChoiceField(label="Roll", choices=[("", "Välj roll"), *Role.choices])
    names_contacts = forms.BooleanField(
        label="Utser verksamhetens kontakter",
        required=False,
        help_text="Får veta när verksamheten blir part i ett ärende och väljer vem som deltar. Chefer får det alltid.",
    )
    first = DateField(label="Från och med")
    last = last_day()

    def __init__(self, *args: Any, units: Iterable[Unit], on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {str(unit.ref): unit for unit in units}
        groups: dict[str, list[tuple[str, str]]] = {}
        for ref, unit in self.units.items():
            groups.setdefault(unit.agency.name, []).append((ref, unit.name))
        set_choices(self, "unit", [("", "Välj enhet"), *groups.items()])
        self.fields["first"].initial = on

    def assignment(self) -> AssignmentFacts:
        data = self.cleaned_data
        return AssignmentFacts(
            unit=self.units[data["unit"]],
            role=data["role"],
            first=data["first"],
            last=data["last"],
            names_contacts=data["names_contacts"],
        )


class UserForm(AssignmentFields):
    name = NameField("Namn", help_text="För- och efternamn, som kollegorna känner igen det.")
    email = forms.EmailField(
        label="E-postadress",
        max_length=254,
        help_text="Arbetets adress. Den används för att logga in.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    qualified = forms.BooleanField(
        label="Socionom eller motsvarande",
        required=False,
        help_text="Krävs för att besluta om att inleda utredning (socialtjänstlagen).",
    )
    field_order = ("name", "email", "qualified", "unit", "role", "names_contacts", "first", "last")


class UserEditForm(VersionedForm):
    name = NameField("Namn")
    email = forms.EmailField(label="E-postadress", max_length=254)
    qualified = forms.BooleanField(label="Socionom eller motsvarande", required=False)
    active = forms.BooleanField(
        label="Kontot är öppet",
        required=False,
        help_text="Stängs kontot upphör alla uppdrag genast. Kontot tas aldrig bort: loggen nämner det för alltid.",
    )


class EndAssignmentForm(VersionedForm):
    when = forms.ChoiceField(
        label="När slutar uppdraget?",
        widget=forms.RadioSelect,
        choices=[("now", "Genast"), ("later", "Efter en sista dag")],
        initial="now",
    )
    last = last_day("Sista dagen", "Sista dagen räknas med. Till exempel 2026-11-22")
    replacement = forms.ChoiceField(label="Vem tar över det som leds?", required=False)

    def __init__(self, *args: Any, others: Iterable[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.others = {str(a.ref): a for a in others}
        named = ((ref, f"{a.user.name}, {str(a.get_role_display()).lower()}") for ref, a in self.others.items())
        set_choices(self, "replacement", [("", "Enheten: chefen utser en ny"), *named])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("when") == "later" and not data.get("last") and "last" not in self.errors:
            self.add_error("last", "Skriv sista dagen, eller välj att uppdraget slutar genast.")
        return data

    @property
    def last_or_now(self) -> date | None:
        return self.cleaned_data["last"] if self.cleaned_data["when"] == "later" else None

    @property
    def successor(self) -> Assignment | None:
        return self.others.get(self.cleaned_data["replacement"])


class AgreementForm(VersionedForm):
    title = NameField("Namn", most=160, help_text="Till exempel Samverkan mellan kommunen och polisen 2026.")
    level = forms.ChoiceField(label="Nivå", choices=[("", "Välj nivå"), *AgreementLevel.choices])
    reference = NameField(
        "Diarienummer", required=False, help_text="Var den undertecknade handlingen finns. Den laddas inte upp här."
    )
    first = DateField(label="Gäller från och med")
    last = last_day("Gäller till och med")
    note = PlainTextField(
        label="Anteckning",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Till exempel vad som ska följas upp. Skriv inget om enskilda personer.",
    )

    def facts(self) -> AgreementFacts:
        data = self.cleaned_data
        return AgreementFacts(**{key: data[key] for key in ("title", "level", "reference", "note", "first", "last")})


class AgreementEndForm(VersionedForm):
    """Only the version of the row: the page tells what follows."""


class AgreementPartyForm(ChooseAgencyForm):
    first = DateField(label="Part från och med")
    last = last_day("Part till och med", "Lämna tomt för hela överenskommelsens tid.")


class EndPartForm(HubForm):
    when = forms.ChoiceField(
        label="När upphör det?",
        widget=forms.RadioSelect,
        choices=[("now", "Genast"), ("later", "Efter en sista dag")],
        initial="now",
    )
    last = last_day("Sista dagen", "Sista dagen räknas med. Till exempel 2026-11-22")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("when") == "later" and not data.get("last") and "last" not in self.errors:
            self.add_error("last", "Skriv sista dagen, eller välj genast.")
        return data

    @property
    def last_or_now(self) -> date | None:
        return self.cleaned_data["last"] if self.cleaned_data["when"] == "later" else None


class UploadForm(HubForm):
    kind = forms.ChoiceField(label="Vad finns i filen?", widget=forms.RadioSelect, choices=ImportKind.choices)
    file = forms.FileField(
        label="CSV-fil",
        help_text="Högst 2 MB och 10 000 rader. UTF-8, eller så som Excel sparar ”CSV”.",
        error_messages={"required": "Välj en fil.", "empty": "Filen är tom.", "missing": "Välj en fil."},
    )
