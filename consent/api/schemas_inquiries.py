"""What the answers about questions look like, for the schema; these never run."""

from rest_framework import serializers as s

from consent.models import InquiryAnswer, InquiryState
from hub.api.schemas import AgencyRefOut, Out, PageOut


class InquiryRowOut(Out):
    ref = s.UUIDField()
    own = s.BooleanField(help_text="Er verksamhet frågar. Annars är ni frågade.")
    case = s.UUIDField()
    case_number = s.CharField()
    asker = AgencyRefOut()
    asked = AgencyRefOut()
    question = s.CharField()
    asked_at = s.DateTimeField()
    due_at = s.DateTimeField(help_text="24 timmar, eller 17.00 nästa arbetsdag om det blir en ledig dag.")
    state = s.ChoiceField(InquiryState.choices)
    answer = s.ChoiceField(InquiryAnswer.choices, allow_blank=True, help_text="Tom: inget svar.")
    ended_at = s.DateTimeField(allow_null=True)


class InquiriesOut(PageOut):
    results = InquiryRowOut(many=True)


class InquiryOut(InquiryRowOut):
    individual = s.UUIDField()
    asked_by = s.CharField()
    duty = s.CharField(help_text="Vad den frågade är skyldig att göra, med paragraf.")
    why = s.CharField(allow_null=True, help_text="Skälet; bara för den som frågar.")
    disclosure = s.UUIDField(allow_null=True, help_text="Raden i listan över utlämnanden; bara för den som frågar.")
    items = s.ListField(child=s.UUIDField(), help_text="Svarets uppgifter, så länge de går att läsa.")
    end_reason = s.CharField()
    may = s.ListField(child=s.CharField(), help_text="answer, withdraw")
