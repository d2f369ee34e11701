"""Meetings of groups and what they agree: the same verbs as the pages (P-M1, P-A15)."""

from typing import Any
from uuid import UUID

from hub import clock
from hub.access import find, may, permitted
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Instant, Many, Optional, Ref, Text, Whole
from hub.api.pages import PageQuery, listed, slice_of
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.joint_text import Written
from hub.models import Assignment
from meetings import actions
from meetings.api import schemas_groups as schemas
from meetings.api.booking import ANSWERS, room_of
from meetings.api.groups import TAG, Guarded
from meetings.groups import queries
from meetings.models import (
    Attendance,
    GroupMeasure,
    GroupMeeting,
    GroupPoint,
    MeasureState,
    MeetingForm,
    MeetingState,
)
from meetings.views.group_meetings import answer_own_group, group_meeting_for
from meetings.views.group_screen import measure_for
from meetings.views.groups import group_for


class GroupMeetingsQuery(PageQuery):
    first_day = Day(required=False)
    last_day = Day(required=False)
    state = Choice(choices=MeetingState.choices, required=False)


class BookGroupBody(Guarded):
    starts_at = Instant()
    ends_at = Instant(help_text="En kvart till åtta timmar efter.")
    form = Choice(choices=MeetingForm.choices, default=MeetingForm.ROOM)
    room = Ref(required=False, allow_null=True, default=None)
    place = Optional(max_length=300)
    link = Optional(max_length=500)
    own_points = Many(child=Text(max_length=120), required=False, default=list, max_length=15)
    times = Whole(min_value=1, max_value=26, default=1, help_text="Antal möten. Röda dagar hoppas över.")
    weeks = Whole(min_value=1, max_value=12, default=1, help_text="Veckor mellan dem.")


class ChangeGroupMeetingBody(Guarded):
    starts_at = Instant()
    ends_at = Instant()
    form = Choice(choices=MeetingForm.choices)
    room = Ref(required=False, allow_null=True, default=None)
    place = Optional(max_length=300)
    link = Optional(max_length=500)
    own_points = Many(child=Text(max_length=120), required=False, default=list, max_length=15)


class EndGroupMeetingBody(Guarded):
    reason = Text(max_length=500)
    version = Whole(min_value=1)


class GroupAnswerBody(Body):
    answer = Choice(choices=ANSWERS)


class GroupCameBody(Body):
    attendee = Ref()
    attendance = Choice(choices=Attendance.choices)


class GroupAttendanceBody(Body):
    attendees = Many(child=GroupCameBody(), help_text="De som inte nämns behåller det som står.")


class GroupPointBody(Guarded):
    text = Optional(max_length=20_000)


class MeasureBody(Guarded):
    text = Text(max_length=1000)
    owner = Ref(help_text="Ett uppdrag som sitter i gruppen.")
    due_on = Day()


class ProgressBody(Guarded):
    state = Choice(choices=MeasureState.choices)
    note = Optional(max_length=500, help_text="Krävs när det inte gick att göra, och när dagen flyttas.")
    due_on = Day(required=False, allow_null=True, default=None, help_text="En ny dag, när det pågår.")
    meeting = Ref(required=False, allow_null=True, default=None, help_text="Mötet som tar upp den.")
    version = Whole(min_value=1)


class CloseGroupBody(Guarded):
    no_next = Optional(max_length=500, help_text="Krävs när inget nästa möte är bokat.")
    version = Whole(min_value=1)


class ApproveGroupBody(Body):
    version = Whole(min_value=1)


class AdditionBody(Guarded):
    text = Text(max_length=4000)


# --- meetings --------------------------------------------------------------------------------------------------------


def _meeting_row(meeting: GroupMeeting) -> dict[str, Any]:
    return {
        "ref": meeting.ref,
        "group": meeting.group.ref,
        "called": meeting.called,
        "state": meeting.state,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "form": meeting.form,
        "approved_at": meeting.approved_at,
    }


