"""The organisation: verksamheter, enheter, stadsdelar. No person stands in it."""

from django.db.models import QuerySet

from hub.access import permitted
from hub.api import schemas
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Choice, Ref
from hub.api.pages import PageQuery, listed, slice_of
from hub.http import HubRequest
from hub.models import Agency, AgencyKind, District, Unit

TAG = "Organisation"


class AgenciesQuery(PageQuery):
    kind = Choice(choices=AgencyKind.choices, required=False)


class UnitsQuery(PageQuery):
    agency = Ref(required=False)


def agency_ref(agency: Agency) -> dict[str, object]:
    return {"ref": agency.ref, "name": agency.name, "kind": agency.kind}


def _agencies(request: HubRequest) -> QuerySet[Agency]:
    return permitted(Agency.objects.select_related("district"), request.actor, at=request.at)


@endpoint("Verksamheter som arbetar i kommunen", tag=TAG, query=AgenciesQuery, gives=schemas.AgenciesOut)
def list_agencies(request: HubRequest, query: Data) -> Answer:
    rows = _agencies(request)
    if "kind" in query:
        rows = rows.filter(kind=query["kind"])
    found, more = slice_of(rows, query, "name", "pk")
    results = [
        {
            **agency_ref(agency),
            "authority": agency.authority,
            "releases_items": agency.releases_items,
            "screen_only": agency.screen_only,
            "district": agency.district.name if agency.district else None,
        }
        for agency in found
    ]
    return Answer(listed(request, results, more, query))


@endpoint("Enheter i kommunens verksamheter", tag=TAG, query=UnitsQuery, gives=schemas.UnitsOut)
def list_units(request: HubRequest, query: Data) -> Answer:
    rows = Unit.objects.filter(agency__in=_agencies(request)).select_related("agency")
    if "agency" in query:
        rows = rows.filter(agency__ref=query["agency"])
    found, more = slice_of(rows, query, "name", "pk")
    results = [{"ref": unit.ref, "name": unit.name, "agency": agency_ref(unit.agency)} for unit in found]
    return Answer(listed(request, results, more, query))


@endpoint("Kommunens stadsdelar med egen nämnd", tag=TAG, gives=schemas.DistrictsOut)
def list_districts(request: HubRequest) -> Answer:
    rows = District.objects.filter(municipality_id=request.actor.municipality_id).order_by("name")
    return Answer(listed(request, [{"name": name} for name in rows.values_list("name", flat=True)]))


agencies = resource("Agencies", get=list_agencies)
units = resource("Units", get=list_units)
districts = resource("Districts", get=list_districts)
