"""The pages that everyone meets first hold for every eye, every width and without script (P-Q1)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/konto/logga-in/", "/tillganglighet/")
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_axe_finds_nothing_on_the_signed_out_pages(
    page: Page, live_server: LiveServer, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in PAGES:
        page.goto(live_server.url + address)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == [], address


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (1280, "200%"), (390, "200%")])
def test_nothing_runs_out_sideways(page: Page, live_server: LiveServer, width: int, text: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(live_server.url + address)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        assert page.evaluate(SIDEWAYS) <= 0, address


def test_the_look_is_chosen_without_script_and_kept(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/tillganglighet/")
    page.get_by_role("button", name="Mörkt").click()
    expect(page).to_have_url(f"{live_server.url}/tillganglighet/")
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    page.goto(f"{live_server.url}/konto/logga-in/")
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    context.close()


def test_the_first_tab_stop_leads_past_the_frame(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/konto/logga-in/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_wrong_password_is_told_over_the_form_and_the_address_is_kept(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/konto/logga-in/")
    page.get_by_label("E-post").fill("karin@example.org")
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Logga in", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("E-post")).to_have_value("karin@example.org")
