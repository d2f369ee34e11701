"""Letters with a link to one's account: in the outbox like all mail, without the link, and said as it is."""

from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from hub import actions, mailer, outbox
from hub.access import Denied
from hub.actions.sign_in import Invited
from hub.errors import Conflict
from hub.links import token_of
from hub.models import Invitation, Outbox, User
from tests.cast import NOW, SECOND, World
from tests.hub_pages import address, deeds, get, leads_to, post, text
from tests.mail_server import Script, Server

pytestmark = pytest.mark.django_db

PASSWORD = "Tre glada grodor i Spånga"


@pytest.fixture
def invited(world: World, server: Server) -> Invitation:
    """An invitation of Ada's whose letter waits in an otherwise empty outbox."""
    Outbox.objects.all().delete()
    facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit, role="officer")
    row, _token = actions.invite(facts, by=world.ada.actor, at=NOW)
    return row


def letter() -> Outbox:
    return Outbox.objects.get()


def words(taken: Any) -> str:
    body = taken.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()


def link_in(taken: Any) -> str:
    return "/inbjudan/" + words(taken).split("/inbjudan/")[1].split("\n")[0].strip()


def page_of(world: World, row: Invitation) -> str:
    return text(get(world, "ada", "invitation", row.ref))


# --- sent --------------------------------------------------------------------------------------------------------


def test_the_letter_leads_to_an_account_and_holds_nothing_about_anybody(world: World, server: Server) -> None:
    Outbox.objects.all().delete()
    sent = {"email": "ny@example.se", "name": "Nya Nord", "unit": str(world.youth_unit.ref), "role": "officer"}
    made = world.client("ada").post(address("invitation_new"), sent)
    row = Invitation.objects.get()
    assert server.taken == [], "nothing is sent before it is stored"
    said = text(world.client("ada").get(made["Location"]))
    assert "Mejlet väntar" in said
    assert "/inbjudan/" not in said.replace("/inbjudningar/", "")
    assert mailer.send_due(at=NOW) == 1
    [taken], [(_sender, recipients)] = server.taken, server.envelopes
    assert (recipients, taken["To"]) == (["ny@example.se"], "ny@example.se")
    assert "https://hubben.example.se/inbjudan/" in words(taken)
    everything = str(taken) + words(taken)
    assert not [word for word in ("Nya", "Nord", "Ada", "Handläggare", "Social") if word in everything]
    assert "Mejl skickat" in page_of(world, row)
    chosen = {"name": "Nya Nord", "password1": PASSWORD, "password2": PASSWORD}
    assert leads_to(Client().post(link_in(taken), chosen)) == "/"
    assert mailer.send_due(at=NOW + timedelta(days=1)) == 0


def test_neither_outbox_nor_invitation_nor_session_holds_the_link(world: World, invited: Invitation) -> None:
    token = token_of(invited)
    assert Client().get(address("invitation_accept", token)).status_code == 200
    stored = f"{Outbox.objects.values().get()} {Invitation.objects.values().get()}"
    assert token not in stored
    assert token != Invitation.objects.get().token_fingerprint


def test_an_invitation_that_is_undone_takes_its_letter_with_it(world: World, server: Server) -> None:
    Outbox.objects.all().delete()
    facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit)
    with transaction.atomic():
        actions.invite(facts, by=world.ada.actor, at=NOW)
        transaction.set_rollback(True)
    assert mailer.send_due(at=NOW) == 0
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("until", [timedelta(days=7) - SECOND, timedelta(days=7)])
def test_a_link_that_no_longer_works_is_not_sent(invited: Invitation, server: Server, until: timedelta) -> None:
    mailer.send_due(at=NOW + until)
    works = until < timedelta(days=7)
    assert len(server.taken) == works
    assert letter().state == ("sent" if works else "cancelled")


