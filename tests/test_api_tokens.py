"""Keys for other systems: shown once, one assignment's reach, gone with it to the second (P-A12)."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from hub import actions as hub_actions
from hub.access import Denied
from hub.errors import Conflict, Invalid
from hub.models import ApiToken, Assignment, AuditEntry, TokenScope, User
from tests.cast import NOW, SECOND, World, once_key
from tests.html_forms import says

pytestmark = pytest.mark.django_db

READ, WRITE = TokenScope.READ.value, TokenScope.WRITE.value
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


def issue(world: World, name: str, *, scopes: tuple[str, ...] = (READ, WRITE)) -> tuple[ApiToken, str]:
    """A key of a member of the cast, from NOW for a day."""
    member = world.members[name]
    return hub_actions.make_token(
        assignment=member.assignment,
        municipality_id=member.actor.municipality_id,
        name="Verksamhetssystemet",
        scopes=list(scopes),
        expires_at=NOW + timedelta(days=1),
        by=member.actor,
        at=NOW,
    )


def machine(secret: str) -> Client:
    """Another system: it sends the key and nothing else, and is held to the csrf rule like a browser."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


def status_at(client: Client, at: datetime, address: str, world: World) -> int:
    with time_machine.travel(at, tick=False):
        code = client.get(address).status_code
    world.look()
    return code


def test_a_key_reads_what_its_assignment_reads_and_leaves_the_same_entry(world: World) -> None:
    token, secret = issue(world, "pia")
    response = machine(secret).get(reverse("api:individual", args=[world.elias.ref]))
    world.look()
    assert response.json()["name"] == "Elias Holm"
    entry = AuditEntry.objects.filter(kind="read").latest("pk")
    assert (entry.user_name, entry.route, entry.individual_ids) == ("Pia Holm", "api:individual", [world.elias.pk])
    assert entry.detail == {"token": token.pk}
    assert not response.cookies, "a key opens no session"


def test_what_a_key_may_not_read_is_404_and_recorded(world: World) -> None:
    token, secret = issue(world, "olle")
    response = machine(secret).get(reverse("api:individual", args=[world.elias.ref]))
    world.look()
    assert response.status_code == 404
    entry = AuditEntry.objects.filter(kind="refused").latest("pk")
    assert entry.detail == {"status": 404, "ref": str(world.elias.ref), "token": token.pk}


@pytest.mark.parametrize("route", ["api:individual", "consent:individual"])
def test_an_assignment_that_ends_at_twelve_ends_then_in_page_key_and_open_session(world: World, route: str) -> None:
    _token, secret = issue(world, "pia")
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_to=NOON)
    with time_machine.travel(NOON - SECOND, tick=False):
        session = world.client("pia")
    address = reverse(route, args=[world.elias.ref])
    clients = [session, machine(secret)] if route.startswith("api:") else [session]
    before = [status_at(client, NOON - SECOND, address, world) for client in clients]
    after = [status_at(client, NOON, address, world) for client in clients]
    assert before == [200] * len(clients)
    assert after == ([403, 401] if route.startswith("api:") else [403])


def test_a_key_ends_at_its_last_instant_and_when_it_is_revoked(world: World) -> None:
    token, secret = issue(world, "pia")
    address = reverse("api:cases")
    end = token.expires_at
    assert [status_at(machine(secret), at, address, world) for at in (NOW, end - SECOND, end)] == [200, 200, 401]
    hub_actions.revoke_token(token, by=world.pia.actor, at=NOW + SECOND)
    assert [status_at(machine(secret), NOW + n * SECOND, address, world) for n in (0, 1)] == [200, 401]
    with pytest.raises(Conflict):
        hub_actions.revoke_token(token, by=world.pia.actor, at=NOW + 2 * SECOND)


def test_a_key_ends_with_its_user_and_with_the_kommun_that_its_agency_serves(world: World) -> None:
    _token, secret = issue(world, "pia")
    world.police.serves.set([world.other_kommun])
    assert status_at(machine(secret), NOW, reverse("api:cases"), world) == 401
    world.police.serves.set([world.kommun])
    assert status_at(machine(secret), NOW, reverse("api:cases"), world) == 200
    User.objects.filter(pk=world.pia.user.pk).update(is_active=False)
    assert status_at(machine(secret), NOW, reverse("api:cases"), world) == 401


def test_a_key_that_may_read_changes_nothing_but_searches(world: World) -> None:
    _token, secret = issue(world, "pia", scopes=(READ,))
    client = machine(secret)
    refused = client.post(reverse("api:stop", args=[world.elias.ref]))
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/docs/#fel-scope")
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    found = client.post(reverse("api:search"), {"q": "Elias"}, content_type="application/json")
    assert [hit["name"] for hit in found.json()["results"]] == ["Elias Holm"]


