"""Parties and seats: proposed, active, left (P-A13), and who sits where, from when to when (P-A2)."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from hub.access import Actor, may, require
from hub.actions.messages import cancel_messages, notify
from hub.audit import record
from hub.contributions import CASE_CHANGED, SEATS_ENDED
from hub.errors import Conflict
from hub.models import (
    Agency,
    Assignment,
    Case,
    CaseSeat,
    Participation,
    PartyRole,
    Recusal,
    Role,
    SeatKind,
)
from hub.policy import not_recused


class Recused(Exception):
    """The person has declared jäv toward the individual (P-A12)."""


class WrongSeat(Exception):
    """The assignment cannot hold this seat: another agency, another role, or not in force."""


def _view_case() -> Permission:
    return Permission.objects.get(content_type__app_label="hub", codename="view_case")


@transaction.atomic
def propose_party(case: Case, agency: Agency, *, role: str, by: Actor, at: datetime) -> Participation:
    """Propose an agency by role. Nothing is sent, listed or shown to it until a ground exists (P-A13).

    Where a ground is in force already (a paper named the agency, or it was a party before), it is active at once.

    Raises:
        Denied: the actor does not lead the case.
        Conflict: the agency is already a party of the case.
    """
    require(case, by, "lead", at=at)
    if Participation.objects.not_ended(at=at).filter(case=case, agency=agency).exists():
        raise Conflict("Verksamheten är redan part i ärendet.")
    party = Participation.objects.create(
        municipality_id=case.municipality_id, case=case, agency=agency, role=role, proposed_at=at
    )
    record(
        "party.proposed",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[party, agency],
    )
    for effect in CASE_CHANGED:
        effect(case, by, at)
    party.refresh_from_db()
    return party


def set_active_from(party: Participation, active_from: datetime | None, *, at: datetime) -> None:
    """Store the first instant at which a ground involving the agency is in force; called by the layer of grounds.

    A party that has been active stays so until it ends (P-A2: when consent ends while the seat lasts, the case and
    own items remain). An instant that still lies ahead moves with its ground.
    """
    if party.active_from == active_from or (party.active_from is not None and party.active_from <= at):
        return
    if not Participation.objects.filter(pk=party.pk, active_from=party.active_from).update(active_from=active_from):
        raise Conflict
    cancel_messages("party_active", case=party.case, agency_id=party.agency_id, at=at)
    party.active_from = active_from
    if active_from is None:
        return
    told_at = max(active_from, at)
    notify(
        "party_active",
        assignments=namers_of(party.agency_id, individual=party.case.individual_id, at=told_at),
        case=party.case,
        municipality_id=party.municipality_id,
        told_at=told_at,
    )
    record(
        "party.active",
        actor=None,
        municipality_id=party.municipality_id,
        at=at,
        individual=party.case.individual_id,
        case=party.case_id,
        objects=[party],
        detail={"active_from": active_from.isoformat()},
    )


def set_known_from(party: Participation, known_from: datetime | None, *, at: datetime) -> None:
    """Store from when the other parties may know of the party, and it of them; called by the layer of grounds.

    As `set_active_from`: what has come stays, and an instant that still lies ahead moves with its ground.
    """
    if party.known_from == known_from or (party.known_from is not None and party.known_from <= at):
        return
    if not Participation.objects.filter(pk=party.pk, known_from=party.known_from).update(known_from=known_from):
        raise Conflict
    party.known_from = known_from


def namers_of(agency_id: int, *, individual: int, at: datetime) -> list[int]:
    """The assignments that name the agency's contacts with this individual (id), without those who know the family."""
    namers = Assignment.objects.usable(at=at).filter(Q(names_contacts=True) | Q(role=Role.MANAGER))
    of_agency = namers.filter(unit__agency_id=agency_id)
    return list(not_recused(of_agency, individual, at).values_list("pk", flat=True))


