"""What else is known of the same child: earlier reports, siblings, and likely doubles (P-T8). Never merged.

The count tells everybody who handles a concern, except about a protected child: there only what the actor may read
counts (P-A8). The concerns themselves are for those whom the rule lets in there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from hub import clock
from hub.access import Actor, permitted
from triage.models import ConcernReport, PreliminaryAssessment, Reporter
from triage.policy import PROTECTED

ORDINALS = ("", "första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde")
MOST = 10


@dataclass(frozen=True, slots=True)
class Repeats:
    """Args:
    earlier: reports on the same child that arrived within twelve months before this one, of those that count.
    links: those of them that the actor may open, latest first, at most `MOST`.
    siblings: the other children of the same report that the actor may open.
    doubles: concerns of the same day that look like the same matter, each with why.
    """

    earlier: int
    links: Sequence[PreliminaryAssessment]
    siblings: Sequence[PreliminaryAssessment]
    doubles: Sequence[tuple[PreliminaryAssessment, str]]

    @property
    def in_words(self) -> str:
        return said_of(self.earlier)


def said_of(earlier: int) -> str:
    """ "tredje anmälan på tolv månader"; "" for the first one."""
    if not earlier:
        return ""
    number = earlier + 1
    ordinal = ORDINALS[number] if number < len(ORDINALS) else f"{number}:{'a' if number % 10 in (1, 2) else 'e'}"
    return f"{ordinal} anmälan på tolv månader"


def year_before(at: datetime) -> datetime:
    """The same wall clock the year before; 29 February is followed by 28 February."""
    day = clock.local_day(at)
    then = day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
    return clock.start_of_day(then) + (at - clock.start_of_day(day))


def _same_child(assessment: PreliminaryAssessment) -> Q | None:
    """By personnummer or by the individual that they are linked to; None where neither is known."""
    same = Q()
    if assessment.lookup:
        same |= Q(lookup=assessment.lookup)
    if assessment.individual_id is not None:
        same |= Q(individual_id=assessment.individual_id)
    return same or None


def earlier_reports(assessment: PreliminaryAssessment) -> "QuerySet[PreliminaryAssessment]":
    """Concerns about the same child in the same agency that arrived within twelve months before this one.

    `assessment` comes with its report. A report on the child twice is one report.
    """
    report = assessment.report
    same = _same_child(assessment)
    rows = PreliminaryAssessment.objects.exclude(pk=assessment.pk).exclude(report_id=report.pk)
    if same is None:
        return rows.none()
    return rows.filter(
        same,
        Q(report__arrived_at__lt=report.arrived_at) | Q(report__arrived_at=report.arrived_at, pk__lt=assessment.pk),
        report__agency_id=report.agency_id,
        report__arrived_at__gte=year_before(report.arrived_at),
    )


def countable_reports(
    assessment: PreliminaryAssessment, actor: Actor, *, at: datetime
) -> "QuerySet[PreliminaryAssessment]":
    """Of the earlier ones, those that are not about a protected child, or that the actor may read (P-A8)."""
    earlier = earlier_reports(assessment)
    return earlier.filter(~PROTECTED | Q(pk__in=permitted(earlier, actor, at=at).values("pk")))


def count_of(rows: "QuerySet[PreliminaryAssessment]") -> int:
    """How many reports: one that names a child twice is one."""
    return rows.values("report").distinct().count()


def repeats_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> Repeats:
    """What the page of a concern says beside it, in a fixed number of queries."""
    earlier = earlier_reports(assessment)
    links = permitted(earlier, actor, at=at).select_related("report").order_by("-report__arrived_at", "-pk")[:MOST]
    others = PreliminaryAssessment.objects.filter(report_id=assessment.report_id).exclude(pk=assessment.pk)
    siblings = permitted(others, actor, at=at).select_related("report").order_by("position")
    return Repeats(
        earlier=count_of(countable_reports(assessment, actor, at=at)),
        links=list(links),
        siblings=list(siblings),
        doubles=_doubles(assessment, actor, at=at),
    )


def _doubles(
    assessment: PreliminaryAssessment, actor: Actor, *, at: datetime
) -> list[tuple[PreliminaryAssessment, str]]:
    """Concerns that arrived the same day, about the same child or from the same workplace, that the actor may open."""
    report = assessment.report
    day = clock.local_day(report.arrived_at)
    same_day = ConcernReport.objects.filter(
        agency_id=report.agency_id,
        arrived_at__gte=clock.start_of_day(day),
        arrived_at__lt=clock.start_of_day(day + timedelta(days=1)),
    ).exclude(pk=report.pk)
    rows = permitted(PreliminaryAssessment.objects.filter(report__in=same_day), actor, at=at)
    rows = rows.select_related("report").order_by("report__arrived_at", "pk")[:100]
    reporters = permitted(Reporter.objects.filter(report__in=[report.pk, *{r.report_id for r in rows}]), actor, at=at)
    places = {r.report_id: r.workplace.casefold() for r in reporters}
    here = places.get(report.pk, "")
    found = []
    for other in rows:
        if _looks_the_same(assessment, other):
            found.append((other, "samma barn, samma dag"))
        elif here and places.get(other.report_id) == here:
            found.append((other, "samma arbetsplats, samma dag"))
    return found[:MOST]


def _looks_the_same(one: PreliminaryAssessment, other: PreliminaryAssessment) -> bool:
    """By number or link; else by name and birth date, which may be two children all the same."""
    if one.lookup and other.lookup:
        return one.lookup == other.lookup
    if one.individual_id and one.individual_id == other.individual_id:
        return True
    named = one.name and one.birth_date
    return bool(named and one.birth_date == other.birth_date and one.name.casefold() == other.name.casefold())
