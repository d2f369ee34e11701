"""The code lists: what kind of fact, and which factors. No person stands in them."""

from consent.api import schemas
from consent.models import Factor, InformationType
from hub.api.endpoint import Answer, endpoint, resource
from hub.api.pages import listed
from hub.clock import local_day
from hub.http import HubRequest

TAG = "Kodlistor"


@endpoint("Uppgiftstyper som gäller i dag", tag=TAG, gives=schemas.InformationTypesOut)
def list_information_types(request: HubRequest) -> Answer:
    names = ("code", "version", "name", "description", "writers", "never_to")
    rows = InformationType.objects.current(on=local_day(request.at)).values(*names)
    return Answer(listed(request, [dict(row) for row in rows]))


@endpoint("Risk- och skyddsfaktorer som gäller i dag", tag=TAG, gives=schemas.FactorTypesOut)
def list_factors(request: HubRequest) -> Answer:
    found = Factor.objects.current(on=local_day(request.at)).values_list("code", "list_title", "kind", "text")
    results = [{"code": code, "list": title, "kind": kind, "text": text} for code, title, kind, text in found]
    return Answer(listed(request, results))


information_types = resource("InformationTypes", get=list_information_types)
factors = resource("Factors", get=list_factors)
