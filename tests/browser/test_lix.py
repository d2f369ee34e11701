"""How easy a text is, as one writes: the browser counts as the server does (P-P4)."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.stage import House, OpenHouse
from tests.cast import NOW, SECOND, World, share
from tests.plans import plan_of

pytestmark = pytest.mark.django_db(transaction=True)
CASES = json.loads((Path(__file__).parents[1] / "data" / "lix_cases.json").read_text(encoding="utf-8"))


def begun(world: World) -> None:
    share(world)
    plan_of(world, at=NOW - SECOND)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(begun)


def test_the_page_counts_as_the_server_does_and_names_what_to_divide(house: House) -> None:
    kim = house.seated("kim")
    kim.go(f"/arenden/{house.world.case.ref}/plan/mal/nytt/")
    for case in CASES:
        found = kim.page.evaluate("text => window.Lix.count(text)", case["text"])
        wanted = {"long_sentences": [], **case}
        assert {key: found[key] for key in wanted if key != "text"} == {k: v for k, v in wanted.items() if k != "text"}
    box = kim.page.locator("[data-lix]")
    expect(box.get_by_role("button", name="Räkna på nytt")).to_be_hidden()
    kim.page.get_by_label("Vad ska den unge nå?").fill("Elias går till skolan.")
    expect(box).to_contain_text("LIX 4, barnbok")
    long = "Elias går till skolan och sen hem till mamma och pappa och äter kvällsmaten där."
    kim.page.get_by_label("Vad ska den unge nå?").fill(long)
    expect(box.locator("[data-lix-sentences] li")).to_have_text(long)
