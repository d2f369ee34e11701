"""What the answers about a meeting that is held look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out
from meetings.models import Attendance, DecisionResult, MeetingKind, MeetingState


class HeldParticipantOut(Out):
    ref = s.UUIDField()
    name = s.CharField(help_text="Namn och verksamhet, eller namn och relation till den unge.")
    attendance = s.ChoiceField(Attendance.choices, allow_blank=True)
    may_hear = s.BooleanField(help_text="false: är med utan grund att få höra. Då lämnas inga anteckningar ut.")
    stepped_out_at = s.DateTimeField(allow_null=True, help_text="Har lämnat det som är sekretess sedan dess.")
    own_words = s.CharField(
        allow_null=True, help_text="Den unges och familjens. null: en tjänsteman, eller någon får inte höra."
    )


class HeldPointOut(Out):
    ref = s.UUIDField()
    title = s.CharField()
    text = s.CharField(allow_null=True, help_text="null: någon som är med får inte höra.")
    version = s.IntegerField()


class OwnWordsOut(Out):
    participant = s.UUIDField()
    text = s.CharField()
    version = s.IntegerField()


class MeetingDecisionOut(Out):
    ref = s.UUIDField()
    text = s.CharField(allow_null=True, help_text="null: bestämdes på ett tidigare möte, och någon får inte höra.")
    owner = s.UUIDField(help_text="Uppdrag.")
    due_on = s.DateField()
    result = s.ChoiceField(DecisionResult.choices, allow_blank=True, help_text="Tomt: inte uppföljt.")
    result_note = s.CharField()
    version = s.IntegerField(help_text="Skicka den när du följer upp.")


class HeldMeetingOut(Out):
    ref = s.UUIDField()
    kind = s.ChoiceField(MeetingKind.choices)
    state = s.ChoiceField(MeetingState.choices)
    opened_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    version = s.IntegerField(help_text="Skicka den när du avslutar.")
    participants = HeldParticipantOut(many=True)
    points = HeldPointOut(many=True)
    left = MeetingDecisionOut(many=True, help_text="Från tidigare möten, inte uppföljt.")
    decisions = MeetingDecisionOut(many=True, help_text="Bestämt på det här mötet.")
    next_at = s.DateTimeField(allow_null=True)
