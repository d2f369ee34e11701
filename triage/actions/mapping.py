"""The joint map around one child: contacts, places and situations as roles, each line with who says so (P-I6, P-T7)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Unit
from hub.textguard import find_name_pairs, find_personnummer
from triage.actions.assessing import lock_open
from triage.models import KnowledgeCheck, MapEdge, MapNode, PreliminaryAssessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the map: to what, from whom, how much, who says so.

    Args:
        start: None for the child itself.
        not_a_name: the writer has looked, and the words are no person's name.
    """

    kind: str
    label: str
    degree: int
    source: Unit
    start: MapNode | None = None
    note: str = ""
    not_a_name: bool = False


def _check(line: Line, assessment: PreliminaryAssessment) -> None:
    for name, text in (("label", line.label), ("note", line.note)):
        if find_personnummer(text):
            raise Invalid({name: "Skriv inte personnummer i kartan. Skriv en roll, till exempel ”äldre vän”."})
        if not line.not_a_name and (found := find_name_pairs(text)):
            words = found[0].of(text)
            raise Invalid({name: f"Är ”{words}” ett namn? Skriv en roll, eller markera att det inte är det."})
    if not line.label:
        raise Invalid({"label": "Skriv vem, vilken plats eller vilken situation det gäller."})
    if line.start is not None and line.start not in _standing(assessment):
        raise Invalid({"start": "Det som linjen går från finns inte längre på kartan. Välj på nytt."})


@transaction.atomic
def add_to_map(assessment: PreliminaryAssessment, line: Line, *, by: Actor, at: datetime) -> MapEdge:
    """Draw a line. What stands on the map already gets one line more, with its own source.

    Raises:
        Denied; Conflict: the preliminary assessment has ended; Invalid: a number or a name, or a unit that was not
        asked and is not in the hub.
    """
    require(assessment, by, "draw", at=at)
    locked = lock_open(assessment)
    _check(line, locked)
    asked = KnowledgeCheck.objects.filter(assessment=locked, unit=line.source)
    if line.source.pk != by.unit_id and not asked.exists():
        raise Invalid({"source": "Välj en enhet som är tillfrågad om barnet."})
    node = next((n for n in _standing(locked) if (n.kind, n.label.lower()) == (line.kind, line.label.lower())), None)
    if node is not None and node == line.start:
        raise Invalid({"label": "En linje går mellan två olika. Välj något annat att dra den från."})
    node = node or MapNode.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        kind=line.kind,
        label=line.label,
        added_by_id=by.assignment_id,
        added_at=at,
    )
    edge = MapEdge.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        start=line.start,
        end=node,
        degree=line.degree,
        note=line.note,
        source=line.source,
        added_by_id=by.assignment_id,
        added_at=at,
    )
    _record("hub.map_added", edge, by=by, at=at)
    return edge


def _standing(assessment: PreliminaryAssessment) -> list[MapNode]:
    return list(MapNode.objects.filter(assessment=assessment, removed_at=None))


@transaction.atomic
def remove_from_map(edge: MapEdge, *, by: Actor, at: datetime) -> None:
    """Take a line away, and what then hangs on no line. The rows stay, for the record.

    Raises:
        Denied; Conflict: somebody took it away, or the preliminary assessment has ended.
    """
    require(edge.assessment, by, "draw", at=at)
    locked = lock_open(edge.assessment)
    if not MapEdge.objects.filter(pk=edge.pk, removed_at=None).update(removed_at=at):
        raise Conflict("Någon annan har redan tagit bort det ur kartan.")
    _drop_loose(locked, at)
    _record("hub.map_removed", edge, by=by, at=at)


def _drop_loose(assessment: PreliminaryAssessment, at: datetime) -> None:
    """Whatever no longer is reached from the child goes, with its own lines."""
    edges = list(MapEdge.objects.filter(assessment=assessment, removed_at=None))
    reached: set[int | None] = {None}
    while more := {edge.end_id for edge in edges if edge.start_id in reached} - reached:
        reached |= more
    MapEdge.objects.filter(pk__in=[e.pk for e in edges if e.start_id not in reached]).update(removed_at=at)
    loose = MapNode.objects.filter(assessment=assessment, removed_at=None).exclude(pk__in=[n for n in reached if n])
    loose.update(removed_at=at)


def _record(deed: str, edge: MapEdge, *, by: Actor, at: datetime) -> None:
    assessment = edge.assessment
    record(
        deed,
        actor=by,
        at=at,
        individual=assessment.individual_id,
        case=assessment.case_id,
        objects=[assessment, edge, edge.end],
    )
