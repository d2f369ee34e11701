""" "Vem får veta vad, just nu": information types by agencies, the one picture of consent (mockups, idea 1).

It shows grants that the actor may see and nothing else: the agency that leads the case sees all cells, a party only
those where it gives or receives. A cell says the earliest end among its sources; opened, each source says its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from consent.eyeline import Span, agency_words, holds_until
from consent.models import Grant, InformationType
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import Agency, AgencyKind, Individual, Participation, known_party

#: A cell that ends within this long says so, in shape and words.
SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Source:
    """One stream: who gives which type to whom, and until when."""

    type: InformationType
    giver: Agency
    receiver: Agency
    end: datetime
    consent: int

    def text(self, today: date) -> str:
        return f"{self.giver.name} till {self.receiver.name} {swedish.until(self.end, today)}"


@dataclass(frozen=True, slots=True)
class Part:
    """One table: columns and rows as the matrix component takes them."""

    title: str
    columns: list[dict[str, object]]
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What holds now, as tables and, opened, as sources."""

    parts: list[Part]
    sources: list[Source]
    grants: list[Grant] = field(default_factory=list)

    @property
    def ends(self) -> list[datetime]:
        return sorted(source.end for source in self.sources)

    def until(self, today: date) -> str:
        """One sentence about the ends: the common one, or the earliest."""
        if not self.sources:
            return ""
        first, last = self.ends[0], self.ends[-1]
        said = swedish.until(first, today)
        return f"Gäller {said}." if first == last else f"Det som slutar först gäller {said}."

    def by_type(self, today: date) -> list[tuple[str, list[str]]]:
        """Type → each source with its own end, for the opened view."""
        found: dict[str, list[str]] = {}
        for source in self.sources:
            found.setdefault(source.type.name, []).append(source.text(today))
        return list(found.items())


def current(individual: Individual, actor: Actor, at: datetime) -> Matrix:
    """The matrix of what holds at `at`, as far as the actor may see it. Three queries.

    Args:
        individual: loaded with `person`.
    """
    grants = list(
        permitted(Grant.objects.filter(individual=individual, about=None, period__endswith__gt=at), actor, at=at)
        .select_related("source", "recipient")
        .order_by("pk")
    )
    today, shared = clock.local_day(at), reduce(or_, (g.types for g in grants), 0)
    types = [t for t in InformationType.objects.worded(on=today) if t.mask & shared or t.in_use(on=today)]
    sources = _sources(grants, types, at)
    if individual.person.agency_id == actor.agency_id:
        active = permitted(
            Participation.objects.active(at=at).filter(known_party(at), case__individual=individual), actor, at=at
        ).select_related("agency")
        parts = [_whole(sources, types, [p.agency for p in active], at)] if sources else []
    else:
        parts = _own_sides(sources, types, actor, at)
    return Matrix(parts, sources, [g for g in grants if g.period.lower <= at])


def _sources(grants: Iterable[Grant], types: Sequence[InformationType], at: datetime) -> list[Source]:
    spans: dict[tuple[int, int], list[Grant]] = {}
    for grant in grants:
        spans.setdefault((grant.source_id, grant.recipient_id), []).append(grant)
    found = []
    for kind in types:
        for stream in spans.values():
            fitting = [g for g in stream if g.types & kind.mask]
            periods: list[Span] = [(g.period.lower, g.period.upper) for g in fitting]
            end = holds_until(periods, at)
            if end is not None:
                now = next(g for g in fitting if g.period.lower <= at < g.period.upper)
                found.append(Source(kind, now.source, now.recipient, end, now.consent_id))
    return found


def _whole(sources: list[Source], types: Sequence[InformationType], parties: Iterable[Agency], at: datetime) -> Part:
    agencies = {agency.pk: agency for agency in parties}
    for source in sources:
        agencies.setdefault(source.giver.pk, source.giver)
        agencies.setdefault(source.receiver.pk, source.receiver)
    columns = _in_order(agencies.values())
    shown = [kind for kind in types if any(s.type.pk == kind.pk for s in sources)]
    rows: list[dict[str, object]] = [
        {"label": kind.name, "cells": [_cell(kind, agency, sources, at) for agency in columns]} for kind in shown
    ]
    return Part("", _columns(columns), rows)


def _own_sides(sources: list[Source], types: Sequence[InformationType], actor: Actor, at: datetime) -> list[Part]:
    """What a party gets and what it gives, apart: of other cells it knows nothing, not even that they are empty."""
    parts = []
    got = [s for s in sources if s.receiver.pk == actor.agency_id]
    given = [s for s in sources if s.giver.pk == actor.agency_id]
    for title, streams, ends in (
        ("Det ni får veta", got, [s.giver for s in got]),
        ("Det ni lämnar", given, [s.receiver for s in given]),
    ):
        columns = _in_order({agency.pk: agency for agency in ends}.values())
        rows: list[dict[str, object]] = [
            {
                "label": kind.name,
                "cells": [
                    _state([s.end for s in streams if s.type.pk == kind.pk and agency.pk in _ends(s)], at)
                    for agency in columns
                ],
            }
            for kind in types
            if any(s.type.pk == kind.pk for s in streams)
        ]
        if rows:
            parts.append(Part(title, _columns(columns, "Från " if streams is got else "Till "), rows))
    return parts


def _ends(source: Source) -> tuple[int, int]:
    return source.giver.pk, source.receiver.pk


def _cell(kind: InformationType, agency: Agency, sources: list[Source], at: datetime) -> dict[str, object]:
    streams = [s for s in sources if s.type.pk == kind.pk]
    state = _state([s.end for s in streams if s.receiver.pk == agency.pk], at)
    if state["state"] == "none" and any(s.giver.pk == agency.pk for s in streams):
        return {"state": "own"}
    return state


def _state(ends: list[datetime], at: datetime) -> dict[str, object]:
    if not ends:
        return {"state": "none"}
    end, today = min(ends), clock.local_day(at)
    cell: dict[str, object] = {"state": "allowed", "until": last_day_short(end, today)}
    if end - at <= SOON:
        cell |= {"state": "soon", "left": f"{swedish.duration(end - at)} kvar"}
    return cell


def last_day_short(end: datetime, today: date) -> str:
    """28 feb, the last whole day before an exclusive end; with the time where it ends during a day."""
    wall = clock.local(end)
    last = clock.local_day(end - timedelta(microseconds=1))
    short = swedish.day_short(last, today)
    return short if wall.time() == wall.time().min else f"{short} {swedish.clock_time(end)}"


def _in_order(agencies: Iterable[Agency]) -> list[Agency]:
    """Social services, school, police, leisure, then the rest: as the list of kinds has them."""
    kinds = [kind.value for kind in AgencyKind]
    return sorted(agencies, key=lambda a: (kinds.index(AgencyKind(a.kind).value), swedish.sort_key(a.name)))


def _columns(agencies: Sequence[Agency], before: str = "") -> list[dict[str, object]]:
    words = agency_words(agencies)
    return [{"kind": a.kind, "label": f"{before}{words[a.pk]}" if before else _capital(words[a.pk])} for a in agencies]


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
