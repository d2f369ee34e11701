"""What every table of the hub shares: a random public reference, a kommun, and validity in time."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q


class TemporalQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the concrete model is given by each subclass
    """Rows with a half-open validity `[valid_from, valid_to)` (P-A3)."""

    def in_force(self, *, at: datetime) -> Self:
        """Rows valid at the instant `at` (aware)."""
        return self.not_over(at=at).filter(valid_from__lte=at)

    def not_over(self, *, at: datetime) -> Self:
        """Rows valid at the instant `at` or to come."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at))


class Referenced(models.Model):
    """A row that URLs may name: by a random `ref`, never by its serial id or a personnummer."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class KommunOwned(Referenced):
    """A row owned by one kommun.

    The column is what row-level security checks as the second wall (architecture, "Access" 6) and what the
    data can be sharded by. It has no index of its own: an index on it alone spoils the plans.
    """

    municipality = models.ForeignKey("hub.Municipality", models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True


def one_at_a_time(*columns: str, name: str) -> ExclusionConstraint:
    """A constraint that two rows alike in `columns` never have overlapping `[valid_from, valid_to)`."""
    validity = Func(
        models.F("valid_from"),
        models.F("valid_to"),
        RangeBoundary(),
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )
    return ExclusionConstraint(
        name=name,
        expressions=[*((column, RangeOperators.EQUAL) for column in columns), (validity, RangeOperators.OVERLAPS)],
    )


def period_is_forward(prefix: str = "valid", *, name: str) -> models.CheckConstraint:
    """A constraint that `{prefix}_to` is open or later than `{prefix}_from`."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{prefix}_to": None}) | Q(**{f"{prefix}_to__gt": models.F(f"{prefix}_from")}),
    )
