"""The queue in a browser (P-T9): it freshens itself under one's hands, and reads well in every rendering."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse
from tests.browser.test_axe import RENDERINGS, Judge
from tests.cast import NOW, World
from tests.queues import HOUR, at_intake, clock, concern, submit
from tests.test_triage_statistics import ask, decide, protect
from triage import actions

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE, STATISTICS = "/orosanmalningar/", "/orosanmalningar/uppfoljning/?klocka=protection&lage=sena"


def varied(world: World, *, rounds: int = 2) -> None:
    """Concerns of every colour, early and late, received and not, one of a protected child."""
    ivar = at_intake(world, "ivar").assignment
    for number in range(rounds):
        for place, colour in enumerate(("red", "orange", "green", "")):
            born = date(2009 + place, 3, 1)
            row = concern(world, colour, birth_date=born, owner=ivar if place % 2 else None)
            left = timedelta(minutes=(-90, -1, 25, 200)[(place + number) % 4])
            clock(row, "protection", NOW + left, breached=left < timedelta(0))
            clock(row, "decision", NOW + (300 + place) * HOUR)
            if colour in ("red", "orange"):
                clock(row, colour, NOW + (place + 1) * HOUR)
            if number % 2:
                protect(row, NOW - HOUR)
            ask(world, row, due=NOW + (place - 1) * HOUR)
    done = concern(world, "red")
    clock(done, "red", NOW, met_at=NOW - HOUR)
    decide(done, NOW - HOUR)
    hidden = concern(world, "orange", protected=True, owner=ivar)
    clock(hidden, "orange", NOW + HOUR)
    submit(world, actions.ChildFacts(about="En pojke i åttan"), actions.ChildFacts(about="Hans syster"))


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(varied)


def test_axe_finds_nothing_in_the_queue_and_the_managers_page(house: House) -> None:
    for name, address in (("ivar", QUEUE), ("maja", STATISTICS)):
        visitor = house.seated(name)
        assert visitor.go(address) == 200
        Judge(visitor.page).all_is_well(RENDERINGS)


def test_the_list_freshens_itself_and_leaves_the_focus_where_it_is(house: House) -> None:
    visitor = house.seated("ivar")
    page = visitor.page
    visitor.go(QUEUE)
    chip = page.get_by_role("link", name="Försenade")
    chip.focus()
    scrolled = page.evaluate("scrollTo(0, 200), scrollY")
    said = page.get_by_role("status").inner_text()
    with house.stored() as world:
        clock(concern(world, "red", birth_date=date(2010, 1, 1)), "red", NOW - HOUR)
    page.evaluate("document.getElementById('ko').dispatchEvent(new CustomEvent('every'))")
    expect(page.get_by_role("status")).not_to_have_text(said)
    expect(page.get_by_role("link", name="Försenade")).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    assert visitor.problems == []
