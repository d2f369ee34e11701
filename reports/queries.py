"""Exact figures for the one who may have them, noted in the log with the decision that opened them (P-S2)."""

from datetime import date

from hub.access import require
from hub.http import HubRequest
from hub.models import Municipality
from reports.closed import HalfYear
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


def wrong_days(first: date | None, last: date | None, *, today: date) -> dict[str, str]:
    """What is wrong with a period, by "first" and "last"; nothing where it can be counted.

    Exact figures are of whole half-years, as releases are: the tables of a single day would be the row of whoever
    ended on it, with age, district, outcome and what was heard of them afterwards.
    """
    wrong = {}
    if first and HalfYear.of(first).first_day != first:
        wrong["first"] = "Välj den 1 januari eller den 1 juli. Siffrorna visas bara för hela halvår."
    elif first and first > today:
        wrong["first"] = "Perioden har inte börjat än. Välj en tidigare dag."
    if last and HalfYear.of(last).last_day != last:
        wrong["last"] = "Välj den 30 juni eller den 31 december. Siffrorna visas bara för hela halvår."
    elif first and last and last < first:
        wrong["last"] = "Sista dagen ligger före den första. Kontrollera datumen."
    return wrong


def exact_figures(request: HubRequest, first: date | None, last: date | None) -> tuple[Period, list[Exact]]:
    """Every exact table of the kommun worked in. The log gets the decision, never a person: none is shown.

    Args:
        first, last: whole days, both included, with nothing wrong about them; None: from the first, until now.

    Raises:
        Denied: as of `required`.
    """
    decision = required(request)
    period = Period.of_days(first, last, at=request.at)
    request.trail.show([decision], ground={"rule": "programme", "decision": decision.pk})
    return period, exact_tables(read(request.actor.municipality_id, period, at=request.at))
