"""Holding a meeting: the same verbs as the screen (P-M7)."""

from typing import Any
from uuid import UUID

from hub.access import find
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Many, Optional, Ref, Text, Whole
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.joint_text import Written
from meetings import actions
from meetings import screen as screens
from meetings.actions.holding import LONGEST_TEXT, LONGEST_WORDS
from meetings.api import schemas_screen as schemas
from meetings.ground import must_leave
from meetings.models import AgendaPoint, Attendance, DecisionResult, Meeting, MeetingDecision, Participant
from meetings.views.screen import decision_for, meeting_for

TAG = "Möten"


class CameBody(Body):
    participant = Ref()
    attendance = Choice(choices=Attendance.choices)


class AttendanceBody(Body):
    participants = Many(child=CameBody(), help_text="De som inte nämns behåller det som står.")


class StepOutBody(Body):
    participant = Ref()
    back = Flag(default=False, help_text="true: personen kommer tillbaka.")


class PointBody(Body):
    text = Optional(max_length=LONGEST_TEXT)


class WordsBody(Body):
    text = Optional(max_length=LONGEST_WORDS)


class DecisionBody(Body):
    text = Text(max_length=1000)
    owner = Ref(help_text="Ett uppdrag med plats i ärendet.")
    due_on = Day()


class FollowUpBody(Body):
    result = Choice(choices=DecisionResult.choices)
    note = Optional(max_length=500, help_text="Krävs när det inte gick att göra.")
    version = Whole(min_value=1)


class CloseMeetingBody(Body):
    no_next = Optional(max_length=500, help_text="Krävs när inget nästa nätverksmöte är bokat.")
    version = Whole(min_value=1)


class BreakOffBody(Body):
    reason = Text(max_length=500)
    version = Whole(min_value=1)


def _decision(decision: MeetingDecision, *, shut: bool = False) -> dict[str, Any]:
    return {
        "ref": decision.ref,
        "text": None if shut else decision.text,
        "owner": decision.owner.ref,
        "due_on": decision.due_on,
        "result": decision.result,
        "result_note": decision.result_note,
        "version": decision.row_version,
    }


@endpoint("Ett möte medan det hålls", tag=TAG, gives=schemas.HeldMeetingOut, errors=[404])
def get_held(request: HubRequest, ref: UUID) -> Answer:
    """För den som leder ärendet. Anteckningarna lämnas inte ut medan någon är med som inte får höra dem."""
    meeting = meeting_for(request, ref)
    screen = screens.look(meeting, request.actor, at=request.at)
    request.trail.show(screen.objects, individual=meeting.case.individual_id, case=meeting.case_id)
    shut = {one.pk for one, _name in screen.shut}
    body = {
        "ref": meeting.ref,
        "kind": meeting.kind,
        "state": meeting.state,
        "opened_at": meeting.opened_at,
        "closed_at": meeting.closed_at,
        "version": meeting.row_version,
        "participants": [
            {
                "ref": one.ref,
                "name": name,
                "attendance": one.attendance,
                "may_hear": one.pk not in shut,
                "stepped_out_at": one.stepped_out_at,
                "own_words": None if shut or one.person_id is None else one.own_words,
            }
            for one, name in screen.people
        ],
        "points": [
            {
                "ref": each.point.ref,
                "title": each.point.title,
                "text": None if shut else each.point.text,
                "version": each.point.text_version,
            }
            for each in screen.points
        ],
        "left": [_decision(one, shut=bool(shut)) for one in screen.left],
        "decisions": [_decision(one) for one in screen.decided],
        "next_at": screen.booked.starts_at if screen.booked else None,
    }
    return Answer(body)