@transaction.atomic
def give_seat(party: Participation, assignment: Assignment, *, kind: str, by: Actor | None, at: datetime) -> CaseSeat:
    """Seat an assignment of the party's own agency from `at` on. The caller has checked who may.

    Raises:
        WrongSeat: the assignment is of another agency, not in a case role, or not in force.
        Recused: its user has declared jäv.
    """
    usable = Assignment.objects.usable(at=at).select_related("unit", "user").filter(pk=assignment.pk).first()
    if usable is None or usable.unit.agency_id != party.agency_id or usable.role in NEVER_SEATED:
        raise WrongSeat
    individual = party.case.individual_id
    if Recusal.objects.filter(user_id=usable.user_id, individual=individual, at__lte=at).exists():
        raise Recused
    standing = CaseSeat.objects.not_over(at=at).filter(assignment=usable, content_object=party.case_id, kind=kind)
    held: CaseSeat | None = standing.filter(participation=party).first()
    if held is not None:
        return held
    # From an earlier time as a party, ended since: that seat never reads again, so it must not stand in the way.
    end_seats(list(standing), by=by, at=at, reason="party_again")
    seat: CaseSeat = CaseSeat.objects.create(
        municipality_id=party.municipality_id,
        content_object=party.case,
        participation=party,
        assignment=usable,
        user_id=usable.user_id,
        permission=_view_case(),
        kind=kind,
        valid_from=at,
    )
    record(
        "seat.given",
        actor=by,
        municipality_id=party.municipality_id,
        at=at,
        individual=individual,
        case=party.case_id,
        objects=[seat, usable],
        detail={"kind": kind},
    )
    if by is None or usable.pk != by.assignment_id:
        notify(
            "seat_given",
            assignments=[usable.pk],
            case=party.case,
            municipality_id=party.municipality_id,
            told_at=max(at, party.active_from or at),
        )
    return seat


NEVER_SEATED = frozenset({Role.REVIEWER, Role.ADMINISTRATOR, Role.PROGRAMME})


def end_seats(seats: list[CaseSeat], *, by: Actor | None, at: datetime, reason: str) -> None:
    """End these seats at `at`; a substitute period that lies ahead is taken away whole."""
    for seat in seats:
        if seat.valid_from >= at:
            CaseSeat.objects.filter(pk=seat.pk).delete()
        else:
            CaseSeat.objects.not_over(at=at).filter(pk=seat.pk).update(valid_to=at)
        record(
            "seat.ended",
            actor=by,
            municipality_id=seat.municipality_id,
            at=at,
            case=seat.content_object_id,
            objects=[seat],
            detail={"kind": seat.kind, "reason": reason, "assignment": seat.assignment_id},
        )
    for effect in SEATS_ENDED:
        effect(seats, at)


def _open_seats(party: Participation, *kinds: str, at: datetime) -> list[CaseSeat]:
    return list(party.seats.not_over(at=at).filter(kind__in=kinds).order_by("pk"))


@transaction.atomic
def name_contact(
    party: Participation, *, contact: Assignment, deputy: Assignment | None, by: Actor, at: datetime
) -> None:
    """The agency names its own contact and deputy; whoever is replaced keeps nothing (P-A2, P-A13).

    Raises:
        Denied: the actor may not name contacts there, or the party is not active.
        WrongSeat, Recused: see `give_seat`. Conflict: contact and deputy are the same person.
    """
    require(party, by, "name_contact", at=at)
    if deputy is not None and deputy.user_id == contact.user_id:
        raise Conflict("Kontakt och ersättare måste vara två olika personer.")
    wanted = {SeatKind.CONTACT: contact, SeatKind.DEPUTY: deputy}
    for kind, assignment in wanted.items():
        kinds = [kind] + ([SeatKind.SUBSTITUTE] if kind == SeatKind.DEPUTY else [])
        gone = [
            seat
            for seat in _open_seats(party, *kinds, at=at)
            if assignment is None or seat.assignment_id != assignment.pk
        ]
        end_seats(gone, by=by, at=at, reason="replaced")
        _tell_ended(gone, party, at=at)
        if assignment is not None:
            give_seat(party, assignment, kind=kind, by=by, at=at)


def _tell_ended(seats: list[CaseSeat], party: Participation, *, at: datetime) -> None:
    notify(
        "seat_ended",
        assignments=[seat.assignment_id for seat in seats],
        case=party.case,
        municipality_id=party.municipality_id,
        told_at=at,
    )