@endpoint("En grupps möten", tag=TAG, query=GroupMeetingsQuery, gives=schemas.GroupMeetingsOut, errors=[404])
def list_group_meetings(request: HubRequest, query: Data, ref: UUID) -> Answer:
    group = group_for(request, ref, "take_part")
    rows = permitted(GroupMeeting.objects.filter(group=group), request.actor, at=request.at).select_related("group")
    if "state" in query:
        rows = rows.filter(state=query["state"])
    if "first_day" in query:
        rows = rows.filter(starts_at__gte=clock.start_of_day(query["first_day"]))
    if "last_day" in query:
        rows = rows.filter(starts_at__lt=clock.end_of_day(query["last_day"]))
    found, more = slice_of(rows, query, "starts_at", "pk")
    request.trail.show(found)
    return Answer(listed(request, [_meeting_row(one) for one in found], more, query))


def version_of(meeting: GroupMeeting) -> tuple[object, ...]:
    return ("group-meeting", meeting.pk, meeting.row_version, meeting.state)


def _measure(one: GroupMeasure) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "text": one.text,
        "owner": one.owner.ref,
        "due_on": one.due_on,
        "state": one.state,
        "note": one.note,
        "version": one.row_version,
    }


@endpoint("Ett gruppmöte", tag=TAG, gives=schemas.GroupMeetingOut, etag=True, errors=[404])
def get_group_meeting(request: HubRequest, ref: UUID) -> Answer:
    """Dagordning, anteckningar, åtgärder och protokoll. Inget av det pekar ut en enskild."""
    meeting = group_meeting_for(request, ref)
    screen = queries.look(meeting, request.actor, at=request.at)
    request.trail.show(screen.objects)
    own = [one for one in screen.people if one.assignment_id == request.actor.assignment_id]
    answers = any(may(one, request.actor, "answer", at=request.at) for one in own)
    lead = may(meeting, request.actor, "lead", at=request.at)
    body = {
        **_meeting_row(meeting),
        "place": queries.where(meeting),
        "link": meeting.link,
        "own_points": meeting.own_points,
        "reason": meeting.reason,
        "version": meeting.row_version,
        "attendees": [
            {
                "ref": one.ref,
                "name": one.assignment.user.name,
                "agency": one.assignment.unit.agency.name,
                "answer": one.answer,
                "attendance": one.attendance,
            }
            for one in screen.people
        ],
        "points": [
            {"ref": point.ref, "title": point.title, "text": point.text, "version": point.text_version}
            for point, _text in screen.points
        ],
        "left": [_measure(one) for one in screen.left],
        "followed_up": [
            {"measure": one.measure.ref, "state": one.state, "note": one.note, "said_at": one.said_at}
            for one in screen.said
        ],
        "measures": [_measure(one) for one in screen.agreed],
        "additions": [
            {"text": one.text, "written_by": one.written_by.user.name, "written_at": one.written_at}
            for one in screen.additions
        ],
        "next_at": screen.booked.starts_at if screen.booked else None,
        "may": [word for word, yes in (("lead", lead), ("answer", answers)) if yes],
    }
    return Answer(body, version_of(meeting))


def _what(body: Data, request: HubRequest) -> actions.GroupWhen:
    fields = {name: body[name] for name in ("starts_at", "ends_at", "form", "place", "link")}
    when = actions.When(**fields, room=room_of(body["room"], request))
    return actions.GroupWhen(when, body["own_points"], body["cleared"])


