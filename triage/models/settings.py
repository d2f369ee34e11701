"""How an agency has arranged its intake: dated decisions, the hub's units and slots, the duty rota, the questions."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from hub.models.organisation import Agency, Unit


class Colour(models.TextChoices):
    """How urgent a concern is (MASH): always shown with its word and an icon, never as a colour alone (R56)."""

    GREEN = "green", _("Grön")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Röd")


#: From the least to the most urgent: a move to the left is a downgrade (P-T3).
COLOUR_ORDER = (Colour.GREEN, Colour.ORANGE, Colour.RED)


class TriageSettingsQuerySet(models.QuerySet["TriageSettings"]):
    def in_force(self, *, at: datetime) -> "TriageSettingsQuerySet":
        """The arrangement of each agency at `at`: the latest one that has begun."""
        newer = TriageSettings.objects.filter(
            agency=models.OuterRef("agency"), valid_from__gt=models.OuterRef("valid_from")
        )
        return self.filter(~models.Exists(newer.filter(valid_from__lte=at)), valid_from__lte=at)


class TriageSettings(KommunOwned):
    """An agency's arrangement of its intake from `valid_from` until the next one begins; never changed, only followed.

    A clock goes by what held when its concern arrived, so that a later decision never moves it (P-T4).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    intake_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: Owner of what comes in by itself, until somebody takes it: no concern is without one (P-T10).
    standing_owner = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: The agency on duty outside office hours; it may serve several kommuner by agreement (P-T5).
    jour = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    #: Orange runs 08.00-17.00 on working days instead of around the clock, by a recorded decision (P-T4, R73).
    orange_office_hours = models.BooleanField(default=False)
    #: Mandated reporters may send concerns through the open form.
    external_form = models.BooleanField(default=True)
    #: Where the decision is: nämnd, delegation, diarienummer.
    decision = models.CharField(max_length=200, blank=True, default="")
    valid_from = models.DateTimeField()
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = TriageSettingsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "triage settings"
        constraints = (
            models.UniqueConstraint("agency", "valid_from", name="one_arrangement_from_an_instant"),
            models.CheckConstraint(
                name="office_hours_are_decided", condition=Q(orange_office_hours=False) | ~Q(decision="")
            ),
        )

    def __str__(self) -> str:
        return f"TriageSettings {self.pk}"


class HubUnit(KommunOwned):
    """A unit that takes part in an agency's hub: it is asked what it knows, and may convene (P-T6)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            period_is_forward(name="hub_unit_forward"),
            one_at_a_time("agency", "unit", name="hub_unit_once_at_a_time"),
        )

    def __str__(self) -> str:
        return f"HubUnit {self.pk}"


class HubSlot(KommunOwned):
    """A standing time for hubs on some weekdays (1 = Monday … 7 = Sunday), on a Swedish wall clock (P-T6)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    starts = models.TimeField()
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    #: Where the call is held; shown after sign-in only.
    link = models.URLField(blank=True, default="", max_length=500)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            period_is_forward(name="hub_slot_forward"),
            one_at_a_time("agency", "starts", name="hub_slot_once_at_a_time"),
            models.CheckConstraint(name="hub_slot_has_days", condition=Q(weekdays__len__gt=0)),
        )

    def __str__(self) -> str:
        return f"HubSlot {self.pk}"


class DutyShift(KommunOwned):
    """Somebody of a jour agency on duty for this kommun in `[valid_from, valid_to)`, with a receipt when it begins."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    #: "I have taken over": who is asked for it when the shift has begun without one (P-T5).
    received_at = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["assignment", "valid_to"], name="shift_of_assignment"),)
        constraints = (
            period_is_forward(name="shift_forward"),
            one_at_a_time("assignment", "municipality", name="one_shift_at_a_time"),
        )

    def __str__(self) -> str:
        return f"DutyShift {self.pk}"


class QuestionSet(KommunOwned):
    """One version of an agency's questions that suggest a colour (P-T3); a version in use is never changed."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    #: Who decided on the questions, and where it stands.
    decision = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("agency", "version", name="question_set_version"),
            models.UniqueConstraint("agency", "valid_from", name="one_question_set_from_an_instant"),
            models.CheckConstraint(name="question_set_decided", condition=~Q(decision="")),
        )

    def __str__(self) -> str:
        return f"QuestionSet {self.pk}"


class TriageQuestion(models.Model):
    """A question of a set; a yes speaks for the colour, and says why in the words of `explanation`."""

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="questions")
    code = models.SlugField(max_length=40)
    text = models.CharField(max_length=300)
    help = models.CharField(max_length=500, blank=True, default="")
    colour = models.CharField(max_length=6, choices=Colour)
    explanation = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("question_set", "code", name="question_once_in_a_set"),
            models.CheckConstraint(name="question_speaks_for_more", condition=~Q(colour=Colour.GREEN)),
        )

    def __str__(self) -> str:
        return f"{self.code} ({self.question_set_id})"
