"""What has been released, and what is next (P-S3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub import swedish
from hub.models import Agency, AgencyKind, Case, District
from reports.cells import Table
from reports.closed import HalfYear, table_of
from reports.models import Release
from reports.suppression import Released, SafeTable

NO_DISTRICT = "Utan stadsdel"


def next_half(municipality_id: int, at: datetime) -> HalfYear | None:
    """The half-year to release: after the latest released one, or the last that is over. None while it is not over."""
    latest = Release.objects.filter(municipality=municipality_id).order_by("-year", "-half").first()
    half = HalfYear(latest.year, latest.half).next if latest else HalfYear.of_instant(at).before
    return half if half.end <= at else None


def told_before(municipality_id: int) -> list[Released]:
    """Everything that has been told of the kommun, oldest first."""
    rows = Release.objects.filter(municipality=municipality_id).order_by("year", "half")
    return [Released.from_json(figures) for figures in rows.values_list("figures", flat=True)]


def districts_of(municipality_id: int) -> list[tuple[str, str]]:
    """Label and name of each row of districts; none where the kommun has no districts.

    Social services without a district open cases without one: their row is there whether or not anybody is in it. So
    it is where they had none before, when some case of the kommun was opened.
    """
    names = District.objects.filter(municipality=municipality_id).order_by(swedish.swedish_order("name"))
    found = [(str(pk), name) for pk, name in names.values_list("pk", "name")]
    outside = Agency.objects.filter(municipality=municipality_id, kind=AgencyKind.SOCIALTJANST, district=None)
    before = Case.objects.filter(municipality=municipality_id, district=None)
    return [*found, ("", NO_DISTRICT)] if found and (outside.exists() or before.exists()) else found


@dataclass(frozen=True, slots=True)
class Told:
    """One table of a release as it may be told, with the definitions that hold for it."""

    table: Table
    safe: SafeTable


def told(release: Release) -> list[Told]:
    """The tables of a release as they were made."""
    released = Released.from_json(release.figures)
    tables = [table_of(kept) for kept in release.tables["tables"]]
    return [Told(table, released.table(table)) for table in tables]


def definitions(release: Release) -> Sequence[tuple[str, str]]:
    """Title and definition of each figure, as they were when the release was made."""
    kept: Any = release.tables["figures"]
    return [(title, words) for title, words in kept]
