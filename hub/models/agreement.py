"""Agreements (samverkansöverenskommelser): what lets an agency from outside the kommun in (P-X1, P-A2 clause 1)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time, period_is_forward
from hub.models.organisation import Agency


class AgreementLevel(models.TextChoices):
    """At which level it is made (methods.md, 1.7 "Samverkansöverenskommelse"): the lower ones build on the upper."""

    KOMMUN = "kommun", _("Kommun, till exempel med polisen")
    DISTRICT = "district", _("Stadsdel eller lokalpolisområde")
    REGION = "region", _("Region eller flera kommuner")
    OPERATIVE = "operative", _("Arbetsgrupp, till exempel SSPF eller jour")


class Agreement(KommunOwned):
    """What a kommun has agreed with others, in force during `[valid_from, valid_to)`."""

    title = models.CharField(max_length=160)
    level = models.CharField(max_length=12, choices=AgreementLevel)
    #: Where the signed document is: diarienummer or archive, never the document itself.
    reference = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=1000, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            period_is_forward(name="agreement_period_forward"),
            one_at_a_time("municipality", "title", name="one_agreement_of_a_title_at_a_time"),
            models.CheckConstraint(name="agreement_level_known", condition=Q(level__in=AgreementLevel.values)),
        )

    def __str__(self) -> str:
        return self.title


class PartyQuerySet(TemporalQuerySet):
    def binding(self, *, at: datetime) -> "PartyQuerySet":
        """Parties for whom the agreement holds at `at`: both the agreement and their own part in it."""
        agreement = Q(agreement__valid_to=None) | Q(agreement__valid_to__gt=at)
        return self.in_force(at=at).filter(agreement, agreement__valid_from__lte=at)


class AgreementParty(KommunOwned):
    """An agency's part in an agreement: it may join after the others and leave before them."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="parties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="agreement_parties", db_index=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agreement parties"
        indexes = (models.Index(fields=["agency", "municipality"], name="agreements_of_agency"),)
        constraints = (
            period_is_forward(name="agreement_party_period_forward"),
            one_at_a_time("agreement", "agency", name="agency_once_in_an_agreement"),
        )

    def __str__(self) -> str:
        return f"AgreementParty {self.pk}"
