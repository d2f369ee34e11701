"""The start of the platform: settings that refuse to guess, a database role that cannot pass the walls."""

import base64
import json
import logging
import runpy
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as project_settings
from django.core.checks import Error, Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.checks import refuse_unsafe_start, role_problems
from config.logs import JsonFormatter
from deploy import roles
from deploy.embedded import CHECKOUT
from hub.database_role import DatabaseRole, current_role
from hub.http import client_address
from tests.database import WorkerDatabase

PRODUCTION = {
    "SECRET_KEY": "en-lang-hemlighet-som-bara-finns-i-det-har-testet-1234567890",
    "LOOKUP_KEY": "en-sokyckel-som-bara-finns-i-det-har-testet",
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"bara-i-detta-prov" + b"-" * 15).decode(),
    "ALLOWED_HOSTS": "hubb.example.se",
    "DATABASE_URL": "postgres://hub_app:hemligt@db.example.se/hubb",
    "REDIS_URL": "redis://cache.example.se:6379/0",
}

REFUSED = r"permission denied|must be owner|role \"hub_owner\" does not exist"
Load = Callable[..., dict[str, Any]]


@pytest.fixture
def settings_with(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads the product's settings from exactly this environment; None takes a variable away."""

    def load(**changes: str | None) -> dict[str, Any]:
        environment = {name: value for name, value in (PRODUCTION | changes).items() if value is not None}
        with monkeypatch.context() as patch:
            patch.setattr(environ.Env, "ENVIRON", environment)
            return runpy.run_path(str(CHECKOUT / "config" / "settings.py"))

    return load


def test_a_complete_environment_starts_with_every_protection_on(settings_with: Load) -> None:
    loaded = settings_with()
    assert (loaded["DEBUG"], loaded["DEMO"]) == (False, False)
    assert loaded["SESSION_COOKIE_SECURE"]
    assert loaded["CSRF_COOKIE_SECURE"]
    assert loaded["SECURE_SSL_REDIRECT"]
    assert loaded["SECURE_HSTS_SECONDS"] == 31_536_000
    assert loaded["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ALLOWED_HOSTS"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_a_missing_value_stops_the_start_and_is_named(settings_with: Load, name: str, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"Miljövariabeln {name} saknas"):
        settings_with(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIELD_ENCRYPTION_KEYS", "inte-en-nyckel"),
        ("FIELD_ENCRYPTION_KEYS", PRODUCTION["FIELD_ENCRYPTION_KEYS"] + ",inte-en-nyckel"),
        ("LOOKUP_KEY", "31-tecken-racker-inte-till-det."),
        ("DATABASE_URL", "sqlite:///hubb.db"),
    ],
)
def test_an_unusable_value_stops_the_start_and_is_named(settings_with: Load, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(**{name: value})


def test_two_encryption_keys_are_accepted_while_one_replaces_the_other(settings_with: Load) -> None:
    newest = Fernet.generate_key().decode()
    loaded = settings_with(FIELD_ENCRYPTION_KEYS=f"{newest}, {PRODUCTION['FIELD_ENCRYPTION_KEYS']}")
    assert loaded["FIELD_ENCRYPTION_KEYS"] == [newest, PRODUCTION["FIELD_ENCRYPTION_KEYS"]]


@pytest.mark.parametrize(
    ("hosts", "demo"),
    [
        ("localhost,127.0.0.1,[::1]", True),
        ("localhost", True),
        ("localhost,hubb.example.se", False),
        ("*", False),
        (".localhost", False),
        ("", False),
    ],
)
def test_demo_is_honoured_only_when_every_host_is_this_machine(settings_with: Load, hosts: str, demo: bool) -> None:
    loaded = settings_with(DEMO="1", ALLOWED_HOSTS=hosts)
    assert loaded["DEMO"] is demo
    assert loaded["SESSION_COOKIE_SECURE"] is not demo


def test_a_socket_folder_and_a_lent_role_reach_the_driver(settings_with: Load) -> None:
    loaded = settings_with(
        DATABASE_URL="postgres://admin@%2Frun%2FpostgreSQL/hubb",
        DATABASE_ROLE="hub_app",
        REDIS_URL="unix:///run/valkey.sock",
    )
    database = loaded["DATABASES"]["default"]
    assert (database["USER"], database["HOST"]) == ("admin", "/run/postgreSQL")
    assert database["OPTIONS"]["options"] == "-c role=hub_app"
    assert loaded["CELERY_BROKER_URL"] == "redis+socket:///run/valkey.sock"


def test_only_the_owners_commands_connect_as_the_owner(settings_with: Load) -> None:
    owner = "postgres://hub_owner@db.example.se/hubb"
    lent = {"DATABASE_OWNER_URL": owner, "DATABASE_ROLE": "hub_app", "DATABASE_POOL_SIZE": "4"}
    as_application = settings_with(**lent)["DATABASES"]["default"]
    assert (as_application["USER"], as_application["OPTIONS"]["options"]) == ("hub_app", "-c role=hub_app")
    assert as_application["OPTIONS"]["pool"]["max_size"] == 4
    as_owner = settings_with(**lent, HUB_AS_OWNER="1")["DATABASES"]["default"]
    assert as_owner["USER"] == "hub_owner"
    assert not {"options", "pool"} & set(as_owner["OPTIONS"])


def test_a_pool_opens_its_connections_under_the_lent_role(django_db_setup: WorkerDatabase) -> None:
    """Django's own `assume_role` asks the pool for a connection while the pool is opening one."""
    given = connections["default"].settings_dict
    login = {} if project_settings.DATABASE_GIVEN else {"USER": "postgres"}
    options = given["OPTIONS"] | {"options": "-c role=hub_app", "pool": {"min_size": 1, "max_size": 2, "timeout": 5}}
    pooled = DatabaseWrapper({**given, **login, "OPTIONS": options, "CONN_MAX_AGE": 0}, alias="pooled")
    try:
        pooled.pool.open()
        with pooled.pool.connection(timeout=5) as opened:
            assert opened.execute("SELECT current_user").fetchone() == ("hub_app",)
    finally:
        pooled.close_pool()


# --- checks ----------


def ids() -> set[str | None]:
    """The errors of our own checks, as a production start would see them."""
    problems = run_checks(tags=[Tags.security, Tags.database], databases=["default"])
    return {problem.id for problem in problems if isinstance(problem, Error)}


@pytest.fixture
def production_keys(settings: Settings) -> Settings:
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    settings.LOOKUP_KEY = PRODUCTION["LOOKUP_KEY"]
    settings.FIELD_ENCRYPTION_KEYS = [PRODUCTION["FIELD_ENCRYPTION_KEYS"]]
    return settings


@pytest.mark.django_db
@pytest.mark.usefixtures("production_keys")
def test_the_limited_role_with_its_own_keys_passes() -> None:
    assert ids() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["SECRET_KEY", "LOOKUP_KEY", "FIELD_ENCRYPTION_KEYS"])
def test_a_key_from_the_repository_is_refused(production_keys: Settings, name: str) -> None:
    from tests import settings as test_settings

    setattr(production_keys, name, getattr(test_settings, name))
    assert ids() == {"config.E001"}


@pytest.mark.django_db
def test_a_secret_of_49_characters_is_refused_and_of_50_is_not(production_keys: Settings) -> None:
    production_keys.SECRET_KEY = "x" * 49
    assert ids() == {"config.E002"}
    production_keys.SECRET_KEY = "x" * 50
    assert ids() == set()


@pytest.mark.django_db
def test_demo_beyond_this_machine_is_refused(production_keys: Settings) -> None:
    production_keys.DEMO_ASKED_FOR = True
    assert ids() == {"config.E003"}


@pytest.mark.parametrize(
    ("superuser", "bypasses", "owns", "expected"),
    [
        (False, False, False, set()),
        (True, False, False, {"config.E004"}),
        (False, True, False, {"config.E005"}),
        (False, False, True, {"config.E006"}),
        (True, True, True, {"config.E004", "config.E005", "config.E006"}),
    ],
)
def test_a_role_that_could_pass_the_walls_is_refused(
    superuser: bool, bypasses: bool, owns: bool, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    role = DatabaseRole("någon", superuser, bypasses, owns)
    monkeypatch.setattr("config.checks.current_role", lambda _alias: role)
    assert {problem.id for problem in role_problems("default")} == expected
    assert role.limited is not bool(expected)


@pytest.mark.django_db
def test_a_process_with_a_refused_configuration_does_not_serve(
    production_keys: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections["default"], "close", lambda: None)
    refuse_unsafe_start()
    monkeypatch.setattr("config.checks.current_role", lambda _alias: DatabaseRole("x", True, False, False))
    with pytest.raises(ImproperlyConfigured, match=r"config\.E004.*hub_app"):
        refuse_unsafe_start()


# --- the role of the application ----------


@pytest.mark.django_db
def test_the_application_runs_as_the_limited_role() -> None:
    assert current_role() == DatabaseRole(roles.APPLICATION, False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE hub_user ADD COLUMN mine int",
        "ALTER TABLE hub_auditentry DISABLE TRIGGER ALL",
        "DROP TABLE hub_user",
        "TRUNCATE hub_user",
        "SET ROLE hub_owner",
        "CREATE ROLE another",
        "UPDATE hub_auditentry SET action = 'x'",
        "DELETE FROM hub_auditentry",
        "TRUNCATE hub_auditentry",
    ],
)
def test_the_application_may_not(statement: str) -> None:
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db
def test_the_application_may_read_and_write_every_table_but_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.relname FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND NOT has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            UNION ALL
            SELECT c.relname FROM pg_class c
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT'))
        """)
        assert cursor.fetchall() == []


def test_the_administrators_script_gives_what_development_and_tests_have() -> None:
    script = (CHECKOUT / "deploy" / "roles.sql").read_text()
    for name in roles.EXTENSIONS:
        assert f"CREATE EXTENSION IF NOT EXISTS {name};" in script
    for rights in roles.APPLICATION_RIGHTS:
        grant = (
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {roles.OWNER} IN SCHEMA public GRANT {rights} TO {roles.APPLICATION};"
        )
        assert grant in script


# --- the databases of the tests ----------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_leaves_nothing_but_what_migrations_made(turn: int) -> None:
    kommuner = apps.get_model("hub", "Municipality").objects
    users = apps.get_model("hub", "User").objects
    assert (kommuner.count(), users.count()) == (290, 0)
    users.create(email="turn@example.se")


@pytest.mark.django_db
def test_the_database_of_a_test_is_a_copy(django_db_setup: WorkerDatabase) -> None:
    assert connection.settings_dict["NAME"] == django_db_setup.name


# --- logs and locks ----------


def test_a_log_line_about_an_error_says_where_but_not_what_was_written() -> None:
    try:
        raise ValueError("Anna Testsson 20010101-1234")
    except ValueError:
        record = logging.LogRecord("hub", logging.ERROR, __file__, 1, "Failed", None, sys.exc_info())
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] == "ValueError"
    assert Path(__file__).name in line["where"][0]
    assert "Testsson" not in str(line)


def logged(**extra: object) -> dict[str, object]:
    record = logging.getLogger("hub").makeRecord("hub", logging.INFO, "", 1, "Done", (), None, extra=extra)
    line: dict[str, object] = json.loads(JsonFormatter().format(record))
    return line


def test_a_log_line_has_the_fields_that_can_name_nobody() -> None:
    request = uuid.uuid4()
    fields = {"route": "hub:case", "status": 503, "task": "hub.tasks.tick", "seconds": 0.25, "count": 3}
    line = logged(request_id=request, **fields)
    assert line | fields == line
    assert line["request_id"] == str(request)


@pytest.mark.parametrize(
    "extra",
    [
        {"user": "Anna", "email": "anna@example.se", "path": "/ungdomar/1", "personnummer": "20010101-1234"},
        {"route": "/sok/Anna Testsson"},
        {"route": "anna@example.se"},
        {"route": "20010101-1234"},
        {"route": "Anna"},
        {"status": "Anna"},
        {"status": 200101011234},
        {"count": 200101011234},
        {"count": True},
        {"task": {"name": "Anna"}},
        {"request_id": "Anna"},
        {"seconds": "Anna"},
    ],
)
def test_a_log_line_has_no_other_field_and_no_other_value(extra: dict[str, object]) -> None:
    assert set(logged(**extra)) == {"time", "level", "logger", "message"}


def test_a_failed_task_is_logged_without_its_arguments() -> None:
    record = logging.LogRecord("celery.app.trace", logging.ERROR, "", 1, "Task x raised Anna", None, None)
    record.data = {"name": "hub.tasks.x", "id": "1", "description": "raised unexpected", "args": "Anna"}
    assert "Anna" not in JsonFormatter().format(record)


@pytest.mark.django_db
def test_an_answer_is_logged_by_its_route_and_not_by_what_stands_in_its_address(client: Client) -> None:
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(JsonFormatter().format(record))

    handler, logger = Kept(), logging.getLogger("django")
    logger.addHandler(handler)
    try:
        client.get("/20010101-1234/")
        foreign = client.get("/ungdomar/7b1d2b0e-5ad6-4d5c-9f0b-6a3a4f5a9c11/", headers={"host": "Anna.example"})
        client.post("/prova/?q=Anna", {"body": "Anna"})
    finally:
        logger.removeHandler(handler)
    assert foreign.status_code == 400, "a name that is not ours is no page that is too large"
    assert len([json.loads(line)["message"] for line in written]) >= 3
    assert not [line for line in written if "1234" in line or "7b1d2b0e" in line or "Anna" in line]


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.9"), (1, "192.0.2.7"), (2, "198.51.100.1"), (4, "10.0.0.9")])
def test_behind_proxies_the_log_has_the_address_that_the_outermost_saw(
    settings: Settings, proxies: int, seen: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    forwarded = {"X-Forwarded-For": "203.0.113.99, 198.51.100.1, 192.0.2.7"}
    request = RequestFactory().get("/", headers=forwarded, REMOTE_ADDR="10.0.0.9")
    assert client_address(request) == seen


@pytest.mark.parametrize("lock", ["requirements.lock", "deploy/installer.lock", "deploy/production.lock"])
def test_a_lock_file_holds_hashes_and_no_addresses(lock: str) -> None:
    text = (CHECKOUT / lock).read_text()
    pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
