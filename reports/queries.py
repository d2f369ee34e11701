"""Exact figures for the one who may have them, noted in the log with the decision that opened them (P-S2)."""

from datetime import date

from hub.access import require
from hub.http import HubRequest
from hub.models import Municipality
from reports.definitions import Exact, exact_tables
from reports.models import ProgrammeDecision
from reports.programme import Period, read


def required(request: HubRequest) -> ProgrammeDecision:
    """The decision in force that lets the actor count.

    Raises:
        Denied: the actor is not programansvarig, or no decision of the kommun about the assignment is in force.
    """
    actor, at = request.actor, request.at
    require(Municipality.objects.get(pk=actor.municipality_id), actor, "count", at=at)
    decision: ProgrammeDecision = ProgrammeDecision.objects.in_force(at=at).get(assignment=actor.assignment_id)
    return decision


def exact_figures(request: HubRequest, first: date | None, last: date | None) -> tuple[Period, list[Exact]]:
    """Every exact table of the kommun worked in. The log gets the decision, never a person: none is shown.

    Args:
        first, last: whole days, both included; None: from the first, until now.

    Raises:
        Denied: as of `required`.
    """
    decision = required(request)
    period = Period.of_days(first, last, at=request.at)
    request.trail.show([decision], ground={"rule": "programme", "decision": decision.pk})
    return period, exact_tables(read(request.actor.municipality_id, period))
