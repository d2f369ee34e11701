"""The queue (P-T9): open concerns by the time left of their most pressing clock, all through `permitted()`.

Sorting, filters and counts are the database's work; what a row shows is read for the rows of one page. A list holds
number, colour, time and unit, and no name (R33).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.calendar_se import previous_working_day
from hub.composed import composed_once
from hub.models import Deadline, Unit
from hub.models.deadline import OPEN
from hub.planned import planned_anew
from triage.models import (
    AssessmentState,
    Colour,
    ColourChange,
    KnowledgeCheck,
    PreliminaryAssessment,
    ProtectionAssessment,
)
from triage.policy import PROTECTED

#: Rows of a page; more of them would cost more to write out than to find.
PAGE = 25
#: So many late ones, and the page says that the queue is overloaded, and what to do about it.
OVERLOADED = 10
UNJUDGED = "obedomd"

#: What each clock asks for, as the list says it. A concern that is not decided on has only these clocks.
CLOCKS = {
    "protection": "Skyddsbedömning",
    "red": "Beslut, röd",
    "orange": "Beslut, orange",
    "knowledge": "Svar på kännedomskontroll",
    "decision": "Beslut inom 14 dagar",
    "confirmation": "Granska sänkt färg",
}
#: Colour → its word; nobody has judged it: a word of its own.
WORDS = {**{colour.value: str(colour.label) for colour in Colour}, "": "Inte bedömd"}
_WEIGHT = {Colour.RED.value: 0, Colour.ORANGE.value: 1, "": 2, Colour.GREEN.value: 3}


def waits(colour: Combinable) -> Q:
    """Clocks of open concerns that still wait for somebody: running ones, and breached ones whose deed is not done.

    Args:
        colour: the concern's colour now; the clock of one that was changed waits for nobody.
    """
    undone = (
        Q(kind="protection") & ~Exists(ProtectionAssessment.objects.filter(assessment=OuterRef("subject_id")))
        | Q(kind=colour)
        | Q(kind="decision")
        | Q(kind="knowledge") & _of_occasion(KnowledgeCheck.objects.filter(answered_at=None))
        | Q(kind="confirmation") & _of_occasion(ColourChange.objects.filter(confirmed_at=None))
    )
    return Q(kind__in=list(CLOCKS)) & (OPEN | Q(met_at=None) & undone)


def _due() -> Combinable:
    """When the most pressing clock of a concern is up."""
    clocks = Deadline.objects.filter(waits(OuterRef("colour")), subject_id=OuterRef("pk"))
    return Subquery(clocks.order_by("due_at").values("due_at")[:1])


def _of_occasion(rows: "QuerySet[KnowledgeCheck] | QuerySet[ColourChange]") -> Exists:
    """The row whose id is the clock's occasion is among these."""
    own = rows.filter(assessment=OuterRef("subject_id")).annotate(number=Cast("pk", CharField()))
    return Exists(own.filter(number=OuterRef("occasion")))


def in_sight(actor: Actor, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    """Concerns not decided on that the actor may read."""
    return permitted(PreliminaryAssessment.objects.filter(state=AssessmentState.OPEN), actor, at=at)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see; nothing chosen is all of it."""

    colour: str = ""
    mine: bool = False
    late: bool = False
    unit: UUID | None = None
    page: int = 1

    @property
    def narrowed(self) -> bool:
        return bool(self.colour or self.mine or self.late or self.unit)


class Brief(NamedTuple):
    """What a list that is read on and on needs of one concern; a tuple, because there may be thousands."""

    pk: int
    due_at: datetime | None
    colour: str
    unit_id: int
    mine: bool
    received: bool

    def late(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at <= at


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of those in sight, whatever is chosen."""

    all: int = 0
    late: int = 0
    late_red: int = 0
    mine: int = 0
    not_received: int = 0
    colours: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))

    @property
    def overloaded(self) -> bool:
        return self.late >= OVERLOADED


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock of a row."""

    kind: str
    started_at: datetime
    due_at: datetime

    @property
    def word(self) -> str:
        return CLOCKS[self.kind]

    def late(self, at: datetime) -> bool:
        return self.due_at <= at

    def soon(self, at: datetime) -> bool:
        """A fifth of its time or less is left: when the reminder at 80 % has gone out (P-T5)."""
        return not self.late(at) and (self.due_at - at) * 5 <= self.due_at - self.started_at


@dataclass(frozen=True, slots=True)
class Line:
    """One concern as the list shows it."""

    assessment: PreliminaryAssessment
    clocks: Sequence[ClockLine]
    siblings: int | None
    on: date

    @property
    def pressing(self) -> ClockLine | None:
        return self.clocks[0] if self.clocks else None

    @property
    def decision(self) -> ClockLine | None:
        return next((line for line in self.clocks if line.kind == "decision"), None)

    @property
    def received(self) -> bool:
        return self.assessment.report.registered_at is not None

    @property
    def child(self) -> str:
        """Barn 1 av 2, 13 år: which child, never its name (R33); of a protected one nothing more than which (P-A8)."""
        which = f"Barn {self.assessment.position}" + (f" av {self.siblings}" if self.siblings else "")
        return ", ".join(["Ett barn" if self.siblings == 1 else which, *self._age()])

    def _age(self) -> list[str]:
        row = self.assessment
        if self.protected:
            return []
        born = row.individual.person.birth_date if row.individual else row.birth_date
        return [f"{swedish.age(born, self.on)} år"] if born and born <= self.on else []

    @property
    def protected(self) -> bool:
        row = self.assessment
        return row.protected or (row.individual is not None and row.individual.person.is_protected)

    @property
    def assessed(self) -> bool:
        return bool(self.assessment.protection_done)  # type: ignore[attr-defined]  # annotated by with_parts


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the queue."""

    lines: Sequence[Line]
    counts: Counts
    units: Sequence[Unit]
    chosen: int
    page: int
    more: bool


