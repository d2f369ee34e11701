"""Broken and hostile calendars are refused or read, and cost no more than they may (P-M4).

The files stand in `hostile_calendars`. All of them with time and memory measured: `tests/soak/hostile_calendars.py`.
"""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from meetings.calendars import expansion, limits, scanning
from meetings.calendars.child import answer
from meetings.calendars.reading import Unreadable, read_busy, why_not
from tests import hostile_calendars
from tests.hostile_calendars import FILES, TIMES, Verdict, calendar, hostile, zone

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)

#: Through the confined process also here: one of every way to loop, swell or break off.
CHOSEN = [
    "only the beginning of an event",
    "a gzip bomb",
    "a line of 5 MB",
    "5 MB of quotes",
    "a million exceptions",
    "ten searches in vain",
    "fifty thousand events at once",
    "rule: every second, a billion",
    "event: zone that is a device",
    "zone: changes every second",
]


def read_here(data: bytes) -> Verdict:
    if why_not(data) is not None:
        return "refused"
    found = answer(data, int(SINCE.timestamp()), int(UNTIL.timestamp()))
    busy = found.get("busy")
    return len(busy) if isinstance(busy, list) else "refused"


def test_there_are_more_than_a_hundred() -> None:
    assert len(hostile()) > 100
    assert set(CHOSEN) <= set(hostile())


@pytest.mark.parametrize("kind", ["rule", "event", "zone"])
def test_one_bad_event_never_costs_the_others(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "SERIES_SECONDS", 0.05)
    wrong = {}
    for name, (make, expected) in hostile().items():
        if name.startswith(f"{kind}: ") and (became := read_here(make())) != expected and expected is not None:
            wrong[name] = became
    assert not wrong


@pytest.mark.parametrize("name", CHOSEN)
def test_the_confined_process_ends_by_itself_with_what_is_expected(name: str) -> None:
    make, expected = hostile()[name]
    became: Verdict
    try:
        became = len(read_busy(make(), since=SINCE, until=UNTIL, seconds=30).intervals)
    except Unreadable:
        became = "refused"
    assert became == expected


def test_every_limit_of_a_file_lets_through_what_reaches_it_and_not_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    event = hostile_calendars.event(TIMES + "\nRRULE:FREQ=DAILY;COUNT=1")
    size = sum(len(line) for line in event.splitlines()[1:-1])
    rule = len("FREQ=DAILY;COUNT=1")
    for module, limit, most, body, beyond in (
        (expansion, "MAX_EVENTS", 3, event * 2, "refused"),
        (expansion, "MAX_RULE", rule, event, 0),
        (scanning, "MAX_LINES", calendar(event).count(b"\n"), event, "refused"),
        (scanning, "MAX_EVENT_BYTES", size, event, 0),
        (scanning, "MAX_ZONES", 2, zone("", "A") + "\n" + zone("", "B"), "refused"),
        (scanning, "MAX_DEPTH", 5, "BEGIN:X\n" * 4 + "END:X\n" * 4, "refused"),
    ):
        data = calendar(
            body.replace("END:VEVENTBEGIN", "END:VEVENT\nBEGIN"), good=limit not in ("MAX_RULE", "MAX_EVENT_BYTES")
        )
        monkeypatch.setattr(module, limit, most)
        assert read_here(data) not in ("refused", 0), limit
        monkeypatch.setattr(module, limit, most - 1)
        assert read_here(data) == beyond, limit
        monkeypatch.undo()


def test_what_is_no_calendar_is_refused_without_starting_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))
    for name in ("nothing", "50 MB", "50 MB of noughts", "one byte too many", "a web page", "a zip archive"):
        with pytest.raises(Unreadable):
            read_busy(FILES[name][0](), since=SINCE, until=UNTIL)


def confined(code: str) -> "subprocess.CompletedProcess[bytes]":
    program = f"from meetings.calendars import limits\nlimits.CPU_SECONDS = 1\nlimits.confine()\n{code}"
    return subprocess.run([sys.executable, "-s", "-c", program], capture_output=True, timeout=60, env={}, check=False)


def test_the_kernel_holds_memory_and_time() -> None:
    assert confined(f"bytearray({limits.MEMORY_BYTES // 2})").returncode == 0
    assert b"MemoryError" in confined(f"bytearray({limits.MEMORY_BYTES})").stderr
    assert confined("while True: pass").returncode < 0


def test_the_confined_process_gets_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def run(command: list[str], **options: object) -> "subprocess.CompletedProcess[bytes]":
        seen.update(options, command=command)
        return subprocess.CompletedProcess(command, 1, b"", b"")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Unreadable):
        read_busy(b"BEGIN:VCALENDAR\r\n", since=SINCE, until=UNTIL)
    assert seen["env"] == {}
    assert "shell" not in seen
    assert isinstance(seen["command"], list)
    assert not any("VCALENDAR" in word for word in seen["command"])


def test_the_confined_process_knows_no_django() -> None:
    program = (
        "import sys\nfrom meetings.calendars import child\nchild.answer(b'BEGIN:VCALENDAR\\nEND:VCALENDAR\\n', 0, 9)\n"
        "print('icalendar' in sys.modules, [name for name in sys.modules if name.partition('.')[0] in "
        "('django', 'config', 'hub', 'psycopg', 'socket', 'ssl')])"
    )
    done = subprocess.run([sys.executable, "-s", "-c", program], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode().strip() == "True []"
