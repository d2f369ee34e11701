"""Names come up while one types, in place, and the address never holds what was typed (R32)."""

import pytest
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse
from tests.cast import World, draft_paper, name_contacts, register_elias, sign

pytestmark = pytest.mark.django_db(transaction=True)


def started(world: World) -> None:
    register_elias(world)
    sign(world, draft_paper(world))
    name_contacts(world)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(started)


def test_names_come_up_while_typing_and_nothing_stands_in_the_address(house: House) -> None:
    kim = house.seated("kim")
    kim.go("/sok/")
    field = kim.page.locator("main").get_by_role("searchbox")
    field.press_sequentially("eli", delay=20)
    hit = kim.page.get_by_role("link", name="Elias Holm")
    expect(hit).to_be_visible()
    expect(kim.page.locator("main h1")).to_have_count(1)
    assert kim.page.url.endswith("/sok/")
    field.press_sequentially("zz", delay=20)
    kim.reads("Ingen träff")
    field.fill("eli")
    kim.page.locator("main").get_by_role("button", name="Sök").click()
    expect(kim.page.get_by_role("link", name="Elias Holm")).to_be_visible()
    assert kim.page.url.endswith("/sok/")
    hit.click()
    kim.heading("Elias Holm")
