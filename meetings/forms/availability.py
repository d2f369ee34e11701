"""Forms over when somebody can meet: working hours, blocked times, calendars."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, cast

from django import forms

from hub import clock, swedish
from hub.forms.base import DateField, HubForm, set_choices
from hub.forms.clock import ClockField
from hub.textguard import PlainTextField
from meetings.availability import Hours
from meetings.calendars.fetching import MAX_ADDRESS
from meetings.calendars.limits import MAX_BYTES
from meetings.calendars.reading import REASONS
from meetings.models import Calendar

WEEKDAYS = tuple(enumerate(swedish.WEEKDAYS, start=1))


def instant(day: date, at: time) -> datetime:
    """The instant of a typed day and time; of a time that is there twice, the first.

    Raises:
        ValidationError: that night has no such time.
    """
    found = datetime.combine(day, at, clock.STOCKHOLM).astimezone(UTC)
    if clock.local(found).time() != at:
        raise forms.ValidationError("Klockan ställdes om den natten, och den tiden fanns inte. Välj en annan tid.")
    return found


class HoursForm(HubForm):
    """From and to for each weekday; a weekday with neither is free."""

    def __init__(self, *args: Any, hours: Hours, **options: Any) -> None:
        super().__init__(*args, **options)
        for day, name in WEEKDAYS:
            begins, ends = hours.get(day, (None, None))
            self.fields[f"begins_{day}"] = ClockField(
                label=f"{name.capitalize()}, från", required=False, initial=begins
            )
            self.fields[f"ends_{day}"] = ClockField(label=f"{name.capitalize()}, till", required=False, initial=ends)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for day, name in WEEKDAYS:
            begins, ends = f"begins_{day}", f"ends_{day}"
            if {begins, ends} & set(self.errors):
                continue
            if (data.get(begins) is None) != (data.get(ends) is None):
                missing, word = (begins, "börjar") if data.get(begins) is None else (ends, "slutar")
                self.add_error(missing, f"Fyll i när du {word} på {name}ar, eller töm båda om du är ledig.")
        return data

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(name.capitalize(), self[f"begins_{day}"], self[f"ends_{day}"]) for day, name in WEEKDAYS]

    def hours(self) -> Hours:
        data = self.cleaned_data
        return {day: (data[f"begins_{day}"], data[f"ends_{day}"]) for day, _name in WEEKDAYS if data[f"begins_{day}"]}


class BlockForm(HubForm):
    """A time on one day, or whole days."""

    first = DateField(label="Dag, eller första dagen")
    last = DateField(label="Till och med dagen", required=False, help_text="Bara om det är flera hela dagar.")
    begins = ClockField(label="Från klockan", required=False, help_text="Till exempel 09.30. Tomt: hela dagen.")
    ends = ClockField(label="Till klockan", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        first, last = data["first"], data.get("last") or data["first"]
        begins, ends = data.get("begins"), data.get("ends")
        if not date(2000, 1, 1) <= first <= date(2100, 1, 1):
            self.add_error("first", "Kontrollera årtalet.")
        elif not first <= last <= date(2100, 1, 1):
            self.add_error("last", "Sista dagen ska vara samma dag eller senare.")
        elif (begins is None) != (ends is None):
            missing = "begins" if begins is None else "ends"
            self.add_error(missing, "Fyll i båda klockslagen, eller töm båda för hela dagen.")
        elif begins is not None and last != first:
            self.add_error("last", "Klockslag går bara att ange för en dag i taget. Töm dagen eller klockslagen.")
        elif begins is not None:
            self._instants(first, begins, ends)
        else:
            data["period"] = (clock.start_of_day(first), clock.end_of_day(last))
        return data

    def _instants(self, day: date, begins: time, ends: Any) -> None:
        found = []
        for name, at in (("begins", begins), ("ends", ends)):
            try:
                found.append(instant(day, at))
            except forms.ValidationError as wrong:
                self.add_error(name, wrong)
        if len(found) == 2:
            self.cleaned_data["period"] = tuple(found)


class FileForm(HubForm):
    file = forms.FileField(
        label="Kalenderfil",
        help_text="En fil som slutar på .ics, högst 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={
            "required": "Välj en fil.",
            "empty": "Filen är tom. Exportera kalendern igen.",
            "missing": "Välj en fil.",
            "invalid": "Filen kom inte fram. Välj den igen.",
        },
    )
    replaces = forms.ChoiceField(label="Är det en nyare version?", required=False)
    name = PlainTextField(
        label="Kalla den",
        required=False,
        max_length=60,
        help_text="Visas bara för dig, till exempel ”Jobbkalendern”.",
    )

    def __init__(self, *args: Any, earlier: Iterable[Calendar], **options: Any) -> None:
        super().__init__(*args, **options)
        self.earlier = {str(calendar.ref): calendar for calendar in earlier}
        if not self.earlier:
            del self.fields["replaces"]
            return
        named = [(ref, f"Ja, den ersätter {calendar.name}") for ref, calendar in self.earlier.items()]
        set_choices(self, "replaces", [("", "Nej, en ny kalender"), *named])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:  # unread: what is too large is not taken into memory
            raise forms.ValidationError(REASONS["size"])
        return file

    def content(self) -> bytes:
        return cast("bytes", self.cleaned_data["file"].read())

    @property
    def chosen(self) -> Calendar | None:
        return self.earlier.get(self.cleaned_data.get("replaces", ""))


class SubscribeForm(HubForm):
    url = PlainTextField(
        label="Kalenderns adress",
        max_length=MAX_ADDRESS,
        help_text="Adressen i formatet ICS eller iCal som kalenderprogrammet ger när du delar kalendern.",
    )
    name = PlainTextField(
        label="Kalla den",
        required=False,
        max_length=60,
        help_text="Visas bara för dig.",
    )
