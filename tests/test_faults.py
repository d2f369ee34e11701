"""The database is lost in the middle of a signing or a stop: all of it or none of it, and the user is told (P-Q3).

Broker and worker have no part in either: the tests run without both.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from consent import actions as consent_actions
from consent import derivation
from consent.models import Consent, Grant, SigningSession, Withdrawal
from hub.models import AuditEntry, Participation
from tests.cast import NOW, YES, World, draft_paper, once_key, organise, register_elias

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signable(transactional_db: None) -> Iterator[World]:
    """Committed for good: Elias' paper, ready to be registered at NOW."""
    with time_machine.travel(NOW, tick=False):
        with transaction.atomic():
            world = organise()
            world.look()
            register_elias(world)
            world.session = draft_paper(world, at=NOW)
            for person, role in (
                (world.elias.person, "youth"),
                (world.eva.person, "guardian"),
                (world.emil.person, "guardian"),
            ):
                consent_actions.save_answer(world.session, person, role, YES, by=world.kim.actor, at=NOW)
        yield world


@pytest.fixture
def signed(signable: World) -> World:
    """The same with the paper registered."""
    with transaction.atomic():
        signable.look()
        consent_actions.register_session(
            signable.session, row_version=signable.session.row_version, by=signable.kim.actor, at=NOW
        )
    return signable


def lose_the_database(*_args: Any, **_kwargs: Any) -> None:
    """End this very connection on the server, as a killed or restarted database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def after(real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        lose_the_database()

    return call


def in_force(world: World) -> tuple[int, int, int, bool]:
    """Consents in force, grants, withdrawals, and whether the police is active."""
    with transaction.atomic():
        world.look()
        return (
            Consent.objects.exclude(effective=None).filter(effective__contains=NOW).count(),
            Grant.objects.filter(period__contains=NOW).count(),
            Withdrawal.objects.count(),
            Participation.objects.get(pk=world.parties["police"].pk).active_from is not None,
        )


NOTHING, ALL = (0, 0, 0, False), (4, 6, 0, True)


def register(client: Client, world: World, key: str) -> Any:
    address = reverse("consent:consent_step", kwargs={"ref": world.session.ref, "step": "kontrollera"})
    data = {"row_version": str(world.session.row_version), "once": key, "action": "register"}
    return client.post(address, data)


@pytest.mark.parametrize("moment", ["before anything is derived", "after everything is derived"])
def test_a_signing_is_whole_or_not_at_all(signable: World, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    lost = lose_the_database if moment.startswith("before") else after(derivation.derive)
    client, key = signable.client("kim"), once_key()
    with monkeypatch.context() as broken:
        broken.setattr("consent.actions.signing.derive", lost)
        response = register(client, signable, key)
    assert response.status_code == 503
    assert "inte sparat alls" in response.content.decode()
    assert in_force(signable) == NOTHING
    assert register(client, signable, key).status_code == 302, "the same form works when the database is back"
    assert in_force(signable) == ALL


def before(real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        lose_the_database()
        return real(*args, **kwargs)

    return call


def test_a_database_lost_after_the_deed_is_not_called_unsaved(signable: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session is stored after the deed's transaction; Django then says that the session was deleted."""
    client, key = signable.client("kim"), once_key()
    with monkeypatch.context() as broken:
        broken.setattr(Session, "save", before(Session.save))
        response = register(client, signable, key)
    assert response.status_code == 503
    assert "inte sparat alls" in response.content.decode()
    assert in_force(signable) == ALL
    assert register(client, signable, key).status_code == 302
    assert in_force(signable) == ALL, "sent again as the page says, nothing more happens"


def test_who_signs_out_elsewhere_while_a_form_is_sent_is_not_told_that_nothing_was_saved(
    signable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise UpdateError

    client = signable.client("kim")
    with monkeypatch.context() as broken:
        broken.setattr(SessionStore, "save", gone)
        response = register(client, signable, once_key())
    assert response.status_code == 403
    assert "kan vara sparat" in response.content.decode()
    assert in_force(signable) == ALL


def test_an_answer_that_was_lost_on_the_way_back_is_not_done_twice(signable: World) -> None:
    client, key = signable.client("kim"), once_key()
    first = register(client, signable, key)
    again = register(client, signable, key)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again.headers["Location"] == first.headers["Location"]
    assert in_force(signable) == ALL
    with transaction.atomic():
        signable.look()
        assert AuditEntry.objects.filter(action="consent.registered").count() == 1
        assert SigningSession.objects.filter(state="registered").count() == 1


@pytest.mark.parametrize("moment", ["before anything is derived", "after everything is derived"])
def test_a_stop_is_whole_or_not_at_all(signed: World, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    lost = lose_the_database if moment.startswith("before") else after(derivation.derive)
    client, key = signed.client("kim"), once_key()
    address = reverse("consent:stop", kwargs={"ref": signed.elias.ref})
    with monkeypatch.context() as broken:
        broken.setattr("consent.actions.withdrawal.derive", lost)
        response = client.post(address, {"once": key})
    assert response.status_code == 503
    assert in_force(signed) == ALL
    assert client.post(address, {"once": key}).status_code == 302
    assert in_force(signed) == (0, 0, 4, True), "the party keeps its place, nothing is shared"
