"""What many tests begin with, built once per process and kept as a template database: `world` and `bare_world`.

Building the cast takes some four hundred queries; a test that finds it in its copy of the database takes none.
"""

import functools
import pickle
from collections.abc import Callable, Iterator, Mapping

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from tests.cast import NOW, World, organise, share
from tests.concerns import nova
from tests.leaks import plant


def build_world() -> World:
    """Elias' SIG with a consent in force until 31 August 2026 and every contact named."""
    world = organise()
    world.look()
    share(world)
    return world


def build_concern_world() -> World:
    """The same with the intake of tests/concerns.py, which has received a concern about Nova and her brother."""
    world = build_world()
    nova(world)
    return world


def build_marked_world() -> World:
    """The same with the marked items of tests/leaks.py, and everybody signed in."""
    world = build_world()
    plant(world)
    world.cookies = {name: world.client(name).cookies[settings.SESSION_COOKIE_NAME].value for name in world.members}
    return world


#: The scenes that stand ready in the database, and the cast as it was when each was built.
BUILDERS: Mapping[str, Callable[[], World]] = {
    "marked_world": build_marked_world,
    "concern_world": build_concern_world,
    "world": build_world,
    "bare_world": organise,
}
_built: dict[str, bytes] = {}


def build_scene(name: str) -> None:
    """Store a scene for good and keep its cast, of which every test gets its own."""
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        _built[name] = pickle.dumps(BUILDERS[name]())


SCENES: Mapping[str, Callable[[], None]] = {name: functools.partial(build_scene, name) for name in BUILDERS}


def scene_of(request: pytest.FixtureRequest) -> str:
    """The scene that a test asks for: the fullest of those it names, or none."""
    return next((name for name in BUILDERS if name in request.fixturenames), "")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Before a test's transaction begins, turn to the copy of the database where its scene is set already."""
    if fixturedef.argname == "_django_db_helper":
        scene = scene_of(request)
        with request.getfixturevalue("django_db_blocker").unblock():
            request.getfixturevalue("django_db_setup").use(scene, SCENES.get(scene))


@pytest.fixture
def bare_world(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """The organisation and its people, nobody registered. Pages ask the clock: it stands at NOW."""
    with time_machine.travel(NOW, tick=False):
        world = pickle.loads(_built[scene_of(request)])  # noqa: S301 - pickled by this process
        world.look()
        yield world


@pytest.fixture
def world(bare_world: World) -> World:
    """Elias' SIG with a consent in force until 31 August 2026 and every contact named."""
    return bare_world


@pytest.fixture
def concern_world(world: World) -> World:
    """The same with a concern about Nova, registered by Ines at the intake."""
    return world


@pytest.fixture
def marked_world(world: World) -> World:
    """The same, with marked items for and not for each of the cast, and all of them signed in: `signed_in`."""
    return world


def signed_in(world: World) -> dict[str, Client]:
    """A browser for each of the cast in a marked world."""
    clients = {name: Client() for name in world.cookies}
    for name, client in clients.items():
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[name]
    return clients
