"""What is left of an ended participation: number, dates and own items, nothing else (P-A2 2c)."""

from uuid import UUID

from consent.api import schemas
from consent.api.items import item_body, items_may
from consent.queries import ground_of, item_rows, readable_items, shown_of
from hub.access import find
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.pages import PageQuery, listed, slice_of
from hub.http import HubRequest
from hub.models import Case
from hub.queries import Trace, trace_of, traced

TAG = "Avslutade"


def _trace(trace: Trace) -> dict[str, object]:
    return {"ref": trace.case.ref, "number": trace.case.number, "first": trace.first, "ended": trace.ended}


@endpoint("Ärenden där din medverkan är slut", tag=TAG, query=PageQuery, gives=schemas.TracesOut)
def list_past_cases(request: HubRequest, query: Data) -> Answer:
    found, more = slice_of(traced(Case.objects.all(), request.actor, request.at), query, "-trace_to", "-pk")
    for case in found:
        request.trail.show([case], case=case.pk, ground={"rule": "trace"})
    results = [_trace(Trace(case, case.trace_from, case.trace_to)) for case in found]
    return Answer(listed(request, results, more, query))


@endpoint("Ett avslutat ärende", tag=TAG, gives=schemas.TraceOut, errors=[404])
def get_past_case(request: HubRequest, ref: UUID) -> Answer:
    case = _past(request, ref)
    return Answer(_trace(trace_of(case, request.actor, at=request.at)))


@endpoint("Det ni skrev i ett avslutat ärende", tag=TAG, query=PageQuery, gives=schemas.ItemsOut, errors=[404])
def list_past_items(request: HubRequest, query: Data, ref: UUID) -> Answer:
    case = _past(request, ref)
    own = readable_items(request.actor, request.at).filter(case=case, agency=request.actor.agency_id)
    items, more = slice_of(own, query, "-event_date", "-pk")
    rows = item_rows(items, request.actor, request.at)
    request.trail.show(shown_of(rows), ground=ground_of(rows))
    allowed = items_may(items, request)
    return Answer(listed(request, [item_body(row, None, allowed.get(row.item.pk, [])) for row in rows], more, query))


def _past(request: HubRequest, ref: UUID) -> Case:
    case = find(Case.objects.all(), request.actor, "trace", at=request.at, ref=ref)
    request.trail.show([case], individual=case.individual_id, case=case.pk, ground={"rule": "trace"})
    return case


past_cases = resource("PastCases", get=list_past_cases)
past_case = resource("PastCase", get=get_past_case)
past_items = resource("PastItems", get=list_past_items)
