"""A plan in the cast's world: Kim writes it for Elias, with a goal about school and what Pia and Kim do."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from actionplans import actions
from actionplans.actions.following import to_follow_up, to_rate
from actionplans.models import Area, Goal, Measure, Plan
from hub.access import Actor, permitted
from meetings.models import Meeting
from tests.cast import NOW, START_DAY, World

LEVELS = (
    "Är borta fler dagar än nu.",
    "Är borta två dagar i veckan.",
    "Är i skolan fyra dagar i veckan.",
    "Är i skolan varje dag.",
    "Är i skolan varje dag och gör läxorna.",
)
SCHOOL = actions.GoalFacts(
    area=Area.SCHOOL,
    text="Elias går till skolan.",
    own_words="Jag vill klara nian.",
    baseline="Är borta två dagar i veckan.",
    levels=LEVELS,
    why="Elias vill gå fordonsprogrammet.",
)


def plan_of(world: World, at: datetime = NOW) -> Plan:
    return actions.start_plan(world.case, reference="GP-77", by=world.kim.actor, at=at)


def goal_of(world: World, plan: Plan, at: datetime = NOW, **others: Any) -> Goal:
    return actions.add_goal(plan, replace(SCHOOL, **others), by=world.kim.actor, at=at)


def doing(world: World, who: str = "kim", **others: Any) -> actions.MeasureFacts:
    facts = actions.MeasureFacts(
        text="Ringer Elias varje måndag.",
        responsible=world.members[who].assignment,
        starts_on=START_DAY,
        due_on=START_DAY + timedelta(days=60),
        hours=Decimal("0.5"),
    )
    return replace(facts, **others)


def measure_of(
    world: World, plan: Plan, who: str = "kim", by: str = "kim", at: datetime = NOW, **others: Any
) -> Measure:
    return actions.add_measure(plan, doing(world, who, **others), by=world.members[by].actor, at=at)


def followed(meeting: Meeting, *, by: Actor, at: datetime = NOW) -> None:
    """Whatever one may read in the plan of the case is rated and followed up, so that the meeting can end."""
    for goal in permitted(to_rate(meeting), by, at=at):
        actions.rate(goal, meeting, level=0, by=by, at=at)
    for measure in permitted(to_follow_up(meeting), by, at=at):
        actions.follow_up(measure, meeting, state="ongoing", by=by, at=at)