def test_a_withdrawn_invitation_sends_no_letter(world: World, invited: Invitation, server: Server) -> None:
    actions.revoke_invitation(invited, by=world.ada.actor, at=NOW)
    assert letter().state == "cancelled", "at once, not when its turn comes"
    assert mailer.send_due(at=NOW) == 0
    assert (letter().state, letter().trouble, server.taken) == ("cancelled", "unwanted", [])


def test_the_same_link_after_a_change_of_keys_and_a_new_one_when_the_old_key_is_gone(
    invited: Invitation, settings: Settings
) -> None:
    first, old = token_of(invited), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "en helt annan nyckel" * 4, [old]
    assert token_of(invited) == first
    settings.SECRET_KEY_FALLBACKS = []
    second = token_of(Invitation.objects.get())
    assert second != first
    assert Client().get(address("invitation_accept", second)).status_code == 200
    assert Client().get(address("invitation_accept", first)).status_code == 404


# --- how it went -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "state", "said"),
    [
        ({"RCPT": "550 unknown"}, "failed", "Mejlet gick inte fram"),
        ({"DATA": None}, "uncertain", "Osäkert om mejlet gick"),
        ({"RCPT": "450 grey"}, "waiting", "Nytt försök görs automatiskt"),
    ],
    ids=["refused", "interrupted", "later"],
)
def test_the_page_says_what_is_known_and_no_more(
    world: World, invited: Invitation, server: Server, script: Script, state: str, said: str
) -> None:
    server.script = script
    assert mailer.send_due(at=NOW) == 0
    assert letter().state == state
    page = page_of(world, invited)
    assert said in page
    assert "Mejl skickat" not in page
    in_trouble = state != "waiting"
    assert (said in text(get(world, "ada", "invitations"))) == in_trouble
    outbox_page = text(get(world, "ada", "admin_outbox"))
    assert ("Nya Nord" in outbox_page) == in_trouble
    assert (address("invitation", invited.ref) in outbox_page) == in_trouble
    assert "ny@example.se" not in outbox_page
    assert (address("invitation_again", invited.ref) in page) == in_trouble


@pytest.mark.parametrize("page", ["invitation_again", "outbox_resend"])
def test_a_letter_in_trouble_is_sent_again_from_either_page(
    world: World, invited: Invitation, server: Server, page: str
) -> None:
    server.script = {"DATA": None}
    mailer.send_due(at=NOW)
    server.script = {}
    ref = invited.ref if page == "invitation_again" else letter().ref
    post(world, "ada", page, ref)
    assert mailer.send_due(at=NOW) == 1
    first, again = server.taken
    assert first["Message-ID"] == again["Message-ID"] == f"<{letter().ref}@localhost>", (
        "shown once where it comes twice"
    )
    assert Client().get(link_in(again)).status_code == 200
    world.look()
    assert len(deeds("mail.resent")) == 1
    assert len(deeds("invitation.sent_again")) == (page == "invitation_again")


def test_a_letter_that_was_taken_and_not_found_gets_a_successor(
    world: World, invited: Invitation, server: Server
) -> None:
    mailer.send_due(at=NOW)
    actions.send_invitation_again(invited, by=world.ada.actor, at=NOW)
    with pytest.raises(Conflict, match="på väg"):
        actions.send_invitation_again(invited, by=world.ada.actor, at=NOW)
    assert mailer.send_due(at=NOW) == 1
    first, second = server.taken
    assert first["Message-ID"] != second["Message-ID"], "a mail program must not hide it as known"
    assert link_in(first) == link_in(second)


def test_an_answered_invitation_is_not_sent_again(world: World, invited: Invitation, server: Server) -> None:
    mailer.send_due(at=NOW)
    actions.accept_invitation(token_of(invited), name="Nya", password=PASSWORD, at=NOW)
    world.look()
    with pytest.raises(Conflict, match="väntar inte"):
        actions.send_invitation_again(invited, by=world.ada.actor, at=NOW)
    assert address("invitation_again", invited.ref) not in page_of(world, invited)


