"""The routes of plans: who gets what (P-P1, P-P2). Kim and Lovisa lead; Mona manages; Pia and Sam are contacts.

The plan has a goal of Kim's about school, with a measure that Kim does and one that Pia does for the police.
"""

from collections.abc import Mapping
from typing import Any

from actionplans import actions
from actionplans.models import Goal, Measure, Plan
from tests.cast import NOW, SECOND, World
from tests.matrix import CONTACTS, LEADS, READERS, Row, case, status
from tests.matrix_meetings_screen import SEES, going_on
from tests.plans import LEVELS, goal_of, measure_of, plan_of

KNOWS = status(CONTACTS, 404) | {"mona": 403}


def planned(world: World) -> Plan:
    """Begun before the meeting that goes on at NOW; made once for the whole matrix."""
    standing = Plan.objects.filter(case=world.case).first()
    if standing is not None:
        return standing
    going_on(world)  # it follows a meeting that was held before there was a plan
    plan = plan_of(world, at=NOW - SECOND)
    goal = goal_of(world, plan, at=NOW - SECOND)
    measure_of(world, plan, at=NOW - SECOND, goal=goal)
    measure_of(world, plan, "pia", by="pia", at=NOW - SECOND, text="Träffar Elias på fritidsgården.")
    return plan


def with_plan(world: World) -> Mapping[str, Any]:
    return {"ref": planned(world).case.ref}


def a_goal(world: World) -> Mapping[str, Any]:
    return {"ref": Goal.objects.get(plan=planned(world)).ref}


def kims(world: World) -> Mapping[str, Any]:
    return {"ref": Measure.objects.get(plan=planned(world), agency=world.social).ref}


def pias(world: World) -> Mapping[str, Any]:
    return {"ref": Measure.objects.get(plan=planned(world), agency=world.police).ref}


def ongoing(world: World) -> Mapping[str, Any]:
    planned(world)
    return {"ref": going_on(world).ref}


def rated(world: World) -> Mapping[str, Any]:
    """A meeting that has rated the goal and followed Kim's measure up."""
    meeting, goal, measure = going_on(world), a_goal(world), kims(world)
    kim = world.kim.actor
    actions.rate(Goal.objects.get(**goal), meeting, level=-1, note="En dag borta.", by=kim, at=NOW)
    actions.follow_up(Measure.objects.get(**measure), meeting, state="ongoing", by=kim, at=NOW)
    return with_plan(world)


def no_goal(world: World) -> Mapping[str, Any]:
    return {}


def said_otherwise(world: World) -> Mapping[str, Any]:
    return {
        "row_version": 1,
        "area": "school",
        "text": "Elias går i skolan.",
        "baseline": "Är borta två dagar i veckan.",
        **{f"level_{n}": text for n, text in enumerate(LEVELS, 1)},
    }


def given_up(world: World) -> Mapping[str, Any]:
    return {"row_version": 1, "reached": "nej", "reason": "Inte aktuellt längre."}


def version(world: World) -> Mapping[str, Any]:
    return {"row_version": 1}


def ended(world: World) -> Mapping[str, Any]:
    return {"row_version": 1, "outcome": "as_planned"}


def both(route: str, kwargs: Any, data: Any, posted: Mapping[str, int], shown: Mapping[str, int]) -> list[Row]:
    return [
        Row(route=f"actionplans:{route}", kwargs=kwargs, expect=shown),
        Row(route=f"actionplans:{route}", method="POST", kwargs=kwargs, data=data, expect=posted, anonymous=401),
    ]


ROWS = [
    Row(route="actionplans:plan", kwargs=case, expect=status(READERS)),
    Row(route="actionplans:plan", kwargs=with_plan, expect=status(READERS)),
    Row(route="actionplans:history", kwargs=rated, expect=status(READERS)),
    Row(
        route="actionplans:start",
        method="POST",
        kwargs=case,
        data=no_goal,
        expect=status(LEADS, 302) | status((*CONTACTS, "mona"), 403),
        anonymous=401,
    ),
    *both("goal_new", with_plan, no_goal, status(LEADS, 422) | KNOWS, status(LEADS) | KNOWS),
    # Police and school read the goal by consent; leisure gets nothing of the kind.
    *both(
        "goal_change",
        a_goal,
        said_otherwise,
        status(LEADS, 302) | status(("pia", "sam", "mona"), 403),
        status(LEADS) | status(("pia", "sam", "mona"), 403),
    ),
    *both(
        "goal_end",
        a_goal,
        given_up,
        status(LEADS, 302) | status(("pia", "sam", "mona"), 403),
        status(LEADS) | status(("pia", "sam", "mona"), 403),
    ),
    *both(
        "measure_new",
        with_plan,
        no_goal,
        status((*LEADS, *CONTACTS), 422) | {"mona": 403},
        status((*LEADS, *CONTACTS)) | {"mona": 403},
    ),
    *both(
        "measure_change",
        kims,
        no_goal,
        status(LEADS, 422) | status(("pia", "sam", "mona"), 403),
        status(LEADS) | status(("pia", "sam", "mona"), 403),
    ),
    *both("measure_change", pias, no_goal, {"pia": 422}, {"pia": 200}),
    *both(
        "measure_remove",
        kims,
        version,
        status(LEADS, 302) | status(("pia", "sam", "mona"), 403),
        status(LEADS) | status(("pia", "sam", "mona"), 403),
    ),
    *both(
        "measure_done",
        kims,
        version,
        {"kim": 302} | status(("lovisa", "pia", "sam", "mona"), 403),
        {"kim": 200} | status(("lovisa", "pia", "sam", "mona"), 403),
    ),
    *both("measure_done", pias, version, {"pia": 302}, {"pia": 200}),
    *both("close", with_plan, ended, status(LEADS, 302) | KNOWS, status(LEADS) | KNOWS),
    Row(
        route="actionplans:follow",
        method="POST",
        kwargs=ongoing,
        data=no_goal,
        expect=status(LEADS, 302) | SEES,
        anonymous=401,
    ),
    Row(route="meetings:hold", kwargs=ongoing, expect=status(LEADS) | SEES),
    Row(route="hub:case", kwargs=with_plan, expect=status(READERS)),
]
