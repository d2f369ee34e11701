"""A concern is judged by keyboard alone, and without script (P-Q1): the suggestion follows, the colour is one's own."""

import pytest
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse
from tests.browser.test_keyboard import Keys
from tests.cast import World
from tests.concerns import nova
from triage.models import ColourChange, PreliminaryAssessment, ProtectionAssessment

pytestmark = pytest.mark.django_db(transaction=True)


def concern(world: World) -> None:
    nova(world)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(concern)


def nova_of(house: House) -> PreliminaryAssessment:
    with house.stored() as world:
        return nova(world)


def test_by_keyboard(house: House) -> None:
    assessment = nova_of(house)
    ines = house.seated("ines")
    keys = Keys(ines)
    ines.go(f"/anmalan/{assessment.ref}/skydd/")
    keys.to(ines.page.get_by_label("Inget behov av omedelbart skydd"))
    keys.press("Space")
    keys.to(ines.page.get_by_label("Hur kom ni fram till det?"))
    keys.write("Trygg hos mormor.")
    keys.to_button("Spara skyddsbedömningen")
    keys.enter()
    ines.go(f"/anmalan/{assessment.ref}/farg/")
    keys.to(ines.page.locator('[name="fraga-fara_nu"][value="yes"]'))
    keys.press("Space")
    expect(ines.page.locator("#forslag")).to_contain_text("Frågorna talar för: Röd")
    keys.press("ArrowRight")
    expect(ines.page.locator("#forslag")).to_contain_text("Frågorna talar för: Grön")
    keys.to(ines.page.locator('[name="colour"][value="red"]'))
    keys.press("ArrowDown")
    keys.to_button("Sätt färgen")
    keys.enter()
    with house.stored():
        change = ColourChange.objects.get()
        assert (change.colour, change.suggested, change.answers) == ("orange", "green", {"fara_nu": "no"})
        assert ProtectionAssessment.objects.get().reasons == "Trygg hos mormor."


def test_without_script(house: House) -> None:
    assessment = nova_of(house)
    ines = house.seated("ines", java_script_enabled=False)
    ines.go(f"/anmalan/{assessment.ref}/farg/")
    ines.page.locator('[name="fraga-vald"][value="yes"]').check()
    ines.fill("Varför?", "Det här skrev jag.")
    ines.press("Visa förslag")
    ines.reads("Frågorna talar för: Orange", "Svaret på vald är ja.", "Det här skrev jag.")
    ines.page.locator('[name="colour"][value="orange"]').check()
    ines.press("Sätt färgen")
    with house.stored():
        assert ColourChange.objects.get().reason == "Det här skrev jag."
