"""A report of concern comes in: by staff, by the open form or from another system; each child by itself (P-T1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F

from hub import clock
from hub.access import Actor, Denied, require
from hub.actions.messages import notify
from hub.actions.parties import Recused
from hub.actions.people import require_agreement, require_social_services
from hub.audit import record
from hub.crypto import lookup
from hub.errors import Conflict, Invalid
from hub.models import Assignment, Role
from triage.actions.identity import ChildFacts, link_to_child
from triage.actions.known import is_known_protected, settle
from triage.actions.owners import able_to_own, candidates_of, on_duty, rehome, strays
from triage.deadlines import follow
from triage.models import (
    ConcernReport,
    DutyShift,
    Ownership,
    PreliminaryAssessment,
    Reporter,
    ReporterCategory,
    ReportNumbers,
    TriageSettings,
)

#: What arrived before is mistyped.
OLDEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterFacts:
    """Who reports. An anonymous reporter has neither name nor contact."""

    category: str
    name: str = ""
    workplace: str = ""
    contact: str = ""
    protected: bool = False
    wants_feedback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What was told, and when and how it reached the authority (R69)."""

    arrived_at: datetime
    channel: str
    facts: str
    judgement: str = ""
    urgent: bool = False
    urgent_why: str = ""
    family_knows: bool | None = None


def next_report_number(municipality_id: int, *, year: int) -> str:
    """The next number of the kommun and year, such as O-2026-0012. The row lock makes two of them differ."""
    ReportNumbers.objects.get_or_create(municipality_id=municipality_id, year=year)
    ReportNumbers.objects.filter(municipality_id=municipality_id, year=year).update(last=F("last") + 1)
    last = ReportNumbers.objects.get(municipality_id=municipality_id, year=year).last
    return f"O-{year}-{last:04}"


def arrangement_of(agency_id: int, *, at: datetime) -> TriageSettings:
    """How the agency has arranged its intake at `at`.

    Raises:
        Invalid: it has not; an administrator has to.
    """
    found = TriageSettings.objects.in_force(at=at).filter(agency=agency_id).first()
    if found is None:
        raise Invalid("Verksamheten har inte ställt in sin mottagning. En administratör behöver göra det först.")
    return found


def _check(facts: ReportFacts, children: Sequence[ChildFacts], *, at: datetime) -> None:
    if facts.arrived_at > at:
        raise Invalid({"arrived_at": "Anmälan kan inte ha kommit in efter nu. Ändra tiden."})
    if facts.arrived_at < at - OLDEST:
        raise Invalid({"arrived_at": "Anmälan kom in för mer än tio år sedan. Kontrollera året."})
    if not facts.facts:
        raise Invalid({"facts": "Skriv vad anmälaren har sett eller hört."})
    if not children or not all(child.says_who for child in children):
        raise Invalid({"children": "Skriv något om varje barn: namn, personnummer eller hur man kan hitta det."})


@transaction.atomic
def register_report(
    facts: ReportFacts,
    reporter: ReporterFacts,
    children: Sequence[ChildFacts],
    *,
    agency_id: int,
    owner: Assignment | None = None,
    by: Actor,
    at: datetime,
) -> ConcernReport:
    """Register a report that staff have received: by the agency's own unit, or by its jour (P-T5).

    Each child is an assessment of its own with its own clocks. A child who can be identified is at once.

    Args:
        owner: who owns it from now on; whoever registers, if left out.

    Raises:
        Denied: not of social services, or without agreement. Invalid: something is missing, or the agency has not
        arranged its intake, or is neither the actor's own nor one that the actor is on duty for, or the owner is
        nobody who could be (see `candidates_of`).
    """
    require_social_services(by)
    require_agreement(by, at=at)
    arranged = arrangement_of(agency_id, at=at)
    if by.agency_id not in (agency_id, arranged.jour_id):
        raise Invalid({"agency": "Ni tar inte emot anmälningar för den verksamheten."})
    kommun = arranged.municipality_id
    duty = on_duty(agency_id, municipality_id=kommun, at=at)
    if by.agency_id != agency_id and not duty.filter(pk=by.assignment_id).exists():
        raise Invalid({"agency": "Du har inget jourpass nu. Den som har passet registrerar anmälan."})
    _check(facts, children, at=at)
    owner = owner or Assignment.objects.get(pk=by.assignment_id)
    if not candidates_of(agency_id, municipality_id=kommun, at=at).filter(pk=owner.pk).exists():
        raise Invalid({"owner": "Personen kan inte vara ansvarig. Välj någon annan."})
    report = _create(facts, reporter, arranged, registered_by=by, at=at)
    for position, child in enumerate(children, start=1):
        assessment = _create_child(report, position, child, owner=owner, by=by, at=at)
        settle(assessment, by=by, at=at)
        if child.identifies and by.agency_id == agency_id:
            _link(assessment, by=by, at=at)
    follow(report.assessments.values_list("pk", flat=True), at=at)
    record("concern.registered", actor=by, at=at, objects=[report, *report.assessments.all()])
    return report


