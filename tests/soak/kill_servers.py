"""Kill -9 under a running platform, in the middle of a signing and of a withdrawal (P-Q3).

    python -m tests.soak.kill_servers [--times 10] [--port 8170] [--seed 1] [--only database,worker,broker,web]

Starts the platform as `make run` does, with servers and a demo of its own. Per kill: a new youth with a paper ready to
be registered, the form sent over HTTP, the process killed at a random point of the answer. When the launcher has
brought it back: is all of it there or none of it, was the user told, and does the same form sent again lead to exactly
one of everything? Ends with an error if one answer is no. Linux only; some minutes, so not part of `make test`.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from deploy.embedded import CHECKOUT
from deploy.launcher import DATABASE, Launcher
from tests.soak.browser import Answer, Browser

NAME = "soak"
SERVE = (
    "import sys; from deploy import launcher; launcher.MAX_DEATHS_PER_MINUTE = 1000; sys.exit(launcher.main('{name}'))"
)
WARM_UP = 3
BACK_SECONDS = 90
TOLD = "antingen helt sparat eller inte sparat alls"

#: What must change together, of one youth (%(youth)s), her case (%(case)s) and the form's key (%(key)s).
FACTS = {
    "signing": """
        SELECT (SELECT state FROM consent_signingsession WHERE case_id = %(case)s),
               (SELECT count(*) FROM consent_consent WHERE case_id = %(case)s AND upper(effective) > %(at)s),
               (SELECT count(*) FROM consent_grant WHERE individual_id = %(youth)s AND upper(period) > %(at)s),
               (SELECT count(*) FROM hub_participation WHERE case_id = %(case)s AND active_from <= %(at)s),
               (SELECT count(*) FROM hub_notification WHERE case_id = %(case)s AND kind = 'party_active'),
               (SELECT count(*) FROM hub_auditentry WHERE individual_ids @> ARRAY[%(youth)s::bigint]
                   AND action IN ('consent.registered', 'consent.completed')),
               (SELECT count(*) FROM hub_submission WHERE key = %(key)s)""",
    "withdrawal": """
        SELECT (SELECT count(*) FROM consent_withdrawal w JOIN consent_consent c ON c.id = w.consent_id
                   WHERE c.case_id = %(case)s),
               (SELECT count(*) FROM consent_consent WHERE case_id = %(case)s AND upper(effective) > %(at)s),
               (SELECT count(*) FROM consent_grant WHERE individual_id = %(youth)s AND upper(period) > %(at)s),
               (SELECT count(*) FROM hub_auditentry WHERE individual_ids @> ARRAY[%(youth)s::bigint]
                   AND action IN ('consent.stopped', 'consent.withdrawn')),
               (SELECT count(*) FROM hub_submission WHERE key = %(key)s)""",
}


@dataclass
class Tally:
    """What came out of the kills of one process during one deed."""

    answers: Counter[str] = field(default_factory=Counter)
    nothing: int = 0
    everything: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


class Platform:
    """`make run` with servers of its own, and the ids of its processes."""

    def __init__(self, port: int) -> None:
        self.launcher = Launcher(NAME)
        self.launcher.prepare_environment()
        self.launcher.use_embedded_database()
        self.launcher.env["REDIS_URL"] = self.launcher.valkey.url
        self.port = port
        self.log = self.launcher.folder / "log" / "launcher.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.killed: set[int] = set()

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")} | {"PORT": str(self.port)}
        with self.log.open("wb") as log:
            command = [sys.executable, "-c", SERVE.format(name=NAME)]
            self.process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=log, stderr=subprocess.STDOUT)
        wait("the platform", lambda: "Stoppa:" in self.log.read_text(), 600, self.process)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def pids(self, target: str) -> list[int]:
        """The processes to kill at once: the one the launcher started, and all below it."""
        assert self.process is not None
        mark = {"database": "/postgres -D", "broker": "valkey-server", "worker": "config worker", "web": "granian"}
        listing = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], stdout=subprocess.PIPE, text=True, check=True)
        rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
        family = [int(p) for p, parent, args in rows if int(parent) == self.process.pid and mark[target] in args]
        for pid in family:
            family += [int(p) for p, parent, _ in rows if int(parent) == pid]
        return family

    def kill(self, target: str) -> None:
        self.killed = set(self.pids(target))
        for pid in self.killed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def has_new(self, target: str) -> bool:
        """Whether the launcher has started the killed process again."""
        pids = set(self.pids(target))
        return bool(pids) and not pids & self.killed

    def facts(self, deed: str, names: dict[str, object]) -> tuple[object, ...]:
        """What the database says, seen by its superuser: no wall hides a row."""
        with self.launcher.postgres.connect(DATABASE) as connection:
            row = connection.execute(FACTS[deed], names).fetchone()
        return tuple(row or ())


def wait(what: str, ready: Callable[[], bool], seconds: float, process: "subprocess.Popen[bytes] | None") -> float:
    """Wait until `ready`; returns the seconds it took.

    Raises:
        SystemExit: the launcher ended, or it took too long.
    """
    begun = time.monotonic()
    while not ready():
        if process is not None and process.poll() is not None:
            sys.exit(f"The launcher ended (code {process.returncode}) while waiting for {what}.")
        if time.monotonic() - begun > seconds:
            sys.exit(f"{what} did not come within {seconds:.0f} s.")
        time.sleep(0.1)
    return time.monotonic() - begun


class Trial:
    """One deed on one youth's paper: the form as it stands, and what the database says before and after."""

    def __init__(self, platform: Platform, browser: Browser, deed: str, way: str, paper: Any) -> None:
        self.platform, self.deed = platform, deed
        self.browser = browser
        self.address, self.form = browser.form_of(paper, way)
        self.names = {"youth": paper.youth, "case": paper.case, "key": self.form["once"][0], "at": paper.later}
        self.before = self.facts()

    def facts(self) -> tuple[object, ...]:
        return self.platform.facts(self.deed, self.names)

    def send(self) -> Answer:
        return self.browser.post(self.address, self.form)

    def send_until_done(self) -> bool:
        """As the page says: go back, send once more. Whether it led to the deed."""
        for _ in range(30):
            if self.send().status == 302:
                return True
            time.sleep(1)
        return False


