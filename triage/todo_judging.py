"""What judging asks somebody to do on the home page; never a name beside what is told (R33)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hub import swedish
from hub.access import Actor, permitted
from hub.contributions import TODO, Todo
from hub.models import Role
from triage import sla
from triage.models import (
    ColourChange,
    DutyShift,
    PreliminaryAssessment,
)
from triage.templatetags.triage_ui import LOOK

MOST = 25


def unjudged(rows: "QuerySet[Any]", actor: Actor, at: datetime) -> "QuerySet[Any]":
    """Of open concerns those without an assessment of the need of protection (R19) or a colour, first come first.

    Those that the actor answers for: own and as deputy; a manager the unit's, the jour those it is shown.

    Args:
        rows: loaded with `triage.queue.with_parts`.
    """
    rows = permitted(rows, actor, "handle", at=at).filter(Q(protection_done=False) | Q(colour=""))
    if actor.role != Role.MANAGER:
        own = Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id)
        rows = rows.filter(own | ~Q(report__agency_id=actor.agency_id))
    return rows.order_by("report__arrived_at", "pk")


def _number(assessment: PreliminaryAssessment) -> str:
    return f"{assessment.report.number}, barn {assessment.position}"


def to_judge(rows: Sequence[Any], due: Mapping[int, datetime], at: datetime) -> Sequence[Todo]:
    """What is to be done with those that are not judged.

    Args:
        due: concern (id) → when the assessment of protection is late.
    """
    return [
        *(_protection(row, due.get(row.pk), at) for row in rows if not row.protection_done),
        *(_colour(row, at) for row in rows if not row.colour),
    ]


def _protection(row: PreliminaryAssessment, due_at: datetime | None, at: datetime) -> Todo:
    return Todo(
        kind="Skydd",
        colour=LOOK.get(row.colour, "danger"),
        title=f"Gör skyddsbedömning i {_number(row)}",
        text=f"Kom in {swedish.moment(row.report.arrived_at, at)}. Bedömningen ska göras genast.",
        url=reverse("triage:protection", args=[row.ref]),
        verb="Bedöm",
        due_at=due_at,
        case_id=row.case_id,
    )


def _colour(row: PreliminaryAssessment, at: datetime) -> Todo:
    return Todo(
        kind="Färg",
        colour="warn",
        title=f"Sätt färg på {_number(row)}",
        text=f"Kom in {swedish.moment(row.report.arrived_at, at)}. Ingen har bedömt hur bråttom det är.",
        url=reverse("triage:colour", args=[row.ref]),
        verb="Sätt färg",
        case_id=row.case_id,
    )


def downgrades_to_confirm(actor: Actor, at: datetime) -> Sequence[Todo]:
    """Lowered colours that the actor, who is somebody else, can look at (P-T3)."""
    handled = permitted(PreliminaryAssessment.objects.all(), actor, "handle", at=at).filter(pk=OuterRef("assessment"))
    waiting = permitted(ColourChange.objects.filter(downgrade=True, confirmed_at=None), actor, at=at)
    rows = waiting.filter(Exists(handled)).exclude(set_by__user=actor.user_id).select_related("assessment__report")
    return [
        Todo(
            kind="Granska",
            colour="warn",
            title=f"Granska sänkt färg i {_number(row.assessment)}",
            text=f"{row.get_was_display()} blev {row.get_colour_display()} {swedish.moment(row.set_at, at)}. "
            "En annan än den som sänkte ska se på den.",
            url=reverse("triage:confirm", args=[row.ref]),
            verb="Granska",
            due_at=sla.confirmation_due(row.set_at),
            case_id=row.assessment.case_id,
        )
        for row in rows.order_by("set_at", "pk")[:MOST]
    ]


def shift_to_receive(actor: Actor, at: datetime) -> Sequence[Todo]:
    """A shift that has begun without a receipt (P-T5)."""
    rows = permitted(DutyShift.objects.filter(received_at=None), actor, "receive", at=at)
    return [
        Todo(
            kind="Jour",
            colour="danger",
            title="Kvittera jourpasset",
            text=f"Passet började {swedish.moment(row.valid_from, at)} och ingen har tagit över.",
            url=reverse("triage:shift", args=[row.ref]),
            verb="Ta över",
            due_at=row.valid_from,
        )
        for row in rows.in_force(at=at)  # type: ignore[attr-defined]  # a TemporalQuerySet
    ]


TODO.extend((downgrades_to_confirm, shift_to_receive))
