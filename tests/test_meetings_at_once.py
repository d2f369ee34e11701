"""What two connections do with meetings at the same instant: reading calendars, booking (P-M3, P-M4)."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from hub.errors import Invalid
from meetings import actions
from meetings.apart import NOT_USABLE
from meetings.models import Calendar, Meeting
from meetings.subscriptions import claim
from tests.cast import NOW, START, World, organise, share
from tests.gatherings import HOUR, THURSDAY, another, gather, room, when

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[World]:
    """The cast, stored for good."""
    with time_machine.travel(NOW, tick=False):
        with transaction.atomic():
            world = organise()
            world.look()
            share(world)
        yield world


def aside(world: World, deed: Callable[[], Any], *, before: str = "") -> tuple[threading.Thread, dict[str, Any]]:
    """Begin `deed` over a connection of its own; "there" is set as it comes to the first statement with `before`."""
    found: dict[str, Any] = {"there": threading.Event()}

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if before and before in sql:
            found["there"].set()
        return execute(sql, *rest)

    def go() -> None:
        try:
            with connection.execute_wrapper(wrapper), transaction.atomic():
                world.look()
                found["gives"] = deed()
        except Invalid as refused:
            found["refused"] = refused.errors
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread, found


def test_a_calendar_that_one_worker_reads_is_passed_over_by_another_and_not_waited_for(committed: World) -> None:
    kim = committed.kim.user
    first, second = (
        Calendar.objects.create(user=kim, name=name, url="https://x.se", added_at=START, next_read_at=START)
        for name in ("Jobbet", "Delad")
    )
    with transaction.atomic():
        assert claim(at=NOW) == first
        thread, found = aside(committed, lambda: (claim(at=NOW), claim(at=NOW)))
        thread.join(timeout=30)
        assert not thread.is_alive(), "it waits"
    assert found["gives"] == (second, None)


def test_two_who_book_for_youths_kept_apart_at_once_do_not_both_get_the_place(committed: World) -> None:
    with transaction.atomic():
        committed.look()
        tove = another(committed, "Tove", "olof")
        actions.keep_apart(committed.case, tove.individual, reason="Hot.", by=committed.mona.actor, at=START)
        same_house, here = room(committed, "Björken"), room(committed)
    alone = actions.Guests([committed.olof.assignment])
    later = when(THURSDAY + HOUR, room=same_house)
    with transaction.atomic():
        committed.look()
        gather(committed, "kim", room=here)
        thread, found = aside(
            committed,
            lambda: actions.book(tove, later, alone, by=committed.olof.actor, at=NOW),
            before="pg_advisory_xact_lock",
        )
        assert found["there"].wait(timeout=30)
    thread.join(timeout=30)
    assert found["refused"] == {"starts_at": NOT_USABLE}
    with transaction.atomic():
        committed.look()
        assert Meeting.objects.count() == 1
