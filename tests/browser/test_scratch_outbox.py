import pytest

from tests.browser.lived_in import house_of
from tests.browser.stage import LAPTOP, PHONE


@pytest.fixture(scope="module")
def house(browser, django_db_setup, django_db_blocker):
    yield from house_of(browser, django_db_setup, django_db_blocker)


def test_shots(house):

    for name, address, key in (
        ("ada", "/administration/utskick/", "admin"),
        ("kim", "/meddelanden/installningar/", "settings"),
        ("fia", "/meddelanden/installningar/", "fia"),
        ("kim", "/meddelanden/", "messages"),
    ):
        v = house.seated(name)
        for size, tag in ((LAPTOP, "1360"), (PHONE, "390")):
            v.page.set_viewport_size(size)
            v.go(address)
            v.page.screenshot(path=f"/tmp/outbox_q/{key}_{tag}.png", full_page=True)
