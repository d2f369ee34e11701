"""Invitations by mail: what each official is sent, what is never sent, and what becomes of the answers (P-M5, P-A8)."""

import base64
from datetime import timedelta
from email.message import Message

import pytest
from django.test import Client

from hub import actions as hub_actions
from hub import mailer
from hub.access import Denied
from hub.models import Assignment, MailPreference, MailState, Notification, Outbox, Person, User
from meetings import actions, leaving
from meetings.calendars.replies import Answer, Reply
from meetings.calendars.writing import uid_of
from meetings.models import Meeting, Occupied, Participant
from tests.cast import NOW, SECOND, World
from tests.gatherings import THURSDAY, gather, guests, room, when
from tests.mail_server import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(world: World, server: Server, settings: object) -> World:
    """A world whose outbox is empty and whose mails go to the test's own server."""
    Outbox.objects.all().delete()
    return world


def send_all(at: object = NOW) -> None:
    for mail in list(Outbox.objects.filter(state=MailState.WAITING).order_by("pk")):
        Outbox.objects.filter(pk=mail.pk).update(state=MailState.SENDING, claimed_at=at, attempts=1)
        mail.refresh_from_db()
        mailer.send(mail, at=at)  # type: ignore[arg-type]  # an instant


def calendar_of(mail: Message) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode().replace("\r\n ", "")


def sent(server: Server) -> dict[str, str]:
    """Recipient → the calendar object of the last mail; the mails are forgotten."""
    found = {str(mail["To"]): calendar_of(mail) for mail in server.taken}
    server.taken.clear()
    return found


def test_each_official_gets_an_invitation_of_their_own_without_a_word_about_anybody(
    empty: World, server: Server
) -> None:
    meeting = gather(empty, room=room(empty), interpreter="arabiska")
    send_all()
    mails = [mail.as_string() + calendar_of(mail) for mail in server.taken]
    found = sent(server)
    assert set(found) == {empty.pia.user.email, empty.sam.user.email}
    pias = found[empty.pia.user.email]
    assert "METHOD:REQUEST" in pias
    assert f"UID:{meeting.ref}@" in pias
    assert empty.sam.user.email not in pias
    for secret in ("Elias", "Eva", empty.case.number, "Granen", "Spånga torg", "arabiska", "LOCATION"):
        assert not any(secret in text for text in mails), secret


def test_a_change_and_a_cancellation_replace_what_stands_in_the_calendar(empty: World, server: Server) -> None:
    meeting = gather(empty, "kim", "pia")
    send_all()
    sent(server)
    moved = actions.change(meeting, when(THURSDAY + timedelta(days=1)), row_version=1, by=empty.kim.actor, at=NOW)
    send_all()
    assert "SEQUENCE:1" in sent(server)[empty.pia.user.email]
    actions.cancel(moved, reason="Sjuk", row_version=moved.row_version, by=empty.kim.actor, at=NOW)
    send_all()
    off = sent(server)[empty.pia.user.email]
    assert "METHOD:CANCEL" in off
    assert "SEQUENCE:2" in off
    assert "Sjuk" not in off


def test_a_later_mail_takes_back_the_one_that_waits(empty: World, server: Server) -> None:
    meeting = gather(empty, "kim", "pia")
    actions.change(meeting, when(THURSDAY + timedelta(days=1)), row_version=1, by=empty.kim.actor, at=NOW)
    send_all()
    assert len(server.taken) == 1
    assert "SEQUENCE:1" in sent(server)[empty.pia.user.email]
    assert Outbox.objects.filter(state=MailState.CANCELLED, trouble="taken_back").count() == 1


def test_whoever_has_lost_the_seat_meanwhile_is_sent_nothing(empty: World, server: Server) -> None:
    gather(empty, "kim", "pia", "sam")
    empty.case.seats.filter(assignment=empty.pia.assignment).update(valid_to=NOW + SECOND)
    send_all(NOW + SECOND)
    assert set(sent(server)) == {empty.sam.user.email}


@pytest.mark.parametrize("then", ["nothing", "moved", "back", "protected", "never sent"])
def test_a_booked_meeting_leaves_the_calendar_of_whoever_loses_the_seat(
    empty: World, server: Server, then: str
) -> None:
    meeting, later = gather(empty, "kim", "pia", "sam"), NOW + SECOND
    if then != "never sent":
        send_all()
    server.taken.clear()
    party, told = empty.parties["police"], Notification.objects.filter(assignment=empty.pia.assignment)
    hub_actions.name_contact(party, contact=empty.peo.assignment, deputy=None, by=empty.pia.actor, at=later)
    assert not told.filter(kind__startswith="meeting", told_at__gte=later).exists()
    if then == "moved":
        when_ = when(THURSDAY + timedelta(days=1))
        meeting.refresh_from_db()
        actions.change(meeting, when_, row_version=meeting.row_version, by=empty.kim.actor, at=later)
    elif then == "back":
        later += SECOND
        hub_actions.name_contact(party, contact=empty.pia.assignment, deputy=None, by=empty.pia.actor, at=later)
    elif then == "protected":
        Person.objects.filter(pk=empty.elias.person.pk).update(protection="SEKRETESSMARKERING")
    Outbox.objects.exclude(kind="meeting_left").exclude(kind="meeting_booked").delete()
    send_all(later)
    found = sent(server) if then in ("nothing", "never sent") else {str(mail["To"]): "" for mail in server.taken}
    if then != "nothing":
        assert empty.pia.user.email not in found
        return
    off = found[empty.pia.user.email]
    assert "METHOD:CANCEL" in off
    assert "SEQUENCE:1" in off
    assert f"UID:{meeting.ref}@" in off
    assert "DTSTART;TZID=Europe/Stockholm:20260312T090000" in off
    assert set(found) == {empty.pia.user.email}
    leaving.free([empty.case.pk], at=later + SECOND)
    assert Outbox.objects.filter(kind="meeting_left", user=empty.pia.user).count() == 1, "once"


