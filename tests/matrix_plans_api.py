"""The API of plans: who gets what, as on the pages (P-P1, P-P2). Leisure has no API (P-A14)."""

from collections.abc import Mapping
from typing import Any

from actionplans.models import Goal, Measure
from tests.cast import World
from tests.matrix import LEADS, Row, case, nothing, status
from tests.matrix_api import ALL, READERS, SCREEN, key, read_by
from tests.matrix_meetings_screen import SEES
from tests.matrix_plans import a_goal, kims, ongoing, pias, planned, rated, with_plan
from tests.plans import LEVELS

#: The police and the school read a goal and Kim's measure by consent, Mona as manager; none of them changes it.
READ_ONLY = status(("pia", "sam", "mona"), 403)
OF_PLAN = status((*LEADS, "mona"))


def a_plan(world: World) -> Mapping[str, Any]:
    return {"ref": planned(world).ref}


def rated_goal(world: World) -> Mapping[str, Any]:
    rated(world)
    return a_goal(world)


def followed_measure(world: World) -> Mapping[str, Any]:
    rated(world)
    return kims(world)


def sent(**fields: object) -> Any:
    return lambda world: fields


def goal_sent(world: World) -> Mapping[str, Any]:
    text = {"text": "Elias går i skolan.", "baseline": "Är borta två dagar i veckan."}
    return {"area": "school", **text, "levels": LEVELS}


def measure_sent(world: World) -> Mapping[str, Any]:
    days = {"starts_on": "2026-03-02", "due_on": "2026-04-30"}
    who = world.kim.assignment.ref
    return {"text": "Ringer varje dag.", "responsible": who, "goal": Goal.objects.get().ref, **days, "hours": "1.5"}


def found_sent(world: World) -> Mapping[str, Any]:
    measure = Measure.objects.get(agency=world.social)
    return {
        "goals": [{"goal": Goal.objects.get().ref, "level": -1}],
        "measures": [{"measure": measure.ref, "state": "not_possible", "note": "Elias har ingen telefon."}],
    }


def look(route: str, kwargs: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, anonymous=401)


def call(
    route: str, kwargs: Any, json: Any, expect: Mapping[str, int], headers: Any = key, method: str = "POST"
) -> Row:
    return Row(
        route=f"api:{route}",
        method=method,
        kwargs=kwargs,
        json=json,
        headers=headers,
        expect={**expect, **SCREEN},
        anonymous=401,
    )


GOAL_READ = read_by("kim", "api:goal", a_goal)
PLAN_READ = read_by("kim", "api:plan", a_plan)
MEASURE_READ = read_by("kim", "api:measure", kims)

ROWS = [
    look("plans", nothing, ALL),
    look("own_measures", nothing, ALL),
    look("plan", a_plan, OF_PLAN),
    look("case_plan", case, READERS),
    look("case_plan", with_plan, READERS),
    look("goals", with_plan, READERS),
    look("measures", with_plan, READERS),
    look("goal", a_goal, READERS),
    look("goal_history", rated_goal, READERS),
    look("measure", kims, READERS),
    look("measure", pias, {"pia": 200}),
    look("measure_history", followed_measure, READERS),
    look("plan_follow_ups", ongoing, status(LEADS) | SEES),
    call("case_plan", case, sent(reference="GP-1"), status(LEADS, 201) | READ_ONLY),
    call(
        "plan_close",
        a_plan,
        sent(outcome="as_planned"),
        status(LEADS) | {"mona": 403},
        read_by("kim", "api:plan", a_plan),
    ),
    call("goals", with_plan, goal_sent, status(LEADS, 201) | {"mona": 403}),
    call("goal", a_goal, goal_sent, status(LEADS) | READ_ONLY, GOAL_READ, "PUT"),
    call("goal_end", a_goal, sent(reached=False, reason="Inte aktuellt."), status(LEADS) | READ_ONLY, GOAL_READ),
    call("measures", with_plan, measure_sent, status(LEADS, 201) | {"pia": 422, "sam": 422, "mona": 403}),
    call("measure", kims, measure_sent, status(LEADS) | READ_ONLY, MEASURE_READ, "PUT"),
    call("measure", kims, sent(), status(LEADS, 204) | READ_ONLY, MEASURE_READ, "DELETE"),
    call("measure_done", kims, sent(note="Klart."), {"kim": 200, "lovisa": 403} | READ_ONLY, MEASURE_READ),
    call("measure_done", pias, sent(note="Vi sågs."), {"pia": 200}, read_by("pia", "api:measure", pias)),
    call("plan_follow_ups", ongoing, found_sent, status(LEADS) | SEES, read_by("kim", "api:plan_follow_ups", ongoing)),
]
