"""One named owner at all times: handing over, receiving, and never leaving a concern without one (P-T10, P-A12)."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from hub import actions as hub_actions
from hub.access import Actor, require
from hub.actions.messages import notify
from hub.actions.parties import end_seats
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import AgencyKind, Assignment, CaseSeat, Individual, Participation, Recusal, Role, SeatKind
from hub.policy import not_recused
from triage.actions.assessing import lock_open
from triage.deadlines import follow
from triage.models import AssessmentState, DutyShift, Ownership, PreliminaryAssessment, TriageSettings
from triage.policy import INTAKE_ROLES, PROTECTED

log = logging.getLogger("hub")

#: Why the system itself hands a concern over; the same words whether somebody has left or declared jäv.
GONE = "Den tidigare ansvariga kan inte längre vara ansvarig."
#: Why it takes a concern over about a child that the agency knows; the same words whoever the child is (P-A15).
TAKEN_OVER = "Mottagningen tar över."


def able_to_own(*, at: datetime) -> "QuerySet[Assignment]":
    """Everybody who may own concerns at all: in force, in an intake role of social services."""
    usable: QuerySet[Assignment] = Assignment.objects.usable(at=at)
    return usable.filter(role__in=INTAKE_ROLES, unit__agency__kind=AgencyKind.SOCIALTJANST)


def may_own(assignment: Assignment, assessment: PreliminaryAssessment, *, at: datetime) -> bool:
    """In force, in an intake role of social services, and not recused from the child."""
    if not able_to_own(at=at).filter(pk=assignment.pk).exists():
        return False
    recused = Recusal.objects.filter(user_id=assignment.user_id, individual=assessment.individual_id, at__lte=at)
    return assessment.individual_id is None or not recused.exists()


def on_duty(agency_id: int, *, municipality_id: int, at: datetime) -> "QuerySet[Assignment]":
    """Whoever has a shift now of the jour that the agency has arranged (P-T5)."""
    shift = DutyShift.objects.filter(assignment=OuterRef("pk"), municipality_id=municipality_id)
    served = TriageSettings.objects.in_force(at=at).filter(agency=agency_id, jour=OuterRef("unit__agency"))
    return able_to_own(at=at).filter(Exists(served), Exists(shift.in_force(at=at)))


def candidates_of(agency_id: int, *, municipality_id: int, at: datetime) -> "QuerySet[Assignment]":
    """Who could own a concern of the agency: its own people, and whoever is on duty for it at the jour (P-T5)."""
    duty = on_duty(agency_id, municipality_id=municipality_id, at=at)
    return able_to_own(at=at).filter(Q(unit__agency_id=agency_id) | Q(pk__in=duty.values("pk")))


def candidates(assessment: PreliminaryAssessment, *, at: datetime) -> "QuerySet[Assignment]":
    """As `candidates_of`, without those who are recused from the child."""
    people = candidates_of(assessment.report.agency_id, municipality_id=assessment.municipality_id, at=at)
    recused = Recusal.objects.filter(user=OuterRef("user"), individual=assessment.individual_id, at__lte=at)
    return people.filter(~Exists(recused))


def successor(
    assessment: PreliminaryAssessment, *, preferred: Assignment | None = None, without: int | None = None, at: datetime
) -> Assignment | None:
    """Who takes over when the owner is gone; None only where there is nobody at all who could.

    First whoever was named, then the unit's standing owner, a manager of the unit, anybody of the unit, the managers
    and the others of the agency, and last the jour on duty.

    Args:
        without: the id of a user who must not have it.
    """
    arranged = TriageSettings.objects.in_force(at=at).filter(agency=assessment.report.agency_id).first()
    rank = Case(
        When(pk=preferred.pk if preferred else 0, then=0),
        When(pk=arranged.standing_owner_id if arranged else 0, then=1),
        When(unit_id=assessment.unit_id, role=Role.MANAGER, then=2),
        When(unit_id=assessment.unit_id, then=3),
        When(unit__agency_id=assessment.report.agency_id, role=Role.MANAGER, then=4),
        When(unit__agency_id=assessment.report.agency_id, then=5),
        default=6,
    )
    people = candidates(assessment, at=at).exclude(user_id=without or 0)
    return people.select_related("unit").order_by(rank, "pk").first()


def strays(*, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    """Open concerns whose owner has left, lost the role, or is recused from the child."""
    able = able_to_own(at=at).filter(pk=OuterRef("owner"))
    recused = Recusal.objects.filter(user=OuterRef("owner__user"), individual=OuterRef("individual"), at__lte=at)
    return PreliminaryAssessment.objects.filter(~Exists(able) | Exists(recused), state=AssessmentState.OPEN)


@transaction.atomic
def rehome(
    concerns: "QuerySet[PreliminaryAssessment]",
    *,
    preferred: Assignment | None = None,
    without: int | None = None,
    reason: str = GONE,
    at: datetime,
) -> int:
    """Give each of these concerns to its next owner, who is told, as are the unit's managers; returns how many.

    Args:
        preferred, without: as of `successor`.
        reason: what stands in the history of owners.
    """
    moved = 0
    for assessment in concerns.select_related("report", "case", "owner__unit").order_by("pk"):
        to = successor(assessment, preferred=preferred, without=without, at=at)
        if to is None:
            log.error("concern %s has nobody who could own it", assessment.pk)
            continue
        if to.pk == assessment.owner_id:
            continue
        hand_over(assessment, to=to, reason=reason, by=None, at=at)
        _tell_managers(assessment, to, at=at)
        moved += 1
    return moved


def _tell_managers(assessment: PreliminaryAssessment, to: Assignment, *, at: datetime) -> None:
    """A protected child's concern is told of to nobody but its new owner (P-A8)."""
    if PreliminaryAssessment.objects.filter(PROTECTED, pk=assessment.pk).exists():
        return
    managers = able_to_own(at=at).filter(role=Role.MANAGER, unit_id=assessment.unit_id).exclude(pk=to.pk)
    if assessment.individual_id is not None:
        managers = not_recused(managers, assessment.individual_id, at)
    notify(
        "concern_moved",
        assignments=managers.values_list("pk", flat=True),
        case=None,
        reference=assessment.report.number,
        municipality_id=assessment.municipality_id,
        told_at=at,
    )


