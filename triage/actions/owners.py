"""One named owner at all times: handing over, receiving, and never leaving a concern without one (P-T10)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from hub import actions as hub_actions
from hub.access import Actor, require
from hub.actions.parties import end_seats
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Assignment, Recusal
from triage.actions.assessing import lock_open
from triage.deadlines import follow
from triage.models import Ownership, PreliminaryAssessment
from triage.policy import INTAKE_ROLES


def may_own(assignment: Assignment, assessment: PreliminaryAssessment, *, at: datetime) -> bool:
    """In force, in an intake role of social services, and not recused from the child."""
    usable = Assignment.objects.usable(at=at).filter(pk=assignment.pk, role__in=INTAKE_ROLES)
    if not usable.filter(unit__agency__kind="socialtjanst").exists():
        return False
    recused = Recusal.objects.filter(user_id=assignment.user_id, individual=assessment.individual_id, at__lte=at)
    return assessment.individual_id is None or not recused.exists()


@transaction.atomic
def hand_over(
    assessment: PreliminaryAssessment, *, to: Assignment, reason: str, by: Actor | None, at: datetime
) -> Ownership:
    """Give a concern to somebody else, who has it from this instant; a receipt is asked for (P-T5).

    Args:
        by: None where the system hands it over because the owner is gone.

    Raises:
        Denied; Conflict: it has ended; Invalid: no reason, or somebody who cannot own it.
    """
    if by is not None:
        require(assessment, by, "handle", at=at)
    locked = lock_open(assessment)
    if not reason:
        raise Invalid({"reason": "Skriv varför anmälan lämnas över."})
    if locked.owner_id == to.pk:
        raise Conflict("Anmälan har redan den ansvariga.")
    if not may_own(to, locked, at=at):
        raise Invalid({"to": "Personen kan inte ta över anmälan. Välj någon annan."})
    Ownership.objects.filter(assessment=locked, valid_to=None).update(valid_to=at)
    given = Ownership.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        assignment=to,
        valid_from=at,
        reason=reason,
        given_by_id=by.assignment_id if by else None,
        received_at=at if by and by.assignment_id == to.pk else None,
    )
    former = locked.owner
    PreliminaryAssessment.objects.filter(pk=locked.pk).update(owner=to, row_version=F("row_version") + 1)
    assessment.refresh_from_db()
    _reseat(assessment, former, to, by=by, at=at)
    record(
        "concern.owner_changed",
        actor=by,
        at=at,
        municipality_id=locked.municipality_id,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, given, to],
    )
    follow([locked.pk], at=at)
    return given


def _reseat(
    assessment: PreliminaryAssessment, former: Assignment, to: Assignment, *, by: Actor | None, at: datetime
) -> None:
    """The new owner sits in the child's case and the former keeps nothing, where both are of the agency (P-A2)."""
    case = assessment.case
    if case is None:
        return
    seats = list(case.seats.not_over(at=at).filter(assignment=former).select_related("participation"))
    for seat in seats:
        if to.unit.agency_id == seat.participation.agency_id:
            hub_actions.give_seat(seat.participation, to, kind=seat.kind, by=by, at=at)
    end_seats(seats, by=by, at=at, reason="replaced")


@transaction.atomic
def receive_ownership(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Ownership:
    """The receipt: "I have taken over".

    Raises:
        Denied; Conflict: the actor is not the owner, or has given the receipt.
    """
    require(assessment, by, "handle", at=at)
    mine = Ownership.objects.filter(
        assessment=assessment, assignment_id=by.assignment_id, valid_to=None, received_at=None
    )
    if not mine.update(received_at=at):
        raise Conflict("Anmälan är redan kvitterad, eller har en annan ansvarig.")
    received: Ownership = Ownership.objects.get(assessment=assessment, valid_to=None)
    record(
        "concern.owner_received",
        actor=by,
        at=at,
        individual=assessment.individual_id,
        case=assessment.case_id,
        objects=[assessment, received],
    )
    return received
