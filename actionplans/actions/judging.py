"""Writing down a judgement of risk, needs and responsivity that somebody qualified has made (P-P3, P-I7)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from actionplans.models import Need, Receptivity, RiskJudgement, RiskLevel
from consent.actions.items import WRITING_PHASES
from consent.models import Factor, InformationType
from hub.access import Actor, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Case

RISK_TYPE = "risk_assessment"
#: The list of needs: the central eight (methods.md, P5).
NEEDS = "P5"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFacts:
    """What a judgement says. `needs`: ids of factors of the list of needs."""

    instrument: str
    instrument_version: str
    assessed_on: date
    assessor: str
    level: str
    reference: str = ""
    receptivity: str = ""
    fitting: str = ""
    needs: tuple[int, ...] = ()


def _errors(facts: RiskFacts, today: date) -> dict[str, str]:
    errors = {}
    for name, sentence in (
        ("instrument", "Skriv vilket instrument som har använts."),
        ("instrument_version", "Skriv vilken version av instrumentet."),
        ("assessor", "Skriv vem som har gjort bedömningen."),
    ):
        if not getattr(facts, name):
            errors[name] = sentence
    if facts.level not in RiskLevel.values:
        errors["level"] = "Välj låg, måttlig eller hög."
    if facts.receptivity and facts.receptivity not in Receptivity.values:
        errors["receptivity"] = "Välj låg, viss eller god."
    if facts.assessed_on > today:
        errors["assessed_on"] = "Dagen ligger i framtiden. Skriv den dag då bedömningen gjordes."
    return errors


@transaction.atomic
def judge_risk(case: Case, facts: RiskFacts, *, by: Actor, at: datetime) -> RiskJudgement:
    """Write a judgement down as a fact of the actor's agency, of type "riskbedömning (nivå)".

    Raises:
        Denied; Conflict: the case is in a phase where nothing is written. Invalid: what the form must mend.
    """
    require(case, by, "read", at=at)
    require(case.individual, by, "work", at=at)
    if case.phase not in WRITING_PHASES:
        raise Conflict("I det här skedet går det inte att skriva uppgifter i ärendet.")
    today = local_day(at)
    errors = _errors(facts, today)
    kind = InformationType.objects.current(on=today).get(code=RISK_TYPE)
    if by.agency_kind not in kind.writers:
        errors["level"] = "Er verksamhet skriver inte riskbedömningar."
    needs = list(Factor.objects.current(on=today).filter(pk__in=facts.needs, list_code=NEEDS))
    if len(needs) != len(set(facts.needs)):
        errors["needs"] = "Välj behov ur listan."
    if errors:
        raise Invalid(errors)
    judgement = RiskJudgement.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        recorded_phase=case.phase,
        agency_id=by.agency_id,
        type=kind,
        author_id=by.assignment_id,
        event_date=facts.assessed_on,
        recorded_at=at,
        instrument=facts.instrument,
        instrument_version=facts.instrument_version,
        assessor=facts.assessor,
        level=facts.level,
        reference=facts.reference,
        receptivity=facts.receptivity,
        fitting=facts.fitting,
    )
    Need.objects.bulk_create(
        Need(municipality_id=case.municipality_id, judgement=judgement, factor=factor) for factor in needs
    )
    record("risk.judged", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[judgement])
    return judgement