def test_a_bad_key_never_falls_back_to_the_session(world: World) -> None:
    client = world.client("pia")
    assert client.get(reverse("api:cases")).status_code == 200
    for header in ("Bearer shub_okant", "Bearer ", "Basic cGlhOng=", "nonsens"):
        response = client.get(reverse("api:cases"), headers={"Authorization": header})
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_a_session_needs_its_csrf_key_and_a_token_does_not(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.pia.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("api:stop", args=[world.elias.ref])
    refused = browser.post(address)
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/docs/#fel-csrf")
    assert Client(enforce_csrf_checks=True).post(address).status_code == 401
    world.look()
    assert machine(issue(world, "pia")[1]).post(address).json() == {"stopped": True}


def test_a_key_opens_no_page(world: World) -> None:
    _token, secret = issue(world, "pia")
    assert machine(secret).get(reverse("consent:individual", args=[world.elias.ref])).status_code == 302


# --- making and revoking -----------------------------------------------------------------------------------------


def test_only_a_hash_is_stored_and_nothing_of_the_secret_is_logged(world: World) -> None:
    token, secret = issue(world, "pia")
    stored = [str(value) for value in ApiToken.objects.filter(pk=token.pk).values_list().get()]
    assert not [value for value in stored if secret in value]
    assert secret.startswith(token.prefix)
    entries = AuditEntry.objects.filter(objects_seen__has_any_keys=["hub.apitoken", "hub_apitoken"])
    assert {"token.made", "insert"} <= set(entries.values_list("action", flat=True))
    assert not [e for e in entries.values() if secret in str(e) or token.digest in str(e)]


def test_the_profile_shows_the_key_once_and_a_second_press_makes_no_other(world: World) -> None:
    client, form = world.client("pia"), {"name": "Polisens system", "reach": "read", "days": "30", "once": once_key()}
    made = client.post(reverse("hub:token_new"), form)
    token = ApiToken.objects.get(user=world.pia.user)
    assert token.prefix in made.content.decode()
    assert token.expires_at == NOW.astimezone(UTC) + timedelta(days=30)
    again = client.post(reverse("hub:token_new"), form)
    assert again["Location"] == reverse("hub:tokens")
    listed = client.get(reverse("hub:tokens")).content.decode()
    assert "Polisens system" in listed
    assert "Aldrig använd" in listed
    assert made.content.decode().partition("shub_")[2][:30] not in listed
    client.post(reverse("hub:token_revoke", args=[token.ref]), {"once": once_key()})
    assert says(client.get(reverse("hub:tokens")), "Återkallad")


def test_a_faulty_form_says_what_to_mend(world: World) -> None:
    response = world.client("pia").post(reverse("hub:token_new"), {"name": "", "reach": "allt", "days": "999"})
    assert response.status_code == 422
    for sentence in ("Skriv vad nyckeln ska", "Välj vad nyckeln får göra.", "Välj hur länge nyckeln"):
        assert says(response, sentence)


def test_leisure_reads_on_screen_only_and_gets_no_key(world: World) -> None:
    with pytest.raises(Invalid):
        issue(world, "fia")
    client = world.client("fia")
    assert "Er verksamhet läser bara på skärm" in client.get(reverse("hub:token_new")).content.decode()
    assert client.post(reverse("hub:token_new"), {"name": "x", "reach": "read", "days": "1"}).status_code == 422
    assert client.get(reverse("api:agencies")).json()["type"] == "/api/docs/#fel-screen-only"


def test_nobody_sees_or_revokes_somebody_elses_key(world: World) -> None:
    token, _secret = issue(world, "pia")
    assert world.client("peo").post(reverse("hub:token_revoke", args=[token.ref])).status_code == 404
    with pytest.raises(Denied):
        hub_actions.revoke_token(token, by=world.peo.actor, at=NOW)


@pytest.mark.parametrize(("days", "allowed"), [(365, True), (366, False), (0, False)])
def test_a_key_lives_a_year_at_most(world: World, days: int, allowed: bool) -> None:
    def make() -> None:
        hub_actions.make_token(
            assignment=world.pia.assignment,
            municipality_id=world.kommun.pk,
            name="x",
            scopes=[READ],
            expires_at=NOW + timedelta(days=days),
            by=world.pia.actor,
            at=NOW,
        )

    if allowed:
        make()
    else:
        with pytest.raises(Invalid):
            make()


def test_the_command_prints_a_key_once(world: World) -> None:
    out, err = StringIO(), StringIO()
    call_command("issue_token", "PIA@example.se", hours=2, stdout=out, stderr=err)
    secret = out.getvalue().strip()
    token = ApiToken.objects.get(user=world.pia.user)
    assert (token.expires_at, token.scopes) == (NOW + timedelta(hours=2), [READ, WRITE])
    assert secret not in err.getvalue()
    assert status_at(machine(secret), NOW, reverse("api:cases"), world) == 200
    with pytest.raises(CommandError, match="inget sådant uppdrag"):
        call_command("issue_token", "ingen@example.se")
    with pytest.raises(CommandError, match="bara på skärm"):
        call_command("issue_token", "fia@example.se")


def test_the_command_asks_which_assignment_when_there_are_several(world: World) -> None:
    other = Assignment.objects.create(
        user=world.pia.user, unit=world.other_police.units.get(), role="contact", valid_from=NOW - timedelta(days=1)
    )
    with pytest.raises(CommandError, match=str(other.ref)):
        call_command("issue_token", "pia@example.se")
    call_command("issue_token", "pia@example.se", assignment=str(other.ref), stdout=StringIO(), stderr=StringIO())
    assert ApiToken.objects.get(user=world.pia.user).assignment == other
