"""What the answers about proposals look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out, PageOut
from meetings.api.schemas_booking import RoomRefOut
from meetings.models import MeetingForm, ProposalQuality, ProposalState


class ProposalRowOut(Out):
    ref = s.UUIDField()
    state = s.ChoiceField(ProposalState.choices)
    first_day = s.DateField()
    last_day = s.DateField()
    district = s.CharField(help_text="Tomt: alla ärenden som du leder.")
    minutes = s.IntegerField()
    officials_minutes = s.IntegerField()
    asked_at = s.DateTimeField()
    placed = s.IntegerField(help_text="Möten som har fått en tid, hittills eller till slut.")
    on_time = s.IntegerField(help_text="Av dem, i tid enligt rytmen.")
    total = s.IntegerField(help_text="Möten som behövs.")


class ProposedMeetingOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField(help_text="Ärendets referens.")
    case_number = s.CharField()
    due_day = s.DateField(help_text="Sista dagen i tid.")
    starts_at = s.DateTimeField(allow_null=True, help_text="null: ingen tid hittades.")
    form = s.ChoiceField(MeetingForm.choices)
    room = RoomRefOut(allow_null=True)
    people = s.ListField(child=s.CharField(), help_text="Vilka som kallas.")
    left_out = s.BooleanField()
    conflicts = s.ListField(child=s.CharField(), help_text="Varför det inte går att boka nu.")
    notes = s.ListField(child=s.CharField(), help_text="Vad som är sämre än önskat, eller bra.")
    reasons = s.ListField(child=s.CharField(), help_text="Varför det inte fick någon tid.")
    remedies = s.ListField(child=s.CharField(), help_text="Vad som skulle ge det en.")


class ProposalOut(ProposalRowOut):
    quality = s.ChoiceField(ProposalQuality.choices, allow_blank=True)
    possible = s.IntegerField(help_text="Så många hade högst kunnat bli i tid.")
    meetings = ProposedMeetingOut(many=True, help_text="När förslaget är klart att gå igenom.")


class ProposalsOut(PageOut):
    results = ProposalRowOut(many=True)
