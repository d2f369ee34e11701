"""What other programs make of the invitations: five calendar libraries, one calendar server, one client.

`make soak-calendars`. The programs are installed at the first run from their registries, in an environment of their
own (.run/calendars), with the versions and hashes of `tests/soak/calendars/programs.lock`; ical.js takes part where
there is npm. Nothing of it belongs to the product. Everything listens on the loopback address only.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID
from xml.etree import ElementTree

from icalendar import Calendar

from hub.clock import STOCKHOLM
from meetings.calendars.mail import Method, message
from meetings.calendars.writing import Invitation, Party, cancel, feed, pre_meeting, request, uid_of

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "calendars"
PLACE = ROOT / ".run" / "calendars"
LOCK = HERE / "programs.lock"
ICAL_JS = "ical.js@2.2.1"

SENT = datetime(2026, 2, 20, 9, 5, tzinfo=UTC)
CHANGES = (datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2027, 3, 28))
#: Sunday night's own hours, the edges of the days around it, and when meetings are.
HOURS = ((0, 15), (1, 0), (3, 0), (8, 0), (13, 30), (23, 0))
OWN_ZONE = "-own-zone.ics"
#: Knows zones by name only: it reads a VTIMEZONE but then counts in UTC.
BY_NAME_ONLY = "ics "

Facts = dict[str, str | int | None]


# --- what is sent --------------------------------------------------------------------------------------------------


def meeting(number: int, starts_at: datetime, minutes: int = 60) -> Invitation:
    ref = UUID(int=0x5F0C6A4E << 96 | number)
    return Invitation(
        uid=uid_of(ref, "hubb.exempel.se"),
        sequence=0,
        kind="Nätverksmöte",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        link=f"https://hubb.exempel.se/moten/{ref}/",
        organizer=Party('Karin Ängsö; "samordnare", Norra', "moten@hubb.exempel.se"),
        attendee=Party("Pär Östlund-Åkerström på områdespolisen i Önnestad", "par.ostlund+moten@polisen.exempel.se"),
        stamped_at=SENT,
    )


def around_the_changes() -> Iterator[Invitation]:
    """Meetings on the three days before, on and after each change of the clock."""
    number = 0
    for change in CHANGES:
        for day in range(-3, 4):
            for hour, minute in HOURS:
                number += 1
                wall = (change + timedelta(days=day)).replace(hour=hour, minute=minute, tzinfo=STOCKHOLM)
                yield meeting(number, wall.astimezone(UTC))
    # The hour that comes twice, both times.
    yield meeting(number + 1, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    yield meeting(number + 2, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), minutes=90)


def facts(entry: Invitation, method: str) -> Facts:
    return {
        "method": method,
        "uid": entry.uid,
        "sequence": entry.sequence,
        "start": _utc(entry.starts_at),
        "end": _utc(entry.ends_at),
        "status": "CANCELLED" if entry.cancelled else "CONFIRMED",
        "organizer": entry.organizer.address,
        "attendee": None if method == "PUBLISH" else entry.attendee.address,
    }


def _utc(at: date) -> str:
    assert isinstance(at, datetime)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def samples() -> dict[str, tuple[bytes, list[Facts]]]:
    """File → (octets, what is in it, by UID)."""
    made: dict[str, tuple[bytes, list[Facts]]] = {}
    shown: list[Invitation] = []
    for number, entry in enumerate(around_the_changes()):
        later = entry.starts_at + timedelta(days=1, hours=1)
        moved = replace(entry, sequence=1, starts_at=later, ends_at=later + timedelta(minutes=45))
        off = replace(moved, sequence=2, cancelled=True)
        made[f"{number:03}-request.ics"] = request(entry), [facts(entry, "REQUEST")]
        made[f"{number:03}-changed.ics"] = request(moved), [facts(moved, "REQUEST")]
        made[f"{number:03}-cancelled.ics"] = cancel(off), [facts(off, "CANCEL")]
        shown.append((entry, moved, off)[number % 3])
    made["feed.ics"] = (
        feed(shown, name="Samverkanshubb", at=SENT),
        sorted((facts(entry, "PUBLISH") for entry in shown), key=lambda known: str(known["uid"])),
    )
    # Under a name that no time zone database has, programs must read the zone that stands in the object.
    for name, (data, known) in list(made.items()):
        if "request" in name or "feed" in name:
            made[name.replace(".ics", OWN_ZONE)] = data.replace(b"Europe/Stockholm", b"Hubben/Egen-Tid"), known
    return made


# --- the libraries -------------------------------------------------------------------------------------------------


def installed() -> Path:
    """The environment's folder of programs, made at the first run and whenever the lock has changed."""
    mark, wanted = PLACE / "installed", LOCK.read_text() + ICAL_JS
    if not (mark.exists() and mark.read_text() == wanted):
        print("Installerar kalenderprogram …", flush=True)
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
        uv: list[str | Path] = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--no-project", "--python", sys.executable, PLACE / "env"], check=True)
        install = [*uv, "pip", "install", "-q", "--python", PLACE / "env", "--require-hashes", "-r", LOCK]
        subprocess.run(install, check=True)
        if shutil.which("npm"):
            npm: list[str | Path] = [
                "npm",
                "install",
                "--silent",
                "--no-fund",
                "--no-audit",
                "--prefix",
                PLACE / "js",
                ICAL_JS,
            ]
            subprocess.run(npm, check=False)
        mark.write_text(wanted)
    return PLACE / "env" / "bin"


