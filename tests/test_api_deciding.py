"""Deciding and what follows through the API, by the pages' rules (P-T7, P-T8, P-T11)."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from hub.models import AuditEntry
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, World
from tests.concerns import nova
from tests.hub_scenes import check_of
from tests.matrix_triage_deciding import followed, nils, opens_by_api, to_decide
from triage import actions
from triage.actions.assessing import ENDED
from triage.models import Decision, FamilyTask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def read(world: World, who: str, route: str, ref: object) -> Any:
    response = world.client(who).get(reverse(f"api:{route}", args=[ref]))
    world.look()
    return response


def decide(world: World, ref: object, etag: str, key: str = KEY, **changes: Any) -> HttpResponse:
    address = reverse("api:concern_decide", args=[ref])
    body = {name: str(value) for name, value in opens_by_api(world).items()} | changes
    response = post(world.client("ines"), address, body, If_Match=etag, Idempotency_Key=key)
    world.look()
    return response


def test_a_decision_is_made_once_and_the_second_hears_why_not(world: World) -> None:
    ref = to_decide(world)["ref"]
    etag = read(world, "ines", "concern_decide", ref)["ETag"]
    first, again = decide(world, ref, etag), decide(world, ref, etag)
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    body = first.json()  # type: ignore[attr-defined]  # the test client's
    assert (body["kind"], body["investigator"]["name"], body["delegation"]) == ("open", "Olof Ek", "3.1")
    fresh = read(world, "ines", "concern_decide", ref)["ETag"]
    for number, version in enumerate((etag, fresh)):
        assert problem(decide(world, ref, version, f"annan-nyckel-{number}"), "conflict")["detail"] == ENDED
    assert Decision.objects.filter(assessment__ref=ref).count() == 1
    assert AuditEntry.objects.filter(action="concern.decided").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "maybe"}, "kind"),
        ({"reasons": ""}, "reasons"),
        ({"delegation": ""}, "delegation"),
        ({"investigator": None}, "investigator"),
        ({"investigator": "00000000-0000-4000-8000-000000000000"}, "investigator"),
        ({"proposes": "MASH"}, "proposes"),
    ],
)
def test_a_faulty_decision_says_where(world: World, change: dict[str, Any], field: str) -> None:
    ref = to_decide(world)["ref"]
    refused = problem(decide(world, ref, read(world, "ines", "concern_decide", ref)["ETag"], **change), "invalid")
    assert [error["field"] for error in refused["errors"]] == [field]


def test_the_paragraph_is_told_where_the_law_refuses(world: World) -> None:
    ref = to_decide(world)["ref"]
    world.ines.user.qualified_social_worker = False
    world.ines.user.save()
    etag = read(world, "ines", "concern_decide", ref)["ETag"]
    assert "25 kap. 1 §" in problem(decide(world, ref, etag), "invalid")["detail"]
    assert not Decision.objects.filter(assessment__ref=ref).exists()


def test_a_task_is_held_and_taken_up_by_whoever_read_it_last(world: World) -> None:
    ref = nils(world)["ref"]
    etag = read(world, "olof", "family_task", ref)["ETag"]
    body = {"why": "Hot.", "review_on": "2026-03-09"}
    held = post(world.client("olof"), reverse("api:family_task_hold", args=[ref]), body, If_Match=etag)
    world.look()
    assert held.json()["state"] == "held"  # type: ignore[attr-defined]  # the test client's
    late = post(world.client("olof"), reverse("api:family_task_done", args=[ref]), {"note": "Brev."}, If_Match=etag)
    world.look()
    problem(late, "changed")
    fresh = read(world, "olof", "family_task", ref)["ETag"]
    done = post(world.client("olof"), reverse("api:family_task_done", args=[ref]), {"note": "Brev."}, If_Match=fresh)
    world.look()
    assert "hålls inne" in problem(done, "conflict")["detail"]
    assert FamilyTask.objects.get(ref=ref).state == "held"


def test_the_list_is_of_own_concerns_and_the_packet_names_each_source(world: World) -> None:
    concern = followed(world)["ref"]
    tasks = world.client("olof").get(reverse("api:family_tasks"))
    world.look()
    assert {task["kind"] for task in tasks.json()["results"]} == {"inform", "ask_family"}
    assert "Rask" not in tasks.content.decode()
    packet = read(world, "olof", "concern_handover", concern).json()
    assert packet["received"] is False
    assert "Berit" not in str(packet)
    sources = {part["source_name"] for section in packet["sections"] for part in section["parts"]}
    assert any(source.startswith("Ines Falk") for source in sources)


def test_the_packets_etag_changes_with_whatever_it_says(world: World) -> None:
    check = check_of(world, "vera")
    ref = nova(world).ref
    tags = [read(world, "ines", "concern_handover", ref)["ETag"]]
    assert read(world, "ines", "concern_handover", ref)["ETag"] == tags[0]
    known = actions.Known(answer="known", summary="Pappan är misstänkt för våld.")
    actions.answer_check(check, known, by=world.vera.actor, at=NOW)
    tags.append(read(world, "ines", "concern_handover", ref)["ETag"])
    actions.assess_protection(
        nova(world), outcome="no_need", reasons="Hos mormor.", assessed_at=NOW, by=world.ines.actor, at=NOW
    )
    tags.append(read(world, "ines", "concern_handover", ref)["ETag"])
    assert len(set(tags)) == 3
