"""What the answers of this layer look like, for the schema. Answers are built as plain mappings; these never run."""

from rest_framework import serializers as s

from consent.models import (
    AnnotationKind,
    Answer,
    ItemState,
    Maturity,
    Presence,
    ReviewKind,
    SessionState,
    SignedHow,
    SignerRole,
    WithdrawalChannel,
)
from consent.standing import LOOK
from hub.api.schemas import (
    AgencyRefOut,
    CaseRefOut,
    IndividualRefOut,
    Out,
    PageOut,
)
from hub.contributions import TIMELINE
from hub.models import AgencyKind, Protection

STANDINGS = list(LOOK)
#: The addresses are loaded once every app is ready, so all layers' kinds stand here (tests/test_api_schema.py).
HAPPENINGS = list(TIMELINE)


class InformationTypeOut(Out):
    code = s.CharField()
    version = s.IntegerField()
    name = s.CharField()
    description = s.CharField()
    writers = s.ListField(child=s.ChoiceField(AgencyKind.choices), help_text="Vilka slags verksamheter som skriver.")
    never_to = s.ListField(child=s.ChoiceField(AgencyKind.choices), help_text="Vilka som aldrig kan få dem.")


class InformationTypesOut(PageOut):
    results = InformationTypeOut(many=True)


class FactorTypeOut(Out):
    code = s.CharField()
    list = s.CharField()
    kind = s.CharField()
    text = s.CharField()


class FactorTypesOut(PageOut):
    results = FactorTypeOut(many=True)


class IndividualRowOut(IndividualRefOut):
    cases = CaseRefOut(many=True)
    shared_until = s.DateTimeField(allow_null=True, help_text="När det som slutar först slutar att delas.")
    waiting = s.BooleanField(help_text="Ett samtycke väntar på svar.")
    refused = s.BooleanField(help_text="Någon har sagt nej till ett samtycke.")
    latest_on = s.DateField(allow_null=True, help_text="Dagen för den senaste uppgift som du kan läsa.")


class IndividualsOut(PageOut):
    results = IndividualRowOut(many=True)


class SharedOut(Out):
    type = s.CharField(help_text="Uppgiftstypens kod.")
    giver = AgencyRefOut()
    receiver = AgencyRefOut()
    until = s.DateTimeField(help_text="Gäller före denna tidpunkt.")


class MaturityOut(Out):
    level = s.ChoiceField(Maturity.choices)
    why = s.CharField()
    assessed_at = s.DateTimeField()


class IndividualOut(IndividualRefOut):
    protection = s.ChoiceField(Protection.choices)
    cases = CaseRefOut(many=True)
    sharing = SharedOut(many=True, help_text="Vem som får veta vad, just nu, så långt du får se det.")
    maturity = MaturityOut(allow_null=True)
    may = s.ListField(child=s.CharField(), help_text="work, stop_sharing, change")


class FactorOut(Out):
    code = s.CharField()
    text = s.CharField()
    presence = s.ChoiceField(Presence.choices)
    evidence = s.CharField()


class AnnotationOut(Out):
    version = s.IntegerField()
    kind = s.ChoiceField(AnnotationKind.choices)
    text = s.CharField()
    author = s.CharField()
    annotated_at = s.DateTimeField()


class ItemOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    case_number = s.CharField()
    individual = s.UUIDField(allow_null=True, help_text="null efter avslutad medverkan.")
    agency = AgencyRefOut()
    type = s.CharField()
    author = s.CharField()
    event_date = s.DateField()
    body = s.CharField()
    version = s.IntegerField(help_text="En till för varje rättelse eller tillägg. Den nämns när uppgiften lämnas ut.")
    state = s.ChoiceField(ItemState.choices)
    recorded_at = s.DateTimeField(allow_null=True)
    released_at = s.DateTimeField(allow_null=True, help_text="Bara för den egna verksamheten.")
    own = s.BooleanField()
    family_barred = s.BooleanField()
    about = s.ListField(child=s.CharField(), help_text="Andra som uppgiften rör och som du får veta om.")
    told_by = s.CharField()
    told_at = s.DateTimeField(allow_null=True)
    read_back = s.BooleanField()
    factors = FactorOut(many=True)
    annotations = AnnotationOut(many=True)
    readers = s.CharField(help_text="Vem som kan läsa nu, och hur länge, i en mening.")
    may = s.ListField(child=s.CharField(), help_text="edit, annotate, release, file")


class ItemsOut(PageOut):
    results = ItemOut(many=True)


class EventOut(Out):
    title = s.CharField()
    text = s.CharField()
    agency = s.CharField()


class HappeningOut(Out):
    kind = s.ChoiceField(HAPPENINGS)
    on = s.DateField()
    at = s.DateTimeField()
    item = ItemOut(allow_null=True)
    event = EventOut(allow_null=True)


class TimelineOut(PageOut):
    results = HappeningOut(many=True)


class TraceOut(Out):
    """Ärendets nummer och datum, inget annat."""

    ref = s.UUIDField()
    number = s.CharField()
    first = s.DateTimeField(allow_null=True)
    ended = s.DateTimeField(allow_null=True)


class TracesOut(PageOut):
    results = TraceOut(many=True)


class RecipientOut(Out):
    agency = AgencyRefOut()
    types = s.ListField(child=s.CharField())
    purpose = s.CharField()


