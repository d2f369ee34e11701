"""A real browser against a real server on the test's own database.

`page` is a fresh context per test; `live_server` (pytest-django) brings a database that is replaced afterwards.
Nothing leaves the machine: the content security policy allows only the server itself, and a request to any other
host fails the test.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.stage import TIMEOUT_MS, OpenHouse, is_foreign, opened
from tests.database import WorkerDatabase

# Playwright's synchronous interface runs an event loop in this thread, which Django otherwise takes for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; without one, a sentence about what to install."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail("Browser tests need Chromium in PATH (Debian: apt-get install chromium).", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor without history: Swedish, this time zone, a laptop's window."""
    visitor = browser.new_context(
        locale="sv-SE", timezone_id="Europe/Stockholm", viewport={"width": 1280, "height": 900}
    )
    visitor.set_default_timeout(TIMEOUT_MS)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; the test fails if a script fails, the policy refuses something or anything foreign is asked for."""
    tab = context.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(f"script: {error}"))
    tab.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    tab.on("request", lambda request: problems.append(request.url) if is_foreign(request) else None)
    yield tab
    assert not problems, problems


@pytest.fixture
def open_house(browser: Browser, live_server: LiveServer, django_db_setup: WorkerDatabase) -> Iterator[OpenHouse]:
    """Opens the house that a test wants, closes it afterwards."""
    with contextlib.ExitStack() as until_then:
        yield lambda build: until_then.enter_context(opened(browser, live_server.url, django_db_setup, build))
