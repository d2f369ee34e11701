"""Mail about danger goes at once and arrives at least once; everything else at most once (P-T5)."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from hub import mailer, outbox
from hub.actions.messages import MESSAGES, notify
from hub.models import MailMode, MailState, MessageGroup, Outbox
from tests.cast import NOW, SECOND, World
from tests.mail_server import Server

pytestmark = pytest.mark.django_db

URGENT = "prov_fara"
REFERENCE = "O-2026-0412"


@pytest.fixture
def urgent(bare_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An outbox with one mail about danger, to Kim, who wants no mail of that group."""
    monkeypatch.setitem(MESSAGES, URGENT, "Röd anmälan {number} är försenad.")
    monkeypatch.setattr(outbox, "AT_LEAST_ONCE", outbox.AT_LEAST_ONCE | {URGENT})
    outbox.choose({MessageGroup.OTHER: MailMode.NEVER}, by=bare_world.kim.actor, at=NOW)
    Outbox.objects.all().delete()
    tell(bare_world, NOW)
    return bare_world


def tell(world: World, at: datetime) -> None:
    notify(
        URGENT,
        assignments=[world.kim.assignment.pk],
        case=None,
        reference=REFERENCE,
        municipality_id=world.kommun.pk,
        told_at=at,
        occasion="röd:1:3",
    )


def mail() -> Outbox:
    return Outbox.objects.get()


def test_it_goes_at_once_whatever_has_been_chosen_and_says_nothing(urgent: World, server: Server) -> None:
    tell(urgent, NOW)
    assert (mail().mode, mail().next_at) == (MailMode.NOW, NOW)
    assert mailer.send_due(at=NOW) == 1
    [taken] = server.taken
    body = taken.get_payload(decode=True)
    assert isinstance(body, bytes)
    everything = str(taken) + body.decode()
    for secret in (REFERENCE, "0412", "Röd", "försenad", "fara", "Kim", "Elias"):
        assert secret not in everything
    assert str(taken["Subject"]) == "Du har ett nytt meddelande i Samverkanshubb"
    assert mailer.send_due(at=NOW + timedelta(days=1)) == 0


def test_a_line_cut_after_the_last_dot_is_tried_again_by_itself_with_the_same_name(
    urgent: World, server: Server
) -> None:
    """The server may have taken it: rather twice than not at all, and mail programs show one Message-ID once."""
    server.script = {"DATA": None}
    assert mailer.send_due(at=NOW) == 0
    assert (mail().state, mail().trouble) == (MailState.WAITING, "interrupted")
    server.script = {}
    minute = timedelta(minutes=1)
    assert mailer.send_due(at=NOW + minute - SECOND) == 0
    assert mailer.send_due(at=NOW + minute) == 1
    assert [taken["Message-ID"] for taken in server.taken] == [f"<{mail().ref}@localhost>"] * len(server.taken)
    assert (mail().state, mail().attempts, mail().trouble) == (MailState.SENT, 2, "")


def test_what_a_dead_sender_had_taken_is_sent_by_the_next_one(
    urgent: World, server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise SystemExit

    monkeypatch.setattr("hub.mailer.converse", killed)
    with pytest.raises(SystemExit):
        mailer.send_due(at=NOW)
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "AT_LEAST_ONCE", {URGENT})
    ends = NOW + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    assert outbox.sweep(at=ends - SECOND) == 0
    assert outbox.sweep(at=ends) == 1
    assert mailer.send_due(at=ends) == 1
    assert [taken["Message-ID"] for taken in server.taken] == [f"<{mail().ref}@localhost>"]


def test_a_late_answer_to_what_waits_to_be_sent_again_is_enough(urgent: World) -> None:
    claimed = outbox.claim(mail().pk, at=NOW)
    assert claimed
    outbox.in_doubt(claimed, at=NOW)
    assert outbox.sent(claimed, at=NOW + SECOND) is True
    assert mail().state == MailState.SENT


def test_but_not_when_somebody_has_begun_anew(urgent: World) -> None:
    claimed = outbox.claim(mail().pk, at=NOW)
    assert claimed
    outbox.in_doubt(claimed, at=NOW)
    assert outbox.claim(mail().pk, at=mail().next_at)
    assert outbox.sent(claimed, at=mail().next_at) is False


def test_after_a_day_of_cut_lines_a_person_has_to_look(urgent: World, server: Server) -> None:
    server.script, at = {"DATA": None}, NOW
    while mail().state == MailState.WAITING:
        at = mail().next_at
        mailer.send_due(at=at)
    assert (mail().state, mail().trouble) == (MailState.UNCERTAIN, "interrupted")
    assert at - NOW <= timedelta(days=1)
    assert mail().attempts > 6
