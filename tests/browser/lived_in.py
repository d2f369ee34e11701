"""A house where things have happened: every page has something to show, and its empty and stopped states too."""

import copy
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from consent import actions as consent_actions
from tests.browser.stage import House, opened
from tests.cast import NOW, START, YES, World, draft_paper, share, sign, write
from tests.database import WorkerDatabase
from tests.matrix_outbox import kims_mail


def lived_in(world: World) -> None:
    """Elias' consent in force with items of all kinds, a draft, a half-signed paper; and a youth whose sharing stopped.

    The other youth is reached as `world.stopped`, the two papers as `world.draft` and `world.half`.
    """
    share(world)
    write_some(world)
    half = sign(world, draft_paper(world), emil=None)
    draft = draft_paper(world)
    consent_actions.save_answer(draft, world.elias.person, "youth", YES, by=world.kim.actor, at=START)
    kims_mail(world)
    world.__dict__.update(half=half, draft=draft, stopped=stopped(world))


def write_some(world: World) -> None:
    write(world, "sam", "attendance", body="Närvaro 74 procent i februari, mot 58 i januari.\nGår på alla lektioner.")
    write(world, "sam", "school_situation", body="Har bytt grupp och trivs bättre.")
    write(world, "pia", "police_tells", body="Setts på torget sent tre kvällar.")
    write(world, "pia", "police_tells", body="Var med när en scooter togs om hand.", release=False)
    write(world, "fia", "leisure", body="Kommer till gården två kvällar i veckan.")
    plan = write(world, "kim", "measures_and_plan", body="Kontaktperson från och med mars, två träffar i veckan.")
    consent_actions.annotate(plan, kind="addition", text="Kontaktpersonen börjar den 9.", by=world.kim.actor, at=NOW)
    write(world, "kim", "health", body="Sover dåligt.", family_barred=True)
    write(world, "kim", "measures_and_plan", body="Utkast om sommarjobb.", record=False)


def stopped(world: World) -> World:
    """The same family again, after Pia has stopped the sharing."""
    other = copy.copy(world)
    other.__dict__ = {**world.__dict__, "parties": {}}
    share(other)
    write(other, "kim", "measures_and_plan", body="Väntar på besked.")
    consent_actions.stop_sharing(other.elias, by=other.pia.actor, at=NOW)
    return other


def house_of(
    browser: Browser,
    database: WorkerDatabase,
    blocker: DjangoDbBlocker,
    build: Callable[[World], None] = lived_in,
) -> Iterator[House]:
    """One server and one world for a whole module, whose tests only look. The database is replaced afterwards."""
    with blocker.unblock():
        database.use()
        server = LiveServer("localhost")
        try:
            with opened(browser, server.url, database, build) as house:
                yield house
        finally:
            server.stop()
            database.renew()
