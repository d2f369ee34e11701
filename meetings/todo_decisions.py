"""What meetings decided that one is to do, for the home page (P-M7)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.contributions import TODO, Todo
from meetings.models import MeetingDecision

MOST = 10


def own_decisions(actor: Actor, at: datetime) -> Sequence[Todo]:
    """One's own, with the least time left first."""
    rows = MeetingDecision.objects.filter(owner=actor.assignment_id, result="").select_related("meeting__case")
    found = permitted(rows, actor, "follow_up", at=at).order_by("due_on", "pk")[:MOST]
    today = clock.local_day(at)
    return [
        Todo(
            kind="Beslut",
            colour="danger" if decision.due_on < today else "info",
            title=f"Gör klart: {decision.text}",
            text=f"Bestämdes på möte i {decision.meeting.case.number}. Klart senast {swedish.day(decision.due_on)}.",
            url=reverse("meetings:decision", args=[decision.ref]),
            verb="Hur gick det?",
            due_at=clock.end_of_day(decision.due_on),
            case_id=decision.meeting.case_id,
        )
        for decision in found
    ]


TODO.append(own_decisions)
