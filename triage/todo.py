"""What the queue asks somebody to do on the home page: a manager what is late, an owner what has least time left."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from hub import swedish
from hub.access import Actor
from hub.at_once import at_once
from hub.context import reverse_or_none
from hub.contributions import NAV_COUNT, TODO, Todo
from hub.models import AgencyKind, Role
from triage import queue
from triage.models import Colour
from triage.policy import INTAKE_ROLES
from triage.todo_judging import to_judge, unjudged

#: One's own concerns on the home page; the rest are in the queue.
MOST = 5
MOST_UNJUDGED = 25
#: Clocks that ask for the decision; what else is due has a row of its own from who builds it.
ASKS_FOR_DECISION = frozenset({"red", "orange", "decision"})
_STATUS = {Colour.RED.value: "rod", Colour.ORANGE.value: "orange", Colour.GREEN.value: "gron", "": "outline"}


def _receives(actor: Actor) -> bool:
    return actor.agency_kind == AgencyKind.SOCIALTJANST and actor.role in INTAKE_ROLES


def late_ones(actor: Actor, at: datetime) -> Sequence[Todo]:
    """For a manager: how many are late now, and how many of them are red."""
    if not _receives(actor) or actor.role != Role.MANAGER:
        return []
    counts = queue.count(actor, at)
    address = reverse("triage:queue")
    rows = []
    if counts.late:
        title = swedish.plural(counts.late, "orosanmälan är försenad", "orosanmälningar är försenade")
        red, late_red = counts.late_red, f"{address}?farg=red&sena=1"
        rows.append(
            Todo(
                kind="Försenat",
                colour="danger",
                title=f"{swedish.plural(red, 'röd', 'röda')} {'försenad' if red == 1 else 'försenade'}"
                if red
                else title,
                text=f"{title}. Varje försening står kvar i uppföljningen.",
                url=late_red if red else f"{address}?sena=1",
                verb="Visa",
            )
        )
    if counts.not_received:
        title = swedish.plural(counts.not_received, "orosanmälan är inte mottagen", "orosanmälningar är inte mottagna")
        rows.append(
            Todo(
                kind="Nytt",
                colour="warn",
                title=title,
                text="De kom in via formulär eller från ett annat system. Tiden löper sedan de kom in.",
                url=address,
                verb="Visa",
            )
        )
    return rows


def concerns(actor: Actor, at: datetime) -> Sequence[Todo]:
    """For an owner: one's concerns with the least time left, and those that nobody has judged. Two queries."""
    if not _receives(actor):
        return []
    rows = queue.with_parts(queue.in_order(actor, at))
    found = at_once(
        {"own": rows.filter(own=True, due__isnull=False), "unjudged": unjudged(rows, actor, at)}, most=MOST_UNJUDGED
    )
    own = found["own"][:MOST]
    clocks = queue.clocks_of({row.pk for row in (*own, *found["unjudged"])})
    due = {pk: each.due_at for pk, of_one in clocks.items() for each in of_one if each.kind == "protection"}
    return [
        *_own_ones([queue.line(row, clocks.get(row.pk, ()), at) for row in own], at),
        *to_judge(found["unjudged"], due, at),
    ]


def _own_ones(lines: Sequence[queue.Line], at: datetime) -> Sequence[Todo]:
    """By number and never by name (R33)."""
    rows = []
    for line in lines:
        clock_line, concern = line.pressing, line.assessment
        if clock_line is None or clock_line.kind not in ASKS_FOR_DECISION:
            continue
        rows.append(
            Todo(
                kind=queue.WORDS[concern.colour],
                colour=_STATUS[concern.colour],
                title=f"{clock_line.word.partition(',')[0]} i {concern.report.number}",
                text=f"{line.child}.",
                url=_address(line),
                verb="Öppna",
                due_at=clock_line.due_at,
                case_id=concern.case_id,
            )
        )
    return rows


def _address(line: queue.Line) -> str:
    return reverse_or_none("triage:concern", line.assessment.ref) or reverse("triage:queue")


TODO.extend((late_ones, concerns))
NAV_COUNT["triage:queue"] = queue.urgent