def test_what_ends_by_its_own_date_frees_the_meeting_and_leaves_the_calendar_too(empty: World, server: Server) -> None:
    meeting, until = gather(empty, "kim", "pia", "sam"), NOW + timedelta(days=1)
    send_all()
    Assignment.objects.filter(pk=empty.pia.assignment.pk).update(valid_to=until)
    assert leaving.free_lapsed(at=until - SECOND) == 0
    assert leaving.free_lapsed(at=until) == 1
    taken = set(Occupied.objects.filter(meeting_ref=meeting.ref).values_list("user__name", flat=True))
    assert taken == {empty.kim.user.name, empty.sam.user.name}
    assert [row.user for row in Outbox.objects.filter(kind="meeting_left")] == [empty.pia.user]
    assert leaving.free_lapsed(at=until + SECOND) == 0, "once"


def test_a_deputy_who_no_longer_stands_in_is_still_asked_and_keeps_it_in_the_calendar(
    empty: World, server: Server
) -> None:
    sleeping = empty.case.seats.get(kind="deputy", assignment=empty.dag.assignment)
    ends = NOW + timedelta(days=2)
    hub_actions.register_substitute(sleeping, from_at=NOW, to_at=ends, by=empty.dag.actor, at=NOW)
    meeting = gather(empty, "kim", "dag", at=NOW + SECOND)
    send_all()
    assert leaving.free_lapsed(at=ends) == 1, "not taken any more"
    assert not Occupied.objects.filter(meeting_ref=meeting.ref, user=empty.dag.user).exists()
    assert not Outbox.objects.filter(kind="meeting_left").exists()


def test_whoever_is_no_longer_asked_is_told_that_it_is_off_and_the_others_hear_nothing(
    empty: World, server: Server
) -> None:
    meeting = gather(empty, "kim", "pia", "sam")
    send_all()
    sent(server)
    actions.change_guests(meeting, guests(empty, "kim", "sam"), row_version=1, by=empty.kim.actor, at=NOW)
    send_all()
    found = sent(server)
    assert set(found) == {empty.pia.user.email}
    assert "METHOD:CANCEL" in found[empty.pia.user.email]


def test_nobody_learns_of_a_later_time_from_the_word_that_it_is_off(empty: World, server: Server) -> None:
    meeting, kim, friday = gather(empty, "kim", "pia", "sam"), empty.kim.actor, when(THURSDAY + timedelta(days=1))
    send_all()
    server.taken.clear()
    without_sam = actions.change_guests(meeting, guests(empty, "kim", "pia"), row_version=1, by=kim, at=NOW)
    moved = actions.change(without_sam, friday, row_version=2, by=kim, at=NOW)
    send_all()
    (sams,) = [mail for mail in server.taken if mail["To"] == empty.sam.user.email]
    assert not any(part.get_content_type() == "text/calendar" for part in sams.walk())
    server.taken.clear()
    actions.cancel(moved, reason="Sjuk", row_version=3, by=kim, at=NOW)
    empty.case.seats.filter(assignment=empty.pia.assignment).update(valid_to=NOW + SECOND)
    send_all(NOW + SECOND)
    assert not server.taken


def test_the_meeting_of_a_protected_youth_goes_into_no_calendar(empty: World, server: Server) -> None:
    Person.objects.filter(pk=empty.elias.person.pk).update(protection="SEKRETESSMARKERING")
    gather(empty, "kim", "pia")
    send_all()
    (mail,) = server.taken
    assert not any(part.get_content_type() == "text/calendar" for part in mail.walk())
    assert "mote" not in mail.as_string().casefold()


def test_whoever_wants_no_mail_gets_none_and_the_daily_mail_never_holds_an_invitation(
    empty: World, server: Server
) -> None:
    MailPreference.objects.create(user=empty.pia.user, group="other", mode="never")
    MailPreference.objects.create(user=empty.sam.user, group="other", mode="daily")
    gather(empty, "kim", "pia", "sam")
    assert [(mail.user, mail.mode) for mail in Outbox.objects.all()] == [(empty.sam.user, "now")]


# --- answers -----------------------------------------------------------------------------------------------------


