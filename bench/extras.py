"""What the log costs, and what it costs to write fifty rows as JSON."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from bench.sample import Asker, Cost, Size, asking, timed, using, watched
from consent.models import InformationItem
from consent.queries import Choice, individuals
from hub.access import permitted
from hub.audit import Trail, record_reads

INSERT = """
    INSERT INTO consent_informationitem (ref, municipality_id, individual_id, case_id, recorded_phase, agency_id,
        type_id, author_id, event_date, body, created_at, recorded_at, version, row_version, audience, family_barred,
        told_by, read_back, filed_reason)
    SELECT gen_random_uuid(), municipality_id, individual_id, case_id, recorded_phase, agency_id, type_id, author_id,
        event_date, body, created_at, recorded_at, 1, 1, audience, family_barred, '', false, ''
    FROM consent_informationitem WHERE id <= %s
"""
SWITCH = "ALTER TABLE consent_informationitem {} TRIGGER hub_audit"


def reads(size: Size, at: datetime, *, rounds: int) -> dict[str, list[Cost]]:
    """A list of 50 without and with the entry that says who was shown; the entry is rolled back."""
    found: dict[str, list[Cost]] = {"the list": [], "its entry in the log": []}
    with using(size.wrapper):
        for asker in (size.askers * rounds)[: rounds * 10]:
            _read(asker, at, found)
    return found


def _read(asker: Asker, at: datetime, found: dict[str, list[Cost]]) -> None:
    with asking(asker.actor):
        with watched() as watch:
            listing = individuals(asker.actor, Choice(), at)
        found["the list"].append(watch.total)
        trail = Trail(request_id=uuid.uuid4())
        for row in listing.rows:
            trail.show([row.individual, *row.cases], individual=row.individual.pk)
        with watched() as watch:
            record_reads(trail, actor=asker.actor, at=at)
        found["its entry in the log"].append(watch.total)
        transaction.set_rollback(True)


def writes(owner: BaseDatabaseWrapper, *, rounds: int) -> dict[str, list[Cost]]:
    """One item, and a hundred at once, with and without the log of changed rows; all rolled back.

    The owner takes the trigger away for a transaction that nobody else sees.
    """
    found: dict[str, list[Cost]] = {}
    with using(owner):
        for number in range(rounds * 2):
            logged = number % 2 == 0
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(SWITCH.format("ENABLE" if logged else "DISABLE"))
                for rows, times in ((1, 20), (100, 2)):
                    name = f"{rows} {'with' if logged else 'without'}"
                    costs: list[Cost] = []
                    for _ in range(times):
                        with timed(costs):
                            cursor.execute(INSERT, [rows])
                    found.setdefault(name, []).extend(costs)
                transaction.set_rollback(True)
    return found


class ItemSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]  # measured, not used
    class Meta:
        model = InformationItem
        fields = ("ref", "event_date", "body", "recorded_at", "recorded_phase", "version", "family_barred")


def as_json(size: Size, at: datetime, *, rounds: int) -> dict[str, list[float]]:
    """Seconds of the processor of this process for 50 items, read before the clock starts."""
    asker = size.askers[0]
    with using(size.wrapper), asking(asker.actor):
        rows = list(permitted(InformationItem.objects.all(), asker.actor, at=at)[:50])
        values = list(
            permitted(InformationItem.objects.all(), asker.actor, at=at).values(*ItemSerializer.Meta.fields)[:50]
        )
    ways: dict[str, Callable[[], Any]] = {
        "values() and json": lambda: json.dumps(values, cls=DjangoJSONEncoder),
        "values() and JSONRenderer": lambda: JSONRenderer().render(values),
        "ModelSerializer and JSONRenderer": lambda: JSONRenderer().render(ItemSerializer(rows, many=True).data),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.process_time()
            way()
            found[name].append(time.process_time() - started)
    return found
