"""Going through a paper, as a form: what one came to, in a few words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.parts import AskedDateField
from hub.forms.base import HubForm
from hub.models import Assignment


class ReviewForm(HubForm):
    """Carries the seal of what was shown, so that a later change is not marked as gone through."""

    note = forms.CharField(
        label=_("Vad kom du fram till?"),
        max_length=1000,
        help_text=_("Kort: vad du har gått igenom och vad som händer nu."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


class ManagersWordForm(ReviewForm):
    """The same, noted by who leads the case of a protected person: which manager judged it, and when (P-A8)."""

    manager = forms.ModelChoiceField(
        label=_("Vilken chef har granskat?"), queryset=Assignment.objects.none(), empty_label=_("Välj")
    )
    manager_on = AskedDateField(label=_("När?"))
    note = forms.CharField(
        label=_("Vad kom chefen fram till?"),
        max_length=1000,
        help_text=_("Kort: vad chefen har vägt och vad som händer nu."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("manager", "manager_on", "note", "seen")
