"""Clocks as rows: what is due about which row, and when something must next be said about it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from hub.models.case import Case
from hub.models.organisation import Assignment, Unit

#: A deadline that still runs: it has neither been met nor passed.
OPEN = Q(met_at=None, breached_at=None)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> Self:
        return self.filter(OPEN)

    def late(self) -> Self:
        """What passed its limit: found out by the tick, or met at or after the instant at which it was due."""
        return self.filter(Q(breached_at__isnull=False) | Q(met_at__gte=F("due_at")))

    def due(self, *, at: datetime) -> Self:
        """Open rows with a stage to fire at the instant `at`, the longest overdue first."""
        return self.open().filter(next_at__lte=at).order_by("next_at", "pk")


class Deadline(models.Model):
    """One clock of one row (architecture, "Clocks"): made from facts by `hub.deadlines`, never by hand.

    No row-level security, so that one tick finds what is due in every kommun; hence it holds ids, kinds and instants,
    nothing that names anybody. What it leads to is written with the row's kommun set.
    """

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")
    #: A name in `hub.contributions.DEADLINE_KIND`.
    kind = models.CharField(max_length=40)
    #: The id of the row it is about; the kind says of which table.
    subject_id = models.BigIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    #: Which of the subject's occasions: a last day, an age.
    occasion = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: When the next stage is to be fired; empty when none is left.
    next_at = models.DateTimeField(null=True, blank=True)
    #: How many stages have been fired or passed over.
    stage = models.PositiveSmallIntegerField(default=0)
    met_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    #: Which version of the kind's rule set the instants.
    rule_version = models.CharField(max_length=12)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], name="deadline_open", condition=OPEN & Q(next_at__isnull=False)),
            models.Index(fields=["municipality", "kind", "due_at"], name="deadline_of_kommun", condition=OPEN),
            # The most pressing clock of a row, breached ones with it: one look for each row of a list.
            models.Index(fields=["subject_id", "due_at"], name="deadline_of_subject", condition=Q(met_at=None)),
        )
        constraints = (
            models.UniqueConstraint("kind", "subject_id", "occasion", name="deadline_once"),
            models.CheckConstraint(name="deadline_met_or_breached", condition=Q(met_at=None) | Q(breached_at=None)),
            models.CheckConstraint(name="deadline_closed_is_quiet", condition=OPEN | Q(next_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.occasion}"
