"""Busy times out of a calendar file (P-M4). Only when somebody is taken leaves this module: no words, places or people.

The file is read by a process of its own (`child`) that may use 2 seconds and 100 MB and knows nothing else; a file that
loops or swells takes that process down and nobody else.
"""

import json
import math
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from meetings.calendars.limits import MAX_BYTES, MAX_WINDOW, WALL_SECONDS
from meetings.calendars.scanning import digest

Interval = tuple[datetime, datetime]

_ROOT = Path(__file__).resolve().parents[2]
_HEAD = 2048

NOT_A_CALENDAR = (
    "Filen är ingen kalender i formatet iCalendar. Exportera kalendern ur ditt kalenderprogram. Filen slutar på .ics."
)
#: What is refused, and how to mend it, by code of the confined process.
REASONS = {
    "size": "Filen är större än 5 MB. Exportera en kortare tid, till exempel det här året och nästa.",
    "truncated": "Filen är inte hel, den slutar mitt i. Hämta eller exportera kalendern igen.",
    "nested": "Filen är uppbyggd på ett sätt som ingen kalender är. Exportera kalendern igen.",
    "zones": "Filen innehåller fler tidszoner än vi kan läsa. Exportera bara din egen kalender.",
    "many": "Kalendern innehåller fler händelser än vi kan läsa. Exportera en kortare tid eller en kalender i taget.",
    "dense": (
        "Flera händelser upprepas för ofta, till exempel varje minut. Ta bort dem eller gör upprepningen glesare, "
        "och försök igen."
    ),
    "heavy": (
        "Kalendern tog för lång tid att läsa. Försök igen om en stund. Händer det igen: exportera en kortare tid, "
        "till exempel det här året och nästa."
    ),
}


class Unreadable(Exception):
    """A file is refused. `reason` says in plain Swedish what is wrong and how to mend it; nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Busy:
    """When somebody is taken: UTC, sorted, merged, cut to the window asked for. `events` counts all in the file."""

    intervals: tuple[Interval, ...]
    events: int
    warnings: tuple[str, ...]


def read_busy(
    data: bytes, *, since: datetime, until: datetime, seconds: float = WALL_SECONDS, own: Iterable[str] = ()
) -> Busy:
    """The busy times of a calendar file that touch [since, until).

    `own`: the user's own addresses. A meeting that one of them has declined takes no time; the process gets digests of
    them, and nothing of who is asked to anything comes out of it.

    `since` and `until` are aware, at most 400 days apart; `seconds` is how long the reading may take on the wall
    (`BACKGROUND_SECONDS` in a task; never more than 2 seconds of the processor).
    Raises Unreadable, and ValueError when the window itself is wrong. Safe in a web process and in a worker: it starts
    one process with fixed arguments, without a shell and without environment, and waits for it.
    """
    if since.tzinfo is None or until.tzinfo is None or not since < until <= since + MAX_WINDOW:
        raise ValueError("a window is aware, begins before it ends and is at most 400 days long")
    if (reason := why_not(data)) is not None:
        raise Unreadable(reason)
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, two numbers
            command(since, until, own),
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(REASONS["heavy"]) from None
    if done.returncode != 0:
        raise Unreadable(REASONS["heavy"] if done.returncode < 0 else NOT_A_CALENDAR)
    return _busy(json.loads(done.stdout), since, until)


def command(since: datetime, until: datetime, own: Iterable[str] = ()) -> list[str]:
    """The confined process, to be started with an empty environment and the file on its standard input."""
    window = str(math.floor(since.timestamp())), str(math.ceil(until.timestamp()))
    return [sys.executable, "-s", "-m", "meetings.calendars.child", *window, *(digest(one) for one in own if one)]


def why_not(data: bytes) -> str | None:
    """Why a file is no calendar, by its size and beginning; None when it may be one. Plain Swedish, tells how to mend.

    `data` may be the first two kilobytes alone.
    """
    if len(data) > MAX_BYTES:
        return REASONS["size"]
    head = data[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper()
    if head.startswith(b"BEGIN:VCALENDAR"):
        return None
    if not head:
        return "Filen är tom. Exportera kalendern igen."
    if head.startswith(b"PK\x03\x04"):
        return "Filen är ett zip-arkiv. Packa upp det och välj filen i det som slutar på .ics."
    if head.startswith(b"BEGIN:VCARD"):
        return "Filen innehåller kontakter, inte en kalender. Exportera kalendern i stället. Filen slutar på .ics."
    if head.startswith(b"<") and (b"<HTML" in head or b"<!DOCTYPE HTML" in head):
        return (
            "Det är en webbsida, inte en kalender. Leta i ditt kalenderprogram efter en adress i formatet iCal eller "
            "ICS, eller exportera kalendern till en fil som slutar på .ics."
        )
    return NOT_A_CALENDAR


def _busy(answer: dict[str, object], since: datetime, until: datetime) -> Busy:
    match answer:
        case {"refused": str(code)}:
            raise Unreadable(REASONS[code])
        case {
            "busy": list(pairs),
            "events": int(events),
            "unreadable": int(unreadable),
            "too_often": int(too_often),
            "unknown_zones": int(unknown_zones),
        }:
            intervals = (
                (max(since, datetime.fromtimestamp(start, UTC)), min(until, datetime.fromtimestamp(end, UTC)))
                for start, end in pairs
            )
            warnings = (
                _count(unreadable, "gick inte att läsa och räknas inte."),
                _count(too_often, "upprepas för ofta och räknas inte."),
                _count(unknown_zones, "har en tidszon som vi inte känner till. Tiden läses som svensk tid."),
            )
            return Busy(
                intervals=tuple((start.astimezone(UTC), end.astimezone(UTC)) for start, end in intervals),
                events=events,
                warnings=tuple(one for one in warnings if one),
            )
    raise Unreadable(REASONS["heavy"])


def _count(number: int, what: str) -> str:
    return f"{number} {'händelse' if number == 1 else 'händelser'} {what}" if number else ""