@endpoint(
    "Boka gruppmöten",
    tag=TAG,
    body=BookGroupBody,
    gives=schemas.GroupMeetingOut,
    makes="api:group_meeting",
    show=get_group_meeting,
    errors=[404],
)
def book_group(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Alla eller inget. Svaret visar det första; hämta de andra ur gruppens möten."""
    group = group_for(request, ref, "lead")
    rhythm = actions.Rhythmic(body["times"], body["weeks"])
    return actions.book_group(group, _what(body, request), rhythm=rhythm, by=request.actor, at=request.at)[0].ref


def _again(request: HubRequest, ref: UUID) -> Answer:
    return get_group_meeting(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint(
    "Ändra ett gruppmöte",
    tag=TAG,
    body=ChangeGroupMeetingBody,
    gives=schemas.GroupMeetingOut,
    if_match=True,
    etag=True,
    errors=[404],
)
def change_group_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela det nya: tid, plats och egna punkter."""
    meeting = group_meeting_for(request, ref, "lead")
    unchanged(request, meeting, lambda: version_of(meeting))
    seen, what = meeting.row_version, _what(body, request)
    actions.change_group_meeting(meeting, what, row_version=seen, by=request.actor, at=request.at)
    return _again(request, ref)


def _ended(request: HubRequest, body: Data, ref: UUID, verb: Any) -> Answer:
    meeting = group_meeting_for(request, ref, "lead")
    said = {"reason": body["reason"], "row_version": body["version"], "cleared": body["cleared"]}
    verb(meeting, **said, by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint("Ställ in ett gruppmöte", tag=TAG, body=EndGroupMeetingBody, gives=schemas.GroupMeetingOut, errors=[404])
def cancel_group_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    return _ended(request, body, ref, actions.cancel_group_meeting)


@endpoint(
    "Notera att ett gruppmöte inte blev av",
    tag=TAG,
    body=EndGroupMeetingBody,
    gives=schemas.GroupMeetingOut,
    errors=[404],
)
def note_group_not_held(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """När tiden har kommit."""
    return _ended(request, body, ref, actions.group_not_held)


@endpoint(
    "Svara på en kallelse till ett gruppmöte",
    tag=TAG,
    body=GroupAnswerBody,
    gives=schemas.GroupMeetingOut,
    errors=[404],
)
def answer_group_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    answer_own_group(group_meeting_for(request, ref), body["answer"], request)
    return _again(request, ref)


@endpoint("Starta ett gruppmöte", tag=TAG, gives=schemas.GroupMeetingOut, scope="write", errors=[404])
def open_group_meeting(request: HubRequest, ref: UUID) -> Answer:
    """Tidigast en halvtimme före (409)."""
    actions.open_group_meeting(group_meeting_for(request, ref), by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint(
    "Ange närvaro på ett gruppmöte",
    tag=TAG,
    body=GroupAttendanceBody,
    gives=schemas.GroupMeetingOut,
    errors=[404],
)
def note_group_attendance(request: HubRequest, body: Data, ref: UUID) -> Answer:
    meeting = group_meeting_for(request, ref)
    asked = {one.ref: one.pk for one in meeting.attendees.filter(removed_at=None)}
    if not {came["attendee"] for came in body["attendees"]} <= asked.keys():
        raise Problem("invalid", errors=[("attendees", "Någon är inte kallad till mötet.")])
    noted = {asked[came["attendee"]]: came["attendance"] for came in body["attendees"]}
    actions.note_group_attendance(meeting, noted, by=request.actor, at=request.at)
    return _again(request, ref)


def _point_answer(point: GroupPoint) -> Answer:
    body = {"ref": point.ref, "title": point.title, "text": point.text, "version": point.text_version}
    return Answer(body, version=(point.ref, point.text_version))


def _point_for(request: HubRequest, ref: UUID, point: UUID) -> GroupPoint:
    rows = GroupPoint.objects.filter(meeting=group_meeting_for(request, ref)).select_related("meeting__group")
    found = find(rows, request.actor, at=request.at, ref=point)
    request.trail.show([found])
    return found


@endpoint("En punkt på ett gruppmöte", tag=TAG, gives=schemas.GroupPointOut, etag=True, errors=[404])
def get_group_point(request: HubRequest, ref: UUID, point: UUID) -> Answer:
    return _point_answer(_point_for(request, ref, point))


@endpoint(
    "Skriv om en punkt på ett gruppmöte",
    tag=TAG,
    body=GroupPointBody,
    gives=schemas.GroupPointOut,
    if_match=True,
    errors=[404],
)
def write_group_point(request: HubRequest, body: Data, ref: UUID, point: UUID) -> Answer:
    """Med ETag från det du läste. Har någon annan skrivit blir svaret 412: hämta om, foga ihop och skicka igen."""
    found = _point_for(request, ref, point)
    unchanged(request, found, lambda: (found.ref, found.text_version))
    written = Written(body["text"], found.text_version, join_in=False)
    actions.write_group_point(found, written, cleared=body["cleared"], by=request.actor, at=request.at)
    found.refresh_from_db()
    return _point_answer(found)


@endpoint("Avsluta ett gruppmöte", tag=TAG, body=CloseGroupBody, gives=schemas.GroupMeetingOut, errors=[404])
def close_group_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Närvaron är angiven, åtgärderna uppföljda, och nästa möte bokat eller skälet skrivet; annars 409."""
    meeting = group_meeting_for(request, ref)
    said = {"no_next": body["no_next"], "row_version": body["version"], "cleared": body["cleared"]}
    actions.close_group_meeting(meeting, **said, by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint("Avbryt ett gruppmöte", tag=TAG, body=EndGroupMeetingBody, gives=schemas.GroupMeetingOut, errors=[404])
def break_off_group_meeting(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Det fortsätter inom sju dagar: boka den tiden först, annars 409 med den sista dagen."""
    meeting = group_meeting_for(request, ref)
    said = {"reason": body["reason"], "row_version": body["version"], "cleared": body["cleared"]}
    actions.break_off_group_meeting(meeting, **said, by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint("Justera ett protokoll", tag=TAG, body=ApproveGroupBody, gives=schemas.GroupMeetingOut, errors=[404])
def approve_group_minutes(request: HubRequest, body: Data, ref: UUID) -> Answer:
    meeting = group_meeting_for(request, ref)
    actions.approve_group_minutes(meeting, row_version=body["version"], by=request.actor, at=request.at)
    return _again(request, ref)


@endpoint("Skriv ett tillägg", tag=TAG, body=AdditionBody, gives=schemas.GroupMeetingOut, errors=[404])
def add_to_group_minutes(request: HubRequest, body: Data, ref: UUID) -> Answer:
    meeting = group_meeting_for(request, ref)
    actions.add_to_group_minutes(meeting, body["text"], cleared=body["cleared"], by=request.actor, at=request.at)
    return _again(request, ref)


# --- measures --------------------------------------------------------------------------------------------------------


def _one_measure(request: HubRequest, ref: UUID) -> Answer:
    return Answer(_measure(measure_for(request, ref)))


@endpoint("En åtgärd", tag=TAG, gives=schemas.GroupMeasureOut, errors=[404])
def get_group_measure(request: HubRequest, ref: UUID) -> Answer:
    return _one_measure(request, ref)


@endpoint(
    "Skriv in en åtgärd",
    tag=TAG,
    body=MeasureBody,
    gives=schemas.GroupMeasureOut,
    makes="api:group_measure",
    show=_one_measure,
    errors=[404],
)
def agree_measure(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Vad som ska göras, vem som svarar för det och till när."""
    meeting = group_meeting_for(request, ref)
    people = queries.owners_of(meeting.group, request.actor, at=request.at)
    owner: Assignment | None = next((one for one in people if one.ref == body["owner"]), None)
    if owner is None:
        raise Problem("invalid", errors=[("owner", "Personen sitter inte i gruppen.")])
    what = actions.Agreed(body["text"], owner, body["due_on"], body["cleared"])
    return actions.agree_measure(meeting, what, by=request.actor, at=request.at).ref


@endpoint("Följ upp en åtgärd", tag=TAG, body=ProgressBody, gives=schemas.GroupMeasureOut, errors=[404])
def follow_up_measure(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """På ett möte av den som leder gruppen, eller mellan möten av den som svarar för åtgärden."""
    measure = measure_for(request, ref)
    meeting = group_meeting_for(request, body["meeting"]) if body["meeting"] else None
    how = actions.Progress(body["state"], body["note"], body["due_on"], body["cleared"])
    seen = body["version"]
    actions.follow_up_measure(measure, how, meeting=meeting, row_version=seen, by=request.actor, at=request.at)
    return _one_measure(request, ref)


meetings = resource("GroupMeetings", get=list_group_meetings, post=book_group)
meeting = resource("GroupMeeting", get=get_group_meeting, put=change_group_meeting)
meeting_cancel = resource("GroupMeetingCancel", post=cancel_group_meeting)
meeting_not_held = resource("GroupMeetingNotHeld", post=note_group_not_held)
meeting_respond = resource("GroupMeetingRespond", post=answer_group_meeting)
meeting_open = resource("GroupMeetingOpen", post=open_group_meeting)
meeting_attendance = resource("GroupMeetingAttendance", post=note_group_attendance)
meeting_point = resource("GroupMeetingPoint", get=get_group_point, put=write_group_point)
meeting_measures = resource("GroupMeetingMeasures", post=agree_measure)
meeting_close = resource("GroupMeetingClose", post=close_group_meeting)
meeting_break_off = resource("GroupMeetingBreakOff", post=break_off_group_meeting)
meeting_approve = resource("GroupMeetingApprove", post=approve_group_minutes)
meeting_additions = resource("GroupMeetingAdditions", post=add_to_group_minutes)
measure = resource("GroupMeasure", get=get_group_measure)
measure_follow = resource("GroupMeasureFollowUp", post=follow_up_measure)
