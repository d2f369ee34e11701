"""The open form for those with a duty to report: counts once, drops nothing, tells nothing (P-T1, R69)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from hub.models import AuditEntry, Notification
from tests.cast import NOW, SECOND, World
from tests.concerns import arrange, nova
from tests.html_forms import says
from triage.models import ConcernReport, TriageSettings
from triage.views import external
from triage.views.external import LEAST, MOST, new_stamp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_count() -> None:
    cache.clear()


def address(world: World) -> str:
    return reverse("triage:external_form", args=[world.kommun.code, world.social.ref])


def filled(**changed: Any) -> dict[str, Any]:
    data = {
        "category": "school",
        "name": "Berit Ros",
        "workplace": "Bussenhusskolan",
        "contact": "08-123 45 67",
        "facts": "Har setts med äldre killar vid skolan.",
        "barn-TOTAL_FORMS": "1",
        "barn-INITIAL_FORMS": "0",
        "barn-0-given_name": "Nova",
        "barn-0-family_name": "Rask",
        "stamp": new_stamp(at=NOW - timedelta(minutes=3)),
    }
    return {**data, **changed}


def send(world: World, **changed: Any) -> Any:
    response = Client().post(address(world), filled(**changed))
    world.look()
    return response


def test_a_teacher_reports_without_an_account_and_gets_a_number_and_nothing_else(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    start = Client().get("/oro/")
    world.look()
    assert says(start, world.social.name)
    assert says(Client().get(address(world)), "Familjen får normalt veta vem som har anmält")
    response = send(world)
    report = ConcernReport.objects.get()
    assert (report.channel, report.arrived_at, report.registered_at) == ("form", NOW, None)
    assert report.assessments.get().owner == world.ines.assignment
    assert response["Location"] == f"/oro/tack/{report.number}/"
    thanks = Client().get(response["Location"])
    assert says(thanks, report.number)
    assert not says(thanks, "Nova")
    world.look()
    told = {(n.kind, n.assignment_id) for n in Notification.objects.filter(reference=report.number)}
    assert told == {("concern_arrived", world.ines.assignment.pk), ("concern_arrived", world.maja.assignment.pk)}
    entry = AuditEntry.objects.get(action="concern.arrived")
    assert (entry.user_id, entry.municipality_id) == (None, world.kommun.pk)


def test_the_answer_is_the_same_whether_or_not_the_child_is_known(bare_world: World) -> None:
    world = bare_world
    nova(world)
    known = send(world, **{"barn-0-birth_date": "2012-02-01"})
    unknown = send(world, **{"barn-0-given_name": "Ingen", "stamp": new_stamp(at=NOW - timedelta(minutes=2))})
    assert (known.status_code, unknown.status_code) == (302, 302)
    assert len(known["Location"]) == len(unknown["Location"])
    assert ConcernReport.objects.filter(channel="form", assessments__case=None).count() == 2


def test_a_second_press_counts_once(bare_world: World) -> None:
    arrange(bare_world)
    data = filled()
    answers = [Client().post(address(bare_world), data)["Location"] for _press in range(2)]
    bare_world.look()
    assert answers[0] == answers[1]
    assert ConcernReport.objects.count() == 1


@pytest.mark.parametrize(
    ("took", "status"),
    [(LEAST - SECOND, 422), (LEAST, 302), (LEAST + SECOND, 302), (MOST, 302), (MOST + SECOND, 422)],
)
def test_a_form_that_is_sent_too_fast_or_too_late_is_shown_again(
    bare_world: World, took: timedelta, status: int
) -> None:
    arrange(bare_world)
    response = send(bare_world, stamp=new_stamp(at=NOW - took))
    assert response.status_code == status
    if status == 422:
        assert says(response, "Har setts med äldre killar vid skolan.")
        assert not ConcernReport.objects.exists()


@pytest.mark.parametrize("stamp", ["", "x", "eyJhdCI6MH0:1:abc", "\u0000"])
def test_a_stamp_that_is_not_ours_is_renewed_and_nothing_is_lost(bare_world: World, stamp: str) -> None:
    arrange(bare_world)
    response = send(bare_world, stamp=stamp)
    assert response.status_code == 422
    assert says(response, "08-123 45 67")


def test_the_trap_is_told_of_and_drops_nothing(bare_world: World) -> None:
    arrange(bare_world)
    response = send(bare_world, webbplats="https://spam.example")
    assert response.status_code == 422
    assert says(response, "Töm det och skicka igen")
    assert not ConcernReport.objects.exists()


def test_too_many_from_one_address_are_asked_to_wait(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(bare_world)
    monkeypatch.setattr(external, "PER_ADDRESS", 2)
    answers = [send(bare_world, stamp=new_stamp(at=NOW - timedelta(minutes=1 + n))).status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert ConcernReport.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("category", "private", "finns inte"),
        ("category", "anonymous", "finns inte"),
        ("name", "", "Fyll i"),
        ("facts", "", "Skriv vad du har sett"),
        ("facts", "x" * 50_000, "Högst 8000"),
        ("contact", "a\u0000", "styrtecken"),
    ],
)
def test_what_is_wrong_comes_back_at_its_field(bare_world: World, field: str, typed: str, sentence: str) -> None:
    arrange(bare_world)
    response = send(bare_world, **{field: typed})
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])


def test_where_the_form_is_closed_there_is_none(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    TriageSettings.objects.update(external_form=False)
    assert Client().get(address(world)).status_code == 404
    assert not says(Client().get("/oro/"), world.social.name)
    assert Client().post(address(world), filled()).status_code == 404
    elsewhere = reverse("triage:external_form", args=["0184", world.social.ref])
    assert Client().get(elsewhere).status_code == 404
    assert Client().get("/oro/tack/vad-som-helst/").status_code == 404


def test_the_way_in_of_the_api_gives_a_receipt_and_nothing_more(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    body = {
        "agency": str(world.social.ref),
        "facts": "Har setts med äldre killar.",
        "reporter": {"category": "school", "name": "Berit Ros", "contact": "08-123"},
        "children": [{"given_name": "Nova", "personnummer": "20100112-2397"}],
    }
    client = world.client("sam")
    path = reverse("api:concern_submissions")

    def post(sent: dict[str, Any], key: str) -> Any:
        response = client.post(path, sent, content_type="application/json", headers={"Idempotency-Key": key})
        world.look()
        return response

    first, again = post(body, "skolans-nyckel-1"), post(body, "skolans-nyckel-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert set(first.json()) == {"ref", "number", "arrived_at"}
    assert ConcernReport.objects.get().channel == "api"
    assert client.get(reverse("api:concern_report", args=[first.json()["ref"]])).status_code == 404
    assert world.client("pia").get(first["Location"]).status_code == 404
    world.look()
    wrong = post({**body, "children": [{"personnummer": "20100112-2398"}]}, "skolans-nyckel-2")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "children.0.personnummer"
