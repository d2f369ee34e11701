import pytest
from playwright.sync_api import Browser
from tests.browser.stage import LAPTOP, PHONE, opened
from tests.browser.test_queue import varied, QUEUE, STATISTICS
pytestmark = pytest.mark.django_db(transaction=True)

def test_shots(browser, live_server):
    with opened(browser, live_server.url, lambda w: varied(w, rounds=10)) as house:
        for name, address, label in (("ivar", QUEUE, "queue"), ("maja", STATISTICS, "stat"), ("maja", "/", "home"), ("mona", STATISTICS, "mona"), ("olof", QUEUE, "empty")):
            v = house.seated(name); v.go(address)
            for size, scheme in ((LAPTOP, "light"), (PHONE, "light"), (LAPTOP, "dark"), (PHONE,"dark"), ({"width":320,"height":700},"light")):
                v.page.set_viewport_size(size); v.page.emulate_media(color_scheme=scheme)
                v.page.screenshot(path=f"/tmp/qshots/{label}-{size['width']}-{scheme}.png", full_page=size["width"]!=1360 and label=="stat" or size["width"]==1360 and label=="stat")
