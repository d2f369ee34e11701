"""What every form shares: messages that say how to mend the field, and refusal of what cannot be stored.

Nothing is fixed silently (P-Q4): a value is accepted as it stands or comes back with a sentence at the field.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: Characters of running text that a field takes when it names no limit of its own.
LONGEST_TEXT = 20_000
SHORTEST_COUNTED = 200
_LINE_CHARACTERS = frozenset("\n\r\t")
#: Overrides turn the reading order of what follows; ordinary right-to-left names never need them.
_OVERRIDES = frozenset("\u202d\u202e")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def refuse_control_characters(value: str) -> None:
    """Refuse characters that no keyboard writes and that hide or turn text; emoji and all scripts pass."""
    for character in value:
        control = unicodedata.category(character) == "Cc" and character not in _LINE_CHARACTERS
        if control or character in _OVERRIDES:
            raise ValidationError(
                _("Texten innehåller ett osynligt styrtecken. Skriv om den eller klistra in ren text."),
                code="control_character",
            )


def parse_date(text: str) -> date:
    """A date as Swedes write it: 2026-11-22, 20261122, 22/11 2026, 22.11.2026 or 22 november 2026.

    Raises ValueError for everything else, two-digit years included: they do not say which century.
    """
    text = " ".join(text.strip().lower().replace(",", " ").split())
    if found := re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})", text):
        year, month, day = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})[./ ](\d{1,2})[./ ](\d{4})", text):
        day, month, year = found.groups()
    elif found := re.fullmatch(r"(?:den )?(\d{1,2}) ([a-zåäö]{3,9})\.? (\d{4})", text):
        day, name, year = found.groups()
        if name[:3] not in _MONTHS:
            raise ValueError(text)
        month = str(_MONTHS.index(name[:3]) + 1)
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


class DateField(forms.Field):
    """A date typed as text: a native picker drops what it cannot read, and nobody can say what was wrong."""

    widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "class": "input-short"})
    default_error_messages = {
        "invalid": _("Skriv datumet som år, månad och dag, till exempel 2026-11-22."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Till exempel 2026-11-22"))
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class Forms(forms.BaseForm):
    """Shared by plain and model forms: messages, limits and counters."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            _word(name, field)
            if isinstance(field, forms.CharField):
                _limit(field)


def _word(name: str, field: forms.Field) -> None:
    """Give the field messages that name it and say what to do; its own wording wins."""
    label = str(field.label or name).lower()
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    ours = {
        "required": _("Välj %(label)s.") if chosen else _("Fyll i %(label)s."),
        "invalid_choice": _("Valet finns inte längre. Välj %(label)s på nytt."),
        "invalid_list": _("Välj %(label)s på nytt."),
    }
    if isinstance(field, forms.BooleanField):
        ours["required"] = _("Markera rutan för att gå vidare.")
    if isinstance(field, forms.IntegerField):
        ours["invalid"] = _("Skriv ett heltal med siffror.")
    default = {
        key: text
        for cls in reversed(type(field).__mro__)
        for key, text in getattr(cls, "default_error_messages", {}).items()
    }
    for key, text in ours.items():
        if field.error_messages.get(key) == default.get(key):
            field.error_messages[key] = str(text) % {"label": label}


def _limit(field: forms.CharField) -> None:
    field.validators.append(refuse_control_characters)
    if field.max_length is None:
        field.max_length = LONGEST_TEXT
        field.validators.append(NoLongerThan(LONGEST_TEXT))
    else:
        field.validators = [v for v in field.validators if getattr(v, "code", "") != "max_length"]
        field.validators.append(NoLongerThan(field.max_length))
    # The browser must not cut a pasted text: it is counted, and refused with a number.
    field.widget.attrs.pop("maxlength", None)
    if field.max_length >= SHORTEST_COUNTED and isinstance(field.widget, forms.Textarea):
        field.widget.attrs["data-max"] = str(field.max_length)


class NoLongerThan:
    """Length as a sentence with both numbers, so that one knows how much to cut."""

    code = "max_length"

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, value: str) -> None:
        if len(value) > self.most:
            raise ValidationError(
                _("Texten får ha högst %(most)s tecken. Nu har den %(now)s. Korta den eller dela upp den."),
                code=self.code,
                params={
                    "most": f"{self.most:,}".replace(",", "\u00a0"),
                    "now": f"{len(value):,}".replace(",", "\u00a0"),
                },
            )


class HubForm(Forms, forms.Form):
    """A plain form of the hub."""


class HubModelForm(Forms, forms.ModelForm):  # type: ignore[type-arg]
    """A model form of the hub; views still save through the verbs in `actions`."""
