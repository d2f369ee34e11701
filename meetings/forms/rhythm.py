"""Forms of the rhythm: by which day the next meeting is held, and contacts with the youth between meetings (P-M2)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.forms.base import DateField, HubForm
from hub.textguard import PlainTextField
from meetings.models import ContactHow


class RhythmForm(HubForm):
    """How many days at most, and why when they are more than four weeks."""

    days = forms.IntegerField(
        label=_("Högst antal dagar mellan mötena"),
        help_text=_("28 är fyra veckor, det vanliga. Kortare går alltid bra, längre behöver ett skäl."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}),
    )
    reason = PlainTextField(
        label=_("Skäl"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Krävs när det går mer än 28 dagar. Läses av er som leder ärendet och av chefen."),
    )


class ContactForm(HubForm):
    """When and how somebody was in contact with the youth; never what was said."""

    on = DateField(label=_("Dag"))
    how = forms.ChoiceField(label=_("Hur?"), choices=ContactHow.choices, widget=forms.RadioSelect)
