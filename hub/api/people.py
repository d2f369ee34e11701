"""Persons that the own agency has registered, and those close to a youth (P-I1, P-C3)."""

from typing import Any
from uuid import UUID

from hub import actions, clock, personnummer
from hub.access import find, require
from hub.actions.people import require_social_services
from hub.api import schemas
from hub.api.checked import require_valid
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Day, Flag, Optional, Text
from hub.api.pages import listed
from hub.errors import Invalid
from hub.forms.people import PROTECTED_FIELDS, CustodyForm, PersonEditForm, RelativeForm
from hub.http import HubRequest
from hub.models import Individual, Person, Protection, Relative, RelativeKind, Sex
from hub.queries import protected_fields_open, relatives_of
from hub.views.people import individual_for
from hub.views.relatives import add_from_form, relative_for

TAG = "Personer och närstående"
CLOSED = "Uppgiften är skyddad. Öppna den på personens sida först, eller lämna fältet tomt så ändras den inte."


class PersonBody(Body):
    """En person som den registreras. Personnumret står här, aldrig i en adress (R32)."""

    given_name = Text(max_length=120)
    family_name = Text(max_length=120)
    personnummer = Optional(max_length=40)
    number_missing = Flag(default=False, help_text="true när personnummer saknas.")
    birth_date = Day(required=False, help_text="Behövs när numret saknas.")
    sex = Choice(choices=Sex.choices, default=Sex.UNKNOWN)
    protection = Choice(choices=Protection.choices, default=Protection.NONE)
    family_security_flag = Flag(default=False)
    language = Text(max_length=40, default="svenska")
    needs_interpreter = Flag(default=False)
    address = Optional(max_length=200)
    phone = Optional(max_length=40)


class PersonChangeBody(PersonBody):
    school = Optional(max_length=120)


class CustodyBody(Body):
    has_custody = Flag(help_text="Har vårdnaden, eller företräder barnet som god man.")
    custody_from = Day(required=False, help_text="Utelämnad: sedan födseln.")
    custody_last = Day(required=False, help_text="Sista dagen med vårdnad.")


class RelativeBody(PersonBody, CustodyBody):
    kind = Choice(choices=RelativeKind.choices)
    has_custody = Flag(default=False)


def person_body(person: Person, *, opened: bool) -> dict[str, Any]:
    return {
        "ref": person.ref,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "personnummer_masked": personnummer.masked(person.personnummer) if person.personnummer else "",
        "birth_date": person.birth_date,
        "sex": person.sex,
        "protection": person.protection,
        "family_security_flag": person.family_security_flag,
        "language": person.language,
        "needs_interpreter": person.needs_interpreter,
        "address": person.address if opened else None,
        "phone": person.phone if opened else None,
        "school": person.school if opened else None,
    }


def version_of(person: Person) -> tuple[object, ...]:
    return ("person", person.pk, person.row_version)


def relative_version(relative: Relative) -> tuple[object, ...]:
    return ("relative", relative.pk, relative.kind, relative.custody_from, relative.custody_to)


def relative_body(relative: Relative, individual: Individual, request: HubRequest) -> dict[str, Any]:
    first, end = relative.custody_from, relative.custody_to
    return {
        "ref": relative.ref,
        "individual": individual.ref,
        "name": relative.person.name,
        "kind": relative.kind,
        "protected": relative.person.is_protected,
        "custody": relative.has_custody(at=request.at),
        "custody_from": clock.local_day(first) if first else None,
        "custody_last": clock.last_day(end) if end else None,
    }


def _own_person(request: HubRequest, ref: UUID) -> Individual:
    individual = individual_for(request, ref, "read")
    require(individual.person, request.actor, "change", at=request.at)
    request.trail.show([individual, individual.person], individual=individual.pk, ground={"rule": "own_agency"})
    return individual


def _person_answer(person: Person, individual: Individual, request: HubRequest) -> Answer:
    opened = protected_fields_open(person, individual, request.actor, at=request.at)
    request.trail.show(ground={"protected_fields": opened})
    return Answer(person_body(person, opened=opened), version_of(person))


