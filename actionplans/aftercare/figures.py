"""What statistics take from following up: one row per ended case, and the groups' counts (P-S2).

Nothing here asks who reads: whoever shows it answers for that, and for suppressing what could single somebody out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from actionplans.models import MONTHS, AfterAnswer, AfterCorrection, AfterGroup, Asked, Told
from hub.models import Case

#: Nobody asked: nobody may, nobody did, or there is no answer.
NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class AfterRow:
    """One ended case. `reports`: months after the end → "yes", "no", "unknown" or NOT_ASKED."""

    case_id: int
    district_id: int | None
    outcome: str
    reports: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: `count` is None while it waits, or where it is not given out."""

    unit_id: int
    form: str
    months: int
    size: int
    count: int | None
    withheld: bool


def after_rows(municipality_id: int, *, at: datetime) -> list[AfterRow]:
    """The ended cases of a kommun as they stood at `at`, in three queries however many there are.

    Several sources: a yes of any of them counts before a no, a no before unknown.
    """
    ended = Case.objects.filter(municipality=municipality_id, closed_at__lte=at).order_by("pk")
    right = AfterCorrection.objects.filter(answer=OuterRef("pk"), noted_at__lte=at).order_by("-noted_at", "-pk")
    answers = AfterAnswer.objects.filter(municipality=municipality_id, what=Asked.REPORTS, recorded_at__lte=at)
    said: dict[tuple[int, int], list[str]] = {}
    for case_id, months, value, corrected in answers.annotate(right=Subquery(right.values("value")[:1])).values_list(
        "case", "months", "value", "right"
    ):
        said.setdefault((case_id, months), []).append(corrected or value)
    return [
        AfterRow(case_id, district_id, outcome, {n: _together(said.get((case_id, n), [])) for n in MONTHS})
        for case_id, district_id, outcome in ended.values_list("pk", "district", "outcome")
    ]


def _together(values: Iterable[str]) -> str:
    found = set(values)
    return next((str(one.value) for one in (Told.YES, Told.NO, Told.UNKNOWN) if one in found), NOT_ASKED)


def group_rows(municipality_id: int, *, at: datetime) -> list[GroupRow]:
    """The groups that had been made at `at`, with what had been delivered of them by then."""
    rows = AfterGroup.objects.filter(municipality=municipality_id, made_at__lte=at).order_by("pk")
    return [
        GroupRow(
            one.unit_id,
            one.form,
            one.months,
            one.size,
            one.count if one.recorded_at and one.recorded_at <= at else None,
            bool(one.withheld and one.recorded_at and one.recorded_at <= at),
        )
        for one in rows
    ]
