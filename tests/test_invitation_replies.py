"""Answers from mail programs: three words are understood, everything else is refused in plain Swedish, and quickly."""

import base64
import quopri
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from meetings.calendars.mail import Method, message
from meetings.calendars.replies import (
    MAX_CALENDAR,
    MAX_MAIL,
    SAID,
    Answer,
    Reason,
    Refused,
    Reply,
    Standing,
    read_mail,
    read_reply,
    standing,
)
from tests.invitations import MEETING, OFF, PER, SENT

UID = MEETING.uid
SEC = timedelta(seconds=1)


def calendar(*body: str, method: str = "REPLY", before: str = "") -> bytes:
    """A calendar object of one event with these lines."""
    head = ["BEGIN:VCALENDAR", "PRODID:-//x//y//EN", "VERSION:2.0", f"METHOD:{method}", *before.split("\n")]
    lines = [line for line in [*head, "BEGIN:VEVENT", *body, "END:VEVENT", "END:VCALENDAR", ""] if line]
    return ("\r\n".join(lines) + "\r\n").encode()


EVENT = (
    f"UID:{UID}",
    "SEQUENCE:1",
    "DTSTAMP:20260221T080000Z",
    f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{PER.address}",
)
PLAIN = calendar(*EVENT)


def without(name: str, *more: str) -> bytes:
    return calendar(*(line for line in EVENT if not line.startswith(name)), *more)


def refused(data: bytes) -> Reason:
    with pytest.raises(Refused) as refusal:
        read_reply(data)
    return refusal.value.reason


def mail_refused(data: bytes) -> Reason:
    with pytest.raises(Refused) as refusal:
        read_mail(data)
    return refusal.value.reason


# --- as three kinds of program write them --------------------------------------------------------------------------

OUTLOOK = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=DECLINED;CN="Östlund, Pär":MAILTO:Par.Ostlund@polisen.ex
 empel.se
COMMENT;LANGUAGE=sv-SE:Noras mamma har ringt\\, vi ses i stället på tors
 dag
UID:{UID}
SUMMARY;LANGUAGE=sv-SE:Avböjt: Nätverksmöte
DTSTART;TZID=W. Europe Standard Time:20260312T090000
DTEND;TZID=W. Europe Standard Time:20260312T100000
CLASS:PRIVATE
PRIORITY:5
DTSTAMP:20260221T073012Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:1
LOCATION;LANGUAGE=sv-SE:
X-MICROSOFT-CDO-APPT-SEQUENCE:1
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

GOOGLE = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20260312T080000Z
DTEND:20260312T090000Z
DTSTAMP:20260221T073012Z
ORGANIZER;CN=Karin Ängsö:mailto:moten@hubb.exempel.se
UID:{UID}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=par.os
 tlund@polisen.exempel.se;X-NUM-GUESTS=0:mailto:par.ostlund@polisen.exempel
 .se
CLASS:PRIVATE
CREATED:20260220T090506Z
LAST-MODIFIED:20260221T073011Z
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Nätverksmöte
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

APPLE = f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="Pär Östlund";CUTYPE=INDIVIDUAL;EMAIL="par.ostlund@polisen.exempel.se";PARTST
 AT=TENTATIVE;ROLE=REQ-PARTICIPANT:mailto:par.ostlund@polisen.exempel.se
