"""What the answers look like, for the schema. Answers are built as plain mappings: a ModelSerializer costs 40 times
as much (architecture), so these classes describe and never run."""

from typing import Any

from rest_framework import serializers as s

from hub.models import (
    AgencyKind,
    CaseForm,
    Outcome,
    PartyRole,
    Phase,
    Protection,
    RelativeKind,
    Role,
    SeatKind,
    Sex,
)

PARTY_STATES = ["proposed", "active", "ended"]


class Out(s.Serializer[Any]):
    """A part of an answer."""


class FieldErrorOut(Out):
    field = s.CharField(help_text="Vilket fält, som en sökväg: ”disclosing.0.recipients”.")
    message = s.CharField(help_text="Vad som ska rättas, på svenska.")


class ProblemOut(Out):
    """Ett fel (RFC 9457). `type` är till för program, resten för människor."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField(required=False)
    errors = FieldErrorOut(many=True, required=False)  # type: ignore[assignment]  # a field; the class' own is not used


class PageOut(Out):
    """En sida av en lista. `next` är adressen till nästa sida, eller null."""

    next = s.CharField(allow_null=True)


class AgencyRefOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    kind = s.ChoiceField(AgencyKind.choices)


class AgencyOut(AgencyRefOut):
    authority = s.BooleanField()
    releases_items = s.BooleanField(help_text="Uppgifter prövas och släpps en och en.")
    screen_only = s.BooleanField(help_text="Läser bara på skärm: inga nycklar, inget API.")
    district = s.CharField(allow_null=True)


class AgenciesOut(PageOut):
    results = AgencyOut(many=True)


class UnitOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    agency = AgencyRefOut()


class UnitsOut(PageOut):
    results = UnitOut(many=True)


class DistrictOut(Out):
    name = s.CharField()


class DistrictsOut(PageOut):
    results = DistrictOut(many=True)


class CaseRefOut(Out):
    ref = s.UUIDField()
    number = s.CharField()
    form = s.ChoiceField(CaseForm.choices)
    phase = s.ChoiceField(Phase.choices)


class IndividualRefOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    age = s.IntegerField()
    protected = s.BooleanField(help_text="Har skyddade personuppgifter.")


class SeatOut(Out):
    ref = s.UUIDField()
    kind = s.ChoiceField(SeatKind.choices)
    name = s.CharField()
    unit = s.CharField()


class ParticipationOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    case_number = s.CharField()
    agency = AgencyRefOut()
    role = s.ChoiceField(PartyRole.choices)
    state = s.ChoiceField(PARTY_STATES)
    active_from = s.DateTimeField(allow_null=True)
    ended_at = s.DateTimeField(allow_null=True)
    seats = SeatOut(many=True)
    may = s.ListField(child=s.CharField(), help_text="Vad nyckelns uppdrag får göra: name_contact, end.")


class ParticipationsOut(PageOut):
    results = ParticipationOut(many=True)


class CandidateOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    role = s.ChoiceField(Role.choices)
    unit = s.CharField()


class CandidatesOut(PageOut):
    results = CandidateOut(many=True)


class LeadsOut(Out):
    leads = SeatOut(many=True)
    candidates = CandidateOut(many=True)


class CaseOut(CaseRefOut):
    individual = IndividualRefOut()
    phase_from = s.DateTimeField()
    owner_unit = s.CharField()
    owner_agency = AgencyRefOut()
    closed_at = s.DateTimeField(allow_null=True)
    opened_at = s.DateTimeField(allow_null=True, help_text="Bara för ansvarig verksamhet.")
    district = s.CharField(allow_null=True, help_text="Bara för ansvarig verksamhet.")
    court_ordered = s.BooleanField(allow_null=True, help_text="Bara för ansvarig verksamhet.")
    outcome = s.ChoiceField(["", *Outcome.values], allow_null=True, help_text="Bara för ansvarig verksamhet.")
    outcome_note = s.CharField(allow_null=True, help_text="Bara för ansvarig verksamhet.")
    may = s.ListField(child=s.CharField(), help_text="Vad nyckelns uppdrag får göra: lead, assign, close, write.")
    events = s.ListField(child=s.CharField(), help_text="Händelser som fasen kan gå vidare med.")


class CasesOut(PageOut):
    results = CaseRefOut(many=True)


class PersonOut(Out):
    """Det som den egna verksamheten har registrerat om en person."""

    ref = s.UUIDField()
    given_name = s.CharField()
    family_name = s.CharField()
    personnummer_masked = s.CharField(help_text="Aldrig hela numret.")
    birth_date = s.DateField()
    sex = s.ChoiceField(Sex.choices)
    protection = s.ChoiceField(Protection.choices)
    family_security_flag = s.BooleanField()
    language = s.CharField()
    needs_interpreter = s.BooleanField()
    address = s.CharField(allow_null=True, help_text="null när den är skyddad och inte öppnad.")
    phone = s.CharField(allow_null=True)
    school = s.CharField(allow_null=True)


class RelativeOut(Out):
    ref = s.UUIDField()
    individual = s.UUIDField()
    name = s.CharField()
    kind = s.ChoiceField(RelativeKind.choices)
    protected = s.BooleanField()
    custody = s.BooleanField(help_text="Har vårdnaden nu.")
    custody_from = s.DateField(allow_null=True)
    custody_last = s.DateField(allow_null=True, help_text="Sista dagen med vårdnad.")


class RelativesOut(PageOut):
    results = RelativeOut(many=True)


class HitOut(Out):
    name = s.CharField()
    detail = s.CharField()
    protected = s.BooleanField()
    individual = s.UUIDField(allow_null=True)
    case = s.UUIDField(allow_null=True)


class HitsOut(Out):
    results = HitOut(many=True)
    more = s.BooleanField(help_text="Fler träffar finns. Sök snävare.")


class MessageOut(Out):
    """Ett meddelande: ett slag och ett ärende, aldrig innehåll."""

    ref = s.UUIDField()
    kind = s.CharField()
    text = s.CharField(help_text="Meningen som står på sidan Meddelanden.")
    case = s.UUIDField(allow_null=True, help_text="null när ärendet inte längre går att läsa.")
    told_at = s.DateTimeField()
    read_at = s.DateTimeField(allow_null=True)


class MessagesOut(PageOut):
    results = MessageOut(many=True)


class MarkedOut(Out):
    marked = s.IntegerField(help_text="Hur många som var olästa.")
