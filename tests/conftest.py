"""What every test rests on: a database of its own, an empty cache. People are in tests/cast.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from tests.database import WorkerDatabase, worker_database

if (Path(__file__).parent / "cast.py").exists():
    pytest_plugins = ["tests.cast"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: "pytest.FixtureRequest") -> Iterator[WorkerDatabase]:
    """Replaces Django's test database: ours is migrated by the owner, used by the application's role."""
    original = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock(), worker_database() as database:
        # A test that commits is cleaned by a new copy: TRUNCATE is refused by the append-only audit.
        TransactionTestCase._fixture_teardown = lambda _self: database.renew()
        try:
            yield database
        finally:
            TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and other marks of one test never reach the next."""
    cache.clear()
