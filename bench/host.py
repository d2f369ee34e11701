"""A PostgreSQL and a Valkey of the bench's own, with one database per size, kept between runs."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from deploy import roles
from deploy.embedded import CHECKOUT
from deploy.launcher import Launcher, say

#: What a load is made from: when any of it changes, the databases are made anew. New migrations are run on them.
MADE_FROM = ("bench/plan.py", "bench/facts.py", "bench/rows.py", "bench/tables.py", "bench/loading.py")


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in MADE_FROM:
        digest.update((CHECKOUT / path).read_bytes())
    return digest.hexdigest()[:8]


class Host(Launcher):
    """The launcher's servers and web process in a folder of their own (`.run/bench`)."""

    def __init__(self) -> None:
        super().__init__("bench")
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            self.env.pop(name, None)

    @contextmanager
    def running(self) -> Iterator["Host"]:
        """The servers, stopped afterwards."""
        self.prepare_environment()
        try:
            self.start_servers()
            yield self
        finally:
            self.stop()

    def point_at(self, database: str) -> None:
        """Let commands and the web process use this database."""
        self.env["DATABASE_URL"] = self.postgres.url(roles.APPLICATION, database)
        self.env["DATABASE_OWNER_URL"] = self.postgres.url(roles.OWNER, database)

    def ensure(self, individuals: int, items: int) -> str:
        """A database with that load; returns its name. Older ones of the same size are dropped."""
        base = f"load_{individuals}_{items}"
        name = f"{base}_{fingerprint()}"
        with self.postgres.connect() as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{base}_"])
            there = [str(row[0]) for row in rows]
        for old in there:
            if old != name:
                self.postgres.drop_database(old)
        if name not in there:
            say(f"Gör {name} …")
            making = f"{base}_new"
            self.postgres.ensure_database(making)
            self.point_at(making)
            self.migrate()
            say(self.manage("generate_load", "--individuals", str(individuals), "--items", str(items)))
            with self.postgres.connect() as connection:
                connection.execute(f"ALTER DATABASE {making} RENAME TO {name}".encode())
        self.point_at(name)
        if name in there:
            self.migrate()
        return name
