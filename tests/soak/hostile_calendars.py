"""Long trial: every hostile calendar through the confined process, with time and memory measured. See docs/soak.md.

`python -m tests.soak.hostile_calendars` prints what was worst and fails on anything that took more than 2 seconds,
more than 100 MB, or became something else than it must.
"""

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

from meetings.calendars.limits import MEMORY_BYTES
from meetings.calendars.reading import Unreadable, command, read_busy
from tests.hostile_calendars import Verdict, hostile, six_years_of_a_busy_person

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
SECONDS = 2.0


def verdict(data: bytes) -> tuple[str | int, float]:
    """What became of a file, and seconds on the wall."""
    begun = time.monotonic()
    became: str | int
    try:
        became = len(read_busy(data, since=SINCE, until=UNTIL).intervals)
    except Unreadable:
        became = "refused"
    return became, time.monotonic() - begun


def memory(data: bytes) -> int:
    """The most bytes that the confined process held, looked at every few milliseconds while it runs.

    `ru_maxrss` would count what this process held when it started the other.
    """
    most = 0
    with subprocess.Popen(
        command(SINCE, UNTIL), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={}
    ) as process:
        feed = threading.Thread(target=_feed, args=(process, data))
        feed.start()
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(0.003)
        feed.join()
    return most


def _feed(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(data)
        process.stdin.close()
    except BrokenPipeError:
        pass


def _held(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status") as status:
            lines = [line for line in status if line.startswith("VmHWM")]
    except OSError:
        return 0
    return int(lines[0].split()[1]) * 1024 if lines else 0


def main() -> int:
    wrong, times, held = [], {}, {}
    files = {**hostile(), "six years of a busy person": (six_years_of_a_busy_person, 2200)}
    expected: Verdict
    for name, (make, expected) in files.items():
        data = make()
        became, seconds = verdict(data)
        times[name], held[name] = seconds, memory(data) if len(data) < 6_000_000 else 0
        print(f"{seconds:5.2f} s {held[name] / 2**20:5.0f} MB  {became!s:>8}  {name}", flush=True)
        if seconds > SECONDS or held[name] > MEMORY_BYTES or (expected is not None and became != expected):
            wrong.append(f"{name}: {became} instead of {expected}, {seconds:.2f} s")
    slowest, largest = max(times, key=lambda n: times[n]), max(held, key=lambda n: held[n])
    print(f"\n{len(files)} filer. Längst: {times[slowest]:.2f} s ({slowest}).")
    print(f"Mest minne: {held[largest] / 2**20:.0f} MB ({largest}).")
    print("\n".join(["FEL:", *wrong]) if wrong else "Inget fel")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
