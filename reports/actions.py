"""Deeds of statistics: the kommun's decision is noted, and a half-year is released (P-S2, P-S3)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hub import clock
from hub.access import Actor, require
from hub.actions.organisation import locked
from hub.audit import record
from hub.crypto import lookup
from hub.errors import Conflict, Invalid, kept_by
from hub.models import Assignment, Municipality, Role
from hub.policy_admin import require_kommun
from reports import closed
from reports.definitions import ENDED, ONGOING, PARTICIPANTS
from reports.models import ProgrammeDecision, Release
from reports.programme import Period, participants
from reports.releases import districts_of, next_half, told_before
from reports.suppression import SolverMissing, Unprotectable, suppress


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """Who decided what about whom. Days are whole days in Sweden, the last one included; None has no end."""

    assignment: Assignment
    decided_by: str
    decided_on: date
    reference: str
    first: date
    last: date | None


@transaction.atomic
def record_decision(facts: DecisionFacts, *, by: Actor, at: datetime) -> ProgrammeDecision:
    """Register the kommun's decision that an assignment may see exact figures.

    It opens from the first day, or from now if that day has begun: a decision opens nothing backwards.

    Raises:
        Denied: the actor does not administer the kommun.
        Invalid: the days run backwards or lie in the past, it was decided in the future, the assignment is not
            programansvarig in one of the kommun's own agencies or is the administrator's own, or one decision about
            it is in force in that time.
    """
    require_kommun(by, ProgrammeDecision, at=at)
    _check(facts, by=by, at=at)
    decision = ProgrammeDecision(
        municipality_id=by.municipality_id,
        assignment=facts.assignment,
        decided_by=facts.decided_by,
        decided_on=facts.decided_on,
        reference=facts.reference,
        valid_from=max(clock.start_of_day(facts.first), at),
        valid_to=clock.end_of_day(facts.last) if facts.last else None,
        registered_by_id=by.assignment_id,
        registered_at=at,
    )
    taken = Invalid({"assignment": "Det finns redan ett beslut om den personen i den tiden. Avsluta det först."})
    with kept_by("one_programme_decision_at_a_time", taken):
        decision.save(force_insert=True)
    record("programme.decided", actor=by, at=at, objects=[decision, facts.assignment])
    return decision


def _check(facts: DecisionFacts, *, by: Actor, at: datetime) -> None:
    today, held = clock.local_day(at), facts.assignment
    own = held.unit.agency.municipality_id == by.municipality_id
    if held.role != Role.PROGRAMME or not own or not Assignment.objects.not_over(at=at).filter(pk=held.pk).exists():
        raise Invalid({"assignment": "Välj någon som har uppdraget som programansvarig i kommunen."})
    if held.user_id == by.user_id:
        raise Invalid({"assignment": "Ett beslut om dig själv noteras av en annan administratör."})
    if facts.decided_on > today:
        raise Invalid({"decided_on": "Skriv den dag då beslutet fattades. Den kan inte ligga framåt i tiden."})
    if facts.first < facts.decided_on:
        raise Invalid({"first": "Beslutet kan inte gälla från en dag innan det fattades."})
    if facts.last is not None and facts.last < max(facts.first, today):
        raise Invalid({"last": "Den sista dagen kan inte vara före den första, och inte före i dag."})


@transaction.atomic
def end_decision(decision: ProgrammeDecision, *, row_version: int, by: Actor, at: datetime) -> ProgrammeDecision:
    """End the decision at this instant: the exact figures close at once (P-A3).

    One that has not begun is withdrawn: its period becomes empty, and it never opens anything.

    Raises:
        Denied; Conflict: somebody else changed it meanwhile, or it is over.
    """
    require(decision, by, "administer", at=at)
    standing = locked(decision, row_version)
    if standing.withdrawn or (standing.valid_to is not None and standing.valid_to <= at):
        raise Conflict("Beslutet gäller inte längre.")
    standing.valid_to = max(at, standing.valid_from)
    standing.save(update_fields=["valid_to", "row_version"])
    record("programme.ended", actor=by, at=at, objects=[standing])
    return standing


@transaction.atomic
def make_release(*, by: Actor, at: datetime) -> Release:
    """Release the next half-year that is over: its closed set of tables, suppressed once and for good (P-S3).

    Programansvarig makes it, who sees every figure anyway; what is told follows from the data and the earlier
    releases alone, so that nobody chooses what is withheld.

    Raises:
        Denied: the actor may not count, or no decision is in force.
        Invalid: no half-year is over that is not released, or no table of it can be told beside the earlier ones.
        Conflict: somebody else made it in the same moment.
    """
    require(Municipality.objects.get(pk=by.municipality_id), by, "count", at=at)
    half = next_half(by.municipality_id, at)
    if half is None:
        raise Invalid("Det finns inget avslutat halvår som saknar utgåva.")
    rows = participants(by.municipality_id, Period(None, half.end))
    before = told_before(by.municipality_id)
    places = districts_of(by.municipality_id)
    of = closed.universe_of(half, rows, places, before)
    tables = closed.tables(of, half, places)
    try:
        told = suppress(tables, [closed.counts(of, rows)], secret=_lot(by, half), published_before=before)
    except Unprotectable as unsafe:
        raise Invalid(UNPROTECTABLE) from unsafe
    except SolverMissing as missing:
        raise Invalid(NO_SOLVER) from missing
    release = Release(
        municipality_id=by.municipality_id,
        year=half.year,
        half=half.half,
        made_at=at,
        made_by_id=by.assignment_id,
        tables={
            "tables": [closed.kept(table) for table in tables],
            "figures": [[figure.title, figure.definition] for figure in (PARTICIPANTS, ONGOING, ENDED)],
        },
        figures=told.as_json(),
    )
    with kept_by("release_once_a_half_year", Conflict("Någon annan hann göra utgåvan.")):
        release.save(force_insert=True)
    record("statistics.released", actor=by, at=at, objects=[release], detail={"half_year": half.key})
    return release


def _lot(by: Actor, half: closed.HalfYear) -> str:
    """What decides between equally good choices: known to this server alone, and the same if it is asked again."""
    return lookup(half.key, scope=f"statistics {by.municipality_id}")


__all__ = ["DecisionFacts", "end_decision", "make_release", "record_decision"]
UNPROTECTABLE = "Utgåvan går inte att göra: tillsammans med de tidigare skulle den avslöja ett litet tal."
NO_SOLVER = "Utgåvan går inte att göra på den här servern: tillägget som räknar ut vad som ska döljas saknas."
