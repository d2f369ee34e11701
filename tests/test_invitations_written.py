"""What is sent to calendars and mail programs: right in every octet, and with nothing in it but kind, time and link."""

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from io import StringIO
from uuid import UUID

import pytest
from dateutil.tz import tzical
from icalendar import Calendar, Event

from hub.clock import STOCKHOLM
from hub.mailer import _as_sent, converse
from hub.textguard import find_name_pairs, find_personnummer
from meetings.calendars.mail import Method, message, message_id
from meetings.calendars.writing import (
    KINDS,
    VTIMEZONE,
    Invitation,
    Party,
    cancel,
    feed,
    pre_meeting,
    request,
    uid_of,
)
from tests.mail_server import Server

REF = UUID("5f0c6a4e-8a1d-4b9e-9c55-0d0a6f1f2b77")
OTHER_REF = UUID("a90d1c52-53f4-4a1f-8a58-6a1f0a3d9e10")
LINK = f"https://hubb.exempel.se/moten/{REF}/"
KARIN = Party("Karin Ängsö", "moten@hubb.exempel.se")
PER = Party("Pär Östlund", "par.ostlund@polisen.exempel.se")
AMINA = Party("Amina Åkerö", "amina@skolan.exempel.se")
SENT = datetime(2026, 2, 20, 9, 5, 6, 789, tzinfo=UTC)
SEC = timedelta(seconds=1)


def wall(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)


MEETING = Invitation(
    uid=uid_of(REF, "hubb.exempel.se"),
    sequence=0,
    kind="Nätverksmöte",
    starts_at=wall(2026, 3, 12, 9),
    ends_at=wall(2026, 3, 12, 10),
    link=LINK,
    organizer=KARIN,
    attendee=PER,
    stamped_at=SENT,
)
MOVED = replace(MEETING, sequence=1, starts_at=wall(2026, 4, 2, 13), ends_at=wall(2026, 4, 2, 14, 30))
OFF = replace(MOVED, sequence=2, cancelled=True)
#: A meeting right before and right after each change of the clock, and what its hours are in UTC.
AROUND_THE_CHANGES = [
    (wall(2026, 3, 27, 9), 8),
    (wall(2026, 3, 30, 9), 7),
    (wall(2026, 10, 23, 9), 7),
    (wall(2026, 10, 26, 9), 8),
    (wall(2027, 3, 26, 9), 8),
    (wall(2027, 3, 29, 9), 7),
]


def outputs(entry: Invitation) -> list[bytes]:
    """Everything that can be said of one meeting."""
    return [cancel(entry) if entry.cancelled else request(entry), feed([entry], name="Samverkanshubb", at=SENT)]


EVERY_OUTPUT = [data for entry in (MEETING, MOVED, OFF) for data in outputs(entry)]


def lines(data: bytes) -> list[str]:
    return re.sub(rb"\r\n ", b"", data).decode().split("\r\n")


def events(data: bytes) -> list[Event]:
    return Calendar.from_ical(data).events


def event(data: bytes) -> Event:
    (only,) = events(data)
    return only


def begins(of: Event) -> datetime:
    start = of.start
    assert isinstance(start, datetime)
    return start.astimezone(UTC)


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


# --- what must never be in it (P-M5) -------------------------------------------------------------------------------

#: All that may ever be said of a meeting to a calendar. A line more is a decision, not a detail.
ALLOWED = {
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "SEQUENCE",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "DESCRIPTION",
    "URL",
    "CLASS",
    "ORGANIZER",
    "ATTENDEE",
    "STATUS",
    "TRANSP",
    "X-MICROSOFT-DISALLOW-COUNTER",
}


@pytest.mark.parametrize("data", EVERY_OUTPUT)
def test_no_property_is_written_but_those_that_were_decided_on(data: bytes) -> None:
    assert set(event(data)) <= ALLOWED
    assert str(event(data)["summary"]).removeprefix("Inställt: ").capitalize() == "Nätverksmöte"
    assert event(data)["url"] == LINK


def test_there_is_no_field_through_which_anything_else_could_come() -> None:
    assert {f.name for f in fields(Invitation)} == {
        *("uid", "sequence", "kind", "starts_at", "ends_at", "link"),
        *("organizer", "attendee", "stamped_at", "cancelled", "optional"),
    }


