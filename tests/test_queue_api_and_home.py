"""The queue for other systems, on the home page and in the menu: the same rows in the same order (P-T9)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hub.models import AuditEntry
from tests.cast import NOW, World
from tests.queues import HOUR, at_intake, clock, concern
from tests.test_triage_statistics import ask, protect
from triage import queue
from triage.api import queue as api
from triage.todo import concerns, late_ones

pytestmark = pytest.mark.django_db

CONCERNS, DEADLINES = reverse("api:concerns"), reverse("api:deadlines")


def get(world: World, who: str, address: str, **query: str) -> dict[str, list[dict[str, object]]]:
    answer = world.client(who).get(address, query)
    world.look()
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]  # JSON


def test_the_list_has_number_colour_and_time_and_no_name(bare_world: World) -> None:
    far = concern(bare_world, "green", given_name="Nova")
    near = concern(bare_world, "red")
    clock(far, "decision", NOW + 300 * HOUR)
    clock(near, "red", NOW)
    rows = get(bare_world, "ines", CONCERNS)["results"]
    assert [row["ref"] for row in rows] == [str(near.ref), str(far.ref)]
    assert rows[0]["pressing"] == {
        "kind": "red",
        "started_at": near.report.arrived_at.isoformat(),
        "due_at": NOW.astimezone(near.report.arrived_at.tzinfo).isoformat(),
        "state": "late",
    }
    assert "Nova" not in str(rows)
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert entry.objects_seen["triage.preliminaryassessment"] == sorted([far.pk, near.pk])


def test_the_list_is_narrowed_and_walked_by_cursor(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PAGE", 2)
    rows = [concern(bare_world, "red") for _ in range(3)]
    other = concern(bare_world, "green", owner=at_intake(bare_world, "ivar").assignment)
    for number, row in enumerate(rows):
        clock(row, "red", NOW + (number - 1) * HOUR)

    def refs(**query: str) -> list[object]:
        return [row["ref"] for row in get(bare_world, "ines", CONCERNS, **query)["results"]]

    assert refs() == [str(rows[0].ref), str(rows[1].ref)]
    assert refs(cursor=str(rows[1].ref)) == [str(rows[2].ref), str(other.ref)]
    assert refs(colour="green") == [str(other.ref)]
    assert refs(owner="me", breached="true") == [str(rows[0].ref), str(rows[1].ref)]
    assert refs(state="not_received") == []
    lost = bare_world.client("ines").get(CONCERNS, {"cursor": str(other.report.ref)})
    assert lost.status_code == 400


def test_deadlines_are_the_waiting_clocks_of_the_same_concerns(bare_world: World) -> None:
    row = concern(bare_world, "red")
    hidden = concern(bare_world, "red", protected=True, owner=at_intake(bare_world, "ivar").assignment)
    clock(row, "red", NOW)
    clock(row, "decision", NOW + HOUR)
    clock(row, "protection", NOW + HOUR, met_at=NOW)
    clock(hidden, "red", NOW)
    found = get(bare_world, "ines", DEADLINES)["results"]
    assert [(clock["kind"], clock["state"], clock["concern"]) for clock in found] == [
        ("red", "late", str(row.ref)),
        ("decision", "running", str(row.ref)),
    ]


def test_statistics_for_another_system_are_those_of_the_page(bare_world: World) -> None:
    row = concern(bare_world, "red")
    clock(row, "protection", NOW, met_at=NOW - HOUR)
    protect(row, NOW - HOUR)
    ask(bare_world, row, due=NOW)
    address = reverse("api:triage_statistics")
    found = get(bare_world, "maja", address)
    assert [(clock["kind"], clock["colour"], clock["on_time"]) for clock in found["clocks"]] == [
        ("protection", None, 1),
        ("protection", "red", 1),
    ]
    assert [(unit["late"], unit["unanswered"]) for unit in found["units"]] == [(1, 1)]
    wrong = bare_world.client("maja").get(address, {"first": "2026-03-02", "last": "2026-03-01"})
    assert wrong.status_code == 400


# --- home and menu -----------------------------------------------------------------------------------------------


def test_a_manager_is_told_what_is_late_and_led_to_it(bare_world: World) -> None:
    for colour in ("red", "red", "green"):
        clock(concern(bare_world, colour), "protection", NOW)
    [todo] = late_ones(bare_world.maja.actor, NOW)
    assert todo.title == "2 röda försenade"
    assert todo.text.startswith("3 orosanmälningar är försenade.")
    shown = bare_world.client("maja").get(todo.url).content.decode()
    assert len(re.findall(r'<li class="row row-link', shown)) == 2
    assert late_ones(bare_world.ines.actor, NOW) == []


def test_an_owner_is_shown_the_ones_with_least_time_left_and_nobody_elses(bare_world: World) -> None:
    rows = [concern(bare_world, "orange", given_name="Nova") for _ in range(7)]
    for number, row in enumerate(rows):
        clock(row, "orange", NOW + timedelta(minutes=70 - number))
    told = [todo for todo in concerns(bare_world.ines.actor, NOW) if todo.kind == "Orange"]
    assert [todo.due_at for todo in told] == sorted(NOW + timedelta(minutes=70 - number) for number in range(2, 7))
    assert told[0].title == f"Beslut i {rows[6].report.number}"
    assert concerns(bare_world.ivar.actor, NOW) == []
    home = bare_world.client("ines").get(reverse("hub:home")).content.decode()
    assert "1 tim 4 min kvar" in home
    assert "Nova" not in home


def test_the_menu_counts_the_red_and_the_orange_for_those_who_have_the_place(bare_world: World) -> None:
    for colour in ("red", "orange", "green", ""):
        concern(bare_world, colour)
    home = reverse("hub:home")
    mark = 'count-urgent">2<span class="sr-only"> brådskar'
    assert queue.urgent(bare_world.ines.actor, NOW).count() == 2
    assert mark in bare_world.client("ines").get(home).content.decode()
    assert "count-urgent" not in bare_world.client("sam").get(home).content.decode()
    assert "count-urgent" not in bare_world.client("olof").get(home).content.decode()
