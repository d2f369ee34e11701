"""`make soak`: kill -9 of worker or broker at random points while reminders go out; nothing may be lost or doubled.

A real PostgreSQL, Valkey, worker, beat and mail server of their own, and a story of papers that run out on different
days. The clock is wound forward to one day of reminders after the other; at a random moment within the day's work a
worker, one of its processes, or the broker is killed outright. Afterwards the tables and the mail server are compared
with what the papers' days, counted out here by hand, say should have been told.

    python -m tests.soak.kill_reminders [--kills 200] [--papers 400] [--seed 1]
"""

import argparse
import base64
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from deploy import roles
from deploy.embedded import CHECKOUT, Postgres, Valkey, runtime_folder, spawn

DATABASE = "hubb_soak"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
SIGNED = datetime(2026, 1, 5, 9, 0, tzinfo=STOCKHOLM)
FIRST_LAST_DAY = date(2026, 3, 1)
WITHIN = 1.5  # seconds of a day's work in which the kill falls
SETTLE_SECONDS = 180
WORKERS = 2

DAYS_BEFORE = {30: "consent_expires_30", 14: "consent_expires_14", 3: "consent_expires_3"}


@dataclass
class Stage:
    """Everything that runs, and what has been done to it."""

    folder: Path
    seed: int
    env: dict[str, str] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    started: int = 0
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    beat: "subprocess.Popen[bytes] | None" = None
    broker: "subprocess.Popen[bytes] | None" = None
    postgres: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.cluster = Postgres(self.folder / "pg", durable=False)
        self.valkey = Valkey(self.folder / "valkey")
        self.clock = self.folder / "clock"
        self.mail_port = free_port()

    # --- setting it up ---

    def prepare(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o711)
        self.postgres = self.cluster.start()
        self.cluster.ensure_roles()
        self.cluster.ensure_database(DATABASE)
        self.broker = self.valkey.start()
        self.env = dict(os.environ) | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.cluster.url(roles.APPLICATION, DATABASE),
            "DATABASE_OWNER_URL": self.cluster.url(roles.OWNER, DATABASE),
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "OUTBOX_LEASE_SECONDS": "8",
            "SECRET_KEY": "endast-for-test-" * 4,
            "LOOKUP_KEY": "endast-for-test-" * 2,
            "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"endast-for-test-" * 2).decode(),
            "DEMO": "1",
            "ALLOWED_HOSTS": "localhost",
            "SOAK_CLOCK": str(self.clock),
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        os.environ.update(self.env)
        migrate = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
        subprocess.run(migrate, cwd=CHECKOUT, env=self.env | {"HUB_AS_OWNER": "1"}, check=True)

    def wind(self, instant: datetime) -> None:
        """Set the story's clock; written beside and moved, so that nobody reads half of it."""
        new = self.clock.with_suffix(".new")
        new.write_text(f"{instant.astimezone(UTC).isoformat()} {time.time()}")  # noqa: TID251 - the machine's own
        new.replace(self.clock)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        self.started += 1
        command = f"worker --concurrency 2 --without-gossip --without-mingle --hostname w{self.started}@soak"
        return self._celery("worker", *command.split())

    def start_beat(self) -> None:
        (self.folder / "beat").unlink(missing_ok=True)
        self.beat = self._celery("beat", "beat", "--schedule", str(self.folder / "beat"), "--pidfile=")

    def _celery(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "-A", "tests.soak.worker", *arguments]
        return spawn(command, env=self.env, output=self.folder / f"{name}.log")

    def keep_alive(self) -> None:
        """As the launcher or the machine's own supervisor would."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        self.workers = alive + [self.start_worker() for _ in range(WORKERS - len(alive))]
        if self.beat is None or self.beat.poll() is not None:
            self.start_beat()
        if self.broker is None or self.broker.poll() is not None:
            self.broker = self.valkey.start()

    # --- killing ---

    def kill_something(self) -> None:
        what = self.chance.choices(("worker", "process of the worker", "broker"), weights=(30, 35, 35))[0]
        if what == "broker" and self.broker:
            self.broker.kill()
            self.broker.wait()
        elif what == "worker":
            worker = self.chance.choice(self.workers)
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        else:
            children = [child for worker in self.workers for child in children_of(worker.pid)]
            if not children:
                return
            with suppress(ProcessLookupError):
                os.kill(self.chance.choice(children), signal.SIGKILL)
        self.kills[what] += 1

    def stop(self) -> None:
        for process in (*self.workers, self.beat, self.broker, self.postgres):
            if process and process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL if process is not self.postgres else signal.SIGINT)
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


# --- the story ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    case: int
    last_day: date

    def told(self) -> list[tuple[datetime, str]]:
        """When what is told of this paper, counted by hand: 08.00 that many days before, and at the midnight after."""
        days = [
            (datetime.combine(self.last_day - timedelta(days=n), datetime.min.time(), STOCKHOLM).replace(hour=8), kind)
            for n, kind in DAYS_BEFORE.items()
        ]
        after = datetime.combine(self.last_day + timedelta(days=1), datetime.min.time(), STOCKHOLM)
        return [(at, kind) for at, kind in days if at > SIGNED] + [(after, "consent_expired")]


def seed_story(papers: int, *, days: int) -> tuple[list[Paper], dict[str, int], int]:
    """Cases of Kim's with Lovisa as lots, each with a paper; they end on `days` different days.

    Returns: the papers, name → assignment, and the kommun.
    """
    from consent import actions as consent_actions
    from consent.actions import RecipientChoice
    from hub import actions as hub_actions
    from hub.models import MailPreference, Municipality
    from hub.tenancy import in_kommun, set_context
    from tests.cast import YES, fill_period, mask, organise, person

    stockholm = Municipality.objects.get(code="0180")
    Municipality.objects.filter(pk=stockholm.pk).update(consent_max_months=24)
    with in_kommun(stockholm.pk):
        world = organise()
        set_context(municipality_id=stockholm.pk)
        for name, mode in (("kim", "now"), ("lovisa", "daily")):
            for group in ("reminder", "party", "stop", "other"):
                MailPreference.objects.create(user=world.members[name].user, group=group, mode=mode)
    made = []
    for number in range(papers):
        last_day = FIRST_LAST_DAY + timedelta(days=number % days)
        with in_kommun(stockholm.pk):
            kim = world.kim.actor
            youth = hub_actions.register_individual(
                person("Soak", f"Prov{number}", date(2010, 1, 2)), by=kim, at=SIGNED
            )
            case = hub_actions.open_case(youth, form="MASH", phase="insats", by=kim, at=SIGNED, newly_registered=True)
            hub_actions.replace_lead(case, kind="lots", assignment=world.lovisa.assignment, by=kim, at=SIGNED)
            consent_actions.assess_maturity(youth, level="decides_alone", why="Prov", by=kim, at=SIGNED)
            session = consent_actions.start_session(case, by=kim, at=SIGNED)
            facts: dict[str, Any] = {"by": kim, "at": SIGNED}
            session = consent_actions.save_purpose(
                session,
                purpose="Prov",
                disclosing=[world.school],
                court_requirement="",
                row_version=session.row_version,
                **facts,
            )
            choice = {world.social.pk: RecipientChoice(types=mask("attendance"), purpose="Prov")}
            session = consent_actions.save_matrix(
                session.consents.get(), choice, row_version=session.row_version, **facts
            )
            session = fill_period(session, SIGNED.date(), last_day, **facts)
            consent_actions.save_answer(session, youth.person, "youth", YES, **facts)
            consent_actions.register_session(session, row_version=session.row_version, **facts)
            made.append(Paper(case.pk, last_day))
    leads = {name: world.members[name].assignment.pk for name in ("kim", "lovisa")}
    return made, leads, stockholm.pk


def waves(papers: list[Paper]) -> list[datetime]:
    """The instants at which something is to be told, in order."""
    return sorted({at for paper in papers for at, _kind in paper.told()})


# --- the trial ---------------------------------------------------------------------------------------------------


def trial(stage: Stage, instants: list[datetime], kills: int, until: float) -> None:
    """Wind the clock through the instants; kill at random points of each one's work, the kills spread over all.

    After the monotonic instant `until` nothing more is killed: the rest of the story runs in peace.
    """
    shares = [kills * (n + 1) // len(instants) - kills * n // len(instants) for n in range(len(instants))]
    for number, (instant, share) in enumerate(zip(instants, shares, strict=True)):
        stage.wind(instant)
        for _ in range(share if time.monotonic() < until else 0):
            time.sleep(stage.chance.uniform(0, WITHIN))
            stage.kill_something()
            stage.keep_alive()
        wait_until(lambda: due_left() == 0, 30, stage)
        if number % 10 == 0:
            done = sum(stage.kills.values())
            print(f"  {number}/{len(instants)} tillfällen, {done} avbrott, {dict(mail_states())}", flush=True)


def due_left() -> int:
    from hub.models import Deadline

    from .worker import wound

    return Deadline.objects.due(at=wound()).count()


def mail_states() -> Counter[str]:
    from hub.models import Outbox

    return Counter(Outbox.objects.values_list("state", flat=True))


def wait_until(done: Callable[[], bool], seconds: float, stage: Stage) -> bool:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        stage.keep_alive()
        time.sleep(0.1)
    return True


def settled() -> bool:
    states = mail_states()
    return not (states["waiting"] or states["sending"])


def judge(
    papers: list[Paper], leads: dict[str, int], kommun: int, accepted: Counter[str]
) -> tuple[list[str], dict[str, int]]:
    """What is wrong, and the figures."""
    from hub.models import Notification, Outbox
    from hub.tenancy import in_kommun

    wanted = Counter(
        (assignment, kind, paper.case)
        for paper in papers
        for _at, kind in paper.told()
        for assignment in leads.values()
    )
    with in_kommun(kommun):
        told = Counter(
            Notification.objects.filter(kind__startswith="consent_expire").values_list("assignment", "kind", "case")
        )
        occasions = set(
            Notification.objects.filter(kind__startswith="consent_expire").values_list("assignment__user", "occasion")
        )
    mails = list(Outbox.objects.filter(channel="mail"))
    laid = {(mail.user_id, mail.occasion) for mail in mails}
    by_state = Counter(mail.state for mail in mails)

    def arrived(mail: Any) -> int:
        return sum(n for name, n in accepted.items() if str(mail.ref) in name)

    wrong = []
    if missing := wanted - told:
        wrong.append(f"{sum(missing.values())} meddelanden i hubben saknas")
    if surplus := told - wanted:
        wrong.append(f"{sum(surplus.values())} meddelanden i hubben är för många")
    if occasions - laid:
        wrong.append(f"{len(occasions - laid)} meddelanden saknar mejl i utlådan")
    doubled = [name for name, n in accepted.items() if n > 1]
    if doubled:
        wrong.append(f"{len(doubled)} mejl kom fram två gånger utan att någon bad om det")
    if lost := [m.pk for m in mails if m.state == "sent" and arrived(m) != 1]:
        wrong.append(f"{len(lost)} mejl står som skickade men togs inte emot en gång")
    if told_twice := [m.pk for m in mails if m.state in ("waiting", "gathered", "cancelled") and arrived(m)]:
        wrong.append(f"{len(told_twice)} mejl togs emot men står inte så")
    figures = {
        "meddelanden i hubben som skulle finnas": sum(wanted.values()),
        "meddelanden i hubben som finns, en gång vardera": sum((told & wanted).values()),
        "mejl i utlådan": len(mails),
        "mejl: skickade, mottagna en gång": by_state["sent"],
        "mejl: samlade i ett dagligt mejl": by_state["gathered"],
        "mejl: osäkra (sändningen avbröts)": by_state["uncertain"],
        "mejl: osäkra som hade kommit fram": sum(arrived(m) == 1 for m in mails if m.state == "uncertain"),
        "mejl: misslyckade": by_state["failed"],
    }
    return wrong, figures


def send_again(leads: dict[str, int], kommun: int) -> int:
    """As an administrator would: press "skicka igen" at everything that is uncertain or failed."""
    from hub import outbox
    from hub.access import Actor
    from hub.models import TROUBLE, Assignment, Outbox
    from hub.tenancy import in_kommun

    from .worker import wound

    ada = Assignment.objects.select_related("user", "unit__agency").get(user__email="ada@example.se")
    pressed = 0
    with in_kommun(kommun):
        for mail in Outbox.objects.filter(state__in=TROUBLE):
            outbox.resend(mail, by=Actor.acting_under(ada, municipality_id=kommun), at=wound())
            pressed += 1
    return pressed


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--papers", type=int, default=400)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=60, help="nothing is killed after this")
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    stage = Stage(runtime_folder("soak"), asked.seed)
    started = time.monotonic()
    try:
        stage.prepare()
        import django

        django.setup()
        return run(stage, asked, started)
    finally:
        stage.stop()


def run(stage: Stage, asked: argparse.Namespace, started: float) -> int:
    from tests.soak.sink import Sink, serve

    print("Bygger samtycken …", flush=True)
    papers, leads, kommun = seed_story(asked.papers, days=max(4, min(asked.papers, asked.kills // 5)))
    sink = Sink(asked.seed)
    controller = serve(sink, stage.mail_port)
    stage.wind(SIGNED + timedelta(hours=1))
    stage.keep_alive()
    instants = waves(papers)
    print(f"{len(papers)} samtycken, {len(instants)} tillfällen, {asked.kills} avbrott", flush=True)
    trial(stage, instants, asked.kills, started + asked.minutes * 60)
    last = instants[-1] + timedelta(days=4)
    stage.wind(last)
    calm = wait_until(settled, SETTLE_SECONDS, stage)
    wrong, figures = judge(papers, leads, kommun, sink.accepted)
    if not calm:
        wrong.append("utlådan blev aldrig tom")
    before = Counter(sink.accepted)
    pressed = send_again(leads, kommun)
    if not wait_until(settled, SETTLE_SECONDS, stage):
        wrong.append("det som skickades igen kom aldrig iväg")
    after = mail_states()
    if after["uncertain"] or after["failed"]:
        wrong.append("något är osäkert eller misslyckat också efter att ha skickats igen")
    figures |= {"mejl: skickade igen av en människa, mottagna": sum((sink.accepted - before).values())}
    if sum((sink.accepted - before).values()) != pressed:
        wrong.append(f"{pressed} skickades igen, {sum((sink.accepted - before).values())} togs emot")
    controller.stop()
    report(stage, asked, figures, wrong, sink.turned_away, time.monotonic() - started)
    return 1 if wrong else 0


def report(
    stage: Stage, asked: argparse.Namespace, figures: dict[str, int], wrong: list[str], later: int, seconds: float
) -> None:
    rows = {f"kill -9: {what}": number for what, number in sorted(stage.kills.items())}
    rows |= {"kill -9: tillsammans": sum(stage.kills.values()), "mejl som servern bad vänta med": later} | figures
    table = "\n".join(["| vad | antal |", "|---|---:|", *(f"| {what} | {number} |" for what, number in rows.items())])
    verdict = "Inget fel." if not wrong else "FEL: " + "; ".join(wrong)
    print(f"\n{table}\n\n{verdict} ({seconds / 60:.0f} minuter)", flush=True)
    (stage.folder / "result.md").write_text(f"{table}\n\n{verdict}\n")


if __name__ == "__main__":
    sys.exit(main())
