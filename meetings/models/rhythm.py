"""The fourth-week rhythm of a case: its length, pauses with a reason, and contacts with the youth (P-M2, R58)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hub.models import Assignment, Case
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward

#: Days after the last held network meeting by which the next one is held, and from which it may be planned.
LATEST, EARLIEST = 28, 21


class Rhythm(KommunOwned):
    """Another length than the four weeks, for one case and a time. A shorter one is free, a longer one has a reason."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="rhythms")
    #: The day by which the next meeting is held, counted from the last one.
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="rhythm_of_days", condition=Q(days__gte=7, days__lte=92)),
            models.CheckConstraint(name="longer_rhythm_has_reason", condition=Q(days__lte=LATEST) | ~Q(reason="")),
            period_is_forward(name="rhythm_forward"),
            one_at_a_time("case", name="one_rhythm_at_a_time"),
        )

    def __str__(self) -> str:
        return f"Rhythm {self.pk}"


class ContactHow(models.TextChoices):
    MEETING = "meeting", _("Träff")
    CALL = "call", _("Samtal")
    MESSAGE = "message", _("Meddelanden med svar")


class YouthContact(KommunOwned):
    """A contact with the youth outside meetings: with it a meeting with a guardian alone counts (P-M2)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="youth_contacts")
    on = models.DateField(db_column="contact_on")
    how = models.CharField(max_length=8, choices=ContactHow)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["case", "on"], name="contact_with_youth"),)

    def __str__(self) -> str:
        return f"YouthContact {self.pk}"


class KeepApart(KommunOwned):
    """Two youths who are never in the same place within an hour of each other (P-M3); said to nobody but who wrote it.

    The planner obeys it everywhere and says only that a time cannot be used.
    """

    first = models.ForeignKey("hub.Individual", models.PROTECT, related_name="+")
    second = models.ForeignKey("hub.Individual", models.PROTECT, related_name="+")
    agency = models.ForeignKey("hub.Agency", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="kept_apart_from_another", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="kept_apart_has_reason", condition=~Q(reason="")),
            period_is_forward(name="kept_apart_forward"),
            one_at_a_time("first", "second", "agency", name="kept_apart_once_at_a_time"),
        )

    def __str__(self) -> str:
        return f"KeepApart {self.pk}"
