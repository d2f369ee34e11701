"""The plan of a case: goals, measures, what each meeting found, and who agreed (P-P1, P-P2)."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actionplans.models.catalogue import Intervention
from consent.models import AgencyFact
from hub.models import Assignment, Case, Individual
from hub.models.base import KommunOwned
from hub.models.case import CLOSING_OUTCOMES
from meetings.models import Meeting, Participant

#: Goal-attainment scaling: two levels below what is aimed at, the aim itself at 0, and two above.
LEVELS = (-2, -1, 0, 1, 2)


class Area(models.TextChoices):
    """What a goal is about (P-P1): needs of the RBM model first, then everyday life."""

    FRIENDS = "friends", _("Kompisar och umgänge")
    ATTITUDES = "attitudes", _("Tankar och attityder")
    SUBSTANCES = "substances", _("Alkohol och droger")
    FAMILY = "family", _("Familj")
    SCHOOL = "school", _("Skola")
    WORK = "work", _("Arbete")
    LEISURE = "leisure", _("Fritid")
    HEALTH = "health", _("Hälsa")
    HOUSING = "housing", _("Boende")


class MeasureState(models.TextChoices):
    """P-P2. "Ej möjlig" is another thing than "ej genomförd", in every count."""

    NOT_STARTED = "not_started", _("Ej påbörjad")
    ONGOING = "ongoing", _("Pågår")
    DONE = "done", _("Klar")
    NOT_DONE = "not_done", _("Ej genomförd")
    NOT_POSSIBLE = "not_possible", _("Ej möjlig")
    ABORTED = "aborted", _("Avbruten")


#: Still to be followed up at every meeting.
OPEN_MEASURES = (MeasureState.NOT_STARTED, MeasureState.ONGOING)
#: What says why.
REASONED = (MeasureState.NOT_DONE, MeasureState.NOT_POSSIBLE, MeasureState.ABORTED)


class Plan(KommunOwned):
    """The one plan of a case (handlingsplan). Social services' own is only referred to, by its id (P-P5)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="plan")
    individual = models.ForeignKey(Individual, models.PROTECT, related_name="+")
    #: Social services' genomförandeplan, by its id in their own system and nothing of its text (R28).
    reference = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: How many versions meetings have made; what is changed meanwhile belongs to the one to come.
    version = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=CLOSING_OUTCOMES, blank=True, default="")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="plan_closed_whole",
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome=""),
            ),
        )

    def __str__(self) -> str:
        return f"Plan {self.pk}"

    @property
    def next_version(self) -> int:
        """The version that is being written."""
        return self.version + 1


class PlanVersion(KommunOwned):
    """The plan as a meeting left it (P-P1): it holds what had begun by this number and not ended before it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="plan_version")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint("plan", "number", name="plan_version_once"),)

    def __str__(self) -> str:
        return f"PlanVersion {self.pk}"


class Agrees(models.TextChoices):
    YES = "yes", _("Håller med")
    PARTLY = "partly", _("Håller delvis med")
    NO = "no", _("Håller inte med")


class Agreement(KommunOwned):
    """Whether somebody at the meeting agrees with the plan, in own words if they like (P-P1)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="agreements")
    participant = models.OneToOneField(Participant, models.PROTECT, related_name="agreement")
    agrees = models.CharField(max_length=6, choices=Agrees)
    words = models.CharField(max_length=500, blank=True, default="")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Agreement {self.pk}"


