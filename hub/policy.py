"""The policy tables of `hub` (P-A2): persons, cases, parties and seats.

Every rule starts at clause 1 (the assignment is in force and in a case role) and the kommun worked in. What a table
does not name, nobody may do.
"""

from datetime import datetime

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare
from hub.models import (
    BREAK_GLASS_ROLES,
    Agency,
    ApiToken,
    BreakGlass,
    BreakGlassKind,
    Case,
    CaseSeat,
    Individual,
    Notification,
    Participation,
    Person,
    Protection,
    Recusal,
    Relative,
    Role,
    SeatKind,
)

COORDINATING_KINDS = (SeatKind.COORDINATOR, SeatKind.OFFICER, SeatKind.LOTS)


def has(rows: "QuerySet[Model]") -> Q:
    """`EXISTS (rows)` as a Q, so that rules combine."""
    return Q(Exists(rows))


def seats(actor: Actor, at: datetime) -> QuerySet[CaseSeat]:
    """The assignment's awake seats at `at`, in participations active at `at` (P-A2 2a)."""
    return (
        CaseSeat.objects.awake()
        .in_force(at=at)
        .filter(
            Q(participation__ended_at=None) | Q(participation__ended_at__gt=at),
            assignment_id=actor.assignment_id,
            participation__active_from__lte=at,
        )
    )


def past_seats(actor: Actor, at: datetime) -> QuerySet[CaseSeat]:
    """Seats that the assignment held at the instant when the party or case ended, e <= `at` (P-A2 2c)."""
    return CaseSeat.objects.awake().filter(
        Q(valid_to=None) | Q(valid_to__gt=F("participation__ended_at")),
        valid_from__lte=F("participation__ended_at"),
        participation__ended_at__lte=at,
        assignment_id=actor.assignment_id,
    )


def managed_cases(actor: Actor, at: datetime) -> QuerySet[Case]:
    """Cases of the unit that the actor manages (P-A2 2b), never of a protected person, never under jäv."""
    if actor.role != Role.MANAGER:
        return Case.objects.none()
    recused = Recusal.objects.filter(user_id=actor.user_id, individual=OuterRef("individual"), at__lte=at)
    return Case.objects.filter(
        ~has(recused),
        owner_unit_id=actor.unit_id,
        individual__person__protection=Protection.NONE,
    )


def openings(actor: Actor, at: datetime, kind: BreakGlassKind) -> QuerySet[BreakGlass]:
    """The assignment's break-glass openings in force at `at` (P-A9)."""
    return BreakGlass.objects.filter(assignment_id=actor.assignment_id, kind=kind).in_force(at=at)


def about_individual(actor: Actor, at: datetime, individual: str) -> Q:
    """P-A2 2a or 2b in some case of the individual named by the lookup path `individual`."""
    return has(seats(actor, at).filter(content_object__individual=OuterRef(individual))) | has(
        managed_cases(actor, at).filter(individual=OuterRef(individual))
    )


def in_case(actor: Actor, at: datetime, case: str) -> Q:
    """P-A2 2a or 2b in the very case named by the lookup path `case`."""
    return has(seats(actor, at).filter(content_object=OuterRef(case))) | has(
        managed_cases(actor, at).filter(pk=OuterRef(case))
    )


def in_kommun(actor: Actor, at: datetime) -> Q | None:
    """P-A2 clause 1; None outside it."""
    return Q(municipality_id=actor.municipality_id) if actor.in_case_work(at=at) else None


def _rule(individual: str | None = None, case: str | None = None) -> Rule:
    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        if clause_1 is None:
            return None
        where = about_individual(actor, at, individual) if individual else in_case(actor, at, str(case))
        return clause_1 & where

    where = "hos den unge, i något ärende" if individual else "i just det ärendet"
    rule.__doc__ = f"Vaken plats {where}, eller chef för ärendets enhet (aldrig för en skyddad person)"
    return rule


