"""A meeting is booked by keyboard alone, and answered without script (P-Q1)."""

import pytest

from meetings.models import Meeting, Participant
from tests.browser.stage import House, OpenHouse
from tests.browser.test_keyboard import Keys
from tests.cast import share
from tests.gatherings import HOUR, THURSDAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(share)


def test_booked_by_keyboard_and_answered_without_script(house: House) -> None:
    kim = house.seated("kim")
    kim.go(f"/arenden/{house.world.case.ref}/boka-mote/")
    keys = Keys(kim)
    keys.to(kim.page.get_by_role("button", name="Ta tiden").first)
    keys.enter()
    kim.reads("Tiden står i formuläret.")
    assert kim.page.get_by_label("Dag", exact=True).input_value() == "2026-03-23", "day 21"
    keys.to(kim.page.get_by_label("Dag", exact=True))
    keys.write("2026-03-12")
    keys.to(kim.page.get_by_label("Annan plats, eller hur man ringer in (frivilligt)"))
    keys.write("Spånga torg 1")
    keys.enter()
    kim.heading("Nätverksmöte")
    with house.stored():
        meeting = Meeting.objects.get()
        assert (meeting.starts_at, meeting.place) == (THURSDAY + 6 * HOUR, "Spånga torg 1"), "the slot's time of day"
    pia = house.seated("pia", java_script_enabled=False)
    pia.go("/moten/")
    pia.reads("Torsdag 12 mars", "Spånga torg 1")
    pia.page.get_by_role("button", name="Kommer").click()
    pia.reads("Kommer")
    with house.stored():
        assert Participant.objects.get(assignment=house.world.pia.assignment).answer == "accepted"
