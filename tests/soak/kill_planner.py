"""Part of `make soak`: a worker that makes a proposal of meeting times is killed with -9 in the middle of the search.

Two workers of two processes each; at a random moment of the search, which the claim in the row tells of, whole workers
or all their processes are killed outright. After a minute of silence the row must be taken over by another claim,
finished once, and hold each case once. In the last round whoever takes over is killed too: then the proposal is given
up, without a meeting. Afterwards nothing may come late.

    python -m tests.soak.kill_planner [--rounds 5] [--cases 40] [--seed 1]
"""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from deploy.embedded import runtime_folder
from tests.soak.kill_reminders import Stage, children_of

if TYPE_CHECKING:
    from bench.planning_rows import Made

#: Into the search when the worker is killed: it has read, and has not stored.
INTO = (0.3, 4.0)  # seconds
#: A worker not heard of for a minute is gone; then comes the search, on a machine that may be busy.
TAKEN_OVER, FINISHED = 150.0, 240.0  # seconds


def wait(done: Callable[[], Any], seconds: float, stage: Stage) -> Any:
    until = time.monotonic() + seconds
    while not (found := done()):
        if time.monotonic() > until:
            return None
        stage.keep_alive()
        time.sleep(0.05)
    return found


class Trial:
    """Cases that fall due, and one proposal after the other."""

    def __init__(self, stage: Stage, cases: int) -> None:
        from bench.planning_rows import ASKED, fill

        self.stage, self.now = stage, ASKED
        self.made: Made = fill(cases=cases, professionals=6 * cases // 2, busy=0.2)
        self.figures: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.seconds: list[float] = []

    def row(self) -> Any:
        """The latest proposal, as it stands."""
        from hub.tenancy import in_kommun
        from meetings.models import Proposal

        with in_kommun(self.made.municipality_id):
            return Proposal.objects.order_by("-pk").first()

    def ask(self) -> None:
        from datetime import timedelta

        from bench.planning_cases import MONDAY
        from hub.access import Actor
        from hub.models import Assignment
        from hub.tenancy import in_kommun
        from meetings import actions
        from tests.soak.worker import wound

        kommun = self.made.municipality_id
        with in_kommun(kommun):
            who = Assignment.objects.select_related("user", "unit__agency").get(pk=self.made.planner.pk)
            actions.ask_for_proposal(
                first_day=MONDAY,
                last_day=MONDAY + timedelta(days=27),
                minutes=60,
                officials_minutes=15,
                by=Actor.acting_under(who, municipality_id=kommun),
                at=wound(),
            )
        self.figures["förslag"] += 1

    def begun(self, attempts: int) -> Any:
        found = self.row()
        return found if found.state == "running" and found.attempts == attempts else None

    def kill(self) -> None:
        """Every worker, or every process of theirs: which one has the claim stands nowhere."""
        time.sleep(self.stage.chance.uniform(*INTO))
        whole = self.stage.chance.random() < 0.5
        for worker in self.stage.workers:
            for pid in (*children_of(worker.pid), *([worker.pid] if whole else ())):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if whole:
                worker.wait()
        self.figures[f"kill -9 mitt i sökningen: {'hela arbetare' if whole else 'deras processer'}"] += 1

    def round(self, *, twice: bool) -> None:
        """One proposal whose maker is killed; `twice`: also the one that takes over."""
        self.ask()
        if not (first := wait(lambda: self.begun(1), 60, self.stage)):
            return self.wrong.append("ingen arbetare tog förslaget")
        self.kill()
        killed_at = time.monotonic()
        held = self.row()
        if held.state != "running" or held.worker != first.worker:
            # It was finished before the blow fell: nothing is taken over, and nothing may be doubled.
            self.figures["klart innan slaget föll"] += 1
            return self.judge(held, first, taken_over=False)
        if not (second := wait(lambda: self.begun(2), TAKEN_OVER, self.stage)):
            return self.wrong.append("förslaget togs aldrig över")
        self.seconds.append(time.monotonic() - killed_at)
        if second.worker == first.worker:
            self.wrong.append("den som tog över var den som dött")
        self.figures["övertagna av en annan"] += 1
        if twice:
            self.kill()
            gone = wait(lambda: self.row() if self.row().state == "failed" else None, TAKEN_OVER, self.stage)
            if gone is None:
                return self.wrong.append("ett förslag vars två arbetare dött gavs aldrig upp")
            self.figures["uppgivna när också den andra dött"] += 1
            return self.judge(gone, first, taken_over=True)
        done = wait(lambda: self.row() if self.row().state == "ready" else None, FINISHED, self.stage)
        if done is None:
            return self.wrong.append(f"förslaget blev aldrig klart ({self.row().state})")
        self.figures["klara efter övertagandet"] += 1
        return self.judge(done, second, taken_over=True)

    def judge(self, done: Any, maker: Any, *, taken_over: bool) -> None:
        """Each case once, and by who had the claim last."""
        from hub.tenancy import in_kommun
        from meetings.models import ProposedMeeting

        with in_kommun(self.made.municipality_id):
            rows = Counter(ProposedMeeting.objects.filter(proposal=done).values_list("case", flat=True))
        if done.state == "failed":
            if rows:
                self.wrong.append("ett uppgivet förslag har möten")
            return
        if len(rows) != done.total or set(rows.values()) - {1}:
            self.wrong.append(f"{sum(rows.values())} rader för {done.total} ärenden")
        if taken_over and done.worker != maker.worker:
            self.wrong.append("klart av någon som inte hade det")
        self.figures["möten i förslagen, en gång vardera"] += sum(n == 1 for n in rows.values())
        self.figures["ärenden som skulle planeras"] += done.total


def run(stage: Stage, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    trial = Trial(stage, asked.cases)
    stage.wind(trial.now)
    stage.keep_alive()
    for number in range(1, asked.rounds + 1):
        trial.round(twice=number == asked.rounds)
        print(f"  {number}/{asked.rounds}: {trial.row().state}, {dict(trial.figures)}", flush=True)
        if trial.wrong:
            break
    settle(trial, stage)
    rows = dict(trial.figures)
    if trial.seconds:
        rows["sekunder till övertagandet, högst"] = round(max(trial.seconds))
    table = "\n".join(["| vad | antal |", "|---|---:|", *(f"| {what} | {number} |" for what, number in rows.items())])
    verdict = "Inget fel." if not trial.wrong else "FEL: " + "; ".join(trial.wrong)
    print(f"\n{table}\n\n{verdict} ({(time.monotonic() - began) / 60:.0f} minuter)", flush=True)
    (stage.folder / "result.md").write_text(f"{table}\n\n{verdict}\n")
    return 1 if trial.wrong else 0


def settle(trial: Trial, stage: Stage) -> None:
    """Some seconds more: whatever could come late and twice has come. No proposal may have changed."""
    from hub.tenancy import in_kommun
    from meetings.models import Proposal, ProposedMeeting

    def seen() -> tuple[Any, ...]:
        with in_kommun(trial.made.municipality_id):
            states = tuple(Proposal.objects.order_by("pk").values_list("state", "attempts", "state_at"))
            return (*states, ProposedMeeting.objects.count())

    before = seen()
    wait(lambda: None, 10, stage)
    if seen() != before:
        trial.wrong.append("något kom sent")


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--cases", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.environ |= {"SOAK_REBUILD": "3600", "SOAK_PLANNER": "1"}
    stage = Stage(runtime_folder("soak-planner"), asked.seed)
    try:
        stage.prepare()
        import django

        django.setup()
        return run(stage, asked)
    finally:
        stage.stop()


if __name__ == "__main__":
    sys.exit(main())