def in_order(actor: Actor, at: datetime) -> "QuerySet[Any]":
    """Every concern in sight with `due`, `own` and `received`, the most pressing first.

    Those that nobody has received are above all others. At the same instant the more urgent colour comes first, then
    what came in first.
    """
    own = Q(owner_id=actor.assignment_id) | Q(deputy_id=actor.assignment_id)
    weights = (When(colour=colour, then=weight) for colour, weight in _WEIGHT.items())
    rows = in_sight(actor, at).annotate(
        weight=Case(*weights, output_field=IntegerField()),
        due=composed_once(PreliminaryAssessment, _due),
        own=Case(When(own, then=True), default=False, output_field=BooleanField()),
        received=Case(When(report__registered_at=None, then=False), default=True, output_field=BooleanField()),
    )
    return rows.order_by("received", F("due").asc(nulls_last=True), "weight", "pk")


def briefs(actor: Actor, at: datetime, *, mine: bool = False) -> list[Brief]:
    """Every concern in sight, in the order of the queue.

    Args:
        mine: only those that the actor owns or is deputy for.
    """
    rows = in_order(actor, at)
    found = (rows.filter(own=True) if mine else rows).values_list("pk", "due", "colour", "unit_id", "own", "received")
    return [Brief._make(row) for row in found]


def count(actor: Actor, at: datetime) -> Counts:
    """How many are in sight, counted where they are."""
    return _summed(actor, Choice(), at).counts


class _Sum(NamedTuple):
    """Of all in sight the counts and their units; of those chosen how many, and the ids of the page asked for."""

    counts: Counts = Counts()
    units: Sequence[int] = ()
    chosen: int = 0
    shown: Sequence[int] = ()


#: Reading the concerns with their clocks is nearly all of the time: it is done once for all that a page tells.
_SUM = """
    WITH queue AS MATERIALIZED ({queue}), chosen AS NOT MATERIALIZED (SELECT * FROM queue WHERE {chosen})
    SELECT count(*), count(*) FILTER (WHERE due <= %s), count(*) FILTER (WHERE due <= %s AND colour = %s),
        count(*) FILTER (WHERE own), count(*) FILTER (WHERE NOT received), {colours},
        ARRAY(SELECT DISTINCT unit_id FROM queue), (SELECT count(*) FROM chosen),
        ARRAY(SELECT pk FROM chosen ORDER BY received, due NULLS LAST, weight, pk LIMIT %s OFFSET %s)
    FROM queue
"""


def _narrowed(choice: Choice, at: datetime) -> tuple[str, list[Any]]:
    """The condition for those that were asked for, and its parameters."""
    asked: list[tuple[str, list[Any]]] = [("TRUE", [])]
    if choice.colour:
        asked.append(("colour = %s", ["" if choice.colour == UNJUDGED else choice.colour]))
    if choice.mine:
        asked.append(("own", []))
    if choice.late:
        asked.append(("due <= %s", [at]))
    if choice.unit is not None:
        asked.append(("unit_id = (SELECT id FROM hub_unit WHERE ref = %s)", [choice.unit]))
    return " AND ".join(text for text, _ in asked), [value for _, values in asked for value in values]


