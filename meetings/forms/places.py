"""Forms over rooms and the times that are kept free for network meetings."""

from collections.abc import Iterable
from typing import Any

from django import forms

from hub.forms.base import HubForm, set_choices
from hub.forms.clock import ClockField
from hub.textguard import PlainTextField
from meetings.forms.availability import WEEKDAYS
from meetings.models import Room


class RoomForm(HubForm):
    name = PlainTextField(label="Namn", max_length=80, help_text="Till exempel Granen.")
    place = PlainTextField(
        label="Adress",
        max_length=200,
        help_text="Lokaler med samma adress räknas som samma hus. Visas bara för den som är inloggad.",
    )
    capacity = forms.IntegerField(
        label="Hur många får plats?", widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"})
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_row_version(self) -> int:
        return self.cleaned_data["row_version"] or 0


class StandingSlotForm(HubForm):
    weekdays = forms.MultipleChoiceField(
        label="Veckodagar",
        choices=[(str(day), name.capitalize()) for day, name in WEEKDAYS[:5]],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en veckodag."},
    )
    starts = ClockField(label="Börjar", help_text="Till exempel 09.00")
    minutes = forms.IntegerField(
        label="Minuter",
        initial=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}),
    )
    room = forms.ChoiceField(label="Lokal", required=False)

    def __init__(self, *args: Any, rooms: Iterable[Room], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = {str(room.ref): room for room in rooms}
        set_choices(self, "room", [("", "Ingen särskild"), *((ref, str(room)) for ref, room in self.rooms.items())])

    @property
    def chosen(self) -> Room | None:
        return self.rooms.get(self.cleaned_data["room"])
