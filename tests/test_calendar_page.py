"""The calendar page and Mina tider as one meets them; weeks, red days and the days when the clocks change (P-M4)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from hub import clock
from meetings import actions
from meetings.actions import availability as deeds
from meetings.calendar_page import VIEWS, Entry, days, span, weeks
from meetings.calendars.limits import MAX_BYTES
from meetings.forms.availability import BlockForm
from meetings.models import Busy, Calendar, Occupied, Room, StandingSlot
from meetings.views.calendar import read_day
from tests.cast import NOW, START, World, once_key
from tests.gatherings import HOUR, THURSDAY, gather, room
from tests.hub_pages import error, text
from tests.test_availability import SECRET, ics

TODAY = date(2026, 3, 2)


def entry(starts_at: datetime, hours: float) -> Entry:
    return Entry(starts_at, starts_at + timedelta(hours=hours), "Upptagen")


def shown(on: date, *entries: Entry) -> list[str]:
    (day,) = days(span("dag", on), entries, today=TODAY)
    return [each.when for each in day.entries]


# --- which days, and what stands on them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "on", "first", "end", "before", "after"),
    [
        ("dag", date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 30), date(2027, 1, 1)),
        ("vecka", date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 4), date(2026, 12, 21), date(2027, 1, 4)),
        ("manad", date(2026, 3, 31), date(2026, 2, 23), date(2026, 4, 6), date(2026, 2, 1), date(2026, 4, 1)),
        ("manad", date(2027, 2, 1), date(2027, 2, 1), date(2027, 3, 1), date(2027, 1, 1), date(2027, 3, 1)),
        ("lista", date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 30), date(2026, 2, 2), date(2026, 3, 30)),
    ],
)
def test_each_view_shows_its_days(view: Any, on: date, first: date, end: date, before: date, after: date) -> None:
    found = span(view, on)
    assert (found.first, found.end, found.before, found.after) == (first, end, before, after)


def test_weeks_are_numbered_as_swedish_calendars_do() -> None:
    numbers = [week.number for week in weeks(span("manad", date(2027, 1, 1)), [], today=TODAY, month=1)]
    assert numbers == [53, 1, 2, 3, 4]


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 30), 24)])
def test_the_days_when_the_clocks_change_are_shorter_and_longer(on: date, hours: int) -> None:
    begins = clock.start_of_day(on)
    assert shown(on, entry(begins, hours)) == ["Hela dagen"]
    assert shown(on, entry(begins, hours - 1)) == ["00.00–23.00"]
    assert shown(on, entry(begins, hours + 1)) == ["Hela dagen"]
    assert shown(on, entry(begins + hours * HOUR, 1)) == []
    (day,) = days(span("dag", on), [], today=TODAY)
    assert day.clocks == (
        "" if hours == 24 else f"{'Sommar' if hours == 23 else 'Vinter'}tid börjar: dygnet är {hours} timmar."
    )


def test_what_goes_over_midnight_stands_on_both_days() -> None:
    evening = clock.start_of_day(date(2026, 3, 13)) - HOUR
    assert shown(date(2026, 3, 12), entry(evening, 2)) == ["Från 23.00"]
    assert shown(date(2026, 3, 13), entry(evening, 2)) == ["Till 01.00"]
    assert shown(date(2026, 3, 12), entry(evening, 1)) == ["23.00–24.00"]


@pytest.mark.parametrize(
    ("on", "name", "red"),
    [
        (date(2026, 1, 6), "Trettondedag jul", True),
        (date(2026, 6, 19), "Midsommarafton", False),
        (date(2026, 3, 8), "", True),
        (date(2026, 3, 7), "", False),
        (date(2026, 4, 2), "", False),
    ],
)
def test_red_days_and_their_names(on: date, name: str, red: bool) -> None:
    (day,) = days(span("dag", on), [], today=TODAY)
    assert (day.holiday, day.red) == (name, red)


# --- the pages -------------------------------------------------------------------------------------------------------


def ask(world: World, who: str, route: str, *, method: str = "get", ref: object = None, **data: Any) -> Any:
    address = reverse(f"meetings:{route}", args=[ref] if ref else [])
    sent = {"once": once_key(), **data} if method == "post" else data
    response = getattr(world.client(who), method)(address, sent)
    world.look()
    return response


@pytest.mark.django_db
def test_one_sees_the_meetings_that_one_may_and_otherwise_only_that_one_is_busy(world: World) -> None:
    gather(world, room=room(world))
    Occupied.objects.create(
        user=world.pia.user, meeting_ref=world.case.ref, starts_at=THURSDAY + HOUR, ends_at=THURSDAY + 2 * HOUR
    )
    for view in ("dag", "vecka", "manad", "lista"):
        day = "2026-03-12" if view != "lista" else "2026-03-02"
        page = text(ask(world, "pia", "calendar", vy=view, datum=day))
        assert world.case.number in page, view
        assert "Upptagen" in page, view
        assert "Elias" not in page, view
    stranger = text(ask(world, "peo", "calendar", datum="2026-03-12"))
    assert "Nätverksmöte" not in stranger
    assert "Upptagen" not in stranger


@pytest.mark.parametrize(
    "asked", ["fel", "0001-01-01", "1999-12-31", "2100-01-01", "2026-02-30", "²026-01-01", "2026-W10-1"]
)
def test_a_day_that_is_none_is_not_read(asked: str) -> None:
    assert read_day(asked) is None


@pytest.mark.parametrize("asked", [date(2000, 1, 1), date(2099, 12, 31)])
@pytest.mark.parametrize("view", list(VIEWS))
def test_the_first_and_last_days_have_pages_before_and_after(asked: date, view: Any) -> None:
    assert read_day(asked.isoformat()) == asked
    found = span(view, asked)
    assert found.before < asked < found.after
    assert days(found, [], today=TODAY)


@pytest.mark.django_db
def test_a_day_that_is_none_shows_today_and_says_so(world: World) -> None:
    page = text(ask(world, "kim", "calendar", vy="manad", datum="fel"))
    assert "Datumet gick inte att läsa" in page
    assert "Mars 2026" in page


@pytest.mark.django_db
def test_a_called_off_meeting_says_so(world: World) -> None:
    meeting = gather(world)
    actions.cancel(meeting, reason="Sjuk", row_version=1, by=world.kim.actor, at=NOW)
    page = text(ask(world, "pia", "calendar", datum="2026-03-12"))
    assert "Inställt" in page
    assert "Sjuk" not in page


@pytest.fixture
def _however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file costs is tested where it is read; here nothing depends on the machine."""
    monkeypatch.setattr(deeds, "WALL_SECONDS", 60.0)


