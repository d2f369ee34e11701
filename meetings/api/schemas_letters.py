"""What the answers about letters to the family look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out
from meetings.letters.whom import DECIDE, KNOWS, NOBODY, OUTDATED, UNTOLD
from meetings.models import ToldHow

STATES = [
    (KNOWS, "Vet om mötet som det är nu"),
    (UNTOLD, "Vet inte än"),
    (OUTDATED, "Vet något som inte gäller längre"),
    (DECIDE, "Någon i familjen är skyddad: besluta först om personen får kontaktas"),
    (NOBODY, "Får inget brev"),
]


class FamilyWordOut(Out):
    ref = s.UUIDField()
    cancelled = s.BooleanField(help_text="Fick veta att mötet är inställt.")
    starts_at = s.DateTimeField(help_text="Tiden som personen fick veta.")
    ends_at = s.DateTimeField()
    how = s.ChoiceField(ToldHow.choices)
    told_on = s.DateField()
    told_by = s.CharField()


class LetterTextOut(Out):
    language = s.CharField()
    title = s.CharField()
    text = s.CharField(help_text="Hela brevet, att läsa upp.")
    message = s.CharField(help_text="Att skicka som sms. Tomt där inget sms får skickas.")


class FamilyLetterOut(Out):
    participant = s.UUIDField(help_text="Kallelsens referens.")
    name = s.CharField()
    role = s.CharField()
    state = s.ChoiceField(STATES)
    why = s.CharField(help_text="Varför inget brev får lämnas, eller vad som är att tänka på.")
    needs_telling = s.BooleanField()
    ways = s.ListField(child=s.ChoiceField(ToldHow.choices), help_text="Sätt som är säkra för den här familjen.")
    told = FamilyWordOut(allow_null=True)
    letter = LetterTextOut(allow_null=True, help_text="null: inget brev får lämnas nu.")


class FamilyLettersOut(Out):
    meeting = s.UUIDField()
    contact = s.CharField(help_text="Vem familjen ringer.")
    phone = s.CharField(help_text="Tomt: ingen har angett numret.")
    letters = FamilyLetterOut(many=True)
