"""When people can meet (P-M4): hours, blocks, calendars that are read, and what others may know of it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from hub import actions as hub_actions
from hub.access import Denied
from hub.errors import Conflict, Invalid
from meetings import actions, subscriptions
from meetings.actions import availability as deeds
from meetings.availability import AHEAD, OFFICE_HOURS, busy_times, working_hours
from meetings.calendars.fetching import Fetched, FetchRefused, NotModified
from meetings.calendars.reading import Busy as Read
from meetings.calendars.reading import Unreadable, why_not
from meetings.models import Busy, Calendar, CalendarState, FeedKey, WorkingHours
from tests.cast import NOW, SECOND, START, World
from tests.gatherings import HOUR, THURSDAY, gather

pytestmark = pytest.mark.django_db

SECRET = "https://kalender.exempel.se/delad/hemlig-nyckel.ics"


def ics(*starts: datetime, title: str = "Tandläkare med Elias") -> bytes:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:{title}\r\nLOCATION:Hemma\r\nDTSTART:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n"
        f"DURATION:PT1H\r\nEND:VEVENT\r\n"
        for n, at in enumerate(starts)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n".encode()


def busy(world: World, since: datetime = START, until: datetime = START + AHEAD) -> list[tuple[datetime, datetime]]:
    return busy_times([world.kim.user.pk], since=since, until=until)[world.kim.user.pk]


def upload(world: World, *starts: datetime, **more: Any) -> Calendar:
    return actions.add_file(ics(*starts), by=world.kim.actor, at=NOW, **more)


def read_here(data: bytes, *, since: datetime, until: datetime, seconds: float = 0, own: Iterable[str] = ()) -> Read:
    """What `ics` has written, without a process of its own: how files are read is tested where that is done."""
    if (reason := why_not(data)) is not None:
        raise Unreadable(reason)
    starts = [datetime.fromisoformat(at) for at in re.findall(r"DTSTART:(\S+Z)", data.decode())]
    return Read(tuple((at, at + HOUR) for at in starts), len(starts), ())


@pytest.fixture(autouse=True)
def _no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds, "read_busy", read_here)
    monkeypatch.setattr(subscriptions, "read_busy", read_here)


@pytest.fixture
def hosts(settings: Settings) -> None:
    settings.CALENDAR_HOSTS = [".exempel.se"]


# --- hours and blocks ------------------------------------------------------------------------------------------------


def test_who_has_said_nothing_works_office_hours(world: World) -> None:
    assert working_hours(world.kim.user.pk) == OFFICE_HOURS
    half = {1: (time(8), time(12)), 3: (time(8), time(12)), 5: (time(9), time(15))}
    actions.set_hours(half, by=world.kim.actor, at=NOW)
    assert working_hours(world.kim.user.pk) == half
    assert working_hours(world.pia.user.pk) == OFFICE_HOURS
    actions.set_hours(OFFICE_HOURS, by=world.kim.actor, at=NOW)
    assert not WorkingHours.objects.exists()


@pytest.mark.parametrize(("hours", "field"), [({}, ""), ({3: (time(9), time(9))}, "ends_3")])
def test_hours_that_cannot_be_are_refused(world: World, hours: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.set_hours(hours, by=world.kim.actor, at=NOW)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("ends", "field"),
    [(NOW, "first"), (NOW + SECOND, ""), (NOW + AHEAD, ""), (NOW + AHEAD + SECOND, "last")],
)
def test_a_block_ends_in_the_future_and_within_400_days(world: World, ends: datetime, field: str) -> None:
    def block() -> Busy:
        return actions.block(ends - HOUR, ends, by=world.kim.actor, at=NOW)

    if not field:
        assert block().ends_at == ends
        return
    with pytest.raises(Invalid) as refused:
        block()
    assert set(refused.value.errors) == {field}


def test_one_takes_away_ones_own_blocks_only_and_once(world: World) -> None:
    made = actions.block(THURSDAY, THURSDAY + HOUR, by=world.kim.actor, at=NOW)
    with pytest.raises(Denied):
        actions.unblock(made, by=world.mona.actor, at=NOW)
    with pytest.raises(Invalid):
        actions.block(THURSDAY, THURSDAY + HOUR, by=world.kim.actor, at=NOW)
    actions.unblock(made, by=world.kim.actor, at=NOW)
    with pytest.raises((Denied, Conflict)):
        actions.unblock(made, by=world.kim.actor, at=NOW)


# --- what others may know --------------------------------------------------------------------------------------------


def test_blocks_calendars_and_meetings_are_one_list_of_instants(world: World) -> None:
    gather(world)
    actions.block(THURSDAY + HOUR, THURSDAY + 2 * HOUR, by=world.kim.actor, at=NOW)
    upload(world, THURSDAY + 3 * HOUR)
    assert busy(world) == [(THURSDAY, THURSDAY + 2 * HOUR), (THURSDAY + 3 * HOUR, THURSDAY + 4 * HOUR)]
    assert busy_times([world.fia.user.pk], since=START, until=START + AHEAD) == {world.fia.user.pk: []}


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (THURSDAY + HOUR, THURSDAY + 2 * HOUR, []),
        (THURSDAY + HOUR - SECOND, THURSDAY + 2 * HOUR, [(THURSDAY + HOUR - SECOND, THURSDAY + HOUR)]),
        (THURSDAY - HOUR, THURSDAY, []),
        (THURSDAY - HOUR, THURSDAY + SECOND, [(THURSDAY, THURSDAY + SECOND)]),
    ],
)
def test_busy_times_are_cut_to_what_was_asked_for(world: World, since: datetime, until: datetime, found: Any) -> None:
    actions.block(THURSDAY, THURSDAY + HOUR, by=world.kim.actor, at=NOW)
    assert busy(world, since, until) == found


# --- calendars -------------------------------------------------------------------------------------------------------


def test_of_a_file_only_busy_times_are_kept(world: World) -> None:
    upload(world, THURSDAY, name="Jobbet")
    assert busy(world) == [(THURSDAY, THURSDAY + HOUR)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT meetings_calendar::text || meetings_busy::text FROM meetings_calendar, meetings_busy")
        stored = str(cursor.fetchall())
    assert "Jobbet" in stored
    for private in ("Tandläkare", "Elias", "Hemma"):
        assert private not in stored


def test_a_file_that_cannot_be_read_says_why_and_leaves_what_was_there(world: World) -> None:
    standing = upload(world, THURSDAY)
    with pytest.raises(Invalid) as refused:
        actions.add_file(b"PK\x03\x04zip", replaces=standing, by=world.kim.actor, at=NOW)
    assert "zip" in refused.value.errors["file"]
    assert busy(world) == [(THURSDAY, THURSDAY + HOUR)]


def test_a_newer_file_replaces_the_times_of_the_older(world: World) -> None:
    standing = upload(world, THURSDAY)
    upload(world, THURSDAY + HOUR, replaces=standing)
    assert busy(world) == [(THURSDAY + HOUR, THURSDAY + 2 * HOUR)]
    with pytest.raises(Denied):
        actions.add_file(ics(THURSDAY), replaces=standing, by=world.pia.actor, at=NOW)


def test_a_user_has_at_most_five_calendars(world: World, hosts: None) -> None:
    for _n in range(4):
        upload(world, THURSDAY)
    actions.subscribe(SECRET, by=world.kim.actor, at=NOW)
    with pytest.raises(Invalid):
        upload(world, THURSDAY)
    with pytest.raises(Invalid):
        actions.subscribe(SECRET + "2", by=world.kim.actor, at=NOW)
    actions.remove_calendar(Calendar.objects.earliest("pk"), by=world.kim.actor, at=NOW)
    upload(world, THURSDAY)


@pytest.mark.parametrize(("times", "fits"), [(2, True), (3, True), (4, False)])
def test_a_user_has_a_limited_number_of_busy_times(
    world: World, monkeypatch: pytest.MonkeyPatch, times: int, fits: bool
) -> None:
    monkeypatch.setattr(deeds, "MOST_BUSY", 4)
    actions.block(THURSDAY - HOUR, THURSDAY, by=world.kim.actor, at=NOW)
    starts = [THURSDAY + 2 * n * HOUR for n in range(times)]
    if fits:
        upload(world, *starts)
        return
    with pytest.raises(Invalid) as refused:
        upload(world, *starts)
    assert set(refused.value.errors) == {"file"}
    assert not Calendar.objects.exists()


def test_an_address_is_stored_unreadable_and_only_allowed_hosts_are(
    world: World, hosts: None, settings: Settings
) -> None:
    actions.subscribe(SECRET, by=world.kim.actor, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT meetings_calendar::text FROM meetings_calendar")
        assert "hemlig" not in str(cursor.fetchall())
    for wrong in (SECRET, "http://kalender.exempel.se/a.ics", "https://127.0.0.1/a.ics", "https://exempel.com/a.ics"):
        with pytest.raises(Invalid) as refused:
            actions.subscribe(wrong, by=world.kim.actor, at=NOW)
        assert set(refused.value.errors) == {"url"}
    settings.CALENDAR_HOSTS = []
    with pytest.raises(Invalid, match="inte påslagna"):
        actions.subscribe(SECRET, by=world.kim.actor, at=NOW)


# --- reading them again ----------------------------------------------------------------------------------------------


def answering(said: bytes | Exception | NotModified) -> Callable[..., Any]:
    def fetcher(url: str, **_: Any) -> Fetched | NotModified:
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, NotModified) else Fetched(said, '"v1"', None)

    return fetcher


@pytest.fixture
def calendar(world: World, hosts: None) -> Calendar:
    return actions.subscribe(SECRET, by=world.kim.actor, at=NOW)


def read(at: datetime, said: bytes | Exception | NotModified) -> int:
    return subscriptions.read_due(at=at, fetcher=answering(said))


def test_a_calendar_is_read_when_it_is_due_and_not_before(world: World, calendar: Calendar) -> None:
    assert read(NOW - SECOND, ics(THURSDAY)) == 0
    assert read(NOW, ics(THURSDAY)) == 1
    assert busy(world) == [(THURSDAY, THURSDAY + HOUR)]
    calendar.refresh_from_db()
    assert (calendar.state, calendar.etag, calendar.next_read_at) == ("fresh", '"v1"', NOW + subscriptions.AGAIN)
    assert read(NOW + subscriptions.AGAIN, NotModified()) == 1
    assert busy(world) == [(THURSDAY, THURSDAY + HOUR)]


def test_what_was_claimed_is_not_taken_twice(calendar: Calendar) -> None:
    assert subscriptions.claim(at=NOW) == calendar
    assert subscriptions.claim(at=NOW) is None
    assert subscriptions.claim(at=NOW + subscriptions.CLAIM) == calendar


@pytest.mark.parametrize(
    ("wrong_for", "again", "wait"),
    [
        (timedelta(0), True, subscriptions.SOONEST),
        (timedelta(hours=3), True, timedelta(hours=3)),
        (timedelta(days=9), True, subscriptions.LATEST),
        (timedelta(0), False, subscriptions.LATEST),
    ],
)
def test_the_longer_it_goes_wrong_the_longer_is_the_wait(
    world: World, calendar: Calendar, wrong_for: timedelta, again: bool, wait: timedelta
) -> None:
    read(NOW, ics(THURSDAY))
    later = NOW + wrong_for
    Calendar.objects.update(next_read_at=later)
    read(later, FetchRefused("Servern svarade inte.", again=again))
    calendar.refresh_from_db()
    assert (calendar.state, calendar.problem) == (CalendarState.FAILED, "Servern svarade inte.")
    assert calendar.next_read_at == later + wait
    assert busy(world) == [(THURSDAY, THURSDAY + HOUR)]  # what it said last


def test_whatever_one_calendar_does_the_others_are_read(world: World, calendar: Calendar) -> None:
    other = actions.subscribe(SECRET, by=world.pia.actor, at=NOW + SECOND)

    def fetcher(url: str, *, etag: str | None, **_: Any) -> Fetched:
        if Calendar.objects.get(pk=calendar.pk).state == CalendarState.WAITING:
            raise RuntimeError("hemlig")
        return Fetched(ics(THURSDAY), None, None)

    assert subscriptions.read_due(at=NOW + SECOND, fetcher=fetcher) == 2
    other.refresh_from_db()
    assert other.state == CalendarState.FRESH


def test_a_calendar_removed_while_it_was_fetched_leaves_nothing(world: World, calendar: Calendar) -> None:
    def fetcher(url: str, **_: Any) -> Fetched:
        actions.remove_calendar(calendar, by=world.kim.actor, at=NOW)
        return Fetched(ics(THURSDAY), None, None)

    assert subscriptions.read_due(at=NOW, fetcher=fetcher) == 1
    assert busy(world) == []


def test_a_closed_account_keeps_no_calendar_and_its_feed_never_comes_back(world: World, hosts: None) -> None:
    actions.subscribe(SECRET, by=world.pia.actor, at=NOW)
    actions.block(THURSDAY, THURSDAY + HOUR, by=world.pia.actor, at=NOW)
    actions.make_feed(by=world.olof.actor, at=NOW)
    actions.block(THURSDAY, THURSDAY + HOUR, by=world.olof.actor, at=NOW)
    olof = world.olof.user
    hub_actions.change_user(
        olof,
        name=olof.name,
        email=olof.email,
        qualified=False,
        active=False,
        row_version=olof.row_version,
        by=world.ada.actor,
        at=NOW,
    )
    assert not FeedKey.objects.filter(user=olof, revoked_at=None).exists()
    assert not Busy.objects.filter(user=olof).exists()
    assert Busy.objects.filter(user=world.pia.user).exists()


@pytest.mark.parametrize(("ended", "left"), [(deeds.KEPT - SECOND, 1), (deeds.KEPT, 1), (deeds.KEPT + SECOND, 0)])
def test_past_times_are_kept_for_a_week(world: World, ended: timedelta, left: int) -> None:
    Busy.objects.create(user=world.kim.user, starts_at=NOW - ended - HOUR, ends_at=NOW - ended)
    deeds.forget_past(at=NOW)
    assert Busy.objects.count() == left
