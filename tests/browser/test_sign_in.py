"""Signing in in a real browser: an invitation, a passkey, a session that ended while writing (P-Q3, P-Q5)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import expect

from consent.models import InformationItem
from hub import actions, clock
from hub.actions.sign_in import Invited
from hub.models import Role
from tests.browser.stage import PASSWORD, House, OpenHouse, Visitor, give_passwords
from tests.browser.test_axe import RENDERINGS, Judge
from tests.cast import NOW, World, register_elias

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "Kontaktperson från och med mars, två träffar i veckan."


def a_case_and_an_invitation(world: World) -> None:
    register_elias(world)
    give_passwords(world, "kim")
    facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
    _row, world.__dict__["token"] = actions.invite(facts, by=world.ada.actor, at=NOW)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(a_case_and_an_invitation)


def plug_in_a_key(visitor: Visitor) -> None:
    """A device of this browser that keeps passkeys and recognises its owner."""
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_from_the_invitation_to_a_passkey_and_in_again_with_it_alone(house: House) -> None:
    with override_settings(SECOND_FACTOR_ROLES=[str(role) for role in Role.values]):
        new = house.visitor()
        plug_in_a_key(new)
        new.go(f"/inbjudan/{house.world.__dict__['token']}/")
        Judge(new.page).all_is_well(RENDERINGS)
        new.fill("Välj ett lösenord", PASSWORD)
        new.fill("Skriv lösenordet en gång till", PASSWORD)
        new.press("Skapa kontot")
        new.heading("Lägg till ett extra inloggningssteg")
        Judge(new.page).all_is_well(RENDERINGS)
        new.follow("Lägg till en passkey")
        Judge(new.page).all_is_well(RENDERINGS)
        new.press("Lägg till passkey")
        new.heading("Reservkoder")
        Judge(new.page).all_is_well(RENDERINGS)
        new.follow("Jag har sparat koderna")
        expect(new.page.locator(".who-card b")).to_have_text("Nya Nord")
        new.follow("Din inloggning")
        new.reads("Passkey: Min passkey", "10 kvar", "Den här")
        Judge(new.page).all_is_well(RENDERINGS)
        new.press("Logga ut")
        new.heading("Rätt uppgift till rätt person")
        new.press("Logga in med passkey")
        expect(new.page.locator(".who-card b")).to_have_text("Nya Nord")


def test_an_app_with_codes_is_added_without_script(house: House) -> None:
    with override_settings(SECOND_FACTOR_ROLES=["coordinator"]):
        kim = house.visitor(java_script_enabled=False)
        kim.go("/konto/logga-in/")
        kim.fill("E-postadress", house.world.kim.user.email)
        kim.fill("Lösenord", PASSWORD)
        kim.press("Logga in")
        kim.follow("Lägg till en app")
        expect(kim.page.locator("svg.qr")).to_be_visible()
        kim.fill("Autentiseringskod", "000000")
        kim.press("Lägg till appen")
        kim.reads("Koden stämmer inte")


def test_a_session_that_ended_while_writing_gives_the_text_back(house: House) -> None:
    kim = house.sign_in("kim")
    kim.go(f"/arenden/{house.world.case.ref}/uppgift/ny/")
    kim.page.get_by_role("radio", name="Insatser och plan").check()
    kim.fill("Vad har hänt, eller vad vet ni?", BODY)
    kim.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    kim.press("Spara utkast")
    kim.reads("Det du skrev finns kvar.")
    kim.follow("Logga in igen")
    kim.fill("E-postadress", house.world.kim.user.email)
    kim.fill("Lösenord", PASSWORD)
    kim.press("Logga in")
    kim.heading("Fortsätt där du var")
    expect(kim.page.get_by_label("Din text")).to_have_value(BODY)
    Judge(kim.page).all_is_well(RENDERINGS)
    kim.press("Skicka igen")
    kim.reads("Utkastet är sparat")
    with house.stored():
        assert InformationItem.objects.get().author_id == house.world.kim.assignment.pk


def test_a_page_left_open_over_the_idle_limit_leads_back_after_signing_in(house: House) -> None:
    kim = house.sign_in("kim")
    later = clock.now() + timedelta(minutes=31)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        kim.go("/ungdomar/")
        kim.reads("inget hade hänt på en stund")
        kim.fill("E-postadress", house.world.kim.user.email)
        kim.fill("Lösenord", PASSWORD)
        kim.press("Logga in")
        kim.page.wait_for_url("**/ungdomar/")
