"""Where minutes are found: on the page of the meeting, on the page of the case, and among things to do (P-M8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.contributions import CASE_PANEL, MESSAGE_WAY, TODO, Todo
from hub.http import uuid_or_none
from hub.models import Case, Notification
from meetings import words
from meetings.actions.minutes import takes_items
from meetings.item_origin import address
from meetings.minutes_due import due_at
from meetings.minutes_messages import APPROVED
from meetings.models import TOOK_PLACE, Meeting, MeetingState, Minutes, MinutesState
from meetings.panels import panel

#: On the page of a case; the others are found from their meetings.
MOST, MOST_TO_DO = 5, 10


def _row(found: Minutes, at: datetime) -> dict[str, Any]:
    draft = found.state == MinutesState.DRAFT
    return {
        "url": reverse("meetings:minutes", args=[found.ref]),
        "when": words.when(found.meeting, at),
        "kind": str(found.meeting.get_kind_display()),
        "state": str(found.get_state_display()),
        "badge": ("warn", "file-pen-line") if draft else ("ok", "circle-check"),
        "note": f"Justeras senast {swedish.day(clock.last_day(due_at(found)))}"
        if draft
        else f"Justerat {swedish.moment(found.approved_at, at) if found.approved_at else ''}",
    }


@panel(15)
def minutes_of_meeting(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """The minutes, for those who may read them; and the way to write an item, for those who take part."""
    if meeting.state not in (MeetingState.OPEN, *TOOK_PLACE):
        return None
    found = permitted(Minutes.objects.filter(meeting=meeting).select_related("meeting"), actor, at=at).first()
    writes = may(meeting.case, actor, "read", at=at) and takes_items(meeting)
    writes = writes and may(meeting.case.individual, actor, "work", at=at)
    if found is None and not writes:
        return None
    draft = found is not None and found.state == MinutesState.DRAFT
    return {
        "template": "meetings/_minutes_panel.html",
        "row": _row(found, at) if found else None,
        "approve_url": reverse("meetings:minutes_approve", args=[found.ref])
        if found and draft and may(found, actor, "write", at=at)
        else "",
        "item_url": address(meeting.case, meeting) if writes else "",
        "objects": [found] if found else [],
    }


def minutes_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The latest minutes that the actor may read."""
    rows = permitted(Minutes.objects.filter(meeting__case=case), actor, at=at).select_related("meeting")
    found = list(rows.order_by("-meeting__starts_at", "-pk")[:MOST])
    if not found:
        return None
    return {
        "template": "meetings/_case_minutes.html",
        "rows": [_row(one, at) for one in found],
        "objects": found,
    }


CASE_PANEL.append(minutes_of_case)


def minutes_to_approve(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To who may approve them: drafts, the oldest first."""
    rows = permitted(Minutes.objects.select_related("meeting__case"), actor, "approve", at=at)
    return [
        Todo(
            kind="Protokoll",
            colour="danger" if at >= due_at(one) else "info",
            title=f"Justera protokollet i {one.meeting.case.number}",
            text=f"{one.meeting.get_kind_display()} {swedish.moment(one.meeting.starts_at, at)}.",
            url=reverse("meetings:minutes_approve", args=[one.ref]),
            verb="Justera",
            due_at=due_at(one),
            case_id=one.meeting.case_id,
        )
        for one in rows.order_by("made_at", "pk")[:MOST_TO_DO]
    ]


TODO.append(minutes_to_approve)


def ways_to_minutes(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """A message about approved minutes leads to them, for those who may still read them."""
    wanted = {n.pk: ref for n in told if (ref := uuid_or_none(n.occasion.partition(":")[2]))}
    read = set(permitted(Minutes.objects.filter(ref__in=wanted.values()), actor, at=at).values_list("ref", flat=True))
    return {pk: (reverse("meetings:minutes", args=[ref]), "Läs") for pk, ref in wanted.items() if ref in read}


MESSAGE_WAY[APPROVED] = ways_to_minutes
