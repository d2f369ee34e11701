"""How one wants to be mailed, group by group."""

from collections.abc import Mapping
from typing import Any

from django import forms

from hub.forms.base import HubForm
from hub.models import MailMode, MessageGroup

HINTS = {
    MessageGroup.STOP: "Någon har återkallat ett samtycke eller stoppat delningen.",
    MessageGroup.PARTY: "Du har fått eller lämnat en plats, en part har kommit till eller slutat.",
    MessageGroup.REMINDER: "Ett samtycke går ut snart, eller den unga fyller år så att reglerna ändras.",
    MessageGroup.OTHER: "Allt annat, till exempel att ett samtycke är fullständigt.",
}


class MailForm(HubForm):
    """One choice per group; the fields are named after the groups."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **options: Any) -> None:
        self.base_fields = {
            group.value: forms.ChoiceField(
                label=group.label,
                choices=MailMode.choices,
                widget=forms.RadioSelect,
                initial=chosen[group],
                help_text=HINTS[group],
            )
            for group in MessageGroup
        }
        super().__init__(*args, **options)