@pytest.mark.django_db
@pytest.mark.usefixtures("_however_busy")
def test_a_file_is_read_at_once_and_says_what_was_found(world: World) -> None:
    file = SimpleUploadedFile("privat.ics", ics(THURSDAY, THURSDAY + 2 * HOUR), content_type="text/calendar")
    assert ask(world, "kim", "calendar_file", method="post", file=file).status_code == 302
    page = text(ask(world, "kim", "availability"))
    assert "2 upptagna tider till och med 12 mars" in page
    assert "Tandläkare" not in page
    assert "privat" not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("_however_busy")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Filen är tom"),
        (b"%PDF-1.7", "slutar på .ics"),
        (b"<!doctype html><html>", "webbsida"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "inte hel"),
        (b"B" * (MAX_BYTES + 1), "större än 5 MB"),
    ],
)
def test_a_file_that_is_no_calendar_comes_back_with_how_to_mend_it(world: World, content: bytes, says: str) -> None:
    response = ask(world, "kim", "calendar_file", method="post", file=SimpleUploadedFile("k.ics", content))
    assert response.status_code == 422
    assert says in error(response, "file")
    assert not Calendar.objects.exists()


@pytest.mark.django_db
def test_an_address_is_never_shown_not_even_when_it_is_refused(world: World, settings: Settings) -> None:
    assert "inte påslagna" in text(ask(world, "kim", "calendar_subscribe"))
    settings.CALENDAR_HOSTS = ["kalender.exempel.se"]
    wrong = ask(world, "kim", "calendar_subscribe", method="post", url=SECRET.replace("exempel", "annan"))
    assert wrong.status_code == 422
    assert "hemlig-nyckel" not in text(wrong)
    assert ask(world, "kim", "calendar_subscribe", method="post", url=SECRET).status_code == 302
    page = text(ask(world, "kim", "availability"))
    assert "kalender.exempel.se" in page
    assert "hemlig-nyckel" not in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first": "12 mars"}, "first"),
        ({"first": "2026-03-12", "begins": "9"}, "ends"),
        ({"first": "2026-03-12", "begins": "24.00", "ends": "23.59"}, "begins"),
        ({"first": "2026-03-12", "begins": "９", "ends": "10"}, "begins"),
        ({"first": "2026-03-12", "last": "2026-03-13", "begins": "9", "ends": "10"}, "last"),
        ({"first": "2026-03-12", "last": "2026-03-11"}, "last"),
        ({"first": "2026-03-29", "begins": "02.30", "ends": "04"}, "begins"),
        ({"first": "9999-12-31"}, "first"),
    ],
)
def test_what_is_typed_wrong_has_its_sentence_at_the_field(typed: dict[str, str], field: str) -> None:
    assert set(BlockForm(typed).errors) == {field}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field"),
    [({"first": "2026-03-12", "begins": "10", "ends": "9"}, "ends"), ({"first": "2026-03-01"}, "first")],
)
def test_a_block_that_cannot_be_comes_back_with_a_sentence(world: World, typed: dict[str, str], field: str) -> None:
    response = ask(world, "kim", "block", method="post", **typed)
    assert response.status_code == 422
    assert error(response, field)
    assert not Busy.objects.exists()


