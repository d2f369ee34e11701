"""A group's meeting in a real browser: words that look like a name are asked about beside the text (P-M1, P-A15)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import DjangoDbBlocker

from tests import grouping
from tests.browser.lived_in import house_of
from tests.browser.stage import House
from tests.cast import START, World
from tests.database import WorkerDatabase


def going_on(world: World) -> None:
    meeting = grouping.running(world, grouping.group(world, at=START), starts_at=START, minutes=240, at=START)
    world.__dict__["address"] = f"/gruppmoten/{meeting.ref}/"


@pytest.fixture
def house(browser: Browser, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    yield from house_of(browser, django_db_setup, django_db_blocker, going_on)


def test_a_text_is_saved_when_the_writer_has_said_that_it_names_nobody_and_others_see_it(house: House) -> None:
    address = house.world.__dict__["address"]
    kim, pia = house.seated("kim"), house.seated("pia")
    for visitor in (kim, pia):
        assert visitor.go(address) == 200
    form = kim.page.locator("form[data-autosave]").first
    form.locator("textarea").fill("Lugnt vid Tensta Konsthall i helgen.")
    expect(form.locator(".saved")).to_contain_text("Är ”Tensta Konsthall” ett namn på en enskild?")
    kim.press("”Tensta Konsthall” pekar inte ut någon enskild")
    expect(form.locator(".saved")).to_contain_text(re.compile("^Sparat"))
    expect(form.locator(".cleared")).to_have_count(0)
    theirs = pia.page.locator("form[data-autosave]").first
    expect(theirs.locator("textarea")).to_have_value("Lugnt vid Tensta Konsthall i helgen.")
    form.locator("textarea").press_sequentially(" Nr 100204-2396.")
    expect(form.locator(".saved")).to_contain_text("Ta bort personnumret.")
    expect(form.locator(".cleared")).to_have_count(0)
    assert kim.problems == pia.problems == []
