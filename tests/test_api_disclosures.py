"""Giving on other grounds through the API: the guide, the decision, the ledger, by the page's rules (P-C7, P-C8)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse

from consent import actions as consent_actions
from consent.models import Disclosure, InformationItem
from hub.models import Agency, AuditEntry, CaseSeat, Notification, User
from tests.api_calls import KEY, post, problem
from tests.cast import NOW, World, write
from tests.disclosing import disclosure_body, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(world: World) -> InformationItem:
    """The school's, which no consent gives to the police."""
    return write(world, "sam", "school_results", body="Betyg i nio ämnen.")


def guide(world: World, name: str, to: Agency, query: str = "") -> Any:
    response = world.client(name).get(reverse("api:grounds", args=[world.case.ref, to.ref]) + query)
    world.look()
    return response


def send(world: World, name: str, body: dict[str, Any], route: str = "disclosures", key: str = KEY) -> HttpResponse:
    response = post(world.client(name), reverse(f"api:{route}", args=[world.case.ref]), body, Idempotency_Key=key)
    world.look()
    return response


def read(world: World, name: str, ref: object) -> Any:
    response = world.client(name).get(reverse("api:disclosure", args=[ref]))
    world.look()
    return response


def fields(response: HttpResponse) -> list[str]:
    return [error["field"] for error in problem(response, "invalid")["errors"]]


# --- the guide ---------------------------------------------------------------------------------------------------


def test_the_guide_says_which_grounds_exist_today_and_why_the_others_do_not(world: World) -> None:
    found = guide(world, "kim", world.police).json()
    assert found["readers"] == [
        {"ref": str(world.pia.assignment.ref), "name": "Pia Holm", "unit": world.pia.assignment.unit.name}
    ]
    by_code = {ground["code"]: ground for ground in found["grounds"]}
    crime = by_code["youth_crime_risk"]
    assert (crime["exists"], crime["why_not"], crime["may_decide"]) == (True, "", True)
    assert {question["code"] for question in crime["questions"]} >= {"concrete", "committed_crime"}
    missing = [ground for ground in found["grounds"] if not ground["exists"]]
    assert all(ground["why_not"] and not ground["questions"] for ground in missing)
    assert [ground["exists"] for ground in found["grounds"]] == sorted(
        (ground["exists"] for ground in found["grounds"]), reverse=True
    )
    assert "wants" not in guide(world, "kim", world.police).content.decode(), "whoever decides answers for themselves"


def test_the_guide_is_for_a_seat_in_the_case_and_about_another_agency(world: World) -> None:
    problem(guide(world, "mona", world.police), "forbidden")
    problem(guide(world, "olof", world.police), "not-found")
    problem(guide(world, "kim", world.social), "not-found")
    problem(guide(world, "kim", Agency.objects.create(name="Annan kommun", kind="skola")), "not-found")
    problem(guide(world, "sam", world.police, "?type=health"), "bad-query")
    assert guide(world, "sam", world.police, "?type=attendance").json()["type"] == "attendance"


# --- the decision ------------------------------------------------------------------------------------------------


def test_a_decision_lets_the_named_reader_read_what_it_names_and_counts_once(
    world: World, item: InformationItem
) -> None:
    body, address = disclosure_body(world, "sam", item, to="pia"), reverse("api:item", args=[item.ref])
    assert world.client("pia").get(address).status_code == 404
    world.look()
    preview = send(world, "sam", body, "preview_disclosure")
    assert preview.json()["gains"] == [{"name": "Pia Holm", "agency": world.police.name, "items": 1}]  # type: ignore[attr-defined]  # the test client's
    assert not Disclosure.objects.exists(), "a preview does nothing"
    first, again = send(world, "sam", body), send(world, "sam", body)
    assert (first.status_code, again["Idempotent-Replayed"]) == (201, "true")
    made = Disclosure.objects.get()
    assert first["Location"] == reverse("api:disclosure", args=[made.ref])
    assert made.decided_by == world.sam.assignment
    assert Notification.objects.filter(kind="disclosure_made", assignment=world.pia.assignment).count() == 1
    assert AuditEntry.objects.filter(action="disclosure.made").count() == 1
    assert world.client("pia").get(address).json()["body"] == "Betyg i nio ämnen."


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"ground": "invented"}, ["ground"]),
        ({"ground": "youth_crime_risk", "answers": []}, ["answers"] * 3),
        ({"answers": [{"code": "invented", "answer": True}]}, ["answers.0.code", *["answers"] * 3]),
        ({"necessity": "x" * 2001}, ["necessity"]),
        ({"last_day": "2026-03-01"}, ["last_day"]),
        ({"last_day": "2026-06-01"}, ["last_day"]),
        ({"readers": []}, ["readers"]),
        ({"readers": ["00000000-0000-4000-8000-000000000000"]}, ["readers.0"]),
        ({"delivery": "oral"}, ["readers", "last_day"]),
        ({"received_by": "Peo"}, ["received_by"]),
        ({"reservation": "Får inte spridas."}, ["reservation"]),
        ({"items": []}, ["items"]),
        ({"recipient": "00000000-0000-4000-8000-000000000000"}, ["recipient"]),
    ],
)
def test_a_faulty_decision_says_where_and_nothing_is_given(
    world: World, item: InformationItem, change: dict[str, Any], wrong: list[str]
) -> None:
    assert fields(send(world, "sam", disclosure_body(world, "sam", item, to="pia") | change)) == wrong
    assert not Disclosure.objects.exists()