def when_assignment_ends(assignment: Assignment, replacement: Assignment | None, at: datetime) -> None:
    """The concerns of whoever leaves have a new owner in the same instant (P-A12)."""
    rehome(strays(at=at).filter(owner=assignment), preferred=replacement, at=at)


def when_recused(individual: Individual, user_id: int, at: datetime) -> None:
    """So have those of whoever declares jäv, about that child."""
    rehome(strays(at=at).filter(owner__user_id=user_id, individual=individual), at=at)


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
    if not candidates(locked, at=at).filter(pk=to.pk).exists():
        raise Invalid({"to": "Personen kan inte ta över anmälan. Välj någon annan."})
    standing = Ownership.objects.filter(assessment=locked, valid_to=None)
    standing.filter(valid_from__gte=at).delete()  # owned for no time at all
    standing.update(valid_to=at)
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
    if by is None or by.assignment_id != to.pk:
        notify(
            "concern_given",
            assignments=[to.pk],
            case=None,
            reference=locked.report.number,
            municipality_id=locked.municipality_id,
            told_at=at,
        )
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
    party = Participation.objects.not_ended(at=at).filter(case=case, agency_id=to.unit.agency_id).first()
    if party is not None:
        kinds = {seat.kind for seat in seats if seat.participation_id == party.pk}
        sits = CaseSeat.objects.in_force(at=at).filter(content_object=case, assignment=to).exists()
        for kind in sorted(kinds) or ([] if sits else [SeatKind.OFFICER]):
            hub_actions.give_seat(party, to, kind=kind, by=by, at=at)
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