def broken_glass(actor: Actor, at: datetime) -> Q | None:
    """Nödöppning i kraft: den egna verksamhetens uppgifter, 60 minuter (P-A9)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return (
        clause_1
        & Q(person__protection=Protection.NONE)
        & has(openings(actor, at, BreakGlassKind.OWN_ITEMS).filter(individual=OuterRef("pk")))
    )


def may_break_glass(actor: Actor, at: datetime) -> Q | None:
    """Roll som får nödöppna, den egna verksamheten är part, inte jävig, inte skyddad (P-A8, P-A9)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.role not in BREAK_GLASS_ROLES:
        return None
    own_party = Participation.objects.active(at=at).filter(agency_id=actor.agency_id, case__individual=OuterRef("pk"))
    return (
        clause_1
        & Q(person__protection=Protection.NONE)
        & has(own_party)
        & ~has(Recusal.objects.filter(user_id=actor.user_id, individual=OuterRef("pk"), at__lte=at))
    )


def seated_with_individual(actor: Actor, at: datetime) -> Q | None:
    """Egen vaken plats i något av den unges ärenden."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & has(seats(actor, at).filter(content_object__individual=OuterRef("pk")))


def owner_seat(kinds: tuple[str, ...], path: str) -> Rule:
    """A seat of one of these kinds in the case at `path`: the owner agency's people, who lead the case."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        if clause_1 is None:
            return None
        return clause_1 & has(seats(actor, at).filter(content_object=OuterRef(path), kind__in=kinds))

    rule.__doc__ = "Plats som " + ", ".join(str(SeatKind(kind).label).lower() for kind in kinds)
    return rule


def owner_agency_person(actor: Actor, at: datetime) -> Q | None:
    """Registrerad av den egna verksamheten, och med plats hos den unge (eller den närståendes unge)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    as_focus = has(seats(actor, at).filter(content_object__individual__person=OuterRef("pk"))) | has(
        managed_cases(actor, at).filter(individual__person=OuterRef("pk"))
    )
    relatives = Relative.objects.filter(person=OuterRef("pk"))
    as_relative = has(
        relatives.filter(has(seats(actor, at).filter(content_object__individual=OuterRef("individual"))))
    ) | has(
        relatives.filter(
            has(managed_cases(actor, at).filter(individual=OuterRef("individual"))),
            person__protection=Protection.NONE,
        )
    )
    return clause_1 & Q(agency_id=actor.agency_id) & (as_focus | as_relative)


def own_relatives(actor: Actor, at: datetime) -> Q | None:
    """Närstående som den egna verksamheten har registrerat, hos en ung som man har plats hos."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = has(seats(actor, at).filter(content_object__individual=OuterRef("individual")))
    managed = Q(person__protection=Protection.NONE) & has(
        managed_cases(actor, at).filter(individual=OuterRef("individual"))
    )
    return clause_1 & Q(person__agency_id=actor.agency_id) & (seated | managed)


def own_or_active_party(actor: Actor, at: datetime) -> Q | None:
    """Ärendets ägare ser alla parter; en part ser sig själv och dem som är aktiva, aldrig föreslagna (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    known = Q(case__owner_unit__agency_id=actor.agency_id) | Q(active_from__lte=at)
    return clause_1 & known & in_case(actor, at, "case")


def names_contact(actor: Actor, at: datetime) -> Q | None:
    """Utser den egna verksamhetens kontakt i ett ärende där den är aktiv part (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or not actor.names_contacts:
        return None
    active = Q(active_from__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))
    return clause_1 & active & Q(agency_id=actor.agency_id) & ~Q(case__owner_unit__agency_id=actor.agency_id)


def assigns_leads(actor: Actor, at: datetime) -> Q | None:
    """Chef för ärendets enhet utser ansvarig, också för en skyddad person, men ser då bara ärendenumret (P-A8, P-A12).

    Without it the jäv of a last coordinator would leave a protected youth's case with nobody who may give it an owner.
    """
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.role != Role.MANAGER:
        return None
    recused = Recusal.objects.filter(user_id=actor.user_id, individual=OuterRef("individual"), at__lte=at)
    return clause_1 & Q(owner_unit_id=actor.unit_id, closed_at=None) & ~has(recused)


