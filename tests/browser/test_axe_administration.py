"""Axe finds nothing on the pages of the administration, and nothing runs out sideways at 320 px (P-Q1)."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser.lived_in import house_of
from tests.browser.stage import LAPTOP, PHONE, House, Visitor
from tests.browser.test_axe import Judge
from tests.cast import Member
from tests.database import WorkerDatabase
from tests.matrix import Row
from tests.matrix_administration import ROWS
from tests.matrix_meetings_calendar import ROWS as CALENDAR
from tests.matrix_outbox import letter_of_an_invitation
from tests.matrix_rbm import ROWS as RBM
from tests.matrix_statistics import ROWS as STATISTICS
from tests.releasing import counting, employ

#: Files, not pages; and forms on the one template that others here show already.
ELSEWHERE = {
    *("hub:admin_faults", "hub:admin_template", "hub:admin_export"),
    *("hub:admin_agency_serve", "hub:admin_agency_edit", "hub:admin_unit_new", "hub:admin_user_edit"),
    *("hub:admin_assignment_new", "hub:admin_agreement_edit", "hub:admin_agreement_end", "hub:admin_party_new"),
    *("hub:admin_party_end", "consent:admin_type_reword", "consent:admin_type_close", "consent:admin_rules_take_back"),
}
PAGES = [row for row in ROWS if row.method == "GET" and row.route not in ELSEWHERE]
PAGES += [
    row for row in CALENDAR if row.method == "GET" and row.route in ("meetings:admin_places", "meetings:admin_slot_new")
]
PAGES += [row for row in RBM if row.method == "GET" and row.route == "actionplans:admin_offers"]
PAGES += [row for row in STATISTICS if row.method == "GET" and ":admin" in row.route]


@pytest.fixture(scope="module")
def house(browser: Browser, django_db_setup: WorkerDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    yield from house_of(browser, django_db_setup, django_db_blocker)


@pytest.fixture(scope="module")
def ada(house: House) -> Visitor:
    return house.seated("ada")


def named(row: Row) -> str:
    return f"{row.route}{row.query} {row.kwargs.__name__}"


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_every_page_of_the_administration(house: House, ada: Visitor, row: Row) -> None:
    with house.stored() as world:
        address = reverse(row.route, kwargs=dict(row.kwargs(world))) + row.query
    assert ada.go(address) == 200
    Judge(ada.page).all_is_well([(LAPTOP, "light")])


def test_the_phone_and_the_dark(house: House, ada: Visitor) -> None:
    with house.stored() as world:
        addresses = [f"/administration/anvandare/{world.kim.user.ref}/", "/administration/", "/administration/filer/"]
    for address in addresses:
        assert ada.go(address) == 200
        Judge(ada.page).all_is_well([(PHONE, "light"), (LAPTOP, "dark")])


@pytest.mark.parametrize("state", ["failed", "sent"])
def test_an_invitation_with_its_letter(house: House, ada: Visitor, state: str) -> None:
    with house.stored() as world:
        ref = letter_of_an_invitation(world, state)
    for address in (
        f"/administration/inbjudningar/{ref}/",
        "/administration/inbjudningar/",
        "/administration/utskick/",
    ):
        assert ada.go(address) == 200
        Judge(ada.page).all_is_well([(LAPTOP, "light"), (PHONE, "light"), (LAPTOP, "dark")])


def test_exact_figures_and_the_making_of_a_release(house: House) -> None:
    with house.stored() as world:
        held = employ(world)
        world.members["pelle"] = Member(held.user, held, counting(world))
    pelle = house.seated("pelle")
    for address in (reverse("reports:programme"), reverse("reports:releases")):
        assert pelle.go(address) == 200
        Judge(pelle.page).all_is_well([(LAPTOP, "light"), (PHONE, "light"), (LAPTOP, "dark")])
    pelle.go(reverse("reports:programme"))
    pelle.page.emulate_media(media="print")
    assert pelle.page.locator("table").first.is_hidden(), "exact figures are not printed"
