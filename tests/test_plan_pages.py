"""The pages of a plan: written by whoever leads, read as the rule gives, followed up in the meeting (P-P1, P-P2)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans import actions
from actionplans.contributions import late_measures, own_measures, plan_in_the_meeting
from actionplans.models import FollowUp, Goal, Measure, MeasureState, Rating
from consent import actions as consent_actions
from hub.models import AuditEntry
from meetings.models import Meeting
from tests.cast import NOW, START_DAY, World
from tests.gatherings import THURSDAY
from tests.holding import DURING, place, present, running
from tests.matrix_plans import planned, said_otherwise
from tests.plans import SCHOOL, goal_of, measure_of, plan_of

pytestmark = pytest.mark.django_db


def read(client: Client, route: str, ref: object) -> str:
    response = client.get(reverse(f"actionplans:{route}", args=[ref]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(client: Client, route: str, ref: object, **data: object) -> Any:
    return client.post(reverse(f"actionplans:{route}", args=[ref]), data)


def doing(world: World, who: str, **others: object) -> dict[str, object]:
    return {
        "text": "Ringer Elias varje måndag.",
        "responsible": str(world.members[who].assignment.ref),
        "starts_on": "2026-03-02",
        "due_on": "2026-04-30",
        "hours": "1,5",
        "type": "measures_and_plan",
        **others,
    }


def test_who_leads_begins_the_plan_and_writes_goals_and_measures(world: World) -> None:
    kim, ref = world.client("kim"), world.case.ref
    assert "Börja planen" in read(kim, "plan", ref)
    assert send(kim, "start", ref, reference="GP-77").status_code == 302
    wrong = send(kim, "goal_new", ref, **{**said_otherwise(world), "level_2": ""})
    assert wrong.status_code == 422
    assert "Beskriv den här nivån" in wrong.content.decode()
    assert "Elias går i skolan." in wrong.content.decode()
    assert send(kim, "goal_new", ref, **said_otherwise(world)).status_code == 302
    goal = Goal.objects.get()
    for field, value, sentence in (
        ("hours", "en stund", "Skriv hur många timmar i veckan"),
        ("due_on", "2026-03-01", "Slutdagen ligger före startdagen."),
    ):
        wrong = send(kim, "measure_new", ref, **doing(world, "kim", **{field: value}))
        assert wrong.status_code == 422
        assert sentence in wrong.content.decode()
    assert send(kim, "measure_new", ref, **doing(world, "kim", goal=str(goal.ref))).status_code == 302
    page = read(kim, "plan", ref)
    for words in ("GP-77", "Elias går i skolan.", "1,5 timmar i veckan", "Ej påbörjad", "Inte bedömt än"):
        assert words in page
    measure = Measure.objects.get()
    stale = send(kim, "measure_change", measure.ref, **doing(world, "kim", row_version="7", text="Ringer varje dag."))
    assert stale.status_code == 409
    assert "Ringer varje dag." in stale.content.decode()


def test_each_reader_sees_what_the_rule_gives_and_another_agency_writes_its_own(world: World) -> None:
    plan = planned(world)
    assert send(world.client("pia"), "measure_new", world.case.ref, **doing(world, "kim")).status_code == 422
    pages = {name: read(world.client(name), "plan", world.case.ref) for name in ("kim", "mona", "pia", "sam", "fia")}
    seen = {name: ("Elias går till skolan." in page, "fritidsgården" in page) for name, page in pages.items()}
    assert seen == {
        "kim": (True, False),
        "mona": (True, False),
        "pia": (True, True),
        "sam": (True, False),
        "fia": (False, False),
    }
    assert "GP-77" not in pages["pia"]
    assert {name for name, page in pages.items() if "Skriv in er åtgärd" in page} == {"pia", "sam", "fia"}
    assert {name for name, page in pages.items() if "Nytt mål" in page} == {"kim"}
    assert ">Klart<" in pages["pia"]

    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=NOW)
    page = read(world.client("pia"), "plan", world.case.ref)
    assert "Elias går till skolan." not in page
    assert "fritidsgården" in page
    mine = Measure.objects.get(agency=world.police)
    assert send(world.client("pia"), "measure_done", mine.ref, row_version=1, note="Vi sågs.").status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.note, plan.version) == (MeasureState.DONE, "Vi sågs.", 0)


def test_ones_own_open_measures_wait_at_home_with_the_late_ones_first(world: World) -> None:
    plan = plan_of(world)
    for text, due in (("Senare.", 30), ("I dag.", 0), ("Sen.", -1)):
        measure_of(
            world, plan, text=text, starts_on=START_DAY - timedelta(days=9), due_on=START_DAY + timedelta(days=due)
        )
    assert [(todo.title, todo.colour) for todo in own_measures(world.kim.actor, NOW)] == [
        ("Sen.", "danger"),
        ("I dag.", "neutral"),
        ("Senare.", "neutral"),
    ]
    assert own_measures(world.lovisa.actor, NOW) == []
    late = late_measures(world.lovisa.actor, NOW)
    assert [todo.text for todo in late] == ["Sen. Kim Samuelsson, klar senast 1 mars 2026."]
    assert late_measures(world.kim.actor, NOW) == late_measures(world.pia.actor, NOW) == []


def answered(goal: Goal, measure: Measure, meeting: Meeting, world: World) -> dict[str, object]:
    """The whole form as the page sends it: what is untouched says what it was."""
    elias = place(meeting, world.elias.person)
    keys = (f"g_{goal.ref}", f"m_{measure.ref}", f"a_{elias.ref}")
    return {name: value for key in keys for name, value in ((key, ""), (f"n_{key}", ""), (f"was_{key}", "|"))}


def test_the_meeting_rates_follows_up_and_asks_who_agrees_in_one_form(world: World) -> None:
    plan = plan_of(world)
    goal, measure = goal_of(world, plan), measure_of(world, plan)
    meeting = running(world)
    present(world, meeting)
    with time_machine.travel(DURING, tick=False):
        kim, lovisa = world.client("kim"), world.client("lovisa")
        page = kim.get(reverse("meetings:hold", args=[meeting.ref])).content.decode()
        assert "Är borta två dagar i veckan." in page
        assert "1 saknar bedömning" in page
        assert goal.pk in AuditEntry.objects.filter(kind="read").latest("pk").objects_seen["actionplans.goal"]
        form = answered(goal, measure, meeting, world)
        level, state, voice = (name for name in form if name[:2] in ("g_", "m_", "a_"))

        wrong = send(kim, "follow", meeting.ref, **{**form, level: "1", state: "not_possible"})
        assert wrong.status_code == 422
        assert "Skriv varför." in wrong.content.decode()
        assert re.search(f'name="{level}" value="1"[^>]* checked', wrong.content.decode())
        assert not Rating.objects.exists()

        sent = {**form, level: "-1", f"n_{level}": "En dag borta.", voice: "partly", f"n_{voice}": "Inte läxhjälpen."}
        assert send(kim, "follow", meeting.ref, **sent).status_code == 302
        assert send(lovisa, "follow", meeting.ref, **{**form, state: "ongoing"}).status_code == 302
        meanwhile = send(lovisa, "follow", meeting.ref, **{**form, level: "2"})
        assert meanwhile.status_code == 409
        assert "Någon annan har just sparat" in meanwhile.content.decode()
        assert f'name="was_{level}" value="-1|En dag borta."' in meanwhile.content.decode()

    assert [(one.level, one.note) for one in Rating.objects.all()] == [(-1, "En dag borta.")]
    assert [one.state for one in FollowUp.objects.all()] == ["ongoing"]
    assert plan.agreements.get().words == "Inte läxhjälpen."
    block = plan_in_the_meeting(meeting, world.kim.actor, DURING)
    assert block is not None
    assert block["missing"] == []
    assert "En bit kvar till målet" in read(kim, "plan", world.case.ref)


def test_the_history_follows_a_goal_through_its_wordings_in_as_many_queries_whatever_the_meetings(
    world: World,
) -> None:
    plan = plan_of(world)
    goal, measure = goal_of(world, plan), measure_of(world, plan)
    counts = []
    for n, level in enumerate((-2, 0, 1)):
        at = THURSDAY + timedelta(days=7 * n)
        meeting = running(world, starts_at=at)
        actions.rate(goal, meeting, level=level, by=world.kim.actor, at=at)
        actions.follow_up(measure, meeting, state="ongoing", by=world.kim.actor, at=at)
        actions.new_version(meeting, world.kim.actor, at)
        if n == 1:
            version = Goal.objects.get(pk=goal.pk).row_version
            goal = actions.reword_goal(goal, SCHOOL, row_version=version, by=world.kim.actor, at=at)
        with time_machine.travel(at, tick=False):
            kim = world.client("kim")
            with CaptureQueriesContext(connection) as queries:
                page = read(kim, "history", world.case.ref)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert page.count('<svg class="goal-chart"') == 1
    assert "3 bedömningar, den senaste: bättre än målet (+1)." in page
    assert page.count("Gällde en tidigare formulering.") == 2
    assert "Mycket" not in page
