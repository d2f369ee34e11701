"""Axe finds nothing, and nothing runs out sideways at 320 px: every page in every state that looks different (P-Q1).

Every GET row of the route matrix that Kim gets, in light on a laptop; and the pages where the coordinator and the
police contact spend their day in all four renderings. The tests only look, so they share one world and one server.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from tests.browser.lived_in import house_of
from tests.browser.stage import LAPTOP, PHONE, SIDEWAYS, House, Visitor
from tests.cast import World
from tests.database import WorkerDatabase
from tests.matrix import Row
from tests.test_no_leaks import PAGES

#: Signed in, these lead on to the home page.
ELSEWHERE = {"account_login", "hub:no_assignment"}
#: Not pages: answers for machines, parts of pages, and paper.
NO_PAGES = {
    *("triage:hub_live", "meetings:hold_live", "meetings:proposal_live", "meetings:feed"),
    *("meetings:group_meeting_live", "meetings:group_minutes"),
    *("healthz", "readyz", "consent:consent_form", "consent:ledger_extract"),
    *("meetings:minutes_pdf", "meetings:letter_pdf", "actionplans:paper_pdf", "actionplans:paper_text"),
    "actionplans:closing_family_pdf",
    "reports:export",
    "api_schema",
}
#: What is asked of axe: everything in light; in dark, where only the colours differ, the rules about colour. Only
#: sound and film are looked up beforehand: of the rules that are on, none asks for the style sheets.
ASKED = "{resultTypes: ['violations'], preload: {assets: ['media']}}"
COLOURS = "{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']}"
NARROW = {"width": 320, "height": 640}
#: Rows of a list whose own words get less room than what stands beside them needs to be read.
SQUEEZED = """() => [...document.querySelectorAll("main .row-title")]
    .filter(title => title.offsetWidth && title.offsetWidth < 110).map(title => title.textContent.trim())"""
RENDERINGS = [(LAPTOP, "light"), (LAPTOP, "dark"), (PHONE, "dark"), (PHONE, "light")]


@pytest.fixture(scope="module")
def house(browser: Browser, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    yield from house_of(browser, django_db_setup, django_db_blocker)


@pytest.fixture(scope="module")
def kim(house: House) -> Visitor:
    return house.seated("kim")


@pytest.fixture(scope="module")
def pia(house: House) -> Visitor:
    return house.seated("pia")


class Judge:
    """Axe in one page; loaded once per page, asked once per rendering."""

    def __init__(self, page: Page) -> None:
        self.page, self.scheme = page, ""
        page.evaluate(Axe().axe_script)

    def show(self, size: dict[str, int], scheme: str) -> None:
        if size != self.page.viewport_size:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own typed mappings
        if scheme != self.scheme:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # playwright wants its own typed mappings
            self.scheme = scheme

    def violations(self, size: dict[str, int], scheme: str) -> list[str]:
        self.show(size, scheme)
        found = self.page.evaluate(f"axe.run({ASKED if scheme == 'light' else COLOURS}).then(said => said.violations)")
        return [
            f"{size['width']} {scheme}: {rule['id']} at {node['target']}"
            for rule in found
            for node in rule["nodes"][:3]
        ]

    def all_is_well(self, renderings: list[tuple[dict[str, int], str]]) -> None:
        found = [wrong for size, scheme in renderings for wrong in self.violations(size, scheme)]
        self.show(NARROW, "light")
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            found.append(f"320: {over} px run out sideways")
        found += [f"320: {words} is squeezed" for words in self.page.evaluate(SQUEEZED)]
        self.show(LAPTOP, "light")
        assert found == []


def named(row: Row) -> str:
    made = getattr(row.kwargs, "__name__", "")
    return f"{row.route}{row.query} {made}".strip()


#: Judged below, in every rendering.
MAIN = {
    *("hub:home", "hub:case", "hub:notifications", "consent:individuals", "consent:individual", "consent:matrix"),
    *("consent:consents", "consent:consent_step", "consent:item_new", "consent:stop"),
}
ROWS = [
    row
    for row in PAGES
    if row.expected("kim") in (200, 403, 404)
    and row.route not in ELSEWHERE | NO_PAGES
    and ":admin" not in row.route  # one and the same refusal to Kim; Ada's are in test_axe_administration
    and not row.route.startswith("api:")
    and (row.route not in MAIN or row.expected("kim") != 200)
]


def each_page_once(rows: list[Row]) -> list[Row]:
    """All that are shown, and of the pages of refusal, which name nothing of what was asked for, two of each kind."""
    refused = {code: [row for row in rows if row.expected("kim") == code][:2] for code in (403, 404)}
    return [row for row in rows if row.expected("kim") == 200 or row in refused[row.expected("kim")]]


@pytest.mark.parametrize("row", each_page_once(ROWS), ids=named)
def test_every_page_of_the_matrix(house: House, kim: Visitor, row: Row) -> None:
    with house.stored() as world:
        address = reverse(row.route, kwargs=dict(row.kwargs(world))) + row.query
    assert kim.go(address) == row.expected("kim")
    Judge(kim.page).all_is_well([(LAPTOP, "light")])


# --- the day of the coordinator and of the police contact ------------------------------------------------------------

Place = Callable[[World], str]


def at(route: str, of: Callable[[World], Any] | None = None, **more: str) -> Place:
    return lambda world: reverse(route, kwargs=({"ref": of(world).ref} if of else {}) | more)


def elias(world: World) -> Any:
    return world.elias


def case(world: World) -> Any:
    return world.case


def draft(world: World) -> Any:
    return world.__dict__["draft"]


def item_of(agency: str) -> Callable[[World], Any]:
    def first(world: World) -> Any:
        with transaction.atomic():
            world.look()
            return world.elias.items.filter(agency=getattr(world, agency), recorded_at__isnull=False).earliest("pk")

    return first


SHARED: dict[str, Place] = {
    "home": at("hub:home"),
    "individuals": at("consent:individuals"),
    "individual": at("consent:individual", elias),
    "who knows what": at("consent:matrix", elias),
    "case": at("hub:case", case),
    "consents": at("consent:consents"),
    "consent": at("consent:consent", lambda world: world.session),
    "item form": at("consent:item_new", case),
    "item": at("consent:item", item_of("school")),
    "stop": at("consent:stop", elias),
    "stopped": at("consent:stop", lambda world: world.__dict__["stopped"].elias),
    "individual after a stop": at("consent:individual", lambda world: world.__dict__["stopped"].elias),
    "notifications": at("hub:notifications"),
    "search": at("hub:search"),
}
STEPS = ("syfte", "uppgifter", "tid", "underskrifter", "kontrollera")
OF_KIM = (
    SHARED
    | {f"step {step}": at("consent:consent_step", draft, step=step) for step in STEPS}
    | {"half signed": at("consent:consent", lambda world: world.__dict__["half"])}
)


@pytest.mark.parametrize("place", OF_KIM)
def test_the_coordinators_pages_in_every_rendering(house: House, kim: Visitor, place: str) -> None:
    assert kim.go(OF_KIM[place](house.world)) == 200
    Judge(kim.page).all_is_well(RENDERINGS)


@pytest.mark.parametrize("place", SHARED)
def test_the_police_contacts_pages_in_every_rendering(house: House, pia: Visitor, place: str) -> None:
    assert pia.go(SHARED[place](house.world)) == 200
    Judge(pia.page).all_is_well(RENDERINGS)


@pytest.mark.parametrize(
    ("name", "address"), [("ada", "/administration/utskick/"), ("kim", "/meddelanden/installningar/")]
)
def test_mails_that_went_wrong(house: House, name: str, address: str) -> None:
    visitor = house.seated(name)
    assert visitor.go(address) == 200
    visitor.reads("Skicka igen")
    Judge(visitor.page).all_is_well(RENDERINGS)


# --- what only comes after a press -------------------------------------------------------------------------------


def test_the_preview_of_a_withdrawal(house: House, kim: Visitor) -> None:
    kim.go(at("consent:withdraw", elias)(house.world))
    kim.page.get_by_label("Elias Holm, den unge").check()
    kim.press("Visa vad som upphör")
    kim.heading("Bekräfta återkallelsen")
    Judge(kim.page).all_is_well(RENDERINGS)


@pytest.mark.parametrize(
    ("address", "button"), [("/ungdomar/ny/", "Registrera och öppna ärende"), ("item", "Gå vidare")]
)
def test_a_form_with_errors(house: House, kim: Visitor, address: str, button: str) -> None:
    kim.go(SHARED["item form"](house.world) if address == "item" else address)
    kim.press(button)
    kim.page.locator("[data-error-summary]").wait_for()
    Judge(kim.page).all_is_well(RENDERINGS)


@pytest.mark.parametrize("words", ["Elias", "Ingen heter så"])
def test_what_a_search_finds(house: House, kim: Visitor, words: str) -> None:
    kim.go("/sok/")
    kim.page.locator("#global-search").fill(words)
    with kim.page.expect_navigation():
        kim.page.locator("#global-search").press("Enter")
    Judge(kim.page).all_is_well(RENDERINGS)


def test_the_menu_of_a_phone(house: House, kim: Visitor) -> None:
    kim.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # playwright wants its own typed mappings
    kim.go("/")
    kim.press("Meny")
    kim.page.get_by_role("navigation", name="Huvudmeny").wait_for()
    Judge(kim.page).all_is_well([(PHONE, "light"), (PHONE, "dark")])
