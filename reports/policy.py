"""The policy tables of statistics: exact figures by role and decision, releases for the kommun (P-S2, P-S3)."""

from datetime import datetime

from django.db.models import Q

from hub.access import Actor, declare
from hub.models import Municipality, Role
from hub.policy import agreed, has
from hub.policy_admin import administers_kommun
from reports.models import ProgrammeDecision, Release


def by_recorded_decision(actor: Actor, at: datetime) -> Q | None:
    """Programansvarig i en av kommunens egna verksamheter, medan både uppdraget och kommunens beslut gäller."""
    if actor.role != Role.PROGRAMME or not actor.in_force(at=at) or not actor.agency_in_kommun:
        return None
    decided = ProgrammeDecision.objects.in_force(at=at).filter(
        assignment=actor.assignment_id, municipality=actor.municipality_id
    )
    return Q(pk=actor.municipality_id) & has(decided)


def works_in_the_kommun(actor: Actor, at: datetime) -> Q | None:
    """Alla med ett uppdrag som gäller i kommunen; verksamheter utifrån medan en överenskommelse gäller."""
    return Q(municipality_id=actor.municipality_id) & agreed(actor, at) if actor.in_force(at=at) else None


def decisions_of_the_kommun(actor: Actor, at: datetime) -> Q | None:
    """Kommunens administratör: kommunens beslut om programansvariga."""
    return Q(municipality_id=actor.municipality_id) if administers_kommun(actor, at) else None


def decision_about_oneself(actor: Actor, at: datetime) -> Q | None:
    """Programansvarig: beslutet om det egna uppdraget."""
    if actor.role != Role.PROGRAMME or not actor.in_force(at=at):
        return None
    return Q(municipality_id=actor.municipality_id, assignment_id=actor.assignment_id)


declare(Municipality, {"count": (by_recorded_decision,)})
declare(
    ProgrammeDecision,
    {"read": (decisions_of_the_kommun, decision_about_oneself), "administer": (decisions_of_the_kommun,)},
)
declare(Release, {"read": (works_in_the_kommun,)})