def libraries(programs: Path) -> list[str]:
    """Let each library read each object; returns what was wrong."""
    made, wrong = samples(), []
    with tempfile.TemporaryDirectory() as folder:
        for name, (data, _) in made.items():
            (Path(folder) / name).write_bytes(data)
        told = _told([programs / "python", HERE / "readers.py", folder])
        modules = PLACE / "js" / "node_modules"
        if modules.exists() and shutil.which("node"):
            told |= _told(["node", HERE / "reader.cjs", folder, modules])
    for library, known in told.items():
        asked = [n for n in made if not (library.startswith(BY_NAME_ONLY) and n.endswith(OWN_ZONE))]
        bad = [name for name in asked if known.get(name) != made[name][1]]
        print(f"{library}: {len(asked) - len(bad)} av {len(asked)} objekt lästa som de skrevs", flush=True)
        wrong += [f"{library} {name}: {known.get(name)} i stället för {made[name][1]}"[:600] for name in bad]
    return wrong if len(told) >= 3 else [*wrong, "färre än tre bibliotek"]


def _told(command: list[str | Path]) -> dict[str, dict[str, object]]:
    done = subprocess.run(command, check=True, capture_output=True, timeout=600)
    answer: dict[str, dict[str, object]] = json.loads(done.stdout)
    return answer


# --- the server and the client -------------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """An address and the file behind it, as a subscribing program sees a feed."""
    path = folder / "feed.ics"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.ics", path
    finally:
        server.shutdown()
        server.server_close()


