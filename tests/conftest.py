"""What every test rests on: a database of its own and an empty cache. The cast stands ready in it: tests/scenes.py."""

import gc
from collections.abc import Iterator
from contextlib import AbstractContextManager
from unittest import mock

import pytest
from django.core.cache import cache
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.test import TransactionTestCase
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from hub import composed
from hub.access import rule_for
from tests.database import WorkerDatabase, worker_database

pytest_plugins = ["tests.scenes", "tests.mail_server"]

#: The files that take longest, though some hold a single test. They are begun first, so that no process ends long after
#: the others (`make test`: --no-loadscope-reorder keeps this order).
LONGEST = (
    "test_axe.py",
    "test_no_leaks.py",
    "test_story.py",
    "test_route_matrix.py",
    "test_seed_demo.py",
    "test_axe_administration.py",
    "test_pages_individual.py",
    "test_keyboard.py",
    "test_who_reads.py",
    "test_pages_are_recorded.py",
    "test_api_schemathesis.py",
)

# A test process lives for minutes and makes millions of short-lived objects (composed queries): collect less often.
gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file's tests run in one process, which builds its scene once; the areas of the route matrix take turns."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return nodeid if file.endswith("test_route_matrix.py") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[WorkerDatabase]:
    """Replaces Django's test database: ours is migrated by the owner, used by the application's role."""
    with worker_database() as database, renewed_by(database):
        yield database


def renewed_by(database: WorkerDatabase) -> AbstractContextManager[object]:
    """A test that commits is cleaned by a new copy: the append-only audit refuses TRUNCATE."""
    return mock.patch.object(TransactionTestCase, "_fixture_teardown", database.renew)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and other marks of one test never reach the next."""
    cache.clear()


#: The settings that a rule may hold (tests/test_policy_table.py finds none but these).
RULES_HOLD = {"CODE_LISTS_KOMMUN"}


@receiver(setting_changed)
def _rules_are_made_anew(setting: str, **_: object) -> None:
    """Settings change only in tests; to make every rule anew takes seconds."""
    if setting in RULES_HOLD:
        composed.forget()
        rule_for.cache_clear()
