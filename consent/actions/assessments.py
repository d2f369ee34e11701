"""What must be judged before a signature counts: the youth's maturity, and a guardian who is hindered (P-C3)."""

from datetime import datetime, timedelta

from django.db import transaction

from consent import completeness as rule
from consent.decided import decided
from consent.models import HinderedDecision, Maturity, MaturityAssessment
from hub import clock
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Invalid
from hub.models import Individual, Person


@transaction.atomic
def assess_maturity(individual: Individual, *, level: str, why: str, by: Actor, at: datetime) -> MaturityAssessment:
    """Record who assessed the youth's maturity, when and why (OSL 12:3, R12).

    Raises:
        Denied; Invalid: no reason, or "decides alone" below the kommun's age.
    """
    require(individual, by, "work", at=at)
    if not why.strip():
        raise Invalid({"why": "Skriv vad bedömningen bygger på."})
    kommun = decided(individual.municipality_id, on=clock.local_day(at))
    ripe = clock.at_age(individual.person.birth_date, kommun.decides_alone_from_age) <= at
    if level == Maturity.DECIDES_ALONE and not ripe:
        raise Invalid({"level": f"Den unge kan bestämma själv tidigast från {kommun.decides_alone_from_age} år."})
    assessment = MaturityAssessment.objects.create(
        municipality_id=individual.municipality_id,
        individual=individual,
        level=level,
        why=why,
        assessed_at=at,
        assessed_by_id=by.assignment_id,
    )
    record("maturity.assessed", actor=by, at=at, individual=individual.pk, objects=[assessment])
    return assessment


@transaction.atomic
def decide_hindered(
    individual: Individual,
    guardian: Person,
    *,
    cause: str,
    attempts: str,
    why_cannot_wait: str,
    by: Actor,
    at: datetime,
) -> HinderedDecision:
    """Record a decision to go on without a hindered guardian for at most 30 days (FB 6:13 2 st.).

    Raises:
        Denied; Invalid: the kommun has not switched the rule on, or a reason is missing.
    """
    require(individual, by, "work", at=at)
    if not decided(individual.municipality_id, on=clock.local_day(at)).hindered_guardian_rule:
        raise Invalid("Kommunen har inte beslutat att använda regeln om hindrad vårdnadshavare.")
    if not (cause.strip() and attempts.strip() and why_cannot_wait.strip()):
        raise Invalid("Skriv orsak, vilka försök som gjorts och varför det inte kan vänta.")
    ends = clock.start_of_day(clock.local_day(at) + timedelta(days=rule.HINDERED_DAYS))
    decision = HinderedDecision.objects.create(
        municipality_id=individual.municipality_id,
        individual=individual,
        guardian=guardian,
        cause=cause,
        attempts=attempts,
        why_cannot_wait=why_cannot_wait,
        decided_at=at,
        decided_by_id=by.assignment_id,
        ends_at=ends,
    )
    record("guardian.hindered", actor=by, at=at, individual=individual.pk, objects=[decision])
    return decision
