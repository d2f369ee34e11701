"""Forms of the letters: that somebody was told, that a guardian may be, and the number to call (P-M6)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.forms.base import DateField, HubForm, set_choices
from hub.textguard import PlainTextField


class ToldForm(HubForm):
    """How somebody was told, and on which day."""

    how = forms.ChoiceField(label=_("Hur?"), widget=forms.RadioSelect)
    told_on = DateField(label=_("Vilken dag?"))

    def __init__(self, *args: Any, ways: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "how", ways)


class ClearForm(HubForm):
    """Why a guardian can be told without danger."""

    reason = PlainTextField(
        label=_("Varför kan personen kontaktas?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Vad ni vet om faran, och hur kontakten tas. Läses av er som leder ärendet och av chefen."),
    )


class NumberForm(HubForm):
    """The number at work that stands in one's letters."""

    phone = PlainTextField(
        label=_("Ditt nummer i breven"),
        max_length=30,
        help_text=_("Till exempel 08-123 45 67. Det gäller alla dina brev."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "input-short"}),
    )
