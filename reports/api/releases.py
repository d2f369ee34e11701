"""Releases of statistics: figures as they were told, and the making of the next one (P-S3)."""

from typing import Any
from uuid import UUID

from rest_framework import serializers as s

from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.schemas import Out, PageOut
from hub.http import HubRequest
from reports import actions
from reports.closed import HalfYear
from reports.models import Release
from reports.picture import number
from reports.releases import Told, definitions, told

TAG = "Statistik"


class NewReleaseBody(Body):
    """Nothing is chosen: the next half-year that is over."""


class ReleaseRefOut(Out):
    ref = s.UUIDField()
    year = s.IntegerField()
    half = s.IntegerField(min_value=1, max_value=2)
    first = s.DateField()
    last = s.DateField()
    counted_at = s.DateTimeField()


class ReleasesOut(PageOut):
    results = ReleaseRefOut(many=True)


class ReleasedFigureOut(Out):
    title = s.CharField()
    definition = s.CharField()


class ReleasedRowOut(Out):
    title = s.CharField()
    total = s.BooleanField()
    numbers = s.ListField(child=s.IntegerField(allow_null=True), help_text="Null: siffran är dold.")


class ReleasedTableOut(Out):
    key = s.CharField()
    title = s.CharField()
    definition = s.CharField()
    columns = s.ListField(child=s.CharField())
    rows = ReleasedRowOut(many=True)


class ReleaseOut(ReleaseRefOut):
    figures = ReleasedFigureOut(many=True)
    tables = ReleasedTableOut(many=True)


@endpoint("Utgåvor av statistiken, den senaste först", tag=TAG, query=PageQuery, gives=ReleasesOut)
def list_releases(request: HubRequest, query: Data) -> Answer:
    rows = permitted(Release.objects.all(), request.actor, at=request.at)
    found, more = slice_of(rows, query, "-year", "-half", "pk")
    request.trail.show(found)
    return Answer(listed(request, [_ref(row) for row in found], more, query))


@endpoint("En utgåva av statistiken", tag=TAG, gives=ReleaseOut, errors=[404])
def get_release(request: HubRequest, ref: UUID) -> Answer:
    """Siffror under 5 är dolda, och de som annars skulle avslöja dem. En utgåva ändras aldrig."""
    found = find(Release.objects.all(), request.actor, at=request.at, ref=ref)
    request.trail.show([found])
    figures = [{"title": title, "definition": words} for title, words in definitions(found)]
    return Answer({**_ref(found), "figures": figures, "tables": [_table(each) for each in told(found)]})


@endpoint(
    "Gör utgåvan för nästa halvår som är slut",
    tag=TAG,
    body=NewReleaseBody,
    gives=ReleaseOut,
    makes="api:statistics_release",
    show=get_release,
)
def create_release(request: HubRequest, body: Data) -> UUID:
    """Bara för programansvarig, medan kommunens beslut gäller."""
    return actions.make_release(by=request.actor, at=request.at).ref


def _ref(release: Release) -> dict[str, Any]:
    half = HalfYear(release.year, release.half)
    return {
        "ref": release.ref,
        "year": release.year,
        "half": release.half,
        "first": half.first_day,
        "last": half.last_day,
        "counted_at": release.made_at,
    }


def _table(each: Told) -> dict[str, Any]:
    table = each.table
    rows = [
        {"title": label.text, "total": label.total, "numbers": [number(figure) for figure in row]}
        for label, row in zip(table.rows.labels, each.safe.grid, strict=True)
    ]
    return {
        "key": table.key,
        "title": table.title,
        "definition": table.definition,
        "columns": [label.text for label in table.columns.labels],
        "rows": rows,
    }


releases = resource("StatisticsReleases", get=list_releases, post=create_release)
release = resource("StatisticsRelease", get=get_release)
