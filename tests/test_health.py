"""/healthz and /readyz: what an operator's probe is told."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from deploy.embedded import Valkey
from hub.tasks import HEARTBEAT_KEY, heartbeat


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    """The address of a real Valkey that lives as long as this file's tests."""
    with TemporaryDirectory(prefix="hubb") as folder:
        valkey = Valkey(Path(folder) / "valkey")
        process = valkey.start()
        yield valkey.url
        process.terminate()
        process.wait()


@pytest.fixture
def all_well(broker: str, settings: Settings) -> None:
    settings.REDIS_URL = broker
    heartbeat()


def test_the_process_is_alive_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
@pytest.mark.usefixtures("all_well")
def test_ready_when_every_part_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert response.json() == {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"}
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("all_well")
def test_not_ready_when_the_worker_has_stopped(client: Client) -> None:
    cache.delete(HEARTBEAT_KEY)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, "fel")


@pytest.mark.django_db
@pytest.mark.usefixtures("all_well")
def test_not_ready_when_the_broker_is_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (503, "fel")


@pytest.mark.django_db
@pytest.mark.usefixtures("all_well")
def test_not_ready_when_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "fel")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("all_well")
def test_alive_but_not_ready_when_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "fel")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_only_reads(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_a_probe_may_call_the_machine_by_any_name(client: Client) -> None:
    assert client.get("/healthz", HTTP_HOST="10.0.0.7").status_code == 200
