"""One command from nothing to a page: database, broker, schema, demo data, web, worker and beat.

    python -m deploy.launcher run          start everything; Ctrl-C or SIGTERM stops all of it, in order
    python -m deploy.launcher reset-demo   throw the demo away and build it anew, as of today

With DATABASE_URL or REDIS_URL in the environment those servers are used instead of the embedded ones.
"""

import fcntl
import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

import psycopg
from cryptography.fernet import Fernet

from deploy import roles
from deploy.embedded import CHECKOUT, Postgres, Valkey, runtime_folder, spawn

DATABASE = "hubb"
APPS = ("hub", "consent", "triage", "meetings", "actionplans", "reports")
STOP_SECONDS = 10
FIRST_PAGE_SECONDS = 120
# A process that dies this often in a minute will not get better by being started once more.
MAX_DEATHS_PER_MINUTE = 5


class Refused(Exception):
    """The start cannot go on; the text says what to do, in Swedish."""


Start = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Child:
    """A process the launcher owns: how it starts, how it is asked to stop, and when it died."""

    name: str
    start: Start
    stop_signal: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait(self, until: float) -> None:
        """Wait to the monotonic instant `until`, then end it."""
        if not self.process:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self.end_group()

    def end_group(self) -> None:
        """End what is left of the process and its own children: orphans would go on answering on the port."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Launcher:
    """Starts in order, keeps alive, stops in the reverse order."""

    def __init__(self, name: str = "demo") -> None:
        self.folder = runtime_folder(name)
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self.servers: list[Child] = []
        self.workers: list[Child] = []
        self.postgres = Postgres(self.folder / "pg", durable=True)
        self.valkey = Valkey(self.folder / "valkey")
        self.built = self.folder / "built.json"
        self.env = dict(os.environ)
        self.port = int(self.env.get("PORT") or 8000)

    # --- environment ---

    def prepare_environment(self) -> None:
        """Everything `config.settings` asks for; what is set already is kept."""
        for name, value in self._keys().items():
            self.env.setdefault(name, value)
        self.env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        self.env.setdefault("DEMO", "1")
        self.env.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
        # No mail leaves a demo: that one would have been sent is a line in the worker's log, without its text.
        self.env.setdefault("EMAIL_URL", "consolemail://")
        self.env.setdefault("SITE_URL", f"http://localhost:{self.port}")
        self.env.setdefault("PYTHONUNBUFFERED", "1")

    def _keys(self) -> dict[str, str]:
        """Keys of this checkout's demo: made once and kept beside its data, readable by its user only."""
        path = self.folder / "keys.json"
        if not path.exists():
            keys = {
                "SECRET_KEY": secrets.token_urlsafe(60),
                "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
                "LOOKUP_KEY": secrets.token_urlsafe(40),
            }
            path.touch(mode=0o600)
            path.write_text(json.dumps(keys))
        kept: dict[str, str] = json.loads(path.read_text())
        return kept

    # --- servers ---

    def start_servers(self) -> None:
        """PostgreSQL and Valkey, or the ones the environment names."""
        if "DATABASE_URL" in self.env:
            self._use_given_database()
        else:
            self.postgres.stop_stray()
            self._start(self.servers, Child("PostgreSQL", self.postgres.start, signal.SIGINT))
            self.postgres.ensure_roles()
            self.postgres.ensure_database(DATABASE)
            self.use_embedded_database()
        if "REDIS_URL" not in self.env:
            self._start(self.servers, Child("Valkey", self.valkey.start))
            self.env["REDIS_URL"] = self.valkey.url

    def use_embedded_database(self) -> None:
        self.env["DATABASE_URL"] = self.postgres.url(roles.APPLICATION, DATABASE)
        self.env["DATABASE_OWNER_URL"] = self.postgres.url(roles.OWNER, DATABASE)

    def _use_given_database(self) -> None:
        """Two addresses are used as they are; a single one must be able to make the application's role."""
        if self.env.get("DATABASE_OWNER_URL"):
            return
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True, connect_timeout=5) as connection:
            if not roles.may_make_roles(connection):
                raise Refused(
                    "DATABASE_URL pekar på en roll som inte får skapa roller. Ange också DATABASE_OWNER_URL "
                    "(ägaren av tabellerna) och låt DATABASE_URL vara rollen hub_app; se deploy/roles.sql."
                )
            try:
                roles.lend_application_role(connection)
            except psycopg.errors.InsufficientPrivilege as error:
                raise Refused(
                    "Rollen i DATABASE_URL får inte använda hub_app, som någon annan har skapat på servern. Låt en "
                    "administratör köra GRANT hub_app TO den rollen, eller ange också DATABASE_OWNER_URL."
                ) from error
        self.env["DATABASE_OWNER_URL"] = self.env["DATABASE_URL"]
        self.env["DATABASE_ROLE"] = roles.APPLICATION

    # --- schema and data ---

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; returns what it printed.

        Raises:
            Refused: it failed. What it wrote has been shown.
        """
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise Refused(f"{result.stdout}\nKommandot manage.py {' '.join(arguments)} misslyckades.")
        return result.stdout

    def build(self, *, serve: bool) -> str:
        """Schema and demo data; returns the demo's own words about who is in it.

        Both are idempotent, but asking costs seconds: a start on the same day with the same code asks nothing.
        """
        mark = {"day": time.strftime("%Y-%m-%d"), "source": source_fingerprint(), "demo": self.env["DEMO"]}
        embedded = self.env["DATABASE_URL"] == self.postgres.url(roles.APPLICATION, DATABASE)
        if embedded and self.built.exists():
            built = json.loads(self.built.read_text())
            if built["mark"] == mark:
                return str(built["words"])
        self.migrate()
        if serve:
            self.start_web()  # it loads while the demo is built; the address is told when both are done
        words = self.seed()
        if embedded:
            self.built.write_text(json.dumps({"mark": mark, "words": words}))
        return words

    def migrate(self) -> None:
        """The schema, as the owner."""
        self.manage("migrate", "--noinput", "--verbosity", "0")

    def seed(self) -> str:
        """The demo, as the application; returns its own words about who is in it."""
        has_demo = any(CHECKOUT.glob("*/management/commands/seed_demo.py"))
        return self.manage("seed_demo") if has_demo and self.env["DEMO"] == "1" else ""

    # --- the application ---

    def start_web(self) -> None:
        granian = f"granian --interface wsgi --host 127.0.0.1 --port {self.port} --blocking-threads 4 --no-ws"
        granian += f" --workers {self.env.get('WEB_WORKERS', '1')} --respawn-failed-workers"
        granian += " --log-config deploy/log.json"
        web = [sys.executable, "-m", *granian.split(), "config.wsgi:application"]
        self._start(self.workers, Child("web", self._process("web", web, {"DATABASE_POOL_SIZE": "6"})))

    def start_application(self) -> None:
        """The web first: worker and beat may come up while the first page is being read."""
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
        worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--schedule", str(self.folder / "beat"), "--pidfile="]
        if not self.workers:
            self.start_web()
        self._wait_for_first_page()
        self._start(self.workers, Child("worker", self._process("worker", worker, {})))
        self._start(self.workers, Child("beat", self._process("beat", beat, {})))

    def _process(self, name: str, command: list[str], extra: dict[str, str]) -> Callable[[], "subprocess.Popen[bytes]"]:
        output = self.folder / "log" / f"{name}.log"
        return lambda: spawn(command, env=extra | self.env, output=output)

    def _wait_for_first_page(self) -> None:
        web = self.workers[0].process
        until = time.monotonic() + FIRST_PAGE_SECONDS
        while not answers(self.port):
            if (web and web.poll() is not None) or time.monotonic() > until:
                raise Refused(f"Webben startade inte. Se {self.folder / 'log' / 'web.log'}")
            time.sleep(0.05)

    # --- life ---

    def _start(self, group: list[Child], child: Child) -> None:
        group.append(child)
        child.process = child.start()

    def keep_alive(self) -> NoReturn:
        """Start again what dies, until a signal ends the launcher.

        Raises:
            Refused: a process keeps dying.
        """
        while True:
            time.sleep(0.2)
            for child in self.servers + self.workers:
                if child.process and child.process.poll() is not None:
                    self._start_again(child, child.process.returncode)

    def _start_again(self, child: Child, code: int) -> None:
        now = time.monotonic()
        child.deaths = [*(death for death in child.deaths if now - death < 60), now]
        if len(child.deaths) > MAX_DEATHS_PER_MINUTE:
            raise Refused(f"{child.name} avslutas gång på gång (kod {code}). Se {self.folder / 'log'}")
        say(f"{child.name} avslutades oväntat (kod {code}) och startas igen.")
        child.end_group()
        time.sleep(0.2 * len(child.deaths) ** 2)
        try:
            child.process = child.start()
        except RuntimeError as error:
            # What a killed database leaves behind takes a moment to end; the next turn of the loop tries again.
            say(f"{child.name} kom inte i gång: {error}")

    def stop(self) -> None:
        """First what serves people, then what they rest on."""
        for group in (self.workers, self.servers):
            for child in reversed(group):
                child.ask_to_stop()
            until = time.monotonic() + STOP_SECONDS
            for child in group:
                child.wait(until)


def source_fingerprint() -> str:
    """A hash of all code and data that schema and demo are made from."""
    digest = hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes())
    for app in ("config", *APPS):
        for path in sorted((CHECKOUT / app).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".html"}:
                digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()


def answers(port: int) -> bool:
    """Whether the web process answers that it lives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def only_one(path: Path, address: str) -> Iterator[None]:
    """Hold the checkout's lock while running.

    Raises:
        Refused: another start holds it; says where that one answers.
    """
    with path.open("a+") as file:
        if not take(file):
            file.seek(0)
            raise Refused(f"Plattformen körs redan: {file.read().strip()}")
        file.truncate(0)
        file.write(address)
        file.flush()
        yield


