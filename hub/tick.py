"""The tick: every few seconds, whatever clock has come to a stage is told, once.

It may be late, run twice, run in parallel or die at any point. Each row is handled in a transaction of its own, with
the row's kommun set; the stage moves by compare-and-set in the same transaction as the messages, so that both are
there or neither is.
"""

import logging
import time
from datetime import UTC, datetime, timedelta

from django.db import transaction

from hub.actions.messages import notify
from hub.audit import record
from hub.contributions import DEADLINE_KIND, DeadlineKind, Stage
from hub.deadlines import next_instant
from hub.models import Deadline
from hub.tenancy import in_kommun

log = logging.getLogger("hub.tick")

BATCH = 100
#: A tick ends in time for the next one and for the worker's heartbeat; the rest is taken then.
SECONDS = 10.0
#: A row that cannot be handled waits this long, so that it does not stand in the way of the others.
AFTER_FAULT = timedelta(minutes=10)


def tick(*, at: datetime, seconds: float = SECONDS) -> int:
    """Fire every stage that is due at `at`, over all kommuner; returns how many rows moved."""
    until, fired = time.monotonic() + seconds, 0
    while batch := due(at=at):
        for pk, municipality_id in batch:
            fired += _handled(pk, municipality_id, at)
            if time.monotonic() > until:
                return fired
    return fired


def due(*, at: datetime) -> list[tuple[int, int]]:
    """The next batch: (row, kommun), without the rows that a parallel tick is handling."""
    with transaction.atomic():
        rows = Deadline.objects.due(at=at).select_for_update(skip_locked=True)
        return list(rows.values_list("pk", "municipality_id")[:BATCH])


def _handled(pk: int, municipality_id: int, at: datetime) -> bool:
    try:
        with in_kommun(municipality_id):
            return fire(pk, at=at)
    except Exception:  # one faulty row must not stop the clocks of everybody else
        log.exception("deadline %s could not be handled", pk)
        Deadline.objects.open().filter(pk=pk).update(next_at=at + AFTER_FAULT)
        return False


def fire(pk: int, *, at: datetime) -> bool:
    """Handle one row, in the caller's transaction and kommun; returns whether it moved.

    Stages that were missed are not told one by one: the latest one reached says what is so now.
    """
    row = Deadline.objects.due(at=at).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    kind = DEADLINE_KIND[row.kind]
    if not _still_wanted(kind, row, at):
        return _move(row, stage=row.stage, next_at=None, met_at=at)
    stages = kind.stages(row.started_at, row.due_at, row.occasion)
    reached = sum(stage.at <= at for stage in stages)
    values = {"stage": max(row.stage, reached), "next_at": next_instant(stages, max(row.stage, reached))}
    if row.due_at <= at:
        values |= {"next_at": None, "breached_at": at}
    if not _move(row, **values):
        return False
    if reached > row.stage:
        _tell(kind, row, stages[reached - 1], reached, at)
    return True


def _still_wanted(kind: DeadlineKind, row: Deadline, at: datetime) -> bool:
    """Ask the facts once more: a row that has fallen out of step with them tells nobody anything."""
    wanted = kind.wanted([row.subject_id], at)
    return any(w.occasion == row.occasion and w.due_at == row.due_at for w in wanted)


def _move(row: Deadline, **values: object) -> bool:
    """Compare-and-set: only the tick that finds the row as it was read moves it; a closed one has no `next_at`."""
    as_read = Deadline.objects.filter(pk=row.pk, stage=row.stage, next_at=row.next_at)
    return bool(as_read.update(**values))


def _tell(kind: DeadlineKind, row: Deadline, stage: Stage, number: int, at: datetime) -> None:
    # With the due instant: after a corrected birth date the new day is told, whatever was told of the old one.
    occasion = f"{kind.name}:{row.subject_id}:{row.occasion}:{row.due_at.astimezone(UTC):%Y%m%dT%H%M}:{number}"
    for telling in kind.tell(row, stage, at):
        notify(
            telling.message or stage.message,
            assignments=telling.assignments,
            case=telling.case,
            reference=telling.reference,
            municipality_id=row.municipality_id,
            told_at=at,
            # Besides what the stage says, somebody may be told something else on its account.
            occasion=f"{occasion}:{telling.message}" if telling.message else occasion,
        )
    record(
        "deadline.told",
        actor=None,
        at=at,
        municipality_id=row.municipality_id,
        objects=[row],
        detail={"kind": kind.name, "stage": number, "message": stage.message},
    )


def settle(*, at: datetime) -> None:
    """For rows made from a history (the demo): nothing that had run out is told; what runs is told as of its time.

    Runs in the caller's transaction and kommun.
    """
    for row in Deadline.objects.due(at=at):
        stages = DEADLINE_KIND[row.kind].stages(row.started_at, row.due_at, row.occasion)
        if row.due_at <= at:
            _move(row, stage=len(stages), next_at=None, breached_at=row.due_at)
        else:
            fire(row.pk, at=max(stage.at for stage in stages if stage.at <= at))
