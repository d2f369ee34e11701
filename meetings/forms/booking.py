"""Forms of booking: when and where, who is asked, why not, and what somebody answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices, sometimes
from hub.forms.clock import ClockField as ClockField
from hub.models import Assignment, Person
from hub.textguard import PlainTextField
from meetings.actions import Guests, When
from meetings.models import OCCUPYING, Answer, Meeting, MeetingForm, Room
from meetings.queries import Candidate, Kin, one_by_one
from meetings.slots import Key, Wish

REQUIRED, OPTIONAL, INSTEAD, NOT_ASKED = "ska", "kan", "ersatt", "nej"
LENGTHS = (30, 45, 60, 75, 90, 120)
BEFORE = (0, 15, 20, 30, 45, 60)


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
    despite = sometimes(
        PlainTextField(
            label=_("Varför hålls mötet då ändå?"),
            max_length=300,
            help_text=_("Behövs när någon som ska vara med är upptagen. Läses bara av er som leder ärendet."),
        )
    )

    def __init__(self, *args: Any, rooms: Sequence[Room], standing: Meeting | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = {str(room.ref): room for room in rooms}
        lengths = {*LENGTHS, *([_minutes(standing)] if standing else [])}
        set_choices(self, "minutes", [(str(n), _length(n)) for n in sorted(lengths)])
        set_choices(self, "officials_minutes", [(str(n), _length(n) if n else "Inget") for n in BEFORE])
        listed = [(ref, f"{room.name}, {room.place} ({room.capacity} platser)") for ref, room in self.rooms.items()]
        set_choices(self, "room", [("", "Ingen lokal ur listan"), *listed])
        #: Minutes before, where they are not asked for.
        self.before = 0
        if standing is not None:  # what comes before keeps its length
            first = Meeting.objects.filter(main=standing, state__in=OCCUPYING).first()
            self.before = _minutes(first) if first else 0
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
            despite=data["despite"],
        )

    def day_and_span(self) -> tuple[date | None, tuple[datetime, datetime] | None]:
        """The day that stands in the field, and from when to when; None for what cannot be read. Nothing is judged."""
        day = self._read("day")
        if day is None or not 2000 <= day.year <= 2100:
            return None, None
        begins = self._read("starts_at")
        if begins is None:
            return day, None
        starts_at = clock.wall_time(day, begins)
        before = timedelta(minutes=self.number("officials_minutes", self.before))
        return day, (starts_at - before, starts_at + timedelta(minutes=self.number("minutes", 60)))

    def _read(self, name: str) -> Any:
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    def number(self, name: str, otherwise: int) -> int:
        """A length as it stands in the form, one that can be chosen."""
        field = self.fields.get(name)
        said = str(self[name].value()) if field is not None else ""
        known = {str(value) for value, _label in getattr(field, "choices", ())}
        return int(said) if said in known else otherwise

    def wish(self, must: Sequence[Assignment], may: Sequence[Assignment], family: Sequence[Person]) -> Wish:
        """What stands in the form, for the best slots."""
        form = str(self["form"].value())
        return Wish(
            must=must,
            may=may,
            family=family,
            minutes=self.number("minutes", 60),
            officials_minutes=self.number("officials_minutes", self.before),
            form=form if form in MeetingForm.values else MeetingForm.ROOM,
            place="" if "room" in self.fields and self["room"].value() else str(self["place"].value() or ""),
            interpreter=str(self["interpreter"].value() or "")[:40],
        )


def slot_fields(key: str) -> dict[str, str]:
    """What a slot that is taken puts into the fields (`slots.Best.key`); nothing for what is none."""
    found = Key.read(key)
    if found is None:
        return {}
    place = {"form": str(MeetingForm.ROOM), "room": found.room, "place": ""} if found.room else {}
    instead = {f"person_{ref}": INSTEAD for ref in found.replaced}
    return {"day": found.day, "starts_at": found.at, **place, **instead}


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
        "despite": meeting.despite,
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
            choice.choices = _choices(one)
            choice.initial = _chosen(one, required) if asked else REQUIRED if one.required else OPTIONAL
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
        officials, optional = self._split({name: data[name] for name in self.people})
        return Guests(officials, optional, [self.kin[ref] for ref in data.get("family", ())])

    def standing(self) -> tuple[list[Assignment], list[Assignment], list[Person]]:
        """Who must come, who may, and the family, as it stands in the form; nothing is judged."""
        officials, optional = self._split({name: str(self[name].value()) for name in self.people})
        chosen = self["family"].value() if "family" in self.fields else ()
        return officials, optional, [self.kin[ref] for ref in chosen or () if ref in self.kin]

    def _split(self, said: Mapping[str, str]) -> tuple[list[Assignment], list[Assignment]]:
        people = [(said[name], one) for name, one in self.people.items()]
        officials = [one.assignment for choice, one in people if choice == REQUIRED]
        officials += [one.deputy for choice, one in people if choice == INSTEAD and one.deputy]
        return officials, [one.assignment for choice, one in people if choice == OPTIONAL]


def _choices(one: Candidate) -> list[tuple[str, str]]:
    instead = [(INSTEAD, f"{one.deputy.user.name} kallas i stället")] if one.deputy else []
    return [(REQUIRED, "Kallas"), (OPTIONAL, "Kallas, frivilligt"), *instead, (NOT_ASKED, "Kallas inte")]


def _chosen(one: Candidate, required: Mapping[int | None, bool]) -> str:
    """As somebody is asked to a meeting: `required` by assignment id."""
    if (needed := required.get(one.assignment.pk)) is not None:
        return REQUIRED if needed else OPTIONAL
    return INSTEAD if one.deputy and one.deputy.pk in required else NOT_ASKED


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
