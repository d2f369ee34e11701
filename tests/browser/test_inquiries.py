"""A question from an investigation in a real browser: asked on a laptop, answered on a phone and by keyboard (P-Q1)."""

import pytest
from django.urls import reverse

from consent.models import Inquiry
from tests.asking import ANSWER, QUESTION, WHY, ask, investigate, name
from tests.browser.stage import LAPTOP, PHONE, SIDEWAYS, House, OpenHouse
from tests.browser.test_axe import RENDERINGS, Judge
from tests.cast import World, share

pytestmark = pytest.mark.django_db(transaction=True)


def asked(world: World) -> None:
    """Three questions: to the school with Sam, to the police with Pia, and one that nobody has taken."""
    share(world)
    case = investigate(world)
    world.__dict__["investigation"] = case
    world.__dict__["questions"] = {of: ask(world, case, of=of) for of in ("school", "police", "other_police")}
    name(world, world.questions["school"], "sam")  # type: ignore[index]  # kept above
    name(world, world.questions["police"], "pia")  # type: ignore[index]  # kept above


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(asked)


def address(house: House, route: str, of: str) -> str:
    return reverse(f"consent:{route}", args=[house.world.__dict__["questions"][of].ref])


def test_a_question_is_asked_taken_and_answered(house: House) -> None:
    """Axe in the four renderings on the pages of who is asked; Kim's own are in the matrix (test_axe)."""
    kim = house.seated("kim", viewport=PHONE)
    assert kim.go(reverse("hub:case", args=[house.world.__dict__["investigation"].ref])) == 200
    kim.follow("Fråga en annan verksamhet")
    kim.page.get_by_label("Vilken verksamhet?").select_option("Tensta fritidsgård")
    kim.fill("Vad behöver ni veta?", QUESTION)
    kim.fill("Varför behöver ni fråga just dem?", WHY)
    kim.press("Ställ frågan")
    kim.reads(QUESTION, "Väntar på svar")

    pia = house.seated("pia")
    assert pia.go(address(house, "inquiry_answer", "police")) == 200
    Judge(pia.page).all_is_well(RENDERINGS)
    pia.go(address(house, "inquiry_nothing", "police"))
    Judge(pia.page).all_is_well([(LAPTOP, "light")])

    olle = house.seated("olle", viewport=PHONE)
    olle.go(address(house, "inquiry", "other_police"))
    Judge(olle.page).all_is_well(RENDERINGS)
    olle.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # playwright wants its own typed mappings
    olle.press("Jag svarar själv")
    olle.heading("Svara på en fråga")
    assert olle.page.evaluate(SIDEWAYS) <= 0

    sam = house.seated("sam")
    sam.go(address(house, "inquiry", "school"))
    sam.page.get_by_role("link", name="Svara", exact=True).focus()
    sam.page.keyboard.press("Enter")
    sam.heading("Svara på en fråga")
    sam.page.get_by_label("Skolresultat").focus()
    sam.page.keyboard.press("Space")
    sam.page.get_by_label("Ert svar").focus()
    sam.page.keyboard.type(ANSWER)
    sam.page.get_by_role("button", name="Lämna svaret").focus()
    sam.page.keyboard.press("Enter")
    sam.reads("Besvarad")
    Judge(sam.page).all_is_well(RENDERINGS)
    with house.stored():
        assert Inquiry.objects.filter(state="answered").count() == 1
