"""Meetings over the API: filters, what two clients do at once, and what each gets to know (P-M3, P-M5)."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from meetings import queries
from meetings.models import Busy, Meeting
from tests.cast import NOW, World
from tests.gatherings import HOUR, THURSDAY, gather, room

pytestmark = pytest.mark.django_db


def send(client: Client, method: str, route: str, ref: object, body: dict[str, Any], **headers: str) -> Any:
    text = json.dumps(body, default=str)
    address = reverse(f"api:{route}", args=[ref])
    return client.generic(method, address, text, content_type="application/json", headers=headers)


def test_the_same_key_books_once(world: World) -> None:
    kim = world.client("kim")
    body: dict[str, Any] = {"officials": [world.pia.assignment.ref], "officials_minutes": 15, "place": "Torget"}
    body |= {"starts_at": THURSDAY.isoformat(), "ends_at": (THURSDAY + HOUR).isoformat()}
    first, again = (
        send(kim, "POST", "case_meetings", world.case.ref, body, **{"Idempotency-Key": "en-nyckel-1"}) for _n in "ab"
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Meeting.objects.filter(kind="network").count() == 1


def test_a_change_of_what_was_read_before_another_change_is_refused(world: World) -> None:
    meeting, kim = gather(world, place="Torget"), world.client("kim")
    read = kim.get(reverse("api:meeting", args=[meeting.ref]))
    tag = {"If-Match": read["ETag"]}
    changed = send(kim, "PATCH", "meeting", meeting.ref, {"place": "Biblioteket"}, **tag)
    assert changed.json()["place"] == "Biblioteket"
    assert changed.json()["starts_at"] == read.json()["starts_at"]
    assert send(kim, "PATCH", "meeting", meeting.ref, {"place": "Parken"}, **tag).status_code == 412
    assert send(kim, "PATCH", "meeting", meeting.ref, {"place": "Parken"}).status_code == 428


def test_who_is_asked_gets_the_parties_and_never_the_family(world: World) -> None:
    meeting = gather(world)
    address, names = reverse("api:meeting", args=[meeting.ref]), {}
    for name in ("kim", "pia"):
        names[name] = {row["name"] for row in world.client(name).get(address).json()["participants"]}
    assert names["pia"] == {"Kim Samuelsson", "Pia Holm", "Sam Lund"}
    assert names["kim"] == names["pia"] | {"Elias Holm", "Eva Holm"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?first_day=2026-03-12&last_day=2026-03-12", 1),
        ("?first_day=2026-03-13", 0),
        ("?last_day=2026-03-11", 0),
        ("?kind=officials", 0),
        ("?state=planned", 1),
    ],
)
def test_the_list_is_narrowed_by_whole_days_and_states(world: World, query: str, found: int) -> None:
    gather(world)
    assert len(world.client("pia").get(reverse("api:meetings") + query).json()["results"]) == found


def test_the_page_goes_on_after_the_last_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    first = gather(world, "kim", officials_minutes=15)
    seen, after = [], None
    for _page in range(2):
        (row,), after = queries.meetings_ahead(world.kim.actor, at=NOW, after=after)
        seen.append(row.meeting)
    assert seen == [first.officials, first]
    assert after is None


def test_a_machine_takes_the_best_slot_asks_the_deputy_and_says_why_a_calendar_is_overruled(world: World) -> None:
    room(world)
    kim = world.client("kim")
    best = kim.get(reverse("api:meeting_slots", args=[world.case.ref]), {"minutes": "60"}).json()["results"][0]
    assert (best["why"], best["late"], best["room"]["name"]) == ("Alla kan. Dag 21. Efter skolan.", False, "Granen")
    listed = kim.get(reverse("api:meeting_candidates", args=[world.case.ref])).json()["officials"]
    [deputy] = [one["deputy"] for one in listed if one["deputy"]]
    assert deputy == {"ref": str(world.dag.assignment.ref), "name": "Dag Berg"}
    begins = datetime.fromisoformat(best["starts_at"])
    Busy.objects.create(user=world.dag.user, starts_at=begins, ends_at=begins + HOUR)
    day = kim.get(reverse("api:meeting_busy", args=[world.case.ref]), {"day": "2026-03-23"}).json()["results"]
    assert [row["name"] for row in day if row["busy"]] == ["Dag Berg"]
    body = {"officials": [deputy["ref"]], "room": best["room"]["ref"]}
    body |= {name: best[name] for name in ("starts_at", "ends_at")}
    refused = send(kim, "POST", "case_meetings", world.case.ref, body, **{"Idempotency-Key": "en-nyckel-2"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "despite")
    body["despite"] = "Han byter pass."
    made = send(kim, "POST", "case_meetings", world.case.ref, body, **{"Idempotency-Key": "en-nyckel-3"})
    assert (made.status_code, made.json()["despite"]) == (201, "Han byter pass.")
    theirs = world.client("dag").get(reverse("api:meeting", args=[made.json()["ref"]])).json()
    assert (theirs["despite"], [one["name"] for one in theirs["participants"]]) == ("", ["Dag Berg"])
