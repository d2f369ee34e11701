"""What a disclosure would let whom read, found out by the rule itself: done, looked at, and taken back (P-C7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from consent.preview import Reader, readable, readers_of
from hub.models import Individual


@dataclass(frozen=True, slots=True)
class Gain:
    """How many items one reader would be able to read that he or she cannot read now."""

    reader: Reader
    items: int


def gains(individual: Individual, deed: Callable[[], object], *, at: datetime) -> list[Gain]:
    """Do the very deed that confirming will do, compare, and take it back; whatever it raises is raised here too."""
    before = readable(individual, readers_of(individual, at=at), at=at)
    with transaction.atomic():
        deed()
        readers = readers_of(individual, at=at)
        after = readable(individual, readers, at=at)
        transaction.set_rollback(True)
    found = [(r, len(after[r.actor.assignment_id] - before.get(r.actor.assignment_id, set()))) for r in readers]
    return [Gain(reader, items) for reader, items in found if items]
