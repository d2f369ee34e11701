"""Two youths who are kept apart: who marks it, who sees it, and that nobody else gets a hint of it (P-M3, P-A15)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub import actions as hub_actions
from hub.access import Denied, may, permitted
from hub.errors import Conflict, Invalid
from hub.models import Case
from meetings import actions
from meetings.apart import NOT_USABLE
from meetings.models import KeepApart, Meeting, Participant
from tests.cast import NOW, SECOND, START, World
from tests.gatherings import HOUR, THURSDAY, another, gather, room, when

pytestmark = pytest.mark.django_db


@pytest.fixture
def tove(world: World) -> Case:
    """Tove's case, led by Olof alone; Mona manages it and Elias' alike."""
    return another(world, "Tove", "olof")


def mark(world: World, case: Case, by: str = "mona") -> KeepApart:
    return actions.keep_apart(world.case, case.individual, reason="Hot.", by=world.members[by].actor, at=START)


def test_whoever_leads_or_manages_both_marks_it_and_nobody_else_sees_it(world: World, tove: Case) -> None:
    kept = mark(world, tove)
    seen = {name for name, one in world.members.items() if permitted(KeepApart.objects.all(), one.actor, at=NOW)}
    assert seen == {"mona"}
    hub_actions.replace_lead(tove, kind="lots", assignment=world.kim.assignment, by=world.olof.actor, at=NOW)
    assert may(kept, world.kim.actor, "end", at=NOW)
    assert not may(kept, world.lovisa.actor, "read", at=NOW)
    seat = tove.seats.filter(assignment=world.kim.assignment)
    seat.update(valid_to=NOW + SECOND)
    assert may(kept, world.kim.actor, "read", at=NOW)
    assert not may(kept, world.kim.actor, "read", at=NOW + SECOND)


def test_a_youth_whom_one_may_not_list_is_answered_as_one_who_is_not_there(world: World, tove: Case) -> None:
    mark(world, tove)
    for name, whom in (("kim", tove.individual), ("kim", world.elias), ("lovisa", tove.individual)):
        with pytest.raises(Invalid) as refused:
            actions.keep_apart(world.case, whom, reason="Hot.", by=world.members[name].actor, at=NOW)
        assert refused.value.errors == {"other": "Välj en ung person i ett ärende som du leder eller är chef för."}
    for name in ("pia", "olof", "ada"):
        with pytest.raises(Denied):
            actions.keep_apart(world.case, tove.individual, reason="Hot.", by=world.members[name].actor, at=NOW)


def test_it_is_marked_once_and_ends_from_that_instant(world: World, tove: Case) -> None:
    kept = mark(world, tove)
    with pytest.raises(Invalid) as refused:
        actions.keep_apart(tove, world.elias, reason="Igen.", by=world.mona.actor, at=NOW)
    assert refused.value.errors == {"other": "De två hålls redan isär."}
    gather(world, room=room(world))
    alone = actions.Guests([world.olof.assignment])
    same_house = when(THURSDAY + HOUR, room=room(world, "Björken"))
    with pytest.raises(Invalid) as told:
        actions.book(tove, same_house, alone, by=world.olof.actor, at=NOW)
    assert told.value.errors == {"starts_at": NOT_USABLE}
    actions.end_keep_apart(kept, by=world.mona.actor, at=NOW)
    with pytest.raises(Conflict):
        actions.end_keep_apart(kept, by=world.mona.actor, at=NOW + SECOND)
    actions.book(tove, same_house, alone, by=world.olof.actor, at=NOW)
    assert actions.keep_apart(tove, world.elias, reason="Igen.", by=world.mona.actor, at=NOW).first_id == kept.first_id


def test_a_booking_asks_the_database_the_same_whether_or_not_anybody_is_kept_apart(world: World, tove: Case) -> None:
    gather(world, room=room(world))
    same_house, asked = room(world, "Björken"), []
    for marked in (False, True):
        if marked:
            mark(world, tove)
        with CaptureQueriesContext(connection) as queries:
            booked = actions.book(
                Case.objects.get(pk=tove.pk),
                when(THURSDAY + 2 * HOUR, room=same_house),
                actions.Guests([world.olof.assignment]),
                by=world.olof.actor,
                at=NOW,
            )
        asked.append([query["sql"].split(" (")[0][:80] for query in queries if "SAVEPOINT" not in query["sql"]])
        actions.cancel(booked, reason="Prov", row_version=1, by=world.olof.actor, at=NOW)
    assert asked[0] == asked[1]


@pytest.mark.parametrize("cause", ["nothing", "the room", "kept apart"])
def test_who_is_taken_is_said_only_where_neither_a_room_nor_anybody_kept_apart_is_in_the_way(
    world: World, tove: Case, cause: str
) -> None:
    """Else whoever asks somebody who is known to be taken is told by the sentence which of the two it is."""
    gather(world, room=room(world))
    alone = actions.Guests([world.olof.assignment])
    elsewhere = when(THURSDAY, place="Biblioteket")
    actions.book(another(world, "Nils", "olof"), elsewhere, alone, by=world.olof.actor, at=NOW)
    if cause == "kept apart":
        mark(world, tove)
    there = when(THURSDAY, room=room(world, "Granen" if cause == "the room" else "Björken"))
    with pytest.raises(Invalid) as refused:
        actions.book(tove, there, alone, by=world.olof.actor, at=NOW)
    assert (refused.value.errors["starts_at"] == NOT_USABLE) == (cause != "nothing")
    assert list(refused.value.errors) == ["starts_at"]
    standing = actions.book(tove, when(THURSDAY + 5 * HOUR, place="Hos oss"), alone, by=world.olof.actor, at=NOW)
    with pytest.raises(Invalid) as moved:
        actions.change(standing, there, row_version=1, by=world.olof.actor, at=NOW)
    assert moved.value.errors == refused.value.errors


def test_what_stays_where_it_is_is_not_refused_for_a_mark_made_since(world: World, tove: Case) -> None:
    """No room can be in its way, so a refusal would say that somebody is kept apart."""
    gather(world, room=room(world))
    at, house = THURSDAY + HOUR, room(world, "Björken")
    alone, olof = actions.Guests([world.olof.assignment]), world.olof.actor
    booked = actions.book(tove, when(at, room=house), alone, by=olof, at=NOW)
    mark(world, tove)
    family = actions.Guests([world.olof.assignment], family=[tove.individual.person])
    booked = actions.change_guests(booked, family, row_version=1, by=olof, at=NOW)
    assert Participant.objects.filter(meeting=booked, person=tove.individual.person).exists()
    booked = actions.change(booked, when(at, room=house, interpreter="arabiska"), row_version=2, by=olof, at=NOW)
    with pytest.raises(Invalid) as refused:
        actions.change(booked, when(at + timedelta(minutes=15), room=house), row_version=3, by=olof, at=NOW)
    assert refused.value.errors == {"starts_at": NOT_USABLE}
    booked = actions.change(booked, when(at, place="Hos oss"), row_version=3, by=olof, at=NOW)
    with pytest.raises(Invalid) as back:
        actions.change(booked, when(at, room=house), row_version=4, by=olof, at=NOW)
    assert back.value.errors == {"starts_at": NOT_USABLE}


def test_the_page_lists_marks_and_ends_and_tells_of_meetings_booked_before(world: World, tove: Case) -> None:
    gather(world, room=room(world))
    same_house = when(THURSDAY + HOUR, room=room(world, "Björken"))
    actions.book(tove, same_house, actions.Guests([world.olof.assignment]), by=world.olof.actor, at=NOW)
    mona, address = world.client("mona"), reverse("meetings:apart", args=[world.case.ref])
    typed = {"other": str(tove.individual.ref), "reason": "Hot mellan familjerna."}
    assert mona.post(address, typed | {"reason": ""}).status_code == 422
    assert mona.post(address, typed, follow=True).status_code == 200
    text = " ".join(mona.get(address).content.decode().split())
    assert "Tove Alm" in text
    assert "Hot mellan familjerna." in text
    assert "De är bokade nära varandra" in text
    kim = world.client("kim").get(address).content.decode()
    assert "Tove" not in kim
    assert "Hot mellan" not in kim
    kept = KeepApart.objects.get()
    end = reverse("meetings:end_apart", args=[world.case.ref, kept.ref])
    assert world.client("kim").post(end).status_code == 404
    assert mona.post(end).status_code == 409, "marked this very instant"
    KeepApart.objects.update(valid_from=START)
    assert mona.post(end).status_code == 302
    assert "Avslutade" in mona.get(address).content.decode()
    assert Meeting.objects.filter(state="planned").count() == 2