def reply(meeting: Meeting, address: str, **others: object) -> Reply:
    values = {
        "uid": uid_of(meeting.ref, "localhost"),
        "sequence": meeting.sequence,
        "attendee": address.lower(),
        "answer": Answer.ACCEPTED,
        "stamped_at": NOW,
        "sender": address.lower(),
    }
    return Reply(**{**values, **others})  # type: ignore[arg-type]  # free keyword arguments


def pias_place(world: World) -> Participant:
    return Participant.objects.get(assignment=world.pia.assignment)


def test_an_answer_from_the_calendar_counts_as_the_officials_own(world: World) -> None:
    meeting = gather(world, "kim", "pia")
    assert actions.take_reply(reply(meeting, world.pia.user.email), by=world.ada.actor, at=NOW)
    assert (pias_place(world).answer, pias_place(world).answered_by) == ("accepted", "calendar")


@pytest.mark.parametrize(
    "other",
    [
        {"sequence": 1},
        {"uid": "8d1c0b8e-0000-4000-8000-000000000000@localhost"},
        {"uid": "no reference@localhost"},
        {"attendee": "nobody@example.se", "sender": "nobody@example.se"},
        {"sender": "somebody.else@example.se"},
        {"sender": ""},
    ],
)
def test_what_is_no_answer_to_what_was_sent_changes_nothing(world: World, other: dict[str, object]) -> None:
    meeting = gather(world, "kim", "pia")
    assert not actions.take_reply(reply(meeting, world.pia.user.email, **other), by=world.ada.actor, at=NOW)
    assert pias_place(world).answer == "needs_action"


def test_the_answer_that_was_given_last_counts_however_late_the_others_come(world: World) -> None:
    meeting = gather(world, "kim", "pia")

    def takes(given: int, said: Answer, comes: int) -> bool:
        stamped_at = NOW + timedelta(minutes=given)
        mail = reply(meeting, world.pia.user.email, answer=said, stamped_at=stamped_at)
        return actions.take_reply(mail, by=world.ada.actor, at=NOW + timedelta(minutes=comes))

    assert takes(1, Answer.ACCEPTED, comes=9)
    assert takes(5, Answer.DECLINED, comes=10)
    assert not takes(1, Answer.ACCEPTED, comes=11)
    actions.answer(pias_place(world), "tentative", by=world.pia.actor, at=NOW + timedelta(minutes=20))
    assert not takes(19, Answer.ACCEPTED, comes=25)
    assert pias_place(world).answer == "tentative"


def test_an_address_that_no_invitation_can_be_written_to_stops_nobody_elses(empty: World, server: Server) -> None:
    User.objects.filter(pk=empty.pia.user.pk).update(email="pia@räksmörgås.se")
    gather(empty, "kim", "pia", "sam")
    send_all()
    assert set(sent(server)) == {empty.sam.user.email}
    assert Outbox.objects.get(user=empty.pia.user).state == MailState.FAILED


def test_an_answer_to_the_earlier_time_is_none_to_the_new_one(world: World) -> None:
    meeting = gather(world, "kim", "pia")
    early = reply(meeting, world.pia.user.email)
    actions.change(meeting, when(THURSDAY + timedelta(days=1)), row_version=1, by=world.kim.actor, at=NOW)
    assert not actions.take_reply(early, by=world.ada.actor, at=NOW)


def test_an_answer_still_counts_when_somebody_else_is_no_longer_asked(world: World) -> None:
    meeting = gather(world, "kim", "pia", "sam")
    early = reply(meeting, world.pia.user.email)
    actions.change_guests(meeting, guests(world, "kim", "pia"), row_version=1, by=world.kim.actor, at=NOW)
    assert actions.take_reply(early, by=world.ada.actor, at=NOW)


def test_only_whoever_runs_the_mailbox_hands_answers_in_and_learns_nothing_by_it(world: World) -> None:
    meeting = gather(world, "kim", "pia")
    with pytest.raises(Denied):
        actions.take_reply(reply(meeting, world.pia.user.email), by=world.kim.actor, at=NOW)

    def handed(client: Client, mail: bytes) -> int:
        body = {"mail": base64.b64encode(mail).decode()}
        return client.post("/api/v1/calendar/replies/", body, content_type="application/json").status_code

    whole = (
        f"From: {world.pia.user.email}\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        "UID:{uid}\r\nSEQUENCE:0\r\nDTSTAMP:20260302T080000Z\r\n"
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{world.pia.user.email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    ada = world.client("ada")
    real = handed(ada, whole.replace("{uid}", f"{meeting.ref}@localhost").encode())
    made_up = handed(ada, whole.replace("{uid}", f"{world.case.ref}@localhost").encode())
    assert (real, made_up) == (204, 204)
    world.look()
    assert pias_place(world).answer == "declined"
    assert handed(ada, b"Hej!") == 422
    for nothing in ("åäö", "a"):
        refused = ada.post("/api/v1/calendar/replies/", {"mail": nothing}, content_type="application/json")
        assert refused.status_code == 422
    assert handed(world.client("pia"), whole.encode()) == 403
