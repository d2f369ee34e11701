"""Opening, moving and closing a case."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from hub import clock
from hub.access import Actor, require
from hub.actions.messages import notify
from hub.actions.parties import give_seat
from hub.actions.people import require_social_services
from hub.audit import record
from hub.contributions import CASE_CHANGED, CLOSING_CHECK, INDIVIDUAL_CHANGED, PHASE_CHECK
from hub.errors import Conflict
from hub.models import (
    Agency,
    Assignment,
    Case,
    CaseNumbers,
    CaseSeat,
    Individual,
    Participation,
    PartyRole,
    Phase,
    Role,
    SeatKind,
    Unit,
)
from hub.states import Moves, move, target

#: Phase moves (P-A6). Closing is its own deed, with an outcome.
PHASES: Moves = {
    ("inled", Phase.FORHANDSBEDOMNING): Phase.UTREDNING,
    ("besluta insats", Phase.FORHANDSBEDOMNING): Phase.INSATS,
    ("besluta insats", Phase.UTREDNING): Phase.INSATS,
    ("följ upp", Phase.INSATS): Phase.UPPFOLJNING,
    ("ta upp insatsen igen", Phase.UPPFOLJNING): Phase.INSATS,
    ("utred igen", Phase.INSATS): Phase.UTREDNING,
}
CLOSE: Moves = {("avsluta", phase): Phase.AVSLUTAT for phase in Phase if phase != Phase.AVSLUTAT}


class NotYet(Exception):
    """The case cannot be closed yet; `reasons` are sentences for the user."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


def next_case_number(municipality_id: int, *, year: int) -> str:
    """The next number of the kommun and year, such as S-2026-0012. The row lock makes two of them differ."""
    CaseNumbers.objects.get_or_create(municipality_id=municipality_id, year=year)
    CaseNumbers.objects.filter(municipality_id=municipality_id, year=year).update(last=F("last") + 1)
    last = CaseNumbers.objects.get(municipality_id=municipality_id, year=year).last
    return f"S-{year}-{last:04}"


def _seat_kind(role: str) -> str:
    kinds = {Role.COORDINATOR: SeatKind.COORDINATOR, Role.LOTS: SeatKind.LOTS}
    return kinds.get(Role(role), SeatKind.OFFICER)


@transaction.atomic
def open_case(
    individual: Individual,
    *,
    form: str,
    phase: str,
    court_ordered: bool = False,
    by: Actor,
    at: datetime,
    newly_registered: bool = False,
) -> Case:
    """Open a case in the actor's unit, with the actor seated in it and the district frozen (P-A6, "Words").

    `newly_registered`: the individual was registered in this very transaction, so no seat exists yet.

    Raises:
        Denied: the actor is not of social services, or may not work with the individual.
    """
    require_social_services(by)
    if not newly_registered:
        require(individual, by, "work", at=at)
    agency = Agency.objects.get(pk=by.agency_id)
    case = Case.objects.create(
        municipality_id=by.municipality_id,
        number=next_case_number(by.municipality_id, year=clock.local_day(at).year),
        individual=individual,
        form=form,
        phase=phase,
        phase_from=at,
        insats_from=at if phase == Phase.INSATS else None,
        owner_unit_id=by.unit_id,
        district_id=agency.district_id,
        court_ordered=court_ordered,
        opened_at=at,
    )
    party = Participation.objects.create(
        municipality_id=by.municipality_id,
        case=case,
        agency=agency,
        role=PartyRole.OWNER,
        proposed_at=at,
        active_from=at,
        known_from=at,
    )
    record(
        "case.opened",
        actor=by,
        at=at,
        individual=individual.pk,
        case=case.pk,
        objects=[case],
        detail={"form": form, "phase": phase},
    )
    give_seat(party, Assignment.objects.get(pk=by.assignment_id), kind=_seat_kind(by.role), by=by, at=at)
    _clocks_follow(case, at=at)
    return case


