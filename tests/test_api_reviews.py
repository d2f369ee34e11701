"""Going through papers by the API: who is asked, and a note that holds for what was read (P-C3)."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from consent import actions
from consent.models import PaperReview, SigningSession
from hub.models import AuditEntry, Relative
from tests.api_calls import KEY, post, problem
from tests.cast import NO, NOW, START, World, draft_paper, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(world: World) -> SigningSession:
    """A paper that the adults said yes to and Elias, whom the assessment leaves it to others for, no."""
    actions.assess_maturity(world.elias, level="guardians_decide", why="Samtal", by=world.kim.actor, at=START)
    return sign(world, draft_paper(world, at=NOW), youth=NO, at=NOW)


def lose_custody(relative: Relative, minutes: int = 30) -> None:
    Relative.objects.filter(pk=relative.pk).update(custody_to=START + timedelta(minutes=minutes))


def waits(world: World, name: str) -> list[tuple[str, list[str]]]:
    rows = world.client(name).get(reverse("api:reviews")).json()["results"]
    world.look()
    return [(row["consent"], row["kinds"]) for row in rows]


def read(world: World, name: str, paper: SigningSession) -> Any:
    response = world.client(name).get(reverse("api:consent_reviews", args=[paper.ref]))
    world.look()
    return response


def review(world: World, name: str, paper: SigningSession, kind: str, etag: str, key: str = KEY) -> HttpResponse:
    body = {"kind": kind, "note": "Talade med Elias."}
    address = reverse("api:consent_reviews", args=[paper.ref])
    response = post(world.client(name), address, body, Idempotency_Key=key, If_Match=etag)
    world.look()
    return response


def test_the_childs_no_waits_for_the_manager_until_it_is_noted_once(world: World, refused: SigningSession) -> None:
    assert waits(world, "mona") == [(str(refused.ref), ["manager"])]
    assert (waits(world, "kim"), waits(world, "pia")) == ([], [])
    found = read(world, "mona", refused)
    assert [row["text"] for row in found.json()["asked"]] == [
        "Elias (den unge) sade nej. Det registrerades 2 mars 2026."
    ]
    assert read(world, "kim", refused).json()["asked"] == [], "told of what has been gone through, asked of nothing"
    first, again = (review(world, "mona", refused, "manager", found["ETag"]) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert [row["reviewed_by"] for row in first.json()["made"]] == [world.mona.user.name]  # type: ignore[attr-defined]  # the test client's
    assert PaperReview.objects.count() == 1
    assert waits(world, "mona") == []
    assert AuditEntry.objects.filter(action="consent.reviewed").count() == 1


def test_a_change_of_custody_waits_for_who_leads_until_the_fourteenth_day(world: World) -> None:
    lose_custody(world.emil)
    row = world.client("lovisa").get(reverse("api:reviews")).json()["results"][0]
    assert (row["kinds"], row["review_by"]) == (["custody", "former"], "2026-03-16")
    assert (row["case"], row["individual"]) == (str(world.case.ref), str(world.elias.ref))
    world.look()
    assert waits(world, "mona") == []


def test_what_has_changed_since_it_was_read_is_412_and_what_is_done_409(world: World) -> None:
    lose_custody(world.emil)
    etag = read(world, "kim", world.session)["ETag"]
    lose_custody(world.eva, minutes=40)
    problem(review(world, "kim", world.session, "custody", etag), "changed")
    assert not PaperReview.objects.exists()
    fresh = read(world, "kim", world.session)
    assert [row["kind"] for row in fresh.json()["asked"]] == ["custody", "custody", "former", "former"]
    done = review(world, "kim", world.session, "custody", fresh["ETag"])
    assert done.status_code == 201
    problem(review(world, "lovisa", world.session, "custody", fresh["ETag"]), "changed")
    problem(review(world, "lovisa", world.session, "custody", done["ETag"]), "conflict")


def test_nobody_goes_through_what_is_not_theirs(world: World, refused: SigningSession) -> None:
    etag = read(world, "mona", refused)["ETag"]
    problem(review(world, "kim", refused, "manager", etag), "forbidden")
    problem(review(world, "mona", refused, "custody", etag), "forbidden")
    for stranger in ("pia", "olof", "otto"):
        problem(review(world, stranger, refused, "manager", etag), "not-found")
    assert not PaperReview.objects.exists()


def test_the_list_starts_after_its_own_rows_only(world: World) -> None:
    lose_custody(world.emil)
    address = reverse("api:reviews")
    problem(world.client("kim").get(f"{address}?cursor={world.case.ref}"), "bad-query")
    problem(world.client("pia").get(f"{address}?cursor={world.session.ref}"), "bad-query")
    assert world.client("kim").get(f"{address}?cursor={world.session.ref}").json()["results"] == []