@pytest.mark.parametrize("entry", [MEETING, MOVED, OFF])
def test_each_recipient_sees_the_organiser_and_himself(entry: Invitation) -> None:
    method = Method.CANCEL if entry.cancelled else Method.REQUEST
    made = message(entry, method, sent_at=SENT)
    parts = [part for part in made.walk() if not part.is_multipart()]
    texts = [part.get_payload(decode=True) for part in parts]
    assert len(texts) == 3
    whole = "\n".join([*map(str, made.values()), *(re.sub(rb"\r\n ", b"", text).decode() for text in texts)])  # type: ignore[arg-type]  # bytes, since decoded
    for own in (entry.uid, message_id(entry), message_id(entry, sequence=0)):
        whole = whole.replace(own, "")
    assert set(re.findall(r"[^\s:<>]+@[^\s<>]+", whole)) == {PER.address, KARIN.address}
    assert AMINA.name not in whole
    assert len([line for line in lines(outputs(entry)[0]) if line.startswith("ATTENDEE")]) == 1


@pytest.mark.parametrize("entry", [MEETING, MOVED, OFF])
def test_neither_subject_nor_text_tells_of_anybody(entry: Invitation) -> None:
    made = message(entry, Method.CANCEL if entry.cancelled else Method.REQUEST, sent_at=SENT)
    body = made.get_body(("plain",))
    assert body is not None
    said = str(made["Subject"]) + "\n" + body.get_content().replace(LINK, "").replace(KARIN.name, "")
    assert find_personnummer(said) == []
    assert [span.of(said) for span in find_name_pairs(said)] == []
    assert PER.name not in said


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "Nätverksmöte om Nora"},
        {"kind": "nätverksmöte"},
        {"kind": ""},
        {"uid": "nora@andersson@x.se"},
        {"uid": "utan domän"},
        {"uid": f"{REF}@x.se\r\nLOCATION:hemma"},
        {"sequence": -1},
        {"sequence": 2**31},
        {"cancelled": True},  # with sequence 0
        {"ends_at": MEETING.starts_at},
        {"ends_at": MEETING.starts_at - SEC},
        {"ends_at": MEETING.starts_at + timedelta(milliseconds=5)},
        {"starts_at": datetime(2026, 3, 12, 8)},
        {"stamped_at": datetime(2026, 3, 12, 8)},
        {"link": "/moten/1/"},
        {"link": "javascript:alert(1)"},
        {"link": f"{LINK}?namn=nora"},
        {"link": f"{LINK}#nora"},
        {"link": "https://nora@hubb.exempel.se/"},
        {"link": f"{LINK}\r\nLOCATION:hemma"},
        {"link": "https://hubb.exempel.se/möten/"},
    ],
)
def test_what_must_not_be_sent_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"a |an "):
        replace(MEETING, **change)  # type: ignore[arg-type]  # some of it is wrong on purpose


@pytest.mark.parametrize("name", ["", "  ", "a" * 121, "Karin\r\nBcc: x@y.se", "Karin\x00", "Karin\u202eAnna"])
def test_a_name_cannot_carry_a_line_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Party(name, KARIN.address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "karin",
        "karin@",
        "@x.se",
        "a b@x.se",
        "a@x.se,b@x.se",
        "a@x.se\r\nBcc: b@x.se",
        "ä@x.se",
        "a" * 250 + "@x.se",
    ],
)
def test_an_address_is_one_plain_address(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Party("Karin", address)


def test_what_is_off_is_not_asked_for_and_what_is_on_is_not_called_off() -> None:
    with pytest.raises(ValueError, match="cancelled"):
        request(OFF)
    with pytest.raises(ValueError, match="is on"):
        cancel(MEETING)
    with pytest.raises(ValueError, match="once"):
        feed([MEETING, MOVED], name="Samverkanshubb", at=SENT)
    with pytest.raises(ValueError, match="line"):
        feed([], name="Möten\r\nX-A:b", at=SENT)


def test_every_kind_reads_well_in_a_sentence() -> None:
    said = {str(message(replace(MEETING, kind=kind), Method.REQUEST, sent_at=SENT)["Subject"]) for kind in KINDS}
    assert {subject.split(" tors ")[0] for subject in said} == {
        "Kallelse: nätverksmöte",
        "Kallelse: tjänstemannamöte",
        "Kallelse: styrgruppsmöte",
        "Kallelse: beredningsgruppsmöte",
        "Kallelse: EST-möte",
        "Kallelse: SSPF-möte",
    }


# --- the mail (RFC 6047) -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "first", "subject"),
    [
        (MEETING, None, "Kallelse: nätverksmöte tors 12 mars kl. 9.00"),
        (MOVED, None, "Ändrad kallelse: nätverksmöte tors 2 april kl. 13.00"),
        (MOVED, True, "Kallelse: nätverksmöte tors 2 april kl. 13.00"),
        (OFF, None, "Inställt: nätverksmöte tors 2 april kl. 13.00"),
        (
            replace(MEETING, starts_at=wall(2027, 1, 7, 9), ends_at=wall(2027, 1, 7, 10)),
            None,
            "Kallelse: nätverksmöte tors 7 jan 2027 kl. 9.00",
        ),
    ],
)
def test_the_subject_says_what_and_when(entry: Invitation, first: bool | None, subject: str) -> None:
    method = Method.CANCEL if entry.cancelled else Method.REQUEST
    assert message(entry, method, sent_at=SENT, first=first)["Subject"] == subject


