"""Registering and changing a person: the personnummer suggests, the fields decide (P-I1, R42)."""

import unicodedata
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub import personnummer
from hub.actions.people import PersonFacts
from hub.forms.base import DateField, HubForm
from hub.models import CUSTODY_KINDS, REPRESENTATIVE_KINDS, Person, Protection, RelativeKind, Sex
from hub.textguard import PersonNameField, PlainTextField

LONGEST_NAME = 100
EARLIEST = date(personnummer.EARLIEST_YEAR, 1, 1)
#: A personnummer's day may be a nearby one (1991:481 18 §); further away one of the two is mistyped.
NEARBY = timedelta(days=31)
_BETWEEN_LETTERS = frozenset(" -'’.´")


class LegalNameField(PersonNameField):
    """A name as the population register writes it: Latin letters; a symbol or another script is mistyped."""

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        for place, character in enumerate(name or "", 1):
            if character in _BETWEEN_LETTERS or unicodedata.category(character) == "Mn":
                continue
            if not (character.isalpha() and unicodedata.name(character, "").startswith("LATIN")):
                raise ValidationError(
                    "Skriv namnet med bokstäver så som det står i folkbokföringen eller passet. "
                    f"Tecken {place} går inte att använda.",
                    code="letters",
                )
        if name and len(name) > LONGEST_NAME:
            raise ValidationError(f"Namnet får ha högst {LONGEST_NAME} tecken. Nu har det {len(name)}.", code="long")
        return name


class AnsweredField(PlainTextField):
    """Not voluntary, but another field may answer it ("saknas"), so that the form decides what is missing."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class AnsweredDate(DateField):
    """As above: the personnummer may answer it."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class PersonForm(HubForm):
    """Who the person is. `on` is the local day of the request: it decides what lies in the future."""

    given_name = LegalNameField(label="Förnamn")
    family_name = LegalNameField(label="Efternamn")
    personnummer = AnsweredField(
        label="Personnummer eller samordningsnummer",
        max_length=40,
        help_text="ÅÅÅÅMMDD-NNNN",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input-medium"}),
    )
    number_missing = forms.BooleanField(label="Personnummer saknas", required=False)
    birth_date = AnsweredDate(
        label="Födelsedatum",
        help_text="Till exempel 2010-12-03. Lämna tomt om det är samma dag som i personnumret.",
    )
    sex = forms.ChoiceField(label="Kön", choices=Sex.choices, widget=forms.RadioSelect, initial=Sex.UNKNOWN)
    protection = forms.ChoiceField(
        label="Skyddade personuppgifter",
        choices=Protection.choices,
        initial=Protection.NONE,
        help_text="Med skydd syns personen bara för dem som har en plats i ärendet, aldrig i listor och sökförslag.",
    )
    family_security_flag = forms.BooleanField(
        label="Säkerhetsflagga för familjen",
        required=False,
        help_text="Våld, heder, skyddat boende eller någon som inte får veta var familjen finns. "
        "Då görs ett papper och ett brev per person, utan något om de andra.",
    )
    language = PlainTextField(label="Språk", max_length=40, initial="svenska", help_text="Det språk som vi pratar på")
    needs_interpreter = forms.BooleanField(label="Behöver tolk", required=False)
    address = PlainTextField(label="Adress", required=False, max_length=200)
    phone = PlainTextField(label="Telefon", required=False, max_length=40)
    school = PlainTextField(label="Skola", required=False, max_length=120)

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.read: personnummer.Personnummer | None = None

    def clean_personnummer(self) -> str:
        text = self.cleaned_data["personnummer"]
        if not text:
            return ""
        try:
            self.read = personnummer.parse(text, on=self.on)
        except personnummer.InvalidPersonnummer as wrong:
            raise ValidationError(wrong.message, code=wrong.code) from None
        return self.read.digits

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and born > self.on:
            raise ValidationError("Födelsedatumet ligger i framtiden. Kontrollera året.", code="future")
        if born is not None and born < EARLIEST:
            raise ValidationError(f"Födelsedatumet är före {EARLIEST.year}. Kontrollera året.", code="past")
        return born

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_number(data)
        self._settle_birth_date(data)
        return data

    def _check_number(self, data: dict[str, Any]) -> None:
        if data.get("personnummer") and data.get("number_missing"):
            self.add_error("number_missing", "Ta bort numret eller krysset: båda kan inte stämma.")
        elif data.get("personnummer") == "" and not data.get("number_missing"):
            self.add_error("personnummer", "Fyll i personnumret, eller markera att det saknas.")

    def _settle_birth_date(self, data: dict[str, Any]) -> None:
        if "birth_date" in self.errors or "personnummer" in self.errors:
            return
        suggested, born = self.read.birth_date if self.read else None, data.get("birth_date")
        if born is None and suggested is None:
            self.add_error("birth_date", "Fyll i födelsedatum.")
        elif born is None:
            data["birth_date"] = suggested
        elif suggested is not None and abs(born - suggested) > NEARBY:
            self.add_error("birth_date", "Födelsedatumet ligger långt från det i personnumret. Kontrollera båda.")

    def facts(self) -> PersonFacts:
        """What was typed, for the verbs in `hub.actions`."""
        names = PersonFacts.__dataclass_fields__
        return PersonFacts(**{name: self.cleaned_data[name] for name in names})


