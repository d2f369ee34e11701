"""The pages and the API of a proposal (P-M3): nothing is booked twice or by half, and what is in the way is said."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Busy, Meeting, MeetingKind, Proposal
from tests.cast import World, once_key
from tests.gatherings import HOUR
from tests.matrix_api import key
from tests.proposing import asked_for, ready

pytestmark = pytest.mark.django_db


def at(route: str, proposal: Proposal, **more: Any) -> str:
    return reverse(f"meetings:{route}", kwargs={"ref": proposal.ref, **more})


def test_booking_is_all_or_nothing_and_a_second_press_books_nothing_more(world: World) -> None:
    proposal, kim = ready(world, others=1), world.client("kim")
    row = proposal.meetings.get(case=world.case)
    assert row.starts_at is not None
    in_the_way = Busy.objects.create(user=world.pia.user, starts_at=row.starts_at, ends_at=row.starts_at + HOUR)
    sent = {"row_version": "1", "once": once_key()}
    refused = kim.post(at("proposal_confirm", proposal), sent)
    world.look()
    said = refused.content.decode()
    assert refused.status_code == 409
    assert f"tiden går inte längre i {world.case.number}" in said
    assert "Kontaktpolisen Pia Holm är upptagen." in said
    assert "Elias" not in said
    assert Meeting.objects.count() == 0
    in_the_way.delete()
    places = [kim.post(at("proposal_confirm", proposal), sent)["Location"] for _press in range(2)]
    world.look()
    assert places == [reverse("meetings:meetings")] * 2
    assert Meeting.objects.filter(kind=MeetingKind.NETWORK).count() == 2


def test_the_page_that_waits_is_read_anew_when_it_is_ready(world: World) -> None:
    proposal, kim = asked_for(world), world.client("kim")
    waits = kim.get(at("proposal_live", proposal), headers={"HX-Request": "true"})
    assert "Väntar på att planeringen ska börja." in waits.content.decode()
    world.look()
    Proposal.objects.update(state="failed")
    assert kim.get(at("proposal_live", proposal), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = kim.get(at("proposal", proposal)).content.decode()
    assert "Kör igen" in page


def test_the_api_follows_moves_and_books(world: World) -> None:
    proposal, kim = ready(world), world.client("kim")
    address = reverse("api:meeting_proposal", kwargs={"ref": proposal.ref})
    read = kim.get(address)
    (meeting,) = read.json()["meetings"]
    assert (meeting["case_number"], meeting["conflicts"], meeting["left_out"]) == (world.case.number, [], False)
    changed = kim.patch(
        f"{address}meetings/{meeting['ref']}/",
        {"starts_at": "2026-03-24T10:15:00+01:00", "room": None},
        content_type="application/json",
        headers={"If-Match": read["ETag"], **key(world)},
    )
    (moved,) = changed.json()["meetings"]
    assert (moved["form"], moved["conflicts"]) == ("video", ["Mötet ska börja på hel eller halv timme."])

    def confirm(etag: str) -> Any:
        return kim.post(f"{address}confirm/", content_type="application/json", headers={"If-Match": etag, **key(world)})

    assert confirm(changed["ETag"]).status_code == 409
    again = kim.patch(
        f"{address}meetings/{meeting['ref']}/",
        {"starts_at": "2026-03-24T10:30:00+01:00"},
        content_type="application/json",
        headers={"If-Match": changed["ETag"], **key(world)},
    )
    booked = confirm(again["ETag"])
    assert (booked.status_code, booked.json()["state"]) == (200, "confirmed")
    world.look()
    assert Meeting.objects.get(kind=MeetingKind.NETWORK).form == "video"
