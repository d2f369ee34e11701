"""What every form shares: messages that say how to mend the field, and refusal of what cannot be stored.

Nothing is fixed silently (P-Q4): a value is accepted as it stands or comes back with a sentence at the field.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from hub.errors import Invalid
from hub.textguard import MAX_TEXT, BadText, PlainTextField, clean_text

#: A counter under shorter fields would only disturb.
SHORTEST_COUNTED = 200  # characters
F = TypeVar("F", bound=forms.Field)
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


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


def sometimes(field: F) -> F:
    """A field that another answer decides on: whether it is asked for stands in its help, never "frivilligt"."""
    field.required = field.widget.is_required = False
    field.sometimes = True  # type: ignore[attr-defined]  # read by the field tag
    return field


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

    def show(self, invalid: Invalid) -> None:
        """Put what an action refused at the fields it names; the rest stands over the form (P-Q4)."""
        for name, sentence in invalid.errors.items():
            self.add_error(name if name in self.fields else None, sentence)


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """What may be chosen on this very page: (value, label) or (heading, pairs)."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def _word(name: str, field: forms.Field) -> None:
    """Give the field messages that name it and say what to do; its own wording wins."""
    label = str(field.label or name)
    asks, chosen = label.endswith("?"), isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    ours = {
        "required": _("Välj %(label)s.") if chosen else _("Fyll i %(label)s."),
        "invalid_choice": _("Valet finns inte längre. Välj %(label)s på nytt."),
        "invalid_list": _("Välj %(label)s på nytt."),
    }
    if asks:  # a question is quoted: it does not fit into another sentence
        ours = {
            "required": _("Välj ett svar på ”%(label)s”.") if chosen else _("Svara på ”%(label)s”."),
            "invalid_choice": _("Valet finns inte längre. Svara på ”%(label)s” på nytt."),
            "invalid_list": _("Svara på ”%(label)s” på nytt."),
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
            field.error_messages[key] = str(text) % {"label": label if asks else label.lower()}


def _limit(field: forms.CharField) -> None:
    """Refuse what cannot be stored, by the one rule for text; what a field already refuses itself is left to it."""
    if isinstance(field, PlainTextField):
        most = field.limit
    else:
        most = field.max_length or MAX_TEXT
        field.validators = [
            v for v in field.validators if not isinstance(v, MaxLengthValidator | ProhibitNullCharactersValidator)
        ]
        field.validators.append(_plain(most))
    # The browser must not cut a pasted text: it is counted, and refused with a number.
    field.widget.attrs.pop("maxlength", None)
    if most >= SHORTEST_COUNTED and isinstance(field.widget, forms.Textarea):
        field.widget.attrs["data-max"] = str(most)


def _plain(most: int) -> Callable[[str], None]:
    def validate(value: str) -> None:
        try:
            clean_text(value, max_length=most)
        except BadText as bad:
            raise ValidationError(bad.message, code=bad.code) from None

    return validate


class HubForm(Forms, forms.Form):
    """A plain form of the hub."""


class HubModelForm(Forms, forms.ModelForm):  # type: ignore[type-arg]  # the model is given by each subclass
    """A model form of the hub; views still save through the verbs in `actions`."""
