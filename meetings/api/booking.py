"""Meetings: listing, booking, changing, calling off, answering: the same verbs as the pages (P-M3, P-M5)."""

import json
from typing import Any
from uuid import UUID

from hub import clock
from hub.access import find, may, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Instant, Many, Optional, Ref, Text, Whole
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.api.reference import agency_ref
from hub.http import HubRequest
from hub.models import Assignment, Case, Person
from hub.views.cases import case_for
from meetings import actions, queries
from meetings.actions import Guests, When
from meetings.api import schemas_booking as schemas
from meetings.models import Answer as Said
from meetings.models import Meeting, MeetingForm, MeetingKind, MeetingState, Participant, Room
from meetings.queries import AskedRow
from meetings.views.booking import meeting_for
from meetings.views.meetings import answer_own

TAG = "Möten"
ANSWERS = [choice for choice in Said.choices if choice[0] != Said.WAITING]
OFFICIALS = "Uppdrag ur /cases/{ref}/meeting-candidates/ som ska vara med, eller deras ersättare."
DESPITE = "Varför mötet hålls då fast någon som ska vara med är upptagen i sin kalender. Läses av er som leder."


class MeetingsQuery(PageQuery):
    case = Ref(required=False)
    first_day = Day(required=False, help_text="Från och med dagen.")
    last_day = Day(required=False, help_text="Till och med dagen.")
    kind = Choice(choices=MeetingKind.choices, required=False)
    state = Choice(choices=MeetingState.choices, required=False)


class GuestsBody(Body):
    officials = Many(child=Ref(), help_text=OFFICIALS)
    optional = Many(child=Ref(), required=False, default=list, help_text="Uppdrag som kallas frivilligt.")
    family = Many(child=Ref(), required=False, default=list, help_text="Personer. De får brev eller besked muntligt.")


class MeetingBody(GuestsBody):
    starts_at = Instant()
    ends_at = Instant(help_text="En kvart till åtta timmar efter.")
    form = Choice(choices=MeetingForm.choices, default=MeetingForm.ROOM)
    room = Ref(required=False, allow_null=True, default=None, help_text="Bara när mötet är på plats.")
    place = Optional(max_length=300, help_text="En plats utanför listan, eller hur man ringer in.")
    link = Optional(max_length=500, help_text="Börjar med https://.")
    interpreter = Optional(max_length=40, help_text="Språket som en tolk behövs för.")
    officials_minutes = Whole(
        min_value=0, max_value=120, default=0, help_text="Tjänstemannamöte direkt före: 0, eller minst 15 minuter."
    )
    despite = Optional(max_length=300, help_text=DESPITE)


class ChangeMeetingBody(Body):
    """Det som utelämnas ändras inte."""

    starts_at = Instant(required=False)
    ends_at = Instant(required=False)
    form = Choice(choices=MeetingForm.choices, required=False)
    room = Ref(required=False, allow_null=True)
    place = Text(max_length=300, required=False, allow_blank=True)
    link = Text(max_length=500, required=False, allow_blank=True)
    interpreter = Text(max_length=40, required=False, allow_blank=True)
    despite = Text(max_length=300, required=False, allow_blank=True, help_text=DESPITE)


class EndMeetingBody(Body):
    reason = Text(max_length=500, help_text="Läses bara av er som leder ärendet.")


class RespondBody(Body):
    answer = Choice(choices=ANSWERS)
    participant = Ref(required=False, help_text="Någon annans kallelse: vad den har sagt, noterat av er som leder.")


# --- reading ---------------------------------------------------------------------------------------------------------


def version_of(meeting: Meeting) -> tuple[object, ...]:
    """For who leads, and may change it. Whoever is asked gets what they see as its version: that the row has changed
    tells of guests that they may not know of."""
    return ("meeting", meeting.pk, meeting.row_version, meeting.state)


def _row(meeting: Meeting) -> dict[str, Any]:
    return {
        "ref": meeting.ref,
        "case": meeting.case.ref,
        "case_number": meeting.case.number,
        "kind": meeting.kind,
        "state": meeting.state,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "form": meeting.form,
    }


@endpoint("Möten som du leder eller är kallad till", tag=TAG, query=MeetingsQuery, gives=schemas.MeetingsOut)
def list_meetings(request: HubRequest, query: Data) -> Answer:
    """I tidsordning, det tidigaste först. Inga namn."""
    rows = permitted(Meeting.objects.select_related("case"), request.actor, at=request.at)
    rows = rows.filter(**{name: query[name] for name in ("kind", "state") if name in query})
    if "case" in query:
        rows = rows.filter(case__ref=query["case"])
    if "first_day" in query:
        rows = rows.filter(starts_at__gte=clock.start_of_day(query["first_day"]))
    if "last_day" in query:
        rows = rows.filter(starts_at__lt=clock.end_of_day(query["last_day"]))
    found, more = slice_of(rows, query, "starts_at", "pk")
    for meeting in found:
        request.trail.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
    return Answer(listed(request, [_row(meeting) for meeting in found], more, query))


