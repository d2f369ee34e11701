"""The exact figures of the programme, for the one whom the kommun has decided on (P-S2)."""

from typing import Any

from rest_framework import serializers as s

from hub import clock
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Day
from hub.api.problems import Problem
from hub.api.schemas import Out
from hub.http import HubRequest
from reports.definitions import Exact
from reports.queries import exact_figures, required, wrong_days

TAG = "Statistik"


class ProgrammeQuery(Body):
    first = Day(required=False, help_text="1 januari eller 1 juli; annars från början.")
    last = Day(required=False, help_text="30 juni eller 31 december; annars till nu.")


class FigureOut(Out):
    key = s.CharField()
    title = s.CharField()
    definition = s.CharField(help_text="Vad siffran betyder.")


class ExactLineOut(Out):
    key = s.CharField(allow_blank=True)
    title = s.CharField()
    total = s.BooleanField()
    numbers = s.ListField(child=s.IntegerField(allow_null=True), help_text="En siffra per kolumn.")


class ExactTableOut(Out):
    key = s.CharField()
    title = s.CharField()
    definition = s.CharField()
    columns = FigureOut(many=True)
    rows = ExactLineOut(many=True)


class ProgrammeOut(Out):
    first = s.DateField(allow_null=True)
    last = s.DateField()
    counted_at = s.DateTimeField()
    tables = ExactTableOut(many=True)


@endpoint("Programmets exakta siffror", tag=TAG, query=ProgrammeQuery, gives=ProgrammeOut)
def programme_statistics(request: HubRequest, query: Data) -> Answer:
    """Bara för programansvarig, medan kommunens beslut gäller. Hela halvår. Ingen siffra leder till en person."""
    required(request)
    first, last = query.get("first"), query.get("last")
    if wrong := wrong_days(first, last, today=clock.local_day(request.at)):
        raise Problem("bad-query", errors=list(wrong.items()))
    period, tables = exact_figures(request, first, last)
    return Answer(
        {
            "first": first,
            "last": clock.last_day(period.end),
            "counted_at": request.at,
            "tables": [_table(table) for table in tables],
        }
    )


def _table(table: Exact) -> dict[str, Any]:
    columns = [{"key": c.key, "title": c.title, "definition": c.definition} for c in table.columns]
    rows = [
        {"key": line.key, "title": line.label, "total": line.total, "numbers": list(line.numbers)}
        for line in table.lines
    ]
    return {
        "key": table.key,
        "title": table.title,
        "definition": table.definition,
        "columns": columns,
        "rows": rows,
    }


programme = resource("ProgrammeStatistics", get=programme_statistics)
