"""Everything works by keyboard, and one sees where one is (P-Q1): the wizard, the stop, the skip link, the menu."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.stage import PHONE, House, OpenHouse, Visitor
from tests.cast import register_elias, share

pytestmark = pytest.mark.django_db(transaction=True)

#: More stops than any page has.
MOST_STOPS = 150
#: An outline or a ring at what has the focus, or at the label or cell that carries it; and it lies in the window.
SEES_FOCUS = """element => {
  const ring = (it) => {
    const look = getComputedStyle(it);
    return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
  };
  const box = element.getBoundingClientRect();
  return [element, element.closest("label")].some((it) => it && ring(it)) && box.bottom > 0 && box.top < innerHeight;
}"""
HAS_FOCUS = "element => element === document.activeElement"


class Keys:
    """Somebody without a mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.press("Control+A")
        self.page.keyboard.type(text)

    def to(self, target: Locator) -> None:
        """Tab on until the target has the focus, and see it."""
        expect(target).to_have_count(1)
        for _stop in range(MOST_STOPS):
            self.press("Tab")
            if target.evaluate(HAS_FOCUS):
                break
        else:
            raise AssertionError(f"Tab never reaches {target}")
        assert target.evaluate(SEES_FOCUS), f"no visible focus at {target}"

    def to_button(self, name: str) -> None:
        self.to(self.page.get_by_role("button", name=name, exact=True))

    def enter(self) -> None:
        """Enter on a button or link that leads to another page."""
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(register_elias)


@pytest.fixture
def sharing_house(open_house: OpenHouse) -> House:
    return open_house(share)


def test_a_consent_is_made_and_registered_by_keyboard_alone(house: House) -> None:
    kim = house.seated("kim")
    keys, page = Keys(kim), kim.page
    kim.go(f"/arenden/{house.world.case.ref}/")
    keys.to(page.get_by_role("link", name="Nytt samtycke"))
    keys.enter()
    keys.to_button("Börja")
    keys.enter()

    keys.to(page.get_by_label("Vad är samtycket till för?"))
    keys.write("Att samordna stödet.")
    keys.to_button("Nästa: uppgifter")
    keys.enter()

    keys.to(page.get_by_role("checkbox", name="Närvaro, till Socialtjänsten Spånga"))
    keys.press("Space")
    keys.to(page.get_by_label("Vad behöver Socialtjänsten Spånga uppgifterna till?"))
    keys.write("För att ge rätt stöd.")
    for following in ("Tensta fritidsgård", "Socialtjänsten Spånga", "Polisen Vällingby", "hur länge"):
        keys.to_button(f"Nästa: {following}")
        keys.enter()

    keys.to_button("Nästa: underskrifter")
    keys.enter()
    for given in ("Elias", "Eva", "Emil"):
        signer = page.get_by_role("region", name=f"{given} Holm, ").first
        keys.to(signer.get_by_role("radio", checked=True))
        keys.press("ArrowDown")
        expect(signer.get_by_role("radio", name="Ja", exact=True)).to_be_checked()
        keys.to(signer.get_by_label("Vet att det är frivilligt och har förstått"))
        keys.press("Space")
    keys.to_button("Nästa: kontrollera")
    keys.enter()

    keys.to_button("Registrera samtycket")
    keys.enter()
    kim.reads("Samtycket är registrerat.")


def test_the_stop_is_reached_and_pressed_by_keyboard(sharing_house: House) -> None:
    pia = sharing_house.seated("pia")
    keys = Keys(pia)
    pia.go(f"/ungdomar/{sharing_house.world.elias.ref}/")
    keys.to_button("Stoppa delningen nu")
    keys.enter()
    pia.heading("Delningen är stoppad")


def test_the_first_stop_leads_past_the_menu(house: House) -> None:
    kim = house.seated("kim")
    keys = Keys(kim)
    kim.go(f"/arenden/{house.world.case.ref}/")
    keys.press("Tab")
    expect(kim.page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    keys.press("Enter")
    expect(kim.page.locator("main")).to_be_focused()
    keys.press("Tab")
    assert kim.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(house: House) -> None:
    kim = house.seated("kim", viewport=PHONE)
    keys, menu = Keys(kim), kim.page.get_by_role("navigation", name="Huvudmeny")
    kim.go("/")
    expect(menu).to_be_hidden()
    keys.to_button("Meny")
    keys.press("Enter")
    expect(menu).to_be_visible()
    keys.press("Escape")
    expect(menu).to_be_hidden()
    expect(kim.page.get_by_role("button", name="Meny", exact=True)).to_be_focused()
    keys.press("Enter")
    keys.to(menu.get_by_role("link", name="Mina ungdomar"))
    keys.enter()
    kim.heading("Mina ungdomar")
