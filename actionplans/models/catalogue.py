"""Interventions with a recommendation, and where the kommun gives them (P-P3)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.models.information import CodeListQuerySet
from hub.models import Agency, Unit
from hub.models.base import KommunOwned, Referenced, TemporalQuerySet, one_at_a_time, period_is_forward


class Advice(models.TextChoices):
    """What the source says to social services."""

    SHOULD = "should", _("Bör erbjudas")
    SHOULD_NOT = "should_not", _("Bör inte erbjudas")


class InterventionQuerySet(CodeListQuerySet["Intervention"]):
    def chosen_from(self) -> Self:
        """In the order of the list, which is the source's own and no ranking."""
        return self.order_by("order", "pk")


class Intervention(Referenced):
    """One entry of the versioned catalogue, loaded from actionplans/data/interventions.toml."""

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    #: What sort of intervention it is an example of, in the source's words.
    sort = models.CharField(max_length=160)
    #: Whole years, both included.
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField()
    advice = models.CharField(max_length=10, choices=Advice)
    #: For whom the source says it.
    target = models.CharField(max_length=160)
    source = models.CharField(max_length=200)
    source_year = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint("code", "version", name="intervention_version"),
            models.CheckConstraint(name="intervention_ages_forward", condition=Q(age_to__gte=F("age_from"))),
            models.CheckConstraint(
                name="intervention_forward", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def advised_against(self) -> bool:
        return self.advice == Advice.SHOULD_NOT

    @property
    def ages(self) -> str:
        """12-17 år"""
        return f"{self.age_from}\N{EN DASH}{self.age_to}\N{NO-BREAK SPACE}år"


class Offer(KommunOwned):
    """That a unit gives an intervention, and how to reach it. An organisation's fact: it names no youth."""

    intervention = models.ForeignKey(Intervention, models.PROTECT, related_name="offers")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    contact = models.CharField(max_length=160)
    #: How one gets there: referral, waiting time.
    note = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="offer_has_contact", condition=~Q(contact="")),
            period_is_forward(name="offer_forward"),
            one_at_a_time("unit", "intervention", "municipality", name="offer_once_a_unit"),
        )

    def __str__(self) -> str:
        return f"Offer {self.pk}"