class PersonEditForm(PersonForm):
    """The person's own page: the number is kept unless a new one is written, protected fields unless opened."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, open_fields: bool, **options: Any) -> None:
        self.person = person
        names = [name for name in PersonFacts.__dataclass_fields__ if name != "personnummer"]
        initial = {name: getattr(person, name) for name in names} | {"row_version": person.row_version}
        super().__init__(*args, initial=initial, **options)
        self.fields["birth_date"].help_text = "Till exempel 2010-12-03"
        if person.personnummer:
            self.fields["personnummer"].help_text = "Lämna tomt för att behålla det som är registrerat."
        else:
            self.fields["number_missing"].initial = True
        if not open_fields:
            for name in PROTECTED_FIELDS:
                del self.fields[name]

    def _check_number(self, data: dict[str, Any]) -> None:
        kept = self.person.personnummer and not data.get("number_missing")
        if data.get("personnummer") == "" and kept:
            data["personnummer"] = self.person.personnummer
            return
        super()._check_number(data)

    def facts(self) -> PersonFacts:
        hidden = {name: getattr(self.person, name) for name in PROTECTED_FIELDS if name not in self.fields}
        self.cleaned_data.update(hidden)
        return super().facts()


#: Behind break-glass for a protected person (P-A8).
PROTECTED_FIELDS = ("address", "phone", "school")


class CustodyFields(forms.Form):
    """From when to when somebody has custody, as days; the last day is the last *with* custody."""

    has_custody = forms.BooleanField(
        label="Har vårdnaden, eller företräder barnet som god man",
        required=False,
        help_text="Avgör vem som ska skriva under samtycken (6 kap. 11 och 13&nbsp;§§ föräldrabalken).",
    )
    custody_from = DateField(
        label="Vårdnad från och med", required=False, help_text="Lämna tomt om den gäller sedan födseln."
    )
    custody_last = DateField(
        label="Vårdnad till och med", required=False, help_text="Bara om vårdnaden har upphört eller ska upphöra."
    )


def check_custody(form: forms.BaseForm, kind: str, *, born: date) -> None:
    """Custody fits the kind, and its days come in order. Leaves `custody_from` and `custody_to` in cleaned_data.

    `custody_to` is the first day without custody; `born` is the youth's birth date.
    """
    data = form.cleaned_data
    first, last = data.get("custody_from"), data.get("custody_last")
    if not data.get("has_custody"):
        if first or last:
            form.add_error("has_custody", "Markera vårdnaden, eller ta bort datumen.")
        data["custody_from"] = data["custody_to"] = None
        return
    if kind and kind not in CUSTODY_KINDS | REPRESENTATIVE_KINDS:
        form.add_error("has_custody", "Ett syskon eller en styvförälder har inte vårdnaden. Välj en annan relation.")
    if first and first < born:
        form.add_error("custody_from", "Vårdnaden kan inte börja före barnets födelse.")
    data["custody_from"] = first or born
    data["custody_to"] = last + timedelta(days=1) if last else None
    if last and last < data["custody_from"]:
        form.add_error("custody_last", "Sista dagen ligger före den första. Kontrollera datumen.")


class RelativeForm(CustodyFields, PersonForm):
    """Someone close to the youth."""

    kind = forms.ChoiceField(label="Relation till den unga", choices=[("", "Välj relation"), *RelativeKind.choices])
    field_order = ("given_name", "family_name", "kind", "has_custody", "custody_from", "custody_last")

    def __init__(self, *args: Any, born: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.born = born
        del self.fields["school"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_custody(self, data.get("kind", ""), born=self.born)
        return data

    def facts(self) -> PersonFacts:
        self.cleaned_data["school"] = ""
        return super().facts()


class CustodyForm(CustodyFields, HubForm):
    """A change of custody; `seen` is what the page showed, so that nobody writes over a change they did not see."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, born: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.born = kind, born

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        check_custody(self, self.kind, born=self.born)
        return data
