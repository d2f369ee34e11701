"""What the answers about plans look like, for the schema; these never run."""

from rest_framework import serializers as s

from actionplans.models import LEVELS, Agrees, Area, MeasureState
from hub.api.schemas import AgencyRefOut, Out, PageOut
from hub.models.case import CLOSING_OUTCOMES

STATES = MeasureState.choices
NARROWED = "Bara för verksamheten som har skrivit: verksamheter som det är inskränkt till. Tom lista: följer samtycket."
VERSIONS = "Från och med den här versionen av planen."
LAST = "Till och med den här versionen. null: står kvar. Lägre än first_version: har aldrig stått i någon."


class PlanRowOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    case_number = s.CharField()
    reference = s.CharField(help_text="Id på socialtjänstens egen genomförandeplan. Aldrig dess text.")
    version = s.IntegerField(help_text="Så många möten har följt upp planen.")
    started_at = s.DateTimeField()
    closed_at = s.DateTimeField(allow_null=True)
    outcome = s.ChoiceField(CLOSING_OUTCOMES, allow_blank=True)


class PlansOut(PageOut):
    results = PlanRowOut(many=True)


class PlanVersionOut(Out):
    number = s.IntegerField()
    meeting = s.UUIDField(allow_null=True, help_text="null när du inte får se mötet.")
    made_at = s.DateTimeField()


class PlanAgreementOut(Out):
    participant = s.UUIDField()
    name = s.CharField()
    agrees = s.ChoiceField(Agrees.choices)
    words = s.CharField()


class GoalRatingOut(Out):
    level = s.IntegerField(min_value=LEVELS[0], max_value=LEVELS[-1], help_text="0 är målet.")
    said = s.CharField(help_text="Nivån i ord, så som familjen hör den. Visa aldrig siffran för familjen.")
    note = s.CharField()
    rated_at = s.DateTimeField()


class GoalOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    agency = AgencyRefOut()
    area = s.ChoiceField(Area.choices)
    text = s.CharField()
    own_words = s.CharField()
    baseline = s.CharField()
    why = s.CharField()
    levels = s.ListField(child=s.CharField(), help_text="Vad -2, -1, 0, 1 och 2 betyder, i den ordningen.")
    rating = GoalRatingOut(allow_null=True, help_text="Det senaste mötets bedömning.")
    reached = s.BooleanField(allow_null=True, help_text="null: pågår.")
    end_reason = s.CharField()
    replaces = s.UUIDField(allow_null=True, help_text="Den tidigare formuleringen.")
    first_version = s.IntegerField(help_text=VERSIONS)
    last_version = s.IntegerField(allow_null=True, help_text=LAST)
    family_barred = s.BooleanField(help_text="Vårdnadshavarna får inte veta.")
    audience = s.ListField(child=s.UUIDField(), allow_null=True, help_text=NARROWED)
    may = s.ListField(child=s.CharField(), help_text="change")


class GoalsOut(PageOut):
    results = GoalOut(many=True)


class MeasureOut(Out):
    ref = s.UUIDField()
    case = s.UUIDField()
    case_number = s.CharField()
    goal = s.UUIDField(allow_null=True, help_text="null: inget särskilt mål, eller ett som du inte läser.")
    agency = AgencyRefOut()
    type = s.CharField(help_text="Ur /information-types/.")
    text = s.CharField()
    responsible = s.UUIDField(help_text="Uppdrag.")
    responsible_name = s.CharField()
    starts_on = s.DateField()
    due_on = s.DateField()
    hours = s.CharField(allow_null=True, help_text="Timmar i veckan, till exempel 1.5.")
    place = s.CharField()
    intervention = s.UUIDField(allow_null=True, help_text="Ur /interventions/.")
    against_advice = s.CharField(help_text="Varför den står kvar, när insatsen inte bör erbjudas.")
    state = s.ChoiceField(STATES, help_text="not_possible och not_done är olika saker, i varje räkning.")
    note = s.CharField()
    late = s.BooleanField()
    replaces = s.UUIDField(allow_null=True, help_text="Den tidigare formuleringen.")
    first_version = s.IntegerField(help_text=VERSIONS)
    last_version = s.IntegerField(allow_null=True, help_text=LAST)
    family_barred = s.BooleanField(help_text="Vårdnadshavarna får inte veta.")
    audience = s.ListField(child=s.UUIDField(), allow_null=True, help_text=NARROWED)
    may = s.ListField(child=s.CharField(), help_text="change, tick_off")


class MeasuresOut(PageOut):
    results = MeasureOut(many=True)


class MeasureCountsOut(Out):
    """Åtgärderna i svaret, varje läge för sig."""

    not_started = s.IntegerField()
    ongoing = s.IntegerField()
    done = s.IntegerField()
    not_done = s.IntegerField()
    not_possible = s.IntegerField()
    aborted = s.IntegerField()


class CasePlanOut(Out):
    plan = PlanRowOut(allow_null=True, help_text="null: ingen plan, eller en som du bara läser delar av.")
    versions = PlanVersionOut(many=True)
    goals = GoalOut(many=True, help_text="Mål som står i planen.")
    ended = GoalOut(many=True, help_text="Mål som är nådda eller borttagna.")
    measures = MeasureOut(many=True, help_text="Åtgärder som står i planen.")
    counts = MeasureCountsOut()
    agreements = PlanAgreementOut(many=True, help_text="Vid det senaste mötet som frågade, för er som leder ärendet.")
    may = s.ListField(child=s.CharField(), help_text="start, lead, contribute")


class GoalHistoryRowOut(GoalRatingOut):
    goal = s.UUIDField(help_text="Formuleringen som bedömdes.")


class GoalHistoryOut(Out):
    results = GoalHistoryRowOut(many=True, help_text="Det äldsta först, tidigare formuleringar med.")


class MeasureHistoryRowOut(Out):
    measure = s.UUIDField(help_text="Formuleringen som följdes upp.")
    state = s.ChoiceField(STATES)
    note = s.CharField()
    noted_at = s.DateTimeField()


class MeasureHistoryOut(Out):
    results = MeasureHistoryRowOut(many=True, help_text="Det äldsta först, tidigare formuleringar med.")


NOT_ALOUD = "Läs inte upp den, och visa den inte på en skärm som familjen ser."


class FollowedGoalOut(Out):
    goal = s.UUIDField()
    text = s.CharField()
    levels = s.ListField(child=s.CharField())
    level = s.IntegerField(allow_null=True, help_text="null: inte bedömt på mötet.")
    note = s.CharField()
    family_barred = s.BooleanField(help_text=NOT_ALOUD)


class FollowedMeasureOut(Out):
    measure = s.UUIDField()
    text = s.CharField()
    standing = s.ChoiceField(STATES, help_text="Hur det står till med åtgärden nu.")
    state = s.ChoiceField(STATES, allow_null=True, help_text="null: inte uppföljd på mötet.")
    note = s.CharField()
    family_barred = s.BooleanField(help_text=NOT_ALOUD)


class FollowedVoiceOut(Out):
    participant = s.UUIDField()
    name = s.CharField()
    agrees = s.ChoiceField(Agrees.choices, allow_null=True, help_text="null: inte tillfrågad än.")
    words = s.CharField()


class FollowUpsOut(Out):
    meeting = s.UUIDField()
    plan = s.UUIDField()
    goals = FollowedGoalOut(many=True)
    measures = FollowedMeasureOut(many=True)
    agreements = FollowedVoiceOut(many=True, help_text="De som är noterade som närvarande.")
    missing = s.ListField(child=s.CharField(), help_text="Vad som saknas innan mötet kan avslutas.")