def _asked(row: AskedRow, request: HubRequest) -> dict[str, Any]:
    place = row.place
    return {
        "ref": place.ref,
        "name": row.name,
        "role": row.role,
        "family": place.person_id is not None,
        "required": place.required,
        "answer": place.answer,
        "answered_at": place.answered_at,
        "answered_by": place.answered_by,
        "own": place.assignment_id == request.actor.assignment_id,
    }


def _near(meeting: Meeting, request: HubRequest, **which: Any) -> UUID | None:
    found = permitted(Meeting.objects.filter(**which), request.actor, at=request.at).first()
    return found.ref if found else None


@endpoint("Ett möte", tag=TAG, gives=schemas.MeetingOut, etag=True, errors=[404])
def get_meeting(request: HubRequest, ref: UUID) -> Answer:
    """Tid, plats och de kallade som du får veta om. Familjen ser bara ni som leder ärendet, och chefen."""
    meeting = meeting_for(request, ref)
    asked = queries.asked_to(meeting, request.actor, at=request.at)
    request.trail.show([row.place for row in asked])
    request.trail.show([row.place.person for row in asked if row.place.person])
    lead = may(meeting, request.actor, "lead", at=request.at)
    own = [row.place for row in asked if row.place.assignment_id == request.actor.assignment_id]
    answers = any(may(place, request.actor, "answer", at=request.at) for place in own)
    body = {
        **_row(meeting),
        "room": room_body(meeting.room) if meeting.room else None,
        "place": meeting.place,
        "link": meeting.link,
        "interpreter": meeting.interpreter if may(meeting, request.actor, "read_whole", at=request.at) else "",
        "organiser": meeting.organiser.user.name,
        "main": _near(meeting, request, pk=meeting.main_id) if meeting.main_id else None,
        "officials": _near(meeting, request, main=meeting),
        "reason": meeting.reason if lead else "",
        "despite": meeting.despite if lead else "",
        "participants": [_asked(row, request) for row in asked],
        "may": [word for word, yes in (("lead", lead), ("answer", answers)) if yes],
    }
    return Answer(body, version_of(meeting) if lead else ("asked", json.dumps(body, default=str, sort_keys=True)))


def room_body(room: Room) -> dict[str, Any]:
    return {"ref": room.ref, "name": room.name, "place": room.place}


@endpoint("Vilka som kan kallas, och lokaler", tag=TAG, gives=schemas.MeetingCandidatesOut, errors=[404])
def list_meeting_candidates(request: HubRequest, ref: UUID) -> Answer:
    """De som har en plats i ärendet, familjen, och de lokaler som du kan boka."""
    case = case_for(request, ref, "lead")
    kin = queries.family(case, request.actor, at=request.at)
    request.trail.show([one.person for one in kin])
    people = queries.candidates(case, request.actor, at=request.at)
    body = {
        "officials": [
            {
                "ref": one.assignment.ref,
                "name": one.assignment.user.name,
                "role": one.role,
                "agency": agency_ref(one.assignment.unit.agency),
                "required": one.required,
                "deputy": {"ref": one.deputy.ref, "name": one.deputy.user.name} if one.deputy else None,
            }
            for one in people
        ],
        "family": [
            {
                "ref": one.person.ref,
                "name": one.person.name,
                "role": one.role,
                "interpreter": one.person.language if one.person.needs_interpreter else "",
            }
            for one in kin
        ],
        "rooms": [
            {**room_body(room), "capacity": room.capacity} for room in queries.rooms(request.actor, at=request.at)
        ],
    }
    return Answer(body)


# --- booking and changing --------------------------------------------------------------------------------------------


def room_of(ref: UUID | None, request: HubRequest) -> Room | None:
    """A room in use that the actor may book; the same answer whether or not another exists."""
    if ref is None:
        return None
    found: Room | None = (
        permitted(Room.objects.in_force(at=request.at), request.actor, at=request.at).filter(ref=ref).first()
    )
    if found is None:
        raise Problem("invalid", errors=[("room", "Lokalen finns inte.")])
    return found


def _guests(case: Case, body: Data, request: HubRequest) -> Guests:
    candidates = queries.candidates(case, request.actor, at=request.at)
    people = {who.ref: who for one in candidates for who in one.everybody}
    kin = {one.person.ref: one.person for one in queries.family(case, request.actor, at=request.at)}
    officials: list[Assignment] = _known(people, body["officials"], "officials")
    optional: list[Assignment] = _known(people, body["optional"], "optional")
    if set(officials) & set(optional):
        raise Problem("invalid", errors=[("optional", "Samma uppdrag står på båda ställena.")])
    family: list[Person] = _known(kin, body["family"], "family")
    return Guests(officials, optional, family)


