"""What a withdrawal takes away, found out by the rule itself: done, looked at, and taken back (P-C4, R15).

The readers' own rule is asked before and after, so the preview can never promise something else than what happens.
Queries grow with the seats in the case (a handful), never with the items.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from consent.models import InformationItem
from hub import swedish
from hub.access import Actor, permitted
from hub.models import Assignment, AuditEntry, AuditKind, CaseSeat, Individual, Role

ITEM = InformationItem._meta.label_lower


@dataclass(frozen=True, slots=True)
class Reader:
    """One person with an awake seat, or the owner unit's manager, as the rule sees him or her."""

    actor: Actor

    @property
    def name(self) -> str:
        return self.actor.user_name

    @property
    def agency(self) -> str:
        return self.actor.agency_name

    @property
    def kind(self) -> str:
        return self.actor.agency_kind


@dataclass(frozen=True, slots=True)
class Loss:
    """How many items one reader loses, and how many of those were read already."""

    reader: Reader
    items: int
    read: int


@dataclass(frozen=True, slots=True)
class Read:
    """Reads by one person in a stretch of time: how many items, and when the last one was."""

    name: str
    label: str
    items: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """What a withdrawal ends."""

    losses: list[Loss]
    items: int
    between: list[Read]

    @property
    def people(self) -> int:
        return len({loss.reader.actor.user_id for loss in self.losses})

    @property
    def agencies(self) -> int:
        return len({loss.reader.actor.agency_id for loss in self.losses})

    @property
    def already(self) -> list[Loss]:
        return [loss for loss in self.losses if loss.read]

    def sentence(self) -> str:
        """ "4 personer i 2 verksamheter förlorar 11 uppgifter. 3 av dem har redan läst något av det." """
        if not self.losses:
            return "Ingen förlorar någon uppgift som de kan läsa i dag."
        said = (
            f"{swedish.plural(self.people, 'person', 'personer')} i "
            f"{swedish.plural(self.agencies, 'verksamhet', 'verksamheter')} förlorar "
            f"{swedish.plural(self.items, 'uppgift', 'uppgifter')}."
        )
        readers = len({loss.reader.actor.user_id for loss in self.already})
        if not readers:
            return f"{said} Ingen av dem har läst något av det."
        return f"{said} {readers} av dem har redan läst något av det. Det går inte att göra oläst."


def readers_of(individual: Individual, *, at: datetime) -> list[Reader]:
    """Everyone with an awake seat in an active party of the individual's cases, and the owner units' managers."""
    seats = CaseSeat.objects.reading(at=at).filter(content_object__individual=individual)
    manages = Q(role=Role.MANAGER, unit__in=individual.cases.values("owner_unit"))
    assignments = (
        Assignment.objects.usable(at=at)
        .filter(Q(pk__in=seats.values("assignment")) | manages)
        .select_related("user", "unit__agency")
        .order_by("unit__agency__name", "user__name", "pk")
    )
    return [
        Reader(Actor.acting_under(assignment, municipality_id=individual.municipality_id)) for assignment in assignments
    ]


def readable(individual: Individual, readers: Iterable[Reader], *, at: datetime) -> dict[int, set[int]]:
    """Assignment → ids of the items that its holder can read at `at`, by the rule; own items left out."""
    items = InformationItem.objects.filter(individual=individual)
    return {
        r.actor.assignment_id: set(
            permitted(items.exclude(agency=r.actor.agency_id), r.actor, at=at).values_list("pk", flat=True)
        )
        for r in readers
    }


def preview(individual: Individual, deed: Callable[[], object], *, stated_at: datetime | None, at: datetime) -> Preview:
    """Do the deed, compare, and take it back.

    Args:
        deed: the very withdrawal that confirming will do; whatever it raises is raised here too.
        stated_at: when it was said; reads from then until `at` are listed.
    """
    readers = readers_of(individual, at=at)
    before = readable(individual, readers, at=at)
    with transaction.atomic():
        deed()
        after = readable(individual, readers, at=at)
        transaction.set_rollback(True)
    lost = {pk: before[pk] - after[pk] for pk in before}
    read = _read_by(individual, readers, until=at)
    losses = [
        Loss(r, len(lost[key]), len(lost[key] & read.get(r.actor.user_id, set())))
        for r in readers
        if lost[key := r.actor.assignment_id]
    ]
    gone = set().union(*lost.values()) if lost else set()
    between = reads_between(individual, readers, gone, since=stated_at, until=at) if stated_at else []
    return Preview(losses, len(gone), between)


def _log(individual: Individual, readers: Sequence[Reader], *, until: datetime) -> Iterable[AuditEntry]:
    """Pages on which these people were shown something about the individual."""
    return AuditEntry.objects.filter(
        kind=AuditKind.READ,
        user_id__in=[r.actor.user_id for r in readers],
        individual_ids__contains=[individual.pk],
        at__lte=until,
    ).order_by("at")


def _read_by(individual: Individual, readers: Sequence[Reader], *, until: datetime) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for entry in _log(individual, readers, until=until):
        if entry.user_id is not None:
            found.setdefault(entry.user_id, set()).update(entry.objects_seen.get(ITEM, ()))
    return found


def reads_between(
    individual: Individual,
    readers: Sequence[Reader],
    items: set[int] | None,
    *,
    since: datetime,
    until: datetime,
) -> list[Read]:
    """Who read what in `[since, until]`, after it had been said and before it was recorded (P-C4).

    `items`: only these; None for all items of other agencies than the reader's.
    """
    own = _own_items(individual, readers) if items is None else {}
    seen: dict[int, tuple[AuditEntry, set[int]]] = {}
    for entry in _log(individual, readers, until=until):
        if entry.at < since or entry.user_id is None:
            continue
        shown = set(entry.objects_seen.get(ITEM, ()))
        shown = shown & items if items is not None else shown - own.get(entry.agency_id or 0, set())
        if shown:
            earlier = seen.get(entry.user_id, (entry, set()))[1]
            seen[entry.user_id] = (entry, earlier | shown)
    return [Read(e.user_name, e.assignment_label, len(ids), e.at) for e, ids in seen.values()]


def _own_items(individual: Individual, readers: Sequence[Reader]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    agencies = {r.actor.agency_id for r in readers}
    rows = InformationItem.objects.filter(individual=individual, agency__in=agencies)
    for pk, agency in rows.values_list("pk", "agency_id"):
        found.setdefault(agency, set()).add(pk)
    return found