def own_seats_for_namer(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens platser, för den som utser kontakter där (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or not actor.names_contacts:
        return None
    active = Q(participation__active_from__lte=at) & (
        Q(participation__ended_at=None) | Q(participation__ended_at__gt=at)
    )
    return (
        clause_1
        & active
        & Q(participation__agency_id=actor.agency_id)
        & Q(kind__in=(SeatKind.CONTACT, SeatKind.DEPUTY, SeatKind.SUBSTITUTE))
    )


def seats_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Platser hos parter som man får se (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    known = Q(content_object__owner_unit__agency_id=actor.agency_id) | Q(participation__active_from__lte=at)
    return clause_1 & known & in_case(actor, at, "content_object")


def past_case(actor: Actor, at: datetime) -> Q | None:
    """Avslutad medverkan: ärendenummer, datum och egna uppgifter, inget annat (P-A2 2c)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return (
        clause_1
        & Q(individual__person__protection=Protection.NONE)
        & has(past_seats(actor, at).filter(content_object=OuterRef("pk")))
    )


def deputy_or_namer(actor: Actor, at: datetime) -> Q | None:
    """Ersättaren själv, eller den som utser kontakter i samma verksamhet, registrerar "ersätter" (P-A2)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    active = Q(participation__active_from__lte=at) & (
        Q(participation__ended_at=None) | Q(participation__ended_at__gt=at)
    )
    own = Q(assignment_id=actor.assignment_id)
    if actor.names_contacts:
        own |= Q(participation__agency_id=actor.agency_id)
    in_period = Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))
    return clause_1 & active & in_period & own & Q(kind=SeatKind.DEPUTY)


def own_message(actor: Actor, at: datetime) -> Q | None:
    """Meddelanden till det egna uppdraget, från den stund de ska berättas."""
    if not actor.in_force(at=at):
        return None
    return Q(
        assignment_id=actor.assignment_id,
        municipality_id=actor.municipality_id,
        told_at__lte=at,
        cancelled_at=None,
    )


def serving_agency(actor: Actor, at: datetime) -> Q | None:
    """Verksamheter som arbetar i kommunen: vem som helst med ett uppdrag där får se att de finns."""
    return Q(serves=actor.municipality_id) if actor.in_force(at=at) else None


def own_token(actor: Actor, at: datetime) -> Q | None:
    """De egna nycklarna för andra system, under vilket av de egna uppdragen som helst."""
    return Q(user_id=actor.user_id) if actor.in_force(at=at) else None


declare(Agency, {"read": (serving_agency,)})
declare(ApiToken, {"read": (own_token,), "revoke": (own_token,)})
declare(Person, {"read": (owner_agency_person,), "change": (owner_agency_person,)})
declare(
    Individual,
    {
        "read": (_rule(individual="pk"), broken_glass),
        "work": (seated_with_individual,),
        "break_glass": (may_break_glass,),
        "open_protected": (seated_with_individual,),
    },
)
declare(Relative, {"read": (own_relatives,), "change": (own_relatives,)})
declare(
    Case,
    {
        "read": (_rule(case="pk"),),
        "trace": (past_case,),
        "lead": (owner_seat(COORDINATING_KINDS, "pk"),),
        "assign": (owner_seat(COORDINATING_KINDS, "pk"), assigns_leads),
        "close": (owner_seat((SeatKind.COORDINATOR, SeatKind.OFFICER), "pk"),),
    },
)
declare(
    Participation,
    {
        "read": (own_or_active_party,),
        "lead": (owner_seat(COORDINATING_KINDS, "case"),),
        "name_contact": (names_contact,),
    },
)
declare(CaseSeat, {"read": (seats_in_sight, own_seats_for_namer), "substitute": (deputy_or_namer,)})
declare(Notification, {"read": (own_message,)})
