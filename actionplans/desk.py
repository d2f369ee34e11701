"""What can be chosen by whoever writes a goal or a measure: people, goals, sorts, and who reads it (P-A2, P-A7).

Forms and the API choose from the same desk, so that neither offers what the other refuses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actionplans import catalogue as listing
from actionplans import queries
from actionplans.actions.plans import PLAN_TYPE
from actionplans.models import Goal, Intervention, Measure, Plan
from consent.eyeline import Sharing
from consent.models import InformationType
from hub import clock
from hub.access import Actor, may, permitted
from hub.models import Agency, Assignment


@dataclass(frozen=True, slots=True)
class Readers:
    """Which agencies a consent lets read the facts of which (agency ids), and who is writing.

    Narrowing is an allow list: `()` is all that the consent gives, only the own agency is nobody else. Nothing can be
    added to what the consent gives, and the writer's own agency is always among them: nobody writes what he may not
    read.
    """

    actor: Actor
    agencies: Mapping[int, Agency]
    #: Source agency → the others that read something of it now.
    of: Mapping[int, frozenset[int]]

    @property
    def offered(self) -> list[Agency]:
        """What can be ticked: every agency that reads something of what can be written here."""
        return list(self.agencies.values())

    def ticked(self, standing: Sequence[int]) -> set[int]:
        """What is ticked before anybody has touched it."""
        return {pk for pk in self.agencies if not standing or pk in standing}

    def narrowed(self, chosen: Iterable[int] | None, *, source: int, standing: Sequence[int] = ()) -> tuple[int, ...]:
        """The allow list of a fact of the agency `source`.

        Args:
            chosen: what is ticked; None where nothing is said about it.
            standing: what holds now. It stays as it is when nothing was touched, so that a consent that has ended in
                the meantime widens nothing.
        """
        picked = None if chosen is None else set(chosen)
        if picked is None or picked == self.ticked(standing):
            return tuple(standing)
        if picked >= self.agencies.keys():
            return ()
        own = {self.actor.agency_id} if source != self.actor.agency_id else set()
        given = self.of.get(source, frozenset()) - {source}
        return tuple(sorted((picked & given) | own)) or (source,)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a measure can be written with: who leads the plan writes for everybody in the case, others their own."""

    people: Sequence[Assignment]
    goals: Sequence[Goal]
    types: Sequence[InformationType]
    readers: Readers
    #: The catalogue of interventions, and the same as choices with who gives them in the kommun.
    listed: Sequence[Intervention]
    catalogue: Sequence[tuple[str, Any]]


def readers_of(plan: Plan, sources: Iterable[int], actor: Actor, *, at: datetime) -> Readers:
    """Who can be let read, or left out, of what these agencies (ids) write in the plan."""
    sharing, wanted = Sharing.load(plan.individual_id, at=at), set(sources)
    of: dict[int, frozenset[int]] = {}
    for grant in sharing.grants:
        if grant.source_id in wanted and grant.recipient_id in sharing.parties:
            of[grant.source_id] = of.get(grant.source_id, frozenset()) | {grant.recipient_id}
    read = frozenset().union(*of.values()) - {actor.agency_id}
    return Readers(actor, {pk: party.agency for pk, party in sharing.parties.items() if pk in read}, of)


def goal_readers(plan: Plan, actor: Actor, *, at: datetime) -> Readers:
    """A goal is the owner agency's, and so is who writes it."""
    return readers_of(plan, [actor.agency_id], actor, at=at)


def desk(plan: Plan, actor: Actor, *, at: datetime, measure: Measure | None = None) -> Desk:
    """The desk of a measure; `measure` is the one that is changed, with its type loaded."""
    today, leads = clock.local_day(at), may(plan, actor, "lead", at=at)
    kinds = InformationType.objects
    types = kinds.current(on=today) if leads else kinds.writable_by(actor.agency_kind, on=today)
    usual = {PLAN_TYPE, *([measure.type.code] if measure else [])}
    people = queries.seated(plan.case, actor, at=at, everybody=leads)
    goals = Goal.objects.filter(case=plan.case_id, last_version=None)
    listed = listing.interventions(on=today)
    if measure and measure.intervention and measure.intervention not in listed:  # the catalogue has a newer version
        listed.append(measure.intervention)
    return Desk(
        people=people,
        goals=list(permitted(goals, actor, at=at, about=plan.individual_id).order_by("pk")),
        types=list(dict.fromkeys([*types, *kinds.current(on=today).filter(code__in=usual)])),
        readers=readers_of(plan, {one.unit.agency_id for one in people}, actor, at=at),
        listed=listed,
        catalogue=listing.choices(listed, listing.offers_now(actor, at=at)),
    )
