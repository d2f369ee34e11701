"""Jäv and break-glass: leaving at once, and opening with a reason (P-A9, P-A12)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hub.access import Actor, require
from hub.actions.messages import notify
from hub.actions.parties import end_seats
from hub.audit import record
from hub.contributions import RECUSED
from hub.models import (
    Assignment,
    BreakGlass,
    BreakGlassKind,
    Case,
    CaseSeat,
    Individual,
    Recusal,
    Role,
)
from hub.policy import not_recused

BREAK_GLASS_PERIOD = timedelta(minutes=60)


@transaction.atomic
def recuse(individual: Individual, *, reason: str, by: Actor, at: datetime) -> Recusal:
    """ "Jag känner familjen": every seat of the user with this individual ends at once; managers are told (P-A12).

    Raises:
        Denied: the actor has nothing to do with the individual.
    """
    require(individual, by, "read", at=at)
    recusal, _new = Recusal.objects.get_or_create(
        user_id=by.user_id,
        individual=individual,
        defaults={"municipality_id": individual.municipality_id, "at": at, "reason": reason},
    )
    for effect in RECUSED:
        effect(individual, by.user_id, at)
    seats = list(
        CaseSeat.objects.not_over(at=at)
        .filter(user_id=by.user_id, content_object__individual=individual)
        .select_related("content_object__owner_unit", "participation")
    )
    record("recusal", actor=by, at=at, individual=individual.pk, objects=[recusal])
    end_seats(seats, by=by, at=at, reason="recusal")
    for seat in seats:
        notify(
            "lead_needed",
            assignments=_who_reassigns(seat, by=by, at=at),
            case=seat.content_object,
            municipality_id=individual.municipality_id,
            told_at=at,
        )
    BreakGlass.objects.filter(
        assignment__user_id=by.user_id, individual=individual, valid_to__gt=at, valid_from__lt=at
    ).update(valid_to=at)
    return recusal


def _who_reassigns(seat: CaseSeat, *, by: Actor, at: datetime) -> list[int]:
    """The managers of the seat's unit, whoever names contacts in its agency, and the others who lead the case.

    Nobody who has declared jäv about the same person.
    """
    namers = Assignment.objects.usable(at=at).filter(
        Q(names_contacts=True) | Q(role=Role.MANAGER), unit__agency_id=seat.participation.agency_id
    )
    leads = CaseSeat.objects.in_force(at=at).filter(
        content_object=seat.content_object_id,
        participation__agency_id=seat.content_object.owner_unit.agency_id,
    )
    found = {*namers.values_list("pk", flat=True), *leads.values_list("assignment_id", flat=True)}
    told = not_recused(Assignment.objects.filter(pk__in=found), seat.content_object.individual_id, at)
    return sorted(set(told.values_list("pk", flat=True)) - {by.assignment_id})


@transaction.atomic
def break_glass(
    individual: Individual, *, kind: str, reason: str, case: Case | None, by: Actor, at: datetime
) -> BreakGlass:
    """Open own-agency items, or protected fields for a seat holder, for 60 minutes; the manager is told (P-A9).

    Raises:
        Denied: the rule of the kind does not let the actor.
    """
    action = "break_glass" if kind == BreakGlassKind.OWN_ITEMS else "open_protected"
    require(individual, by, action, at=at)
    opening = BreakGlass.objects.create(
        municipality_id=individual.municipality_id,
        assignment_id=by.assignment_id,
        individual=individual,
        kind=kind,
        reason=reason,
        valid_from=at,
        valid_to=at + BREAK_GLASS_PERIOD,
    )
    record(
        "break_glass",
        actor=by,
        at=at,
        individual=individual.pk,
        case=case.pk if case else None,
        objects=[opening],
        ground={"break_glass": opening.pk},
        detail={"kind": kind},
    )
    managers = Assignment.objects.usable(at=at).filter(role=Role.MANAGER, unit__agency_id=by.agency_id)
    notify(
        "break_glass",
        assignments=not_recused(managers.exclude(pk=by.assignment_id), individual.pk, at).values_list("pk", flat=True),
        case=case,
        municipality_id=individual.municipality_id,
        told_at=at,
    )
    return opening