class Radicale:
    """A calendar server on the loopback address, with one user's two calendars."""

    def __init__(self, programs: Path, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log = (folder / "radicale.log").open("wb")
        options = ["--hosts", f"127.0.0.1:{self.port}", "--auth-type", "none"]
        options += ["--storage-filesystem-folder", str(folder / "radicale")]
        self.process = subprocess.Popen([programs / "radicale", *options], stdout=self.log, stderr=self.log)

    def begin(self) -> None:
        """Wait until it answers, and make the calendar for what comes by mail."""
        self._wait()
        self.ask("MKCALENDAR", "/par/mail/")

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.ask("OPTIONS", "/")
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError("Radicale svarar inte")

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/xml") -> bytes:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body or None, method=method)
        asked.add_header("Authorization", "Basic " + base64.b64encode(b"par:x").decode())
        asked.add_header("Content-Type", f"{kind}; charset=utf-8")
        asked.add_header("Depth", "1")
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - the loopback address, above
            taken: bytes = answer.read()
        return taken

    def events(self, name: str) -> list[Facts]:
        """What the server gives when all of a calendar is asked for (CalDAV, RFC 4791)."""
        query = (
            '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
            "<D:prop><C:calendar-data/></D:prop>"
            '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter>'
            "</C:calendar-query>"
        )
        answer = ElementTree.fromstring(self.ask("REPORT", f"/par/{name}/", query.encode()))  # noqa: S314 - our own server
        found: list[Facts] = []
        for data in answer.iter("{urn:ietf:params:xml:ns:caldav}calendar-data"):
            for event in Calendar.from_ical(data.text or "").events:
                found.append(
                    {
                        "uid": str(event["uid"]),
                        "sequence": int(str(event["sequence"])),
                        "start": _utc(event.start),
                        "end": _utc(event.end),
                        "status": str(event["status"]),
                    }
                )
        return sorted(found, key=lambda known: str(known["uid"]))

    def takes_feed(self, address: str) -> None:
        """As a server that subscribes: what is fetched replaces the whole calendar."""
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the loopback address, above
            self.ask("PUT", "/par/feed/", answer.read(), "text/calendar")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


class Client:
    """khal on two folders: one vdirsyncer keeps like the server's calendar, in the other it subscribes to the feed."""

    def __init__(self, programs: Path, folder: Path, server: Radicale, feed_address: str) -> None:
        self.programs, self.folder = programs, folder
        for name in ("mail", "feed", "status"):
            (folder / name).mkdir()
        caldav = f'type = "caldav"\nurl = "http://127.0.0.1:{server.port}/par/%s/"\nusername = "par"\npassword = "x"\n'
        local = f'type = "filesystem"\npath = "{folder}/%s"\nfileext = ".ics"\n'
        (folder / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{folder}/status"\n'
            + "".join(
                f'[pair {pair}]\na = "{a}"\nb = "{b}"\ncollections = null\nconflict_resolution = "a wins"\n'
                for pair, a, b in (
                    ("mail", "mail_here", "mail_there"),
                    ("feed", "feed_source", "feed_here"),
                )
            )
            + f"[storage mail_here]\n{local % 'mail'}[storage mail_there]\n{caldav % 'mail'}"
            + f"[storage feed_here]\n{local % 'feed'}"
            + f'[storage feed_source]\ntype = "http"\nurl = "{feed_address}"\n'
        )
        (folder / "khal").write_text(
            f"[calendars]\n[[mail]]\npath = {folder}/mail\n[[feed]]\npath = {folder}/feed\nreadonly = True\n"
            "[locale]\nlocal_timezone = Europe/Stockholm\ndefault_timezone = Europe/Stockholm\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {folder}/khal.db\n[default]\ndefault_calendar = mail\n"
        )
        self._run("vdirsyncer", "-c", str(folder / "vdirsyncer"), "discover")

    def _run(self, program: str, *options: str) -> str:
        home = {**os.environ, "HOME": str(self.folder), "LANG": "C.UTF-8", "TZ": "Europe/Stockholm"}
        done = subprocess.run(
            [self.programs / program, *options], capture_output=True, text=True, timeout=120, env=home, cwd=self.folder
        )
        if done.returncode:
            raise RuntimeError(f"{program} {options}: {done.stdout}{done.stderr}")
        return done.stdout

    def takes(self, mail: bytes) -> None:
        """As a mail program hands the attached object over to the calendar."""
        (self.folder / "invite.ics").write_bytes(mail)
        self._run("khal", "-c", "khal", "import", "--batch", "-a", "mail", "invite.ics")

    def syncs(self) -> None:
        self._run("vdirsyncer", "-c", str(self.folder / "vdirsyncer"), "sync")

    def shows(self, calendar: str) -> list[str]:
        """What khal prints of four months."""
        form = "{start-long} {end-time} {title} {status}"
        out = self._run(
            "khal", "-c", "khal", "list", "-a", calendar, "--format", form, "--day-format", "", "2026-03-01", "120d"
        )
        return [" ".join(line.split()) for line in out.splitlines() if line.strip()]


def stages() -> list[tuple[str, list[Invitation], list[str]]]:
    """(what happens, the state of every meeting, what a person then sees)."""
    first = meeting(1, datetime(2026, 3, 26, 9, tzinfo=STOCKHOLM).astimezone(UTC))
    other = meeting(2, datetime(2026, 3, 27, 13, tzinfo=STOCKHOLM).astimezone(UTC))
    before = pre_meeting(
        other, uid=uid_of(UUID(int=3), "hubb.exempel.se"), starts_at=other.starts_at - timedelta(minutes=30)
    )
    # Over the change of the clock: the same hour on the wall, another in UTC.
    later = datetime(2026, 4, 9, 9, tzinfo=STOCKHOLM).astimezone(UTC)
    moved = replace(first, sequence=1, starts_at=later, ends_at=later + timedelta(minutes=90))
    off = replace(moved, sequence=2, cancelled=True)
    back = replace(moved, sequence=3)
    rest = ["2026-03-27 12:30 13:00 Tjänstemannamöte CONFIRMED", "2026-03-27 13:00 14:00 Nätverksmöte CONFIRMED"]
    new = "2026-04-09 09:00 10:30 Nätverksmöte"
    return [
        ("kallelse", [first, before, other], ["2026-03-26 09:00 10:00 Nätverksmöte CONFIRMED", *rest]),
        ("ny tid", [moved, before, other], [*rest, f"{new} CONFIRMED"]),
        ("inställt", [off, before, other], [*rest, f"{new} CANCELLED"]),
        ("på igen", [back, before, other], [*rest, f"{new} CONFIRMED"]),
    ]


def server_and_client(programs: Path) -> list[str]:
    """Each stage by mail and by feed: the later state replaces the earlier one, at the server and at the client."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as (address, path):
        folder = Path(name)
        server = Radicale(programs, folder)
        try:
            server.begin()
            path.write_bytes(feed([], name="Samverkanshubb", at=SENT))
            client = Client(programs, folder, server, address)
            for stage, entries, seen in stages():
                path.write_bytes(feed(entries, name="Samverkanshubb", at=SENT))
                for entry in entries:
                    client.takes(_attached(entry))
                server.takes_feed(address)
                client.syncs()
                wrong += _compared(stage, entries, seen, server, client)
        finally:
            server.end()
    return wrong


def _attached(entry: Invitation) -> bytes:
    mail = message(entry, Method.CANCEL if entry.cancelled else Method.REQUEST, sent_at=SENT)
    (attached,) = mail.iter_attachments()
    data = attached.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def _compared(stage: str, entries: list[Invitation], seen: list[str], server: Radicale, client: Client) -> list[str]:
    wrong = []
    expected = [
        {key: known[key] for key in ("uid", "sequence", "start", "end", "status")}
        for known in sorted((facts(entry, "PUBLISH") for entry in entries), key=lambda known: str(known["uid"]))
    ]
    for calendar in ("mail", "feed"):
        stored, shown = server.events(calendar), client.shows(calendar)
        if calendar == "feed":
            told = [line.replace(" Nätverksmöte CANCELLED", " Inställt: nätverksmöte CANCELLED") for line in seen]
        else:
            told = seen
        print(f"{stage}, {calendar}: servern har {len(stored)}, klienten visar {shown}", flush=True)
        if stored != expected:
            wrong.append(f"{stage}, {calendar}, servern: {stored} i stället för {expected}")
        if shown != told:
            wrong.append(f"{stage}, {calendar}, klienten: {shown} i stället för {told}")
    return wrong


def main() -> None:
    programs = installed()
    wrong = [*libraries(programs), *server_and_client(programs)]
    print("\n".join(wrong) if wrong else "Inget fel")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