@endpoint("Starta ett möte", tag=TAG, gives=schemas.HeldMeetingOut, scope="write", errors=[404])
def open_meeting(request: HubRequest, ref: UUID) -> Answer:
    """Tidigast en halvtimme före (409). Dagordningen läggs upp."""
    actions.open_meeting(meeting_for(request, ref), by=request.actor, at=request.at)
    return get_held(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Ange närvaro", tag=TAG, body=AttendanceBody, gives=schemas.HeldMeetingOut, errors=[404])
def note_attendance(request: HubRequest, body: Data, ref: UUID) -> Answer:
    meeting = meeting_for(request, ref)
    asked = {one.ref: one.pk for one, _name in screens.people_of(meeting, request.actor, at=request.at)}
    if not {came["participant"] for came in body["participants"]} <= asked.keys():
        raise Problem("invalid", errors=[("participants", "Någon är inte kallad till mötet.")])
    noted = {asked[came["participant"]]: came["attendance"] for came in body["participants"]}
    actions.note_attendance(meeting, noted, by=request.actor, at=request.at)
    return get_held(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Någon lämnar det som är sekretess", tag=TAG, body=StepOutBody, gives=schemas.HeldMeetingOut, errors=[404])
def step_out(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Eller kommer tillbaka. Medan någon är med utan grund att få höra lämnas inga anteckningar ut."""
    meeting = meeting_for(request, ref)
    actions.step_out(_asked(request, meeting, body["participant"]), back=body["back"], by=request.actor, at=request.at)
    return get_held(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _asked(request: HubRequest, meeting: Meeting, ref: UUID) -> Participant:
    people = screens.people_of(meeting, request.actor, at=request.at)
    found = next((one for one, _name in people if one.ref == ref), None)
    if found is None:
        raise Problem("invalid", errors=[("participant", "Personen är inte kallad till mötet.")])
    return found


def _gate(request: HubRequest, meeting: Meeting) -> None:
    """Raises Problem while somebody present may not hear what is written."""
    people = screens.people_of(meeting, request.actor, at=request.at)
    if must_leave(meeting, [one for one, _name in people], at=request.at):
        raise Problem("conflict", "Någon som är med får inte höra anteckningarna.")


def _point_for(request: HubRequest, ref: UUID, point: UUID) -> AgendaPoint:
    meeting = meeting_for(request, ref)
    rows = AgendaPoint.objects.filter(meeting=meeting).select_related("meeting__case")
    found = find(rows, request.actor, at=request.at, ref=point)
    _gate(request, meeting)
    request.trail.show([found], individual=meeting.case.individual_id, case=meeting.case_id)
    return found


def _point_answer(point: AgendaPoint) -> Answer:
    body = {"ref": point.ref, "title": point.title, "text": point.text, "version": point.text_version}
    return Answer(body, version=(point.ref, point.text_version))


@endpoint("En punkt på dagordningen", tag=TAG, gives=schemas.HeldPointOut, etag=True, errors=[404, 409])
def get_point(request: HubRequest, ref: UUID, point: UUID) -> Answer:
    return _point_answer(_point_for(request, ref, point))


@endpoint("Skriv om en punkt", tag=TAG, body=PointBody, gives=schemas.HeldPointOut, if_match=True, errors=[404])
def write_point(request: HubRequest, body: Data, ref: UUID, point: UUID) -> Answer:
    """Med ETag från det du läste. Har någon annan skrivit blir svaret 412: hämta om, foga ihop och skicka igen."""
    found = _point_for(request, ref, point)
    unchanged(request, found, lambda: (found.ref, found.text_version))
    written = Written(body["text"], found.text_version, join_in=False)
    actions.write_point(found, written, by=request.actor, at=request.at)
    found.refresh_from_db()
    return _point_answer(found)


def _words_for(request: HubRequest, ref: UUID, participant: UUID) -> Participant:
    meeting = meeting_for(request, ref)
    rows = Participant.objects.filter(meeting=meeting, removed_at=None, person__isnull=False)
    found = find(rows.select_related("meeting__case"), request.actor, at=request.at, ref=participant)
    _gate(request, meeting)
    request.trail.show([found], individual=meeting.case.individual_id, case=meeting.case_id)
    return found


def _words_answer(said: Participant) -> Answer:
    body = {"participant": said.ref, "text": said.own_words, "version": said.row_version}
    return Answer(body, version=(said.ref, said.row_version))


@endpoint("Någons egna ord", tag=TAG, gives=schemas.OwnWordsOut, etag=True, errors=[404, 409])
def get_own_words(request: HubRequest, ref: UUID, participant: UUID) -> Answer:
    """Den unges, eller någon annans i familjen."""
    return _words_answer(_words_for(request, ref, participant))


@endpoint("Skriv om någons egna ord", tag=TAG, body=WordsBody, gives=schemas.OwnWordsOut, if_match=True, errors=[404])
def write_own_words(request: HubRequest, body: Data, ref: UUID, participant: UUID) -> Answer:
    """Med ETag från det du läste. Har någon annan skrivit blir svaret 412: hämta om, foga ihop och skicka igen."""
    found = _words_for(request, ref, participant)
    unchanged(request, found, lambda: (found.ref, found.row_version))
    written = Written(body["text"], found.row_version, join_in=False)
    actions.own_words(found, written, by=request.actor, at=request.at)
    found.refresh_from_db()
    return _words_answer(found)


def _one_decision(request: HubRequest, ref: UUID) -> Answer:
    found = decision_for(request, ref)
    request.trail.show([found], individual=found.meeting.case.individual_id, case=found.meeting.case_id)
    return Answer(_decision(found))


@endpoint("Ett beslut från ett möte", tag=TAG, gives=schemas.MeetingDecisionOut, errors=[404])
def get_decision(request: HubRequest, ref: UUID) -> Answer:
    return _one_decision(request, ref)


@endpoint(
    "Skriv in ett beslut",
    tag=TAG,
    body=DecisionBody,
    gives=schemas.MeetingDecisionOut,
    makes="api:meeting_decision",
    show=_one_decision,
    errors=[404],
)
def decide(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Vem som gör vad, och till när."""
    meeting = meeting_for(request, ref)
    owner = next(
        (one for one in screens.owners(meeting, request.actor, at=request.at) if one.ref == body["owner"]), None
    )
    if owner is None:
        raise Problem("invalid", errors=[("owner", "Personen har inte plats i ärendet.")])
    made = actions.decide(meeting, body["text"], owner=owner, due_on=body["due_on"], by=request.actor, at=request.at)
    return made.ref


@endpoint("Följ upp ett beslut", tag=TAG, body=FollowUpBody, gives=schemas.MeetingDecisionOut, errors=[404])
def follow_up(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Av den som skulle göra det, eller den som leder ärendet. En gång (409)."""
    found = decision_for(request, ref)
    how = actions.Done(body["result"], body["note"])
    actions.follow_up(found, how, row_version=body["version"], by=request.actor, at=request.at)
    return _one_decision(request, ref)


@endpoint("Avsluta ett möte", tag=TAG, body=CloseMeetingBody, gives=schemas.HeldMeetingOut, errors=[404])
def close_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Närvaron är angiven, det förra uppföljt, och nästa möte bokat eller skälet skrivet; annars 409 med vad som
    saknas."""
    meeting = meeting_for(request, ref)
    actions.close_held(meeting, no_next=body["no_next"], row_version=body["version"], by=request.actor, at=request.at)
    return get_held(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Avbryt ett möte", tag=TAG, body=BreakOffBody, gives=schemas.HeldMeetingOut, errors=[404])
def break_off(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Ett nätverksmöte fortsätter inom sju dagar: boka det först, annars 409 med den sista dagen."""
    meeting = meeting_for(request, ref)
    actions.break_off(meeting, reason=body["reason"], row_version=body["version"], by=request.actor, at=request.at)
    return get_held(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


held = resource("MeetingHeld", get=get_held)
held_open = resource("OpenMeeting", post=open_meeting)
held_attendance = resource("MeetingAttendance", post=note_attendance)
held_step_out = resource("MeetingStepOut", post=step_out)
held_words = resource("MeetingOwnWords", get=get_own_words, put=write_own_words)
held_point = resource("MeetingPoint", get=get_point, put=write_point)
decisions = resource("MeetingDecisions", post=decide)
decision = resource("MeetingDecisionOne", get=get_decision)
decision_follow = resource("FollowUpDecision", post=follow_up)
held_close = resource("CloseMeeting", post=close_meeting)
held_break_off = resource("BreakOffMeeting", post=break_off)
