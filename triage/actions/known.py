"""Children whom the agency knows already: who may use the register, and who takes such a concern over (P-A8, P-A15).

A personnummer that is typed is never a way in to a child: the intake links it, and a protected child's concern is
for the standing owner and those who sit with the child.
"""

import re
from datetime import datetime

from django.db.models import F, Q, QuerySet

from hub.access import Actor
from hub.audit import note_number_taken
from hub.models import Assignment, CaseSeat, Person, Recusal
from triage.actions.owners import TAKEN_OVER, candidates, rehome
from triage.models import AssessmentState, PreliminaryAssessment, TriageSettings


def known_child(agency_id: int, number: str) -> Person | None:
    """The agency's own person with this personnummer, by its lookup; None where it is unknown, or empty."""
    if not number:
        return None
    return Person.objects.filter(agency_id=agency_id, personnummer_lookup=number).first()


def is_known_protected(agency_id: int, number: str) -> bool:
    """Whether the agency's register protects the child, whatever the reporter knew of it (P-A8)."""
    known = known_child(agency_id, number)
    return known is not None and known.is_protected


def belongs(assessment: PreliminaryAssessment, person: Person) -> bool:
    """Whether what was typed beside the number is about this person: a mistyped number is somebody else's.

    The birth date alone says nothing, for a form takes it from the number.
    """
    if _words(assessment.family_name) & _words(person.family_name):
        return True
    same_day = assessment.birth_date == person.birth_date
    return same_day and bool(_words(assessment.given_name) & _words(person.given_name))


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"[\s-]+", name.casefold()) if word}


def links_known(assessment: PreliminaryAssessment, by: Actor) -> bool:
    """Only the intake that the report came to links it to a child of the register."""
    return by.unit_id == assessment.unit_id


def settle(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Person | None:
    """Where the agency knows the child: protect the concern if the child is, and see to who owns it.

    A protected child's concern goes to the standing owner, or to somebody who sits with the child. So does any that
    another unit than the intake has written a known number in, so that it does not tell who is protected.

    Returns:
        the known person; that the number is known has then been noted in the log of the request.
    """
    known = known_child(assessment.report.agency_id, assessment.lookup)
    if known is None:
        return None
    note_number_taken()
    if known.is_protected:
        PreliminaryAssessment.objects.filter(pk=assessment.pk, protected=False).update(protected=True)
    elsewhere = by.agency_id == assessment.report.agency_id and not links_known(assessment, by)
    if known.is_protected or elsewhere:
        _take_over(assessment, known, at=at)
    assessment.refresh_from_db()
    return known


def _take_over(assessment: PreliminaryAssessment, known: Person, *, at: datetime) -> None:
    row = PreliminaryAssessment.objects.filter(pk=assessment.pk)
    keepers = _keepers(assessment, known, at=at)
    if known.is_protected:
        row.exclude(deputy__in=keepers).update(deputy=None)
    elif assessment.owner.unit_id == assessment.unit_id:
        return
    if keepers.filter(pk=assessment.owner_id).exists():
        return
    standing = (
        TriageSettings.objects.in_force(at=at).filter(agency=assessment.report.agency_id).values("standing_owner")
    )
    first = keepers.filter(pk__in=standing).first() or keepers.order_by("pk").first()
    rehome(row, preferred=first, reason=TAKEN_OVER, at=at)


def _keepers(assessment: PreliminaryAssessment, known: Person, *, at: datetime) -> "QuerySet[Assignment]":
    """The standing owner, and whoever sits in a case of the child; not who is recused from it."""
    arranged = TriageSettings.objects.in_force(at=at).filter(agency=assessment.report.agency_id)
    seats = CaseSeat.objects.in_force(at=at).filter(content_object__individual__person=known)
    recused = Recusal.objects.filter(individual__person=known, at__lte=at)
    named = Q(pk__in=arranged.values("standing_owner")) | Q(pk__in=seats.values("assignment"))
    return candidates(assessment, at=at).filter(named).exclude(user__in=recused.values("user"))


def when_person_changes(person: Person, at: datetime) -> None:
    """Open concerns that nobody has linked yet are protected as soon as the register says that the child is.

    Those that are linked follow the child's own protection by the rule.
    """
    if person.is_protected and person.personnummer_lookup:
        PreliminaryAssessment.objects.filter(
            report__agency_id=person.agency_id,
            lookup=person.personnummer_lookup,
            state=AssessmentState.OPEN,
            protected=False,
        ).update(protected=True, row_version=F("row_version") + 1)
