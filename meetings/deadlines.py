"""The clock of the rhythm: a row of `hub.Deadline` per case that keeps it (P-M2).

It is told of when the window opens, unless a meeting in time is planned, and when the last day has ended without one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub import clock
from hub.access import Actor
from hub.actions.messages import MESSAGES
from hub.contributions import (
    CASE_CHANGED,
    DEADLINE_KIND,
    INDIVIDUAL_CHANGED,
    DeadlineKind,
    Stage,
    Telling,
    Wanted,
)
from hub.deadlines import keep, leads_of, owners_of
from hub.models import Assignment, Case, Deadline, Protection, Role
from hub.policy import not_recused
from meetings.rhythm import BOOKED, LATE, WINDOW, beats, keeps_rhythm

RHYTHM = "rhythm"
DUE_MESSAGE, LATE_MESSAGE = "meeting_due", "meeting_late"

MESSAGES.update(
    {
        DUE_MESSAGE: "Det är dags för nätverksmöte i ärende {number}. Inget möte är bokat.",
        LATE_MESSAGE: "Nätverksmötet i ärende {number} är försenat.",
    }
)


def wanted(cases: Sequence[int], at: datetime) -> list[Wanted]:
    """One clock per case: from the last meeting that counts to the end of the rhythm's last day."""
    standing = beats(cases, at=at)
    rows = Case.objects.filter(pk__in=standing)
    owners = owners_of(standing, at=at)
    return [
        Wanted(
            subject_id=case.pk,
            occasion=str(standing[case.pk].day_one),
            municipality_id=case.municipality_id,
            case_id=case.pk,
            started_at=standing[case.pk].since,
            due_at=standing[case.pk].due_at,
            owner_unit_id=case.owner_unit_id,
            owner_id=owners.get(case.pk),
        )
        for case in rows
    ]


def stages(started_at: datetime, due_at: datetime, occasion: str) -> Sequence[Stage]:
    """When the window opens, and when the last day has ended."""
    opens = clock.start_of_day(clock.last_day(due_at) - WINDOW)
    return [Stage(opens, DUE_MESSAGE), Stage(due_at, LATE_MESSAGE)]


def subjects(at: datetime) -> Iterable[int]:
    """Cases of the transaction's kommun that keep the rhythm."""
    return Case.objects.filter(keeps_rhythm()).values_list("pk", flat=True)


def tell(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """Whoever leads the case; the unit's managers too when it is late. Nobody while a meeting in time is planned."""
    case = row.case
    beat = beats([row.subject_id], at=at).get(row.subject_id)
    if case is None or beat is None or (stage.message == DUE_MESSAGE and beat.state(at) in (BOOKED, LATE)):
        return []
    told = set(leads_of(case, at=at))
    if stage.message == LATE_MESSAGE and case.individual.person.protection == Protection.NONE:
        managers = Assignment.objects.usable(at=at).filter(unit_id=case.owner_unit_id, role=Role.MANAGER)
        told |= set(not_recused(managers, case.individual_id, at).values_list("pk", flat=True))
    return [Telling(case, sorted(told))]


def follow(cases: Iterable[int], *, at: datetime) -> None:
    """Bring the rhythm's clocks of these cases to what now holds, in the transaction of the change."""
    keep(RHYTHM, cases, at=at)


def _follow_case(case: Case, actor: Actor, at: datetime) -> None:
    follow([case.pk], at=at)


def _follow_individuals(individuals: Sequence[int], at: datetime) -> None:
    follow(Case.objects.filter(individual__in=individuals).values_list("pk", flat=True), at=at)


CASE_CHANGED.append(_follow_case)
INDIVIDUAL_CHANGED.append(_follow_individuals)
DEADLINE_KIND[RHYTHM] = DeadlineKind(RHYTHM, "2026-1", wanted, subjects, stages, tell, late_counts=True)
