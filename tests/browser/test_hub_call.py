"""In a real browser: two write at once, the line breaks, the session ends, and no typed word is lost (P-T7, P-Q3)."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.stage import LAPTOP, PHONE, SIDEWAYS, House, OpenHouse, Visitor
from tests.cast import NOW, World
from tests.concerns import nova
from tests.hub_scenes import answered, check_of, running
from triage import actions
from triage.models import CallChild, HubCall, PreliminaryAssessment

WAIT_MS = 15_000


def stored_without_an_answer(route: Route) -> None:
    route.fetch()
    route.abort()


def a_call(world: World) -> None:
    """A Röd hub about Nova that has just begun, with a map; Ines and Vera are in it."""
    assessment = nova(world)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(colour="red")
    answered(world, at=NOW)
    running(world, at=NOW)
    unit = world.vera.assignment.unit
    line = actions.Line(kind="contact", label="äldre vän", degree=3, source=unit)
    friend = actions.add_to_map(assessment, line, by=world.vera.actor, at=NOW).end
    line = actions.Line(kind="place", label="centrum", degree=1, source=unit, start=friend)
    actions.add_to_map(assessment, line, by=world.vera.actor, at=NOW)


@pytest.mark.django_db(transaction=True)
class TestTheCall:
    @pytest.fixture
    def house(self, open_house: OpenHouse) -> House:
        return open_house(a_call)

    def enter(self, house: House, name: str) -> Visitor:
        visitor = house.seated(name)
        with house.stored():
            address = f"/hubbar/{HubCall.objects.get().ref}/"
        assert visitor.go(address) == 200
        return visitor

    def stored(self, house: House) -> str:
        with house.stored():
            return str(CallChild.objects.get().text)

    def test_no_typed_word_is_lost_and_nothing_runs_out(self, house: House) -> None:
        ines, vera = self.enter(house, "ines"), self.enter(house, "vera")
        saved, hers = ines.page.locator("#sparat"), vera.page.locator("#sparat")
        text, her_text = (
            ines.page.get_by_role("textbox", name="Gemensam bedömning"),
            vera.page.get_by_role("textbox", name="Gemensam bedömning"),
        )

        text.fill("Skolan är orolig.")
        expect(saved).to_contain_text("Sparat", timeout=WAIT_MS)
        # It comes to the other by itself, and an answer does too.
        expect(her_text).to_have_value("Skolan är orolig.", timeout=WAIT_MS)
        with house.stored() as world:
            check = check_of(world, "ines")
            known = actions.Known(answer="nothing_said")
            actions.answer_check(check, known, by=world.ines.actor, at=NOW)
        expect(vera.page.locator(".voices")).to_contain_text("Vi lämnar inga uppgifter", timeout=WAIT_MS)

        # The line breaks (or everything is restarted): what is typed stays, and goes when it is back.
        vera.page.route("**/text/", lambda route: route.abort())
        her_text.fill("Skolan är orolig. Mamman vill ha stöd.")
        expect(hers).to_contain_text("Inte sparat", timeout=WAIT_MS)
        text.fill("Skolan är mycket orolig.")
        expect(saved).to_contain_text("Sparat", timeout=WAIT_MS)
        vera.page.unroute("**/text/")
        expect(her_text).to_have_value("Skolan är mycket orolig. Mamman vill ha stöd.", timeout=WAIT_MS)
        assert self.stored(house) == "Skolan är mycket orolig. Mamman vill ha stöd."

        # What was stored although no answer came is not stored once more, whatever the other has written since.
        vera.page.route("**/text/", stored_without_an_answer, times=1)
        her_text.fill("Skolan är mycket orolig. Mamman vill ha stöd. Farfar hjälper.")
        expect(hers).to_contain_text("Inte sparat", timeout=WAIT_MS)
        text.press("Control+End")
        text.press_sequentially(" Moster också.")
        expect(saved).to_contain_text("Sparat", timeout=WAIT_MS)
        expect(hers).to_contain_text("Sparat", timeout=WAIT_MS)
        assert (self.stored(house).count("Farfar hjälper."), self.stored(house).count("Moster också.")) == (1, 1)

        # A line for the map stays in its form until it is answered, and what stands beside it is saved first.
        vera.page.locator("summary", has_text="Lägg till på kartan").click()
        vera.page.locator("#karta [name=label]").fill("farfar")
        her_text.press("Control+End")
        her_text.press_sequentially(" Klart.")
        vera.page.route("**/karta/", lambda route: route.abort(), times=1)
        vera.press("Lägg till")
        expect(vera.page.locator("#connection-warning")).to_contain_text("Tryck igen", timeout=WAIT_MS)
        expect(vera.page.locator("#karta [name=label]")).to_have_value("farfar")
        vera.press("Lägg till")
        expect(vera.page.locator("#karta th", has_text="farfar")).to_have_count(1, timeout=WAIT_MS)
        expect(her_text).to_have_value(re.compile("Klart"))
        her_text.fill("Skolan är mycket orolig. Mamman vill ha stöd.")
        expect(hers).to_contain_text("Sparat", timeout=WAIT_MS)

        # The session ends in the middle: the text stays, and is saved after signing in anew in another tab.
        cookies = vera.page.context.cookies()
        vera.page.context.clear_cookies()
        her_text.press_sequentially(" Pappan nås inte.")
        expect(hers).to_contain_text("loggats ut", timeout=WAIT_MS)
        expect(her_text).to_have_value("Skolan är mycket orolig. Mamman vill ha stöd. Pappan nås inte.")
        vera.page.context.add_cookies([c for c in cookies if c["name"] != "csrftoken"])  # type: ignore[misc]  # as they were given
        expect(hers).to_contain_text("Sparat", timeout=WAIT_MS)
        assert self.stored(house).endswith("Pappan nås inte.")

        # It ends while nobody types: the page says so by itself, and says it no longer after signing in anew.
        cookies, warning = vera.page.context.cookies(), vera.page.locator("#connection-warning")
        vera.page.context.clear_cookies()
        expect(warning).to_contain_text("Du har loggats ut", timeout=WAIT_MS)
        expect(her_text).to_have_value(re.compile("Pappan nås inte.$"))
        vera.page.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they were given
        expect(warning).to_be_hidden(timeout=WAIT_MS)

        narrow = {"width": 320, "height": 640}
        for size, scheme in ((LAPTOP, "light"), (PHONE, "dark"), (narrow, "light")):
            ines.page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own typed mappings
            ines.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # playwright wants its own typed mappings
            assert Axe().run(ines.page).response["violations"] == [], (size, scheme)
            assert ines.page.evaluate(SIDEWAYS) <= 0, size
