"""The words of a plan in another language, by somebody, and reviewed by somebody else (P-P4, R57)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actionplans.models.plan import Goal, Measure, Plan
from hub.models.base import KommunOwned


class TranslatedPart(models.TextChoices):
    TEXT = "text", _("Texten")
    OWN_WORDS = "own_words", _("Egna ord")


class Translation(KommunOwned):
    """One text of a goal or a measure in one language. The Swedish text governs (R57).

    It is printed only while somebody else than the writer has reviewed it, and only while the Swedish text is the one
    that it was made from: `digest` says which that was.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="translations")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="translations")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="translations")
    part = models.CharField(max_length=9, choices=TranslatedPart)
    language = models.CharField(max_length=8)
    #: SHA-256 of the Swedish text.
    digest = models.CharField(max_length=64)
    text = models.CharField(max_length=600)
    #: The person, whichever assignment it was written under: nobody reviews what they wrote themselves.
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "goal", "part", "language", name="goal_translated_once", condition=Q(goal__isnull=False)
            ),
            models.UniqueConstraint(
                "measure", "part", "language", name="measure_translated_once", condition=Q(measure__isnull=False)
            ),
            models.CheckConstraint(
                name="translation_of_one_text",
                condition=Q(goal__isnull=False, measure=None) | Q(goal=None, measure__isnull=False, part="text"),
            ),
            models.CheckConstraint(name="translation_says_something", condition=~Q(text="") & ~Q(language="sv")),
            models.CheckConstraint(
                name="translation_reviewed_by_another",
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__gte=F("written_at")) & ~Q(reviewed_by=F("written_by")),
            ),
        )

    def __str__(self) -> str:
        return f"Translation {self.pk}"