def test_the_text_can_be_acted_on_without_a_calendar() -> None:
    body = message(MEETING, Method.REQUEST, sent_at=SENT).get_body(("plain",))
    assert body is not None
    assert body.get_content() == (
        "Du kallas till nätverksmöte.\n\nTorsdag 12 mars 2026 kl. 9.00–10.00\nDen som kallar: Karin Ängsö\n\n"
        f"Platsen ser du när du har loggat in:\n{LINK}\n\nSvara i din kalender eller när du har loggat in.\n"
        "Vi tar emot ja, kanske och nej. Det du skriver i svaret läses inte.\n"
        "Passar inte tiden? Svara nej och hör av dig till den som kallar.\n"
    )


@pytest.mark.parametrize(("entry", "method"), [(MEETING, Method.REQUEST), (OFF, Method.CANCEL)])
def test_the_mail_has_the_shape_that_calendar_programs_act_on(entry: Invitation, method: Method) -> None:
    wire = _as_sent(message(entry, method, sent_at=SENT)).removesuffix(b".\r\n")
    mail = message_from_bytes(wire, policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    alternative, attached = mail.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/calendar"]
    calendar = list(alternative.iter_parts())[1]
    assert calendar.get_param("method") == method.value
    assert calendar.get_content_charset() == "utf-8"
    written = outputs(entry)[0]
    assert calendar.get_payload(decode=True) == written
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content() == written
    assert attached.get_param("method") is None
    assert mail["From"].addresses[0].addr_spec == "moten@hubb.exempel.se"  # the organiser, RFC 6047 2.3
    assert str(mail["To"]) == PER.address
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998


def test_the_wrong_method_is_refused() -> None:
    with pytest.raises(ValueError, match="cancelled"):
        message(OFF, Method.REQUEST, sent_at=SENT)
    with pytest.raises(ValueError, match="is on"):
        message(MEETING, Method.CANCEL, sent_at=SENT)


def test_mails_about_one_meeting_form_one_thread_and_a_mail_sent_twice_is_one() -> None:
    first = message(MEETING, Method.REQUEST, sent_at=SENT)
    again = message(MEETING, Method.REQUEST, sent_at=SENT + timedelta(hours=3))
    later = message(MOVED, Method.REQUEST, sent_at=SENT)
    off = message(OFF, Method.CANCEL, sent_at=SENT)
    assert first["Message-ID"] == again["Message-ID"]
    assert len({first["Message-ID"], later["Message-ID"], off["Message-ID"]}) == 3
    assert later["In-Reply-To"] == off["References"] == first["Message-ID"]
    assert first["In-Reply-To"] is None


@pytest.mark.parametrize(("entry", "method"), [(MEETING, Method.REQUEST), (OFF, Method.CANCEL)])
def test_the_sender_of_mail_gives_it_away_unchanged(server: Server, entry: Invitation, method: Method) -> None:
    converse(message(entry, method, sent_at=SENT))
    (taken,) = server.taken
    assert server.envelopes[0][1] == [PER.address]
    assert taken["Message-ID"].strip() == message_id(entry)
    kinds = {part.get_content_type(): part.get_payload(decode=True) for part in taken.walk()}
    assert kinds["text/calendar"] == kinds["application/ics"] == outputs(entry)[0]


def test_two_recipients_have_mails_of_their_own() -> None:
    assert message_id(MEETING) != message_id(replace(MEETING, attendee=AMINA))
    assert PER.address not in message_id(MEETING)
