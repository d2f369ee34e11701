"""What the clocks of a unit came to (P-S1): on time, how long it took, what runs, what is late. For its manager.

Everything rests on rows that `permitted()` gives, and a protected child is in no number: a manager does not know of it
by role (P-A8). A clock that has breached stays late, however soon afterwards the deed was done.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from django.db.models import Case, CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast

from hub.access import Actor, Denied, permitted
from hub.models import AgencyKind, Deadline, Protection, Role
from triage import queue
from triage.models import (
    AssessmentState,
    Colour,
    Decision,
    Feedback,
    HubUnit,
    Investigation,
    Knowledge,
    KnowledgeCheck,
    PreliminaryAssessment,
    ProtectionAssessment,
    TriageSettings,
)

#: What is measured of a concern itself, in the order of the work.
CLOCKS = {
    "protection": "Skyddsbedömning",
    "red": "Beslut, röd",
    "orange": "Beslut, orange",
    "decision": "Beslut inom 14 dagar",
    "feedback": "Återkoppling till anmälaren",
    "investigation": "Utredning",
}
KNOWLEDGE = "knowledge"
#: These are broken down by the concern's colour; the others are of one colour, or of none.
BY_COLOUR = ("protection", "decision")
REPEAT_WITHIN = timedelta(days=365)
T = TypeVar("T")


class Fate(StrEnum):
    """What became of a clock."""

    ON_TIME = "i-tid"
    LATE = "sena"
    RUNNING = "loper"
    #: Nobody needed it any more: another colour, an extension, an investigation that ran already.
    DROPPED = "bort"


def fate(
    due_at: datetime, done_at: datetime | None, met_at: datetime | None, breached_at: datetime | None, at: datetime
) -> Fate:
    """What became of a clock, by its row and the instant at which the deed was done; that of `due_at` is too late."""
    if breached_at is not None:
        return Fate.LATE
    if done_at is not None and done_at < due_at:
        return Fate.ON_TIME
    if met_at is not None:
        return Fate.DROPPED
    return Fate.LATE if due_at <= at else Fate.RUNNING


@dataclass(frozen=True, slots=True)
class Timing:
    """One clock that has been started."""

    assessment: int
    kind: str
    #: The concern's colour, or for a knowledge check the unit that was asked.
    group: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None
    fate: Fate
    answer: str = ""

    @property
    def took(self) -> timedelta | None:
        return None if self.done_at is None else self.done_at - self.started_at


@dataclass(frozen=True, slots=True)
class Summary:
    """Clocks of one sort. Share: of those that were due or done. Times: of those that were done, late ones too."""

    on_time: int
    late: int
    not_done: int
    running: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def judged(self) -> int:
        return self.on_time + self.late

    @property
    def percent(self) -> int | None:
        """Rounded down: what is not all is never shown as all."""
        return self.on_time * 100 // self.judged if self.judged else None


def summary(timings: Iterable[Timing]) -> Summary:
    """What these clocks came to; dropped ones count nowhere."""
    rows = [row for row in timings if row.fate is not Fate.DROPPED]
    fates = Counter(row.fate for row in rows)
    took = sorted(row.took for row in rows if row.took is not None)
    return Summary(
        on_time=fates[Fate.ON_TIME],
        late=fates[Fate.LATE],
        not_done=sum(row.fate is Fate.LATE and row.done_at is None for row in rows),
        running=fates[Fate.RUNNING],
        median=(took[(len(took) - 1) // 2] + took[len(took) // 2]) / 2 if took else None,
        p90=took[-(-len(took) * 9 // 10) - 1] if took else None,
    )


def grouped(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


# --- who may see it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """What a manager is shown: the concerns of an intake, or only what a unit of the hub has answered."""

    intake: bool


def scope_of(actor: Actor, at: datetime) -> Scope:
    """For managers of an agency's intake unit, and of the units in its hub.

    Raises:
        Denied: anybody else.
    """
    if actor.role == Role.MANAGER and actor.agency_kind == AgencyKind.SOCIALTJANST and actor.in_force(at=at):
        own = {"agency": actor.agency_id, "municipality": actor.municipality_id}
        if TriageSettings.objects.in_force(at=at).filter(intake_unit=actor.unit_id, **own).exists():
            return Scope(intake=True)
        if HubUnit.objects.in_force(at=at).filter(unit=actor.unit_id, **own).exists():
            return Scope(intake=False)
    raise Denied("statistics", PreliminaryAssessment)


def concerns(actor: Actor, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    """The unit's concerns that its manager may read, protected children left out."""
    rows = PreliminaryAssessment.objects.filter(_unprotected(""), unit=actor.unit_id)
    return permitted(rows, actor, at=at)


def _unprotected(path: str) -> Q:
    known = Q(**{f"{path}individual": None}) | Q(**{f"{path}individual__person__protection": Protection.NONE})
    return Q(**{f"{path}protected": False}) & known


# --- what is measured --------------------------------------------------------------------------------------------


