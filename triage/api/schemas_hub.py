"""What the answers about the hub look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import Out, PageOut
from triage.models import AboutWhom, AskedAs, CallState, Colour, Knowledge


class KnownOfOut(Out):
    about = s.ChoiceField(AboutWhom.choices)
    whom = s.CharField()
    text = s.CharField()


class KnowledgeCheckRowOut(Out):
    ref = s.UUIDField()
    number = s.CharField(help_text="Anmälans nummer.")
    unit = s.CharField()
    asked_as = s.ChoiceField(AskedAs.choices)
    asked_at = s.DateTimeField()
    due_at = s.DateTimeField()
    answered_at = s.DateTimeField(allow_null=True)


class KnowledgeCheckOut(KnowledgeCheckRowOut):
    """Frågan: aldrig vad anmälan säger."""

    child = s.CharField(help_text="Namnet, eller att det inte är känt.")
    born = s.CharField()
    need = s.CharField(help_text="Vad svaret behövs för.")
    answer = s.ChoiceField(Knowledge.choices, allow_blank=True)
    summary = s.CharField()
    notes = KnownOfOut(many=True)
    may = s.ListField(child=s.CharField())


class KnowledgeChecksOut(PageOut):
    results = KnowledgeCheckRowOut(many=True)


class VoiceOut(Out):
    unit = s.CharField()
    answer = s.ChoiceField(Knowledge.choices, allow_blank=True, help_text="Tomt: har inte svarat.")
    summary = s.CharField()
    due_at = s.DateTimeField()
    notes = KnownOfOut(many=True)


class CallChildOut(Out):
    ref = s.UUIDField()
    concern = s.UUIDField()
    number = s.CharField()
    colour = s.ChoiceField(Colour.choices, allow_blank=True)
    order = s.IntegerField()
    spoken_of = s.BooleanField(help_text="Samtalet gäller det här barnet nu.")
    settled = s.BooleanField(help_text="Beslutat, eller taget upp en annan gång.")
    carried_why = s.CharField()


class SpokenOut(Out):
    child = s.UUIDField()
    title = s.CharField()
    text = s.CharField()
    version = s.IntegerField(help_text="Skicka den när du sparar texten.")
    units = VoiceOut(many=True)


class HubCallRowOut(Out):
    ref = s.UUIDField()
    starts_at = s.DateTimeField()
    state = s.ChoiceField(CallState.choices)
    opened_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)


class HubCallOut(HubCallRowOut):
    missing = s.CharField(help_text="Vad som saknades, och skälet.")
    present = s.ListField(child=s.CharField(), help_text="Enheter som är med nu.")
    children = CallChildOut(many=True, help_text="De barn på listan som du får veta om just nu.")
    spoken_of = SpokenOut(allow_null=True)
    may = s.ListField(child=s.CharField())


class HubCallsOut(PageOut):
    results = HubCallRowOut(many=True)


class JointTextOut(Out):
    version = s.IntegerField()
    text = s.CharField()
