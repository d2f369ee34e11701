"""Registering and changing persons, the young in focus, and those close to them (P-I1)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hub import clock
from hub.access import Actor, Denied, permitted, require, require_role
from hub.audit import record
from hub.contributions import CUSTODY_CHANGED, INDIVIDUAL_CHANGED, PERSON_CHANGED
from hub.crypto import lookup
from hub.errors import Conflict, Invalid, kept_by
from hub.models import SOCIAL_ROLES, AgencyKind, Agreement, Individual, Person, Relative
from hub.policy import has_agreement


class AlreadyRegistered(Exception):
    """The personnummer stands at another person of the same agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is registered about a person. `personnummer` is twelve digits, or empty for "saknas"."""

    given_name: str
    family_name: str
    birth_date: date
    personnummer: str = ""
    sex: str = "U"
    protection: str = "INGEN"
    family_security_flag: bool = False
    language: str = "svenska"
    needs_interpreter: bool = False
    address: str = ""
    phone: str = ""
    school: str = ""


def _columns(facts: PersonFacts, agency_id: int) -> dict[str, object]:
    return {
        "given_name": facts.given_name,
        "family_name": facts.family_name,
        "birth_date": facts.birth_date,
        "personnummer": facts.personnummer,
        "personnummer_lookup": lookup(facts.personnummer, scope=agency_id) if facts.personnummer else None,
        "sex": facts.sex,
        "protection": facts.protection,
        "family_security_flag": facts.family_security_flag,
        "language": facts.language,
        "needs_interpreter": facts.needs_interpreter,
        "address": facts.address,
        "phone": facts.phone,
        "school": facts.school,
    }


def _create_person(facts: PersonFacts, *, by: Actor, at: datetime) -> Person:
    with kept_by("person_once_per_agency", AlreadyRegistered()):
        person = Person.objects.create(
            municipality_id=by.municipality_id, agency_id=by.agency_id, **_columns(facts, by.agency_id)
        )
    for effect in PERSON_CHANGED:
        effect(person, at)
    return person


@transaction.atomic
def register_individual(facts: PersonFacts, *, by: Actor, at: datetime) -> Individual:
    """Register a youth. A case is opened in the same transaction by the caller, else nobody could read it (P-A2).

    Raises:
        Denied: the actor is not of social services, or not in a role that registers.
        AlreadyRegistered: the personnummer stands at another person of the same agency.
    """
    require_social_services(by)
    require_agreement(by, at=at)
    person = _create_person(facts, by=by, at=at)
    individual = Individual.objects.create(municipality_id=by.municipality_id, person=person)
    record("person.registered", actor=by, at=at, individual=individual.pk, objects=[person])
    return individual


def require_agreement(by: Actor, *, at: datetime) -> None:
    """P-A2 clause 1 for a deed that has no object yet: a jour from outside the kommun needs its agreement.

    Raises:
        Denied: the agency is not the kommun's own and has no agreement in force.
    """
    if not has_agreement(by, at):
        raise Denied("register", Agreement)


def may_register(actor: Actor) -> bool:
    """Only social services register persons and open cases (product.md, "Words")."""
    return actor.agency_kind == AgencyKind.SOCIALTJANST and actor.role in SOCIAL_ROLES


def require_social_services(by: Actor) -> None:
    """See `may_register`.

    Raises:
        Denied: the actor's agency or role does not.
    """
    if not may_register(by):
        require_role(by)


@transaction.atomic
def change_person(person: Person, facts: PersonFacts, *, row_version: int, by: Actor, at: datetime) -> Person:
    """Change a person's facts, if nobody else has since `row_version` was read.

    Raises:
        Denied: the actor may not.
        AlreadyRegistered: the personnummer stands at another person of the same agency.
        Conflict: someone else saved in between.
    """
    require(person, by, "change", at=at)
    columns = _columns(facts, person.agency_id)
    changed = sorted(name for name, value in columns.items() if getattr(person, name) != value)
    with kept_by("person_once_per_agency", AlreadyRegistered()):
        hit = Person.objects.filter(pk=person.pk, row_version=row_version).update(
            **columns, row_version=row_version + 1
        )
    if not hit:
        raise Conflict("Någon annan hann ändra uppgifterna om personen.")
    person.refresh_from_db()
    individual = Individual.objects.filter(person=person).values_list("pk", flat=True).first()
    if individual is not None and "birth_date" in changed:
        for effect in INDIVIDUAL_CHANGED:
            effect([individual], at)
    if {"protection", "family_security_flag", "personnummer_lookup"} & set(changed):
        for told in PERSON_CHANGED:
            told(person, at)
    record(
        "person.changed",
        actor=by,
        at=at,
        individual=individual,
        objects=[person],
        detail={"columns": changed},
    )
    return person


@transaction.atomic
def add_relative(
    individual: Individual,
    facts: PersonFacts,
    *,
    kind: str,
    custody_from: date | None,
    custody_to: date | None,
    by: Actor,
    at: datetime,
) -> Relative:
    """Register someone close to the youth; custody runs from the start of its first day (FB 6:13).

    `custody_to` is the first day without custody. An existing person of the agency with the same personnummer is
    reused only if the actor may already read that person; otherwise AlreadyRegistered.

    Raises:
        Denied; AlreadyRegistered; Invalid: the person stands at the youth already.
    """
    require(individual, by, "work", at=at)
    require_social_services(by)
    person = _own_person_with(facts.personnummer, by=by, at=at) or _create_person(facts, by=by, at=at)
    known = Invalid({"personnummer": "Personen är redan registrerad som närstående till den unga."})
    with kept_by("relative_once", known):
        relative = Relative.objects.create(
            municipality_id=by.municipality_id,
            individual=individual,
            person=person,
            kind=kind,
            custody_from=clock.start_of_day(custody_from) if custody_from else None,
            custody_to=clock.start_of_day(custody_to) if custody_to else None,
        )
    record("relative.added", actor=by, at=at, individual=individual.pk, objects=[relative, person])
    return relative


def _own_person_with(personnummer: str, *, by: Actor, at: datetime) -> Person | None:
    if not personnummer:
        return None
    found = Person.objects.filter(agency_id=by.agency_id, personnummer_lookup=lookup(personnummer, scope=by.agency_id))
    return permitted(found, by, at=at).first()


@transaction.atomic
def change_custody(
    relative: Relative, *, custody_from: date | None, custody_to: date | None, by: Actor, at: datetime
) -> Relative:
    """Record when custody began or ended. What a consent was signed under is not changed by it (case 25).

    Raises:
        Denied: the actor may not.
    """
    require(relative, by, "change", at=at)
    Relative.objects.filter(pk=relative.pk).update(
        custody_from=clock.start_of_day(custody_from) if custody_from else None,
        custody_to=clock.start_of_day(custody_to) if custody_to else None,
    )
    relative.refresh_from_db()
    record("relative.custody_changed", actor=by, at=at, individual=relative.individual_id, objects=[relative])
    for effect in CUSTODY_CHANGED:
        effect(relative.individual, by, at)
    return relative
