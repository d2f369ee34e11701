"""Signing in: locked after failures, signed out in time and when the assignment ends, and no text lost on the way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client, override_settings

from consent.models import InformationItem
from hub import actions
from hub.access import Denied
from hub.actions.sign_in import Invited
from hub.errors import Conflict, Invalid
from hub.models import Agency, Assignment, Invitation, KeptText, Unit, User
from tests.cast import NOW, SECOND, World
from tests.hub_pages import address, deeds, leads_to, post, text

pytestmark = pytest.mark.django_db

PASSWORD = "Tre glada grodor i Spånga"
LOGIN = "/konto/logga-in/"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DRAFT = "Kontaktperson från och med mars, två träffar i veckan."


@pytest.fixture(autouse=True)
def no_letters() -> Iterator[None]:
    """Nothing is sent by e-mail, so that links are shown."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        yield


def at(instant: datetime) -> Any:
    return time_machine.travel(instant, tick=False)


def with_password(world: World, name: str) -> User:
    user = world.members[name].user
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


# --- locked out ------------------------------------------------------------------------------------------------------


def test_the_fifth_failure_locks_the_address_for_a_quarter_and_says_until_when(world: World) -> None:
    kim = with_password(world, "kim")
    for _attempt in range(5):
        assert "stämmer inte" in text(sign_in(Client(), kim.email, "fel lösenord här"))
    locked = text(sign_in(Client(), kim.email))
    assert "Försök igen efter klockan 10.16" in locked
    with at(NOW + 15 * MINUTE - SECOND):
        assert "spärrad" in text(sign_in(Client(), kim.email))
    with at(NOW + 15 * MINUTE):
        assert leads_to(sign_in(Client(), kim.email)) == "/"
    world.look()
    assert len(deeds("session.sign_in_failed")) == 5
    assert len(deeds("session.locked")) == 2


def test_an_address_without_an_account_is_locked_alike(db: None) -> None:
    """Being locked out tells nobody whether there is an account (P-A15)."""
    for _attempt in range(5):
        sign_in(Client(), "ingen@example.se", "fel lösenord här")
    assert "spärrad" in text(sign_in(Client(), "ingen@example.se", "fel lösenord här"))


def test_another_account_and_a_right_password_are_not_counted(world: World) -> None:
    kim, pia = with_password(world, "kim"), with_password(world, "pia")
    for _attempt in range(4):
        sign_in(Client(), kim.email, "fel lösenord här")
    for _attempt in range(6):
        assert leads_to(sign_in(Client(), pia.email)) == "/"
    assert leads_to(sign_in(Client(), kim.email)) == "/"


# --- signed out in time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("idle", "status"), [(30 * MINUTE - SECOND, 200), (30 * MINUTE, 302)])
def test_the_idle_limit_is_thirty_minutes_from_the_last_request(world: World, idle: timedelta, status: int) -> None:
    client = world.client("kim")
    with at(NOW + 10 * MINUTE):
        assert client.get("/").status_code == 200
    with at(NOW + 10 * MINUTE + idle):
        assert client.get("/").status_code == status
        world.look()
    assert len(deeds("session.idle_ended")) == (status == 302)


@pytest.mark.parametrize(("age", "status"), [(10 * HOUR - SECOND, 200), (10 * HOUR, 302)])
def test_the_longest_time_is_ten_hours_however_busy(world: World, age: timedelta, status: int) -> None:
    client = world.client("kim")
    for step in range(1, 30):
        with at(NOW + step * 20 * MINUTE):
            assert client.get("/hjalp/").status_code == 200
    with at(NOW + age):
        response = client.get("/")
        assert response.status_code == status
        if status == 302:
            assert "varit inloggad så länge som går" in text(client.get(response["Location"]))
    world.look()
    assert len(deeds("session.time_ended")) == (status == 302)


def test_every_page_says_when_one_is_signed_out(world: World) -> None:
    assert "Du loggas ut 10.30 om inget händer" in text(world.client("kim").get("/"))


