"""Forms of groups. Each asks about words that look like a name or a home; the writer may say that they are none."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from hub import clock
from hub.forms.base import DateField, HubForm, set_choices
from hub.models import Agency, Assignment, District
from hub.textguard import PlainTextField
from hub.views.deeds import done
from meetings.actions import Agreed, GroupFacts, GroupWhen, Progress, Rhythmic, Seen, When
from meetings.actions.group_meetings import MOST
from meetings.forms.booking import LENGTHS, ClockField
from meetings.groups.guard import LONGEST, Questioned
from meetings.models import (
    Attendance,
    GroupAttendee,
    GroupKind,
    GroupMeeting,
    GroupRole,
    MeasureState,
    MeetingForm,
    Occurrence,
    Room,
    TimeOfDay,
    Trend,
)

MOST_WORDS = 40


class ClearedField(forms.MultipleChoiceField):
    """Words that the writer says are no private person's: whatever was asked about."""

    def validate(self, value: list[str]) -> None:
        if len(value) > MOST_WORDS or any(len(words) > LONGEST for words in value):
            raise ValidationError(_("Skriv om texten, så att färre ord liknar namn."))


class GuardedForm(HubForm):
    """A form whose texts may be questioned (`meetings.groups.guard`)."""

    cleared = ClearedField(
        label=_("Pekar inte ut någon enskild"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Markera bara det som inte är namn på, eller hem till, en enskild."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        #: All that has been asked about, and what was asked about just now.
        self.asked: tuple[str, ...] = ()
        self.questioned: tuple[str, ...] = ()
        self._offer(self.data.getlist("cleared") if hasattr(self.data, "getlist") else ())

    def _offer(self, words: Iterable[str]) -> None:
        self.asked = tuple(dict.fromkeys([*self.asked, *words]))[:MOST_WORDS]
        set_choices(self, "cleared", [(each, each) for each in self.asked])

    def ask(self, words: Iterable[str]) -> None:
        """Show a box for each of these words."""
        self.questioned = tuple(words)
        self._offer(self.questioned)

    def do(self, deed: Callable[[], Any], *, field: str | None = None) -> int:
        """As `hub.views.deeds.done`, and ask about what the guard questions."""

        def asked() -> None:
            try:
                deed()
            except Questioned as question:
                self.ask(question.words)
                raise

        return done(self, asked, field=field)


class VersionedForm(GuardedForm):
    row_version = forms.IntegerField(widget=forms.HiddenInput)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class GroupForm(GuardedForm):
    """A group: what it is, what it is called, what part of the kommun it is about, and its standing points."""

    kind = forms.ChoiceField(label=_("Vad är det för grupp?"), choices=GroupKind.choices, widget=forms.RadioSelect)
    name = PlainTextField(label=_("Namn"), max_length=80, help_text=_("Till exempel EST Tensta"))
    district = forms.ChoiceField(label=_("Område"), required=False)
    agenda = PlainTextField(
        label=_("Stående punkter"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("En per rad. Lämna tomt för de vanliga punkterna i en sådan grupp."),
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, districts: Sequence[District], changes: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.districts = {str(one.pk): one for one in districts}
        set_choices(self, "district", [("", "Hela kommunen"), *((pk, one.name) for pk, one in self.districts.items())])
        if changes:
            del self.fields["kind"]

    def facts(self, kind: str = "") -> GroupFacts:
        data = self.cleaned_data
        return GroupFacts(
            kind=data.get("kind", kind),
            name=data["name"],
            district=self.districts.get(data["district"]),
            agenda=lines(data["agenda"]),
            cleared=data["cleared"],
        )


class MemberForm(HubForm):
    """Somebody who is to sit in the group."""

    assignment = forms.ChoiceField(label=_("Vem?"))
    role = forms.ChoiceField(label=_("Roll i gruppen"), choices=GroupRole.choices, initial=GroupRole.MEMBER)
    first_day = DateField(label=_("Från och med"))
    last_day = DateField(label=_("Till och med"), required=False, help_text=_("Tomt: tills vidare"))

    def __init__(self, *args: Any, people: Sequence[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(one.ref): one for one in people}
        by_agency: dict[str, list[tuple[str, str]]] = {}
        for ref, one in self.people.items():
            label = f"{one.user.name}, {str(one.get_role_display()).lower()}, {one.unit.name}"
            by_agency.setdefault(one.unit.agency.name, []).append((ref, label))
        set_choices(self, "assignment", [("", "Välj en person"), *by_agency.items()])


class GroupWhenForm(GuardedForm):
    """Day, time and place of a meeting of a group, and how it is repeated."""

    day = DateField(label=_("Dag"))
    starts_at = ClockField(label=_("Börjar"), help_text=_("Till exempel 9.00"))
    minutes = forms.TypedChoiceField(label=_("Längd"), coerce=int)
    times = forms.IntegerField(
        label=_("Antal möten"), min_value=1, max_value=MOST, initial=1, help_text=_("1 för bara det här")
    )
    weeks = forms.TypedChoiceField(
        label=_("Upprepas"),
        coerce=int,
        choices=((1, "Varje vecka"), (2, "Varannan vecka"), (4, "Var fjärde vecka")),
        help_text=_("Röda dagar hoppas över."),
    )
    form = forms.ChoiceField(label=_("Hur möts ni?"), choices=MeetingForm.choices, widget=forms.RadioSelect)
    room = forms.ChoiceField(label=_("Lokal"), required=False)
    place = PlainTextField(label=_("Annan plats, eller hur man ringer in"), required=False, max_length=300)
    link = PlainTextField(label=_("Länk till videomötet"), required=False, max_length=500)
    own_points = PlainTextField(
        label=_("Egna punkter för mötet"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("En per rad. De kommer efter de stående punkterna."),
    )
    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rooms: Sequence[Room], standing: GroupMeeting | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rooms = {str(room.ref): room for room in rooms}
        lengths = {*LENGTHS, 180, *([_minutes(standing)] if standing else [])}
        set_choices(self, "minutes", [(str(n), f"{n} min") for n in sorted(lengths)])
        listed = [(ref, f"{room.name}, {room.place} ({room.capacity} platser)") for ref, room in self.rooms.items()]
        set_choices(self, "room", [("", "Ingen lokal ur listan"), *listed])
        if standing is not None:
            del self.fields["times"], self.fields["weeks"]
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

    def what(self) -> GroupWhen:
        data = self.cleaned_data
        starts_at = clock.wall_time(data["day"], data["starts_at"])
        when = When(
            starts_at,
            starts_at + timedelta(minutes=data["minutes"]),
            form=data["form"],
            room=self.rooms.get(data.get("room", "")),
            place=data["place"],
            link=data["link"],
        )
        return GroupWhen(when, lines(data["own_points"]), data["cleared"])

    def rhythm(self) -> Rhythmic:
        return Rhythmic(self.cleaned_data["times"], self.cleaned_data["weeks"])


def _minutes(meeting: GroupMeeting) -> int:
    return int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60


def filled(meeting: GroupMeeting) -> dict[str, object]:
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
        "own_points": "\n".join(meeting.own_points),
        "row_version": meeting.row_version,
    }


class GroupReasonForm(VersionedForm):
    """Why a meeting is called off, or did not take place."""

    reason = PlainTextField(
        label=_("Varför?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Läses av dem som sitter i gruppen."),
    )


class GroupAttendanceForm(HubForm):
    """One choice for each who is asked; empty is not noted yet."""

    def __init__(self, *args: Any, people: Sequence[GroupAttendee], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {f"who_{one.ref}": one for one in people}
        for name, one in self.people.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{one.assignment.user.name}, {one.assignment.unit.agency.name}",
                required=False,
                choices=Attendance.choices,
                widget=forms.RadioSelect,
                initial=one.attendance,
            )

    def noted(self) -> dict[int, str]:
        """Attendee id → attendance, of those for whom something is chosen."""
        data = self.cleaned_data
        return {one.pk: data[name] for name, one in self.people.items() if data[name]}


class MeasureForm(GuardedForm):
    """Something that is agreed."""

    text = PlainTextField(label=_("Vad ska göras?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label=_("Vem svarar för det?"))
    due_on = DateField(label=_("Klart senast"))

    def __init__(self, *args: Any, owners: Sequence[Assignment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.owners = {str(one.ref): one for one in owners}
        named = [(ref, f"{one.unit.agency.name}: {one.user.name}") for ref, one in self.owners.items()]
        set_choices(self, "owner", [("", "Välj en person"), *named])

    def what(self) -> Agreed:
        data = self.cleaned_data
        return Agreed(data["text"], self.owners[data["owner"]], data["due_on"], data["cleared"])


class ProgressForm(VersionedForm):
    """How it goes with a measure."""

    state = forms.ChoiceField(label=_("Hur går det?"), choices=MeasureState.choices, widget=forms.RadioSelect)
    note = PlainTextField(
        label=_("Kommentar"),
        required=False,
        max_length=500,
        help_text=_("Behövs när det inte gick att göra, och när dagen flyttas."),
    )
    due_on = DateField(label=_("Ny dag"), required=False, help_text=_("Bara när det pågår och dagen flyttas."))

    def how(self) -> Progress:
        data = self.cleaned_data
        return Progress(data["state"], data["note"], data["due_on"], data["cleared"])


class GroupCloseForm(VersionedForm):
    """The end of a meeting that was held."""

    no_next = PlainTextField(
        label=_("Varför blir det inget nästa möte?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Fylls bara i när inget nästa möte är bokat."),
    )


class GroupVersionForm(HubForm):
    row_version = forms.IntegerField(widget=forms.HiddenInput)


class AdditionForm(GuardedForm):
    text = PlainTextField(label=_("Tillägg"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class GroupTextForm(GuardedForm):
    """What is written about a point."""

    text = PlainTextField(label=_("Anteckning"), required=False, max_length=20_000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    #: The text that the writer began from.
    base = PlainTextField(required=False, max_length=20_000, widget=forms.HiddenInput)


class SituationForm(GuardedForm):
    """An observation: what, where, when and how it changes. Never who."""

    kind = forms.ChoiceField(label=_("Vad har setts?"), choices=[("", "Välj"), *Occurrence.choices])
    place = PlainTextField(
        label=_("Plats"),
        max_length=80,
        help_text=_("Ett namn som andra känner igen: ett torg, en skola, en hållplats. Aldrig någons adress."),
    )
    district = forms.ChoiceField(label=_("Område"), required=False)
    first_on = DateField(label=_("Från dag"))
    last_on = DateField(label=_("Till dag"), required=False, help_text=_("Tomt: samma dag"))
    times = forms.MultipleChoiceField(
        label=_("Tid på dygnet"), choices=TimeOfDay.choices, widget=forms.CheckboxSelectMultiple
    )
    seen = PlainTextField(
        label=_("Vad såg ni?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Beskriv platsen och det som hände. Inga namn, inget signalement, inget som pekar ut någon."),
    )
    trend = forms.ChoiceField(label=_("Hur utvecklas det?"), choices=Trend.choices, widget=forms.RadioSelect)
    source = forms.ChoiceField(label=_("Vems iakttagelse?"))

    def __init__(
        self, *args: Any, districts: Sequence[District], sources: Sequence[Agency], own: int, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.districts = {str(one.pk): one for one in districts}
        self.sources = {str(one.ref): one for one in sources}
        set_choices(self, "district", [("", "Välj"), *((pk, one.name) for pk, one in self.districts.items())])
        set_choices(self, "source", [(ref, one.name) for ref, one in self.sources.items()])
        self.fields["source"].initial = next((ref for ref, one in self.sources.items() if one.pk == own), "")
        if len(self.sources) < 2:
            del self.fields["source"]
        if not self.districts:
            del self.fields["district"]

    def what(self) -> Seen:
        data = self.cleaned_data
        return Seen(
            kind=data["kind"],
            place=data["place"],
            first_on=data["first_on"],
            last_on=data["last_on"] or data["first_on"],
            times=data["times"],
            seen=data["seen"],
            trend=data["trend"],
            district=self.districts.get(data.get("district", "")),
            source=self.sources.get(data.get("source", "")),
            cleared=data["cleared"],
        )


class StrikeForm(VersionedForm):
    reason = PlainTextField(label=_("Varför tas posten bort?"), max_length=300)


class PictureForm(HubForm):
    """What of the picture is shown."""

    first = DateField(label=_("Från"), required=False, help_text="")
    last = DateField(label=_("Till"), required=False, help_text="")
    place = PlainTextField(label=_("Plats"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Vad"), choices=[("", "Allt"), *Occurrence.choices], required=False)


def period(form: PictureForm, *, at: datetime, weeks: int = 8) -> tuple[date, date]:
    """The days of the form, else the last weeks; at most a year."""
    today = clock.local_day(at)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last: date = data.get("last") or today
    first: date = data.get("first") or last - timedelta(days=last.weekday(), weeks=weeks - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=366)), last