def _clocks_follow(case: Case, *, at: datetime) -> None:
    for effect in INDIVIDUAL_CHANGED:
        effect([case.individual_id], at)


@transaction.atomic
def change_phase(case: Case, event: str, *, by: Actor, at: datetime, checked: bool = False) -> Case:
    """Move the case by an event of `PHASES`. What consent covers follows the phase at once (P-A6).

    `checked` is for callers that have authorised by a rule of their own (a decision on a concern).

    Raises:
        Denied, IllegalMove, StaleState; NotYet with reasons: another layer has to decide first.
    """
    if not checked:
        require(case, by, "lead", at=at)
    if reasons := [reason for check in PHASE_CHECK for reason in check(case, event)]:
        raise NotYet(reasons)
    former = case.phase
    begins = case.insats_from is None and target(event, former, PHASES) == Phase.INSATS
    move(case, event, PHASES, field="phase", phase_from=at, insats_from=at if begins else case.insats_from)
    for effect in CASE_CHANGED:
        effect(case, by, at)
    record(
        "case.phase_changed",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[case],
        detail={"from": former, "to": case.phase},
    )
    return case


@transaction.atomic
def move_to_unit(case: Case, unit: Unit, *, by: Actor, at: datetime, checked: bool = False) -> Case:
    """Another unit of the same agency answers for the case from now on; its manager sees it, the former's does not.

    `checked` as of `change_phase`.

    Raises:
        Denied; Conflict: another agency's unit, a closed case, or somebody else moved it first.
    """
    if not checked:
        require(case, by, "assign", at=at)
    former = case.owner_unit
    if unit.pk == former.pk:
        return case
    if unit.agency_id != former.agency_id:
        raise Conflict("Ärendet kan bara flyttas till en enhet i samma verksamhet.")
    running = Case.objects.filter(pk=case.pk, owner_unit=former, closed_at=None)
    if not running.update(owner_unit=unit, row_version=F("row_version") + 1):
        raise Conflict("Ärendet är avslutat, eller har redan flyttats.")
    case.refresh_from_db()
    _clocks_follow(case, at=at)
    record(
        "case.moved",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[case, former, unit],
        detail={"from": former.pk, "to": unit.pk},
    )
    return case


def closing_obstacles(case: Case, *, by: Actor, at: datetime) -> list[str]:
    """Why the case cannot be closed yet, from every layer."""
    return [reason for check in CLOSING_CHECK for reason in check(case, by, at)]


@transaction.atomic
def close_case(case: Case, *, outcome: str, note: str, by: Actor, at: datetime, checked: bool = False) -> Case:
    """Close with an outcome: every party's place ends at this instant, own items remain readable (P-A2 2c).

    `checked` as of `change_phase`.

    Raises:
        Denied; NotYet with reasons; IllegalMove, StaleState if it is closed already.
    """
    if not checked:
        require(case, by, "close", at=at)
    if reasons := closing_obstacles(case, by=by, at=at):
        raise NotYet(reasons)
    if not outcome:
        raise Conflict("Ett avslutat ärende måste ha ett utfall.")
    seated = list(
        CaseSeat.objects.awake()
        .in_force(at=at)
        .filter(content_object=case, participation__active_from__lte=at, participation__ended_at=None)
        .exclude(assignment_id=by.assignment_id)
        .values_list("assignment_id", flat=True)
    )
    move(case, "avsluta", CLOSE, field="phase", phase_from=at, closed_at=at, outcome=outcome, outcome_note=note)
    Participation.objects.filter(case=case, ended_at=None).update(ended_at=at, end_reason="ärendet avslutat")
    for effect in CASE_CHANGED:
        effect(case, by, at)
    _clocks_follow(case, at=at)
    notify("case_closed", assignments=seated, case=case, municipality_id=case.municipality_id, told_at=at)
    record(
        "case.closed",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[case],
        detail={"outcome": outcome},
    )
    return case