class WithdrawnOut(Out):
    ref = s.UUIDField(allow_null=True, help_text="Bara för ansvarig verksamhet.")
    withdrawn_at = s.DateTimeField()
    whole = s.BooleanField()
    cuts = s.BooleanField(help_text="Om den ändrar vad som delas.")
    channel = s.ChoiceField(WithdrawalChannel.choices, allow_null=True, help_text="Bara för ansvarig verksamhet.")


class ConsentPartOut(Out):
    ref = s.UUIDField()
    disclosing = AgencyRefOut()
    version = s.IntegerField(allow_null=True)
    state = s.ChoiceField(STANDINGS)
    text = s.CharField()
    effective_from = s.DateTimeField(allow_null=True)
    effective_to = s.DateTimeField(allow_null=True)
    recipients = RecipientOut(many=True)
    withdrawals = WithdrawnOut(many=True)


class SignatureOut(Out):
    person = s.UUIDField()
    name = s.CharField()
    role = s.ChoiceField(SignerRole.choices)
    answer = s.ChoiceField(Answer.choices)
    how = s.ChoiceField(["", *SignedHow.values])
    written_on = s.DateField(allow_null=True)
    required = s.BooleanField()  # type: ignore[assignment]  # a field; the class' own is not used


class PaperFactsOut(Out):
    """Det som står på pappret; bara för ansvarig verksamhet."""

    purpose = s.CharField()
    items_from = s.DateField(allow_null=True)
    form_language = s.CharField()
    interpreter = s.CharField()
    paper_kind = s.CharField()
    original_kept = s.CharField()
    court_requirement = s.CharField()
    missing = s.ListField(child=s.CharField(), help_text="Vilka svar som saknas, i ord.")
    signatures = SignatureOut(many=True)


class _ConsentHeadOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    individual = s.UUIDField()
    session = s.ChoiceField(SessionState.choices)
    state = s.ChoiceField(STANDINGS)
    text = s.CharField()


class ConsentRowOut(_ConsentHeadOut):
    disclosing = AgencyRefOut(many=True)


class ConsentsOut(PageOut):
    results = ConsentRowOut(many=True)


class ConsentOut(_ConsentHeadOut):
    first_day = s.DateField(allow_null=True)
    last_day = s.DateField(allow_null=True, help_text="Gäller till och med den dagen.")
    parts = ConsentPartOut(many=True, help_text="Ett samtycke per verksamhet som lämnar; bara det som rör er.")
    paper = PaperFactsOut(allow_null=True)
    may = s.ListField(child=s.CharField(), help_text="lead")


class SignerOut(Out):
    person = s.UUIDField()
    name = s.CharField()
    role = s.ChoiceField(SignerRole.choices)
    relation = s.CharField()
    required = s.BooleanField(  # type: ignore[assignment]  # a field; the class' own is not used
        help_text="Behövs för att samtycket ska gälla, som läget är nu."
    )


class SignersOut(PageOut):
    results = SignerOut(many=True)


class WithdrawalOut(Out):
    ref = s.UUIDField()
    consent = s.UUIDField()
    withdrawn_at = s.DateTimeField()
    stated_at = s.DateTimeField(allow_null=True)
    channel = s.ChoiceField(WithdrawalChannel.choices)
    told_through = s.ChoiceField(["", *WithdrawalChannel.values], help_text="Efter ett stopp: hur ni fick veta det.")
    who = s.CharField(help_text="Tom: inte registrerat än.")
    details = s.CharField()


class LossOut(Out):
    name = s.CharField()
    agency = s.CharField()
    items = s.IntegerField()
    already_read = s.IntegerField()


class PreviewOut(Out):
    """Vad som skulle hända. Ingenting har hänt."""

    text = s.CharField()
    losses = LossOut(many=True)
    items = s.IntegerField()
    cuts = s.BooleanField(help_text="Om återkallelsen ändrar vad som delas.")


class StoppedOut(Out):
    stopped = s.BooleanField(help_text="false: det fanns inget att stoppa.")


class WaitingOut(Out):
    consent = s.UUIDField()
    case = s.UUIDField()
    individual = s.UUIDField()
    kinds = s.ListField(child=s.ChoiceField(ReviewKind.choices), help_text="Vad du ska gå igenom.")
    review_by = s.DateField(allow_null=True, help_text="Sista dagen, när vårdnaden har ändrats.")


class WaitingsOut(PageOut):
    results = WaitingOut(many=True)


class AskedOut(Out):
    kind = s.ChoiceField(ReviewKind.choices)
    text = s.CharField(help_text="Vad som har hänt, i en mening.")


class ReviewOut(Out):
    ref = s.UUIDField()
    kind = s.ChoiceField(ReviewKind.choices)
    note = s.CharField()
    reviewed_at = s.DateTimeField()
    reviewed_by = s.CharField()


class ReviewsOut(Out):
    consent = s.UUIDField()
    asked = AskedOut(many=True, help_text="Det som är kvar för dig att gå igenom.")
    made = ReviewOut(many=True, help_text="Det som är genomgånget, senast först.")
    may = s.ListField(child=s.ChoiceField(ReviewKind.choices), help_text="Vilka slag nyckelns uppdrag går igenom.")
