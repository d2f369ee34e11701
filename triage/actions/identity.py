"""Who the child of a concern is: as the reporter described it, and once it is known who it is (P-T1, P-A6)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from hub import actions as hub_actions
from hub.access import Actor, require
from hub.actions.parties import end_seats
from hub.actions.people import AlreadyRegistered, PersonFacts, require_social_services
from hub.audit import record
from hub.crypto import lookup
from hub.errors import Conflict, Invalid
from hub.models import Assignment, Case, CaseForm, Individual, Person, Phase
from triage.actions.assessing import lock_open
from triage.actions.known import belongs, is_known_protected, known_child, links_known, settle
from triage.actions.owners import may_own, rehome
from triage.deadlines import follow
from triage.models import PreliminaryAssessment

LINKED = "Anmälan är redan kopplad till barnet."
#: Said to the intake only, which answers for the register; the request's log says so (P-A15).
ANOTHER_CHILD = "Kontrollera numret och namnet: de hör inte ihop i registret."


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


@transaction.atomic
def describe_child(
    assessment: PreliminaryAssessment, child: ChildFacts, *, row_version: int, by: Actor, at: datetime
) -> PreliminaryAssessment:
    """Correct or complete what is known of a child that nobody has identified yet.

    Where the number is known at the agency, the concern may have another owner afterwards: see `settle`.

    Raises:
        Denied; Invalid: nothing is said of the child. Conflict: somebody else changed it, it is linked, or has ended.
    """
    require(assessment, by, "handle", at=at)
    locked = lock_open(assessment)
    if locked.row_version != row_version:
        raise Conflict("Någon annan hann ändra anmälan.")
    if locked.case_id is not None:
        raise Conflict(LINKED + " Ändra på barnets egen sida.")
    if not child.says_who:
        raise Invalid({"about": "Skriv något om barnet: namn, personnummer eller hur man kan hitta det."})
    locked.given_name, locked.family_name, locked.about = child.given_name, child.family_name, child.about
    locked.personnummer, locked.birth_date = child.personnummer, child.birth_date
    locked.lookup = lookup(child.personnummer, scope=locked.report.agency_id) if child.personnummer else ""
    locked.protected = child.protected or is_known_protected(locked.report.agency_id, locked.lookup)
    locked.row_version += 1
    locked.save()
    settle(locked, by=by, at=at)
    assessment.refresh_from_db()
    record("concern.child_described", actor=by, at=at, objects=[locked])
    return assessment


@transaction.atomic
def identify(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Case | None:
    """Say who the child is: an individual of the agency, and a case of form MASH that is nobody else's (P-A6).

    Returns:
        None where the intake has to do it and takes the concern over: see `link_to_child`.

    Raises:
        Denied: not the actor's to handle. Invalid: by the jour; name or birth date is missing.
        Conflict: it is done already, or has ended. Recused: the actor has declared jäv toward the child.
    """
    require(assessment, by, "handle", at=at)
    case = link_to_child(assessment, by=by, at=at)
    follow([assessment.pk], at=at)
    return case


def link_to_child(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Case | None:
    """As `identify`, for whoever registers the report, who may hand it to somebody else in the same moment.

    The clocks are the caller's to follow.

    The agency's own person with the same personnummer is used: the report is about that child, and a running case of
    it stays untouched. The owner sits in the new case; one who is recused from the child is replaced at once.

    Only the intake links to a child of the register, and only where the name fits the number. Another unit of the
    agency gets None, and the concern waits for the intake: a number is no way in to a child's cases (P-A8, P-A15).
    """
    if by.agency_id != assessment.report.agency_id:
        require_social_services(by)
        raise Invalid("Mottagningen kopplar anmälan till barnet. Jouren behöver inte göra det.")
    if lock_open(assessment).case_id is not None:
        raise Conflict(LINKED)
    known = settle(assessment, by=by, at=at)
    if known is not None and not links_known(assessment, by):
        return None
    try:
        individual = _individual_of(assessment, known, by=by, at=at)
    except AlreadyRegistered:
        if known_child(assessment.report.agency_id, assessment.lookup) is None:
            raise
        return link_to_child(assessment, by=by, at=at)  # registered meanwhile, from another concern about the child
    case = hub_actions.open_case(
        individual,
        form=CaseForm.MASH,
        phase=Phase.FORHANDSBEDOMNING,
        by=by,
        at=at,
        newly_registered=True,  # the report itself is the reason to work with the child
    )
    PreliminaryAssessment.objects.filter(pk=assessment.pk).update(
        individual=individual, case=case, row_version=F("row_version") + 1
    )
    assessment.refresh_from_db()
    if may_own(assessment.owner, assessment, at=at):
        _seat_owner(case, assessment.owner, by=by, at=at)
    else:
        rehome(PreliminaryAssessment.objects.filter(pk=assessment.pk), at=at)
        assessment.refresh_from_db()
        _leave(case, assessment.owner, by=by, at=at)
    record(
        "concern.identified", actor=by, at=at, individual=individual.pk, case=case.pk, objects=[assessment, individual]
    )
    return case


def _individual_of(assessment: PreliminaryAssessment, known: Person | None, *, by: Actor, at: datetime) -> Individual:
    if known is not None:
        if not (assessment.given_name or assessment.family_name):
            raise Invalid("Skriv barnets namn och födelsedatum först.")
        if not belongs(assessment, known):
            raise Invalid(ANOTHER_CHILD)
        individual, _new = Individual.objects.get_or_create(
            person=known, defaults={"municipality_id": known.municipality_id}
        )
        return individual
    if not (assessment.given_name and assessment.family_name and assessment.birth_date):
        raise Invalid("Skriv barnets namn och födelsedatum först.")
    facts = PersonFacts(
        given_name=assessment.given_name,
        family_name=assessment.family_name,
        birth_date=assessment.birth_date,
        personnummer=assessment.personnummer,
        protection="SEKRETESSMARKERING" if assessment.protected else "INGEN",
    )
    return hub_actions.register_individual(facts, by=by, at=at)


def _seat_owner(case: Case, owner: Assignment, *, by: Actor, at: datetime) -> None:
    """The owner sits in the case as officer; whoever only registered it keeps no seat."""
    if owner.pk == by.assignment_id or owner.unit.agency_id != by.agency_id:
        return
    for seat in case.seats.not_over(at=at).filter(assignment_id=by.assignment_id):
        hub_actions.replace_lead(case, kind=seat.kind, assignment=owner, by=by, at=at, checked=True)


def _leave(case: Case, owner: Assignment, *, by: Actor, at: datetime) -> None:
    """Whoever linked the child but does not own the concern keeps no seat; the new owner has one already."""
    if owner.pk != by.assignment_id:
        seats = list(case.seats.not_over(at=at).filter(assignment_id=by.assignment_id))
        end_seats(seats, by=by, at=at, reason="replaced")
