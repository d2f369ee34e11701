"""Word of a question or a call: to the home page, to messages and mail. Numbers and times, never about whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from hub import swedish
from hub.access import Actor, permitted
from hub.actions.messages import MESSAGES
from hub.contributions import MESSAGE_WAY, TODO, Todo
from hub.models import Notification
from hub.outbox import AT_LEAST_ONCE
from triage.models import CallState, HubCall, KnowledgeCheck
from triage.policy import INTAKE_ROLES
from triage.sla import knowledge_due

MESSAGES.update(
    {
        "knowledge_asked": "Er enhet är tillfrågad inför en hubb ({number}). Svara vad ni känner till.",
        "knowledge_asked_red": "Brådskar: er enhet är tillfrågad inför en hubb ({number}). Svara genast.",
    }
)
AT_LEAST_ONCE.add("knowledge_asked_red")
MOST = 25
#: A planned call is on the home page from this long before it begins.
SOON = timedelta(hours=12)


def due_of(check: KnowledgeCheck) -> datetime:
    return knowledge_due(check.asked_at, jour=check.jour)


def waiting_checks(actor: Actor, *, at: datetime) -> list[KnowledgeCheck]:
    """Questions that wait for an answer of the actor's unit, the longest waiting first."""
    rows = permitted(KnowledgeCheck.objects.select_related("assessment__report"), actor, "answer", at=at)
    return list(rows.order_by("asked_at", "pk")[:MOST])


def questions(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Questions to the actor's unit, by their number and the time left."""
    return [
        Todo(
            kind="Kännedom",
            colour="danger" if due_of(check) <= at else "warn",
            title=f"Svara om {check.assessment.report.number}",
            text="Er enhet är tillfrågad inför en hubb. Svara vad ni känner till om barnet.",
            url=reverse("triage:check", args=[check.ref]),
            verb="Svara",
            due_at=due_of(check),
        )
        for check in waiting_checks(actor, at=at)
    ]


def calls(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Calls that go on or soon begin, for those who can be in them."""
    if actor.role not in INTAKE_ROLES:
        return []
    rows = permitted(HubCall.objects.all(), actor, at=at).filter(
        state__in=(CallState.PLANNED, CallState.OPEN), starts_at__lt=at + SOON
    )
    return [
        Todo(
            kind="Hubb",
            colour="danger" if call.state == CallState.OPEN else "info",
            title=f"Hubb {swedish.moment(call.starts_at, at)}",
            text="Pågår nu." if call.state == CallState.OPEN else "Gå in när hubben öppnas.",
            url=reverse("triage:hub", args=[call.ref]),
            verb="Gå till hubben",
        )
        for call in rows.order_by("starts_at", "pk")[:MOST]
    ]


def ways_to_the_question(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """A message about a question leads to it, for those who may still read it."""
    wanted = {n.pk: int(n.occasion.removeprefix("check:")) for n in told if n.occasion.startswith("check:")}
    found = {c.pk: c for c in permitted(KnowledgeCheck.objects.filter(pk__in=wanted.values()), actor, at=at)}
    return {
        pk: (
            reverse("triage:check", args=[found[check].ref]),
            "Se svaret" if found[check].answered_at else "Svara",
        )
        for pk, check in wanted.items()
        if check in found
    }


TODO.extend((questions, calls))
MESSAGE_WAY["knowledge_asked"] = ways_to_the_question
MESSAGE_WAY["knowledge_asked_red"] = ways_to_the_question
