"""What the answers about reports and concerns look like, for the schema."""

from rest_framework import serializers as s

from hub.api.schemas import AgencyRefOut, Out, PageOut
from triage.models import Channel, Colour, ReporterCategory


class OwnerOut(Out):
    name = s.CharField()
    unit = s.CharField()
    since = s.DateTimeField(allow_null=True)
    received_at = s.DateTimeField(allow_null=True, help_text="När ansvaret kvitterades.")


class ConcernRefOut(Out):
    ref = s.UUIDField()
    position = s.IntegerField(help_text="Barnets plats i anmälan.")
    colour = s.ChoiceField([*Colour.choices, ("", "Ingen än")])
    state = s.CharField(help_text="open, investigated, not_opened eller running.")
    unit = s.CharField()


class ReportRefOut(Out):
    ref = s.UUIDField()
    number = s.CharField()
    agency = AgencyRefOut()
    arrived_at = s.DateTimeField()
    registered_at = s.DateTimeField(allow_null=True)
    urgent = s.BooleanField()


class ReportRowOut(ReportRefOut):
    concerns = ConcernRefOut(many=True)


class ReportsOut(PageOut):
    results = ReportRowOut(many=True)


class ReporterOut(Out):
    category = s.ChoiceField(ReporterCategory.choices)
    protected = s.BooleanField()
    wants_feedback = s.BooleanField()
    name = s.CharField(allow_null=True, help_text="Dolt när identiteten är skyddad. Läs det på sidan.")
    workplace = s.CharField(allow_null=True)
    contact = s.CharField(allow_null=True)


class ReportOut(ReportRowOut):
    channel = s.ChoiceField(Channel.choices)
    facts = s.CharField()
    judgement = s.CharField()
    urgent_why = s.CharField()
    family_knows = s.BooleanField(allow_null=True)
    reporter = ReporterOut(allow_null=True)
    may = s.ListField(child=s.CharField(), help_text="receive när anmälan väntar på att tas emot.")


class ConcernOut(ConcernRefOut):
    report = ReportRefOut()
    given_name = s.CharField()
    family_name = s.CharField()
    personnummer_masked = s.CharField()
    birth_date = s.DateField(allow_null=True)
    about = s.CharField()
    protected = s.BooleanField()
    case = s.UUIDField(allow_null=True, help_text="Barnets ärende, när anmälan är kopplad till barnet.")
    owner = OwnerOut()
    earlier_reports = s.IntegerField(help_text="Tidigare anmälningar om samma barn på tolv månader.")
    may = s.ListField(child=s.CharField(), help_text="identify, hand_over, receive.")


class ReceiptOut(Out):
    ref = s.UUIDField()
    number = s.CharField()
    arrived_at = s.DateTimeField()
