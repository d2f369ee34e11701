"""Who may count exactly, by whose decision, and what has been released for everybody (P-S2, P-S3)."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from hub.models import Assignment
from hub.models.base import KommunOwned, TemporalQuerySet, one_at_a_time

#: First and last (month, day) of each half of a year.
HALVES = {1: ((1, 1), (6, 30)), 2: ((7, 1), (12, 31))}


class ProgrammeDecision(KommunOwned):
    """The kommun's decision that this assignment sees exact figures of the programme during `[valid_from, valid_to)`.

    The role alone opens nothing: the figures are open while both the assignment and the decision are in force.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="programme_decisions")
    #: Which board or official decided; never a person's name.
    decided_by = models.CharField(max_length=120)
    decided_on = models.DateField()
    #: Diarienummer: where the decision itself is.
    reference = models.CharField(max_length=120)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    objects = TemporalQuerySet.as_manager()

    class Meta:
        constraints = (
            # An empty period is a decision that was withdrawn before it began.
            models.CheckConstraint(
                name="programme_decision_forward", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            one_at_a_time("assignment", name="one_programme_decision_at_a_time"),
            models.CheckConstraint(name="programme_decision_said", condition=~Q(decided_by="") & ~Q(reference="")),
        )

    def __str__(self) -> str:
        return f"ProgrammeDecision {self.pk}"

    @property
    def withdrawn(self) -> bool:
        """Ended before it began: it never opened anything."""
        return self.valid_to == self.valid_from


class Release(KommunOwned):
    """The closed set of tables of one half-year, suppressed once and never changed (P-S3)."""

    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2")])
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    #: The tables as they were defined then, and the figures that were told: a withheld one is null, so that what is
    #: kept holds no secret. Later releases are made with regard to it.
    tables = models.JSONField()
    figures = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint("municipality", "year", "half", name="release_once_a_half_year"),
            models.CheckConstraint(name="release_of_a_half_year", condition=Q(half__in=(1, 2))),
        )

    def __str__(self) -> str:
        return f"Release {self.year}:{self.half}"

    @property
    def first_day(self) -> date:
        return date(self.year, *HALVES[self.half][0])

    @property
    def last_day(self) -> date:
        return date(self.year, *HALVES[self.half][1])