def take(file: IO[str]) -> bool:
    """Whether this process now holds the lock on `file`."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(f"Port {port} används redan. Välj en annan: make run PORT={port + 1}") from error


def run(launcher: Launcher) -> None:
    """Start, tell where, and keep going until stopped."""
    address = f"http://localhost:{launcher.port}/"
    with only_one(launcher.folder / "lock", address):
        refuse_taken_port(launcher.port)
        launcher.prepare_environment()
        try:
            launcher.start_servers()
            words = launcher.build(serve=True)
            launcher.start_application()
            say("\n\n".join(filter(None, ["", words.strip(), f"Samverkanshubb: {address}"])))
            say(f"Loggar: {launcher.folder / 'log'}\nStoppa: Ctrl-C")
            launcher.keep_alive()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            launcher.stop()


def reset_demo(launcher: Launcher) -> None:
    """Drop the embedded demo database and build it again; works beside a running platform."""
    if "DATABASE_URL" in launcher.env:
        raise Refused("make reset-demo rör bara den inbyggda databasen. Ta bort DATABASE_URL ur miljön.")
    launcher.prepare_environment()
    with (launcher.folder / "lock").open("a+") as lock:
        running = not take(lock)
        try:
            if running:
                launcher.env.setdefault("REDIS_URL", launcher.valkey.url)
                launcher.postgres.drop_database(DATABASE)
                launcher.postgres.ensure_database(DATABASE)
                launcher.use_embedded_database()
            else:
                launcher.postgres.stop_stray()
                launcher.start_servers()
                launcher.postgres.drop_database(DATABASE)
                launcher.postgres.ensure_database(DATABASE)
            launcher.built.unlink(missing_ok=True)
            say(launcher.build(serve=False).strip())
        finally:
            launcher.stop()


def main(name: str = "demo") -> int:
    """Args: name: which set of servers and data, `.run/NAME`; the trials in tests/soak have one of their own."""
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        {"run": run, "reset-demo": reset_demo}[command](Launcher(name))
    except Refused as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
