"""Booking a group's meetings, changing them, calling them off, answering (P-M1, P-M5)."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub import clock, swedish
from hub.access import Denied, find, require
from hub.calendar_se import next_working_day
from hub.http import HubRequest, once, page
from hub.views.deeds import done, posted
from meetings import actions
from meetings import queries as case_queries
from meetings.forms.booking import AnswerForm
from meetings.forms.groups import GroupReasonForm, GroupWhenForm, filled
from meetings.groups import queries
from meetings.models import Group, GroupAttendee, GroupMeeting, MeetingForm
from meetings.views.groups import group_for


def group_meeting_for(request: HubRequest, ref: UUID, action: str = "read") -> GroupMeeting:
    """404 for what one may not know of, 403 for what one may not do (P-A5)."""
    rows = GroupMeeting.objects.select_related("group__agency", "group__district", "room", "organiser__user")
    meeting = find(rows, request.actor, at=request.at, ref=ref)
    request.trail.show([meeting])
    if action != "read":
        require(meeting, request.actor, action, at=request.at)
    return meeting


@once
def book(request: HubRequest, ref: UUID) -> HttpResponse:
    """One meeting, or several with weeks between; everybody who sits in the group is asked."""
    group = group_for(request, ref, "lead")
    rooms = case_queries.rooms(request.actor, at=request.at)
    form, status = GroupWhenForm(posted(request), rooms=rooms, initial=_proposal(group, request)), 200
    made: list[GroupMeeting] = []
    if request.method == "POST":

        def deed() -> None:
            made.extend(actions.book_group(group, form.what(), rhythm=form.rhythm(), by=request.actor, at=request.at))

        status = form.do(deed)
        if status == 200:
            said = swedish.plural(len(made), "möte är bokat", "möten är bokade")
            messages.success(request, f"{said.capitalize()}. De som sitter i gruppen får veta.")
            return redirect("meetings:group", group.ref)
    context: dict[str, object] = {"form": form, "group": group}
    return page(request, "meetings/groups/book.html", context, status=status)


def _proposal(group: Group, request: HubRequest) -> dict[str, object]:
    """As the last one, a week after it; else nine o'clock in a week."""
    last = GroupMeeting.objects.filter(group=group).select_related("room").order_by("-starts_at").first()
    today = clock.local_day(request.at)
    if last is None:
        first = {"day": next_working_day(today + timedelta(days=7)), "starts_at": "9.00", "minutes": 60}
        return {**first, "times": 1, "weeks": 1, "form": MeetingForm.ROOM}
    day: date = clock.local_day(last.starts_at) + timedelta(days=7)
    while day < today:
        day += timedelta(days=7)
    return {**filled(last), "day": day, "own_points": "", "times": 1, "weeks": 1}


@once
def change(request: HubRequest, ref: UUID) -> HttpResponse:
    meeting = group_meeting_for(request, ref, "lead")
    rooms = case_queries.rooms(request.actor, at=request.at)
    form, status = GroupWhenForm(posted(request), rooms=rooms, standing=meeting, initial=filled(meeting)), 200
    if request.method == "POST":

        def deed() -> GroupMeeting:
            seen = form.cleaned_data["row_version"] or 0
            return actions.change_group_meeting(meeting, form.what(), row_version=seen, by=request.actor, at=request.at)

        status = form.do(deed)
        if status == 200:
            messages.success(request, "Mötet är ändrat.")
            return redirect("meetings:group_meeting", meeting.ref)
    context: dict[str, object] = {"form": form, "meeting": meeting, "group": meeting.group}
    return page(request, "meetings/groups/book.html", context, status=status)


@once
def cancel(request: HubRequest, ref: UUID) -> HttpResponse:
    """Call it off, with a reason."""
    return _ended(request, ref, actions.cancel_group_meeting, "Ställ in mötet", "Mötet är inställt.")


@once
def not_held(request: HubRequest, ref: UUID) -> HttpResponse:
    """It did not come about."""
    return _ended(request, ref, actions.group_not_held, "Mötet blev inte av", "Det är noterat. Boka ett nytt möte.")


def _ended(request: HubRequest, ref: UUID, verb: Callable[..., GroupMeeting], heading: str, said: str) -> HttpResponse:
    meeting = group_meeting_for(request, ref, "lead")
    form, status = GroupReasonForm(posted(request), initial={"row_version": meeting.row_version}), 200
    if request.method == "POST":
        status = form.do(lambda: verb(meeting, **form.cleaned_data, by=request.actor, at=request.at))
        if status == 200:
            messages.success(request, said)
            return redirect("meetings:group_meeting", meeting.ref)
    context: dict[str, object] = {
        "meeting": meeting,
        "group": meeting.group,
        "form": form,
        "heading": heading,
        "when": queries.when(meeting, request.at),
    }
    return page(request, "meetings/groups/meeting_end.html", context, status=status)


@require_POST
@once
def answer(request: HubRequest, ref: UUID) -> HttpResponse:
    """One's own answer."""
    meeting = group_meeting_for(request, ref)
    form = AnswerForm(request.POST)
    if done(form, lambda: answer_own_group(meeting, form.cleaned_data["answer"], request)) != 200:
        messages.error(request, "Svaret gick inte att spara. Välj Kommer, Kanske eller Kan inte.")
    else:
        messages.success(request, "Svaret är sparat.")
    return redirect("meetings:group_meeting", meeting.ref)


def answer_own_group(meeting: GroupMeeting, said: str, request: HubRequest) -> None:
    """Answer for oneself.

    Raises:
        Denied: not asked to it, or it is not planned any more.
    """
    mine = GroupAttendee.objects.filter(assignment_id=request.actor.assignment_id, removed_at=None, meeting=meeting)
    place = mine.select_related("meeting__group").first()
    if place is None:
        raise Denied("answer", meeting)
    actions.answer_group(place, said, by=request.actor, at=request.at)