@transaction.atomic
def replace_lead(
    case: Case, *, kind: str, assignment: Assignment, by: Actor, at: datetime, checked: bool = False
) -> CaseSeat:
    """Seat a new coordinator, officer or lots of the owner agency; the former keeps nothing.

    `checked` is for callers that have authorised by a rule of their own (a manager after jäv).

    Raises:
        Denied, WrongSeat, Recused.
    """
    if not checked:
        require(case, by, "lead", at=at)
    party = case.participations.get(role=PartyRole.OWNER, ended_at=None)
    gone = [seat for seat in _open_seats(party, kind, at=at) if seat.assignment_id != assignment.pk]
    seat = give_seat(party, assignment, kind=kind, by=by, at=at)
    end_seats(gone, by=by, at=at, reason="replaced")
    _tell_ended(gone, party, at=at)
    return seat


@transaction.atomic
def register_substitute(deputy: CaseSeat, *, from_at: datetime, to_at: datetime, by: Actor, at: datetime) -> CaseSeat:
    """Register "ersätter från–till": the deputy's seat is awake in `[from_at, to_at)` (P-A2).

    Raises:
        Denied: the actor is neither the deputy nor names contacts there.
        Conflict: the period lies in the past, runs backwards, or overlaps one that is registered.
    """
    require(deputy, by, "substitute", at=at)
    if to_at <= max(from_at, at):
        raise Conflict("Perioden måste sluta efter att den börjar, och kan inte redan ha gått.")
    start = max(from_at, at, deputy.valid_from)
    overlapping = CaseSeat.objects.not_over(at=start).filter(
        assignment_id=deputy.assignment_id,
        content_object_id=deputy.content_object_id,
        kind=SeatKind.SUBSTITUTE,
        valid_from__lt=to_at,
    )
    if overlapping.exists():
        raise Conflict("Det finns redan en registrerad period som går in i den här.")
    seat = CaseSeat.objects.create(
        municipality_id=deputy.municipality_id,
        content_object_id=deputy.content_object_id,
        participation_id=deputy.participation_id,
        assignment_id=deputy.assignment_id,
        user_id=deputy.user_id,
        permission_id=deputy.permission_id,
        kind=SeatKind.SUBSTITUTE,
        valid_from=start,
        valid_to=to_at,
    )
    record(
        "seat.substitute",
        actor=by,
        at=at,
        case=deputy.content_object_id,
        objects=[seat],
        detail={"from": start.isoformat(), "to": to_at.isoformat()},
    )
    return seat


@transaction.atomic
def end_participation(party: Participation, *, reason: str, by: Actor, at: datetime) -> None:
    """End a party's place: it keeps its own items, the case number and the dates, nothing else (P-A2 2c).

    Seats are left as they are: an ended party's seats do not read, and who sat at the end is what 2c asks.

    Raises:
        Denied: the actor neither leads the case nor names contacts for the party.
        Conflict: it has already ended, or is the owner.
    """
    if not (may(party, by, "lead", at=at) or may(party, by, "name_contact", at=at)):
        require(party, by, "lead", at=at)
    if party.role == PartyRole.OWNER:
        raise Conflict("Ansvarig socialtjänst lämnar ett ärende genom att avsluta det.")
    hit = Participation.objects.not_ended(at=at).filter(pk=party.pk).update(ended_at=at, end_reason=reason)
    if not hit:
        raise Conflict("Partens medverkan är redan avslutad.")
    party.refresh_from_db()
    cancel_messages("party_active", case=party.case, agency_id=party.agency_id, at=at)
    for effect in CASE_CHANGED:
        effect(party.case, by, at)
    seated = party.seats.awake().in_force(at=at).values_list("assignment_id", flat=True)
    notify(
        "party_ended",
        assignments=seated,
        case=party.case,
        municipality_id=party.municipality_id,
        told_at=at,
    )
    record(
        "party.ended",
        actor=by,
        at=at,
        individual=party.case.individual_id,
        case=party.case_id,
        objects=[party],
    )
