"""Proposals for all due meetings: asking, following, moving, booking: the same verbs as the pages (P-M3)."""

from typing import Any
from uuid import UUID

from hub.access import permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Day, Flag, Instant, Optional, Ref, Whole
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.models import District
from meetings import actions, proposals
from meetings.api import schemas_plans as schemas
from meetings.api.booking import room_body, room_of
from meetings.models import Proposal, ProposalState, ProposedMeeting
from meetings.proposals import Line
from meetings.views.plans import proposal_for, proposed_for

TAG = "Möten"


class ProposalBody(Body):
    first_day = Day(help_text="I dag eller senare.")
    last_day = Day(help_text="Högst åtta veckor efter den första, den medräknad.")
    minutes = Whole(min_value=15, max_value=240, default=60, help_text="Hela kvartar.")
    officials_minutes = Whole(
        min_value=0, max_value=120, default=15, help_text="Tjänstemannamöte direkt före, eller 0."
    )
    district = Optional(max_length=60, help_text="Namnet på en stadsdel; utelämnat gäller alla ärenden som du leder.")


class ProposedMeetingBody(Body):
    """Det som utelämnas ändras inte. En ny tid tar med mötet igen."""

    starts_at = Instant(required=False)
    room = Ref(required=False, allow_null=True, help_text="null: videomöte.")
    left_out = Flag(required=False)


def version_of(proposal: Proposal) -> tuple[object, ...]:
    return ("proposal", proposal.pk, proposal.row_version, proposal.state, proposal.placed, proposal.on_time)


def _row(proposal: Proposal) -> dict[str, Any]:
    return {
        "ref": proposal.ref,
        "state": proposal.state,
        "first_day": proposal.first_day,
        "last_day": proposal.last_day,
        "district": proposal.district.name if proposal.district else "",
        "minutes": proposal.minutes,
        "officials_minutes": proposal.officials_minutes,
        "asked_at": proposal.asked_at,
        "placed": proposal.placed,
        "on_time": proposal.on_time,
        "total": proposal.total,
    }


def _meeting(line: Line) -> dict[str, Any]:
    row = line.row
    return {
        "ref": row.ref,
        "case": row.case.ref,
        "case_number": row.case.number,
        "due_day": row.due_day,
        "starts_at": row.starts_at,
        "form": row.form,
        "room": room_body(row.room) if row.room else None,
        "people": line.people,
        "left_out": row.left_out,
        "conflicts": line.conflicts,
        "notes": line.notes,
        "reasons": line.reasons,
        "remedies": line.remedies,
    }


@endpoint("Dina förslag till mötestider", tag=TAG, query=PageQuery, gives=schemas.ProposalsOut)
def list_meeting_proposals(request: HubRequest, query: Data) -> Answer:
    """Det äldsta först."""
    rows = permitted(Proposal.objects.select_related("district"), request.actor, at=request.at)
    found, more = slice_of(rows, query, "asked_at", "pk")
    request.trail.show(found)
    return Answer(listed(request, [_row(one) for one in found], more, query))


@endpoint("Ett förslag till mötestider", tag=TAG, gives=schemas.ProposalOut, etag=True, errors=[404])
def get_meeting_proposal(request: HubRequest, ref: UUID) -> Answer:
    """Hur långt det har kommit; när det är klart varje möte, prövat mot vad som gäller nu."""
    proposal = proposal_for(request, ref)
    lines: list[Line] = []
    if proposal.state == ProposalState.READY:
        lines = proposals.standing(proposal, request.actor, at=request.at).lines
    for line in lines:
        request.trail.show([line.row], individual=line.row.case.individual_id, case=line.row.case_id)
    body = {
        **_row(proposal),
        "quality": proposal.quality,
        "possible": proposal.possible,
        "meetings": [_meeting(line) for line in lines],
    }
    return Answer(body, version_of(proposal))


def _district(name: str, request: HubRequest) -> District | None:
    """One of those in which the actor leads cases; the same answer whether or not another exists."""
    if not name:
        return None
    found = next((one for one in proposals.districts(request.actor, at=request.at) if one.name == name), None)
    if found is None:
        raise Problem("invalid", errors=[("district", "Du leder inget ärende i stadsdelen.")])
    return found


