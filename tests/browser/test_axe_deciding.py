"""Axe finds nothing on the pages of the decision and what follows, and nothing runs out sideways (P-Q1)."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser.lived_in import house_of
from tests.browser.stage import LAPTOP, PHONE, House, Visitor
from tests.browser.test_axe import Judge
from tests.database import WorkerDatabase
from tests.matrix import Row
from tests.matrix_triage_deciding import ROWS

PAPER = {"triage:handover_pdf", "triage:feedback_letter", "triage:task_letter"}
#: One of several pages on the same template.
SHOWN = {"triage:investigation_extend"}
PAGES = [
    row
    for row in ROWS
    if row.route.startswith("triage:") and row.method == "GET" and row.route not in PAPER | SHOWN
    if 200 in row.expect.values()
]


@pytest.fixture(scope="module")
def house(browser: Browser, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    yield from house_of(browser, django_db_setup, django_db_blocker)


@pytest.fixture(scope="module")
def visitors(house: House) -> dict[str, Visitor]:
    return {name: house.seated(name) for name in ("ines", "olof")}


def named(row: Row) -> str:
    return f"{row.route} {row.kwargs.__name__}"


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_every_page_of_deciding(house: House, visitors: dict[str, Visitor], row: Row) -> None:
    with house.stored() as world:
        address = reverse(row.route, kwargs=dict(row.kwargs(world)))
    visitor = visitors["olof" if row.expect.get("olof") == 200 else "ines"]
    assert visitor.go(address) == 200
    whole = row.route in ("triage:decision", "triage:handover")
    Judge(visitor.page).all_is_well([(LAPTOP, "light"), *([(PHONE, "light"), (LAPTOP, "dark")] if whole else [])])
