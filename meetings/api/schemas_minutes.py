"""What the answers about minutes look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out
from meetings.minutes_reading import EVERYTHING, FAMILY, PARTY
from meetings.models import MeetingKind, MinutesState

AUDIENCES = [
    (EVERYTHING, "Hela protokollet, för dem som leder ärendet"),
    (PARTY, "Den egna verksamhetens del"),
    (FAMILY, "En persons exemplar, i klarspråk"),
]


class MinutesRowOut(Out):
    ref = s.UUIDField()
    meeting = s.UUIDField()
    kind = s.ChoiceField(MeetingKind.choices)
    starts_at = s.DateTimeField()
    state = s.ChoiceField(MinutesState.choices)
    due_at = s.DateTimeField(allow_null=True, help_text="Ett utkast justeras före den här tiden.")
    approved_at = s.DateTimeField(allow_null=True)


class CaseMinutesOut(Out):
    results = MinutesRowOut(many=True, help_text="Det senaste mötet först.")


class MinutesAddendumOut(Out):
    ref = s.UUIDField()
    text = s.CharField()
    author = s.CharField()
    agency = s.CharField()
    added_at = s.DateTimeField()


class MinutesLineOut(Out):
    ref = s.UUIDField(allow_null=True, help_text="Styckets referens, för en rättelse. null i ett utkast.")
    title = s.CharField()
    text = s.CharField()
    item = s.UUIDField(allow_null=True, help_text="Uppgiften som stycket återger.")
    addenda = MinutesAddendumOut(many=True)


class MinutesPartOut(Out):
    section = s.CharField()
    heading = s.CharField()
    lines = MinutesLineOut(many=True)


class MinutesCopyOut(Out):
    participant = s.UUIDField(help_text="Skicka den i `copy`.")
    name = s.CharField()
    relation = s.CharField()


class MinutesOut(MinutesRowOut):
    case = s.UUIDField()
    case_number = s.CharField()
    version = s.IntegerField(help_text="Skicka den när du justerar.")
    audience = s.ChoiceField(AUDIENCES)
    approved_by = s.CharField(allow_blank=True)
    parts = MinutesPartOut(many=True)
    addenda = MinutesAddendumOut(many=True, help_text="Rättelser av hela protokollet.")
    copies = MinutesCopyOut(many=True, help_text="Vilka i familjen som kan få ett eget exemplar.")
    digest = s.CharField(allow_blank=True, help_text="Kontrollsumman vid justeringen, för den som läser hela.")
    unchanged = s.BooleanField(allow_null=True, help_text="Om det lagrade stämmer med kontrollsumman.")


class MeetingItemOut(Out):
    ref = s.UUIDField()
    meeting = s.UUIDField()
    point = s.UUIDField(allow_null=True)
    item = s.UUIDField()
    linked_at = s.DateTimeField()
