"""Forms of planning: which weeks and cases, and another time for one meeting of a proposal."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import District
from meetings.forms.booking import BEFORE, LENGTHS, ClockField, _length
from meetings.models import Proposal, ProposedMeeting, Room
from meetings.proposing import LINK

#: What can be planned at once, in weeks.
WEEKS = (1, 2, 3, 4, 6, 8)


class PlanForm(HubForm):
    """Which weeks are planned and in which cases. Fields are named as the action names what it refuses."""

    first_day = DateField(label=_("Från och med"))
    weeks = forms.TypedChoiceField(label=_("Hur länge?"), coerce=int)
    district = forms.ChoiceField(label=_("Vilka ärenden?"), required=False)
    minutes = forms.TypedChoiceField(label=_("Mötenas längd"), coerce=int)
    officials_minutes = forms.TypedChoiceField(
        label=_("Tjänstemannamöte före"), coerce=int, help_text=_("Direkt före, utan familjen.")
    )

    def __init__(self, *args: Any, districts: Sequence[District], **options: Any) -> None:
        super().__init__(*args, **options)
        self.districts = {str(one.pk): one for one in districts}
        set_choices(self, "weeks", [(str(n), f"{n} vecka" if n == 1 else f"{n} veckor") for n in WEEKS])
        set_choices(self, "district", [("", "Alla som jag leder"), *((k, v.name) for k, v in self.districts.items())])
        set_choices(self, "minutes", [(str(n), _length(n)) for n in LENGTHS])
        whole = [n for n in BEFORE if n % 15 == 0]
        set_choices(self, "officials_minutes", [(str(n), _length(n) if n else "Inget") for n in whole])
        if len(self.districts) < 2:
            del self.fields["district"]

    def asked(self) -> dict[str, Any]:
        """What the action takes; the last day is a Sunday where the first is a Monday."""
        data = self.cleaned_data
        return {
            "first_day": data["first_day"],
            "last_day": data["first_day"] + timedelta(days=7 * data["weeks"] - 1),
            "minutes": data["minutes"],
            "officials_minutes": data["officials_minutes"],
            "district": self.districts.get(data.get("district", "")),
        }


def again(proposal: Proposal, today: date) -> dict[str, object]:
    """What the form begins with after a proposal: the same, from today where its days have begun."""
    weeks = (proposal.last_day - proposal.first_day).days // 7 + 1
    return {
        "first_day": max(proposal.first_day, today),
        "weeks": min(WEEKS, key=lambda n: abs(n - weeks)),
        "district": str(proposal.district_id or ""),
        "minutes": proposal.minutes,
        "officials_minutes": proposal.officials_minutes,
    }


class ProposalForm(HubForm):
    """That the proposal is still what one saw."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)


class LeaveForm(ProposalForm):
    out = forms.BooleanField(required=False)


class MoveForm(ProposalForm):
    """Another time for one meeting."""

    day = DateField(label=_("Dag"))
    starts_at = ClockField(label=_("Börjar"), help_text=_("På hel eller halv timme, till exempel 9.30"))
    room = forms.ChoiceField(label=_("Lokal"))

    def __init__(self, *args: Any, rooms: Sequence[Room], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = {str(room.ref): room for room in rooms}
        listed = [(ref, f"{room.name}, {room.place} ({room.capacity} platser)") for ref, room in self.rooms.items()]
        set_choices(self, "room", [*listed, (LINK.ref, "Videomöte, utan lokal")])

    def starts(self) -> datetime:
        return clock.wall_time(self.cleaned_data["day"], self.cleaned_data["starts_at"])

    def chosen_room(self) -> Room | None:
        return self.rooms.get(self.cleaned_data["room"])


def standing_at(row: ProposedMeeting) -> dict[str, object]:
    """What the form begins with."""
    begun: dict[str, object] = {"room": str(row.room.ref) if row.room else LINK.ref if row.starts_at else ""}
    if row.starts_at is not None:
        wall = clock.local(row.starts_at)
        begun |= {"day": wall.date(), "starts_at": f"{wall.hour}.{wall.minute:02}"}
    return begun
