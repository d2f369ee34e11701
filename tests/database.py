"""Databases for tests: migrated once as the owner, copied for every worker, used as the application's role.

An ordinary test is rolled back. A test that really commits cannot be cleaned with TRUNCATE, which append-only
audit refuses: it gets a new copy of the template afterwards (0.1 s). What migrations insert is in every copy.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy import roles
from deploy.embedded import CHECKOUT, Postgres, runtime_folder

APPS = ("hub", "consent", "triage", "meetings", "actionplans", "reports")
KEPT_TEMPLATES = 4
PREFIX = "hubb_test_"


class Server:
    """Where test databases are made: the embedded server, or the one that DATABASE_URL names."""

    def __init__(self, given_url: str | None, embedded: Postgres) -> None:
        self.given_url = given_url
        self.embedded = embedded

    def connect(self, database: str | None = None) -> roles.Connection:
        """An administrator's connection, outside a transaction."""
        if self.given_url is None:
            return self.embedded.connect(database or "postgres")
        overrides = {"dbname": database} if database else {}
        return psycopg.connect(make_conninfo(self.given_url, **overrides), autocommit=True)

    def owner_url(self, database: str) -> str:
        """The address under which migrations run."""
        if self.given_url is None:
            return self.embedded.url(roles.OWNER, database)
        base, _, query = self.given_url.partition("?")
        return base.rpartition("/")[0] + f"/{database}" + (f"?{query}" if query else "")

    def ensure_running(self) -> None:
        """Start the embedded server unless it runs; left-over copies of killed runs are dropped."""
        if self.given_url is not None or self.embedded.answers():
            return
        self.embedded.start(dies_with_us=False)
        self.embedded.ensure_roles()
        with self.connect() as connection:
            for name in database_names(connection, f"{PREFIX}copy_"):
                drop(connection, name)

    def create(self, name: str) -> None:
        """An empty database with the two roles' rights, as the launcher makes it."""
        if self.given_url is None:
            self.embedded.ensure_database(name)
            return
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.connect(name) as connection:
            roles.lend_application_role(connection)

    def copy(self, template: str, name: str) -> None:
        """Replace database `name` by a copy of the template."""
        owner = sql.SQL("OWNER {}").format(sql.Identifier(roles.OWNER)) if self.given_url is None else sql.SQL("")
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY {}")
        with self.connect() as connection:
            drop(connection, name)
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template), owner))


def drop(connection: roles.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_names(connection: roles.Connection, prefix: str) -> list[str]:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname", [prefix]
    )
    return [str(row[0]) for row in rows]


def schema_fingerprint() -> str:
    """A hash of everything migrations are made of: themselves, what they import from us, data, packages."""
    files = [CHECKOUT / "requirements.lock", CHECKOUT / "deploy" / "roles.py", Path(__file__)]
    for app in APPS:
        migrations = sorted((CHECKOUT / app / "migrations").glob("*.py"))
        files += migrations + [p for p in sorted((CHECKOUT / app / "data").rglob("*")) if p.is_file()]
        files += sorted((CHECKOUT / app).rglob("*.sql"))
        for migration in migrations:
            files += imported_files(migration)
    digest = hashlib.sha256()
    for file in dict.fromkeys(files):
        digest.update(str(file.relative_to(CHECKOUT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def imported_files(migration: Path) -> list[Path]:
    """Our own modules that a migration imports, so that a change in them makes a new template."""
    found = re.findall(rf"^(?:from|import) ((?:{'|'.join(APPS)})[\w.]*)", migration.read_text(), re.MULTILINE)
    stems = [CHECKOUT / name.replace(".", "/") for name in found]
    return [p for stem in stems for p in (stem.with_suffix(".py"), *sorted(stem.glob("*.py"))) if p.is_file()]


def ensure_template(server: Server) -> str:
    """The name of a migrated database without connections; made if the migrations are new."""
    fingerprint = schema_fingerprint()
    with server.connect() as connection:
        templates = database_names(connection, f"{PREFIX}template_")
        for name in templates:
            if name.endswith(f"_{fingerprint}"):
                return name
        for old in [*templates[: 1 - KEPT_TEMPLATES], *database_names(connection, f"{PREFIX}new")]:
            drop(connection, old)
    new = f"{PREFIX}new"
    server.create(new)
    migrate(server.owner_url(new))
    number = int(templates[-1].split("_")[-2]) + 1 if templates else 1
    made = f"{PREFIX}template_{number:06d}_{fingerprint}"
    with server.connect() as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (new, made))))
    return made


