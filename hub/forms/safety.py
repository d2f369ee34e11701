"""Reasons: jäv, break-glass, opening protected contact details. And the search field."""

from django import forms

from hub.forms.base import HubForm
from hub.textguard import PlainTextField

_REASON = {"widget": forms.Textarea(attrs={"rows": 3})}


class RecuseForm(HubForm):
    reason = PlainTextField(
        label="Vilken är din koppling?",
        max_length=500,
        help_text="Kort, till exempel ”granne” eller ”släkt”. Skriv inget om den ungas situation.",
        **_REASON,
    )


class OpenProtectedForm(HubForm):
    reason = PlainTextField(
        label="Varför behöver du kontaktuppgifterna nu?",
        max_length=500,
        help_text="Skälet visas för din chef och granskas i efterhand.",
        **_REASON,
    )


class BreakGlassForm(HubForm):
    """Who, by a number that one already has, and why."""

    whom = PlainTextField(
        label="Ärendenummer eller personnummer",
        max_length=40,
        help_text="Till exempel S-2026-0012 eller ÅÅÅÅMMDD-NNNN",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input-medium"}),
    )
    reason = PlainTextField(
        label="Varför kan det inte vänta?",
        max_length=500,
        help_text="Skälet visas för din chef och granskas i efterhand.",
        **_REASON,
    )


class SearchForm(HubForm):
    q = PlainTextField(
        label="Namn, personnummer eller ärendenummer",
        max_length=100,
        help_text="Början av förnamnet eller efternamnet räcker. Personnummer och ärendenummer skrivs hela.",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Skriv ett namn, ett personnummer eller ett ärendenummer."},
    )
