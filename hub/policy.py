"""The policy tables of `hub` (P-A2): persons, cases, parties and seats.

Every rule starts at clause 1 (the assignment is in force and in a case role) and the kommun worked in. What a table
does not name, nobody may do.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare, permitted
from hub.models import (
    ANSWERING_KINDS,
    BREAK_GLASS_ROLES,
    LEADING_KINDS,
    Agency,
    AgreementParty,
    ApiToken,
    Assignment,
    BreakGlass,
    BreakGlassKind,
    Case,
    CaseSeat,
    Individual,
    Invitation,
    MailPreference,
    MailState,
    Notification,
    Outbox,
    Participation,
    PartyRole,
    Person,
    Protection,
    Recusal,
    Relative,
    Role,
    SeatKind,
    Unit,
    known_party,
    party_active,
)


def has(rows: "QuerySet[Model]") -> Q:
    """`EXISTS (rows)` as a Q, so that rules combine."""
    return Q(Exists(rows))


def seats(actor: Actor, at: datetime) -> QuerySet[CaseSeat]:
    """The assignment's awake seats at `at`, in participations active at `at` (P-A2 2a)."""
    return CaseSeat.objects.reading(at=at).filter(assignment_id=actor.assignment_id)


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


def not_recused(people: "QuerySet[Assignment]", individual: int, at: datetime) -> "QuerySet[Assignment]":
    """Those of these who have not declared jäv about the individual (id): the others are told nothing (P-A12)."""
    recused = Recusal.objects.filter(individual=individual, at__lte=at)
    return people.exclude(user__in=recused.values("user"))


def openings(actor: Actor, at: datetime, kind: BreakGlassKind) -> QuerySet[BreakGlass]:
    """The assignment's break-glass openings in force at `at` (P-A9)."""
    return BreakGlass.objects.filter(assignment_id=actor.assignment_id, kind=kind).in_force(at=at)


def one_set(first: "QuerySet[Any]", *others: "QuerySet[Any]") -> "QuerySet[Any]":
    """Ids as one set for `IN (… UNION ALL …)`.

    PostgreSQL reads such a set from the actor's own seats when it fills a list, and from the one row when it checks
    one; the same conditions as `EXISTS … OR EXISTS …` make it walk every row of the kommun (docs/performance.md).
    """
    return first.union(*others, all=True) if others else first


def _managed_too(actor: Actor, at: datetime, ids: str) -> list["QuerySet[Any]"]:
    return [managed_cases(actor, at).values(ids)] if actor.role == Role.MANAGER else []


def about_individual(actor: Actor, at: datetime, individual: str) -> Q:
    """P-A2 2a or 2b in some case of the individual named by the lookup path `individual`."""
    seated = seats(actor, at).values("content_object__individual")
    return Q(**{f"{individual}__in": one_set(seated, *_managed_too(actor, at, "individual"))})


def in_case(actor: Actor, at: datetime, case: str) -> Q:
    """P-A2 2a or 2b in the very case named by the lookup path `case`."""
    seated = seats(actor, at).values("content_object")
    return Q(**{f"{case}__in": one_set(seated, *_managed_too(actor, at, "pk"))})


def agreed(actor: Actor, at: datetime) -> Q:
    """P-A2 clause 1: an agency outside the kommun has an agreement in force at `at`; the kommun's own need none.

    Asked in the query itself, once (it depends on no row), so that lists and checks end at the same instant.
    """
    if actor.agency_in_kommun:
        return Q()
    parties = AgreementParty.objects.binding(at=at)
    return has(parties.filter(agency_id=actor.agency_id, municipality_id=actor.municipality_id))


def has_agreement(actor: Actor, at: datetime) -> bool:
    """The same, asked alone: where there is no object yet, and to tell people why nothing is there."""
    if actor.agency_in_kommun:
        return True
    parties = AgreementParty.objects.binding(at=at)
    return parties.filter(agency_id=actor.agency_id, municipality_id=actor.municipality_id).exists()


def agreed_agency(agency: str, at: datetime) -> Q:
    """The same for the agency at the lookup path `agency` of a row owned by a kommun."""
    parties = AgreementParty.objects.binding(at=at)
    return Q(**{f"{agency}__municipality": F("municipality")}) | has(
        parties.filter(agency=OuterRef(agency), municipality=OuterRef("municipality"))
    )


def in_kommun(actor: Actor, at: datetime) -> Q | None:
    """P-A2 clause 1; None outside it."""
    if not actor.in_case_work(at=at):
        return None
    return Q(municipality_id=actor.municipality_id) & agreed(actor, at)


def case_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Vaken plats i just det ärendet, eller chef för ärendets enhet (aldrig för en skyddad person)"""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & in_case(actor, at, "pk")


def individual_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Vaken plats i något ärende, chef för ärendets enhet, eller nödöppning; de två sista aldrig för skyddad (P-A9)"""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = seats(actor, at).values("content_object__individual")
    opened = openings(actor, at, BreakGlassKind.OWN_ITEMS).filter(individual__person__protection=Protection.NONE)
    return clause_1 & Q(pk__in=one_set(seated, opened.values("individual"), *_managed_too(actor, at, "individual")))


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
    """Ägaren ser alla parter; en part ägaren, sig själv och aktiva; den som bara har en fråga ser inga andra (P-A13)"""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & _known_to(actor, at, case="case") & in_case(actor, at, "case")


