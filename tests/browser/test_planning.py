"""A proposal is followed without reloading, mended by drag and without script, and booked all at once (P-M3)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from meetings import planner
from meetings.models import Meeting, MeetingKind, Proposal
from tests.browser.stage import House, OpenHouse
from tests.cast import NOW, World, share
from tests.gatherings import room
from tests.proposing import another

pytestmark = pytest.mark.django_db(transaction=True)


def two_due(world: World) -> None:
    share(world)
    room(world)
    another(world)


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    return open_house(two_due)


def test_asked_for_mended_by_drag_and_without_script_and_booked(house: House) -> None:
    kim = house.seated("kim")
    kim.page.set_viewport_size({"width": 1360, "height": 2200})  # what is dragged and where to are both in sight
    kim.go("/moten/planera/")
    kim.page.get_by_label("Från och med").fill("2026-03-23")
    kim.page.get_by_label("Hur länge?").select_option("1")
    kim.page.get_by_role("button", name="Gör ett förslag").click()
    kim.reads("Väntar på att planeringen ska börja.")
    with house.stored():
        cache.delete(planner.LOCK)
        assert planner.make_due(now=lambda: NOW) == 1
    kim.reads("2 möten att boka")  # by itself
    entry, _other = kim.page.locator(".plan-entry").all()
    there = kim.page.locator("td[data-day='2026-03-25'][data-begins='10.00']")
    entry.drag_to(there)
    kim.reads("är flyttat. Tiden går bra.")
    expect(there.locator(".plan-entry")).to_have_count(1)
    other = kim.page.locator("td:not([data-day='2026-03-25']) .plan-entry")
    other.drag_to(there)
    kim.reads("går inte att boka där. Samordnaren Kim Samuelsson är upptagen.", "Några möten går inte att boka")
    expect(kim.page.locator(".plan-conflict")).to_have_count(2)
    address = kim.page.url.split("?")[0].replace(kim.server, "")
    plain = house.seated("kim", java_script_enabled=False)
    plain.go(address)
    plain.page.get_by_role("link", name="Flytta").first.click()
    plain.page.get_by_role("button", name="Välj").first.click()
    plain.reads("är flyttat. Tiden går bra.")
    plain.page.get_by_role("button", name="Bekräfta alla och boka").click()
    plain.reads("2 möten är bokade. De kallade får veta.")
    with house.stored():
        assert Proposal.objects.get().state == "confirmed"
        starts = Meeting.objects.filter(kind=MeetingKind.NETWORK).values_list("starts_at", flat=True)
        assert len(set(starts)) == 2
        assert Meeting.objects.filter(kind=MeetingKind.OFFICIALS, ends_at__in=starts).count() == 2
        assert max(starts) - min(starts) >= timedelta(minutes=75)
