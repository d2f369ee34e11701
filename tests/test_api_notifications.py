"""One's own messages through the API: the same as on the page, and nobody else's (P-M5)."""

from typing import Any

import pytest
from django.urls import reverse

from hub import actions as hub_actions
from hub.models import AuditEntry, CaseSeat, Notification
from tests.api_calls import post, problem
from tests.cast import NOW, SECOND, World
from tests.test_api_tokens import READ, issue, machine

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/notifications/"


def tell(world: World, name: str, *, at: Any = NOW, kind: str = "seat_given") -> None:
    told = [world.members[name].assignment.pk]
    hub_actions.notify(kind, assignments=told, case=world.case, municipality_id=world.kommun.pk, told_at=at)


def texts(world: World, name: str, query: str = "") -> list[str]:
    found = world.client(name).get(ADDRESS + query).json()["results"]
    world.look()
    return [row["text"] for row in found]


def test_says_what_the_page_says_to_whom_it_is_told_and_from_then_on(world: World) -> None:
    Notification.objects.all().delete()
    tell(world, "sam")
    tell(world, "sam", at=NOW + SECOND, kind="case_closed")
    assert texts(world, "sam") == [f"Du har fått en plats i ärende {world.case.number}."]
    assert texts(world, "pia") == []


def test_reading_marks_nothing_and_marking_marks_ones_own_once(world: World) -> None:
    Notification.objects.all().delete()
    tell(world, "sam")
    tell(world, "pia")
    address = reverse("api:notifications_read")
    assert len(texts(world, "sam", "?state=unread")) == 1
    assert post(world.client("sam"), address).json() == {"marked": 1}  # type: ignore[attr-defined]  # the test client's
    assert post(world.client("sam"), address).json() == {"marked": 0}  # type: ignore[attr-defined]  # the test client's
    assert texts(world, "sam", "?state=unread") == []
    assert len(texts(world, "sam", "?state=read")) == 1
    assert len(texts(world, "pia", "?state=unread")) == 1, "only one's own"


def test_names_the_case_only_to_who_may_read_it(world: World) -> None:
    Notification.objects.all().delete()
    tell(world, "sam", kind="seat_ended")
    client = world.client("sam")
    assert client.get(ADDRESS).json()["results"][0]["case"] == str(world.case.ref)
    world.look()
    CaseSeat.objects.filter(assignment=world.sam.assignment).update(valid_to=NOW)
    assert client.get(ADDRESS).json()["results"][0]["case"] is None


def test_is_walked_by_cursor_and_somebody_elses_message_is_no_place_to_start(world: World) -> None:
    Notification.objects.all().delete()
    for _ in range(53):
        tell(world, "sam")
    tell(world, "pia")
    client, address, seen = world.client("sam"), ADDRESS, list[str]()
    while address:
        page = client.get(address).json()
        seen += [row["ref"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 53
    world.look()
    pias = Notification.objects.get(assignment=world.pia.assignment)
    problem(client.get(f"{ADDRESS}?cursor={pias.ref}"), "bad-query")


def test_is_recorded_and_a_key_that_only_reads_marks_nothing(world: World) -> None:
    tell(world, "sam")
    _token, secret = issue(world, "sam", scopes=(READ,))
    assert machine(secret).get(ADDRESS).status_code == 200
    world.look()
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert (entry.route, entry.case_ids) == ("api:notifications", [world.case.pk])
    refused = machine(secret).post(reverse("api:notifications_read"))
    assert refused.json()["type"] == "/api/docs/#fel-scope"
    world.look()
    assert Notification.objects.filter(assignment=world.sam.assignment, read_at=None).exists()
