"""Risk, needs and responsivity (RBM) of a youth, as somebody qualified has judged them (P-P3, P-I7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models import AgencyFact, Factor
from hub.models.base import KommunOwned


class RiskLevel(models.TextChoices):
    """The overall level in words; instruments give no cut-offs here and nothing is scored (R66)."""

    LOW = "low", _("Låg")
    MODERATE = "moderate", _("Måttlig")
    HIGH = "high", _("Hög")


class Receptivity(models.TextChoices):
    """Mottaglighet: what the youth can take in now."""

    LOW = "low", _("Låg")
    SOME = "some", _("Viss")
    GOOD = "good", _("God")


class RiskJudgement(AgencyFact):
    """One judgement by an instrument: which, by whom and with what result; never its items or scores (P-I7, R66)."""

    instrument = models.CharField(max_length=60)
    instrument_version = models.CharField(max_length=30)
    assessor = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=RiskLevel)
    #: Where the whole of it is kept.
    reference = models.CharField(max_length=120, blank=True, default="")
    receptivity = models.CharField(max_length=4, choices=Receptivity, blank=True, default="")
    #: How what is done has to be fitted to the youth: language, times, who.
    fitting = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["case", "-event_date", "-id"], name="judgement_of_case"),)
        constraints = (
            models.CheckConstraint(
                name="judgement_names_its_source",
                condition=~Q(instrument="") & ~Q(instrument_version="") & ~Q(assessor=""),
            ),
        )

    def __str__(self) -> str:
        return f"RiskJudgement {self.pk}"


class Need(KommunOwned):
    """A need that the judgement found, by the code list of the central eight (methods.md, P5)."""

    judgement = models.ForeignKey(RiskJudgement, models.PROTECT, related_name="needs")
    factor = models.ForeignKey(Factor, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint("judgement", "factor", name="need_once"),)

    def __str__(self) -> str:
        return f"Need {self.pk}"