def migrate(owner_url: str) -> None:
    """Run all migrations as the owner, in a process of its own: this one only ever is the application."""
    env = os.environ | {"DATABASE_OWNER_URL": owner_url, "HUB_AS_OWNER": "1"}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    env["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    if subprocess.run(command, cwd=CHECKOUT, env=env, check=False).returncode != 0:
        pytest.exit("Migrations failed; see above. No test can run.", returncode=2)


class WorkerDatabase:
    """The copies that one test process uses: one as migrated, and one for each scene that a test asks for.

    A scene is what many tests begin with. It is built once, kept as a template, and each of its tests finds it there.
    """

    def __init__(self, server: Server, migrated: str) -> None:
        self.server = server
        self.migrated = migrated
        self.name = f"{PREFIX}copy_{os.getpid()}"
        self.templates: dict[str, str] = {}

    def use(self, scene: str = "", build: Callable[[], None] | None = None) -> None:
        """Point Django at the copy of a scene, which `build` makes the first time; without one, as migrated."""
        name = f"{self.name}_{scene}" if scene else self.name
        if name not in self.templates:
            self.templates[name] = self.built(f"{name}_template", build) if build else self.migrated
            self.server.copy(self.templates[name], name)
        point_at(name)

    def built(self, template: str, build: Callable[[], None]) -> str:
        """The name of a new template with what `build` adds to a migrated database."""
        self.server.copy(self.migrated, template)
        point_at(template)
        build()
        close_connections()
        return template

    def renew(self) -> None:
        """Close this process's connections and start the copy in use again from its template."""
        name = str(connections["default"].settings_dict["NAME"])
        close_connections()
        self.server.copy(self.templates[name], name)

    def drop(self) -> None:
        close_connections()
        with self.server.connect() as administrator:
            for name in database_names(administrator, self.name):
                drop(administrator, name)


def close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()


def point_at(name: str) -> None:
    """Let this process's threads connect to this database."""
    config: dict[str, Any] = connections.settings["default"]
    if connections["default"].settings_dict["NAME"] == name == config["NAME"]:
        return
    close_connections()
    config["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


@contextlib.contextmanager
def worker_database() -> Iterator[WorkerDatabase]:
    """A copy for this process; the embedded server stops with the last process that uses it."""
    server = Server(os.environ["DATABASE_URL"] if settings.DATABASE_GIVEN else None, settings.TEST_POSTGRES)
    folder = runtime_folder("test")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    users, turn = (folder / "users").open("a"), (folder / "lock").open("a")
    with users, turn, stopped_last(server, users, turn):
        with locked(turn):
            fcntl.flock(users, fcntl.LOCK_SH)
            server.ensure_running()
            database = WorkerDatabase(server, ensure_template(server))
        database.use()
        yield database
        database.drop()


@contextlib.contextmanager
def locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def stopped_last(server: Server, users: IO[str], turn: IO[str]) -> Iterator[None]:
    """Stop the embedded server afterwards, unless another process holds its share of `users`."""
    try:
        yield
    finally:
        with locked(turn), contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if server.given_url is None:
                server.embedded.stop_stray()


if __name__ == "__main__":  # makes the template beforehand (.ci/run)
    with worker_database():
        pass
