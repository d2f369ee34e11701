"""Elias' plan as his family gets it: the school's measure is there by consent, once a meeting has agreed on it."""

from typing import Any

from actionplans import actions, family
from actionplans.models import Goal, Measure, Plan
from actionplans.paper import PlanPaper
from consent.paper.language import SOURCE
from hub.access import Actor
from meetings.letters.whom import Told
from meetings.models import Meeting
from tests.cast import NOW, PAPER, World, draft_paper, name_contacts, register_elias, sign
from tests.gatherings import gather
from tests.plans import goal_of, measure_of, plan_of

#: The school gives what it does to the social services.
GIVEN = {**PAPER, "school": {"social": ("measures_and_plan",)}}


def planned(world: World) -> Plan:
    """A goal with what Kim does, and what Sam does at school; Elias and his mother are asked to a meeting."""
    register_elias(world)
    world.session = sign(world, draft_paper(world, paper=GIVEN))
    name_contacts(world)
    plan = plan_of(world)
    goal = goal_of(world, plan)
    measure_of(world, plan, goal=goal)
    measure_of(world, plan, "sam", by="sam", goal=goal, text="Möter Elias vid dörren.")
    gather(world)
    return plan


def agreed(plan: Plan) -> Plan:
    """A meeting has agreed on what stands in it."""
    Plan.objects.filter(pk=plan.pk).update(version=1)
    plan.refresh_from_db()
    return plan


def asked(plan: Plan, actor: Actor) -> tuple[Meeting, list[Told]]:
    meeting = family.occasion(plan, actor, at=NOW)
    assert meeting is not None
    return meeting, family.recipients(meeting, actor, at=NOW)


def paper(world: World, plan: Plan, who: int = 0, code: str = SOURCE, only: Any = None) -> PlanPaper:
    """The paper for Elias (0) or his mother (1), by Kim."""
    kim = world.kim.actor
    meeting, rows = asked(plan, kim)
    lines = family.lines_for_family(plan, kim, at=NOW)
    lines = lines if only is None else lines.only(only)
    return family.paper_for(rows[who], plan, meeting, lines, kim, code=code, at=NOW)


def goal(plan: Plan) -> Goal:
    return Goal.objects.get(plan=plan, last_version=None)


def measure(plan: Plan) -> Measure:
    return Measure.objects.get(plan=plan, last_version=None, text__startswith="Ringer")


def translated(plan: Plan, by: Actor, text: str = "إلياس يذهب إلى المدرسة.", version: int = 0) -> Any:
    return actions.translate(goal(plan), part="text", language="ar", text=text, row_version=version, by=by, at=NOW)
