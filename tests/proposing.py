"""Proposals of times in the cast's world: Elias' meeting falls due on 23-30 March, and so do others of Kim's youths."""

from datetime import date
from typing import Any

from django.core.cache import cache

from hub import actions as hub_actions
from hub.models import Case
from meetings import actions, planner
from meetings.models import Proposal
from tests.cast import NOW, START, World, person
from tests.gatherings import room

#: The four weeks that are planned.
FIRST_DAY, LAST_DAY = date(2026, 3, 9), date(2026, 4, 3)


def another(world: World, number: int = 1) -> Case:
    """One more youth whom Kim coordinates, in insats since START."""
    kim = world.kim.actor
    youth = hub_actions.register_individual(
        person(f"Ung{chr(64 + number)}", "Berg", date(2009, 6, number)), by=kim, at=START
    )
    return hub_actions.open_case(youth, form="SIG", phase="insats", by=kim, at=START, newly_registered=True)


def asked_for(world: World, *, by: str = "kim", **fields: Any) -> Proposal:
    """What Kim asks for: four weeks, an hour with a quarter before it."""
    wanted = {"first_day": FIRST_DAY, "last_day": LAST_DAY, "minutes": 60, "officials_minutes": 15}
    return actions.ask_for_proposal(**{**wanted, **fields}, by=world.members[by].actor, at=NOW)


def ready(world: World, others: int = 0, *, by: str = "kim") -> Proposal:
    """A proposal that is made, of Elias' meeting and those of `others`."""
    room(world)
    for number in range(1, others + 1):
        another(world, number)
    proposal = asked_for(world, by=by)
    cache.delete(planner.LOCK)
    planner.make_due(now=lambda: NOW)
    world.look()
    proposal.refresh_from_db()
    return proposal
