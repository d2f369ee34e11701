"""Plans over the API: what two clients do at once, what is sent twice, and what each reader gets (P-P1, P-P2)."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from actionplans import actions
from actionplans.models import Goal, Plan
from consent import actions as consent_actions
from hub.models import AuditEntry
from meetings.models import Participant
from tests.api_calls import KEY, problem
from tests.api_calls import post as answered
from tests.cast import NOW, World
from tests.holding import DURING, place, present, running
from tests.plans import LEVELS, SCHOOL, goal_of, measure_of, plan_of

pytestmark = pytest.mark.django_db

GOAL: dict[str, Any] = {
    "area": "school",
    "text": "Elias går till skolan.",
    "baseline": "Är borta två dagar i veckan.",
    "levels": list(LEVELS),
}


def post(client: Client, address: str, body: Any = None, method: str = "POST", **headers: str) -> Any:
    return answered(client, address, body, method, **headers)


def at(route: str, *args: object) -> str:
    return reverse(f"api:{route}", args=args)


def measure(world: World, who: str = "kim", **others: Any) -> dict[str, Any]:
    responsible = str(world.members[who].assignment.ref)
    days = {"starts_on": "2026-03-02", "due_on": "2026-04-30"}
    return {"text": "Ringer Elias.", "responsible": responsible, **days, "hours": "1.5", **others}


def tag(client: Client, address: str) -> str:
    return client.get(address).headers["ETag"]


def test_a_plan_is_begun_written_ticked_off_and_closed(world: World) -> None:
    kim = world.client("kim")
    begun = [post(kim, at("case_plan", world.case.ref), {"reference": "GP-1"}, Idempotency_Key=KEY) for _n in "ab"]
    assert [one.status_code for one in begun] == [201, 201]
    plan = Plan.objects.get()
    assert begun[0].headers["Location"] == at("plan", plan.ref)
    made = post(kim, at("goals", world.case.ref), GOAL, Idempotency_Key="nyckel-mal")
    assert made.json()["levels"] == list(LEVELS)
    goal = made.json()["ref"]
    short = post(kim, at("goals", world.case.ref), {**GOAL, "levels": list(LEVELS[:4])}, Idempotency_Key="nyckel-kort")
    assert [error["field"] for error in problem(short, "invalid")["errors"]] == ["levels"]

    done = post(kim, at("measures", world.case.ref), measure(world, goal=goal), Idempotency_Key="nyckel-atgard")
    ref = done.json()["ref"]
    assert (done.json()["hours"], done.json()["state"], done.json()["may"]) == (
        "1.5",
        "not_started",
        ["change", "tick_off"],
    )
    wrong = measure(world, due_on="2026-03-01", hours="för mycket")
    refused = problem(post(kim, at("measures", world.case.ref), wrong, Idempotency_Key="nyckel-fel"), "invalid")
    assert {error["field"] for error in refused["errors"]} == {"hours"}
    assert [row["ref"] for row in kim.get(at("own_measures")).json()["results"]] == [ref]

    read = tag(kim, at("measure", ref))
    ticked = post(kim, at("measure_done", ref), {"note": "Vi sågs."}, If_Match=read)
    assert (ticked.json()["state"], ticked.json()["note"]) == ("done", "Vi sågs.")
    problem(post(kim, at("measure_done", ref), {}, If_Match=read), "forbidden")
    whole = kim.get(at("case_plan", world.case.ref)).json()
    assert whole["counts"] | {"done": 1} == whole["counts"]
    assert (len(whole["goals"]), whole["plan"]["reference"], whole["may"]) == (1, "GP-1", ["lead", "contribute"])
    ended = post(kim, at("plan_close", plan.ref), {"outcome": "as_planned"}, If_Match=tag(kim, at("plan", plan.ref)))
    assert (ended.json()["plan"]["outcome"], ended.json()["may"]) == ("as_planned", [])
    deeds = AuditEntry.objects.filter(kind="deed").order_by("pk").values_list("action", flat=True)
    assert [deed for deed in deeds if deed.startswith(("plan.", "goal.", "measure."))] == [
        "plan.started",
        "goal.added",
        "measure.added",
        "measure.ticked_off",
        "plan.closed",
    ]


def test_what_was_read_before_another_change_is_refused(world: World) -> None:
    plan = plan_of(world)
    goal, kim = goal_of(world, plan), world.client("kim")
    own = measure_of(world, plan, goal=goal)
    goals, measures = at("goal", goal.ref), at("measure", own.ref)
    before = {one: tag(kim, one) for one in (goals, measures)}
    changed = post(kim, at("goal", goal.ref), {**GOAL, "text": "Elias är i skolan."}, "PUT", If_Match=before[goals])
    assert (changed.json()["text"], changed.json()["ref"]) == ("Elias är i skolan.", str(goal.ref))
    moved = post(kim, measures, measure(world), "PUT", If_Match=before[measures])
    assert (moved.status_code, moved.json()["ref"] == str(own.ref), moved.json()["goal"]) == (200, False, None)
    for body in ({**GOAL, "text": "Något annat."}, GOAL):
        problem(post(kim, goals, body, "PUT", If_Match=before[goals]), "changed")
    problem(post(kim, measures, measure(world), "PUT", If_Match=before[measures]), "conflict")
    problem(post(kim, at("goal", goal.ref), GOAL, "PUT"), "precondition-missing")
    assert Goal.objects.get().text == "Elias är i skolan."
    after = moved.json()["ref"]
    assert post(kim, at("measure", after), method="DELETE", If_Match=moved.headers["ETag"]).status_code == 204
    rows = kim.get(at("measures", world.case.ref)).json()["results"]
    assert [(row["last_version"], row["may"]) for row in rows] == [(0, []), (0, [])]
    assert kim.get(at("case_plan", world.case.ref)).json()["measures"] == []


def test_another_agency_reads_what_the_rule_gives_and_writes_its_own(world: World) -> None:
    plan = plan_of(world)
    goal = goal_of(world, plan, audience=(world.school.pk,))
    measure_of(world, plan, goal=goal)
    sam, pia = world.client("sam"), world.client("pia")
    assert pia.get(at("plans")).json()["results"] == []
    seen = pia.get(at("case_plan", world.case.ref)).json()
    assert (seen["plan"], seen["goals"], seen["may"]) == (None, [], ["contribute"])
    assert [(row["goal"], row["audience"]) for row in seen["measures"]] == [(None, None)]
    assert sam.get(at("goal", goal.ref)).json()["audience"] is None
    assert world.client("kim").get(at("goal", goal.ref)).json()["audience"] == [str(world.school.ref)]

    refused = post(pia, at("measures", world.case.ref), measure(world), Idempotency_Key=KEY)
    assert [error["field"] for error in problem(refused, "invalid")["errors"]] == ["responsible"]
    own = post(pia, at("measures", world.case.ref), measure(world, "pia"), Idempotency_Key="nyckel-polis").json()
    assert own["agency"]["ref"] == str(world.police.ref)
    barred = measure(world, "pia", family_barred=True)
    kept = post(pia, at("measure", own["ref"]), barred, "PUT", If_Match=tag(pia, at("measure", own["ref"]))).json()
    assert kept["family_barred"] is True
    again = post(
        pia, at("measure", kept["ref"]), measure(world, "pia"), "PUT", If_Match=tag(pia, at("measure", kept["ref"]))
    )
    assert again.json()["family_barred"] is True, "left out: as it stands"
    problem(world.client("kim").get(at("measure", own["ref"])), "not-found")


def test_the_writer_narrows_who_reads(world: World) -> None:
    plan_of(world)
    kim = world.client("kim")
    only = post(kim, at("goals", world.case.ref), {**GOAL, "audience": []}, Idempotency_Key=KEY).json()
    assert only["audience"] == [str(world.social.ref)]
    kept = post(kim, at("goal", only["ref"]), GOAL, "PUT", If_Match=tag(kim, at("goal", only["ref"])))
    assert kept.json()["audience"] == [str(world.social.ref)]
    wrong = {**GOAL, "audience": [str(world.school.ref), str(world.other_police.ref)]}
    refused = problem(post(kim, at("goals", world.case.ref), wrong, Idempotency_Key="nyckel-annan"), "invalid")
    assert [error["field"] for error in refused["errors"]] == ["audience.1"]
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    alone = post(kim, at("goals", world.case.ref), {**GOAL, "audience": []}, Idempotency_Key="nyckel-ensam").json()
    assert alone["audience"] == [str(world.social.ref)], "a later consent gives it to nobody"


def test_a_meeting_follows_the_plan_up_all_or_nothing(world: World) -> None:
    plan = plan_of(world)
    goal, own = goal_of(world, plan), measure_of(world, plan)
    meeting = running(world)
    present(world, meeting)
    elias = place(meeting, world.elias.person)
    Participant.objects.filter(meeting=meeting, person=world.eva.person).update(attendance="absent")
    with time_machine.travel(DURING, tick=False):
        kim, address = world.client("kim"), at("plan_follow_ups", meeting.ref)
        first = kim.get(address)
        assert len(first.json()["missing"]) == 2
        assert str(place(meeting, world.eva.person).ref) not in first.content.decode()
        sent: dict[str, Any] = {
            "goals": [{"goal": str(goal.ref), "level": -1, "note": "En dag borta."}],
            "measures": [{"measure": str(own.ref), "state": "not_possible"}],
            "agreements": [{"participant": str(elias.ref), "agrees": "partly", "words": "Inte läxhjälpen."}],
        }
        refused = problem(post(kim, address, sent, If_Match=first.headers["ETag"]), "invalid")
        assert refused["errors"] == [{"field": "measures.0.note", "message": "Skriv varför."}]
        assert not goal.ratings.exists()
        sent["measures"][0]["note"] = "Elias har ingen telefon."
        saved = post(kim, address, sent, If_Match=first.headers["ETag"])
        assert saved.json()["missing"] == []
        problem(post(kim, address, sent, If_Match=first.headers["ETag"]), "changed")
        unknown = {"goals": [{"goal": str(own.ref), "level": 0}]}
        refused = problem(post(kim, address, unknown, If_Match=saved.headers["ETag"]), "invalid")
        assert refused["errors"][0]["field"] == "goals.0.goal"
        whole = kim.get(at("case_plan", world.case.ref)).json()
        history = kim.get(at("goal_history", goal.ref)).json()["results"]
        heard = kim.get(at("measure_history", own.ref)).json()["results"]
    assert (whole["counts"]["not_possible"], whole["counts"]["not_done"]) == (1, 0)
    assert whole["agreements"][0]["words"] == "Inte läxhjälpen."
    assert [(row["level"], row["said"]) for row in history] == [(-1, "En bit kvar till målet")]
    assert [row["state"] for row in heard] == ["not_possible"]


def test_a_list_goes_on_where_its_page_ended(world: World) -> None:
    plan = plan_of(world)
    for _n in range(51):
        actions.add_goal(plan, SCHOOL, by=world.kim.actor, at=NOW)
    kim = world.client("kim")
    first = kim.get(at("goals", world.case.ref)).json()
    last = kim.get(first["next"]).json()
    assert (len(first["results"]), len(last["results"]), last["next"]) == (50, 1, None)