DTEND;TZID=Europe/Stockholm:20260312T100000
DTSTAMP:20260221T073012Z
DTSTART;TZID=Europe/Stockholm:20260312T090000
ORGANIZER;CN="Karin Ängsö":mailto:moten@hubb.exempel.se
SEQUENCE:1
SUMMARY:Nätverksmöte
UID:{UID}
END:VEVENT
END:VCALENDAR
""".encode()  # with bare line feeds, as some of its versions do


def alternative(data: bytes, encoding: str, charset: str = "utf-8", method: str = "; method=REPLY") -> bytes:
    coded = {
        "base64": base64.encodebytes(data),
        "quoted-printable": quopri.encodestring(data),
        "8bit": data,
    }[encoding]
    return (
        (
            f"From: =?utf-8?q?P=C3=A4r?= <{PER.address.upper()}>\r\nTo: moten@hubb.exempel.se\r\nSubject: Svar\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="gr=E4ns"\r\n\r\n--gr=E4ns\r\n'
            "Content-Type: text/plain; charset=utf-8\r\n\r\nNora kommer inte.\r\n--gr=E4ns\r\n"
            f'Content-Type: text/calendar; charset="{charset}"{method}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
        ).encode()
        + coded
        + b"\r\n--gr=E4ns--\r\n"
    )


@pytest.mark.parametrize(
    ("data", "answer"), [(OUTLOOK, Answer.DECLINED), (GOOGLE, Answer.ACCEPTED), (APPLE, Answer.TENTATIVE)]
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_what_the_usual_programs_answer_is_understood(data: bytes, answer: Answer, encoding: str) -> None:
    expected = Reply(UID, 1, PER.address, answer, datetime(2026, 2, 21, 7, 30, 12, tzinfo=UTC))
    assert read_reply(data) == expected
    known = read_mail(alternative(data, encoding))
    assert known == Reply(UID, 1, PER.address, answer, expected.stamped_at, sender=PER.address)


def test_an_object_that_is_only_attached_is_understood_too() -> None:
    mail = EmailMessage()
    mail["From"] = PER.address
    mail.set_content("Svar")
    mail.add_attachment(GOOGLE, maintype="application", subtype="ics", filename="invite.ics")
    assert read_mail(mail.as_bytes()).answer is Answer.ACCEPTED


def test_the_same_answer_twice_in_a_mail_is_one_answer() -> None:
    mail = EmailMessage()
    mail.set_content(GOOGLE, maintype="text", subtype="calendar", params={"method": "REPLY"})
    mail.add_attachment(GOOGLE, maintype="text", subtype="calendar", params={"method": "REPLY"})
    assert read_mail(mail.as_bytes()).answer is Answer.ACCEPTED
    mail.add_attachment(OUTLOOK, maintype="text", subtype="calendar", params={"method": "REPLY"})
    assert mail_refused(mail.as_bytes()) is Reason.SEVERAL


def test_older_character_sets_and_signs_at_the_beginning_are_understood() -> None:
    assert read_mail(alternative(OUTLOOK.decode().encode("latin-1"), "base64", "iso-8859-1")).answer is Answer.DECLINED
    assert read_reply(b"\xef\xbb\xbf" + PLAIN).answer is Answer.ACCEPTED
    assert mail_refused(alternative(OUTLOOK.decode().encode("latin-1"), "base64")) is Reason.MALFORMED


def test_a_line_folded_in_the_middle_of_a_letter_is_put_together() -> None:
    data = calendar(*EVENT[:3], f"ATTENDEE;CN=Pär;PARTSTAT=ACCEPTED:mailto:{PER.address}")
    assert read_reply(data.replace("ä".encode(), b"\xc3\r\n \xa4")).answer is Answer.ACCEPTED


def test_escaped_addresses_and_missing_sequences_are_understood() -> None:
    reply = read_reply(without("ATTENDEE", "ATTENDEE;PARTSTAT=accepted:MAILTO:Par.Ostlund%2Bmoten@Polisen.exempel.SE"))
    assert (reply.attendee, reply.answer) == ("par.ostlund+moten@polisen.exempel.se", Answer.ACCEPTED)
    assert read_reply(without("SEQUENCE")).sequence == 0


def test_nothing_of_a_comment_is_kept() -> None:
    for known in (read_reply(OUTLOOK), read_mail(alternative(OUTLOOK, "base64"))):
        assert "Nora" not in repr(known)
        assert not any("Nora" in str(getattr(known, name)) for name in Reply.__slots__)
        assert PER.address not in repr(known)


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("COUNTER", Reason.COUNTER),
        ("counter", Reason.COUNTER),
        ("DECLINECOUNTER", Reason.DECLINE_COUNTER),
        ("REQUEST", Reason.METHOD),
        ("CANCEL", Reason.METHOD),
        ("PUBLISH", Reason.METHOD),
        ("REFRESH", Reason.METHOD),
        ("ADD", Reason.METHOD),
        ("REPLY REPLY", Reason.METHOD),
    ],
)
def test_only_replies_are_taken(method: str, reason: Reason) -> None:
    assert refused(calendar(*EVENT, method=method)) is reason


HOSTILE: dict[str, tuple[bytes, Reason]] = {
    "nothing": (b"", Reason.MALFORMED),
    "no calendar": (b"hej\r\n", Reason.MALFORMED),
    "octets": (bytes(range(256)) * 20, Reason.MALFORMED),
    "a zero": (PLAIN.replace(b"UID:", b"UID:\x00"), Reason.MALFORMED),
    "one octet too many": (PLAIN + b" " * (MAX_CALENDAR + 1 - len(PLAIN)), Reason.TOO_LARGE),
    "no method": (PLAIN.replace(b"METHOD:REPLY\r\n", b""), Reason.MALFORMED),
    "two methods": (PLAIN.replace(b"METHOD:REPLY", b"METHOD:REPLY\r\nMETHOD:REPLY"), Reason.SEVERAL),
    "a method in the event": (
        without("x", "METHOD:REPLY").replace(b"METHOD:REPLY\r\nBEGIN", b"BEGIN"),
        Reason.MALFORMED,
    ),
    "another version": (PLAIN.replace(b"VERSION:2.0", b"VERSION:1.0"), Reason.MALFORMED),
    "two calendars": (PLAIN + PLAIN, Reason.MALFORMED),
    "two events": (PLAIN.replace(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT"), Reason.SEVERAL),
    "no event": (PLAIN[: PLAIN.index(b"BEGIN:VEVENT")] + b"END:VCALENDAR\r\n", Reason.MALFORMED),
    "a task": (PLAIN.replace(b"VEVENT", b"VTODO"), Reason.MALFORMED),
    "a task beside": (PLAIN.replace(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO"), Reason.MALFORMED),
    "an event in an event": (PLAIN.replace(b"UID:", b"BEGIN:VEVENT\r\nEND:VEVENT\r\nUID:"), Reason.MALFORMED),
    "an event alone": (PLAIN[PLAIN.index(b"BEGIN:VEVENT") : PLAIN.index(b"END:VCAL")], Reason.MALFORMED),
    "never ends": (PLAIN[: PLAIN.index(b"END:VCALENDAR")], Reason.MALFORMED),
    "ends crosswise": (PLAIN.replace(b"END:VEVENT", b"END:VCALENDAR"), Reason.MALFORMED),
    "ends twice": (PLAIN + b"END:VCALENDAR\r\n", Reason.MALFORMED),
    "goes on after the end": (PLAIN + b"UID:x\r\n", Reason.MALFORMED),
    "a line without a name": (PLAIN.replace(b"UID:", b"???\r\nUID:"), Reason.MALFORMED),
    "deep": (b"BEGIN:VCALENDAR\r\n" * 1_900, Reason.MALFORMED),
    "deep in an event": (PLAIN.replace(b"UID:", b"BEGIN:VALARM\r\n" * 900 + b"UID:"), Reason.MALFORMED),
    "many lines": (PLAIN.replace(b"UID:", b"X:1\r\n" * 3_000 + b"UID:"), Reason.TOO_LARGE),
    "a long line": (
        without("ATTENDEE", f"ATTENDEE;CN={'a' * 20_000};PARTSTAT=ACCEPTED:mailto:a@b.se"),
        Reason.TOO_LARGE,
    ),
    "no uid": (without("UID"), Reason.MALFORMED),
    "an empty uid": (without("UID", "UID:"), Reason.MALFORMED),
    "two uids": (without("x", "UID:b@x.se"), Reason.SEVERAL),
    "a long uid": (without("UID", f"UID:{'a' * 256}"), Reason.MALFORMED),
    "a uid with letters that look like others": (without("UID", "UID:\u0430@x.se"), Reason.MALFORMED),
    "a uid of two lines": (without("UID", "UID:a\\nb"), Reason.MALFORMED),
    "a negative sequence": (without("SEQUENCE", "SEQUENCE:-1"), Reason.MALFORMED),
    "a huge sequence": (without("SEQUENCE", f"SEQUENCE:{2**31}"), Reason.MALFORMED),
    "an endless sequence": (without("SEQUENCE", f"SEQUENCE:{'9' * 5_000}"), Reason.MALFORMED),
    "a sequence in other digits": (without("SEQUENCE", "SEQUENCE:٣"), Reason.MALFORMED),
    "two sequences": (without("x", "SEQUENCE:2"), Reason.SEVERAL),
    "no attendee": (without("ATTENDEE"), Reason.MALFORMED),
    "two attendees": (without("x", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:amina@skolan.exempel.se"), Reason.SEVERAL),
    "no answer": (without("ATTENDEE", "ATTENDEE:mailto:a@b.se"), Reason.NO_ANSWER),
    "not yet an answer": (without("ATTENDEE", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@b.se"), Reason.NO_ANSWER),
    "two answers": (without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED,DECLINED:mailto:a@b.se"), Reason.NO_ANSWER),
    "an answer of its own": (without("ATTENDEE", "ATTENDEE;PARTSTAT=X-OK:mailto:a@b.se"), Reason.NO_ANSWER),
    "delegated": (without("ATTENDEE", "ATTENDEE;PARTSTAT=DELEGATED:mailto:a@b.se"), Reason.DELEGATED),
    "no address": (without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:invalid:nomail"), Reason.MALFORMED),
    "a web address": (without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:http://b.se/a@b.se"), Reason.MALFORMED),
    "two addresses": (without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.se,c@d.se"), Reason.MALFORMED),
    "an address with a header": (
        without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.se?bcc=c@d.se"),
        Reason.MALFORMED,
    ),
    "an address with a hidden line": (
        without("ATTENDEE", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a%0d%0a@b.se"),
        Reason.MALFORMED,
    ),
    "an unfinished quotation": (
        without("ATTENDEE", 'ATTENDEE;CN="a;PARTSTAT=ACCEPTED:mailto:a@b.se'),
        Reason.MALFORMED,
    ),
    "no stamp": (without("DTSTAMP"), Reason.MALFORMED),
    "a stamp without a zone": (without("DTSTAMP", "DTSTAMP:20260221T080000"), Reason.MALFORMED),
    "a stamp that is no day": (without("DTSTAMP", "DTSTAMP:20260231T080000Z"), Reason.MALFORMED),
    "a stamp of the year 0": (without("DTSTAMP", "DTSTAMP:00000101T080000Z"), Reason.MALFORMED),
    "one time of a series": (without("x", "RECURRENCE-ID:20260312T080000Z"), Reason.SERIES),
    "one and all that follow": (without("x", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260312T080000Z"), Reason.SERIES),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_answer_is_refused_and_says_nothing_of_what_came(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(Refused) as refusal:
        read_reply(data)
    assert refusal.value.reason is reason
    assert refusal.value.message == SAID[reason]
    assert str(refusal.value) == reason.value


def test_the_limit_of_size_is_a_limit() -> None:
    fits = PLAIN.replace(b"END:VEVENT", b"X:%b\r\nEND:VEVENT" % (b"a" * (MAX_CALENDAR - len(PLAIN) - 4)))
    assert len(fits) == MAX_CALENDAR
    assert read_reply(fits).answer is Answer.ACCEPTED
    assert refused(fits.replace(b"X:a", b"X:aa")) is Reason.TOO_LARGE


def test_rules_that_would_never_end_are_stepped_over() -> None:
    forever = (
        "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:00010101T000000\nRRULE:FREQ=SECONDLY\nTZOFFSETFROM:+0000\n"
    )
    data = calendar(*EVENT, "RRULE:FREQ=SECONDLY", before=forever + "TZOFFSETTO:+9959\nEND:STANDARD\nEND:VTIMEZONE")
    begun = time.perf_counter()
    assert read_reply(data).answer is Answer.ACCEPTED
    assert time.perf_counter() - begun < 1


def nested(depth: int) -> bytes:
    return "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)).encode()


HOSTILE_MAILS: dict[str, tuple[bytes, Reason]] = {
    "nothing": (b"", Reason.NO_CALENDAR),
    "words only": (b"From: a@b.se\r\n\r\nJag kommer.\r\n", Reason.NO_CALENDAR),
    "one octet too many": (b"X" * (MAX_MAIL + 1), Reason.TOO_LARGE),
    "our own invitation back": (message(MEETING, Method.REQUEST, sent_at=SENT).as_bytes(), Reason.METHOD),
    "our own cancellation back": (message(OFF, Method.CANCEL, sent_at=SENT).as_bytes(), Reason.METHOD),
    "says one thing outside, another inside": (
        alternative(PLAIN, "base64", method="; method=COUNTER"),
        Reason.MALFORMED,
    ),
    "a counter proposal": (
        alternative(calendar(*EVENT, method="COUNTER"), "base64", method="; method=COUNTER"),
        Reason.COUNTER,
    ),
    "an unknown encoding": (alternative(PLAIN, "8bit").replace(b": 8bit", b": x-uuencode"), Reason.MALFORMED),
    "an unknown character set": (alternative(PLAIN, "base64", "utf-7"), Reason.MALFORMED),
    "a character set that runs code": (alternative(PLAIN, "base64", "zlib_codec"), Reason.MALFORMED),
    "broken base64": (alternative(PLAIN, "8bit").replace(b": 8bit", b": base64"), Reason.MALFORMED),
    "parts in parts": (nested(9_000), Reason.TOO_LARGE),
    "parts in parts, fewer": (nested(60), Reason.TOO_LARGE),
    "many parts": (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 90_000, Reason.TOO_LARGE),
    "many parts, fewer": (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 60, Reason.TOO_LARGE),
    "mails in mails": (b"Content-Type: message/rfc822\n\n" * 15_000, Reason.TOO_LARGE),
    "many headers": (b"a: b\n" * 90_000, Reason.TOO_LARGE),
    "a header of many pieces": (b"Content-Type: text/calendar" + b";a*0=b" * 60_000 + b"\n\n", Reason.TOO_LARGE),
    "the same with old line ends": (
        b"X: y\rContent-Type: text/calendar" + b";a*0=b" * 60_000 + b"\r\r",
        Reason.TOO_LARGE,
    ),
    "the same on many lines": (
        b"Content-Type: text/calendar" + b";\r\n a*0=b" * 15_000 + b"\r\n\r\n",
        Reason.TOO_LARGE,
    ),
    "a sender of brackets": (b"From: " + b"((" * 200_000 + b"\n\n", Reason.NO_CALENDAR),
}


@pytest.mark.parametrize("name", HOSTILE_MAILS)
def test_a_mail_that_holds_no_answer_is_refused_within_a_second(name: str) -> None:
    data, reason = HOSTILE_MAILS[name]
    begun = time.perf_counter()
    assert mail_refused(data) is reason
    assert time.perf_counter() - begun < 1


def test_a_returned_mail_is_never_an_answer() -> None:
    bounce = EmailMessage()
    bounce["From"] = "mailer-daemon@polisen.exempel.se"
    bounce.set_content("Mejlet kom inte fram.")
    inside = EmailMessage()
    inside.set_content(GOOGLE, maintype="text", subtype="calendar", params={"method": "REPLY"})
    bounce.add_attachment(inside)
    assert mail_refused(bounce.as_bytes()) is Reason.NO_CALENDAR


@pytest.mark.parametrize(
    "header", ["", "From: a@b.se\r\nFrom: c@d.se\r\n", "From: a@b.se, c@d.se <x>\r\n", "From: \r\n", "From: Pär\r\n"]
)
def test_an_unclear_sender_is_nobody(header: str) -> None:
    data = (header + "Content-Type: text/calendar; method=REPLY\r\n\r\n").encode() + PLAIN
    assert read_mail(data).sender in ("", "a@b.se")
    assert read_mail(data).attendee == PER.address


def test_every_refusal_has_words() -> None:
    assert set(SAID) == set(Reason)
    assert all(text.endswith(".") and len(text) < 140 for text in SAID.values())


# --- what an answer is worth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sequence", "worth"), [(0, Standing.AHEAD), (1, Standing.CURRENT), (2, Standing.STALE), (3, Standing.STALE)]
)
def test_an_answer_counts_for_the_invitation_that_it_answers(sequence: int, worth: Standing) -> None:
    assert standing(read_reply(PLAIN), sequence) is worth


@pytest.mark.parametrize(
    ("later", "worth"), [(-SEC, Standing.CURRENT), (0 * SEC, Standing.CURRENT), (SEC, Standing.OVERTAKEN)]
)
def test_the_latest_answer_to_the_same_invitation_counts(later: timedelta, worth: Standing) -> None:
    reply = read_reply(PLAIN)
    assert standing(reply, 1, answered_at=reply.stamped_at + later) is worth


def test_a_stale_answer_is_stale_however_late_it_was_given() -> None:
    reply = read_reply(PLAIN)
    assert standing(reply, 2, answered_at=reply.stamped_at - SEC) is Standing.STALE
