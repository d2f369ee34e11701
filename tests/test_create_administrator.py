"""Into an installation where nobody can sign in: the kommun's first administrator, from the command line."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from hub.models import Agency, Assignment, AuditEntry, Municipality, User
from hub.tenancy import in_kommun
from tests.cast import NOW, World
from tests.hub_pages import leads_to, text

pytestmark = pytest.mark.django_db

ADDRESS, PASSWORD = "ada.ek@kommunen.example", "Tre glada grodor i Spånga"
HALLSTAHAMMAR = "1961"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def create(kommun: str = HALLSTAHAMMAR, email: str = ADDRESS, name: str = "Ada Ek", **options: str) -> str:
    """What is printed: one line, the link."""
    out, told = StringIO(), StringIO()
    call_command("create_administrator", kommun, email, name, stdout=out, stderr=told, **options)
    return out.getvalue().strip()


def choose(link: str) -> Any:
    return Client().post("/inbjudan/" + link.split("/inbjudan/")[1], {"password1": PASSWORD, "password2": PASSWORD})


def test_the_first_administrator_comes_in_by_the_link_and_invites(settings: Settings) -> None:
    settings.SITE_URL = "https://hubben.example.se"
    link = create()
    assert link.startswith("https://hubben.example.se/inbjudan/")
    assert len(link.splitlines()) == 1
    assert leads_to(choose(link)) == "/"
    assert choose(link).status_code == 404, "it works once"
    client = Client()
    client.post("/konto/logga-in/", {"login": ADDRESS, "password": PASSWORD})
    assert "Socialtjänsten" in text(client.get("/administration/"))
    assert "Administration, Socialtjänsten" in text(client.get("/administration/inbjudningar/ny/"))
    agency = Agency.objects.get()
    assert [agency.municipality, *agency.serves.all()] == [Municipality.objects.get(code=HALLSTAHAMMAR)] * 2


def test_it_stands_in_the_log_who_got_in_and_that_nobody_signed_in_did_it() -> None:
    create()
    kommun = Municipality.objects.get(code=HALLSTAHAMMAR)
    with in_kommun(kommun.pk):
        [entry] = AuditEntry.objects.filter(action="administrator.set_up")
    assert (entry.user_id, entry.assignment_id, entry.detail) == (None, None, {"new": True})
    assert entry.objects_seen["hub.user"] == [User.objects.get(email=ADDRESS).pk]
    assert entry.municipality_id == kommun.pk


def test_asked_again_the_former_link_stops_and_nothing_else_is_made() -> None:
    first, second = create(), create()
    assert choose(first).status_code == 404
    assert leads_to(choose(second)) == "/"
    assert (User.objects.count(), Assignment.objects.count(), Agency.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"kommun": "9999"}, "Ingen kommun"),
        ({"email": "ada"}, "hel e-postadress"),
        ({"kind": "polis"}, "aldrig en del av kommunen"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(options: dict[str, str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        create(**options)
    assert not User.objects.exists()
    assert not Agency.objects.exists()


def test_a_kommun_with_an_administrator_gets_no_second_from_the_command_line(world: World) -> None:
    """One who has it until a moment from now still has it; one whose assignment ends now leaves it to a new one."""
    kommun = world.kommun.code
    with pytest.raises(CommandError, match="redan en administratör"):
        create(kommun)
    Assignment.objects.filter(role="administrator").update(valid_to=NOW + timedelta(seconds=1))
    with pytest.raises(CommandError, match="redan en administratör"):
        create(kommun)
    Assignment.objects.filter(role="administrator").update(valid_to=NOW)
    assert "/inbjudan/" in create(kommun)


def test_an_address_with_another_name_or_a_closed_account_is_refused(world: World) -> None:
    with pytest.raises(CommandError, match="annat namn"):
        create(email=world.otto.user.email, name="Någon Annan")
    User.objects.filter(pk=world.otto.user.pk).update(is_active=False)
    with pytest.raises(CommandError, match="stängt"):
        create(email=world.otto.user.email, name=world.otto.user.name)
