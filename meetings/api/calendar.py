"""One's own availability, and the rooms that can be booked: the same verbs as the pages (P-M4)."""

from typing import Any
from uuid import UUID

from hub.access import find, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Instant
from hub.api.pages import PageQuery, listed, slice_of
from hub.http import HubRequest
from meetings import actions
from meetings.api import schemas_calendar as schemas
from meetings.availability import working_hours
from meetings.models import Busy, Room
from meetings.views.availability import blocks_of, calendars_of

TAG = "Mina tider"


class BusyBlockBody(Body):
    starts_at = Instant()
    ends_at = Instant(help_text="Högst 400 dagar fram.")


def _block(busy: Busy) -> dict[str, Any]:
    return {"ref": busy.ref, "starts_at": busy.starts_at, "ends_at": busy.ends_at}


@endpoint("Mina arbetstider, blockerade tider och kalendrar", tag=TAG, gives=schemas.AvailabilityOut)
def get_availability(request: HubRequest) -> Answer:
    """Bara de egna. Kalendrarnas tider räknas, de visas inte."""
    hours = working_hours(request.actor.user_id)
    body = {
        "working_hours": [
            {"weekday": day, "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
            for day, (begins, ends) in sorted(hours.items())
        ],
        "blocks": [_block(busy) for busy in blocks_of(request)],
        "calendars": [
            {
                "ref": calendar.ref,
                "name": calendar.name,
                "subscribed": bool(calendar.url),
                "state": calendar.state,
                "problem": calendar.problem,
                "read_at": calendar.read_at,
                "busy": calendar.times,  # type: ignore[attr-defined]  # annotated
            }
            for calendar in calendars_of(request)
        ],
    }
    return Answer(body)


def _own(request: HubRequest, ref: UUID) -> Busy:
    return find(Busy.objects.filter(calendar=None), request.actor, at=request.at, ref=ref)


def _version(busy: Busy) -> tuple[object, ...]:
    return busy.ref, busy.starts_at, busy.ends_at


@endpoint("En blockerad tid", tag=TAG, gives=schemas.BusyBlockOut, etag=True, errors=[404])
def get_busy_block(request: HubRequest, ref: UUID) -> Answer:
    busy = _own(request, ref)
    return Answer(_block(busy), _version(busy))


@endpoint(
    "Blockera tid",
    tag=TAG,
    body=BusyBlockBody,
    gives=schemas.BusyBlockOut,
    makes="api:busy_block",
    show=get_busy_block,
)
def add_busy_block(request: HubRequest, body: Data) -> UUID:
    """Andra ser att du är upptagen då, inget annat."""
    return actions.block(body["starts_at"], body["ends_at"], by=request.actor, at=request.at).ref


@endpoint("Ta bort en blockerad tid", tag=TAG, status=204, if_match=True, errors=[404])
def remove_busy_block(request: HubRequest, ref: UUID) -> None:
    busy = _own(request, ref)
    unchanged(request, busy, lambda: _version(busy))
    actions.unblock(busy, by=request.actor, at=request.at)


@endpoint("Lokaler som går att boka", tag=TAG, query=PageQuery, gives=schemas.BookableRoomsOut)
def list_rooms(request: HubRequest, query: Data) -> Answer:
    """I kommunen för socialtjänsten, annars den egna verksamhetens."""
    rows = permitted(Room.objects.in_force(at=request.at), request.actor, at=request.at).select_related("agency")
    found, more = slice_of(rows, query, "name", "pk")
    request.trail.show(found)
    results = [
        {
            "ref": room.ref,
            "agency": room.agency.name,
            "name": room.name,
            "place": room.place,
            "capacity": room.capacity,
        }
        for room in found
    ]
    return Answer(listed(request, results, more, query))


availability = resource("Availability", get=get_availability)
busy_blocks = resource("BusyBlocks", post=add_busy_block)
busy_block = resource("BusyBlock", get=get_busy_block, delete=remove_busy_block)
rooms = resource("Rooms", get=list_rooms)
