"""The screen on the page of a meeting: start it, and afterwards read what was written and decided (P-M7)."""

from datetime import datetime

from django.urls import reverse

from hub import swedish
from hub.access import Actor, may, permitted
from meetings import screen
from meetings.actions.holding import EARLY
from meetings.models import Meeting, MeetingDecision, MeetingState
from meetings.panels import panel


@panel(20)
def hold_block(meeting: Meeting, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The way in for who leads it; what was said for who leads or manages, own decisions for whose they are."""
    going = meeting.state in (MeetingState.PLANNED, MeetingState.OPEN)
    leads = going and may(meeting, actor, "lead", at=at)
    found = None if going else screen.look(meeting, actor, at=at)
    decided = found.decided if found else list(_decided(meeting, actor, at))
    points = found.points if found else []
    if not (leads or points or decided):
        return None
    return {
        "template": "meetings/_screen_panel.html",
        "hold_url": reverse("meetings:hold", args=[meeting.ref]) if leads else "",
        "open_url": reverse("meetings:hold_open", args=[meeting.ref]),
        "open": meeting.state == MeetingState.OPEN,
        "can_start": at >= meeting.starts_at - EARLY,
        "starts_from": swedish.moment(meeting.starts_at - EARLY, at),
        "points": points,
        "decided": decided,
        "objects": [*(text.of for text in (found.texts if found else ()) if text.text), *decided],
    }


def _decided(meeting: Meeting, actor: Actor, at: datetime) -> list[MeetingDecision]:
    rows = permitted(MeetingDecision.objects.filter(meeting=meeting), actor, at=at).select_related("owner__user")
    return list(rows.order_by("pk"))
