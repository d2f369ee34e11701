"""Convening the hub: a time for the call, and a question to every unit that may be asked (P-T6, R21)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from hub import actions as hub_actions
from hub import swedish
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Invalid
from hub.models import AgencyKind, Assignment, Recusal, Unit
from triage.actions.assessing import lock_open
from triage.actions.reports import arrangement_of
from triage.deadlines import follow
from triage.models import (
    AskedAs,
    CallChild,
    CallState,
    Colour,
    HubCall,
    HubSlot,
    HubUnit,
    KnowledgeCheck,
    PreliminaryAssessment,
)
from triage.policy import INTAKE_ROLES
from triage.slots import is_slot_time

LOCKED_OUT = (
    "{units} kan inte delta än. Under förhandsbedömningen får bara socialtjänstens enheter delta. "
    "När utredning har inletts kan ni fråga dem, och då är de skyldiga att svara (20 kap. 6 § SoL)."
)
COUNSELLING = "Familjerådgivningen frågas aldrig. Den har en egen, starkare sekretess (26 kap. 3 § OSL)."
NEED = (
    "Skriv vad svaret behövs för. {units} hör till en annan nämnd eller kommun och får lämna ut bara det som "
    "behövs (15 kap. 8 § SoL, 26 kap. 9 § OSL)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convening:
    """When, and whom.

    Args:
        starts_at: when the call begins; of a slot, one of its instants.
        need: what the answer is needed for; compulsory when a unit of another agency is asked.
        more: units to ask besides the hub's own.
        named: unit id → the one person asked there, for a protected child (P-A8).
    """

    starts_at: datetime
    slot: HubSlot | None = None
    need: str = ""
    more: Sequence[Unit] = ()
    named: Mapping[int, Assignment] = field(default_factory=dict)


def is_protected(assessment: PreliminaryAssessment) -> bool:
    individual = assessment.individual
    return assessment.protected or (individual is not None and individual.person.is_protected)


def asked_as(unit: Unit, assessment: PreliminaryAssessment) -> AskedAs:
    """On what footing the unit is asked: of the own agency, of another nämnd, or of another kommun."""
    if unit.agency_id == assessment.report.agency_id:
        return AskedAs.OWN
    same_kommun = unit.agency.municipality_id == assessment.municipality_id
    return AskedAs.OTHER_BOARD if same_kommun else AskedAs.OTHER_KOMMUN


def units_of_hub(agency_id: int, *, at: datetime) -> list[Unit]:
    """The units of the agency's hub in force, each with its agency."""
    rows = HubUnit.objects.in_force(at=at).filter(agency=agency_id).select_related("unit__agency")
    return sorted(
        (row.unit for row in rows), key=lambda unit: (unit.agency_id != agency_id, swedish.sort_key(unit.name))
    )


def is_locked_out(unit: Unit) -> bool:
    """Other agencies take no part before an investigation (R21)."""
    return unit.agency.kind != AgencyKind.SOCIALTJANST


def may_be_asked(units: Iterable[Unit]) -> list[Unit]:
    """Social services' own kind, and never family counselling (OSL 26:3)."""
    return [unit for unit in units if not is_locked_out(unit) and not unit.family_counselling]


def people_of(unit: Unit, assessment: PreliminaryAssessment, *, at: datetime) -> list[Assignment]:
    """Who of a unit may be asked about the child: those who handle concerns, and are not recused from it."""
    rows = Assignment.objects.usable(at=at).filter(unit=unit, role__in=INTAKE_ROLES).select_related("user")
    if assessment.individual_id is not None:
        recused = Recusal.objects.filter(individual=assessment.individual_id, at__lte=at)
        rows = rows.exclude(user__in=recused.values("user"))
    return sorted(rows, key=lambda assignment: swedish.sort_key(assignment.user.name))


@transaction.atomic
def convene(assessment: PreliminaryAssessment, wanted: Convening, *, by: Actor, at: datetime) -> HubCall:
    """Convene the hub about one child. Doing it again asks only those who were not asked, and keeps the time (P-T6).

    Raises:
        Denied; Conflict: it is decided on; Invalid: the time is past or no standing one, a unit may not take part,
        the need is not written, or nobody is named for a protected child.
    """
    require(assessment, by, "convene", at=at)
    locked = lock_open(assessment)
    units = _to_ask(locked, wanted, at)
    call = _running_call(locked) or _call_at(locked, wanted, by=by, at=at)
    child = _put_on_list(call, locked)
    checks = [_ask(unit, locked, wanted, by=by, at=at) for unit in units]
    record(
        "hub.convened",
        actor=by,
        at=at,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, call, child, *checks],
        detail={"asked": len(checks)},
    )
    follow([locked.pk], at=at)
    return call


