"""An empty tick over a million open clocks, against one read by primary key, in one run: `python -m bench.clocks`.

Every few seconds a tick asks what is due (`hub.tick`). Almost always nothing is; what that costs is what the clocks
cost. Writes its table between its own marks of docs/performance.md.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench.__main__ import DOCUMENT
from deploy.launcher import Refused, say

BEGIN, END = "<!-- bench-clocks: begin -->", "<!-- bench-clocks: end -->"
#: What may at most be paid for an empty tick, in reads by primary key.
PROMISED = 3.0
DATABASE = "clocks"

FILL = """
    INSERT INTO hub_deadline (municipality_id, kind, subject_id, occasion, started_at, due_at, next_at, stage,
        owner_unit_id, rule_version)
    SELECT %(municipality)s, (ARRAY['protection', 'red', 'orange', 'decision', 'consent_expiring'])[1 + n %% 5], n, '',
        %(at)s, %(at)s + make_interval(secs => 3600 + n), %(at)s + make_interval(secs => 1800 + n), 0, %(unit)s,
        '2026-1'
    FROM generate_series(1, %(rows)s) n
"""


def fill(rows: int, at: datetime) -> None:
    """Clocks that all run and of which none is due within half an hour of `at`."""
    from django.db import connection

    from hub.models import Agency, Deadline, Municipality, Unit

    if Deadline.objects.count() != rows:
        kommun = Municipality.objects.get(code="0180")
        agency = Agency.objects.create(name="Mätning", kind="socialtjanst", municipality=kommun)
        unit = Unit.objects.create(agency=agency, name="Mätning")
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"municipality": kommun.pk, "unit": unit.pk, "at": at, "rows": rows})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE hub_deadline")


def medians(designs: dict[str, Callable[[], object]], *, samples: int, seed: int = 1) -> dict[str, float]:
    """Seconds on the clock; the designs take turns in random order, so that neighbours disturb all alike."""
    chance = random.Random(seed)
    taken: dict[str, list[float]] = {name: [] for name in designs}
    for number in range(samples + 20):
        for name, ask in chance.sample(sorted(designs.items()), k=len(designs)):
            began = time.perf_counter()
            ask()
            if number >= 20:  # statements are prepared and caches warm
                taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in taken.items()}


def measure(rows: int, samples: int) -> dict[str, float]:
    """Median seconds of a read by key and of a tick at an instant just before the first clock is due."""
    from hub.models import Deadline
    from hub.tick import tick

    first = Deadline.objects.earliest("next_at").next_at
    assert first is not None
    at = first - timedelta(seconds=1)

    keys = list(Deadline.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, rows // 1000)])
    chance = random.Random(2)

    def empty() -> None:
        assert tick(at=at) == 0

    return medians(
        {
            "key": lambda: Deadline.objects.get(pk=chance.choice(keys)),
            "tick": empty,
        },
        samples=samples,
    )


def told(rows: int, samples: int, found: dict[str, float], day: str) -> str:
    ratio = found["tick"] / found["key"]
    return "\n".join(
        [
            f"Measured {day} by `python -m bench.clocks`: {rows} open clocks, medians of {samples} each in one run.",
            "",
            "| what | ms | ratio |",
            "|---|--:|--:|",
            f"| one clock read by its key | {found['key'] * 1000:.2f} | 1.0x |",
            f"| an empty tick | {found['tick'] * 1000:.2f} | {ratio:.1f}x |",
        ]
    )


def write(text: str) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise Refused(f"{DOCUMENT} has no marks")
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> int:
    from bench.host import Host

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=500)
    asked, host = parser.parse_args(), Host()
    try:
        with host.running():
            host.postgres.ensure_database(f"{DATABASE}_{asked.rows}")
            host.point_at(f"{DATABASE}_{asked.rows}")
            host.migrate()
            # As the owner of the tables: nothing is read here that a wall stands before.
            os.environ.update(host.env | {"DATABASE_URL": host.env["DATABASE_OWNER_URL"]})
            import django

            django.setup()
            from hub import clock

            at = clock.start_of_day(clock.local_day(clock.now()))
            say(f"{asked.rows} klockor …")
            fill(asked.rows, at)
            found = measure(asked.rows, asked.samples)
            text = told(asked.rows, asked.samples, found, str(clock.local_day(clock.now())))
            write(text)
            say(text)
    except Refused as refusal:
        say(str(refusal))
        return 1
    return 0 if found["tick"] <= PROMISED * found["key"] else 1


if __name__ == "__main__":
    sys.exit(main())
