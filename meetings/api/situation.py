"""The shared picture of a group: what has been seen where and when (P-X2)."""

from typing import Any
from uuid import UUID

from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Choice, Day, Many, Optional, Ref, Text, Whole
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from meetings import actions
from meetings.api import schemas_groups as schemas
from meetings.api.groups import TAG, Guarded, district_of
from meetings.groups import queries
from meetings.models import (
    Occurrence,
    SituationEntry,
    TimeOfDay,
    Trend,
)
from meetings.views.groups import group_for


class SituationQuery(PageQuery):
    first_day = Day(required=False)
    last_day = Day(required=False)
    kind = Choice(choices=Occurrence.choices, required=False)
    place = Optional(max_length=80)


class SituationBody(Guarded):
    kind = Choice(choices=Occurrence.choices)
    place = Text(max_length=80, help_text="Ett namn på en plats, aldrig någons adress.")
    district = Optional(max_length=60)
    first_on = Day()
    last_on = Day(help_text="Högst en månad efter den första.")
    times = Many(child=Choice(choices=TimeOfDay.choices))
    seen = Text(max_length=1000, help_text="Inget som pekar ut en enskild.")
    trend = Choice(choices=Trend.choices)
    agency = Ref(required=False, allow_null=True, default=None, help_text="En annan verksamhet i gruppen.")


class StrikeBody(Guarded):
    reason = Text(max_length=300)
    version = Whole(min_value=1)


# --- the shared picture ----------------------------------------------------------------------------------------------


def _entry(one: SituationEntry) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "kind": one.kind,
        "place": one.place,
        "district": one.district.name if one.district else "",
        "first_on": one.first_on,
        "last_on": one.last_on,
        "times": one.times,
        "agency": one.source.ref,
        "seen": one.seen,
        "trend": one.trend,
        "version": one.row_version,
    }


@endpoint("En grupps lägesbild", tag=TAG, query=SituationQuery, gives=schemas.SituationOut, errors=[404])
def list_situation(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Vad som har setts var och när, det senaste först. Aldrig vem."""
    group = group_for(request, ref, "take_part")
    rows = SituationEntry.objects.filter(group=group, struck_at=None).select_related("district", "source")
    if "first_day" in query:
        rows = rows.filter(last_on__gte=query["first_day"])
    if "last_day" in query:
        rows = rows.filter(first_on__lte=query["last_day"])
    if "kind" in query:
        rows = rows.filter(kind=query["kind"])
    if query.get("place"):
        rows = rows.filter(place__icontains=query["place"])
    found, more = slice_of(permitted(rows, request.actor, at=request.at), query, "-last_on", "-pk")
    request.trail.show(found)
    kept = {name: value for name, value in query.items() if value != ""}
    return Answer(listed(request, [_entry(one) for one in found], more, kept))


def _one_entry(request: HubRequest, ref: UUID) -> Answer:
    rows = SituationEntry.objects.filter(struck_at=None).select_related("group", "district", "source")
    found = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([found])
    return Answer(_entry(found))


@endpoint("En post i lägesbilden", tag=TAG, gives=schemas.SituationEntryOut, errors=[404])
def get_situation_entry(request: HubRequest, ref: UUID) -> Answer:
    return _one_entry(request, ref)


@endpoint(
    "Skriv i lägesbilden",
    tag=TAG,
    body=SituationBody,
    gives=schemas.SituationEntryOut,
    makes="api:situation_entry",
    show=_one_entry,
    errors=[404],
)
def note_situation(request: HubRequest, body: Data, ref: UUID) -> UUID:
    group = group_for(request, ref, "take_part")
    fields = {
        name: body[name] for name in ("kind", "place", "first_on", "last_on", "times", "seen", "trend", "cleared")
    }
    sources = {one.ref: one for one in queries.sources_of(group, request.actor, at=request.at)}
    if body["agency"] is not None and body["agency"] not in sources:
        raise Problem("invalid", errors=[("agency", "Verksamheten sitter inte i gruppen.")])
    source = sources[body["agency"]] if body["agency"] else None
    what = actions.Seen(**fields, district=district_of(body["district"], request), source=source)
    return actions.note_situation(group, what, by=request.actor, at=request.at).ref


@endpoint("Ta bort en post ur lägesbilden", tag=TAG, body=StrikeBody, status=204, errors=[404])
def strike_situation(request: HubRequest, body: Data, ref: UUID) -> None:
    rows = SituationEntry.objects.filter(struck_at=None).select_related("group")
    entry = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([entry])
    said = {"reason": body["reason"], "row_version": body["version"], "cleared": body["cleared"]}
    actions.strike_situation(entry, **said, by=request.actor, at=request.at)


situation = resource("Situation", get=list_situation, post=note_situation)
situation_entry = resource("SituationEntry", get=get_situation_entry)
situation_strike = resource("SituationEntryStrike", post=strike_situation)
