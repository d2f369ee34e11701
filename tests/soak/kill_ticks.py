"""Part of `make soak`: ten thousand clocks fall due at once while workers are killed with -9; each is told once.

Two workers of two processes each handle ten thousand red concerns whose four hours are up at the same instant, with
the product's own kinds and facts. At random moments a whole worker, one of its processes, or the broker is killed and
started again. Then the mail: half-time of some orange concerns, whose mail must arrive at least once, each with one
Message-ID of its own, however often the sender is killed.

    python -m tests.soak.kill_ticks [--clocks 10000] [--mails 150] [--seed 1] [--minutes 15]
"""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from deploy.embedded import runtime_folder
from tests.soak.kill_reminders import Stage, due_left, mail_states, settled, wait_until

#: Between two kills: a worker that starts again must get a word in.
APART = (1.0, 7.0)  # seconds
CHUNK = 500
#: Who hears that Röd is up, in office hours; and who is asked about lex Sarah.
TOLD = {"red_100": ("ines", "ivar", "maja"), "lex_sarah_red": ("ines", "maja")}


class Trial:
    """The world, and the concerns in it."""

    def __init__(self) -> None:
        from hub.models import Municipality
        from hub.tenancy import in_kommun
        from tests.cast import NOW, organise
        from tests.concerns import arrange

        self.kommun = Municipality.objects.get(code="0180").pk
        self.arrived = NOW
        with in_kommun(self.kommun):
            self.world = organise()
            arrange(self.world)
        self.made = 0

    def concerns(self, number: int, colour: str, arrived_at: datetime) -> list[str]:
        """So many concerns of that colour, all arrived at the same instant; returns their numbers."""
        from hub.tenancy import in_kommun

        numbers = []
        for start in range(0, number, CHUNK):
            with in_kommun(self.kommun):
                numbers += self._chunk(min(CHUNK, number - start), colour, arrived_at)
        return numbers

    def _chunk(self, number: int, colour: str, arrived_at: datetime) -> list[str]:
        from hub.deadlines import keep
        from triage.models import ConcernReport, PreliminaryAssessment, Reporter

        world = self.world
        unit = world.ines.assignment.unit
        reports = ConcernReport.objects.bulk_create(
            ConcernReport(
                municipality_id=self.kommun,
                number=f"O-2026-{self.made + n:05}",
                agency=world.social,
                unit=unit,
                arrived_at=arrived_at,
                channel="phone",
                facts="Prov",
            )
            for n in range(1, number + 1)
        )
        self.made += number
        Reporter.objects.bulk_create(
            Reporter(municipality_id=self.kommun, report=report, category="school") for report in reports
        )
        children = PreliminaryAssessment.objects.bulk_create(
            PreliminaryAssessment(
                municipality_id=self.kommun,
                report=report,
                position=1,
                about="Prov",
                unit=unit,
                owner=world.ines.assignment,
                deputy=world.ivar.assignment,
                colour=colour,
            )
            for report in reports
        )
        keep(colour, [child.pk for child in children], at=arrived_at)
        return [report.number for report in reports]


def kill_until(stage: Stage, done: Any, until: float) -> bool:
    """Kill something every few seconds until `done`; after the monotonic instant `until` it goes on in peace."""
    next_kill, next_word = time.monotonic() + stage.chance.uniform(*APART), 0.0
    while not done():
        stage.keep_alive()
        if next_kill < time.monotonic() < until:
            stage.kill_something()
            next_kill = time.monotonic() + stage.chance.uniform(*APART)
        if time.monotonic() > next_word:
            next_word = time.monotonic() + 20
            print(
                f"  {due_left()} klockor kvar, {sum(stage.kills.values())} avbrott, {dict(mail_states())}", flush=True
            )
        if time.monotonic() > until + 600:
            return False
        time.sleep(0.1)
    return True


def judge_told(trial: Trial, numbers: list[str]) -> tuple[list[str], dict[str, int]]:
    from hub.models import AuditEntry, Deadline, Notification
    from hub.tenancy import in_kommun

    members = trial.world.members
    wanted = Counter(
        (members[name].assignment.pk, kind, number)
        for number in numbers
        for kind, names in TOLD.items()
        for name in names
    )
    with in_kommun(trial.kommun):
        told = Counter(
            Notification.objects.filter(kind__in=TOLD).values_list("assignment", "kind", "reference").iterator()
        )
        logged = AuditEntry.objects.filter(action="deadline.told", detail__kind="red")
        deeds = Counter(str(seen) for seen in logged.values_list("objects_seen", flat=True).iterator())
    rows = Deadline.objects.filter(kind="red")
    wrong = []
    if missing := wanted - told:
        wrong.append(f"{sum(missing.values())} meddelanden saknas")
    if surplus := told - wanted:
        wrong.append(f"{sum(surplus.values())} meddelanden är för många")
    if left := rows.open().count():
        wrong.append(f"{left} klockor är inte hanterade")
    if len(deeds) != len(numbers) or set(deeds.values()) != {1}:
        wrong.append("en klocka står inte en gång i loggen")
    return wrong, {
        "klockor som föll ut på samma gång": len(numbers),
        "klockor hanterade": rows.filter(breached_at__isnull=False).count(),
        "klockor hanterade, en gång vardera i loggen": sum(n == 1 for n in deeds.values()),
        "meddelanden som skulle finnas": sum(wanted.values()),
        "meddelanden som finns, en gång vardera": sum((told & wanted).values()),
    }


