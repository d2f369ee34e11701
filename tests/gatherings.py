"""Meetings in the cast's world: Kim gathers Elias' contacts in the room Granen on a Thursday in March."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hub import actions as hub_actions
from hub.models import Assignment, Case
from meetings import actions
from meetings.models import Meeting, Room
from tests.cast import NOW, START, World, person

#: Ten days after NOW, a Thursday at nine.
THURSDAY = START + timedelta(days=10)
HOUR = timedelta(hours=1)


def room(world: World, name: str = "Granen", place: str = "Spånga torg 1", capacity: int = 8) -> Room:
    """A room of Kim's agency, made once in a world."""
    found, _new = Room.objects.get_or_create(
        municipality=world.kommun,
        agency=world.social,
        name=name,
        defaults={"place": place, "capacity": capacity, "valid_from": START - timedelta(days=365)},
    )
    return found


def when(starts_at: datetime = THURSDAY, minutes: int = 60, **others: Any) -> actions.When:
    return replace(actions.When(starts_at, starts_at + timedelta(minutes=minutes)), **others)


def guests(world: World, *names: str, family: bool = True) -> actions.Guests:
    """Kim, Pia and Sam unless others are named; with Elias and his mother."""
    officials: list[Assignment] = [world.members[name].assignment for name in names or ("kim", "pia", "sam")]
    return actions.Guests(officials, family=[world.elias.person, world.eva.person] if family else [])


def gather(
    world: World,
    *names: str,
    at: datetime = NOW,
    starts_at: datetime = THURSDAY,
    officials_minutes: int = 0,
    **others: Any,
) -> Meeting:
    """A network meeting booked by Kim."""
    return actions.book(
        world.case,
        when(starts_at, **others),
        guests(world, *names),
        officials_minutes=officials_minutes,
        by=world.kim.actor,
        at=at,
    )


def another(world: World, name: str, by: str) -> Case:
    """A case of another youth, led by this member."""
    actor = world.members[by].actor
    youth = hub_actions.register_individual(person(name, "Alm", date(2010, 4, 4)), by=actor, at=START)
    return hub_actions.open_case(youth, form="SIG", phase="insats", by=actor, at=START, newly_registered=True)
