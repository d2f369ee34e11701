"""Mail is laid in the outbox with what it tells of, and given to a real mail server at most once by itself."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from hub import actions as hub_actions
from hub import mailer, outbox
from hub.access import Denied
from hub.actions.messages import MESSAGES, notify
from hub.clock import STOCKHOLM
from hub.errors import Conflict
from hub.models import MailMode, MailPreference, MailState, MessageGroup, Notification, Outbox
from tests.cast import NOW, SECOND, START, World
from tests.hub_pages import deeds
from tests.mail_server import Script, Server, free_port

pytestmark = pytest.mark.django_db


def tell(world: World, *who: str, kind: str = "seat_given", at: datetime = NOW, occasion: str = "") -> None:
    notify(
        kind,
        assignments=[world.members[name].assignment.pk for name in who],
        case=world.case,
        municipality_id=world.kommun.pk,
        told_at=at,
        occasion=occasion,
    )


@pytest.fixture
def told(world: World) -> World:
    """An outbox with one mail, to Kim."""
    Outbox.objects.all().delete()
    tell(world, "kim")
    return world


def mail() -> Outbox:
    return Outbox.objects.get()


def state() -> tuple[str, str]:
    return mail().state, mail().trouble


# --- laying it there -----------------------------------------------------------------------------------------------


def test_a_message_and_its_mail_are_told_once_per_recipient_and_occasion(told: World) -> None:
    for _ in range(3):
        tell(told, "kim", "lovisa", "kim", occasion="samma")
    assert Notification.objects.filter(occasion="samma").count() == 2
    assert Outbox.objects.filter(occasion="samma").count() == 2
    tell(told, "kim")
    assert Outbox.objects.filter(user=told.kim.user).count() == 3, "without an occasion each telling is its own"


def test_what_is_undone_leaves_neither_message_nor_mail(told: World) -> None:
    with transaction.atomic():
        tell(told, "kim", occasion="ogjort")
        transaction.set_rollback(True)
    told.look()
    assert not Notification.objects.filter(occasion="ogjort").exists()
    assert not Outbox.objects.filter(occasion="ogjort").exists()


def test_leisure_gets_no_mail(told: World) -> None:
    """P-A14: on screen only, no e-mail."""
    tell(told, "fia", occasion="fritid")
    assert Notification.objects.filter(occasion="fritid").count() == 1
    assert not Outbox.objects.filter(occasion="fritid").exists()


def test_a_message_taken_back_takes_its_mail_with_it(told: World) -> None:
    tell(told, "pia", kind="party_active", at=NOW + timedelta(days=1), occasion="senare")
    hub_actions.cancel_messages("party_active", case=told.case, agency_id=told.police.pk, at=NOW)
    assert Outbox.objects.get(occasion="senare").state == MailState.CANCELLED
    assert mailer.send_due(at=NOW + timedelta(days=2)) == 1, "Kim's only"
    sent = Outbox.objects.get(state=MailState.SENT)
    outbox.take_back([(told.kim.user.pk, sent.occasion)])
    assert Outbox.objects.get(user=told.kim.user).state == MailState.SENT, "what has gone has gone"


def test_of_a_history_no_mail_is_laid_there(told: World) -> None:
    with outbox.without_mail():
        tell(told, "kim", occasion="länge sedan")
    assert Notification.objects.filter(occasion="länge sedan").exists()
    assert not Outbox.objects.filter(occasion="länge sedan").exists()


def test_without_a_mail_server_nothing_is_laid_there(told: World, settings: Settings) -> None:
    settings.MAIL_ON = False
    tell(told, "kim", occasion="utan")
    assert not Outbox.objects.filter(occasion="utan").exists()


def test_every_kind_of_message_stands_in_a_group() -> None:
    assert set(outbox.GROUPS) <= set(MESSAGES)
    assert set(outbox.DEFAULTS) == set(MessageGroup)
    stops = {kind for kind, group in outbox.GROUPS.items() if group == MessageGroup.STOP}
    assert stops == {"sharing_ended", "sharing_changed", "consent_stopped", "consent_alert"}


# --- the conversation ----------------------------------------------------------------------------------------------


def test_the_mail_says_that_there_is_something_and_nothing_else(told: World, server: Server) -> None:
    assert mailer.send_due(at=NOW) == 1
    [taken], [(sender, recipients)] = server.taken, server.envelopes
    body = taken.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert text.startswith("Du har ett nytt meddelande i Samverkanshubb.")
    assert "https://hubben.example.se/meddelanden/" in text
    assert (recipients, taken["To"]) == (["kim@example.se"], "kim@example.se")
    assert sender == "svara-inte@localhost"
    assert taken["Message-ID"] == f"<{mail().ref}@localhost>"
    everything = str(taken) + text
    for secret in ("Elias", "Holm", told.case.number, "Kim", "plats", "seat", "Spånga"):
        assert secret not in everything
    assert (mail().state, mail().sent_at, mail().attempts) == ("sent", NOW, 1)
    assert mailer.send_due(at=NOW + timedelta(days=1)) == 0
    assert len(server.taken) == 1


def test_lines_that_begin_with_a_dot_arrive_whole(server: Server, told: World) -> None:
    made = mailer.message(mail(), at=NOW)
    made.set_content("fore\n.\n..tva\n")
    mailer.converse(made)
    body = server.taken[0].get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().split() == ["fore", ".", "..tva"]


@pytest.mark.parametrize(
    ("script", "after"),
    [
        ({"MAIL": "451 later"}, ("waiting", "not_now")),
        ({"MAIL": None}, ("waiting", "no_answer")),
        ({"RCPT": "450 grey"}, ("waiting", "not_now")),
        ({"RCPT": "550 unknown"}, ("failed", "refused")),
        ({"RCPT": None}, ("waiting", "no_answer")),
        ({"DATA": "452 full"}, ("waiting", "not_now")),
        ({"DATA": "554 no"}, ("failed", "refused")),
        ({"DATA": None}, ("uncertain", "interrupted")),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_it_is_known_after_each_word_whether_the_mail_can_have_been_taken(
    told: World, server: Server, script: Script, after: tuple[str, str]
) -> None:
    server.script = script
    assert mailer.send_due(at=NOW) == 0
    assert state() == after


def test_accepted_is_accepted_however_the_goodbye_goes(
    told: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hung_up(_self: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("smtplib.SMTP.quit", hung_up)
    assert mailer.send_due(at=NOW) == 1
    assert state() == ("sent", "")


def test_a_server_that_does_not_answer_is_tried_again_further_and_further_apart(
    told: World, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    at, waits = NOW, []
    while mail().state == "waiting":
        assert mailer.send_due(at=at - SECOND) == 0
        assert mail().claimed_at != at - SECOND, "never before its time"
        mailer.send_due(at=at)
        waits.append(int((mail().next_at - at).total_seconds() / 60))
        at = mail().next_at
    assert waits[:6] == [1, 5, 15, 60, 120, 240]
    assert state() == ("failed", "gave_up")
    assert timedelta(hours=19) < at - NOW <= timedelta(days=1)


def test_after_a_refusal_for_now_it_is_sent_when_the_server_takes_it(told: World, server: Server) -> None:
    server.script = {"RCPT": "451 later"}
    mailer.send_due(at=NOW)
    server.script = {}
    assert mailer.send_due(at=NOW + timedelta(seconds=59)) == 0
    assert mailer.send_due(at=NOW + timedelta(seconds=60)) == 1
    assert (state(), len(server.taken)) == (("sent", ""), 1)


def test_someone_who_has_left_gets_no_mail(told: World, server: Server) -> None:
    """P-A12: at the instant when the assignment ends, not a second later."""
    assignments = type(told.kim.assignment).objects.filter(pk=told.kim.assignment.pk)
    assignments.update(valid_to=NOW)
    mailer.send_due(at=NOW)
    assert (state(), server.taken) == (("cancelled", "gone"), [])


# --- interrupted -------------------------------------------------------------------------------------------------


def killed(*_args: object) -> None:
    raise SystemExit


@pytest.fixture
def interrupted(told: World, server: Server, monkeypatch: pytest.MonkeyPatch) -> World:
    """The sender died in the middle of the conversation."""
    monkeypatch.setattr("hub.mailer.converse", killed)
    with pytest.raises(SystemExit):
        mailer.send_due(at=NOW)
    monkeypatch.undo()
    return told


def test_an_interrupted_sending_is_shown_as_uncertain_and_never_sent_by_itself(
    interrupted: World, server: Server, settings: Settings
) -> None:
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    assert settings.OUTBOX_LEASE_SECONDS > settings.CELERY_TASK_TIME_LIMIT
    assert mail().state == "sending"
    assert outbox.sweep(at=NOW + lease - SECOND) == 0
    assert outbox.sweep(at=NOW + lease) == 1
    assert state() == ("uncertain", "interrupted")
    assert mail().get_state_display() == "Osäker"
    assert mailer.send_due(at=NOW + timedelta(days=3)) == 0
    assert server.taken == []


@pytest.mark.parametrize("who", ["kim", "ada"])
def test_the_recipient_or_the_administrator_sends_it_again(interrupted: World, server: Server, who: str) -> None:
    outbox.sweep(at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    outbox.resend(mail(), by=interrupted.members[who].actor, at=later)
    assert mailer.send_due(at=later) == 1
    assert server.taken[0]["Message-ID"] == f"<{mail().ref}@localhost>"
    [deed] = deeds("mail.resent")
    assert (deed.objects_seen, deed.detail) == ({"hub.outbox": [mail().pk]}, {"was": "uncertain"})


def test_two_who_press_at_once_send_it_once(interrupted: World) -> None:
    outbox.sweep(at=NOW + timedelta(hours=1))
    seen = mail()
    outbox.resend(seen, by=interrupted.kim.actor, at=NOW + timedelta(hours=2))
    with pytest.raises(Conflict):
        outbox.resend(seen, by=interrupted.ada.actor, at=NOW + timedelta(hours=2))


@pytest.mark.parametrize("who", ["lovisa", "mona", "rut", "otto"])
def test_nobody_else_sends_it_again(interrupted: World, who: str) -> None:
    outbox.sweep(at=NOW + timedelta(hours=1))
    with pytest.raises(Denied):
        outbox.resend(mail(), by=interrupted.members[who].actor, at=NOW + timedelta(hours=2))


def test_a_late_answer_settles_what_was_uncertain_but_not_what_was_sent_again(interrupted: World) -> None:
    claimed = mail()
    outbox.sweep(at=NOW + timedelta(hours=1))
    assert outbox.sent(claimed, at=NOW + timedelta(hours=1)) is True
    Outbox.objects.update(state="uncertain")
    outbox.resend(mail(), by=interrupted.kim.actor, at=NOW + timedelta(hours=2))
    assert outbox.sent(claimed, at=NOW + timedelta(hours=2)) is False
    assert mail().state == "waiting"


def test_a_late_answer_is_of_its_own_claim_though_the_tries_are_counted_anew(told: World) -> None:
    first = outbox.claim(mail().pk, at=NOW)
    Outbox.objects.update(state=MailState.WAITING, attempts=0)
    second = outbox.claim(mail().pk, at=NOW + SECOND)
    assert first
    assert second
    assert first.attempts == second.attempts
    assert outbox.sent(first, at=NOW + SECOND) is False
    assert outbox.sent(second, at=NOW + SECOND) is True


@pytest.mark.parametrize(("late", "left"), [(-SECOND, "waiting"), (timedelta(0), "waiting"), (SECOND, "failed")])
def test_it_is_tried_until_a_day_after_the_first_time_and_what_is_sent_stays_so(
    told: World, late: timedelta, left: str
) -> None:
    claimed = outbox.claim(mail().pk, at=NOW)
    assert claimed
    tried_at = NOW + outbox.GIVE_UP_AFTER - outbox.BACKOFF[0] + late
    outbox.not_sent(claimed, "no_answer", at=tried_at)
    assert mail().state == left
    Outbox.objects.update(state=MailState.SENT, sent_at=NOW)
    outbox.not_sent(claimed, "no_answer", at=tried_at)
    outbox.in_doubt(claimed, at=tried_at)
    assert mail().state == MailState.SENT


def test_nothing_is_taken_before_its_time_nor_alone_what_goes_in_the_daily_mail(told: World) -> None:
    assert outbox.claim(mail().pk, at=NOW - SECOND) is None
    Outbox.objects.update(mode=MailMode.DAILY)
    assert outbox.claim(mail().pk, at=NOW) is None


def test_what_one_sender_has_taken_no_other_takes(told: World) -> None:
    assert outbox.claim(mail().pk, at=NOW) is not None
    assert outbox.claim(mail().pk, at=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_the_claim_is_committed_before_the_first_word_to_the_server() -> None:
    """Inside somebody's transaction it would be undone with it: refused."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        outbox.claim(1, at=NOW)


