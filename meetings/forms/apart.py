"""The form that marks two youths as kept apart (P-M3)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub.forms.base import HubForm, set_choices
from hub.models import Individual
from hub.textguard import PlainTextField


class KeepApartForm(HubForm):
    """Whom, and why."""

    other = forms.ChoiceField(
        label=_("Vem hålls den unge isär från?"),
        error_messages={"invalid_choice": _("Välj en ung person i ett ärende som du leder eller är chef för.")},
    )
    reason = PlainTextField(
        label=_("Varför?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Läses bara av er som leder eller är chef för bådas ärenden."),
    )

    def __init__(self, *args: Any, youths: Iterable[tuple[Individual, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        known = list(youths)
        self.youths = {str(one.ref): one for one, _name in known}
        set_choices(self, "other", [("", "Välj"), *((str(one.ref), name) for one, name in known)])

    @property
    def chosen(self) -> Individual:
        return self.youths[self.cleaned_data["other"]]