# --- the assignment ends ---------------------------------------------------------------------------------------------


def test_an_assignment_that_ends_at_noon_gives_everything_a_second_before_and_nothing_at_noon(world: World) -> None:
    noon = NOW + 2 * HOUR
    world.kim.assignment.valid_to = noon
    world.kim.assignment.save()
    case, individual = address("case", world.case.ref), f"/ungdomar/{world.elias.ref}/"
    open_page, new_page = world.client("kim"), world.client("kim")
    for minutes in range(20, 120, 20):
        with at(NOW + minutes * MINUTE):
            assert open_page.get(case).status_code == new_page.get(case).status_code == 200
    with at(noon - SECOND):
        assert [open_page.get(a).status_code for a in (case, individual)] == [200, 200]
    with at(noon):
        refused = open_page.get(case)
        assert refused.status_code == 403
        assert "uppdrag har slutat gälla" in text(refused)
        assert "Elias" not in text(refused)
        assert new_page.post(f"/arenden/{world.case.ref}/uppgift/ny/", {"body": DRAFT}).status_code == 403
        # The session is over: its cookie opens nothing any more.
        assert leads_to(open_page.get(case)) == LOGIN
        assert leads_to(new_page.get(individual)) == LOGIN
        world.look()
    assert not InformationItem.objects.exists()
    assert len(deeds("session.assignment_ended")) == 2


def test_a_second_assignment_is_not_slipped_into(world: World) -> None:
    """When the one that a session works under ends, the other waits until the user has signed in again."""
    client = world.client("kim")
    unit = Unit.objects.create(agency=world.social, name="Vuxenenheten")
    Assignment.objects.create(user=world.kim.user, unit=unit, role="lots", valid_from=NOW - HOUR)
    Assignment.objects.filter(pk=world.kim.assignment.pk).update(valid_to=NOW)
    assert client.get("/").status_code == 403
    assert "Vuxenenheten" in text(world.client("kim").get("/"))


def test_a_deactivated_user_is_nobody_at_once(world: World) -> None:
    client = world.client("kim")
    User.objects.filter(pk=world.kim.user.pk).update(is_active=False)
    assert leads_to(client.get("/")) == LOGIN


# --- nothing typed is lost -------------------------------------------------------------------------------------------


def typed_after_the_session_ended(world: World, client: Client) -> Any:
    """A draft sent a moment too late."""
    form = f"/arenden/{world.case.ref}/uppgift/ny/"
    client.get(form)
    with at(NOW + 31 * MINUTE):
        response = client.post(form, {"body": DRAFT, "go": "draft", "type": "measures_and_plan"})
        world.look()
    return response


def test_what_was_typed_comes_back_to_its_writer_after_signing_in_again(world: World) -> None:
    kim, client = with_password(world, "kim"), world.client("kim")
    response = typed_after_the_session_ended(world, client)
    assert response.status_code == 401
    assert "Det du skrev finns kvar." in text(response)
    [kept] = KeptText.objects.all()
    assert kept.user == kim
    with at(NOW + 32 * MINUTE):
        assert leads_to(sign_in(client, kim.email)) == address("kept")
        page = unescape(text(client.get(address("kept"))))
        assert DRAFT in page
        assert f'action="/arenden/{world.case.ref}/uppgift/ny/"' in page
        assert 'name="type" value="measures_and_plan"' in page
        # Sent again, it reaches the form itself and is kept no longer.
        again = client.post(kept.path, {"body": DRAFT, "go": "draft", "kept": kept.pk})
        assert again.status_code == 422
        assert DRAFT in unescape(text(again))
    assert not KeptText.objects.exists()


