"""In a real browser: two write in a meeting, the line breaks, the session ends, sharing stops, and no word is lost."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from consent import actions as consent_actions
from hub import clock
from meetings import actions
from meetings.models import Meeting, MeetingState
from tests.browser.stage import LAPTOP, PHONE, SIDEWAYS, House, OpenHouse, Visitor
from tests.cast import NOW, World, share
from tests.gatherings import gather
from tests.holding import everybody

WAIT_MS = 15_000
NARROW = {"width": 320, "height": 640}


def a_meeting(world: World) -> None:
    """It began an instant ago; everybody who was asked has come."""
    share(world)
    meeting = gather(world, "kim", "pia", "sam", starts_at=NOW)
    actions.open_meeting(meeting, by=world.kim.actor, at=NOW)
    actions.note_attendance(meeting, everybody(meeting), by=world.kim.actor, at=NOW)


@pytest.mark.django_db(transaction=True)
class TestTheMeeting:
    @pytest.fixture
    def house(self, open_house: OpenHouse) -> House:
        return open_house(a_meeting)

    def enter(self, house: House, name: str) -> Visitor:
        visitor = house.seated(name)
        with house.stored():
            address = f"/moten/{Meeting.objects.get(state=MeetingState.OPEN).ref}/halla/"
        assert visitor.go(address) == 200
        return visitor

    def stored(self, house: House) -> str:
        with house.stored():
            return str(Meeting.objects.get(state=MeetingState.OPEN).points.get(order=4).text)

    def field(self, visitor: Visitor) -> tuple[Locator, Locator]:
        """The text of the fourth point, and the line that says whether it is saved."""
        form = visitor.page.locator("form.joint", has=visitor.page.get_by_label("Anteckning: Läget hemma"))
        return form.locator("textarea"), form.locator(".saved")

    def test_no_typed_word_is_lost_and_who_may_not_hear_sees_nothing(self, house: House) -> None:
        kim, lovisa = self.enter(house, "kim"), self.enter(house, "lovisa")
        (text, saved), (her_text, hers) = self.field(kim), self.field(lovisa)

        text.fill("Skolan går bra.")
        expect(saved).to_contain_text("Sparat", timeout=WAIT_MS)
        expect(her_text).to_have_value("Skolan går bra.", timeout=WAIT_MS)

        # Both write at once while the line of one of them is broken: joined when it is back.
        lovisa.page.route("**/text/", lambda route: route.abort())
        her_text.fill("Skolan går bra. Elias tränar.")
        expect(hers).to_contain_text("Inte sparat", timeout=WAIT_MS)
        text.fill("Skolan går mycket bra.")
        expect(saved).to_contain_text("Sparat", timeout=WAIT_MS)
        lovisa.page.unroute("**/text/")
        expect(her_text).to_have_value("Skolan går mycket bra. Elias tränar.", timeout=WAIT_MS)
        assert self.stored(house) == "Skolan går mycket bra. Elias tränar."

        # The session ends in the middle: the text stays, and is saved after signing in anew in another tab.
        cookies = lovisa.page.context.cookies()
        lovisa.page.context.clear_cookies()
        her_text.press("Control+End")
        her_text.press_sequentially(" Boxning.")
        expect(hers).to_contain_text("loggats ut", timeout=WAIT_MS)
        lovisa.page.context.add_cookies([c for c in cookies if c["name"] != "csrftoken"])  # type: ignore[misc]  # as given
        expect(hers).to_contain_text("Sparat", timeout=WAIT_MS)
        assert self.stored(house).endswith("Boxning.")

        # The sharing is stopped: what is typed is hidden at once and saved all the same, until they have left.
        her_text.press_sequentially(" Farfar.")
        with house.stored() as world:
            consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=clock.now())
        warning = lovisa.page.get_by_text("Anteckningarna är dolda").first
        expect(warning).to_be_visible(timeout=WAIT_MS)
        expect(her_text).to_be_hidden()
        for size, scheme in ((LAPTOP, "light"), (PHONE, "dark"), (NARROW, "light")):
            kim.page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own typed mappings
            kim.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # as above
            assert Axe().run(kim.page).response["violations"] == [], (size, scheme)
            assert kim.page.evaluate(SIDEWAYS) <= 0, size
        leaving = kim.page.get_by_role("button", name="Lämnar punkten")
        for left in (1, 0):
            leaving.first.click()
            expect(leaving).to_have_count(left, timeout=WAIT_MS)
        expect(her_text).to_be_visible(timeout=WAIT_MS)
        assert self.stored(house).endswith("Farfar.")

        # What must stand is told, nothing is lost, and with a reason it ends; for the other one too.
        kim.press("Avsluta mötet")
        kim.reads("Boka nästa nätverksmöte, eller skriv varför det inte blir något.")
        kim.fill("Varför blir det inget nästa möte?", "Samtycket är återkallat.")
        kim.press("Avsluta mötet")
        kim.reads("Avslutat", "Skolan går mycket bra.")
        expect(lovisa.page.locator("main")).to_contain_text("Avslutat", timeout=WAIT_MS)
