"""Kill -9 under two people who write in a hub call, in real browsers: no typed character is lost, none stands twice.

    python -m tests.soak.kill_in_a_call [--rounds 2] [--port 8171] [--seed 1]

Starts the platform as `make run` does, with servers and a demo of its own. Ines and Sara sit in the demo's running call
and write in the joint text, word by word, and both put lines with a note on the map. In the middle of it the web, the
database, worker and broker, and all of them at once are killed, `--rounds` times each; both write on, press the button
while nothing answers, and press again as the page says. In the end the stored text and the map must hold every
word that was typed, once, in each writer's own order. Linux only; some minutes, so not part of `make test`.
"""

import argparse
import random
import re
import shutil
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from playwright.sync_api import Browser, Dialog, Error, Locator, Page, sync_playwright

from deploy.launcher import DATABASE
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.soak.browser import Browser as Probe
from tests.soak.kill_servers import BACK_SECONDS, Platform, wait

PARTS = ("web", "database", "worker", "broker")
TARGETS = {"web": PARTS[:1], "database": PARTS[1:2], "worker and broker": PARTS[2:], "everything": PARTS}
WRITERS = {"i": "ines@example.se", "s": "sara@example.se"}
WORDS = 6  # of each writer around a kill
KEY_MS = 30  # between two keys: a fast typist
SETTLED_SECONDS = 60
PRESSES = 40
CALL = "SELECT ref FROM triage_hubcall WHERE state = 'open' ORDER BY id LIMIT 1"
STORED = """
    SELECT child.text, child.text_version, ARRAY(
        SELECT note FROM triage_mapedge edge
        WHERE edge.assessment_id = child.assessment_id AND edge.removed_at IS NULL ORDER BY id)
    FROM triage_callchild child JOIN triage_hubcall call ON call.id = child.call_id
    WHERE call.state = 'open' AND child.spoken_from IS NOT NULL AND child.spoken_to IS NULL
    ORDER BY call.id LIMIT 1"""


@dataclass
class Stored:
    """What the database says, seen by its superuser."""

    text: str
    version: int
    notes: list[str]


def stored(platform: Platform) -> Stored:
    with platform.launcher.postgres.connect(DATABASE) as connection:
        row = connection.execute(STORED).fetchone()
    assert row is not None, "no child is spoken of"
    text, version, notes = row
    return Stored(str(text), int(str(version)), [str(note) for note in cast("list[object]", notes)])


@dataclass
class Tally:
    kills: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    told: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


class Writer:
    """One person at one window: what was typed, and what the page did with it."""

    def __init__(self, browser: Browser, base: str, mark: str, run: str, tally: Tally) -> None:
        self.mark, self.tally = f"{mark}{run}", tally
        self.words: list[str] = []
        self.notes: list[str] = []
        context = browser.new_context(locale="sv-SE", timezone_id="Europe/Stockholm")
        context.set_default_timeout(20_000)
        self.page: Page = context.new_page()
        self.page.on("dialog", self._asked)
        self.page.on("requestfailed", lambda _request: self._unanswered())
        self.page.goto(f"{base}/konto/logga-in/")
        self.page.locator(f'form:has(input[value="{WRITERS[mark]}"]) button').click()
        self.page.wait_for_url(re.compile("^(?!.*logga-in)"))

    def _asked(self, dialog: Dialog) -> None:
        """The browser asks before unsaved text is left: the page should have saved it."""
        self.tally.faults.append(f"{self.mark}: {dialog.type}")
        dialog.accept()

    def _unanswered(self) -> None:
        self.tally.unanswered += 1

    def enter(self, address: str) -> None:
        """Come in, and begin on a line of one's own."""
        self.page.goto(address)
        join = self.page.get_by_role("button", name="Gå med i hubben")
        if join.count():
            join.click()
        self.area.focus()
        self.page.keyboard.press("Control+End")
        self.area.press_sequentially(f"\n{self._word()}", delay=KEY_MS)

    @property
    def area(self) -> Locator:
        return self.page.locator("#id_text")

    def _word(self) -> str:
        self.words.append(f"{self.mark}{len(self.words):03}")
        return self.words[-1]

    def write(self) -> None:
        self.area.press_sequentially(f" {self._word()}", delay=KEY_MS)

    def back_in_the_text(self) -> None:
        """After the page was shown anew: on where one's own words end."""
        self.area.evaluate(
            "(area, word) => { area.focus(); const at = area.value.indexOf(word) + word.length;"
            " area.setSelectionRange(at, at); }",
            self.words[-1],
        )

    def note(self) -> None:
        """Type a line for the map; nothing is sent yet."""
        self.notes.append(f"{self.mark} anteckning {len(self.notes):03}")
        more = self.page.locator("details", has_text="Lägg till på kartan")
        if more.get_attribute("open") is None:
            more.locator("summary").click()
        more.locator("[name=label]").press_sequentially("granne", delay=KEY_MS)
        more.locator("[name=note]").press_sequentially(self.notes[-1], delay=KEY_MS)

    def press(self) -> None:
        self.page.get_by_role("button", name="Lägg till", exact=True).click(no_wait_after=True)

    def stands(self) -> bool:
        """Whether the page has been shown anew with the line on the map."""
        try:
            return self.page.locator("#karta table").get_by_text(self.notes[-1]).count() > 0
        except Error:  # in the middle of it
            return False

    def press_until_it_stands(self) -> None:
        for _ in range(PRESSES):
            if self.stands():
                return
            if not self.page.locator("#id_text").count():
                self.tally.faults.append(f"{self.mark}: the page is gone: {self.page.url}")
                self.page.reload()
                continue
            warning = self.page.locator("#connection-warning")
            self.tally.told += warning.is_visible()
            try:
                self.press()
            except Error:
                continue
            for _ in range(20):
                if self.stands():
                    return
                self.page.wait_for_timeout(150)
        self.tally.faults.append(f"{self.mark}: the line does not come on the map")