def timings(actor: Actor, *, begin: datetime, end: datetime, at: datetime) -> list[Timing]:
    """The clocks of the unit's concerns that started in `[begin, end)`. One query."""
    mine = PreliminaryAssessment.objects.filter(pk=OuterRef("subject_id"))
    protected = ProtectionAssessment.objects.filter(assessment=OuterRef("subject_id")).order_by("assessed_at")
    decided = Decision.objects.filter(assessment=OuterRef("subject_id"))
    told = Feedback.objects.filter(assessment=OuterRef("subject_id"))
    closed = Investigation.objects.filter(assessment=OuterRef("subject_id"))
    done = Case(
        When(kind="protection", then=Subquery(protected.values("assessed_at")[:1])),
        When(kind="feedback", then=Subquery(told.values("chosen_at")[:1])),
        When(kind="investigation", then=Subquery(closed.values("closed_at")[:1])),
        default=Subquery(decided.values("decided_at")[:1]),
        output_field=DateTimeField(),
    )
    rows = (
        Deadline.objects.filter(
            municipality=actor.municipality_id,
            kind__in=list(CLOCKS),
            started_at__gte=begin,
            started_at__lt=end,
            subject_id__in=concerns(actor, at).values("pk"),
        )
        .annotate(colour=Subquery(mine.values("colour")[:1]), done=done)
        # A colour that was changed before its time was up asks for nothing any more.
        .exclude(Q(kind__in=("red", "orange"), breached_at=None) & ~Q(kind=F("colour")))
    )
    fields = ("subject_id", "kind", "colour", "started_at", "due_at", "done", "met_at", "breached_at")
    return [
        Timing(subject, kind, colour, started, due, done_at, fate(due, done_at, met, breached, at))
        for subject, kind, colour, started, due, done_at, met, breached in rows.values_list(*fields)
    ]


def answers(actor: Actor, *, begin: datetime, end: datetime, at: datetime) -> list[Timing]:
    """The knowledge checks that the manager may read, by the unit that was asked. One query."""
    own = Deadline.objects.filter(
        kind=KNOWLEDGE, subject_id=OuterRef("assessment_id"), occasion=Cast(OuterRef("pk"), CharField())
    )
    rows = permitted(
        KnowledgeCheck.objects.filter(_unprotected("assessment__"), asked_at__gte=begin, asked_at__lt=end),
        actor,
        at=at,
    )
    fields = ("assessment_id", "unit__name", "answer", "asked_at", "answered_at")
    clocks = [Subquery(own.values(name)[:1]) for name in ("due_at", "met_at", "breached_at")]
    found = []
    for subject, unit, answer, asked, answered, due, met, breached in rows.order_by("unit__name", "pk").values_list(
        *fields, *clocks
    ):
        if due is not None:
            came_to = fate(due, answered, met, breached, at)
            found.append(Timing(subject, KNOWLEDGE, unit, asked, due, answered, came_to, answer))
    return found


def by_kind(rows: Iterable[Timing]) -> list[tuple[str, str | None, Summary]]:
    """(kind, colour or None for all of them, what they came to), as the table has them."""
    found: list[tuple[str, str | None, Summary]] = []
    kinds = grouped(rows, lambda row: row.kind)
    for kind in CLOCKS:
        if kind not in kinds:
            continue
        found.append((kind, None, summary(kinds[kind])))
        if kind in BY_COLOUR:
            colours = grouped(kinds[kind], lambda row: row.group)
            found += [(kind, colour, summary(colours[colour])) for colour in _MOST_URGENT if colour in colours]
    return found


_MOST_URGENT = (Colour.RED.value, Colour.ORANGE.value, Colour.GREEN.value, "")


def by_unit(rows: Iterable[Timing]) -> list[tuple[str, Summary, Mapping[str, int]]]:
    """(unit, what its checks came to, how many answers of each kind)."""
    found: list[tuple[str, Summary, Mapping[str, int]]] = []
    for unit, asked in grouped(rows, lambda row: row.group).items():
        kinds = Counter(row.answer for row in asked)
        found.append((unit, summary(asked), {kind: kinds[kind] for kind in [*Knowledge.values, ""]}))
    return found


def repeats(actor: Actor, at: datetime) -> int:
    """How many children have two reports or more in the twelve months before `at`. One query, and only a number."""
    rows = concerns(actor, at).filter(report__arrived_at__gt=at - REPEAT_WITHIN, report__arrived_at__lte=at)
    reports: dict[object, set[int]] = {}
    for individual, lookup, report in rows.values_list("individual_id", "lookup", "report_id"):
        if individual or lookup:
            reports.setdefault(individual or lookup, set()).add(report)
    return sum(len(found) > 1 for found in reports.values())


@dataclass(frozen=True, slots=True)
class Load:
    """What one owner has in hand."""

    name: str
    all: int
    urgent: int
    late: int


def workload(actor: Actor, at: datetime) -> list[Load]:
    """Owners of the unit's open concerns, the one with most first. One query."""
    clocks = Deadline.objects.filter(queue.waits(OuterRef("colour")), subject_id=OuterRef("pk"))
    rows = (
        concerns(actor, at)
        .filter(state=AssessmentState.OPEN)
        .annotate(due=Subquery(clocks.order_by("due_at").values("due_at")[:1]))
    )
    owned: Sequence[tuple[int, str, str, datetime | None]] = list(
        rows.values_list("owner_id", "owner__user__name", "colour", "due")
    )
    loads = []
    for held in grouped(owned, lambda row: str(row[0])).values():
        urgent = sum(colour in (Colour.RED, Colour.ORANGE) for _pk, _name, colour, _due in held)
        late = sum(due is not None and due <= at for _pk, _name, _colour, due in held)
        loads.append(Load(held[0][1], len(held), urgent, late))
    return sorted(loads, key=lambda load: (-load.all, load.name))
