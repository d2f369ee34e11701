"""A key for another system: what it is for, what it may do, how long."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from hub.forms.base import HubForm
from hub.models import TokenScope
from hub.textguard import PlainTextField

READ_ONLY, READ_WRITE = "read", "write"
CHOOSE_REACH, CHOOSE_DAYS = "Välj vad nyckeln får göra.", "Välj hur länge nyckeln ska gälla."
DAYS = [("1", "1 dag"), ("7", "7 dagar"), ("30", "30 dagar"), ("90", "90 dagar"), ("365", "365 dagar")]


class TokenForm(HubForm):
    """The choices of a new key."""

    name = PlainTextField(
        label="Vad ska nyckeln användas till?",
        max_length=80,
        error_messages={"required": "Skriv vad nyckeln ska användas till."},
        help_text="Till exempel namnet på systemet, så att du känner igen nyckeln. Skriv inget om en person.",
    )
    reach = forms.ChoiceField(
        label="Vad får den göra?",
        widget=forms.RadioSelect,
        initial=READ_ONLY,
        error_messages={"required": CHOOSE_REACH, "invalid_choice": CHOOSE_REACH},
        choices=[(READ_ONLY, "Läsa"), (READ_WRITE, "Läsa och skriva")],
    )
    days = forms.ChoiceField(
        label="Hur länge ska den gälla?",
        choices=DAYS,
        initial="90",
        error_messages={"required": CHOOSE_DAYS, "invalid_choice": CHOOSE_DAYS},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        hints = {READ_ONLY: "Det du själv kan läsa.", READ_WRITE: "Det du själv kan läsa och göra."}
        self.fields["reach"].choice_hints = hints  # type: ignore[attr-defined]  # read by the tag `field`

    def scopes(self) -> list[str]:
        read, write = TokenScope.READ.value, TokenScope.WRITE.value
        return [read] if self.cleaned_data["reach"] == READ_ONLY else [read, write]

    def expires_at(self, at: datetime) -> datetime:
        return at + timedelta(days=int(self.cleaned_data["days"]))