def test_only_who_administers_the_unit_sees_or_sends_the_letter(
    world: World, invited: Invitation, server: Server
) -> None:
    server.script = {"RCPT": "550 unknown"}
    mailer.send_due(at=NOW)
    for who in ("kim", "mona", "otto"):
        assert post(world, who, "invitation_again", invited.ref).status_code == 404
        assert post(world, who, "outbox_resend", letter().ref).status_code == 404
        with pytest.raises(Denied):
            actions.send_invitation_again(invited, by=world.members[who].actor, at=NOW)
    Invitation.objects.update(unit=world.otto.assignment.unit)
    assert "Nya Nord" not in text(get(world, "ada", "admin_outbox")), "somebody else's unit, though sent from here"


def test_a_mail_goes_to_a_user_or_for_an_invitation(world: World, invited: Invitation) -> None:
    for both in ({"user": None, "invitation": None}, {"user": world.kim.user, "invitation": invited}):
        with pytest.raises(IntegrityError, match="mail_one_recipient"), transaction.atomic():
            Outbox.objects.update(**both)


# --- a colleague is helped to sign in ----------------------------------------------------------------------------


def reset(world: World, *, new_password: bool) -> Any:
    kim = world.kim.user
    kim.set_password(PASSWORD)
    kim.save()
    Outbox.objects.all().delete()
    sent = {"email": kim.email, "checked": "on"} | ({"new_password": "on"} if new_password else {})
    return post(world, "ada", "recover_sign_in", **sent)


def test_whoever_is_helped_gets_the_link_and_is_told(world: World, server: Server) -> None:
    said = reset(world, new_password=True)
    row = Invitation.objects.get()
    assert leads_to(said) == address("invitation", row.ref)
    mailer.send_due(at=NOW)
    subjects = {str(make_header(decode_header(taken["Subject"]))) for taken in server.taken}
    assert subjects == {
        "Välj ett nytt lösenord",
        "Din inloggning är återställd",
        "Du har ett nytt meddelande i Samverkanshubb",
    }
    new = "Fyra glada grodor i Spånga"
    link = next(link_in(taken) for taken in server.taken if "/inbjudan/" in words(taken))
    Client().post(link, {"password1": new, "password2": new})
    assert User.objects.get(pk=world.kim.user.pk).check_password(new)


def test_the_letter_about_a_reset_goes_to_whoever_has_an_account_in_use(world: World, server: Server) -> None:
    reset(world, new_password=False)
    row = Outbox.objects.get(kind=outbox.SIGN_IN_RESET)
    User.objects.filter(pk=world.kim.user.pk).update(is_active=False)
    mailer.send_due(at=NOW)
    row.refresh_from_db()
    assert (row.state, row.trouble) == ("cancelled", "gone")


# --- without a mail server ---------------------------------------------------------------------------------------


def test_where_no_mail_leaves_the_link_is_shown_once_and_again_on_request(world: World) -> None:
    """A log, a file or nothing at all in place of a mail server: nobody is told that something was sent."""
    facts = Invited(email="ny@example.se", name="Nya Nord", unit=world.youth_unit)
    row, token = actions.invite(facts, by=world.ada.actor, at=NOW)
    assert not Outbox.objects.filter(invitation=row).exists()
    assert "Ej mejlad" in page_of(world, row)
    ada = world.client("ada")
    ada.post(address("invitation_again", row.ref))
    assert token not in str(dict(ada.session))
    assert token in text(ada.get(address("invitation", row.ref)))
    assert token not in text(ada.get(address("invitation", row.ref)))
    world.look()
    assert [deed.detail for deed in deeds("invitation.sent_again")] == [{"shown": True}]
    with time_machine.travel(row.expires_at, tick=False):
        assert address("invitation_again", row.ref) not in text(world.client("ada").get(address("invitation", row.ref)))
