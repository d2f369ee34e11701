"""What the answers about availability look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out, PageOut
from meetings.models import CalendarState


class WorkingDayOut(Out):
    weekday = s.IntegerField(min_value=1, max_value=7, help_text="1 måndag till 7 söndag.")
    begins = s.CharField(help_text="Lokal tid, ”08:00”.")
    ends = s.CharField()


class BusyBlockOut(Out):
    ref = s.UUIDField()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()


class CalendarOut(Out):
    """En kalender som läses. Adressen visas aldrig."""

    ref = s.UUIDField()
    name = s.CharField()
    subscribed = s.BooleanField(help_text="Läses från en adress. Annars en uppladdad fil.")
    state = s.ChoiceField(CalendarState.choices)
    problem = s.CharField()
    read_at = s.DateTimeField(allow_null=True)
    busy = s.IntegerField(help_text="Antal upptagna tider.")


class AvailabilityOut(Out):
    working_hours = WorkingDayOut(many=True)
    blocks = BusyBlockOut(many=True, help_text="Egna blockerade tider som kommer.")
    calendars = CalendarOut(many=True)


class BookableRoomOut(Out):
    ref = s.UUIDField()
    agency = s.CharField()
    name = s.CharField()
    place = s.CharField()
    capacity = s.IntegerField()


class BookableRoomsOut(PageOut):
    results = BookableRoomOut(many=True)