def _known(known: dict[UUID, Any], refs: list[UUID], field: str) -> list[Any]:
    if unknown := [str(n) for n, ref in enumerate(refs) if ref not in known]:
        raise Problem("invalid", errors=[(f"{field}.{n}", "Kan inte kallas till mötet.") for n in unknown])
    return [known[ref] for ref in dict.fromkeys(refs)]


@endpoint(
    "Boka ett nätverksmöte",
    tag=TAG,
    body=MeetingBody,
    gives=schemas.MeetingOut,
    makes="api:meeting",
    show=get_meeting,
    errors=[404],
)
def book_meeting(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """De som är kallade får ett meddelande. Ingen är i två möten samtidigt, och en lokal rymmer ett (422).

    Är någon som ska vara med upptagen i sin kalender behövs `despite` (422 annars).
    """
    case = case_for(request, ref, "lead")
    guests = _guests(case, body, request)
    fields = {name: body[name] for name in ("starts_at", "ends_at", "form", "place", "link", "interpreter")}
    when = When(**fields, despite=body["despite"], room=room_of(body["room"], request))
    minutes = body["officials_minutes"]
    return actions.book(case, when, guests, officials_minutes=minutes, by=request.actor, at=request.at).ref


@endpoint(
    "Ändra tid eller plats",
    tag=TAG,
    body=ChangeMeetingBody,
    gives=schemas.MeetingOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def change_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Är tiden en annan svarar alla igen. Tjänstemannamötet före följer med."""
    meeting = _held(request, ref)
    kept = {name: getattr(meeting, name) for name in ("starts_at", "ends_at", "form", "place", "link", "interpreter")}
    room = room_of(body["room"], request) if "room" in body else meeting.room
    when = When(**{**kept, **{name: value for name, value in body.items() if name != "room"}}, room=room)
    actions.change(meeting, when, row_version=meeting.row_version, by=request.actor, at=request.at)
    return get_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _held(request: HubRequest, ref: UUID) -> Meeting:
    """The meeting as the client read it, held until the change is made."""
    meeting = meeting_for(request, ref, "lead")
    unchanged(request, meeting, lambda: version_of(meeting))
    return meeting


@endpoint(
    "Ändra vilka som kallas", tag=TAG, body=GuestsBody, gives=schemas.MeetingOut, if_match=True, etag=True, errors=[404]
)
def change_meeting_guests(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """De här och inga andra. Den som är kvar behåller sitt svar."""
    meeting = _held(request, ref)
    chosen = _guests(meeting.case, body, request)
    actions.change_guests(meeting, chosen, row_version=meeting.row_version, by=request.actor, at=request.at)
    return get_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Ställ in ett möte", tag=TAG, body=EndMeetingBody, gives=schemas.MeetingOut, if_match=True, etag=True, errors=[404]
)
def cancel_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Tjänstemannamötet före ställs också in."""
    meeting = _held(request, ref)
    seen = meeting.row_version
    actions.cancel(meeting, reason=body["reason"], row_version=seen, by=request.actor, at=request.at)
    return get_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Notera att ett möte inte blev av",
    tag=TAG,
    body=EndMeetingBody,
    gives=schemas.MeetingOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def note_not_held(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """När tiden har kommit. Mötet räknas inte i rytmen."""
    meeting = _held(request, ref)
    seen = meeting.row_version
    actions.not_held(meeting, reason=body["reason"], row_version=seen, by=request.actor, at=request.at)
    return get_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Svara på en kallelse", tag=TAG, body=RespondBody, gives=schemas.MeetingOut, etag=True, errors=[404])
def respond(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ditt eget svar, även på ett tjänstemannamöte före där du inte har svarat; eller vad någon annan har sagt."""
    meeting = meeting_for(request, ref)
    if "participant" not in body:
        answer_own(meeting, body["answer"], request)
    else:
        rows = Participant.objects.select_related("meeting__case").filter(meeting=meeting, removed_at=None)
        place = find(rows, request.actor, at=request.at, ref=body["participant"])
        actions.told_answer(place, body["answer"], by=request.actor, at=request.at)
    return get_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


meetings = resource("Meetings", get=list_meetings)
meeting = resource("Meeting", get=get_meeting, patch=change_meeting)
candidates = resource("MeetingCandidates", get=list_meeting_candidates)
of_case = resource("CaseMeetings", post=book_meeting)
cancel = resource("MeetingCancel", post=cancel_meeting)
not_held = resource("MeetingNotHeld", post=note_not_held)
guests = resource("MeetingGuests", post=change_meeting_guests)
response = resource("MeetingRespond", post=respond)
