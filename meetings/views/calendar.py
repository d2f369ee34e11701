"""Kalender: the actor's meetings by day, week, month or as a list, and when they are busy otherwise."""

import re
from datetime import date, datetime
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub import clock
from hub.access import permitted
from hub.context import reverse_or_none
from hub.http import HubRequest, page
from hub.models import Role
from meetings.availability import merged
from meetings.calendar_page import FIRST, LAST, VIEWS, Entry, Span, View, days, span, weeks
from meetings.groups.queries import ahead_of
from meetings.models import Busy, GroupMeeting, Meeting, MeetingForm, MeetingState, Occupied

#: Cancelled and not held are told by a word; a booked one needs none.
WORDS = {
    MeetingState.OPEN: "Pågår",
    MeetingState.HELD: "Hållet",
    MeetingState.BROKEN_OFF: "Avbrutet",
    MeetingState.NOT_HELD: "Blev inte av",
    MeetingState.CANCELLED: "Inställt",
}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Meetings on one page: a manager's month; beyond it the page says so.
MOST = 500


@require_safe
def calendar(request: HubRequest) -> HttpResponse:
    """`vy` is one of dag, vecka, manad and lista, `datum` a day in what is shown; else the week of today."""
    today = clock.local_day(request.at)
    view = cast("View", request.GET.get("vy")) if request.GET.get("vy") in VIEWS else "vecka"
    asked = request.GET.get("datum", "")
    on = read_day(asked)
    shown = span(view, on or today)
    meetings, more = _meetings(request, shown)
    of_groups = _of_groups(request, shown)
    request.trail.show(of_groups)
    taken = [meeting.ref for meeting in (*meetings, *of_groups)]
    entries = [*map(_meeting, meetings), *map(_of_group, of_groups), *_busy(request, shown, taken)]
    for meeting in meetings:
        request.trail.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
    context: dict[str, object] = {
        "view": view,
        "title": shown.title,
        "misread": bool(asked) and on is None,
        "more": MOST if more else 0,
        "busy": bool(entries),
        "chips": [
            {"label": label, "url": _link(name, on or today), "current": name == view} for name, label in VIEWS.items()
        ],
        "before": _link(view, shown.before),
        "after": _link(view, shown.after),
        "now": _link(view, today),
        "holds_today": shown.first <= today < shown.end,
        "may_arrange": request.actor.role in (Role.ADMINISTRATOR, Role.MANAGER),
        "meetings_url": reverse_or_none("meetings:meetings"),
    }
    if view in ("vecka", "manad"):
        context["weeks"] = weeks(shown, entries, today=today, month=(on or today).month if view == "manad" else 0)
    else:
        found = days(shown, entries, today=today)
        context["days"] = found if view == "dag" else [day for day in found if day.entries or day.today]
    return page(request, "meetings/calendar.html", context)


def read_day(text: str) -> date | None:
    """A day as it stands in an address; None for none, and for years without calendars."""
    try:
        on = date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None
    return on if on is not None and FIRST <= on <= LAST else None


def _link(view: str, on: date) -> str:
    return f"{reverse('meetings:calendar')}?{urlencode({'vy': view, 'datum': on.isoformat()})}"


def _limits(shown: Span) -> tuple[datetime, datetime]:
    return clock.start_of_day(shown.first), clock.start_of_day(shown.end)


def _meetings(request: HubRequest, shown: Span) -> tuple[list[Meeting], bool]:
    """What the actor may see of meetings in these days, and whether there were more. One query."""
    since, until = _limits(shown)
    rows = permitted(Meeting.objects.filter(starts_at__lt=until, ends_at__gt=since), request.actor, at=request.at)
    found = list(rows.select_related("case", "room").order_by("starts_at", "pk")[: MOST + 1])
    return found[:MOST], len(found) > MOST


def _meeting(meeting: Meeting) -> Entry:
    return Entry(
        meeting.starts_at,
        meeting.ends_at,
        str(meeting.get_kind_display()).replace("mannamöte", "manna\u00admöte"),  # where a narrow cell may break it
        url=reverse_or_none("meetings:meeting", meeting.ref) or "",
        detail=meeting.case.number,
        where=_where(meeting),
        state=WORDS.get(MeetingState(meeting.state), ""),
        gone=meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD),
    )


def _of_groups(request: HubRequest, shown: Span) -> list[GroupMeeting]:
    """Meetings of the actor's groups in these days. One query."""
    since, until = _limits(shown)
    return list(ahead_of(request.actor, since=since, until=until, at=request.at)[:MOST])


def _of_group(meeting: GroupMeeting) -> Entry:
    return Entry(
        meeting.starts_at,
        meeting.ends_at,
        f"{meeting.called}, {meeting.group.name}",
        url=reverse("meetings:group_meeting", args=[meeting.ref]),
        where=_where(meeting),
        state=WORDS.get(MeetingState(meeting.state), ""),
        gone=meeting.state in (MeetingState.CANCELLED, MeetingState.NOT_HELD),
    )


def _where(meeting: Meeting | GroupMeeting) -> str:
    if meeting.form != MeetingForm.ROOM:
        return str(meeting.get_form_display())
    return meeting.room.name if meeting.room else meeting.place


def _busy(request: HubRequest, shown: Span, taken: list[UUID]) -> list[Entry]:
    """The actor's own busy times, and own meetings that are not seen here (in another kommun, another assignment)."""
    since, until = _limits(shown)
    overlapping = {"starts_at__lt": until, "ends_at__gt": since}
    own = permitted(Busy.objects.filter(**overlapping), request.actor, at=request.at)
    elsewhere = Occupied.objects.filter(user=request.actor.user_id, **overlapping).exclude(meeting_ref__in=taken)
    times = [*own.values_list("starts_at", "ends_at"), *elsewhere.values_list("starts_at", "ends_at")]
    return [Entry(starts_at, ends_at, "Upptagen") for starts_at, ends_at in merged(times)]