class Call:
    """The demo's running call with two writers in it."""

    def __init__(self, platform: Platform, browser: Browser, chance: random.Random, run: str) -> None:
        self.platform, self.chance, self.tally = platform, chance, Tally()
        self.probe = Probe(platform.port)
        with platform.launcher.postgres.connect(DATABASE) as connection:
            row = connection.execute(CALL).fetchone()
        assert row is not None, "the demo has no running call"
        base = f"http://localhost:{platform.port}"
        self.writers = [Writer(browser, base, mark, run, self.tally) for mark in WRITERS]
        for writer in self.writers:
            writer.enter(f"{base}/hubbar/{row[0]}/")

    def both_write(self, words: int) -> None:
        for _ in range(words):
            for writer in self.writers:
                writer.write()

    def killed(self, name: str) -> None:
        """One kill in the middle of typing and of a line that is being sent."""
        platform, parts = self.platform, TARGETS[name]
        for writer in self.writers:
            writer.note()
            writer.back_in_the_text()
        killer = threading.Timer(self.chance.uniform(0, 2.5), self._kill, [parts])
        killer.start()
        self.both_write(WORDS)
        killer.join()
        for writer in self.writers:
            writer.press()
            writer.page.wait_for_timeout(50)
        self.writers[0].page.wait_for_timeout(int(self.chance.uniform(0, 800)))
        back = wait("all to be back", lambda: self._is_back(parts), BACK_SECONDS, platform.process)
        for writer in self.writers:
            writer.press_until_it_stands()
            writer.back_in_the_text()
        self.both_write(1)
        self.tally.slowest = max(self.tally.slowest, back)
        self.tally.kills[name] += 1
        print(f"{name}: back in {back:.1f} s, faults {len(self.tally.faults)}", flush=True)

    def _kill(self, parts: tuple[str, ...]) -> None:
        killed: set[int] = set()
        for part in parts:
            self.platform.kill(part)
            killed |= self.platform.killed
        self.platform.killed = killed

    def _is_back(self, parts: tuple[str, ...]) -> bool:
        return all(self.platform.has_new(part) and self.probe.is_ready(part) for part in parts)

    def settle(self) -> None:
        """Until both windows show the same text and all of it is stored."""
        until = time.monotonic() + SETTLED_SECONDS
        while time.monotonic() < until:
            self.writers[0].page.wait_for_timeout(500)
            shown = {writer.area.input_value().strip() for writer in self.writers}
            if shown == {stored(self.platform).text}:
                return
        self.tally.faults.append("the windows and the database do not agree in the end")

    def judge(self) -> None:
        """Every word once, in its writer's order; every note once. What was there before stays."""
        found = stored(self.platform)
        for writer in self.writers:
            mine = [word for word in found.text.split() if writer.mark in word]
            if mine != writer.words:
                odd = (Counter(mine) - Counter(writer.words), Counter(writer.words) - Counter(mine))
                self.tally.faults.append(f"{writer.mark}: too much {dict(odd[0])}, lost {dict(odd[1])}: {mine}")
            notes = [note for note in found.notes if note.startswith(writer.mark)]
            if notes != writer.notes:
                self.tally.faults.append(f"{writer.mark}: notes {notes}, typed {writer.notes}")


def report(call: Call) -> str:
    typed = sum(len(word) for writer in call.writers for word in writer.words)
    rows = {f"kill -9: {name}": count for name, count in call.tally.kills.items()}
    rows |= {
        "ord i den gemensamma texten, vart och ett en gång": sum(len(writer.words) for writer in call.writers),
        "tecken i dem": typed,
        "rader på kartan, var och en en gång": sum(len(writer.notes) for writer in call.writers),
        "sparade versioner av texten": stored(call.platform).version,
        "anrop från sidorna utan svar": call.tally.unanswered,
    }
    lines = [f"| {name} | {count} |" for name, count in rows.items()]
    return "\n".join([*lines, f"| sekunder att vänta på att allt var i gång igen, högst | {call.tally.slowest:.1f} |"])


def run(platform: Platform, rounds: int, chance: random.Random) -> Call:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        sys.exit("The trial needs Chromium in PATH (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        call = Call(platform, browser, chance, f"{stored(platform).version}x")
        call.both_write(WORDS)
        for _ in range(rounds):
            for name in TARGETS:
                call.killed(name)
        call.settle()
        call.judge()
        browser.close()
    return call


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2, help="kills of each part, and of all at once")
    options.add_argument("--port", type=int, default=8171)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    platform, begun = Platform(chosen.port), time.monotonic()
    try:
        platform.start()
        begun = time.monotonic()
        call = run(platform, chosen.rounds, random.Random(chosen.seed))
        print(report(call))
    finally:
        platform.stop()
    print(f"{time.monotonic() - begun:.0f} s")
    print("\n".join(call.tally.faults) or "Inget fel")
    return bool(call.tally.faults)


if __name__ == "__main__":
    sys.exit(main())
