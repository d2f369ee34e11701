"""The second step: required by role before anything else, made, used, lost and restored."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client, override_settings

from hub import actions
from hub.access import Denied
from hub.models import Assignment, Role
from tests.cast import NOW, World
from tests.hub_pages import address, deeds, leads_to, text
from tests.test_sign_in import LOGIN, PASSWORD, sign_in, with_password

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP2 = "/konto/steg-tva/"
APP = "/konto/inloggning/app/"


@pytest.fixture(autouse=True)
def _required() -> Iterator[None]:
    dummy = "django.core.mail.backends.dummy.EmailBackend"
    with override_settings(SECOND_FACTOR_ROLES=[str(role) for role in Role.values], EMAIL_BACKEND=dummy):
        yield


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(NOW.timestamp()) // 30 + steps)))


def with_app(world: World, name: str) -> Any:
    user = with_password(world, name)
    TOTP.activate(user, SECRET)
    return user


def test_every_role_is_led_to_the_second_step_from_every_page(world: World) -> None:
    for name in ("kim", "mona", "pia", "rut", "ada"):
        client = world.client(name)
        for page in ("/", address("case", world.case.ref), "/ungdomar/", address("my_sign_in")):
            assert leads_to(client.get(page)) == address("second_factor"), name
        assert leads_to(client.post(address("search"), {"q": "Elias"})) == address("second_factor")
        assert client.get(address("second_factor")).status_code == 200
        assert "Elias" not in text(client.get(address("second_factor")))


def test_an_app_with_codes_is_added_once_and_then_asked_for(world: World) -> None:
    kim, client = with_password(world, "kim"), Client()
    sign_in(client, kim.email)
    page = text(client.get(APP))
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret is not None
    assert "<svg role" in page
    assert leads_to(client.post(APP, {"code": code(secret[1])})) == "/konto/inloggning/reservkoder/"
    codes = re.findall(r"<li>(\d{8})</li>", text(client.get("/konto/inloggning/reservkoder/")))
    assert len(codes) == 10
    assert codes[0] not in text(client.get("/konto/inloggning/reservkoder/")), "shown once"
    assert client.get("/").status_code == 200
    stored = Authenticator.objects.get(user=kim, type="totp")
    assert secret[1] not in str(stored.data)
    # The next time the password alone opens nothing, and a recovery code works once.
    again = Client()
    assert leads_to(sign_in(again, kim.email)) == STEP2
    assert leads_to(again.get("/")) == LOGIN
    assert leads_to(again.post(STEP2, {"code": codes[0]})) == "/"
    assert again.get("/").status_code == 200
    third = Client()
    sign_in(third, kim.email)
    assert "stämmer inte" in text(third.post(STEP2, {"code": codes[0]}))
    world.look()
    assert [entry.detail["type"] for entry in deeds("factor.added")] == ["totp", "recovery_codes"]
    assert len(deeds("session.second_factor_failed")) == 1
    assert deeds("session.signed_in")[-1].detail["how"] == ["password", "recovery_codes"]


def test_the_fifth_wrong_code_locks_the_account(world: World) -> None:
    kim, client = with_app(world, "kim"), Client()
    sign_in(client, kim.email)
    for _attempt in range(5):
        assert "stämmer inte" in text(client.post(STEP2, {"code": "000000"}))
    assert "spärrad" in text(client.post(STEP2, {"code": code()}))
    world.look()
    assert len(deeds("session.locked")) == 1


def test_a_wrong_code_is_refused_when_the_app_is_added(world: World) -> None:
    kim, client = with_password(world, "kim"), Client()
    sign_in(client, kim.email)
    client.get(APP)
    assert "Koden stämmer inte" in text(client.post(APP, {"code": "000000"}))
    assert leads_to(client.get("/")) == address("second_factor")


def test_changing_factors_needs_a_fresh_proof(world: World) -> None:
    kim, client = with_app(world, "kim"), Client()
    sign_in(client, kim.email)
    client.post(STEP2, {"code": code()})
    add_key = "/konto/inloggning/passkey/"
    with time_machine.travel(NOW + timedelta(minutes=5) - timedelta(seconds=1), tick=False):
        assert client.get(add_key).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        assert leads_to(client.get(add_key)) == "/konto/bekrafta/"
        proved = client.post("/konto/bekrafta/", {"password": PASSWORD, "next": add_key})
        assert leads_to(proved) == add_key
        assert client.get(add_key).status_code == 200


def test_the_last_factor_stays_while_the_role_needs_one(world: World) -> None:
    kim, client = with_app(world, "kim"), Client()
    sign_in(client, kim.email)
    client.post(STEP2, {"code": code()})
    assert "minst ett extra" in text(client.get(f"{APP}ta-bort/"))
    client.post(f"{APP}ta-bort/")
    assert Authenticator.objects.filter(user=kim).exists()


def test_an_administrator_resets_a_lost_second_step_and_the_user_is_told(world: World) -> None:
    kim, client = with_app(world, "kim"), Client()
    sign_in(client, kim.email)
    client.post(STEP2, {"code": code()})
    assert client.get("/").status_code == 200
    actions.reset_sign_in(kim, world.youth_unit, new_password=False, by=world.ada.actor, at=NOW)
    assert leads_to(client.get("/")) == LOGIN, "every session is closed"
    assert not Authenticator.objects.filter(user=kim).exists()
    again = Client()
    sign_in(again, kim.email)
    assert leads_to(again.get("/")) == address("second_factor")
    with override_settings(SECOND_FACTOR_ROLES=[]):
        assert "återställt din inloggning" in text(again.get(address("notifications")))
    world.look()
    [entry] = deeds("factor.reset")
    assert entry.objects_seen == {"hub.user": [kim.pk]}


def test_a_forgotten_password_is_renewed_by_a_link(world: World) -> None:
    kim, ada = with_password(world, "kim"), world.client("ada")
    with override_settings(SECOND_FACTOR_ROLES=[]):
        sent = {"email": kim.email, "new_password": "on", "checked": "on"}
        made = ada.post(address("recover_sign_in"), sent)
        page = text(ada.get(made["Location"]))
    link = "/inbjudan/" + page.split("/inbjudan/")[1].split("<")[0]
    assert "stämmer inte" in text(sign_in(Client(), kim.email)), "the old password is gone"
    client, fresh = Client(), "Fyra ugglor i en tall"
    client.post(link, {"password1": fresh, "password2": fresh})
    assert leads_to(client.get("/")) == address("second_factor")
    assert Client().get(link).status_code == 404


def test_nobody_resets_their_own_or_another_kommuns(world: World) -> None:
    unit = world.youth_unit
    for whom, by in ((world.ada.user, world.ada.actor), (world.kim.user, world.mona.actor)):
        with pytest.raises(Denied):
            actions.reset_sign_in(whom, unit, new_password=True, by=by, at=NOW)
    with pytest.raises(Denied):
        actions.reset_sign_in(
            world.otto.user, world.otto.assignment.unit, new_password=False, by=world.ada.actor, at=NOW
        )
    # Somebody who also works elsewhere is not Ada's alone.
    Assignment.objects.create(user=world.kim.user, unit=world.otto.assignment.unit, role="lots", valid_from=NOW)
    with pytest.raises(Denied):
        actions.reset_sign_in(world.kim.user, unit, new_password=True, by=world.ada.actor, at=NOW)