def killed_in_the_middle(trial: Trial, target: str, after: float, wanted: tuple[object, ...], tally: Tally) -> None:
    """Send the form, kill `target` after so many seconds, judge what is left, send again, judge once more."""
    killer = threading.Timer(after, trial.platform.kill, [target])
    killer.start()
    answer = trial.send()
    killer.join()
    platform, browser = trial.platform, trial.browser
    back = wait(
        f"{target} to come back",
        lambda: platform.has_new(target) and browser.is_ready(target),
        BACK_SECONDS,
        platform.process,
    )
    left = trial.facts()
    kind = "done" if answer.status == 302 else "told" if answer.status == 503 and TOLD in answer.text else "cut off"
    if kind == "cut off" and (answer.status or target != "web"):
        tally.faults.append(f"the user got {answer.status or 'no answer'}: {answer.text[:80]!r}")
    if left not in (trial.before, wanted):
        tally.faults.append(f"half: {left}, between {trial.before} and {wanted}")
    if kind == "done" and left != wanted:
        tally.faults.append(f"lost after the user saw it done: {left}")
    if not trial.send_until_done() or trial.facts() != wanted:
        tally.faults.append(f"sent again: {trial.facts()}, not {wanted}")
    tally.answers[kind] += 1
    tally.nothing += left == trial.before
    tally.everything += left == wanted
    tally.slowest = max(tally.slowest, back)


WAYS = {"signing": ("register",), "withdrawal": ("stop", "withdraw")}


def measure(deed: str, way: str, make: Callable[[str, str], Trial]) -> tuple[float, tuple[object, ...]]:
    """Undisturbed: how long the answer takes, and what the database says afterwards."""
    seconds, facts = [], set()
    for _ in range(WARM_UP):
        trial, begun = make(deed, way), time.monotonic()
        if (answer := trial.send()).status != 302:
            sys.exit(f"{deed} does not work undisturbed: {answer.status} {answer.text[:400]}")
        seconds.append(time.monotonic() - begun)
        facts.add(trial.facts())
    if len(facts) != 1:
        sys.exit(f"{deed} differs from time to time: {facts}")
    return median(seconds), facts.pop()


def run(platform: Platform, times: int, targets: list[str], chance: random.Random) -> dict[tuple[str, str], Tally]:
    """Every target, every deed, so many times."""
    from tests.soak.papers import Desk  # needs the environment that the platform made

    desk, browser = Desk(), Browser(platform.port)
    browser.sign_in(desk.email)

    def make(deed: str, way: str) -> Trial:
        return Trial(platform, browser, deed, way, desk.paper(registered=deed == "withdrawal"))

    normal = {(deed, way): measure(deed, way, make) for deed, ways in WAYS.items() for way in ways}
    tallies: dict[tuple[str, str], Tally] = {}
    for target in targets:
        for deed, ways in WAYS.items():
            tally = tallies.setdefault((target, deed), Tally())
            for number in range(times):
                way = ways[number % len(ways)]
                seconds, wanted = normal[deed, way]
                killed_in_the_middle(make(deed, way), target, chance.uniform(0, 1.1 * seconds), wanted, tally)
            print(target, deed, line(tally), flush=True)
    wait("everything to be ready", lambda: browser.is_ready("worker"), BACK_SECONDS, platform.process)
    return tallies


def line(tally: Tally) -> str:
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(tally.answers.items()))
    return (
        f"| {told} | nothing {tally.nothing}, everything {tally.everything} | back in {tally.slowest:.1f} s at most"
        f" | faults {len(tally.faults)}"
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=10, help="kills per process and deed")
    options.add_argument("--port", type=int, default=8170)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="database,worker,broker,web")
    chosen = options.parse_args()
    platform = Platform(chosen.port)
    try:
        platform.start()
        os.environ.update(platform.launcher.env)
        tallies = run(platform, chosen.times, chosen.only.split(","), random.Random(chosen.seed))
    finally:
        platform.stop()
    faults = [f"{target}, {deed}: {fault}" for (target, deed), tally in tallies.items() for fault in tally.faults]
    print("\n".join(faults) or "All of it or none of it, every time, and the user was told.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
