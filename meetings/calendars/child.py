"""The confined process that reads one calendar: `python -m meetings.calendars.child SINCE UNTIL [OWN …] < file`.

SINCE and UNTIL are seconds since 1970, OWN digests of the user's addresses (`scanning.digest`). Answers one JSON
object: `busy` as pairs of such seconds, sorted and merged, and counts; or `refused` with a code. Knows neither Django
nor the database, and gets no environment: whoever finds a hole in the parser finds nothing behind it.
"""

from meetings.calendars import limits

if __name__ == "__main__":
    limits.confine()

import json
import math
import sys
from collections.abc import Collection
from datetime import UTC, datetime


def merge(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, without overlap; stretches that touch become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def answer(data: bytes, since: int, until: int, own: Collection[str] = ()) -> dict[str, object]:
    """The JSON object for a file."""
    try:
        from meetings.calendars.expansion import expand
        from meetings.calendars.scanning import Refused

        try:
            window = {"since": datetime.fromtimestamp(since, UTC), "until": datetime.fromtimestamp(until, UTC)}
            found = expand(data, **window, own=own)
        except Refused as refused:
            return {"refused": refused.code}
        cut = [
            (max(since, math.floor(start.timestamp())), min(until, math.ceil(end.timestamp())))
            for start, end in found.busy
        ]
        return {
            "busy": merge([(start, end) for start, end in cut if start < end]),
            "events": found.events,
            "unreadable": found.unreadable,
            "too_often": found.too_often,
            "unknown_zones": found.unknown_zones,
        }
    except MemoryError:
        return {"refused": "heavy"}


def main() -> None:
    since, until, *own = sys.argv[1:]
    json.dump(answer(sys.stdin.buffer.read(limits.MAX_BYTES + 1), int(since), int(until), own), sys.stdout)


if __name__ == "__main__":
    main()