# --- how one wants it --------------------------------------------------------------------------------------------


def wants(world: World, who: str, mode: MailMode, group: MessageGroup = MessageGroup.PARTY) -> None:
    outbox.choose({group: mode}, by=world.members[who].actor, at=NOW)


def test_never_means_no_mail_and_the_message_is_there_all_the_same(told: World) -> None:
    wants(told, "kim", MailMode.NEVER)
    tell(told, "kim", occasion="aldrig")
    assert Notification.objects.filter(occasion="aldrig").count() == 1
    assert not Outbox.objects.filter(occasion="aldrig").exists()
    tell(told, "kim", kind="consent_stopped", occasion="stopp")
    assert Outbox.objects.filter(occasion="stopp").exists(), "another group, another choice"


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-03-02 07:29:59", "2026-03-02 07:30"),
        ("2026-03-02 07:30:00", "2026-03-03 07:30"),
        ("2026-03-06 07:30:00", "2026-03-09 07:30"),
        ("2026-03-07 12:00:00", "2026-03-09 07:30"),
        ("2026-03-28 12:00:00", "2026-03-30 07:30"),
        ("2026-10-24 12:00:00", "2026-10-26 07:30"),
    ],
)
def test_the_daily_mail_goes_at_half_past_seven_on_weekdays(after: str, expected: str) -> None:
    assert outbox.next_digest(stockholm(after)) == stockholm(expected)