def _summed(actor: Actor, choice: Choice, at: datetime) -> _Sum:
    """Counts, units and one page of what was chosen, in one query."""
    columns = ("pk", "due", "colour", "unit_id", "own", "received", "weight")
    try:
        rows, of_rows = in_order(actor, at).order_by().values(*columns).query.sql_with_params()
    except EmptyResultSet:  # the actor's role sees no concerns at all
        return _Sum()
    chosen, of_chosen = _narrowed(choice, at)
    colours = ", ".join("count(*) FILTER (WHERE colour = %s)" for _ in WORDS)
    values: list[Any] = [*of_rows, *of_chosen, at, at, Colour.RED.value, *WORDS, PAGE, (choice.page - 1) * PAGE]
    with planned_anew(), connection.cursor() as cursor:
        cursor.execute(_SUM.format(queue=rows, chosen=chosen, colours=colours), values)
        row: tuple[Any, ...] = cursor.fetchone()
    everything, late, late_red, mine, not_received, *of_colour, units, found, shown = row
    by_colour = dict(zip(WORDS, of_colour, strict=True))
    return _Sum(Counts(everything, late, late_red, mine, not_received, by_colour), units, found, shown)


def listing(actor: Actor, choice: Choice, at: datetime) -> Listing:
    """One page of what was chosen, in a number of queries that does not grow with the queue; after the last, the last.

    The page number may be stale: the queue has become shorter since the address was made.
    """
    choice = replace(choice, page=max(choice.page, 1))
    found = _summed(actor, choice, at)
    last = max(1, -(-found.chosen // PAGE))
    if choice.page > last:
        choice = replace(choice, page=last)
        found = _summed(actor, choice, at)
    units = list(Unit.objects.filter(pk__in=found.units).order_by("name", "pk")) if len(found.units) > 1 else []
    rows = lines(found.shown, actor, at)
    return Listing(rows, found.counts, units, found.chosen, choice.page, choice.page < last)


def lines(ids: Sequence[int], actor: Actor, at: datetime) -> list[Line]:
    """What the list shows of these open concerns, in the order given; what may not be read is left out. Two queries."""
    if not ids:
        return []
    rows = permitted(with_parts(PreliminaryAssessment.objects.filter(pk__in=ids)), actor, at=at)
    found = {row.pk: row for row in rows}
    clocks = clocks_of(found)
    return [line(found[pk], clocks.get(pk, ()), at) for pk in ids if pk in found]


def with_parts(rows: "QuerySet[PreliminaryAssessment]") -> "QuerySet[Any]":
    """Everything that a row of the list says of a concern, but its clocks."""
    return rows.select_related("report", "owner__user", "unit", "individual__person").annotate(
        protection_done=composed_once(PreliminaryAssessment, _protection_done),
        siblings=composed_once(PreliminaryAssessment, _siblings),
    )


def _protection_done() -> Exists:
    return Exists(ProtectionAssessment.objects.filter(assessment=OuterRef("pk")))


def _siblings() -> Subquery:
    """How many children the report is about; none where one of them is protected: that one is not counted out."""
    rows = PreliminaryAssessment.objects.filter(report=OuterRef("report")).order_by().values("report")
    counted = rows.annotate(hidden=Count("pk", filter=PROTECTED), n=Count("pk"))
    return Subquery(counted.filter(hidden=0).values("n"))


def line(row: Any, clocks: Sequence[ClockLine], at: datetime) -> Line:
    """A row loaded `with_parts`."""
    return Line(row, clocks, row.siblings, clock.local_day(at))


def clocks_of(assessments: Iterable[int]) -> dict[int, list[ClockLine]]:
    """The waiting clocks of these open concerns, the most pressing first."""
    rows = Deadline.objects.filter(
        composed_once(Deadline, _waits_of_itself), subject_id__in=list(assessments)
    ).order_by("due_at", "kind", "pk")
    found: dict[int, list[ClockLine]] = {}
    for row in rows.only("kind", "subject_id", "started_at", "due_at"):
        found.setdefault(row.subject_id, []).append(ClockLine(row.kind, row.started_at, row.due_at))
    return found


def _waits_of_itself() -> Q:
    concern = PreliminaryAssessment.objects.filter(pk=OuterRef("subject_id"))
    return waits(Subquery(concern.values("colour")[:1]))


def last_working_day(due_at: datetime) -> date:
    """The working day before the day on which it is due: when it must be dealt with at the latest (R70)."""
    return previous_working_day(clock.last_day(due_at))


def urgent(actor: Actor, at: datetime) -> "QuerySet[PreliminaryAssessment]":
    """Red and orange ones that wait: the mark in the menu says how many."""
    return in_sight(actor, at).filter(colour__in=(Colour.RED, Colour.ORANGE))
