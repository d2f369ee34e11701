"""What the kommun has decided about consents, on a day: the dated decision in force, else the defaults (P-C3)."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from consent import completeness as rule
from consent.models import Consent, ConsentSettings, SigningSession
from hub.clock import local_day
from hub.models import Municipality


@dataclass(frozen=True, slots=True)
class Decided:
    """The kommun's rules on one day. Ages in years, lengths in months and days."""

    youth_signs_from_age: int
    decides_alone_from_age: int
    adult_from_age: int
    hindered_guardian_rule: bool
    consent_max_months: int
    rhythm_days: int = 28
    rhythm_warning_days: int = 21


_DATED = [f.name for f in fields(Decided) if f.name != "adult_from_age"]


def decided(municipality_id: int, *, on: date) -> Decided:
    """The decision that began last, on or before the day `on`; without one, the defaults on Municipality. 2 queries."""
    kommun = Municipality.objects.get(pk=municipality_id)
    begun = ConsentSettings.objects.filter(municipality=kommun, from_day__lte=on).order_by("-from_day").first()
    return _of(kommun, begun)


def _of(kommun: Municipality, begun: ConsentSettings | None) -> Decided:
    """The age of majority is the law's and no decision's."""
    if begun is not None:
        return Decided(adult_from_age=kommun.adult_from_age, **{name: getattr(begun, name) for name in _DATED})
    return Decided(
        youth_signs_from_age=kommun.youth_signs_from_age,
        decides_alone_from_age=kommun.decides_alone_from_age,
        adult_from_age=kommun.adult_from_age,
        hindered_guardian_rule=kommun.hindered_guardian_rule,
        consent_max_months=kommun.consent_max_months,
    )


def settings_of(municipality_id: int, *, at: datetime) -> rule.Settings:
    """The kommun's settings for the completeness rule (docs/juridik.md), as they stand at `at`."""
    return _settings(decided(municipality_id, on=local_day(at)))


def with_completion(papers: QuerySet[SigningSession]) -> QuerySet[SigningSession]:
    """With the kommun, and `completed`: the instant when the first consent on the paper became complete, or None."""
    first = Consent.objects.filter(session=OuterRef("pk"), completed_at__isnull=False).order_by("completed_at")
    return papers.select_related("municipality").annotate(completed=Subquery(first.values("completed_at")[:1]))


def settings_of_papers(papers: Collection[SigningSession], *, at: datetime) -> dict[int, rule.Settings]:
    """Session id → the settings that judge it: those of the instant when it became complete, else those at `at`.

    So that a later decision never changes who had to sign. One query, however many papers.

    Args:
        papers: loaded `with_completion`.
    """
    rows = list(
        ConsentSettings.objects.filter(municipality__in={p.municipality_id for p in papers}).order_by("-from_day")
    )
    found = {}
    for paper in papers:
        on = local_day(paper.completed or at)  # type: ignore[attr-defined]  # annotated by with_completion
        mine = (row for row in rows if row.municipality_id == paper.municipality_id and row.begun(on=on))
        found[paper.pk] = _settings(_of(paper.municipality, next(mine, None)))
    return found


def _settings(of: Decided) -> rule.Settings:
    return rule.Settings(
        youth_signs_from=of.youth_signs_from_age,
        adult_from=of.adult_from_age,
        decides_alone_from=of.decides_alone_from_age,
        hindered_rule=of.hindered_guardian_rule,
    )
