"""Axe finds nothing on the pages where a concern is judged and the intake arranged; they fit 320 px (P-Q1)."""

import os
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser.lived_in import house_of
from tests.browser.stage import LAPTOP, PHONE, House, Visitor
from tests.browser.test_axe import RENDERINGS, Judge
from tests.cast import World
from tests.concerns import nova
from tests.database import WorkerDatabase
from tests.matrix import Row
from tests.matrix_triage_judging import ROWS, judged, own_shift

#: On templates of the administration that others show already.
ELSEWHERE = {"triage:admin", "triage:admin_hub_unit_end", "triage:admin_slot_end", "triage:admin_shift_end"}
PAGES = [
    row
    for row in ROWS
    if row.method == "GET" and row.json is None and row.route not in ELSEWHERE and 200 in row.expect.values()
]


def concerns(world: World) -> None:
    nova(world)
    judged(world)
    own_shift(world)


@pytest.fixture(scope="module")
def house(browser: Browser, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    yield from house_of(browser, django_db_setup, django_db_blocker, concerns)


@pytest.fixture(scope="module")
def ines(house: House) -> Visitor:
    return house.seated("ines")


@pytest.fixture(scope="module")
def ada(house: House) -> Visitor:
    return house.seated("ada")


def named(row: Row) -> str:
    return f"{row.route} {row.kwargs.__name__}"


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_every_page(house: House, ines: Visitor, ada: Visitor, row: Row) -> None:
    visitor = ines if "ines" in row.expect else ada
    with house.stored() as world:
        address = reverse(row.route, kwargs=dict(row.kwargs(world)))
    assert visitor.go(address) == 200
    if folder := os.environ.get("SHOTS"):
        for size, name in ((LAPTOP, "l"), (PHONE, "p")):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own typed mappings
            visitor.page.screenshot(path=f"{folder}/{row.route[7:]}-{row.kwargs.__name__}-{name}.png", full_page=True)
    Judge(visitor.page).all_is_well(RENDERINGS if "ines" in row.expect else [(LAPTOP, "light"), (PHONE, "dark")])