def _change(person: Person, individual: Individual, body: Data, request: HubRequest, *without: str) -> None:
    """Change what the own agency has registered; fields that are closed to the actor are refused, never blanked."""
    unchanged(request, person, lambda: version_of(person))
    opened = protected_fields_open(person, individual, request.actor, at=request.at)
    if not opened and any(body.get(name) for name in PROTECTED_FIELDS):
        raise Invalid({name: CLOSED for name in PROTECTED_FIELDS if body.get(name)})
    sent = {**body, "row_version": person.row_version}
    form = PersonEditForm(sent, person=person, open_fields=opened, on=clock.local_day(request.at))
    for name in without:
        form.fields.pop(name, None)
    require_valid(form)
    actions.change_person(person, form.facts(), row_version=person.row_version, by=request.actor, at=request.at)


@endpoint("Det ni har registrerat om en ung person", tag=TAG, gives=schemas.PersonOut, etag=True, errors=[404])
def get_person(request: HubRequest, ref: UUID) -> Answer:
    """Bara för den verksamhet som har registrerat personen."""
    individual = _own_person(request, ref)
    return _person_answer(individual.person, individual, request)


@endpoint(
    "Ändra det ni har registrerat",
    tag=TAG,
    body=PersonChangeBody,
    gives=schemas.PersonOut,
    if_match=True,
    errors=[404],
)
def change_person(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela posten. Ett tomt personnummer lämnar det som är registrerat orört.

    Adress, telefon och skola ändras bara när de är öppna för dig.
    """
    individual = _own_person(request, ref)
    _change(individual.person, individual, body, request)
    return get_person(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Närstående till en ung person", tag=TAG, gives=schemas.RelativesOut, errors=[404])
def list_relatives(request: HubRequest, ref: UUID) -> Answer:
    """Dem du får se: egna verksamhetens, eller dem som ett samtycke till kontaktuppgifter omfattar."""
    rows = Individual.objects.select_related("person")
    individual = find(rows, request.actor, at=request.at, ref=ref)
    found = relatives_of(individual, request.actor, at=request.at)
    request.trail.show([individual, *found, *(r.person for r in found)], individual=individual.pk)
    return Answer(listed(request, [relative_body(r, individual, request) for r in found]))


@endpoint("En närstående", tag=TAG, gives=schemas.RelativeOut, etag=True, errors=[404])
def get_relative(request: HubRequest, ref: UUID) -> Answer:
    relative, individual = relative_for(request, ref)
    return Answer(relative_body(relative, individual, request), relative_version(relative))


@endpoint(
    "Registrera en närstående",
    tag=TAG,
    body=RelativeBody,
    gives=schemas.RelativeOut,
    makes="api:relative",
    show=get_relative,
    errors=[404],
)
def add_relative(request: HubRequest, body: Data, ref: UUID) -> UUID:
    individual = individual_for(request, ref, "work")
    require_social_services(request.actor)
    require(individual.person, request.actor, "read", at=request.at)
    form = RelativeForm(body, on=clock.local_day(request.at), born=individual.person.birth_date)
    require_valid(form)
    return add_from_form(request, individual, form).ref


@endpoint("Ändra vårdnaden", tag=TAG, body=CustodyBody, gives=schemas.RelativeOut, if_match=True, errors=[404])
def change_custody(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Det som har skrivits under tidigare står kvar."""
    relative, individual = relative_for(request, ref)
    unchanged(request, relative, lambda: relative_version(relative))
    data = require_valid(CustodyForm(body, kind=relative.kind, born=individual.person.birth_date))
    actions.change_custody(
        relative, custody_from=data["custody_from"], custody_to=data["custody_to"], by=request.actor, at=request.at
    )
    return get_relative(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Det ni har registrerat om en närstående", tag=TAG, gives=schemas.PersonOut, etag=True, errors=[404])
def get_relative_person(request: HubRequest, ref: UUID) -> Answer:
    relative, individual = relative_for(request, ref)
    return _person_answer(relative.person, individual, request)


@endpoint(
    "Ändra det ni har registrerat om en närstående",
    tag=TAG,
    body=PersonBody,
    gives=schemas.PersonOut,
    if_match=True,
    errors=[404],
)
def change_relative_person(request: HubRequest, body: Data, ref: UUID) -> Answer:
    relative, individual = relative_for(request, ref)
    _change(relative.person, individual, body, request, "school")
    return get_relative_person(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


person = resource("Person", get=get_person, put=change_person)
relatives = resource("Relatives", get=list_relatives, post=add_relative)
relative = resource("Relative", get=get_relative)
custody = resource("Custody", put=change_custody)
relative_person = resource("RelativePerson", get=get_relative_person, put=change_relative_person)
