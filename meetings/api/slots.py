"""The best slots of one case, and who is taken on a day (P-M3, P-M4)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub import clock
from hub.api.endpoint import Answer, Data, endpoint, resource
from hub.api.fields import Body, Choice, Day, Ref, Whole
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import Assignment, Case, Person
from hub.views.cases import case_for
from meetings import availability, queries, slots
from meetings.api import schemas_booking as schemas
from meetings.api.booking import TAG, room_body
from meetings.models import MeetingForm
from meetings.queries import Candidate
from meetings.slots import Best, Wish
from meetings.views.booking import meeting_for


class Minutes(Whole):
    """A whole number in an address, where everything is text."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and len(data) <= 3 and data.isascii() and data.isdecimal():
            data = int(data)
        return super().to_internal_value(data)


class MeetingSlotsQuery(Body):
    minutes = Minutes(min_value=15, max_value=480, default=60, help_text="Mötets längd.")
    officials_minutes = Minutes(min_value=0, max_value=120, default=0, help_text="Tjänstemannamöte direkt före.")
    form = Choice(choices=MeetingForm.choices, default=MeetingForm.ROOM)
    meeting = Ref(required=False, help_text="Ett bokat möte i ärendet som ska flyttas. Då gäller de som är kallade.")


@endpoint("De bästa tiderna", tag=TAG, query=MeetingSlotsQuery, gives=schemas.MeetingSlotsOut, errors=[404])
def list_meeting_slots(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """För ett möte i ärendet, den bästa först. Utan tid i rytmens sista vecka: varför, och vad som skulle hjälpa."""
    case = case_for(request, ref, "lead")
    people = queries.candidates(case, request.actor, at=request.at)
    moved = meeting_for(request, query["meeting"], "lead") if "meeting" in query else None
    if moved is not None and moved.case_id != case.pk:
        raise Problem("invalid", errors=[("meeting", "Mötet hör inte till ärendet.")])
    must, may_come, family = queries.still_asked(moved, people) if moved else _usual_guests(case, people, request)
    request.trail.show(family)
    wish = Wish(
        must=must,
        may=may_come,
        family=family,
        minutes=query["minutes"],
        officials_minutes=query["officials_minutes"],
        form=query["form"],
        interpreter=moved.interpreter if moved else "",
    )
    found = slots.find(case, people, wish, request.actor, at=request.at, but=moved)
    length = timedelta(minutes=query["minutes"])
    return Answer(
        {
            "results": [_slot(one, length) for one in found.slots],
            "reasons": list(found.reasons),
            "remedies": list(found.remedies),
        }
    )


def _usual_guests(
    case: Case, people: Sequence[Candidate], request: HubRequest
) -> tuple[list[Assignment], list[Assignment], list[Person]]:
    must = [one.assignment for one in people if one.required]
    optional = [one.assignment for one in people if not one.required]
    kin = queries.family(case, request.actor, at=request.at)
    return must, optional, [one.person for one in kin if one.custody]


def _slot(one: Best, length: timedelta) -> dict[str, Any]:
    return {
        "starts_at": one.starts_at,
        "ends_at": one.starts_at + length,
        "room": room_body(one.room) if one.room else None,
        "why": one.why,
        "late": one.late,
        "instead": [{"official": contact.ref, "deputy": deputy.ref} for contact, deputy in one.instead],
    }


class MeetingBusyQuery(Body):
    day = Day()


@endpoint("Vilka som är upptagna en dag", tag=TAG, query=MeetingBusyQuery, gives=schemas.MeetingBusyOut, errors=[404])
def list_meeting_busy(request: HubRequest, query: Data, ref: UUID) -> Answer:
    """Tider för dem som kan kallas till ett möte i ärendet, och deras ersättare. Aldrig varför."""
    case = case_for(request, ref, "lead")
    people = queries.candidates(case, request.actor, at=request.at)
    everybody = [who for one in people for who in one.everybody]
    since, until = clock.start_of_day(query["day"]), clock.end_of_day(query["day"])
    busy = availability.busy_times({who.user_id for who in everybody}, since=since, until=until)
    rows = [
        {
            "ref": who.ref,
            "name": who.user.name,
            "busy": [{"starts_at": starts_at, "ends_at": ends_at} for starts_at, ends_at in busy[who.user_id]],
        }
        for who in everybody
    ]
    return Answer({"results": rows})


best_slots = resource("MeetingSlots", get=list_meeting_slots)
busy = resource("MeetingBusy", get=list_meeting_busy)
