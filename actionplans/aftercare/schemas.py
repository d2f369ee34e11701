"""What the answers about the end of a case look like, for the schema; these never run."""

from rest_framework import serializers as s

from actionplans.models import Asked, Taker, Told
from hub.api.schemas import Out
from hub.models import CaseForm


class LeftOut(Out):
    ref = s.UUIDField()
    text = s.CharField()
    taker = s.ChoiceField(Taker.choices)
    who = s.CharField(help_text="Vem och från när, eller varför det avslutas, i ord.")
    from_day = s.DateField(allow_null=True)
    family_barred = s.BooleanField()


class ClosingOut(Out):
    case = s.UUIDField()
    row_version = s.IntegerField(help_text="0 när inget är skrivet än, eller när du bara läser enstaka rader.")
    meeting = s.UUIDField(allow_null=True)
    no_meeting_reason = s.CharField(allow_blank=True)
    family_text = s.CharField(allow_blank=True)
    sealed_at = s.DateTimeField(allow_null=True)
    handovers = LeftOut(many=True)
    unsaid = s.IntegerField(help_text="Öppna åtgärder och behov som ingen har sagt något om.")


class AfterQuestionOut(Out):
    ref = s.UUIDField()
    what = s.ChoiceField(Asked.choices)
    agency = s.UUIDField(allow_null=True, help_text="Verksamheten som frågas; tomt är den unge själv.")
    held = s.BooleanField(help_text="Alla som måste svara har kryssat just den.")
    ask_now = s.BooleanField()


class AfterSignerOut(Out):
    signer = s.CharField()
    name = s.CharField()


class AfterAnswerOut(Out):
    ref = s.UUIDField()
    what = s.ChoiceField(Asked.choices)
    agency = s.UUIDField(allow_null=True)
    months = s.IntegerField(help_text="6 eller 12.")
    asked_at = s.DateTimeField()
    value = s.ChoiceField(Told.choices, allow_blank=True, help_text="Som det först skrevs in.")
    holds = s.ChoiceField(Told.choices, allow_blank=True, help_text="Efter den senaste rättelsen.")
    told_on = s.DateField(allow_null=True)


class AfterOut(Out):
    case = s.UUIDField()
    paper = s.UUIDField(allow_null=True)
    holds = s.BooleanField()
    completed_at = s.DateTimeField(allow_null=True)
    ends_at = s.DateTimeField(allow_null=True)
    questions = AfterQuestionOut(many=True)
    to_sign = AfterSignerOut(many=True)
    answers = AfterAnswerOut(many=True)


class AfterGroupOut(Out):
    ref = s.UUIDField()
    form = s.ChoiceField(CaseForm.choices)
    first_day = s.DateField()
    last_day = s.DateField()
    months = s.IntegerField(help_text="6 eller 12.")
    agency = s.UUIDField()
    size = s.IntegerField()
    count = s.IntegerField(allow_null=True)
    withheld = s.BooleanField()
    delivered_on = s.DateField(allow_null=True)


class AfterGroupsOut(Out):
    results = AfterGroupOut(many=True)
