"""Whom one acts as: assignments, the demo's cast, the look; and pages that only explain."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from hub.demo_cast import CAST
from hub.models import Assignment, Unit, User
from tests.cast import START, World
from tests.hub_pages import address, deeds, get, leads_to, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> Iterator[None]:
    with override_settings(DEMO=True):
        yield


def second_assignment(world: World) -> Assignment:
    unit = Unit.objects.create(agency=world.social, name="Vuxenenheten")
    return Assignment.objects.create(user=world.kim.user, unit=unit, role="lots", valid_from=START)


def test_switching_assignment_changes_what_can_be_opened_and_is_recorded(world: World) -> None:
    other = second_assignment(world)
    client = world.client("kim")
    assert client.get(address("case", world.case.ref)).status_code == 200
    page = text(client.get(address("assignments")))
    assert "Vuxenenheten" in page
    assert page.count("Aktivt nu") == 1
    chosen = {"assignment": str(other.ref), "kommun": "0180"}
    assert leads_to(client.post(address("assignments"), chosen)) == address("home")
    assert client.get(address("case", world.case.ref)).status_code == 404
    world.look()
    [entry] = deeds("session.assignment_switched")
    assert entry.objects_seen == {"hub.assignment": [other.pk]}


def test_nobody_switches_to_an_assignment_or_kommun_that_is_not_theirs(world: World) -> None:
    client = world.client("kim")
    mine = str(world.kim.assignment.ref)
    for chosen in (
        {"assignment": str(world.mona.assignment.ref), "kommun": "0180"},
        {"assignment": mine, "kommun": "0184"},
        {"assignment": "nonsens", "kommun": ""},
    ):
        assert leads_to(client.post(address("assignments"), chosen)) == address("assignments")
    world.look()
    assert deeds("session.assignment_switched") == []


def test_without_an_assignment_there_is_one_page_that_says_so(world: World) -> None:
    Assignment.objects.filter(pk=world.kim.assignment.pk).update(valid_to=START)
    client = world.client("kim")
    assert leads_to(client.get(address("home"))) == address("no_assignment")
    assert "inget uppdrag" in text(client.get(address("no_assignment")))


def test_the_look_is_a_cookie_and_never_leads_away_from_here(db: None) -> None:
    client = Client()
    response = client.post(address("set_theme"), {"theme": "dark", "next": "/hjalp/"})
    assert leads_to(response) == "/hjalp/"
    assert response.cookies["theme"].value == "dark"
    assert 'data-color-scheme="dark"' in text(client.get(address("accessibility")))
    for outside in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        answer = client.post(address("set_theme"), {"theme": "neon", "next": outside})
        assert answer["Location"] == "/"
        assert "theme" not in answer.cookies


def test_the_cast_signs_in_with_one_press_in_demo_mode_on_this_machine_only(world: World, demo: None) -> None:
    someone = CAST[0]
    User.objects.create_user(someone.email, someone.name)
    cast = {"email": someone.email}
    assert leads_to(Client().post(address("demo_login"), cast)) == address("home")
    assert Client(REMOTE_ADDR="192.0.2.1").post(address("demo_login"), cast).status_code == 404
    with override_settings(DEMO=False):
        assert Client().post(address("demo_login"), cast).status_code == 404
    assert leads_to(Client().post(address("demo_login"), {"email": "kim@example.se"})) == "/konto/logga-in/"
    assert Client().get(address("demo_login")).status_code == 405


def test_the_cast_stands_on_the_sign_in_page_in_demo_mode_only(db: None) -> None:
    login = "/konto/logga-in/"
    assert "Karin Lindqvist" not in text(Client().get(login))
    with override_settings(DEMO=True):
        assert "Karin Lindqvist" in text(Client().get(login))
        assert "Karin Lindqvist" not in text(Client(REMOTE_ADDR="192.0.2.1").get(login))


def test_the_pages_of_demo_mode_exist_in_demo_mode(world: World, demo: None) -> None:
    page = text(get(world, "kim", "tryit"))
    assert [person.name for person in CAST if person.name not in page] == []
    assert get(world, "kim", "styleguide").status_code == 200


def test_the_cast_is_fifteen_people_at_example_addresses() -> None:
    assert len({member.email for member in CAST}) == 15
    assert all(member.email.endswith("@example.se") and member.posts and member.tip for member in CAST)


def test_a_wrong_password_says_how_to_mend_it_and_not_whether_the_account_exists(world: World) -> None:
    def said(email: str) -> str:
        data = {"login": email, "password": "fel-losenord-igen"}
        return " ".join(Client().post("/konto/logga-in/", data).context["form"].non_field_errors())

    assert said("kim@example.se") == said("ingen@example.se")
    assert "stämmer inte" in said("kim@example.se")
    assert "kontakta den som sköter konton" in said("kim@example.se")
