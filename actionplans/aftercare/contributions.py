"""What the end of a case and what follows it add to lower layers: blocks, things to do, the check of closing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from actionplans.actions.closing import TAKEN_OVER, seal, why_not_closed
from actionplans.aftercare.deadlines import AFTERCARE, DUE_MESSAGE, LATE_MESSAGE
from actionplans.aftercare.points import open_point
from actionplans.aftercare.standing import standing_paper
from actionplans.models import AfterPaper, Closing, Handover, Plan
from hub import swedish
from hub.access import Actor, may, permitted
from hub.actions.messages import MESSAGES
from hub.contributions import CASE_CHANGED, CASE_PANEL, CLOSING_CHECK, MESSAGE_WAY, TODO, Todo
from hub.models import Case, Deadline, Notification, Role

MOST = 10

MESSAGES[TAKEN_OVER] = "I ärende {number} står vad er verksamhet tar över. Läs det innan ärendet avslutas."

CLOSING_CHECK.append(why_not_closed)
CASE_CHANGED.append(seal)


def end_of_case(case: Case, actor: Actor, at: datetime) -> dict[str, object] | None:
    """The way to the end of the case, and to what follows it, for those whom the rules let in there."""
    closing = permitted(Closing.objects.filter(case=case), actor, at=at).first()
    lines = list(permitted(Handover.objects.filter(case=case), actor, at=at, about=case.individual_id)[:1])
    leads = case.closed_at is None and may(case, actor, "lead", at=at)
    cares = may(case, actor, "look_after", at=at)
    begins = leads and closing is None and Plan.objects.filter(case=case).exists()
    if not (closing or lines or begins or cares):
        return None
    paper = standing_paper(case) if cares else None
    return {
        "template": "actionplans/_case_end.html",
        "aside": True,
        "closing": closing,
        "reads_closing": bool(closing or lines),
        "begins": begins,
        "cares": cares,
        "paper": paper,
        "open": open_point(case, at=at) if cares else None,
        "closing_url": reverse("actionplans:closing", args=[case.ref]),
        "after_url": reverse("actionplans:after", args=[case.ref]),
        "groups_url": reverse("actionplans:after_groups") if cares and actor.role == Role.MANAGER else "",
        "objects": [*([closing] if closing else []), *lines, *([paper] if paper else [])],
    }


CASE_PANEL.append(end_of_case)


def to_follow_up(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Ended cases whose time has come, the one that closes first on top."""
    papers = permitted(AfterPaper.objects.filter(ended_at=None, case__closed_at__lte=at), actor, "look_after", at=at)
    rows = Deadline.objects.open().filter(kind=AFTERCARE, case__in=papers.values("case")).select_related("case")
    found = []
    for row in rows.order_by("due_at", "pk"):
        if row.case is None or (point := open_point(row.case, at=at)) is None or str(point.months) != row.occasion:
            continue
        found.append(
            Todo(
                kind="Uppföljning",
                colour="info",
                title=f"Fråga hur det har gått efter {row.case.number}",
                text=f"{point.months} månader efter avslutet. Fråga senast {swedish.day(point.last_day)}.",
                url=reverse("actionplans:after", args=[row.case.ref]),
                verb="Fråga",
                due_at=row.due_at,
                case_id=row.case_id,
            )
        )
    return found[:MOST]


TODO.append(to_follow_up)


def way_to_follow_up(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """To what follows the case, for those who look after it."""
    rows = permitted(Case.objects.filter(pk__in=[one.case_id for one in told]), actor, "look_after", at=at)
    refs: dict[int | None, UUID] = dict(rows.values_list("pk", "ref"))
    return {
        one.pk: (reverse("actionplans:after", args=[refs[one.case_id]]), "Till uppföljningen")
        for one in told
        if one.case_id in refs
    }


def way_to_handover(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """To what one's agency takes over, while it may be read."""
    rows = Handover.objects.filter(case__in=[one.case_id for one in told])
    refs: dict[int | None, UUID] = dict(permitted(rows, actor, at=at).values_list("case", "case__ref"))
    return {
        one.pk: (reverse("actionplans:closing", args=[refs[one.case_id]]), "Läs vad ni tar över")
        for one in told
        if one.case_id in refs
    }


MESSAGE_WAY[DUE_MESSAGE] = MESSAGE_WAY[LATE_MESSAGE] = way_to_follow_up
MESSAGE_WAY[TAKEN_OVER] = way_to_handover