@endpoint(
    "Be om ett förslag till mötestider",
    tag=TAG,
    body=ProposalBody,
    gives=schemas.ProposalOut,
    makes="api:meeting_proposal",
    show=get_meeting_proposal,
)
def ask_for_meeting_proposal(request: HubRequest, body: Data) -> UUID:
    """Tiderna söks i bakgrunden, läs förslaget tills det är `ready`. Ett tidigare som inte är bokat kastas."""
    district = _district(body["district"], request)
    fields = {name: body[name] for name in ("first_day", "last_day", "minutes", "officials_minutes")}
    return actions.ask_for_proposal(**fields, district=district, by=request.actor, at=request.at).ref


@endpoint("Avbryt planeringen", tag=TAG, gives=schemas.ProposalOut, scope="write", etag=True, errors=[404, 409])
def stop_meeting_proposal(request: HubRequest, ref: UUID) -> Answer:
    """Medan tiderna söks. Inget är bokat."""
    actions.stop_proposal(proposal_for(request, ref), by=request.actor, at=request.at)
    return get_meeting_proposal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Kasta ett förslag", tag=TAG, gives=schemas.ProposalOut, scope="write", etag=True, errors=[404, 409])
def drop_meeting_proposal(request: HubRequest, ref: UUID) -> Answer:
    """Inget är bokat."""
    actions.drop_proposal(proposal_for(request, ref), by=request.actor, at=request.at)
    return get_meeting_proposal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Flytta ett möte i ett förslag, eller lämna det utanför",
    tag=TAG,
    body=ProposedMeetingBody,
    gives=schemas.ProposalOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def change_proposed_meeting(request: HubRequest, body: Data, ref: UUID, meeting: UUID) -> Answer:
    """ETag är förslagets. Mötet flyttas även om det krockar; läs `conflicts`. Inget bokas."""
    proposal = proposal_for(request, ref)
    row = proposed_for(request, proposal, meeting)
    unchanged(request, proposal, lambda: version_of(proposal))
    if "starts_at" in body or "room" in body:
        _move(row, body, proposal, request)
    if "left_out" in body:
        proposal.refresh_from_db(fields=["row_version"])
        seen = proposal.row_version
        actions.leave_out(row, body["left_out"], row_version=seen, by=request.actor, at=request.at)
    return get_meeting_proposal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _move(row: ProposedMeeting, body: Data, proposal: Proposal, request: HubRequest) -> None:
    starts_at = body.get("starts_at", row.starts_at)
    if starts_at is None:
        raise Problem("invalid", errors=[("starts_at", "Mötet har ingen tid. Välj en.")])
    room = room_of(body["room"], request) if "room" in body else row.room
    actions.move_proposed(row, starts_at, room, row_version=proposal.row_version, by=request.actor, at=request.at)


@endpoint(
    "Boka alla möten i ett förslag", tag=TAG, gives=schemas.ProposalOut, if_match=True, etag=True, errors=[404, 409]
)
def confirm_meeting_proposal(request: HubRequest, ref: UUID) -> Answer:
    """Alla eller inget: går en tid inte längre bokas inget (409), och `conflicts` säger vilka."""
    proposal = proposal_for(request, ref)
    unchanged(request, proposal, lambda: version_of(proposal))
    actions.confirm_proposal(proposal, row_version=proposal.row_version, by=request.actor, at=request.at)
    return get_meeting_proposal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


collection = resource("MeetingProposals", get=list_meeting_proposals, post=ask_for_meeting_proposal)
one = resource("MeetingProposal", get=get_meeting_proposal)
cancel = resource("MeetingProposalCancel", post=stop_meeting_proposal)
drop = resource("MeetingProposalDrop", post=drop_meeting_proposal)
confirm = resource("MeetingProposalConfirm", post=confirm_meeting_proposal)
proposed = resource("ProposedMeeting", patch=change_proposed_meeting)
