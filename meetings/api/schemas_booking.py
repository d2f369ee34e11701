"""What the answers about meetings and their rhythm look like, for the schema; these never run."""

from rest_framework import serializers as s

from hub.api.schemas import AgencyRefOut, Out, PageOut
from meetings.models import Answer, AnsweredBy, ContactHow, MeetingForm, MeetingKind, MeetingState
from meetings.rhythm import BOOKED, DUE, LATE, SOON

BEATS = [
    (SOON, "Det är inte dags än"),
    (DUE, "Det är dags, och inget möte i tid är bokat"),
    (BOOKED, "Bokat i tid"),
    (LATE, "Försenat"),
]


class MeetingRowOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField(help_text="Ärendets referens.")
    case_number = s.CharField()
    kind = s.ChoiceField(MeetingKind.choices)
    state = s.ChoiceField(MeetingState.choices)
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    form = s.ChoiceField(MeetingForm.choices)


class MeetingPlaceOut(Out):
    ref = s.UUIDField(help_text="Kallelsens referens. Skicka den i `participant` för att notera vad någon har sagt.")
    name = s.CharField()
    role = s.CharField()
    family = s.BooleanField(help_text="Den unge eller en närstående. Visas bara för er som leder ärendet och chefen.")
    required = s.BooleanField()  # type: ignore[assignment]  # a field; the class' own is not used
    answer = s.ChoiceField(Answer.choices)
    answered_at = s.DateTimeField(allow_null=True)
    answered_by = s.ChoiceField(AnsweredBy.choices, allow_blank=True)
    own = s.BooleanField(help_text="Din egen kallelse.")


class RoomRefOut(Out):
    ref = s.UUIDField()
    name = s.CharField()
    place = s.CharField()


class MeetingOut(MeetingRowOut):
    room = RoomRefOut(allow_null=True)
    place = s.CharField()
    link = s.CharField()
    interpreter = s.CharField(help_text="Språket som tolken behövs för. Bara för er som leder ärendet, och chefen.")
    organiser = s.CharField()
    main = s.UUIDField(allow_null=True, help_text="Nätverksmötet som ett tjänstemannamöte hålls direkt före.")
    officials = s.UUIDField(allow_null=True, help_text="Tjänstemannamötet direkt före.")
    reason = s.CharField(help_text="Varför det inte blev av. Bara för er som leder ärendet.")
    despite = s.CharField(help_text="Varför det hålls då fast någon var upptagen. Bara för er som leder ärendet.")
    participants = MeetingPlaceOut(many=True, help_text="De kallade som du får veta om.")
    may = s.ListField(child=s.CharField())


class MeetingsOut(PageOut):
    results = MeetingRowOut(many=True)


class DeputyOut(Out):
    ref = s.UUIDField(help_text="Uppdragets referens: skicka den i stället för den ordinaries.")
    name = s.CharField()


class OfficialOut(Out):
    ref = s.UUIDField(help_text="Uppdragets referens: skicka den i `officials` eller `optional`.")
    name = s.CharField()
    role = s.CharField()
    agency = AgencyRefOut()
    required = s.BooleanField(  # type: ignore[assignment]  # a field; the class' own is not used
        help_text="Det vanliga: kallas, eller kallas frivilligt."
    )
    deputy = DeputyOut(allow_null=True, help_text="Ersättaren, som kan kallas i stället.")


class KinOut(Out):
    ref = s.UUIDField(help_text="Personens referens: skicka den i `family`.")
    name = s.CharField()
    role = s.CharField()
    interpreter = s.CharField(help_text="Språket, om personen behöver tolk.")


class MeetingRoomOut(RoomRefOut):
    capacity = s.IntegerField()


class MeetingCandidatesOut(Out):
    officials = OfficialOut(many=True)
    family = KinOut(many=True)
    rooms = MeetingRoomOut(many=True)


class RhythmOut(Out):
    days = s.IntegerField(help_text="Högst antal dagar mellan mötena. 28 är det vanliga.")
    reason = s.CharField()
    since = s.DateTimeField(help_text="Det senaste mötet som räknas, annars när insatsen började.")
    held = s.BooleanField(help_text="true: `since` är ett möte.")
    day = s.IntegerField(help_text="Hur många dagar som har gått.")
    opens = s.DateField(help_text="Från den dagen är nästa möte i tid.")
    last_day = s.DateField(help_text="Senast den dagen hålls nästa möte.")
    state = s.ChoiceField(BEATS)
    booked = s.UUIDField(allow_null=True, help_text="Nästa möte, om det är bokat.")


class YouthContactOut(Out):
    ref = s.UUIDField()
    on = s.DateField()
    how = s.ChoiceField(ContactHow.choices)
    recorded_by = s.CharField()


class KeptApartOut(Out):
    ref = s.UUIDField()
    first = s.UUIDField(help_text="Den enes referens.")
    second = s.UUIDField(help_text="Den andres referens.")
    reason = s.CharField()
    recorded_by = s.CharField()
    valid_from = s.DateTimeField()
    valid_to = s.DateTimeField(allow_null=True, help_text="Satt när det är avslutat.")


class AllKeptApartOut(Out):
    results = KeptApartOut(many=True)


class InsteadOut(Out):
    official = s.UUIDField(help_text="Den ordinaries uppdrag.")
    deputy = s.UUIDField(help_text="Ersättarens uppdrag.")


class MeetingSlotOut(Out):
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    room = RoomRefOut(allow_null=True)
    why = s.CharField(help_text="I ord: vilka som kan, rytmens dag, och vad som talar för eller emot.")
    late = s.BooleanField(help_text="Efter rytmens sista dag.")
    instead = InsteadOut(many=True, help_text="Ersättare som kommer i stället.")


class MeetingSlotsOut(Out):
    results = MeetingSlotOut(many=True)
    reasons = s.ListField(child=s.CharField(), help_text="Varför ingen tid passar i rytmens sista vecka.")
    remedies = s.ListField(child=s.CharField(), help_text="Vad som skulle hjälpa.")


class BusyPeriodOut(Out):
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()


class MeetingBusyPersonOut(Out):
    ref = s.UUIDField(help_text="Uppdragets referens.")
    name = s.CharField()
    busy = BusyPeriodOut(many=True)


class MeetingBusyOut(Out):
    results = MeetingBusyPersonOut(many=True)
