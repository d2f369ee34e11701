"""Long trial: every hostile calendar through the confined process, with time and memory measured. See docs/soak.md.

`python -m tests.soak.hostile_calendars` prints what was worst and fails on anything that took more than 2 seconds,
more than 100 MB, or became something else than it must. What becomes of a file is judged without the limit on the
wall, which on a busy machine refuses a file that is only large; how long it may take is measured with it.
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

from meetings.calendars.limits import MEMORY_BYTES
from meetings.calendars.reading import Unreadable, command, read_busy, why_not
from tests.hostile_calendars import Verdict, hostile, six_years_of_a_busy_person

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
SECONDS = 2.0
#: The kernel looks now and then at the time a process has used, and ends it a little late.
TICK = 0.25


def on_the_wall(data: bytes) -> float:
    """Seconds until a file is read or refused, as in a page."""
    begun = time.monotonic()
    with suppress(Unreadable):
        read_busy(data, since=SINCE, until=UNTIL)
    return time.monotonic() - begun


def measured(data: bytes) -> tuple[str | int, float, int]:
    """What becomes of a file, seconds of the processor, and the most bytes that the confined process held.

    Memory is looked at every few milliseconds: `ru_maxrss` would count what this process held when it started that one.
    """
    if why_not(data) is not None:
        return "refused", 0.0, 0
    most = 0
    with subprocess.Popen(
        command(SINCE, UNTIL), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        answer: list[bytes] = []
        feed = threading.Thread(target=lambda: answer.append(process.communicate(data)[0]))
        feed.start()
        before = os.times()
        while feed.is_alive():
            most = max(most, _held(process.pid))
            time.sleep(0.003)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    busy = json.loads(answer[0]).get("busy") if process.returncode == 0 else None
    return "refused" if busy is None else len(busy), used, most


def _held(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status") as status:
            lines = [line for line in status if line.startswith("VmHWM")]
    except OSError:
        return 0
    return int(lines[0].split()[1]) * 1024 if lines else 0


def main() -> int:
    wrong, walls, uses, held = [], {}, {}, {}
    files = {**hostile(), "six years of a busy person": (six_years_of_a_busy_person, 2163)}
    expected: Verdict
    for name, (make, expected) in files.items():
        data = make()
        became, uses[name], held[name] = measured(data)
        walls[name] = on_the_wall(data)
        figures = f"{walls[name]:5.2f} s {uses[name]:5.2f} s CPU {held[name] / 2**20:4.0f} MB"
        print(f"{figures} {became!s:>8}  {name}", flush=True)
        slow = walls[name] > SECONDS or uses[name] > SECONDS + TICK
        if slow or held[name] > MEMORY_BYTES or (expected is not None and became != expected):
            wrong.append(f"{name}: {became}, not {expected}; {figures}")
    print(f"\n{len(files)} filer. Mest:")
    for what, figure, unit in ((walls, 1.0, "s"), (uses, 1.0, "s CPU"), (held, 2**20, "MB")):
        most = max(what, key=lambda name: what[name])
        print(f"{what[most] / figure:.2f} {unit} ({most})")
    print("\n".join(["FEL:", *wrong]) if wrong else "Inget fel")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