def test_an_answer_that_does_not_hold_is_told_at_the_answer(world: World, item: InformationItem) -> None:
    body = disclosure_body(world, "sam", item, to="pia")
    body["answers"][0]["answer"] = not body["answers"][0]["answer"]
    assert fields(send(world, "sam", body)) == ["answers.0.answer"]
    body = disclosure_body(world, "sam", item, to="pia")
    place = next(n for n, row in enumerate(_weighed(world)) if row)
    body["answers"][place]["reason"] = ""
    assert fields(send(world, "sam", body)) == [f"answers.{place}.reason"]


def test_a_reason_that_no_question_asks_for_is_refused_and_not_dropped(world: World, item: InformationItem) -> None:
    body = disclosure_body(world, "sam", item, to="pia")
    place = _weighed(world).index(False)
    body["answers"][place]["reason"] = "Ett skäl till."
    assert fields(send(world, "sam", body)) == [f"answers.{place}.reason"]


def test_what_is_given_by_word_is_in_the_ledger_and_not_read_in_the_hub(world: World, item: InformationItem) -> None:
    body = disclosure_body(world, "sam", item, to="pia", delivery="oral", received_by="Pia Holm, polis")
    made = send(world, "sam", {name: value for name, value in body.items() if name not in ("readers", "last_day")})
    found = made.json()  # type: ignore[attr-defined]  # the test client's
    assert (found["readable_until"], found["decision"]["received_by"]) == (None, "Pia Holm, polis")
    assert found["may"] == [], "there is no reading to end"
    problem(read(world, "pia", found["ref"]), "not-found")


def test_nothing_is_given_to_an_agency_that_does_not_work_in_the_kommun(world: World, item: InformationItem) -> None:
    elsewhere = Agency.objects.create(name="Skolan i en annan kommun", kind="skola")
    body = disclosure_body(world, "sam", item, to="pia", delivery="oral", received_by="Rektor")
    kept = {name: value for name, value in body.items() if name not in ("readers", "last_day")}
    for strange in (elsewhere.ref, world.school.ref):
        assert fields(send(world, "sam", kept | {"recipient": strange})) == ["recipient"]
    assert not Disclosure.objects.exists()


def _weighed(world: World) -> list[bool]:
    found = guide(world, "sam", world.police).json()["grounds"]
    own_task = next(ground for ground in found if ground["code"] == "own_task")
    return [question["reason_needed"] for question in own_task["questions"]]


def test_only_own_recorded_items_in_the_version_that_was_read(world: World, item: InformationItem) -> None:
    draft = write(world, "sam", "attendance", record=False)
    others = write(world, "kim", "measures_and_plan")
    for strange in (draft, others):
        assert fields(send(world, "sam", disclosure_body(world, "sam", strange, to="pia"))) == ["items.0.item"]
    body = disclosure_body(world, "sam", item, to="pia")
    assert fields(send(world, "sam", body | {"items": body["items"] * 2})) == ["items.1.item"]
    consent_actions.annotate(item, kind="correction", text="Åtta ämnen.", by=world.sam.actor, at=NOW)
    problem(send(world, "sam", body), "conflict")
    assert not Disclosure.objects.exists()


def test_a_ground_that_asks_for_a_social_worker_is_403_for_others(world: World) -> None:
    User.objects.filter(pk=world.kim.user.pk).update(qualified_social_worker=False)
    found = guide(world, "kim", world.police).json()["grounds"]
    asks = [ground["code"] for ground in found if ground["exists"] and not ground["may_decide"]]
    assert asks, "the list has such a ground in this direction"
    own = write(world, "kim", "home_and_family")
    problem(send(world, "kim", disclosure_body(world, "kim", own, to="pia", ground=asks[0])), "forbidden")


