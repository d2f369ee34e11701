"""What calendars and mail programs get: right in every octet, by the standards, around each change of the clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
from dateutil.tz import tzical

from hub.clock import STOCKHOLM
from meetings.calendars.writing import (
    VTIMEZONE,
    cancel,
    feed,
    pre_meeting,
    request,
    uid_of,
)
from tests.invitations import (
    AROUND_THE_CHANGES,
    EVERY_OUTPUT,
    KARIN,
    LINK,
    MEETING,
    MOVED,
    OFF,
    OTHER_REF,
    REF,
    SEC,
    SENT,
    begins,
    event,
    events,
    lines,
    outputs,
    wall,
)

# --- the octets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", EVERY_OUTPUT)
def test_every_line_ends_as_it_shall_and_is_75_octets_at_most_and_breaks_no_letter(data: bytes) -> None:
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no å, ä or ö is cut in two


@pytest.mark.parametrize("name", ["Åäö" * 39, "Ö" * 120, "a" * 119 + "Å", "Karin; Ek, mötets: 'samordnare'"])
def test_long_and_odd_names_arrive_as_they_are(name: str) -> None:
    data = request(replace(MEETING, organizer=replace(KARIN, name=name)))
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert event(data)["organizer"].params["CN"] == name


def test_quotation_marks_in_a_name_become_what_every_program_can_read() -> None:
    data = request(replace(MEETING, organizer=replace(KARIN, name='Karin "Kajsa" ^Ek')))
    assert event(data)["organizer"].params["CN"] == "Karin 'Kajsa' Ek"
    assert b"^" not in data


def test_commas_and_line_breaks_in_text_are_escaped() -> None:
    (description,) = (line for line in lines(request(MEETING)) if line.startswith("DESCRIPTION"))
    assert description == f"DESCRIPTION:Platsen ser du när du har loggat in:\\n{LINK}"
    data = feed([], name="Möten; mina, alla", at=SENT)
    assert "X-WR-CALNAME:Möten\\; mina\\, alla" in lines(data)


def test_the_same_state_gives_the_same_octets() -> None:
    assert request(MEETING) == request(replace(MEETING))
    assert lines(request(MEETING)).count("DTSTAMP:20260220T090506Z") == 1


# --- the rules of the standards ------------------------------------------------------------------------------------


def test_a_request_is_what_rfc_5546_wants() -> None:
    said = lines(request(MEETING))
    for line in (
        "METHOD:REQUEST",
        f"UID:{REF}@hubb.exempel.se",
        "SEQUENCE:0",
        "DTSTAMP:20260220T090506Z",
        "LAST-MODIFIED:20260220T090506Z",
        "DTSTART;TZID=Europe/Stockholm:20260312T090000",
        "DTEND;TZID=Europe/Stockholm:20260312T100000",
        'ORGANIZER;CN="Karin Ängsö":mailto:moten@hubb.exempel.se',
        'ATTENDEE;CN="Pär Östlund";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:'
        "par.ostlund@polisen.exempel.se",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "CLASS:PRIVATE",
        "VERSION:2.0",
    ):
        assert said.count(line) == 1, line


def test_who_need_not_come_is_told_so() -> None:
    assert event(request(replace(MEETING, optional=True)))["attendee"].params["ROLE"] == "OPT-PARTICIPANT"


def test_a_change_keeps_the_uid_and_counts_on() -> None:
    before, after = event(request(MEETING)), event(request(MOVED))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.start == wall(2026, 4, 2, 13)


def test_a_cancellation_asks_for_no_answer_and_frees_the_time() -> None:
    said = lines(cancel(OFF))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:2"} <= set(said)
    assert "RSVP" not in "".join(said)
    assert event(cancel(OFF))["attendee"] == "mailto:par.ostlund@polisen.exempel.se"


def test_a_feed_has_no_attendee_and_is_published() -> None:
    said = lines(feed([MEETING], name="Samverkanshubb", at=SENT))
    assert "METHOD:PUBLISH" in said
    assert not [line for line in said if line.startswith("ATTENDEE")]
    assert len([line for line in said if line.startswith("ORGANIZER")]) == 1


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    assert events(feed([], name="Samverkanshubb", at=SENT)) == []


def test_a_cancelled_meeting_stays_in_the_feed_until_it_would_have_been_over() -> None:
    for at, shown in ((OFF.ends_at - SEC, ["Inställt: nätverksmöte"]), (OFF.ends_at, []), (OFF.ends_at + SEC, [])):
        assert [e["summary"] for e in events(feed([OFF], name="Samverkanshubb", at=at))] == shown
    assert [e["status"] for e in events(feed([OFF], name="Samverkanshubb", at=SENT))] == ["CANCELLED"]
    held = feed([MEETING], name="Samverkanshubb", at=MEETING.ends_at + timedelta(days=400))
    assert [e["summary"] for e in events(held)] == ["Nätverksmöte"]


def test_a_meeting_of_the_professionals_is_an_event_of_its_own() -> None:
    before = pre_meeting(MEETING, uid=uid_of(OTHER_REF, "hubb.exempel.se"), starts_at=wall(2026, 3, 12, 8, 30))
    both = events(feed([MEETING, before], name="Samverkanshubb", at=SENT))
    assert [(e["summary"], e.start, e.end) for e in both] == [
        ("Tjänstemannamöte", wall(2026, 3, 12, 8, 30), wall(2026, 3, 12, 9)),
        ("Nätverksmöte", wall(2026, 3, 12, 9), wall(2026, 3, 12, 10)),
    ]
    assert len({e["uid"] for e in both}) == 2
    assert len(events(request(before))) == 1  # one message, one UID


# --- the clock -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("starts_at", "utc_hour"), AROUND_THE_CHANGES)
def test_times_are_right_on_both_sides_of_each_change_of_the_clock(starts_at: datetime, utc_hour: int) -> None:
    entry = replace(MEETING, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    for data in outputs(entry):
        assert begins(event(data)).hour == utc_hour
        assert f"DTSTART;TZID=Europe/Stockholm:{starts_at:%Y%m%d}T090000" in lines(data)


@pytest.mark.parametrize("data", EVERY_OUTPUT)
def test_every_object_carries_the_zone_that_it_names_once(data: bytes) -> None:
    said = lines(data)
    assert said.count("BEGIN:VTIMEZONE") == said.count("TZID:Europe/Stockholm") == 1
    assert said.index("END:VTIMEZONE") < said.index("BEGIN:VEVENT")
    assert {line.partition(":")[0] for line in said if line.startswith(("DTSTART;", "DTEND;"))} == {
        "DTSTART;TZID=Europe/Stockholm",
        "DTEND;TZID=Europe/Stockholm",
    }


def test_the_written_zone_is_the_law_of_the_time_zone_database_for_twenty_years() -> None:
    written = tzical(StringIO(VTIMEZONE.decode())).get("Europe/Stockholm")
    assert written is not None
    assert STOCKHOLM.key == "Europe/Stockholm"
    hour, changes = timedelta(hours=1), 0
    at = datetime(2026, 1, 1, 1, tzinfo=UTC)  # the clocks are changed at 01 UTC
    while at.year < 2046:
        if (at - SEC).astimezone(STOCKHOLM).utcoffset() != at.astimezone(STOCKHOLM).utcoffset():
            changes += 1
            near = [-hour, -hour - SEC, hour, hour + SEC, *(n * timedelta(days=1) for n in range(-8, 9) if n)]
            for instant in (at + away for away in near):
                local = instant.astimezone(STOCKHOLM)
                if not (local.month == 10 and time(2) <= local.time() < time(3)):  # which of the two, nobody knows
                    assert local.replace(tzinfo=written).utcoffset() == local.utcoffset(), local
        at += timedelta(days=1)
    assert changes == 40


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC), "DTSTART;TZID=Europe/Stockholm:20261025T015959"),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "DTSTART:20261025T000000Z"),
        (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), "DTSTART:20261025T005959Z"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "DTSTART:20261025T010000Z"),
        (datetime(2026, 10, 25, 1, 59, 59, tzinfo=UTC), "DTSTART:20261025T015959Z"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "DTSTART;TZID=Europe/Stockholm:20261025T030000"),
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "DTSTART;TZID=Europe/Stockholm:20260329T015959"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "DTSTART;TZID=Europe/Stockholm:20260329T030000"),
    ],
)
def test_the_hour_that_comes_twice_is_never_taken_for_the_other(at: datetime, said: str) -> None:
    data = request(replace(MEETING, starts_at=at, ends_at=at + timedelta(days=1)))
    assert said in lines(data)
    assert begins(event(data)) == at
