"""Writing down a judgement of risk, needs and responsivity that somebody qualified has made (P-P3, P-I7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from actionplans.models import Adaptation, Need, Receptivity, RiskJudgement, RiskLevel
from actionplans.reference_data import instrument_named
from consent.actions.items import WRITING_PHASES
from consent.models import Factor, InformationType
from hub.access import Actor, Denied, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Case

RISK_TYPE = "risk_assessment"
#: The list of needs: the central eight (methods.md, P5).
NEEDS = "P5"
NOT_NOW = "I det här skedet går det inte att skriva uppgifter i ärendet."
CORRECTED = "Någon har redan rättat bedömningen. Hämta sidan på nytt."


@dataclass(frozen=True, slots=True)
class SeenNeed:
    """A need, by its id in the list, and what it rests on."""

    factor: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFacts:
    """What a judgement says. `audience`: agency ids, empty for every agency that a consent gives it to."""

    instrument: str
    instrument_version: str
    assessed_on: date
    assessor: str
    level: str
    reference: str = ""
    receptivity: str = ""
    adaptations: tuple[str, ...] = ()
    fitting: str = ""
    needs: tuple[SeenNeed, ...] = ()
    family_barred: bool = False
    audience: tuple[int, ...] = ()


def _errors(facts: RiskFacts, case: Case, today: date) -> dict[str, str]:
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
    if not set(facts.adaptations) <= set(Adaptation.values):
        errors["adaptations"] = "Välj ur listan vad som behöver anpassas."
    if facts.assessed_on > today:
        errors["assessed_on"] = "Dagen ligger i framtiden. Skriv den dag då bedömningen gjordes."
    elif facts.assessed_on < case.individual.person.birth_date:
        errors["assessed_on"] = "Dagen ligger före födelsedagen. Kontrollera året."
    return errors


def _needs(facts: RiskFacts, today: date) -> tuple[list[tuple[Factor, str]], dict[str, str]]:
    """The needs as rows of the list, and what is wrong with them."""
    said = {need.factor: need.evidence.strip() for need in facts.needs}
    known = Factor.objects.current(on=today).filter(pk__in=said, list_code=NEEDS)
    found = [(factor, said[factor.pk]) for factor in known]
    if len(found) != len(facts.needs):
        return [], {"needs": "Välj behov ur listan, varje behov en gång."}
    return found, {} if all(said.values()) else {"needs": "Skriv vad varje behov bygger på."}


def can_judge(case: Case, kind: str, on: date) -> bool:
    """Whether an agency of this kind writes judgements of risk in the case as it is now (P-I8, P-A6)."""
    return case.phase in WRITING_PHASES and InformationType.objects.writable_by(kind, on=on).filter(
        code=RISK_TYPE
    ).exists()  # fmt: skip


@transaction.atomic
def judge_risk(case: Case, facts: RiskFacts, *, by: Actor, at: datetime) -> RiskJudgement:
    """Write a judgement down as a fact of the actor's agency, of type "riskbedömning (nivå)".

    Raises:
        Denied: no seat, or an agency that judges no risk. Conflict: the case is in a phase where nothing is written.
        Invalid: what the form must mend.
    """
    require(case, by, "read", at=at)
    require(case.individual, by, "work", at=at)
    if case.phase not in WRITING_PHASES:
        raise Conflict(NOT_NOW)
    kind = InformationType.objects.current(on=local_day(at)).get(code=RISK_TYPE)
    if by.agency_kind not in kind.writers:
        raise Denied("judge", case)
    judgement = _write(case, facts, {"type": kind}, by=by, at=at)
    record("risk.judged", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[judgement])
    return judgement


@transaction.atomic
def correct_judgement(
    judgement: RiskJudgement, facts: RiskFacts, *, why: str, by: Actor, at: datetime
) -> RiskJudgement:
    """Write a judgement anew because it was wrong. The old one stays as it was, and says that it is corrected.

    A new assessment of the same youth is no correction: that is `judge_risk`.

    Raises:
        Denied: not the own agency's, or no seat. Conflict: corrected already. Invalid: what the form must mend.
    """
    require(judgement, by, "correct", at=at)
    held = RiskJudgement.objects.select_for_update(of=("self",)).select_related("case__individual__person", "type")
    old = held.get(pk=judgement.pk)
    if RiskJudgement.objects.filter(replaces=old).exists():
        raise Conflict(CORRECTED)
    if not why.strip():
        raise Invalid({"why": "Skriv vad som var fel."})
    also = {"type": old.type, "replaces": old, "correction": why}
    new = _write(old.case, facts, also, by=by, at=at)
    record("risk.corrected", actor=by, at=at, individual=old.individual_id, case=old.case_id, objects=[old, new])
    return new


def _write(case: Case, facts: RiskFacts, also: Mapping[str, Any], *, by: Actor, at: datetime) -> RiskJudgement:
    today = local_day(at)
    needs, wrong = _needs(facts, today)
    if errors := _errors(facts, case, today) | wrong:
        raise Invalid(errors)
    judgement = RiskJudgement.objects.create(
        municipality_id=case.municipality_id,
        individual_id=case.individual_id,
        case=case,
        recorded_phase=case.phase,
        agency_id=by.agency_id,
        author_id=by.assignment_id,
        event_date=facts.assessed_on,
        recorded_at=at,
        instrument=instrument_named(facts.instrument),
        instrument_version=facts.instrument_version,
        assessor=facts.assessor,
        level=facts.level,
        reference=facts.reference,
        receptivity=facts.receptivity,
        adaptations=[each for each in Adaptation.values if each in facts.adaptations],
        fitting=facts.fitting,
        family_barred=facts.family_barred,
        audience=sorted(facts.audience),
        **also,
    )
    Need.objects.bulk_create(
        Need(municipality_id=case.municipality_id, judgement=judgement, factor=factor, evidence=evidence)
        for factor, evidence in needs
    )
    return judgement