# --- the ledger --------------------------------------------------------------------------------------------------


def test_who_gave_sees_the_decision_and_the_reads_and_the_reader_what_was_given(
    world: World, item: InformationItem
) -> None:
    row = give(world, item, to="pia")
    world.client("pia").get(reverse("api:item", args=[item.ref]))
    world.look()
    own, got = read(world, "sam", row.ref).json(), read(world, "pia", row.ref).json()
    assert (own["own"], own["decision"]["necessity"], own["may"]) == (True, "Behövs för stödet.", ["end"])
    assert [(r["name"], r["times"]) for r in own["decision"]["reads"]] == [("Pia Holm", 1)]
    assert (got["own"], got["decision"], got["reads"], got["may"]) == (False, None, None, [])
    assert got["items"] == [{"item": str(item.ref), "version": 1, "text": "Skolresultat, 2 mars 2026"}]
    assert got["items"][0]["text"] == own["items"][0]["text"]
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert (entry.route, entry.individual_ids) == ("api:disclosure", [world.elias.pk])


def test_nobody_sees_what_others_gave_each_other(world: World, item: InformationItem) -> None:
    row = give(world, item, to="pia")
    address = reverse("api:ledger", args=[world.elias.ref])
    for name, count in (("sam", 1), ("pia", 1), ("kim", 0)):
        assert len(world.client(name).get(address).json()["results"]) == count
        world.look()
    problem(read(world, "kim", row.ref), "not-found")
    problem(world.client("kim").get(f"{address}?cursor={row.ref}"), "bad-query")
    for stranger in ("olof", "ines", "peo", "otto"):
        problem(world.client(stranger).get(address), "not-found")


def test_the_ledger_is_narrowed_and_walked_by_cursor(world: World, item: InformationItem) -> None:
    made = [give(world, item, to="pia") for _ in range(52)]
    base = reverse("api:ledger", args=[world.elias.ref])
    client, address, seen = world.client("sam"), f"{base}?ground=own_task&agency={world.police.ref}", list[str]()
    while address:
        page = client.get(address).json()
        seen += [row["ref"] for row in page["results"]]
        address = page["next"]
    assert seen == [str(row.ref) for row in reversed(made)]
    assert client.get(f"{base}?ground=youth_crime_risk").json()["results"] == []
    assert client.get(f"{base}?agency={world.leisure.ref}").json()["results"] == []


def test_ending_stops_reading_now_and_only_from_what_was_read(world: World, item: InformationItem) -> None:
    row = give(world, item, to="pia")
    end, client = reverse("api:disclosure_end", args=[row.ref]), world.client("sam")
    etag = read(world, "sam", row.ref)["ETag"]
    problem(post(client, end, {"reason": "Klart"}), "precondition-missing")
    problem(post(world.client("pia"), end, {"reason": "Klart"}, If_Match=etag), "forbidden")
    problem(post(world.client("kim"), end, {"reason": "Klart"}, If_Match=etag), "not-found")
    ended = post(client, end, {"reason": "Klart"}, If_Match=etag)
    assert ended.json()["decision"]["end_reason"] == "Klart"  # type: ignore[attr-defined]  # the test client's
    problem(post(client, end, {"reason": "Klart igen"}, If_Match=etag), "changed")
    problem(post(client, end, {"reason": "Klart igen"}, If_Match=ended["ETag"]), "conflict")
    world.look()
    assert world.client("pia").get(reverse("api:item", args=[item.ref])).status_code == 404
    world.look()
    assert read(world, "pia", row.ref).json()["items"] == []


def test_that_the_person_knows_is_noted_once(world: World, item: InformationItem) -> None:
    row = give(world, item, to="pia", person_told=False, told_note="Skadar syftet.")
    told, client = reverse("api:disclosure_told", args=[row.ref]), world.client("sam")
    etag = read(world, "sam", row.ref)["ETag"]
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        noted = post(client, told, {"note": "Vid ett samtal."}, If_Match=etag)
    assert (noted.json()["decision"]["person_told"], noted.json()["may"]) == (True, ["end"])  # type: ignore[attr-defined]  # the test client's
    problem(post(client, told, {"note": "Igen."}, If_Match=etag), "changed")


def test_a_seat_that_has_ended_gives_nothing(world: World, item: InformationItem) -> None:
    body = disclosure_body(world, "sam", item, to="pia")
    CaseSeat.objects.filter(assignment=world.sam.assignment).update(valid_to=NOW)
    problem(send(world, "sam", body), "not-found")
    assert not Disclosure.objects.exists()
