"""Before anything is written, the form says who would read it, and says it anew when a choice changes (idea 2)."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse
from tests.cast import share

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(share)


def test_the_line_follows_the_choices_without_a_new_page(house: House) -> None:
    sam = house.seated("sam")
    sam.go(f"/arenden/{house.world.case.ref}/uppgift/ny/")
    box = sam.page.locator("#forhandsvisning")
    sam.page.get_by_label("Närvaro").check()
    expect(box).to_contain_text("Kan läsas av socialtjänst och polis till och med 31 augusti")
    sam.page.get_by_label("Polisen Vällingby").uncheck()
    expect(box).to_contain_text("Kan läsas av socialtjänst till och med 31 augusti")
    sam.page.get_by_label("Skolresultat").check()
    expect(box).to_contain_text("Kan bara läsas av er")


def test_a_line_that_cannot_be_fetched_leaves_the_page_as_it_was_and_says_why(house: House) -> None:
    sam = house.seated("sam")
    sam.go(f"/arenden/{house.world.case.ref}/uppgift/ny/")
    before = sam.page.locator("#forhandsvisning").inner_html()
    sam.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sam.page.get_by_label("Närvaro").check()
    expect(sam.page.locator("#connection-warning")).to_contain_text("Du kan ha blivit utloggad")
    assert sam.page.locator("#forhandsvisning").inner_html() == before
