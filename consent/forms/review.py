"""Going through a paper, as a form: what one came to, in a few words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.forms.base import HubForm


class ReviewForm(HubForm):
    """Carries the seal of what was shown, so that a later change is not marked as gone through."""

    note = forms.CharField(
        label=_("Vad kom du fram till?"),
        max_length=1000,
        help_text=_("Kort: vad du har gått igenom och vad som händer nu."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
