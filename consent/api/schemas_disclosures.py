"""What the answers about giving on other grounds look like, for the schema; these never run."""

from rest_framework import serializers as s

from consent.models import Delivery
from hub.api.schemas import AgencyRefOut, Out, PageOut


class QuestionOut(Out):
    """En fråga som grunden ställer. Vilket svar som bär grunden står inte här: den som beslutar ska svara själv."""

    code = s.CharField()
    text = s.CharField()
    hint = s.CharField()
    reason_needed = s.BooleanField(help_text="Svaret ska motiveras.")


class GroundOut(Out):
    code = s.CharField()
    version = s.IntegerField()
    paragraph = s.CharField()
    name = s.CharField()
    exists = s.BooleanField(help_text="Grunden finns för den här riktningen i dag.")
    why_not = s.CharField(help_text="Varför den inte finns.")
    may_decide = s.BooleanField(help_text="false: beslutet ska fattas av någon med socionomexamen eller motsvarande.")
    tell = s.CharField(help_text="Vad som gäller om att berätta för personen.")
    questions = QuestionOut(many=True, help_text="Tom när grunden inte finns.")


class ReaderOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    unit = s.CharField()


class GuideOut(Out):
    """Från er, till en verksamhet, om ett slags uppgifter: vilka grunder som finns i dag."""

    recipient = AgencyRefOut()
    type = s.CharField(help_text="Tom: flera slags uppgifter.")
    grounds = GroundOut(many=True, help_text="De som finns står först.")
    readers = ReaderOut(many=True, help_text="De som kan namnges som läsare i hubben.")


class DisclosedItemOut(Out):
    item = s.UUIDField(allow_null=True, help_text="null när den inte går att läsa längre.")
    version = s.IntegerField()
    text = s.CharField(help_text="Slag och dag.")


class AnsweredOut(Out):
    code = s.CharField()
    question = s.CharField()
    answer = s.BooleanField()
    reason = s.CharField()


class ReadOut(Out):
    name = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # a field; the class' own is not used
    times = s.IntegerField()
    last_at = s.DateTimeField(allow_null=True)


class DisclosureRowOut(Out):
    ref = s.UUIDField()
    own = s.BooleanField(help_text="Er verksamhet lämnade. Annars är den lämnad till dig.")
    source = AgencyRefOut()  # type: ignore[assignment]  # a field; the class' own is not used
    recipient = AgencyRefOut()
    ground = s.CharField()
    ground_version = s.IntegerField()
    paragraph = s.CharField()
    delivery = s.ChoiceField(Delivery.choices)
    disclosed_at = s.DateTimeField()
    readable_until = s.DateTimeField(allow_null=True, help_text="Går att läsa i hubben före denna tidpunkt.")
    ended_at = s.DateTimeField(allow_null=True)
    count = s.IntegerField(help_text="Hur många uppgifter.")
    inquiry = s.UUIDField(allow_null=True, help_text="Frågan som bara sa att en utredning pågår.")
    reads = s.IntegerField(allow_null=True, help_text="Hur många gånger det har lästs; bara för den som lämnade.")


class DisclosuresOut(PageOut):
    results = DisclosureRowOut(many=True)


class DecisionOut(Out):
    """Beslutet; bara för den verksamhet som lämnade."""

    necessity = s.CharField()
    decided_by = s.CharField()
    tests = AnsweredOut(many=True)
    readers = ReaderOut(many=True)
    received_by = s.CharField()
    person_told = s.BooleanField()
    told_note = s.CharField()
    end_reason = s.CharField()
    reads = ReadOut(many=True)


class DisclosureOut(DisclosureRowOut):
    individual = s.UUIDField()
    case_number = s.CharField()
    reservation = s.CharField(help_text="Vad mottagaren inte får göra med uppgifterna.")
    items = DisclosedItemOut(many=True, help_text="Tom för läsaren när tiden är slut.")
    decision = DecisionOut(allow_null=True)
    may = s.ListField(child=s.CharField(), help_text="end, told")


class GainOut(Out):
    name = s.CharField()
    agency = s.CharField()
    items = s.IntegerField(help_text="Hur många uppgifter som läsaren inte kan läsa i dag.")


class GainsOut(Out):
    """Vad utlämnandet skulle leda till. Ingenting har hänt."""

    gains = GainOut(many=True)
    about_others = s.BooleanField(help_text="Någon av uppgifterna rör också någon annan.")
