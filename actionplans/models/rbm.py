"""Risk, needs and responsivity (RBM) of a youth, as somebody qualified has judged them (P-P3, P-I7)."""

from django.contrib.postgres.fields import ArrayField
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


class Adaptation(models.TextChoices):
    """What has to be fitted to the youth for anything to take (mottaglighet). Never origin or faith (R43)."""

    LANGUAGE = "language", _("Språk eller tolk")
    LEARNING = "learning", _("Sätt att lära, läsa och minnas")
    ATTENTION = "attention", _("Koncentration och tempo")
    MOTIVATION = "motivation", _("Motivation: börja där den unge vill något själv")
    RELATION = "relation", _("Vem som gör det: någon som den unge litar på")
    PRACTICAL = "practical", _("Tid, plats och resor")
    SAFETY = "safety", _("Trygghet: vem som är där, och vägen dit")


class RiskJudgement(AgencyFact):
    """One judgement by an instrument: which, by whom and with what result; never its items or scores (P-I7, R66).

    What is recorded stays as it was: a correction is a judgement of its own that says why and stands in its place.
    """

    instrument = models.CharField(max_length=60)
    instrument_version = models.CharField(max_length=30)
    assessor = models.CharField(max_length=120)
    level = models.CharField(max_length=8, choices=RiskLevel)
    #: Where the whole of it is kept.
    reference = models.CharField(max_length=120, blank=True, default="")
    receptivity = models.CharField(max_length=4, choices=Receptivity, blank=True, default="")
    #: What has to be fitted to the youth, and how in words.
    adaptations = ArrayField(models.CharField(max_length=12, choices=Adaptation), default=list, blank=True)
    fitting = models.CharField(max_length=500, blank=True, default="")
    #: What it stands in the place of, and what was wrong with that.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    correction = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["case", "-event_date", "-id"], name="judgement_of_case"),)
        constraints = (
            models.CheckConstraint(
                name="judgement_names_its_source",
                condition=~Q(instrument="") & ~Q(instrument_version="") & ~Q(assessor=""),
            ),
            models.CheckConstraint(
                name="judgement_corrected_says_why",
                condition=Q(replaces=None, correction="") | Q(replaces__isnull=False) & ~Q(correction=""),
            ),
            models.CheckConstraint(
                name="judgement_adapts_what_is_known", condition=Q(adaptations__contained_by=list(Adaptation.values))
            ),
        )

    def __str__(self) -> str:
        return f"RiskJudgement {self.pk}"


class Need(KommunOwned):
    """A need that the judgement found, by the code list of the central eight (methods.md, P5), and what it rests on.

    It has no weight and no rank, and needs are never counted (P-I5, P-A10).
    """

    judgement = models.ForeignKey(RiskJudgement, models.PROTECT, related_name="needs")
    factor = models.ForeignKey(Factor, models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.UniqueConstraint("judgement", "factor", name="need_once"),
            models.CheckConstraint(name="need_has_evidence", condition=~Q(evidence="")),
        )

    def __str__(self) -> str:
        return f"Need {self.pk}"
