"""What the answers about risk, needs, responsivity and interventions look like, for the schema; these never run."""

from rest_framework import serializers as s

from actionplans.models import Adaptation, Advice, Receptivity, RiskLevel
from hub.api.schemas import AgencyRefOut, Out


class RiskNeedOut(Out):
    code = s.CharField()
    text = s.CharField()
    evidence = s.CharField()


class JudgementOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    agency = AgencyRefOut()
    instrument = s.CharField()
    instrument_version = s.CharField()
    assessed_on = s.DateField()
    assessor = s.CharField()
    level = s.ChoiceField(RiskLevel.choices, help_text="Så som bedömaren har angett den.")
    reference = s.CharField()
    needs = RiskNeedOut(many=True, help_text="I listans ordning, som inte säger vad som är viktigast.")
    receptivity = s.ChoiceField(Receptivity.choices, allow_blank=True)
    adaptations = s.ListField(child=s.ChoiceField(Adaptation.choices))
    fitting = s.CharField()
    family_barred = s.BooleanField()
    author = s.CharField(help_text="Den som skrev in den.")
    recorded_at = s.DateTimeField()
    corrected = s.BooleanField(help_text="Den var fel och gäller inte. Rättelsen läser du kanske inte.")
    replaces = s.UUIDField(allow_null=True, help_text="Den som den rättar, när du får läsa den.")
    correction = s.CharField(help_text="Vad som var fel.")


class JudgementsOut(Out):
    results = JudgementOut(many=True)


class IntensityReminderOut(Out):
    title = s.CharField()
    text = s.CharField()
    citation = s.CharField(help_text="Källan.")


class IntensityOut(Out):
    judgement = s.UUIDField(allow_null=True)
    hours = s.CharField(
        allow_null=True, help_text="Planerade timmar av öppna åtgärder, med en decimal. null: läses inte."
    )
    counted = s.IntegerField(help_text="Öppna åtgärder som anger timmar.")
    not_counted = s.IntegerField(help_text="Öppna åtgärder utan timmar.")
    how = s.CharField(help_text="Vad som är räknat och inte.")
    reminder = IntensityReminderOut(allow_null=True)


class OfferUnitOut(Out):
    ref = s.UUIDField()
    name = s.CharField()


class OfferOut(Out):
    ref = s.UUIDField()
    agency = AgencyRefOut()
    unit = OfferUnitOut()
    contact = s.CharField()
    note = s.CharField()
    valid_from = s.DateTimeField()
    valid_to = s.DateTimeField(allow_null=True)


class InterventionOut(Out):
    ref = s.UUIDField()
    code = s.CharField()
    version = s.IntegerField()
    name = s.CharField()
    sort = s.CharField()
    age_from = s.IntegerField()
    age_to = s.IntegerField(help_text="Hela år, till och med.")
    advice = s.ChoiceField(Advice.choices)
    target = s.CharField()
    citation = s.CharField(help_text="Källan.")
    source_year = s.IntegerField()
    note = s.CharField()
    offers = OfferOut(many=True)


class InterventionsOut(Out):
    results = InterventionOut(many=True)
