"""The cast in real browsers: a clock that runs from NOW, sign-in, and the few presses that several tests share."""

import contextlib
import pickle
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import connections, transaction
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from hub import clock
from tests.cast import NOW, World, organise
from tests.database import WorkerDatabase, close_connections

TIMEOUT_MS = 10_000
PASSWORD = "Tre glada grodor i Spånga"
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1360, "height": 900}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextlib.contextmanager
def clock_from_now() -> Iterator[None]:
    """Pages ask the product's clock: it runs on from the cast's NOW. The browser and its cookies keep the real one."""
    began = time.monotonic()

    def now() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    with mock.patch.object(clock, "now", now):
        yield


Build = Callable[[World], None]
#: Of each scene that stands ready in the database: its name, and its cast, of which every house gets its own.
_scenes: dict[Build, tuple[str, bytes]] = {}


def committed(build: Build) -> World:
    """The cast, with what `build` adds, stored so that the server's own threads see it."""
    with transaction.atomic():
        world = organise()
        world.look()
        build(world)
    return world


def ready(database: WorkerDatabase, build: Build) -> World:
    """The same in a copy of the database where it stands already: a process builds each scene once."""
    name, _cast = _scenes.get(build, (f"house_{len(_scenes)}", b""))

    def build_scene() -> None:
        with mock.patch.object(clock, "now", return_value=NOW):
            _scenes[build] = (name, pickle.dumps(committed(build)))

    database.use(name, build_scene)
    return pickle.loads(_scenes[build][1])  # type: ignore[no-any-return]  # noqa: S301 - pickled by this process


def give_passwords(world: World, *names: str) -> None:
    for name in names:
        user = world.members[name].user
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def is_foreign(request: Request) -> bool:
    return not request.url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:", "about:"))


@dataclass
class Visitor:
    """One person at one browser window."""

    page: Page
    server: str
    problems: list[str] = field(default_factory=list)

    def go(self, address: str) -> int:
        """Open an address; returns the status."""
        response = self.page.goto(self.server + address)
        assert response is not None
        return response.status

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(f"^{re.escape(label)}( |$)")).fill(text)

    def reads(self, *texts: str) -> None:
        """All of it stands on the page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()


@dataclass
class House:
    """The server and its one browser; every visitor has cookies of their own."""

    browser: Browser
    server: str
    world: World
    open: list[BrowserContext] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, **options: Any) -> Visitor:
        """Somebody whom nobody knows yet."""
        options = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "viewport": LAPTOP} | options
        context = self.browser.new_context(**options)
        context.set_default_timeout(TIMEOUT_MS)
        self.open.append(context)
        return self.watched(context)

    def watched(self, context: BrowserContext) -> Visitor:
        """A tab whose failed scripts, refused resources and foreign requests are kept."""
        visitor = Visitor(context.new_page(), self.server)
        self.visitors.append(visitor)
        page, problems = visitor.page, visitor.problems
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("request", lambda request: problems.append(request.url) if is_foreign(request) else None)
        return visitor

    def seated(self, name: str, **options: Any) -> Visitor:
        """A member of the cast, signed in already."""
        visitor = self.visitor(**options)
        cookie = self.world.client(name).cookies[settings.SESSION_COOKIE_NAME]
        visitor.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.server}])
        return visitor

    def sign_in(self, name: str) -> Visitor:
        """The same by the form that everyone uses."""
        visitor = self.visitor()
        visitor.go("/konto/logga-in/")
        visitor.fill("E-postadress", self.world.members[name].user.email)
        visitor.fill("Lösenord", PASSWORD)
        visitor.press("Logga in")
        expect(visitor.page.locator(".who-card b")).to_have_text(self.world.members[name].user.name)
        return visitor

    @contextlib.contextmanager
    def stored(self) -> Iterator[World]:
        """What the server has stored, seen from the cast's kommun: without one, the rows are walled off."""
        with transaction.atomic():
            self.world.look()
            yield self.world

    def close(self) -> None:
        for context in self.open:
            context.close()
        problems = [problem for visitor in self.visitors for problem in visitor.problems]
        assert not problems, problems


OpenHouse = Callable[[Build], House]


@contextlib.contextmanager
def opened(browser: Browser, server: str, database: WorkerDatabase, build: Build) -> Iterator[House]:
    """A house where the clock runs and the cast lives."""
    with clock_from_now():
        house = House(browser, server, ready(database, build))
        with kept_connections():
            yield house
            house.close()


@contextlib.contextmanager
def kept_connections() -> Iterator[None]:
    """Requests lend each other connections, as in production: to plan the first statements of a new one takes long."""
    options = connections.settings["default"]["OPTIONS"]
    close_connections()
    options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    try:
        yield
    finally:
        close_connections()
        default: Any = connections["default"]
        pools, _opened = default._connection_pools, default.pool
        del options["pool"]  # before the pool is closed: a late request would make another
        pools.pop("default").close()
