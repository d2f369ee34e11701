"""How one wants to be mailed, group by group."""

from django import forms

from hub.forms.base import HubForm
from hub.models import MailMode, MessageGroup


def _choice(group: MessageGroup, help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=group.label, choices=MailMode.choices, widget=forms.RadioSelect, help_text=help_text)


class MailForm(HubForm):
    """One choice per group; the fields are named as the groups are stored."""

    stop = _choice(MessageGroup.STOP, "Någon har återkallat ett samtycke eller stoppat delningen.")
    party = _choice(
        MessageGroup.PARTY, "Du har fått eller lämnat en plats, eller en part har kommit till eller slutat."
    )
    reminder = _choice(
        MessageGroup.REMINDER,
        "Ett samtycke går snart ut, den unga fyller år så att reglerna ändras, eller en åtgärd ska vara klar.",
    )
    other = _choice(MessageGroup.OTHER, "Allt annat, till exempel att ett samtycke är fullständigt.")
