"""Who may administer what: accounts and organisation, never a case (product.md, "Who uses it").

- An administrator placed in one of the kommun's own agencies administers the kommun: its own agencies, its
  agreements and its settings.
- An agency from outside that serves several kommuner (police, a jour) is administered by its own administrator
  alone: an account given there opens cases in every kommun that it serves, so no kommun decides it for the others.
- An agency from outside that serves only this kommun and has no administrator yet is looked after by the kommun's,
  who thereby can make the first one.
"""

from datetime import datetime

from django.db.models import Model, OuterRef, Q, QuerySet

from hub.access import Actor, Denied, declare, permitted, require_role
from hub.models import (
    Agency,
    Agreement,
    AgreementParty,
    Assignment,
    Role,
    StaffImport,
    Unit,
    User,
)
from hub.policy import has


def administers(actor: Actor, at: datetime) -> bool:
    return actor.in_force(at=at) and actor.role == Role.ADMINISTRATOR


def administers_kommun(actor: Actor, at: datetime) -> bool:
    """An administrator of one of the kommun's own agencies."""
    return administers(actor, at) and actor.agency_in_kommun


def require_administrator(actor: Actor) -> None:
    """The pages of administration exist for administrators only.

    Raises:
        Denied: the actor is none.
    """
    require_role(actor, Role.ADMINISTRATOR)


def require_kommun(actor: Actor, model: type[Model], *, at: datetime) -> None:
    """For what belongs to the kommun as a whole and has no object yet: an agency, an agreement, its decided rules.

    Raises:
        Denied: the actor does not administer the kommun.
    """
    require_administrator(actor)
    if not administers_kommun(actor, at):
        raise Denied("administer", model)


def own_agency(actor: Actor, at: datetime) -> Q | None:
    """Administratör: den egna verksamheten."""
    return Q(pk=actor.agency_id) if administers(actor, at) else None


def agencies_of_the_kommun(actor: Actor, at: datetime) -> Q | None:
    """Kommunens administratör: kommunens egna verksamheter."""
    return Q(municipality_id=actor.municipality_id) if administers_kommun(actor, at) else None


def outside_agency_without_administrator(actor: Actor, at: datetime) -> Q | None:
    """Kommunens administratör: utifrån, arbetar bara i den här kommunen och har ingen egen administratör än."""
    if not administers_kommun(actor, at):
        return None
    here = Agency.serves.through.objects.filter(agency=OuterRef("pk"), municipality_id=actor.municipality_id)
    elsewhere = Agency.serves.through.objects.filter(agency=OuterRef("pk")).exclude(
        municipality_id=actor.municipality_id
    )
    own = Assignment.objects.usable(at=at).filter(unit__agency=OuterRef("pk"), role=Role.ADMINISTRATOR)
    return Q(municipality=None) & has(here) & ~has(elsewhere) & ~has(own)


def administered_agencies(actor: Actor, at: datetime) -> "QuerySet[Agency]":
    """The agencies that the actor administers."""
    return permitted(Agency.objects.all(), actor, "administer", at=at)


def in_administered_agency(actor: Actor, at: datetime) -> Q | None:
    """Enheten hör till en verksamhet som man administrerar."""
    return Q(agency__in=administered_agencies(actor, at).values("pk")) if administers(actor, at) else None


def assignment_in_administered_agency(actor: Actor, at: datetime) -> Q | None:
    """Uppdraget hör till en verksamhet som man administrerar."""
    return Q(unit__agency__in=administered_agencies(actor, at).values("pk")) if administers(actor, at) else None


def works_in_administered_agency(actor: Actor, at: datetime) -> Q | None:
    """Användaren har eller har haft ett uppdrag i en verksamhet som man administrerar."""
    if not administers(actor, at):
        return None
    agencies = administered_agencies(actor, at).values("pk")
    return has(Assignment.objects.filter(user=OuterRef("pk"), unit__agency__in=agencies))


def works_nowhere_else(actor: Actor, at: datetime) -> Q | None:
    """Alla användarens uppdrag som gäller eller ska gälla finns i verksamheter som man administrerar.

    An account's name, address and state are changed only by who answers for all of it: whoever changes the address
    of a colleague in another kommun could take over what is read there.
    """
    works = works_in_administered_agency(actor, at)
    if works is None:
        return None
    agencies = administered_agencies(actor, at).values("pk")
    elsewhere = Assignment.objects.not_over(at=at).filter(user=OuterRef("pk")).exclude(unit__agency__in=agencies)
    return works & ~has(elsewhere)


def agreement_of_the_kommun(actor: Actor, at: datetime) -> Q | None:
    """Kommunens administratör: kommunens överenskommelser."""
    return Q(municipality_id=actor.municipality_id) if administers_kommun(actor, at) else None


def agreement_of_own_agency(actor: Actor, at: datetime) -> Q | None:
    """Administratör: överenskommelser där den egna verksamheten är part."""
    if not administers(actor, at):
        return None
    own = AgreementParty.objects.filter(agreement=OuterRef("pk"), agency_id=actor.agency_id)
    return Q(municipality_id=actor.municipality_id) & has(own)


def own_part(actor: Actor, at: datetime) -> Q | None:
    """Administratör: den egna verksamhetens part i en överenskommelse."""
    if not administers(actor, at):
        return None
    return Q(municipality_id=actor.municipality_id, agency_id=actor.agency_id)


def own_import(actor: Actor, at: datetime) -> Q | None:
    """Administratör: den fil som man själv har laddat upp, i det egna uppdraget."""
    if not administers(actor, at):
        return None
    return Q(municipality_id=actor.municipality_id, uploaded_by_id=actor.assignment_id)


declare(Agency, {"administer": (own_agency, agencies_of_the_kommun, outside_agency_without_administrator)})
declare(Unit, {"administer": (in_administered_agency,)})
declare(Assignment, {"administer": (assignment_in_administered_agency,)})
declare(User, {"administer": (works_in_administered_agency,), "change": (works_nowhere_else,)})
declare(
    Agreement,
    {"read": (agreement_of_the_kommun, agreement_of_own_agency), "administer": (agreement_of_the_kommun,)},
)
declare(AgreementParty, {"read": (agreement_of_the_kommun, own_part), "administer": (agreement_of_the_kommun,)})
declare(StaffImport, {"read": (own_import,)})
