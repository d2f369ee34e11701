"""Invitations as mail: a subject that says what and when, and a shape that calendars act on (RFC 6047)."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from hub.mailer import _as_sent, converse
from meetings.calendars.mail import Method, message, message_id
from meetings.calendars.writing import (
    Invitation,
)
from tests.invitations import (
    AMINA,
    LINK,
    MEETING,
    MOVED,
    OFF,
    PER,
    SENT,
    outputs,
    wall,
)
from tests.mail_server import Server


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