def _link(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> None:
    """Link the child at once. Whoever has declared jäv toward it registers all the same, and somebody else owns it."""
    try:
        with transaction.atomic():
            link_to_child(assessment, by=by, at=at)
    except Recused:
        assessment.refresh_from_db()
        own = PreliminaryAssessment.objects.filter(pk=assessment.pk, owner__user_id=by.user_id)
        rehome(own, without=by.user_id, at=at)


@transaction.atomic
def submit_report(
    facts: ReportFacts,
    reporter: ReporterFacts,
    children: Sequence[ChildFacts],
    *,
    agency_id: int,
    key: UUID | None = None,
    by: Actor | None,
    at: datetime,
) -> ConcernReport:
    """A mandated reporter sends a report, through the open form (`by` None) or another system (P-T1).

    It has arrived now (R69), is owned by the unit's standing owner, and stands unregistered until it is received.

    The name of whoever sends it stands in the reporter's row alone, which is what a protected reporter was promised
    (OSL 26:5): nobody gave the concern to its owner, and of a protected one the log says from which agency.

    Args:
        key: the same report with the same key again gives what it made, not another one (P-Q3). Another text, or
            another agency, is another report whatever the key.

    Raises:
        Denied: the actor does no case work, or without agreement. Invalid: something is missing, the reporter has no
        duty to report, or the agency has no open form.
    """
    if by is not None:
        _require_case_work(by, at=at)
    arranged = arrangement_of(agency_id, at=at)
    if not arranged.external_form:
        raise Invalid("Verksamheten tar inte emot anmälningar den här vägen. Ring mottagningen.")
    if reporter.category in (ReporterCategory.PRIVATE, ReporterCategory.FAMILY, ReporterCategory.ANONYMOUS):
        raise Invalid({"category": "Formuläret är för dig som är skyldig att anmäla. Ring mottagningen i stället."})
    _check(facts, children, at=at)
    ref = _ref_of(key, facts, reporter, children, arranged) if key else None
    try:
        with transaction.atomic():
            report = _create(facts, reporter, arranged, registered_by=None, ref=ref, at=at)
    except IntegrityError:
        earlier = ConcernReport.objects.filter(ref=ref).first() if ref else None
        if earlier is None:
            raise
        return earlier
    for position, child in enumerate(children, start=1):
        _create_child(report, position, child, owner=arranged.standing_owner, by=None, at=at)
    rehome(strays(at=at).filter(report=report), at=at)
    follow(report.assessments.values_list("pk", flat=True), at=at)
    _tell_of_arrival(report, at=at)
    hidden = reporter.protected
    record(
        "concern.arrived",
        actor=None if hidden else by,
        at=at,
        municipality_id=report.municipality_id,
        objects=[report, *report.assessments.all()],
        detail={"from_agency": by.agency_id} if hidden and by else None,
    )
    return report


def _require_case_work(by: Actor, *, at: datetime) -> None:
    """P-A2 clause 1: an administrator reports nothing, nor does anybody of an agency that is here without agreement.

    Raises:
        Denied: so it is.
    """
    if not by.in_case_work(at=at):
        raise Denied("submit", ConcernReport)
    require_agreement(by, at=at)


def _ref_of(
    key: UUID,
    facts: ReportFacts,
    reporter: ReporterFacts,
    children: Sequence[ChildFacts],
    arranged: TriageSettings,
) -> UUID:
    """The reference of this very report sent with this key to this agency; when it arrived is no part of it."""
    told = asdict(facts)
    del told["arrived_at"]
    place = [str(key), arranged.municipality_id, arranged.agency_id]
    whole = [*place, told, asdict(reporter), [asdict(child) for child in children]]
    return UUID(lookup(json.dumps(whole, sort_keys=True, default=str), scope="concern-report")[:32])


def _tell_of_arrival(report: ConcernReport, *, at: datetime) -> None:
    """Nobody has been spoken to when a form comes in: its owner is told, the unit's managers, and the jour on duty.

    Of a protected child only the owner is told (P-A8).
    """
    told = set(report.assessments.values_list("owner", flat=True))
    if not report.assessments.filter(protected=True).exists():
        told |= set(able_to_own(at=at).filter(unit_id=report.unit_id, role=Role.MANAGER).values_list("pk", flat=True))
        jour = TriageSettings.objects.in_force(at=at).filter(agency_id=report.agency_id).values("jour")
        shifts = DutyShift.objects.filter(municipality_id=report.municipality_id, agency__in=jour)
        told |= set(shifts.in_force(at=at).values_list("assignment", flat=True))
    notify(
        "concern_arrived",
        assignments=told,
        case=None,
        reference=report.number,
        municipality_id=report.municipality_id,
        told_at=at,
    )


@transaction.atomic
def receive_report(report: ConcernReport, *, by: Actor, at: datetime) -> ConcernReport:
    """Register a report that came in by itself; its arrival and its clocks stay as they are.

    Raises:
        Denied: the actor handles none of its children. Conflict: somebody else has received it.
    """
    for assessment in report.assessments.all():
        require(assessment, by, "handle", at=at)
    waiting = ConcernReport.objects.filter(pk=report.pk, registered_at=None)
    if not waiting.update(registered_at=at, registered_by_id=by.assignment_id, row_version=F("row_version") + 1):
        raise Conflict("Någon annan har redan tagit emot anmälan.")
    report.refresh_from_db()
    record("concern.registered", actor=by, at=at, objects=[report, *report.assessments.all()])
    return report


def _create(
    facts: ReportFacts,
    reporter: ReporterFacts,
    arranged: TriageSettings,
    *,
    registered_by: Actor | None,
    ref: UUID | None = None,
    at: datetime,
) -> ConcernReport:
    report = ConcernReport.objects.create(
        ref=ref or uuid4(),
        municipality_id=arranged.municipality_id,
        number=next_report_number(arranged.municipality_id, year=clock.local_day(facts.arrived_at).year),
        agency_id=arranged.agency_id,
        unit_id=arranged.intake_unit_id,
        arrived_at=facts.arrived_at,
        channel=facts.channel,
        registered_at=at if registered_by else None,
        registered_by_id=registered_by.assignment_id if registered_by else None,
        facts=facts.facts,
        judgement=facts.judgement,
        urgent=facts.urgent,
        urgent_why=facts.urgent_why,
        family_knows=facts.family_knows,
    )
    anonymous = reporter.category == ReporterCategory.ANONYMOUS
    Reporter.objects.create(
        municipality_id=report.municipality_id,
        report=report,
        category=reporter.category,
        name="" if anonymous else reporter.name,
        workplace="" if anonymous else reporter.workplace,
        contact="" if anonymous else reporter.contact,
        protected=reporter.protected,
        wants_feedback=reporter.wants_feedback and not anonymous,
    )
    return report


def _create_child(
    report: ConcernReport, position: int, child: ChildFacts, *, owner: Assignment, by: Actor | None, at: datetime
) -> PreliminaryAssessment:
    number = lookup(child.personnummer, scope=report.agency_id) if child.personnummer else ""
    assessment = PreliminaryAssessment.objects.create(
        municipality_id=report.municipality_id,
        report=report,
        position=position,
        given_name=child.given_name,
        family_name=child.family_name,
        personnummer=child.personnummer,
        lookup=number,
        birth_date=child.birth_date,
        about=child.about,
        protected=child.protected or is_known_protected(report.agency_id, number),
        unit_id=report.unit_id,
        owner=owner,
    )
    Ownership.objects.create(
        municipality_id=report.municipality_id,
        assessment=assessment,
        assignment=owner,
        valid_from=at,
        reason="anmälan kom in",
        given_by_id=by.assignment_id if by else None,
        received_at=at if by and by.assignment_id == owner.pk else None,
    )
    if by is not None and by.assignment_id != owner.pk:
        notify(
            "concern_given",
            assignments=[owner.pk],
            case=None,
            reference=report.number,
            municipality_id=report.municipality_id,
            occasion=f"concern_given:{report.number}:{owner.pk}:{at.isoformat()}",
            told_at=at,
        )
    return assessment
