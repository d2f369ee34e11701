"""The shared picture by place and week: a table, and the same as a chart (P-X2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from hub import swedish
from hub.access import Actor, permitted
from hub.models import District
from meetings.models import Group, SituationEntry, TimeOfDay

#: The chart, in its own units.
HEIGHT, BAR, GAP, LEFT = 120, 26, 10, 30
#: Rows of the list on one page.
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the picture is asked for: days (both included), and perhaps a place or a kind."""

    first: date
    last: date
    place: str = ""
    kind: str = ""


def entries(group: Group, wanted: Wanted, actor: Actor, *, at: datetime) -> "QuerySet[SituationEntry]":
    """What stands in the picture in these days, the newest first; what was taken out does not."""
    rows = SituationEntry.objects.filter(
        group=group, struck_at=None, first_on__lte=wanted.last, last_on__gte=wanted.first
    )
    if wanted.place:
        rows = rows.filter(place__icontains=wanted.place)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    found = permitted(rows, actor, at=at).select_related("district", "source")
    return found.order_by("-last_on", "-first_on", "-pk")


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of the chart."""

    label: str
    count: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def above(self) -> int:
        return self.y - 5


@dataclass(frozen=True, slots=True)
class Picture:
    """Observations by place and week. A row that spans weeks counts in each of them."""

    weeks: list[str]
    #: (place, district, counts by week, all)
    rows: list[tuple[str, str, list[int], int]]
    totals: list[int]
    bars: list[Bar]
    width: int
    #: The chart in words.
    told: str

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {HEIGHT + 46}"

    @property
    def floor(self) -> int:
        return HEIGHT + 18

    @property
    def labels(self) -> int:
        return HEIGHT + 36


def picture(found: Sequence[SituationEntry], wanted: Wanted) -> Picture:
    mondays = weeks_of(wanted)
    place = {monday: n for n, monday in enumerate(mondays)}
    counts: dict[tuple[str, str], Counter[int]] = {}
    named: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in found:
        key = (entry.place.casefold(), _district(entry.district))
        named.setdefault(key, (entry.place, _district(entry.district)))
        first, last = max(entry.first_on, wanted.first), min(entry.last_on, wanted.last)
        for monday in weeks_of(Wanted(first, last)):
            counts.setdefault(key, Counter())[place[monday]] += 1
    rows = []
    for key, by_week in counts.items():
        line = [by_week[n] for n in range(len(mondays))]
        rows.append((*named[key], line, sum(line)))
    rows.sort(key=lambda row: (-row[3], swedish.sort_key(row[0])))
    totals = [sum(row[2][n] for row in rows) for n in range(len(mondays))]
    labels = [f"v. {monday.isocalendar().week}" for monday in mondays]
    return Picture(
        labels, rows, totals, _bars(labels, totals), LEFT + len(mondays) * (BAR + GAP), _told(labels, totals)
    )


def weeks_of(wanted: Wanted) -> list[date]:
    """The Mondays of the weeks that the days touch."""
    monday = wanted.first - timedelta(days=wanted.first.weekday())
    return [monday + timedelta(weeks=n) for n in range((wanted.last - monday).days // 7 + 1)]


def _bars(labels: Sequence[str], totals: Sequence[int]) -> list[Bar]:
    most = max([*totals, 1])
    made = []
    for n, (label, count) in enumerate(zip(labels, totals, strict=True)):
        height = round(count / most * HEIGHT)
        made.append(Bar(label, count, LEFT + n * (BAR + GAP), HEIGHT + 18 - height, height))
    return made


def _told(labels: Sequence[str], totals: Sequence[int]) -> str:
    return "Iakttagelser per vecka: " + ", ".join(f"{label} {n}" for label, n in zip(labels, totals, strict=True))


def _district(district: District | None) -> str:
    return district.name if district else ""


def times_words(entry: SituationEntry) -> str:
    """Kväll, 18–22 och natt, 22–6 → kväll och natt"""
    return swedish.listing(str(TimeOfDay(one).label).split(",")[0].lower() for one in entry.times)
