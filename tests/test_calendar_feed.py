"""The private feed: kind, time and link to whoever holds the key, while they may still see the meeting (P-M5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar as Parsed

from hub.models import AuditEntry, CaseSeat, Person, User
from meetings import actions
from meetings.models import FeedKey, Meeting
from meetings.views import feed as feed_view
from tests.cast import NOW, SECOND, World, once_key
from tests.gatherings import THURSDAY, gather, room

pytestmark = pytest.mark.django_db

#: Where a day added is 24 hours.
UTC_NOW = NOW.astimezone(UTC)


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def fetch(world: World, key: str, **headers: str) -> Any:
    response = Client().get(reverse("meetings:feed", args=[key]), headers=headers)
    world.look()
    return response


def events(response: Any) -> list[Any]:
    assert response.status_code == 200
    return list(Parsed.from_ical(response.content).walk("VEVENT"))


def test_the_feed_says_kind_time_and_link_and_nothing_else(world: World) -> None:
    gather(world, officials_minutes=30, room=room(world), interpreter="arabiska")
    key = actions.make_feed(by=world.pia.actor, at=NOW)
    response = fetch(world, key)
    first, main = events(response)
    assert [str(one["summary"]) for one in (first, main)] == ["Tjänstemannamöte", "Nätverksmöte"]
    assert main.decoded("dtstart") == THURSDAY
    said = response.content.decode().replace("\r\n ", "")
    names = [member.user.name for member in world.members.values()]
    for private in (*names, "Elias", "Eva", "Granen", "Spånga", "arabiska", world.case.number, "ATTENDEE", "LOCATION"):
        assert private not in said, private


def test_who_is_neither_asked_nor_organises_has_an_empty_feed(world: World) -> None:
    gather(world)
    for name, count in (("kim", 1), ("sam", 1), ("mona", 0), ("lovisa", 0), ("peo", 0)):
        assert len(events(fetch(world, actions.make_feed(by=world.members[name].actor, at=NOW)))) == count, name


def test_a_meeting_leaves_the_feed_the_instant_the_seat_ends(world: World) -> None:
    gather(world)
    key = actions.make_feed(by=world.pia.actor, at=NOW)
    seat = CaseSeat.objects.filter(assignment=world.pia.assignment)
    for ends, count in ((NOW + SECOND, 1), (NOW, 0)):
        seat.update(valid_to=ends)
        assert len(events(fetch(world, key))) == count


def test_a_protected_youth_stands_in_no_calendar_and_leisure_gets_no_copy(world: World) -> None:
    gather(world, "kim", "fia")
    keys = [actions.make_feed(by=world.members[name].actor, at=NOW) for name in ("kim", "fia")]
    assert [len(events(fetch(world, key))) for key in keys] == [1, 0]
    Person.objects.filter(pk=world.elias.person.pk).update(protection="SEKRETESSMARKERING")
    assert not events(fetch(world, keys[0]))


def test_a_called_off_meeting_stays_marked_and_is_the_same_event(world: World) -> None:
    meeting = gather(world)
    key = actions.make_feed(by=world.pia.actor, at=NOW)
    (before,) = events(fetch(world, key))
    actions.cancel(meeting, reason="Sjuk", row_version=1, by=world.kim.actor, at=NOW)
    (after,) = events(fetch(world, key))
    assert (before["uid"], before["sequence"] + 1, str(after["status"])) == (
        after["uid"],
        after["sequence"],
        "CANCELLED",
    )


def test_only_the_latest_key_opens_and_every_other_answer_is_the_same(world: World) -> None:
    gather(world)
    first = actions.make_feed(by=world.pia.actor, at=NOW)
    second = actions.make_feed(by=world.pia.actor, at=NOW)
    third = actions.make_feed(by=world.sam.actor, at=NOW)
    User.objects.filter(pk=world.sam.user.pk).update(is_active=False)
    answers = [fetch(world, key) for key in (first, third, "gissad", "å" * 300)]
    assert {(one.status_code, one.content, one["Cache-Control"]) for one in answers} == {
        (404, answers[0].content, answers[0]["Cache-Control"])
    }
    assert len(events(fetch(world, second))) == 1
    actions.revoke_feed(FeedKey.objects.get(user=world.pia.user, revoked_at=None), by=world.pia.actor, at=NOW)
    assert fetch(world, second).status_code == 404


def test_the_key_is_shown_once_and_only_its_digest_is_kept(world: World) -> None:
    client, sent = world.client("pia"), {"once": once_key()}
    page = client.post(reverse("meetings:feed_new"), sent).content.decode()
    key = page[page.index(".ics") - 43 : page.index(".ics")]
    world.look()
    assert key not in client.get(reverse("meetings:availability")).content.decode()
    assert client.post(reverse("meetings:feed_new"), sent)["Location"] == reverse("meetings:availability")
    assert key not in str(list(FeedKey.objects.values()))
    assert fetch(world, key).status_code == 200


def test_what_is_unchanged_is_not_sent_again_but_recorded_all_the_same(world: World) -> None:
    gather(world)
    key = actions.make_feed(by=world.pia.actor, at=NOW)
    last = AuditEntry.objects.latest("pk").pk
    response = fetch(world, key)
    assert "private" in response["Cache-Control"]
    assert fetch(world, key, **{"If-None-Match": f"W/{response['ETag']}"}).status_code == 304
    reads = AuditEntry.objects.filter(pk__gt=last, kind="read")
    assert [(one.user_id, one.case_ids, one.route) for one in reads] == [
        (world.pia.user.pk, [world.case.pk], "meetings:feed")
    ] * 2
    Meeting.objects.update(sequence=1)
    world.look()
    assert fetch(world, key, **{"If-None-Match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_a_program_that_asks_too_often_must_wait(world: World, monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    monkeypatch.setattr(feed_view, "PER_KEY" if known else "PER_ADDRESS", 2)
    key = actions.make_feed(by=world.pia.actor, at=NOW) if known else "gissad"
    assert [fetch(world, key).status_code for _ in range(3)] == [*[200 if known else 404] * 2, 429]


def test_made_up_keys_make_one_count_per_address_however_many_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, *_, **__: counted.append(key))
    for number in range(3):
        for address in ("192.0.2.1", "2001:db8:0:1::1", f"2001:db8:0:1::{number}"):
            Client(REMOTE_ADDR=address).get(reverse("meetings:feed", args=[f"gissad-{number}"]))
    world.look()
    assert len(set(counted)) == 2
    fetch(world, actions.make_feed(by=world.pia.actor, at=NOW))
    assert len(set(counted)) == 3


def test_guessing_from_one_address_is_counted_and_stops_nobody_who_knows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_view, "PER_ADDRESS", 2)
    assert [fetch(world, f"gissad{n}").status_code for n in range(3)] == [404, 404, 429]
    assert fetch(world, actions.make_feed(by=world.pia.actor, at=NOW)).status_code == 200


@pytest.mark.parametrize(
    ("starts_at", "count"),
    [(UTC_NOW + timedelta(days=400) - SECOND, 1), (UTC_NOW + timedelta(days=400), 0)],
)
def test_the_feed_reaches_400_days_ahead(world: World, starts_at: datetime, count: int) -> None:
    gather(world, starts_at=starts_at)
    assert len(events(fetch(world, actions.make_feed(by=world.kim.actor, at=NOW)))) == count
