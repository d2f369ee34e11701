"""Forms of booking: when and where, who is asked, why not, and what somebody answers."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import Person
from hub.textguard import PlainTextField
from meetings.actions import Guests, When
from meetings.models import Answer, Meeting, MeetingForm, Room
from meetings.queries import Candidate, Kin, one_by_one

REQUIRED, OPTIONAL, NOT_ASKED = "ska", "kan", "nej"
LENGTHS = (30, 45, 60, 75, 90, 120)
BEFORE = (0, 15, 20, 30, 45, 60)
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})|(\d{1,2})")


class ClockField(PlainTextField):
    """A time of the day as Swedes write it: 9.00, 9:00 or 9."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = _CLOCK.fullmatch(text)
        try:
            return time(int(found[1] or found[3]), int(found[2] or 0)) if found else _refuse()
        except ValueError:
            return _refuse()


def _refuse() -> time:
    raise ValidationError(_("Skriv tiden som timmar och minuter, till exempel 9.00."))


class WhenForm(HubForm):
    """Day, time and place. Fields are named as the actions name what they refuse."""

    day = DateField(label=_("Dag"))
    starts_at = ClockField(label=_("Börjar"), help_text=_("Till exempel 9.00"))
    minutes = forms.TypedChoiceField(label=_("Längd"), coerce=int)
    officials_minutes = forms.TypedChoiceField(
        label=_("Tjänstemannamöte före"), coerce=int, help_text=_("Direkt före, utan familjen.")
    )
    form = forms.ChoiceField(label=_("Hur möts ni?"), choices=MeetingForm.choices, widget=forms.RadioSelect)
    room = forms.ChoiceField(label=_("Lokal"), required=False)
    place = PlainTextField(
        label=_("Annan plats, eller hur man ringer in"),
        required=False,
        max_length=300,
        help_text=_("Visas bara för den som är inloggad."),
    )
    link = PlainTextField(label=_("Länk till videomötet"), required=False, max_length=500)
    interpreter = PlainTextField(
        label=_("Tolk till språk"), required=False, max_length=40, help_text=_("Utan tolk hålls mötet inte.")
    )

    def __init__(self, *args: Any, rooms: Sequence[Room], standing: Meeting | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = {str(room.ref): room for room in rooms}
        lengths = {*LENGTHS, *([_minutes(standing)] if standing else [])}
        set_choices(self, "minutes", [(str(n), _length(n)) for n in sorted(lengths)])
        set_choices(self, "officials_minutes", [(str(n), _length(n) if n else "Inget") for n in BEFORE])
        listed = [(ref, f"{room.name}, {room.place} ({room.capacity} platser)") for ref, room in self.rooms.items()]
        set_choices(self, "room", [("", "Ingen lokal ur listan"), *listed])
        if standing is not None:  # what comes before keeps its length
            del self.fields["officials_minutes"]
        if not listed:
            del self.fields["room"]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Kontrollera året."))
        return day

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link:
            URLValidator(schemes=["https"], message=_("Skriv hela adressen, den börjar med https://."))(link)
        return link

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if data.get("form") == MeetingForm.VIDEO and not data.get("link") and "link" not in self.errors:
            self.add_error("link", _("Fyll i länken, så att de som är kallade kan komma in."))
        return data

    def when(self) -> When:
        data = self.cleaned_data
        starts_at = clock.wall_time(data["day"], data["starts_at"])
        return When(
            starts_at,
            starts_at + timedelta(minutes=data["minutes"]),
            form=data["form"],
            room=self.rooms.get(data.get("room", "")),
            place=data["place"],
            link=data["link"],
            interpreter=data["interpreter"],
        )


def _minutes(meeting: Meeting) -> int:
    return int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60


def _length(minutes: int) -> str:
    whole, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{whole} tim" if whole else "", f"{rest} min" if rest else "") if part)


def filled(meeting: Meeting) -> dict[str, object]:
    """What the form begins with when a meeting is changed."""
    wall = clock.local(meeting.starts_at)
    return {
        "day": wall.date(),
        "starts_at": f"{wall.hour}.{wall.minute:02}",
        "minutes": _minutes(meeting),
        "form": meeting.form,
        "room": str(meeting.room.ref) if meeting.room else "",
        "place": meeting.place,
        "link": meeting.link,
        "interpreter": meeting.interpreter,
    }


class GuestsForm(HubForm):
    """Who is asked: one choice for each who has a seat in the case, and the family."""

    family = forms.MultipleChoiceField(
        label=_("Familjen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Familjen får veta det med brev eller muntligt, aldrig som kalenderbokning."),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[Candidate],
        family: Sequence[Kin],
        asked: Meeting | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.people = {f"person_{one.assignment.ref}": one for one in people}
        self.kin: dict[str, Person] = {str(kin.person.ref): kin.person for kin in family}
        standing = list(asked.participants.filter(removed_at=None)) if asked else []
        required = {place.assignment_id: place.required for place in standing}
        for name, one in self.people.items():
            choice = forms.ChoiceField(label=one.label)
            choice.choices = [(REQUIRED, "Kallas"), (OPTIONAL, "Kallas, frivilligt"), (NOT_ASKED, "Kallas inte")]
            needed = required.get(one.assignment.pk) if asked else one.required
            choice.initial = NOT_ASKED if needed is None else REQUIRED if needed else OPTIONAL
            self.fields[name] = choice
        set_choices(self, "family", [(str(kin.person.ref), f"{kin.person.name}, {kin.role}") for kin in family])
        proposed = {kin.person.pk for kin in family if kin.custody and not one_by_one(family)}
        chosen = {place.person_id for place in standing} if asked else proposed
        self.fields["family"].initial = [ref for ref, person in self.kin.items() if person.pk in chosen]
        if not self.kin:
            del self.fields["family"]

    @property
    def officials(self) -> list[Any]:
        """The choices, as fields for the page."""
        return [self[name] for name in self.people]

    def guests(self) -> Guests:
        data = self.cleaned_data
        said = [(data[name], one.assignment) for name, one in self.people.items()]
        return Guests(
            officials=[one for choice, one in said if choice == REQUIRED],
            optional=[one for choice, one in said if choice == OPTIONAL],
            family=[self.kin[ref] for ref in data.get("family", ())],
        )


class VersionForm(HubForm):
    """That the meeting is still what one saw."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(VersionForm):
    """Why a meeting is called off, or did not take place."""

    reason = PlainTextField(
        label=_("Varför?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Läses bara av er som leder ärendet. De som är kallade får inte se skälet."),
    )


class AnswerForm(HubForm):
    """One's own answer, or what somebody has said."""

    answer = forms.ChoiceField(
        label=_("Svar"), choices=[choice for choice in Answer.choices if choice[0] != Answer.WAITING]
    )


def proposal(day: date, interpreter: str) -> dict[str, object]:
    """What an empty form begins with."""
    return {
        "day": day,
        "starts_at": "9.00",
        "minutes": 60,
        "officials_minutes": 0,
        "form": MeetingForm.ROOM,
        "interpreter": interpreter,
    }