def _known_to(actor: Actor, at: datetime, *, case: str, party: str = "") -> Q:
    """The owner knows of every party, a party of itself and the owner; of the others once both are there on more than
    a question: who has only been asked hears of nobody, and nobody of them (P-A6, P-A13)."""
    active = Q(**{f"{party}active_from__lte": at})
    own = Q(**{f"{party}agency_id": actor.agency_id}) | Q(**{f"{party}role": PartyRole.OWNER})
    among = Participation.objects.filter(known_party(at), case=OuterRef(case), agency_id=actor.agency_id)
    others = Q(**{f"{party}known_from__lte": at}) & has(among)
    return Q(**{f"{case}__owner_unit__agency_id": actor.agency_id}) | (active & (own | others))


def names_contact(actor: Actor, at: datetime) -> Q | None:
    """Utser den egna verksamhetens kontakt i ett ärende där den är aktiv part (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or not actor.names_contacts:
        return None
    return clause_1 & party_active(at) & Q(agency_id=actor.agency_id) & ~Q(case__owner_unit__agency_id=actor.agency_id)


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
    return (
        clause_1
        & party_active(at, "participation__")
        & Q(participation__agency_id=actor.agency_id)
        & Q(kind__in=(SeatKind.CONTACT, SeatKind.DEPUTY, SeatKind.SUBSTITUTE))
    )


def seats_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Platser hos parter som man får se (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    known = _known_to(actor, at, case="content_object", party="participation__")
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
    own = Q(assignment_id=actor.assignment_id)
    if actor.names_contacts:
        own |= Q(participation__agency_id=actor.agency_id)
    in_period = Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))
    return clause_1 & party_active(at, "participation__") & in_period & own & Q(kind=SeatKind.DEPUTY)


def own_message(actor: Actor, at: datetime) -> Q | None:
    """Meddelanden till det egna uppdraget, från den stund de ska berättas."""
    if not actor.in_force(at=at):
        return None
    return agreed(actor, at) & Q(
        assignment_id=actor.assignment_id,
        municipality_id=actor.municipality_id,
        told_at__lte=at,
        cancelled_at=None,
    )


def told_mail(at: datetime) -> Q:
    """From the instant that its message holds, and never what was taken back: neither may hint at it (P-A13)."""
    return Q(created_at__lte=at) & ~Q(state=MailState.CANCELLED)


def own_mail(actor: Actor, at: datetime) -> Q | None:
    """Mejl till en själv, från och med den stund som meddelandet gäller."""
    return told_mail(at) & Q(user_id=actor.user_id) if actor.in_force(at=at) else None


def administered_mail(actor: Actor, at: datetime) -> Q | None:
    """Administratören: kommunens mejl, och brev om inbjudningar till egna enheter; till vem och hur det gick."""
    if not actor.in_force(at=at) or actor.role != Role.ADMINISTRATOR:
        return None
    units = administered_units(actor, at).values("pk")
    letters = has(Invitation.objects.filter(pk=OuterRef("invitation"), unit__in=units))
    return told_mail(at) & (Q(municipality_id=actor.municipality_id, invitation=None) | letters)


def own_preference(actor: Actor, at: datetime) -> Q | None:
    """De egna valen av hur man får mejl."""
    return Q(user_id=actor.user_id) if actor.in_force(at=at) else None


def serving_agency(actor: Actor, at: datetime) -> Q | None:
    """Verksamheter som arbetar i kommunen: vem som helst med ett uppdrag där får se att de finns."""
    if not actor.in_force(at=at):
        return None
    return has(Agency.serves.through.objects.filter(agency=OuterRef("pk"), municipality=actor.municipality_id))


def administered_units(actor: Actor, at: datetime) -> QuerySet[Unit]:
    """Units to which an administrator lets people in: those that they administer (`hub.policy_admin`)."""
    return permitted(Unit.objects.all(), actor, "administer", at=at)


def administered_invitation(actor: Actor, at: datetime) -> Q | None:
    """Inbjudningar till enheter som man släpper in folk i, för den som är administratör."""
    if not actor.in_force(at=at) or actor.role != Role.ADMINISTRATOR:
        return None
    return has(administered_units(actor, at).filter(pk=OuterRef("unit")))


declare(Agency, {"read": (serving_agency,)})
declare(Invitation, {"read": (administered_invitation,), "revoke": (administered_invitation,)})


def own_token(actor: Actor, at: datetime) -> Q | None:
    """De egna nycklarna för andra system, under vilket av de egna uppdragen som helst."""
    return Q(user_id=actor.user_id) if actor.in_force(at=at) else None


declare(ApiToken, {"read": (own_token,), "revoke": (own_token,)})
declare(Person, {"read": (owner_agency_person,), "change": (owner_agency_person,)})
declare(
    Individual,
    {
        "read": (individual_in_sight,),
        "work": (seated_with_individual,),
        "break_glass": (may_break_glass,),
        "open_protected": (seated_with_individual,),
    },
)
declare(Relative, {"read": (own_relatives,), "change": (own_relatives,)})
declare(
    Case,
    {
        "read": (case_in_sight,),
        "trace": (past_case,),
        "lead": (owner_seat(LEADING_KINDS, "pk"),),
        "assign": (owner_seat(LEADING_KINDS, "pk"), assigns_leads),
        "close": (owner_seat(ANSWERING_KINDS, "pk"),),
    },
)
declare(
    Participation,
    {
        "read": (own_or_active_party,),
        "lead": (owner_seat(LEADING_KINDS, "case"),),
        "name_contact": (names_contact,),
    },
)
declare(CaseSeat, {"read": (seats_in_sight, own_seats_for_namer), "substitute": (deputy_or_namer,)})
declare(Notification, {"read": (own_message,)})
declare(Outbox, {"read": (own_mail, administered_mail), "resend": (own_mail, administered_mail)})
declare(MailPreference, {"read": (own_preference,)})
