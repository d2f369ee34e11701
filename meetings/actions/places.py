"""Rooms, and times that are kept free for network meetings: what an agency's administrator arranges (P-M3)."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction

from hub.access import Actor, Denied, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Agency, Role
from hub.policy_admin import administered_agencies, administers
from meetings.models import Room, StandingSlot

MOST_PEOPLE = 500


def arranged_agencies(actor: Actor, *, at: datetime) -> list[Agency]:
    """The agencies whose places the actor arranges: those one administers; as a manager the own one.

    The same who may `change` their rooms (policy.administered).
    """
    if administers(actor, at):
        return list(administered_agencies(actor, at).order_by("name", "pk"))
    if actor.in_force(at=at) and actor.role == Role.MANAGER:
        return list(Agency.objects.filter(pk=actor.agency_id))
    return []


def refuse_ended(room: Room | None, *, on: datetime) -> None:
    """Raises Invalid where the room is not in use any more at that instant, whoever proposed it."""
    if room is not None and not Room.objects.in_force(at=on).filter(pk=room.pk).exists():
        raise Invalid({"room": f"{room.name} används inte längre. Välj en annan lokal."})


@transaction.atomic
def add_room(agency: Agency, *, name: str, place: str, capacity: int, by: Actor, at: datetime) -> Room:
    """A room that can be booked from now on.

    Raises:
        Denied: not the actor's to arrange. Invalid: a room of that name is there already, or holds nobody.
    """
    _require(agency, by, at)
    _check(agency, name, capacity, but=None, at=at)
    made = Room.objects.create(
        municipality_id=by.municipality_id, agency=agency, name=name, place=place, capacity=capacity, valid_from=at
    )
    record("room.added", actor=by, at=at, objects=[made, agency])
    return made


@transaction.atomic
def change_room(room: Room, *, name: str, place: str, capacity: int, row_version: int, by: Actor, at: datetime) -> Room:
    """Another name, address or size. Booked meetings stay, also where the room is now smaller.

    Raises:
        Denied; Invalid as `add_room`. Conflict: changed or ended meanwhile.
    """
    require(room, by, "change", at=at)
    locked = _locked(room, row_version, at=at)
    _check(locked.agency, name, capacity, but=locked.pk, at=at)
    locked.name, locked.place, locked.capacity = name, place, capacity
    locked.row_version += 1
    locked.save(update_fields=["name", "place", "capacity", "row_version"])
    record("room.changed", actor=by, at=at, objects=[locked])
    return locked


@transaction.atomic
def end_room(room: Room, *, row_version: int, by: Actor, at: datetime) -> None:
    """The room cannot be booked any more, and standing times in it end; booked meetings stay.

    Raises:
        Denied; Conflict: changed or ended meanwhile.
    """
    require(room, by, "change", at=at)
    locked = _locked(room, row_version, at=at)
    for slot in StandingSlot.objects.filter(room=locked, valid_to=None):
        _end(slot, by=by, at=at)
    _over(locked, at=at)
    record("room.ended", actor=by, at=at, objects=[locked])


@transaction.atomic
def add_standing_slot(
    agency: Agency,
    *,
    weekdays: Sequence[int],
    starts: time,
    minutes: int,
    room: Room | None,
    by: Actor,
    at: datetime,
) -> StandingSlot:
    """A weekly time that is kept free for network meetings, from now on.

    Args:
        weekdays: ISO, 1 Monday to 5 Friday.
        minutes: 15 to 480.

    Raises:
        Denied; Invalid: no such weekday or length, over midnight, or another agency's room.
    """
    _require(agency, by, at)
    days = sorted(set(weekdays))
    if not days or not set(days) <= {1, 2, 3, 4, 5}:
        raise Invalid({"weekdays": "Välj en eller flera dagar, måndag till fredag."})
    if not 15 <= minutes <= 480:
        raise Invalid({"minutes": "Tiden är minst 15 minuter och högst 8 timmar."})
    if starts.hour * 60 + starts.minute + minutes > 24 * 60:
        raise Invalid({"minutes": "Tiden ska sluta före midnatt."})
    if room is not None and (room.agency_id != agency.pk or room.valid_to is not None):
        raise Invalid({"room": "Lokalen finns inte längre. Välj en annan."})
    made = StandingSlot.objects.create(
        municipality_id=by.municipality_id,
        agency=agency,
        room=room,
        weekdays=days,
        starts=starts,
        minutes=minutes,
        valid_from=at,
    )
    record("standing_slot.added", actor=by, at=at, objects=[made, agency])
    return made


@transaction.atomic
def end_standing_slot(slot: StandingSlot, *, by: Actor, at: datetime) -> None:
    """The time is not kept free any more; booked meetings stay.

    Raises:
        Denied; Conflict: ended meanwhile.
    """
    require(slot, by, "change", at=at)
    locked = StandingSlot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if locked.valid_to is not None:
        raise Conflict("Tiden är redan borttagen.")
    _end(locked, by=by, at=at)


# --- how it is done --------------------------------------------------------------------------------------------------


def _require(agency: Agency, by: Actor, at: datetime) -> None:
    if agency.pk not in {one.pk for one in arranged_agencies(by, at=at)}:
        raise Denied("arrange places", agency)


def _check(agency: Agency, name: str, capacity: int, *, but: int | None, at: datetime) -> None:
    if not 1 <= capacity <= MOST_PEOPLE:
        raise Invalid({"capacity": f"Skriv hur många som får plats, 1 till {MOST_PEOPLE}."})
    alike = Room.objects.filter(agency=agency, name__iexact=name, valid_to=None).exclude(pk=but)
    if alike.exists():
        raise Invalid({"name": "Det finns redan en lokal med det namnet."})


def _locked(room: Room, row_version: int, *, at: datetime) -> Room:
    locked: Room = Room.objects.select_for_update(of=("self",)).select_related("agency").get(pk=room.pk)
    if locked.row_version != row_version or locked.valid_to is not None:
        raise Conflict("Lokalen har ändrats sedan du öppnade den. Läs igen och gör om ändringen.")
    return locked


def _over(row: Room | StandingSlot, *, at: datetime) -> None:
    """From `at` on; what began this very instant never was."""
    if row.valid_from >= at:
        raise Conflict("Den är just tillagd. Försök igen om en stund.")
    type(row)._base_manager.filter(pk=row.pk).update(valid_to=at)


def _end(slot: StandingSlot, *, by: Actor, at: datetime) -> None:
    _over(slot, at=at)
    record("standing_slot.ended", actor=by, at=at, objects=[slot])