class PlanFact(AgencyFact):
    """What a goal and a measure have in common: which versions of the plan they stand in."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)ss")
    text = models.CharField(max_length=300)
    first_version = models.PositiveSmallIntegerField()
    #: The last version that holds it; None while it stands. One less than the first: it was never in any.
    last_version = models.PositiveSmallIntegerField(null=True, blank=True)
    #: What it stands in the place of, reworded.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def _in_versions(name: str) -> tuple[models.CheckConstraint, ...]:
    return (
        models.CheckConstraint(name=f"{name}_has_text", condition=~Q(text="")),
        models.CheckConstraint(
            name=f"{name}_versions_forward",
            condition=Q(last_version=None) | Q(last_version__gte=F("first_version") - 1),
        ),
    )


class Goal(PlanFact):
    """What the youth shall reach, with five described levels (P-P1, P-P2). It is the owner agency's."""

    area = models.CharField(max_length=12, choices=Area)
    #: The goal as the youth says it.
    own_words = models.CharField(max_length=300, blank=True, default="")
    baseline = models.CharField(max_length=300)
    why = models.CharField(max_length=300, blank=True, default="")
    #: What each of LEVELS looks like, in that order; the one in the middle is the target.
    levels = ArrayField(models.CharField(max_length=200), size=len(LEVELS))
    reached = models.BooleanField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            *_in_versions("goal"),
            models.CheckConstraint(name="goal_has_five_levels", condition=Q(levels__len=len(LEVELS))),
            models.CheckConstraint(name="goal_ended_whole", condition=Q(reached=None) | Q(last_version__isnull=False)),
            models.CheckConstraint(name="goal_given_up_says_why", condition=~Q(reached=False) | ~Q(end_reason="")),
        )

    def __str__(self) -> str:
        return f"Goal {self.pk}"


class Rating(KommunOwned):
    """How far a goal has come, as one meeting saw it: goal-attainment scaling (P-P2)."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="ratings")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="ratings")
    level = models.SmallIntegerField(validators=[MinValueValidator(LEVELS[0]), MaxValueValidator(LEVELS[-1])])
    note = models.CharField(max_length=500, blank=True, default="")
    rated_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("goal", "meeting", name="goal_rated_once_a_meeting"),
            models.CheckConstraint(name="rating_on_the_scale", condition=Q(level__range=(LEVELS[0], LEVELS[-1]))),
        )

    def __str__(self) -> str:
        return f"Rating {self.pk}"


class Measure(PlanFact):
    """What somebody does: which agency and who there, from when till when, how much and where (P-P1, R62)."""

    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="measures")
    responsible = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    due_on = models.DateField()
    #: Hours a week that the youth gets; None where it cannot be said so.
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    place = models.CharField(max_length=160, blank=True, default="")
    #: Which entry of the catalogue it is, where it is one (P-P3).
    intervention = models.ForeignKey(Intervention, models.PROTECT, null=True, blank=True, related_name="+")
    #: Why it stands though the source says "bör inte".
    against_advice = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=12, choices=MeasureState, default=MeasureState.NOT_STARTED)
    state_at = models.DateTimeField(null=True, blank=True)
    #: What it led to, or why it was not done.
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["responsible", "due_on"],
                name="plan_measure_to_do",
                condition=Q(state__in=OPEN_MEASURES, last_version=None),
            ),
        )
        constraints = (
            *_in_versions("plan_measure"),
            models.CheckConstraint(name="measure_forward", condition=Q(due_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="measure_hours_of_a_week", condition=Q(hours=None) | Q(hours__gt=0, hours__lte=168)
            ),
            models.CheckConstraint(name="measure_not_done_says_why", condition=~Q(state__in=REASONED) | ~Q(note="")),
            # That "bör inte" asks for a reason is held by a trigger: the advice stands in the catalogue.
            models.CheckConstraint(
                name="measure_against_advice_of_something",
                condition=Q(against_advice="") | Q(intervention__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"Measure {self.pk}"


class FollowUp(KommunOwned):
    """How it stands with a measure, as one meeting heard it (P-P2)."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="follow_ups")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="follow_ups")
    state = models.CharField(max_length=12, choices=MeasureState)
    note = models.CharField(max_length=500, blank=True, default="")
    noted_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("measure", "meeting", name="measure_followed_up_once_a_meeting"),
            models.CheckConstraint(name="follow_up_says_why", condition=~Q(state__in=REASONED) | ~Q(note="")),
        )

    def __str__(self) -> str:
        return f"FollowUp {self.pk}"