@pytest.mark.django_db
def test_whole_days_are_blocked_and_taken_away_again(world: World) -> None:
    ask(world, "kim", "block", method="post", first="28 mars 2026", last="29 mars 2026")
    made = Busy.objects.get()
    assert made.ends_at - made.starts_at == timedelta(hours=47)  # the clocks change that night
    assert "Lör 28 mars till och med sön 29 mars" in text(ask(world, "kim", "availability"))
    assert ask(world, "mona", "unblock", method="post", ref=made.ref).status_code == 404
    ask(world, "kim", "unblock", method="post", ref=made.ref)
    assert not Busy.objects.exists()


@pytest.mark.django_db
def test_hours_are_changed_weekday_by_weekday(world: World) -> None:
    typed = {"begins_1": "8", "ends_1": "16.30", "begins_2": "08:00", "ends_2": "16.30", "begins_5": "0900"}
    response = ask(world, "kim", "hours", method="post", **typed)
    assert "slutar på fredagar" in error(response, "ends_5")
    assert ask(world, "kim", "hours", method="post", **typed, ends_5="12").status_code == 302
    page = text(ask(world, "kim", "availability"))
    assert "Måndag och tisdag 08.00–16.30" in page
    assert "Fredag 09.00–12.00" in page


# --- rooms and standing times ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_room_is_added_changed_and_taken_away_with_its_standing_time(world: World) -> None:
    facts = {"name": "Tallen", "place": "Torget 1", "capacity": "6"}
    assert ask(world, "ada", "admin_room_new", method="post", ref=world.social.ref, **facts).status_code == 302
    made = Room.objects.get()
    Room.objects.update(valid_from=START)
    again = ask(world, "ada", "admin_room_new", method="post", ref=world.social.ref, **facts)
    assert "redan" in error(again, "name")
    times = {"weekdays": ["2", "4"], "starts": "9", "minutes": "90", "room": str(made.ref)}
    ask(world, "mona", "admin_slot_new", method="post", ref=world.social.ref, **times)
    StandingSlot.objects.update(valid_from=START)
    assert "Tisdag och torsdag 09.00, 90 minuter" in text(ask(world, "mona", "admin_places"))
    ask(world, "ada", "admin_room_edit", method="post", ref=made.ref, **facts | {"capacity": "4", "row_version": "1"})
    stale = ask(world, "ada", "admin_room_edit", method="post", ref=made.ref, **facts | {"row_version": "1"})
    assert stale.status_code == 409
    assert Room.objects.get().capacity == 4
    ask(world, "ada", "admin_room_end", method="post", ref=made.ref)
    assert not Room.objects.in_force(at=NOW).exists()
    assert not StandingSlot.objects.in_force(at=NOW).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("capacity", "minutes"), [("0", "14"), ("501", "481"), ("många", "x")])
def test_sizes_that_cannot_be_are_refused(world: World, capacity: str, minutes: str) -> None:
    wrong = {"name": "Tallen", "place": "Torget 1", "capacity": capacity}
    assert error(ask(world, "ada", "admin_room_new", method="post", ref=world.social.ref, **wrong), "capacity")
    wrong_slot = {"weekdays": ["1"], "starts": "9", "minutes": minutes}
    assert error(ask(world, "ada", "admin_slot_new", method="post", ref=world.social.ref, **wrong_slot), "minutes")
