"""A report of concern comes in: by staff, by the open form or from another system; each child by itself (P-T1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from hub import actions as hub_actions
from hub import clock
from hub.access import Actor, require
from hub.actions.people import PersonFacts, require_agreement, require_social_services
from hub.audit import record
from hub.crypto import lookup
from hub.errors import Conflict, Invalid
from hub.models import (
    Assignment,
    CaseForm,
    Individual,
    Person,
    Phase,
)
from hub.models import Case as HubCase
from triage.deadlines import follow
from triage.models import (
    ConcernReport,
    Ownership,
    PreliminaryAssessment,
    Reporter,
    ReporterCategory,
    ReportNumbers,
    TriageSettings,
)


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
class ChildFacts:
    """A child as the reporter describes it; `personnummer` is twelve digits, or empty."""

    given_name: str = ""
    family_name: str = ""
    personnummer: str = ""
    birth_date: date | None = None
    about: str = ""
    protected: bool = False

    @property
    def says_who(self) -> bool:
        return bool(self.given_name or self.family_name or self.personnummer or self.about)

    @property
    def identifies(self) -> bool:
        """Whether it is enough to register a person by."""
        return bool(self.given_name and self.family_name and self.birth_date)


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
        arranged its intake, or is neither the actor's own nor one that the actor has jour for.
    """
    require_social_services(by)
    require_agreement(by, at=at)
    arranged = arrangement_of(agency_id, at=at)
    if by.agency_id not in (agency_id, arranged.jour_id):
        raise Invalid({"agency": "Ni tar inte emot anmälningar för den verksamheten."})
    _check(facts, children, at=at)
    owner = owner or Assignment.objects.get(pk=by.assignment_id)
    report = _create(facts, reporter, arranged, registered_by=by, at=at)
    for position, child in enumerate(children, start=1):
        assessment = _create_child(report, position, child, owner=owner, by=by, at=at)
        if child.identifies and by.agency_id == agency_id:
            identify(assessment, by=by, at=at)
    record("concern.registered", actor=by, at=at, objects=[report, *report.assessments.all()])
    return report


@transaction.atomic
def submit_report(
    facts: ReportFacts,
    reporter: ReporterFacts,
    children: Sequence[ChildFacts],
    *,
    agency_id: int,
    by: Actor | None,
    at: datetime,
) -> ConcernReport:
    """A mandated reporter sends a report, through the open form (`by` None) or another system (P-T1).

    It has arrived now (R69), is owned by the unit's standing owner, and stands unregistered until it is received.

    Raises:
        Invalid: something is missing, the reporter has no duty to report, or the agency has no open form.
    """
    arranged = arrangement_of(agency_id, at=at)
    if not arranged.external_form:
        raise Invalid("Verksamheten tar inte emot anmälningar den här vägen. Ring mottagningen.")
    if reporter.category in (ReporterCategory.PRIVATE, ReporterCategory.FAMILY, ReporterCategory.ANONYMOUS):
        raise Invalid({"category": "Formuläret är för dig som är skyldig att anmäla. Ring mottagningen i stället."})
    _check(facts, children, at=at)
    report = _create(facts, reporter, arranged, registered_by=None, at=at)
    for position, child in enumerate(children, start=1):
        _create_child(report, position, child, owner=arranged.standing_owner, by=by, at=at)
    record(
        "concern.arrived",
        actor=by,
        at=at,
        municipality_id=report.municipality_id,
        objects=[report, *report.assessments.all()],
    )
    return report


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
    facts: ReportFacts, reporter: ReporterFacts, arranged: TriageSettings, *, registered_by: Actor | None, at: datetime
) -> ConcernReport:
    report = ConcernReport.objects.create(
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
    assessment = PreliminaryAssessment.objects.create(
        municipality_id=report.municipality_id,
        report=report,
        position=position,
        given_name=child.given_name,
        family_name=child.family_name,
        personnummer=child.personnummer,
        lookup=lookup(child.personnummer, scope=report.agency_id) if child.personnummer else "",
        birth_date=child.birth_date,
        about=child.about,
        protected=child.protected,
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
    follow([assessment.pk], at=at)
    return assessment


# --- who the child is ------------------------------------------------------------------------------------------------


@transaction.atomic
def identify(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> HubCase:
    """Say who the child is: an individual of the agency, and a case of form MASH that is nobody else's (P-A6).

    The agency's own person with the same personnummer is used: the report is about that child, and a running case of
    it stays untouched. The owner sits in the new case.

    Raises:
        Denied: not the actor's to handle, or of another agency than the report's.
        Invalid: name or birth date is missing. Conflict: it is done already.
    """
    if by.agency_id != assessment.report.agency_id:
        require_social_services(by)
        raise Invalid("Mottagningen kopplar anmälan till barnet. Jouren behöver inte göra det.")
    if not PreliminaryAssessment.objects.select_for_update().filter(pk=assessment.pk, case=None).exists():
        raise Conflict("Anmälan är redan kopplad till barnet.")
    individual = _individual_of(assessment, by=by, at=at)
    case = hub_actions.open_case(
        individual,
        form=CaseForm.MASH,
        phase=Phase.FORHANDSBEDOMNING,
        by=by,
        at=at,
        newly_registered=True,  # the report itself is the reason to work with the child
    )
    _seat_owner(case, assessment.owner, by=by, at=at)
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(
        individual=individual, case=case, row_version=F("row_version") + 1
    )
    assessment.refresh_from_db()
    record(
        "concern.identified", actor=by, at=at, individual=individual.pk, case=case.pk, objects=[assessment, individual]
    )
    follow([assessment.pk], at=at)
    return case


def _individual_of(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Individual:
    known = None
    if assessment.lookup:
        known = Person.objects.filter(
            agency_id=assessment.report.agency_id, personnummer_lookup=assessment.lookup
        ).first()
    if known is not None:
        individual, _new = Individual.objects.get_or_create(
            person=known, defaults={"municipality_id": known.municipality_id}
        )
        return individual
    if not (assessment.given_name and assessment.family_name and assessment.birth_date):
        raise Invalid("Skriv barnets namn och födelsedatum först.")
    return hub_actions.register_individual(
        PersonFacts(
            given_name=assessment.given_name,
            family_name=assessment.family_name,
            birth_date=assessment.birth_date,
            personnummer=assessment.personnummer,
            protection="SEKRETESSMARKERING" if assessment.protected else "INGEN",
        ),
        by=by,
        at=at,
    )


def _seat_owner(case: HubCase, owner: Assignment, *, by: Actor, at: datetime) -> None:
    """The owner sits in the case as officer; whoever only registered it keeps no seat."""
    if owner.pk == by.assignment_id or owner.unit.agency_id != by.agency_id:
        return
    for seat in case.seats.not_over(at=at).filter(assignment_id=by.assignment_id):
        hub_actions.replace_lead(case, kind=seat.kind, assignment=owner, by=by, at=at, checked=True)
