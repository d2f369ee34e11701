"""Read calendar objects with four libraries and tell what each understood, as JSON.

Runs in the environment of `programs.lock`, not in the project's, so nothing of the project is imported here and the
libraries are found by name.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

Facts = dict[str, str | int | None]


def _facts(method: Any, uid: Any, sequence: Any, start: Any, end: Any, status: Any, organizer: Any, who: Any) -> Facts:
    return {
        "method": str(method),
        "uid": str(uid),
        "sequence": int(sequence),
        "start": _instant(start),
        "end": _instant(end),
        "status": str(getattr(status, "value", status)),
        "organizer": _address(organizer),
        "attendee": _address(who) if who else None,
    }


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        return f"{at.isoformat()} without a zone"
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(value: Any) -> str:
    return str(value).lower().removeprefix("mailto:")


def _one(attendees: Any) -> Any:
    found = list(attendees or [])
    return " and ".join(map(str, found)) if len(found) > 1 else found[0] if found else None


def icalendar(text: str) -> Iterator[Facts]:
    calendar = import_module("icalendar").Calendar.from_ical(text)
    for event in calendar.walk("VEVENT"):
        who = event.get("attendee")
        who = " and ".join(who) if isinstance(who, list) else who
        yield _facts(
            calendar["method"],
            event["uid"],
            event["sequence"],
            event["dtstart"].dt,
            event["dtend"].dt,
            event["status"],
            event["organizer"],
            who,
        )


def vobject(text: str) -> Iterator[Facts]:
    calendar = import_module("vobject").readOne(text)
    for event in calendar.contents.get("vevent", []):
        yield _facts(
            calendar.method.value,
            event.uid.value,
            event.sequence.value,
            event.dtstart.value,
            event.dtend.value,
            event.status.value,
            event.organizer.value,
            _one(a.value for a in event.contents.get("attendee", [])),
        )


def ics(text: str) -> Iterator[Facts]:
    calendar = import_module("ics").Calendar(text)
    for event in calendar.events:
        (sequence,) = (line.value for line in event.extra if line.name == "SEQUENCE")
        yield _facts(
            calendar.method,
            event.uid,
            sequence,
            event.begin.datetime,
            event.end.datetime,
            event.status,
            event.organizer.email,
            _one(a.email for a in event.attendees),
        )


def ical(text: str) -> Iterator[Facts]:
    calendar = import_module("ical.calendar_stream").IcsCalendarStream.calendar_from_ics(text)
    for event in calendar.events:
        yield _facts(
            calendar.method,
            event.uid,
            event.sequence,
            event.dtstart,
            event.end,
            event.status,
            event.organizer.uri,
            _one(a.uri for a in event.attendees),
        )


READERS: dict[str, Callable[[str], Iterator[Facts]]] = {
    "icalendar": icalendar,
    "ical": ical,
    "ics": ics,
    "vobject": vobject,
}


def main(folder: Path) -> None:
    """Print {"library version": {file: [facts]}} for the objects in the folder."""
    told: dict[str, dict[str, object]] = {}
    for name, read in READERS.items():
        known = told[f"{name} {metadata.version(name)}"] = {}
        for path in sorted(folder.glob("*.ics")):
            text = path.read_bytes().decode()
            try:
                known[path.name] = sorted(read(text), key=lambda facts: str(facts["uid"]))
            except Exception as error:  # whatever a library stumbles on is its answer
                known[path.name] = f"{type(error).__name__}: {error}"
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
