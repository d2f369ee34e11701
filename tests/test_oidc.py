"""Sign-in at an employer's identity provider, against an independent provider that runs beside the test (P-X6, R47).

Everything happens on this machine: the browser's part is played by hand, the back channel is real HTTP.
"""

import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from oidc_provider_mock import User as Person
from oidc_provider_mock import run_server_in_thread

from config.oidc import providers
from hub.models import Role, User
from tests.cast import World
from tests.hub_pages import address, deeds, leads_to, text
from tests.test_second_factor import with_app

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
LOA2 = "http://id.elegnamnden.se/loa/1.0/loa2"
START = "/konto/extern/kommunen/"


GOOD: Mapping[str, Any] = {
    "id": "kommunen",
    "name": "Kommunen",
    "issuer": "https://idp.example.se",
    "client_id": "hubben",
    "secret": "hemligt",
}


def person(sub: str, email: str, *, verified: bool = True, acr: str = LOA2) -> Person:
    claims = {"email": email, "email_verified": verified, "acr": acr, "personalIdentityNumber": "201002042396"}
    return Person(sub=sub, claims=claims)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = (
        person("kim-svag", "kim@example.se"),
        person("kim-stark", "Kim@Example.se", acr=LOA3),
        person("overifierad", "kim@example.se", verified=False),
        person("okand", "okand@example.se"),
    )
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


def configured(issuer: str, **more: Any) -> Any:
    given = [
        {"id": "kommunen", "name": "Kommunen", "issuer": issuer, "client_id": "hubben", "secret": "hemligt"} | more
    ]
    apps = providers(json.dumps(given), loopback=True)
    return override_settings(OIDC_APPS=apps, SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": apps}})


def chosen_at_the_provider(page: str, sub: str) -> str:
    """Press the button of this person on the provider's page; returns where it sends the browser."""
    there = urlsplit(page)
    connection = HTTPConnection(there.netloc, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"{there.path}?{there.query}", urlencode({"sub": sub}), headers)
    location = connection.getresponse().getheader("Location")
    connection.close()
    assert location is not None
    return location


def walk(client: Client, sub: str, query: str = "") -> Any:
    """From our button through the provider and back; returns our answer to the way back."""
    away = client.post(START + query)
    assert away.status_code == 302
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    parts = urlsplit(chosen_at_the_provider(away["Location"], sub))
    assert parts.path == f"{START}svar/"
    return client.get(f"{parts.path}?{parts.query}")


@pytest.mark.django_db
def test_a_verified_address_opens_the_account_that_has_it(world: World, issuer: str) -> None:
    client = Client()
    with configured(issuer):
        assert "Kommunen" in text(client.get("/konto/logga-in/"))
        assert leads_to(walk(client, "kim-svag")) == "/"
    assert "Kim Samuelsson" in text(client.get("/"))
    [linked] = SocialAccount.objects.all()
    assert (linked.user, linked.uid, linked.extra_data) == (world.kim.user, "kim-svag", {})
    world.look()
    assert deeds("session.signed_in")[-1].detail["how"] == ["kommunen"]
    assert len(deeds("external.linked")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("sub", ["overifierad", "okand"])
def test_an_unverified_or_unknown_address_opens_nothing_and_makes_nothing(world: World, issuer: str, sub: str) -> None:
    before = User.objects.count()
    client = Client()
    with configured(issuer):
        response = walk(client, sub)
        assert leads_to(response) == "/konto/logga-in/"
        assert "gick inte att koppla" in text(client.get("/konto/logga-in/"))
    assert leads_to(client.get("/")) == "/konto/logga-in/"
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)
    world.look()
    assert [entry.detail["why"] for entry in deeds("session.refused")] == ["account"]


@pytest.mark.django_db
def test_who_asks_to_connect_by_hand_comes_to_the_own_sign_in_and_connects_nobody_elses_address(
    world: World, issuer: str
) -> None:
    with configured(issuer):
        pia = world.client("pia")
        assert leads_to(walk(pia, "kim-svag", "?process=connect")) == "/konto/inloggning/"
    assert not SocialAccount.objects.filter(user=world.pia.user).exists()


@pytest.mark.django_db
def test_a_required_level_of_assurance_refuses_a_lower_one(world: World, issuer: str) -> None:
    with configured(issuer, acr_values=[LOA3]):
        client = Client()
        assert leads_to(walk(client, "kim-svag")) == "/konto/logga-in/"
        assert "tillitsnivå" in text(client.get("/konto/logga-in/"))
        assert leads_to(walk(Client(), "kim-stark")) == "/"
    world.look()
    assert [entry.detail["why"] for entry in deeds("session.refused")] == ["acr"]


@pytest.mark.django_db
@override_settings(SECOND_FACTOR_ROLES=list(Role.values))
def test_the_provider_vouches_for_the_second_step_only_at_the_configured_level(world: World, issuer: str) -> None:
    with configured(issuer, second_factor_acr=[LOA3]):
        weak, strong = Client(), Client()
        walk(weak, "kim-svag")
        assert leads_to(weak.get("/")) == address("second_factor")
        walk(strong, "kim-stark")
        assert strong.get("/").status_code == 200


@pytest.mark.django_db
@override_settings(SECOND_FACTOR_ROLES=list(Role.values))
def test_who_has_a_second_step_gives_it_after_the_provider_too(world: World, issuer: str) -> None:
    with_app(world, "kim")
    with configured(issuer):
        assert leads_to(walk(Client(), "kim-svag")) == "/konto/steg-tva/"


@pytest.mark.django_db
def test_a_deactivated_user_is_refused_also_when_linked(world: World, issuer: str) -> None:
    with configured(issuer):
        walk(Client(), "kim-svag")
        User.objects.filter(pk=world.kim.user.pk).update(is_active=False)
        assert leads_to(walk(Client(), "kim-svag")) == "/konto/logga-in/"


@pytest.mark.django_db
def test_an_answer_that_nobody_asked_for_is_refused(world: World, issuer: str) -> None:
    """Another's answer pasted into one's own browser carries a state that this browser never got."""
    with configured(issuer):
        answer = Client().get(f"{START}svar/?code=nagon-annans&state=pahittat")
        assert answer.status_code in (200, 401, 302)
        assert SocialAccount.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "inte json",
        "{}",
        "[1]",
        '[{"id": "kommunen"}]',
        str([dict(GOOD) | {"issuer": "http://idp.example.se"}]).replace("'", '"'),
        str([dict(GOOD) | {"id": "Kommunen ÅÄÖ"}]).replace("'", '"'),
        str([dict(GOOD) | {"okant": "x"}]).replace("'", '"'),
        str([dict(GOOD) | {"acr_values": "loa3"}]).replace("'", '"'),
        str([dict(GOOD), dict(GOOD)]).replace("'", '"'),
    ],
)
def test_a_faulty_configuration_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS"):
        providers(text, loopback=False)


def test_a_good_configuration_uses_pkce_and_lets_the_form_lead_there() -> None:
    [app] = providers(str([dict(GOOD)]).replace("'", '"'), loopback=False)
    assert app["settings"]["oauth_pkce_enabled"] is True
    assert app["settings"]["form_action"] == ["https://idp.example.se"]
    assert providers("", loopback=False) == []
    assert settings.OIDC_APPS == []