def test_the_daily_mail_is_one_with_a_count_and_nothing_more(told: World, server: Server) -> None:
    Outbox.objects.all().delete()
    wants(told, "kim", MailMode.DAILY)
    for number in range(3):
        tell(told, "kim", at=START, occasion=f"dag{number}")
    morning = outbox.next_digest(START)
    assert outbox.gather(at=morning - SECOND) == 0
    assert (outbox.gather(at=morning), outbox.gather(at=morning)) == (1, 0)
    assert mailer.send_due(at=morning) == 1
    [taken] = server.taken
    assert str(taken["Subject"]) == "Du har 3 nya meddelanden i Samverkanshubb"
    assert Outbox.objects.filter(state=MailState.GATHERED).count() == 3


def test_what_comes_too_late_for_todays_waits_for_the_next_weekday(told: World) -> None:
    Outbox.objects.all().delete()
    wants(told, "kim", MailMode.DAILY)
    tell(told, "kim", at=START, occasion="ett")
    morning = outbox.next_digest(START)
    outbox.gather(at=morning)
    tell(told, "kim", at=START, occasion="sent")
    assert outbox.gather(at=morning + SECOND) == 0
    sent = Outbox.objects.get(occasion="sent")
    assert sent.next_at == sent.first_at == outbox.next_digest(morning)
    assert outbox.gather(at=outbox.next_digest(morning)) == 1


def test_a_choice_is_recorded_and_stands_until_changed(told: World) -> None:
    wants(told, "kim", MailMode.NEVER)
    wants(told, "kim", MailMode.DAILY)
    assert MailPreference.objects.get().mode == MailMode.DAILY
    assert [deed.detail for deed in deeds("mail.preferences")][-1] == {"modes": {"party": "daily"}}
    modes = outbox.modes_of(told.kim.actor, at=NOW)
    assert modes == {**outbox.DEFAULTS, MessageGroup.PARTY: MailMode.DAILY}
    assert outbox.modes_of(told.lovisa.actor, at=NOW) == dict(outbox.DEFAULTS)
