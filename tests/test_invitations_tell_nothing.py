"""Nothing is in an invitation but kind, time and link, and nothing else can get in (P-M5)."""

import re
from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from hub.textguard import find_name_pairs, find_personnummer
from meetings.calendars.mail import Method, message, message_id
from meetings.calendars.writing import (
    KINDS,
    Invitation,
    Party,
    cancel,
    feed,
    request,
)
from tests.invitations import (
    AMINA,
    EVERY_OUTPUT,
    KARIN,
    LINK,
    MEETING,
    MOVED,
    OFF,
    PER,
    REF,
    SEC,
    SENT,
    event,
    lines,
    outputs,
)

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