def judge_mail(accepted: Counter[str]) -> tuple[list[str], dict[str, int]]:
    from hub.models import Outbox

    mails = list(Outbox.objects.filter(kind__startswith="orange_"))
    arrived = {mail.pk: sum(n for name, n in accepted.items() if str(mail.ref) in name) for mail in mails}
    wrong = []
    if lost := [pk for pk, times in arrived.items() if times < 1]:
        wrong.append(f"{len(lost)} mejl om fara kom aldrig fram")
    if odd := [mail.pk for mail in mails if mail.state != "sent"]:
        wrong.append(f"{len(odd)} mejl om fara står inte som skickade")
    if len(accepted) != len(mails):
        wrong.append(f"{len(accepted)} olika Message-ID för {len(mails)} mejl")
    return wrong, {
        "mejl om fara": len(mails),
        "mejl om fara, mottagna minst en gång": sum(times >= 1 for times in arrived.values()),
        "mejl om fara, mottagna två gånger med samma Message-ID": sum(times > 1 for times in arrived.values()),
        "mejl om fara, försök i allt": sum(mail.attempts for mail in mails),
    }


def run(stage: Stage, asked: argparse.Namespace) -> int:
    from tests.soak.sink import Sink, serve

    began = time.monotonic()
    until = began + asked.minutes * 60
    trial = Trial()
    print(f"Bygger {asked.clocks} anmälningar …", flush=True)
    numbers = trial.concerns(asked.clocks, "red", trial.arrived)
    due = trial.arrived + timedelta(hours=4)
    mail_to = stage.env.pop("EMAIL_URL")  # first the messages alone: three for each clock, and two about lex Sarah
    stage.wind(due)
    handled_from = time.monotonic()
    stage.keep_alive()
    calm = kill_until(stage, lambda: due_left() == 0, until)
    handling = time.monotonic() - handled_from
    wrong, figures = judge_told(trial, numbers)
    figures["sekunder från det att de föll ut"] = round(handling)
    if not calm:
        wrong.append("klockorna blev aldrig hanterade")
    kills = sum(stage.kills.values())

    sink = Sink(asked.seed)
    controller = serve(sink, stage.mail_port)
    stage.env["EMAIL_URL"] = mail_to
    for worker in stage.workers:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    half = trial.arrived + timedelta(hours=30)
    trial.concerns(asked.mails, "orange", half - timedelta(hours=6))
    stage.wind(half)
    stage.keep_alive()
    laid = wait_until(lambda: sum(mail_states().values()) >= asked.mails, 120, stage)
    calm = kill_until(stage, settled, min(until, time.monotonic() + 90))
    controller.stop()
    bad, mail = judge_mail(sink.accepted)
    wrong += bad + ([] if laid and calm else ["utlådan blev aldrig tom"])
    figures |= mail | {"kill -9 under utskicket": sum(stage.kills.values()) - kills}
    report(stage, figures, wrong, time.monotonic() - began)
    return 1 if wrong else 0


def report(stage: Stage, figures: dict[str, int], wrong: list[str], seconds: float) -> None:
    rows = {f"kill -9: {what}": number for what, number in sorted(stage.kills.items())} | figures
    table = "\n".join(["| vad | antal |", "|---|---:|", *(f"| {what} | {number} |" for what, number in rows.items())])
    verdict = "Inget fel." if not wrong else "FEL: " + "; ".join(wrong)
    print(f"\n{table}\n\n{verdict} ({seconds / 60:.0f} minuter)", flush=True)
    (stage.folder / "result.md").write_text(f"{table}\n\n{verdict}\n")


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--clocks", type=int, default=10_000)
    options.add_argument("--mails", type=int, default=150)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=15, help="nothing is killed after this")
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ["SOAK_REBUILD"] = "3600"
    stage = Stage(runtime_folder("soak-ticks"), asked.seed)
    try:
        stage.prepare()
        import django

        django.setup()
        return run(stage, asked)
    finally:
        stage.stop()


if __name__ == "__main__":
    sys.exit(main())
