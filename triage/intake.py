"""What the intake adds to the layer below: messages about owners, and hooks that keep every concern owned (P-T10)."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from hub.access import Actor, permitted
from hub.actions.messages import MESSAGES
from hub.contributions import ASSIGNMENT_ENDED, MESSAGE_WAY, PERSON_CHANGED, RECUSED
from hub.models import MessageGroup, Notification
from hub.outbox import AT_LEAST_ONCE, GROUPS
from triage.actions.known import when_person_changes
from triage.actions.owners import when_assignment_ends, when_recused
from triage.models import PreliminaryAssessment
from triage.panels import PANELS, Panel

#: Kind of message → what it says. Only a number: nothing of who or why (P-T5).
OURS = {
    "concern_arrived": "Orosanmälan {number} har kommit in och väntar på att tas emot.",
    "concern_given": "Du är nu ansvarig för orosanmälan {number}. Kvittera att du har tagit över.",
    "concern_moved": "Orosanmälan {number} har fått en ny ansvarig.",
}


def ways_to_the_concern(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """Each message leads to the report, or straight to the concern where the actor sees one child of it only."""
    numbers = {message.reference for message in told}
    mine = permitted(PreliminaryAssessment.objects.filter(report__number__in=numbers), actor, at=at)
    found: dict[str, list[PreliminaryAssessment]] = {}
    for assessment in mine.select_related("report").order_by("position"):
        found.setdefault(assessment.report.number, []).append(assessment)
    return {
        message.pk: (
            reverse("triage:concern", args=[rows[0].ref])
            if len(rows) == 1
            else reverse("triage:report", args=[rows[0].report.ref]),
            "Öppna",
        )
        for message in told
        if (rows := found.get(message.reference))
    }


MESSAGES.update(OURS)
# It may be about danger: the mail is sent again when its sending was interrupted.
AT_LEAST_ONCE.add("concern_arrived")
GROUPS.update(dict.fromkeys(OURS, MessageGroup.PARTY))
MESSAGE_WAY.update(dict.fromkeys(OURS, ways_to_the_concern))
ASSIGNMENT_ENDED.append(when_assignment_ends)
RECUSED.append(when_recused)
PERSON_CHANGED.append(when_person_changes)


def show_on_the_concern() -> None:
    """Who the child is and who owns the concern, on its page."""
    from triage.views import concern

    PANELS.append(Panel(concern.child_block, order=5))
    PANELS.append(Panel(concern.ownership_block, order=60))


show_on_the_concern()