def _to_ask(assessment: PreliminaryAssessment, wanted: Convening, at: datetime) -> list[Unit]:
    """The hub's units and those added, without those asked already; refuses what the law does."""
    refused = [unit.name for unit in wanted.more if is_locked_out(unit)]
    if refused:
        raise Invalid({"more": LOCKED_OUT.format(units=swedish.listing(refused))})
    if any(unit.family_counselling for unit in wanted.more):
        raise Invalid({"more": COUNSELLING})
    every = {u.pk: u for u in [*may_be_asked(units_of_hub(assessment.report.agency_id, at=at)), *wanted.more]}
    if not every:
        raise Invalid("Hubben har inga enheter. En administratör behöver ställa in vilka som deltar.")
    asked = set(KnowledgeCheck.objects.filter(assessment=assessment).values_list("unit_id", flat=True))
    new = [unit for unit in every.values() if unit.pk not in asked]
    others = [unit.name for unit in new if asked_as(unit, assessment) != AskedAs.OWN]
    if others and not wanted.need:
        raise Invalid({"need": NEED.format(units=swedish.listing(others))})
    return new if not is_protected(assessment) else _with_somebody_named(new, assessment, wanted, at)


def _with_somebody_named(
    units: list[Unit], assessment: PreliminaryAssessment, wanted: Convening, at: datetime
) -> list[Unit]:
    """Of a protected child one person per unit is asked; a unit where nobody can be is not asked (P-A8)."""
    wrong, found = {}, []
    for unit in units:
        people = {assignment.pk for assignment in people_of(unit, assessment, at=at)}
        chosen = wanted.named.get(unit.pk)
        if not people:
            continue
        if chosen is None or chosen.pk not in people:
            wrong[f"named_{unit.ref}"] = f"Välj en person i {unit.name}. Barnet har skyddade personuppgifter."
        found.append(unit)
    if wrong:
        raise Invalid(wrong)
    return found


def _running_call(assessment: PreliminaryAssessment) -> HubCall | None:
    running = HubCall.objects.filter(
        children__assessment=assessment, children__carried_why="", state__in=(CallState.PLANNED, CallState.OPEN)
    )
    return running.order_by("starts_at", "pk").first()


def _call_at(assessment: PreliminaryAssessment, wanted: Convening, *, by: Actor, at: datetime) -> HubCall:
    """The call of that time, or a new one. The slot's row is held, so that two who convene make one call."""
    agency_id, slot = assessment.report.agency_id, wanted.slot
    if wanted.starts_at < at:
        raise Invalid({"starts_at": "Tiden har passerat. Välj en tid från och med nu."})
    if slot is not None:
        slot = HubSlot.objects.select_for_update().get(pk=slot.pk)
        if slot.agency_id != agency_id or not is_slot_time(slot, wanted.starts_at):
            raise Invalid({"starts_at": "Den tiden finns inte längre. Välj en annan."})
    standing = HubCall.objects.filter(
        agency=agency_id, slot=slot, starts_at=wanted.starts_at, state__in=(CallState.PLANNED, CallState.OPEN)
    ).first()
    return standing or HubCall.objects.create(
        municipality_id=assessment.municipality_id,
        agency_id=agency_id,
        slot=slot,
        starts_at=wanted.starts_at,
        link=slot.link if slot else "",
        convened_by_id=by.assignment_id,
        convened_at=at,
    )


def _put_on_list(call: HubCall, assessment: PreliminaryAssessment) -> CallChild:
    """Last on the list; a child that stands there does so once, and is no longer carried over."""
    CallChild.objects.filter(call=call, assessment=assessment).update(carried_why="")
    if standing := CallChild.objects.filter(call=call, assessment=assessment).first():
        return standing
    last = CallChild.objects.filter(call=call).aggregate(last=Max("order"))["last"] or 0
    return CallChild.objects.create(
        municipality_id=call.municipality_id, call=call, assessment=assessment, order=last + 1
    )


def _ask(
    unit: Unit, assessment: PreliminaryAssessment, wanted: Convening, *, by: Actor, at: datetime
) -> KnowledgeCheck:
    """The question to one unit, and word of it to its people: that there is one, never about whom."""
    footing, jour = asked_as(unit, assessment), arrangement_of(assessment.report.agency_id, at=at).jour_id
    named = wanted.named.get(unit.pk) if is_protected(assessment) else None
    check = KnowledgeCheck.objects.create(
        municipality_id=assessment.municipality_id,
        assessment=assessment,
        unit=unit,
        to=named,
        asked_as=footing,
        need="" if footing == AskedAs.OWN else wanted.need,
        asked_by_id=by.assignment_id,
        asked_at=at,
        jour=jour is not None and jour in (by.agency_id, unit.agency_id),
    )
    people = [named] if named else people_of(unit, assessment, at=at)
    hub_actions.notify(
        "knowledge_asked_red" if assessment.colour == Colour.RED else "knowledge_asked",
        assignments=[person.pk for person in people],
        case=None,
        municipality_id=assessment.municipality_id,
        told_at=at,
        occasion=f"check:{check.pk}",
        reference=assessment.report.number,
    )
    return check
