"""What a kommun has decided about consents, from which day: who must sign, how long, how often one meets."""

from datetime import date

from django.db import models
from django.db.models import Q

from hub.models import Assignment
from hub.models.base import KommunOwned


class ConsentSettings(KommunOwned):
    """The kommun's decision about consents, in force from the start of `from_day` until the next one begins.

    Dated, because a consent is judged by what held when it became complete (P-C3, P-C5): a later decision never
    changes who had to sign. Before the first decision the defaults on Municipality hold. A decision that has begun
    is never changed; one that lies ahead can be taken back.
    """

    from_day = models.DateField()
    youth_signs_from_age = models.PositiveSmallIntegerField()
    decides_alone_from_age = models.PositiveSmallIntegerField()
    hindered_guardian_rule = models.BooleanField()
    consent_max_months = models.PositiveSmallIntegerField()
    #: Days between network meetings at most, and from which day one is warned (P-M2, R58).
    rhythm_days = models.PositiveSmallIntegerField(default=28)
    rhythm_warning_days = models.PositiveSmallIntegerField(default=21)
    #: Where the decision is: nämnd, delegation, diarienummer.
    decision = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "consent settings"
        constraints = (
            models.UniqueConstraint("municipality", "from_day", name="one_decision_from_a_day"),
            models.CheckConstraint(
                name="consent_settings_sensible",
                condition=Q(
                    youth_signs_from_age__lte=18,
                    decides_alone_from_age__gte=models.F("youth_signs_from_age"),
                    decides_alone_from_age__lte=18,
                    consent_max_months__gte=1,
                    consent_max_months__lte=12,
                    rhythm_days__gte=7,
                    rhythm_days__lte=28,
                    rhythm_warning_days__lt=models.F("rhythm_days"),
                ),
            ),
            models.CheckConstraint(name="consent_settings_decided", condition=~Q(decision="")),
        )

    def __str__(self) -> str:
        return f"ConsentSettings {self.from_day}"

    def begun(self, *, on: date) -> bool:
        return self.from_day <= on
