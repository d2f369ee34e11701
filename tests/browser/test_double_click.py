"""Nothing is lost and nothing is done twice: a double click, two windows, a session that ended (P-Q3, P-Q5)."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from consent import actions as consent_actions
from consent.models import Consent, InformationItem, SigningSession
from hub.models import AuditEntry
from tests.browser.stage import House, OpenHouse
from tests.cast import START, YES, World, draft_paper, name_contacts, register_elias, sign

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "Kontaktperson från och med mars, två träffar i veckan."


def signed_draft(world: World) -> None:
    """A consent in force, and a new paper that all have signed but nobody has registered."""
    register_elias(world)
    sign(world, draft_paper(world))
    name_contacts(world)
    draft = draft_paper(world)
    signers = ((world.elias.person, "youth"), (world.eva.person, "guardian"), (world.emil.person, "guardian"))
    for signer, role in signers:
        consent_actions.save_answer(draft, signer, role, YES, by=world.kim.actor, at=START)
    world.__dict__["draft"] = draft


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(signed_draft)


def step(house: House, name: str) -> str:
    return f"/samtycken/{house.world.__dict__['draft'].ref}/steg/{name}/"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_double_click_registers_once(house: House, script: bool) -> None:
    kim = house.seated("kim", java_script_enabled=script)
    kim.go(step(house, "kontrollera"))
    kim.page.get_by_role("button", name="Registrera samtycket").dblclick()
    kim.reads("Samtycket är registrerat.")
    with house.stored() as world:
        assert list(Consent.objects.order_by("version").values_list("version", flat=True)) == [1] * 4 + [2] * 4
        assert AuditEntry.objects.filter(action="consent.registered", case_ids=[world.case.pk]).count() == 2


def test_two_windows_on_the_same_draft(house: House) -> None:
    first = house.seated("kim")
    second = house.watched(first.page.context)
    for window in (first, second):
        window.go(step(house, "syfte"))
    first.fill("Vad är samtycket till för?", "Att samordna skolan.")
    first.press("Spara utkast")
    first.reads("Utkastet är sparat.")
    second.fill("Vad är samtycket till för?", "Att samordna fritiden.")
    second.press("Spara utkast")
    second.reads("Det du har fyllt i står kvar här.")
    expect(second.page.get_by_label("Vad är samtycket till för?")).to_have_value("Att samordna fritiden.")
    second.press("Spara utkast")
    second.reads("Utkastet är sparat.")
    with house.stored() as world:
        assert SigningSession.objects.get(pk=world.__dict__["draft"].pk).purpose == "Att samordna fritiden."


def test_a_session_that_ended_while_writing_keeps_the_text(house: House) -> None:
    kim = house.seated("kim")
    kim.go(f"/arenden/{house.world.case.ref}/uppgift/ny/")
    kim.page.get_by_role("radio", name="Insatser och plan").check()
    kim.fill("Vad har hänt, eller vad vet ni?", BODY)
    kim.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    kim.press("Spara utkast")
    kim.heading("Sidan har varit öppen för länge")
    expect(kim.page.get_by_label("Text 1")).to_have_value(BODY)
    with house.stored():
        assert not InformationItem.objects.exists()