def test_what_was_typed_is_encrypted_and_nobody_elses(world: World) -> None:
    client = world.client("kim")
    typed_after_the_session_ended(world, client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM hub_kepttext")
        [(stored,)] = cursor.fetchall()
    assert DRAFT.encode() not in bytes(stored)
    pia = with_password(world, "pia")
    with at(NOW + 32 * MINUTE):
        assert leads_to(sign_in(client, pia.email)) == "/"
        assert leads_to(client.get(address("kept"))) == "/"
        [kept] = KeptText.objects.all()
        client.post(address("kept"), {"kept": kept.pk})
    assert KeptText.objects.count() == 1


@pytest.mark.parametrize(("minutes", "there"), [(59, True), (60, False)])
def test_what_was_typed_waits_an_hour(world: World, minutes: int, there: bool) -> None:
    kim, client = with_password(world, "kim"), world.client("kim")
    typed_after_the_session_ended(world, client)
    with at(NOW + (31 + minutes) * MINUTE):
        target = leads_to(sign_in(client, kim.email))
    assert target == (address("kept") if there else "/")
    assert KeptText.objects.exists() == there


def test_nothing_is_kept_for_a_browser_where_nobody_was_signed_in(world: World) -> None:
    response = Client().post(f"/arenden/{world.case.ref}/uppgift/ny/", {"body": DRAFT})
    assert response.status_code == 401
    assert "finns kvar" not in text(response)
    assert DRAFT in unescape(text(response))
    assert not KeptText.objects.exists()


def test_signing_out_on_purpose_forgets_who_was_here(world: World) -> None:
    client = world.client("kim")
    client.get("/")
    client.post("/konto/logga-ut/")
    assert client.post(f"/arenden/{world.case.ref}/uppgift/ny/", {"body": DRAFT}).status_code == 401
    assert not KeptText.objects.exists()


# --- where one is signed in ------------------------------------------------------------------------------------------


def test_one_sees_where_one_is_signed_in_and_ends_it_there(world: World) -> None:
    kim = with_password(world, "kim")
    here = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    there = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1", REMOTE_ADDR="192.0.2.7")
    for client in (here, there):
        sign_in(client, kim.email)
    page = text(here.get(address("my_sign_in")))
    assert "Firefox på Windows" in page
    assert "Safari på iPhone" in page
    assert "192.0.2.7" in page
    other = UserSession.objects.get(ip="192.0.2.7")
    assert leads_to(here.post(address("session_end"), {"session": other.pk})) == address("my_sign_in")
    assert leads_to(there.get("/")) == LOGIN
    assert here.get("/").status_code == 200
    world.look()
    assert len(deeds("session.revoked")) == 1


def test_all_other_sessions_end_together_and_nobody_elses(world: World) -> None:
    kim, pia = with_password(world, "kim"), with_password(world, "pia")
    here, there, hers = Client(), Client(), Client()
    for client, user in ((here, kim), (there, kim), (hers, pia)):
        sign_in(client, user.email)
    her_session = UserSession.objects.get(user=pia)
    here.post(address("session_end"), {"session": her_session.pk})
    here.post(address("session_end"), {"session": "all"})
    assert leads_to(there.get("/")) == LOGIN
    assert (here.get("/").status_code, hers.get("/").status_code) == (200, 200)


# --- invitations -----------------------------------------------------------------------------------------------------


def facts(world: World, **changes: Any) -> Invited:
    written: dict[str, Any] = {
        "email": "ny@example.se",
        "name": "Nya Nord",
        "unit": world.youth_unit,
        "role": "officer",
    }
    return Invited(**(written | changes))


def link_from(client: Client, response: Any) -> str:
    page = text(client.get(response["Location"]))
    return "/inbjudan/" + page.split("/inbjudan/")[1].split("<")[0]


def test_an_invitation_becomes_an_account_with_its_assignment_and_works_once(world: World) -> None:
    ada = world.client("ada")
    sent = {
        "email": "Ny@example.se",
        "name": "Nya Nord",
        "unit": str(world.youth_unit.ref),
        "role": "officer",
        "assignment_from": "",
        "assignment_to": "2026-08-31",
    }
    made = ada.post(address("invitation_new"), sent)
    link = link_from(ada, made)
    assert "/inbjudan/" not in text(ada.get(made["Location"])), "the link is shown once"
    stranger = Client()
    assert "Nya Nord" in text(stranger.get(link))
    chosen = {"name": "Nya Nord", "password1": PASSWORD, "password2": PASSWORD}
    assert leads_to(stranger.post(link, chosen)) == "/"
    assert "Handläggare" in text(stranger.get("/"))
    user = User.objects.get(email="ny@example.se")
    [assignment] = user.assignments.all()
    assert (assignment.valid_from, assignment.role) == (NOW, "officer")
    assert assignment.valid_to is not None
    assert assignment.valid_to.isoformat() == "2026-08-31T22:00:00+00:00"
    assert Client().get(link).status_code == 404
    assert Client().post(link, chosen).status_code == 404
    world.look()
    assert [len(deeds(f"invitation.{name}")) for name in ("made", "accepted")] == [1, 1]
    assert [entry.user_name for entry in deeds("invitation.accepted")] == ["Nya Nord"]


def test_the_link_works_for_seven_days(world: World) -> None:
    _row, token = actions.invite(facts(world), by=world.ada.actor, at=NOW)
    link = address("invitation_accept", token)
    with at(NOW + timedelta(days=7) - SECOND):
        assert Client().get(link).status_code == 200
    with at(NOW + timedelta(days=7)):
        assert Client().get(link).status_code == 404
        with pytest.raises(Conflict):
            actions.accept_invitation(token, name="N", password=PASSWORD, at=NOW + timedelta(days=7))


def test_every_link_that_does_not_work_gets_the_same_answer(world: World) -> None:
    row, revoked = actions.invite(facts(world), by=world.ada.actor, at=NOW)
    actions.revoke_invitation(row, by=world.ada.actor, at=NOW)
    answers = {text(Client().get(address("invitation_accept", token))) for token in (revoked, "hittepa")}
    bodies = {answer.split("<h1>")[1].split("<footer")[0] for answer in answers}
    assert len(bodies) == 1
    with pytest.raises(Conflict):
        actions.revoke_invitation(row, by=world.ada.actor, at=NOW)


def test_no_page_before_or_without_an_assignment_is_left_in_the_browser(world: World) -> None:
    """The link's page names the invited; the profile of who has no assignment tells where they are signed in."""
    _row, token = actions.invite(facts(world), by=world.ada.actor, at=NOW)
    assert "no-store" in Client().get(address("invitation_accept", token))["Cache-Control"]
    Assignment.objects.filter(user=world.kim.user).update(valid_to=NOW)
    client = Client()
    client.force_login(world.kim.user)
    assert "no-store" in client.get(address("my_sign_in"))["Cache-Control"]


def test_the_token_is_not_stored(world: World) -> None:
    _row, token = actions.invite(facts(world), by=world.ada.actor, at=NOW)
    stored = Invitation.objects.values().get()
    assert token not in str(stored)


def test_who_has_an_account_or_an_invitation_is_not_invited_again(world: World) -> None:
    with_password(world, "kim")
    with pytest.raises(Invalid):
        actions.invite(facts(world, email=world.kim.user.email.upper(), role=""), by=world.ada.actor, at=NOW)
    actions.invite(facts(world), by=world.ada.actor, at=NOW)
    with pytest.raises(Invalid):
        actions.invite(facts(world), by=world.ada.actor, at=NOW)


def test_an_account_that_was_prepared_and_never_used_is_invited_to_choose_a_password(world: World) -> None:
    """Kim's account has its assignment and no password yet; Otto's belongs to another kommun."""
    with pytest.raises(Invalid):
        actions.invite(facts(world, email=world.kim.user.email), by=world.ada.actor, at=NOW)
    _row, token = actions.invite(facts(world, email=world.kim.user.email, role=""), by=world.ada.actor, at=NOW)
    with pytest.raises(Invalid):
        actions.invite(facts(world, email=world.otto.user.email, role=""), by=world.ada.actor, at=NOW)
    client = Client()
    client.post(address("invitation_accept", token), {"password1": PASSWORD, "password2": PASSWORD})
    assert "Kim Samuelsson" in text(client.get("/"))
    assert world.kim.user.assignments.count() == 1


def test_an_invitation_gives_no_assignment_that_an_administrator_could_not_give_by_hand(world: World) -> None:
    """Coordinators are social services' own, and an association gets no account (P-A14)."""
    school, club = world.school.units.get(), Unit.objects.create(agency=world.leisure, name="Föreningen")
    for role in ("coordinator", "officer", "lots"):
        with pytest.raises(Invalid, match="bara i socialtjänsten"):
            actions.invite(facts(world, unit=school, role=role), by=world.ada.actor, at=NOW)
    Agency.objects.filter(pk=world.leisure.pk).update(kind="civilsamhalle")
    for role in ("contact", ""):
        with pytest.raises(Invalid, match="inga konton"):
            actions.invite(facts(world, unit=Unit.objects.get(pk=club.pk), role=role), by=world.ada.actor, at=NOW)
    actions.invite(facts(world, unit=school, role="contact"), by=world.ada.actor, at=NOW)


def test_a_link_sent_to_a_mistyped_address_stops_when_the_address_is_mended(world: World) -> None:
    """Whoever got it would otherwise choose the password of somebody else's account."""
    mistyped = facts(world, email=world.kim.user.email, role="")
    _row, token = actions.invite(mistyped, by=world.ada.actor, at=NOW)
    kim = User.objects.get(pk=world.kim.user.pk)
    mended: dict[str, Any] = {"name": kim.name, "qualified": False, "active": True, "row_version": kim.row_version}
    actions.change_user(kim, email="kim.ratt@example.se", **mended, by=world.ada.actor, at=NOW)
    assert Client().get(address("invitation_accept", token)).status_code == 404
    with pytest.raises(Conflict):
        actions.accept_invitation(token, name="N", password=PASSWORD, at=NOW)


@pytest.mark.parametrize("new_password", [True, False])
def test_a_sign_in_that_is_reset_leaves_no_key_and_no_earlier_link(world: World, *, new_password: bool) -> None:
    """Whoever had the account could have made a key of a year's life, or hold the letter of last time."""
    _row, old = actions.invite(facts(world, email=world.kim.user.email, role=""), by=world.ada.actor, at=NOW)
    token, _secret = actions.make_token(
        assignment=world.kim.assignment,
        municipality_id=world.kommun.pk,
        name="Okänd",
        scopes=["read"],
        expires_at=NOW + timedelta(days=300),
        by=world.kim.actor,
        at=NOW,
    )
    kim, unit = User.objects.get(pk=world.kim.user.pk), world.kim.assignment.unit
    made = actions.reset_sign_in(kim, unit, new_password=new_password, by=world.ada.actor, at=NOW)
    token.refresh_from_db()
    assert not token.lives(at=NOW)
    assert Client().get(address("invitation_accept", old)).status_code == 404
    if made is not None:
        assert Client().get(address("invitation_accept", made[1])).status_code == 200


def test_only_an_administrator_of_the_kommun_invites_there(world: World) -> None:
    with pytest.raises(Denied):
        actions.invite(facts(world), by=world.mona.actor, at=NOW)
    elsewhere = world.otto.assignment.unit
    with pytest.raises(Denied):
        actions.invite(facts(world, unit=elsewhere), by=world.ada.actor, at=NOW)
    response = post(world, "ada", "invitation_new", email="ny@example.se", name="N", unit=str(elsewhere.ref), role="")
    assert response.status_code == 422


def test_a_weak_password_and_two_different_ones_are_refused_in_swedish(world: World) -> None:
    _row, token = actions.invite(facts(world), by=world.ada.actor, at=NOW)
    link = address("invitation_accept", token)
    short = Client().post(link, {"name": "N", "password1": "kort", "password2": "kort"})
    assert short.status_code == 422
    assert "12 tecken" in text(short)
    different = Client().post(link, {"name": "N", "password1": PASSWORD, "password2": PASSWORD + "!"})
    assert "inte lika" in text(different)
    assert not User.objects.filter(email="ny@example.se").exists()
