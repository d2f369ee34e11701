"""The policy tables of `consent`: items, consents, grants, disclosures, and who learns of relatives (P-A2)."""

from datetime import datetime

from django.conf import settings
from django.db.models import F, OuterRef, Q

from consent import rules
from consent.models import (
    Consent,
    ConsentRecipient,
    ConsentSettings,
    Disclosure,
    DisclosureRecipient,
    Grant,
    InformationItem,
    InformationType,
    Inquiry,
    PaperReview,
    SessionState,
    SigningSession,
)
from hub.access import Actor, declare
from hub.models import (
    ANSWERING_KINDS,
    LEADING_KINDS,
    SCREEN_ONLY_KINDS,
    Case,
    Individual,
    Municipality,
    Participation,
    Protection,
    Relative,
    Role,
)
from hub.policy import about_individual, has, in_kommun, managed_cases, owner_seat, seats
from hub.policy_admin import administers, administers_kommun


def _seat_in(actor: Actor, at: datetime, case: str) -> Q:
    return has(seats(actor, at).filter(content_object=OuterRef(case))) | has(
        managed_cases(actor, at).filter(pk=OuterRef(case))
    )


def owner_reads_consent(actor: Actor, at: datetime) -> Q | None:
    """Ärendets ansvariga verksamhet ser hela samtycket, också utkast och det som är ofullständigt."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(case__owner_unit__agency_id=actor.agency_id) & _seat_in(actor, at, "case")


def party_reads_consent(actor: Actor, at: datetime) -> Q | None:
    """En part ser ett registrerat, fullständigt samtycke där den lämnar eller tar emot."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    receives = ConsentRecipient.objects.filter(consent=OuterRef("pk"), agency_id=actor.agency_id, types__gt=0)
    return (
        clause_1
        & Q(session__state=SessionState.REGISTERED, completed_at__lte=at)
        & (Q(disclosing_id=actor.agency_id) | has(receives))
        & _seat_in(actor, at, "case")
    )


def leads_the_consent(actor: Actor, at: datetime) -> Q | None:
    """Plats som samordnare, handläggare eller lots i samtyckets ärende."""
    return owner_seat(LEADING_KINDS, "case")(actor, at)


def manages_the_paper(actor: Actor, at: datetime) -> Q | None:
    """Chef för ärendets enhet; för en skyddad person bara med en egen plats i ärendet (P-A8)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.role != Role.MANAGER:
        return None
    return clause_1 & Q(case__owner_unit_id=actor.unit_id) & _seat_in(actor, at, "case")


def notes_the_managers_word(actor: Actor, at: datetime) -> Q | None:
    """Samordnare eller handläggare antecknar vilken chef som har granskat, bara för en skyddad person (P-A8)."""
    leads = owner_seat(ANSWERING_KINDS, "case")(actor, at)
    return None if leads is None else leads & ~Q(individual__person__protection=Protection.NONE)


def party_to_grant(actor: Actor, at: datetime) -> Q | None:
    """Det som gäller nu: ansvarig verksamhet ser allt, en part det som den lämnar eller får (P-I2).

    Vad den får ses inte från en plats som bara vilar på en fråga (P-A6).
    """
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    known = seats(actor, at).filter(participation__known_from__lte=at).values("content_object__individual")
    concerned = (
        Q(source_id=actor.agency_id)
        | Q(recipient_id=actor.agency_id, individual__in=known)
        | Q(individual__person__agency_id=actor.agency_id)
    )
    return clause_1 & concerned & about_individual(actor, at, "individual")


def party_to_disclosure(actor: Actor, at: datetime) -> Q | None:
    """Den som lämnade och den som står som mottagare; med plats hos den unge."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    named = DisclosureRecipient.objects.filter(disclosure=OuterRef("pk"), assignment_id=actor.assignment_id)
    concerned = Q(source_id=actor.agency_id) | (Q(recipient_id=actor.agency_id) & has(named))
    return clause_1 & concerned & about_individual(actor, at, "individual")


def relatives_by_consent(actor: Actor, at: datetime) -> Q | None:
    """Närstående, när samtycke till kontaktuppgifter från socialtjänsten är i kraft; aldrig skyddade (P-A8).

    Med plats i ett ärende där delning kan ske; en plats som bara vilar på en fråga räknas inte (P-A6).
    """
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    granted = (
        rules.grants_in_force(at)
        .alias(shared=F("types").bitand(CONTACT_DETAILS_MASK))
        .filter(
            shared__gt=0,
            individual=OuterRef("individual"),
            source=OuterRef("person__agency"),
            recipient_id=actor.agency_id,
            about=None,
        )
    )
    seated = has(rules.sharing_seats(actor, at).filter(content_object__individual=OuterRef("individual")))
    return clause_1 & Q(person__protection=Protection.NONE, person__family_security_flag=False) & seated & has(granted)


def any_party(actor: Actor, at: datetime) -> Q | None:
    """Vem som helst med vaken plats hos den unge får stoppa delningen (P-C4)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & has(seats(actor, at).filter(content_object__individual=OuterRef("pk")))


def keeps_the_lists(actor: Actor, at: datetime) -> Q | None:
    """Administratör i den kommun som sköter listorna åt alla (inställningen CODE_LISTS_KOMMUN)."""
    if not administers_kommun(actor, at) or not settings.CODE_LISTS_KOMMUN:
        return None
    keeper = Municipality.objects.filter(pk=actor.municipality_id, code=settings.CODE_LISTS_KOMMUN)
    return has(keeper)


def sees_the_lists(actor: Actor, at: datetime) -> Q | None:
    """Administratör: listan är gemensam och ingen hemlighet."""
    return Q() if administers(actor, at) else None


def rules_of_the_kommun(actor: Actor, at: datetime) -> Q | None:
    """Kommunens administratör: kommunens beslut om samtycken."""
    return Q(municipality_id=actor.municipality_id) if administers_kommun(actor, at) else None


def gives_in_case(actor: Actor, at: datetime) -> Q | None:
    """Egen vaken plats i just det ärendet: lämnar ut den egna verksamhetens uppgifter på en grund (P-C7)."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & has(seats(actor, at).filter(content_object=OuterRef("pk")))


def gave(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens utlämnande, med egen vaken plats i ärendet: avslutar läsning, noterar att personen vet."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = has(seats(actor, at).filter(content_object=OuterRef("case")))
    return clause_1 & Q(source_id=actor.agency_id) & seated


def asks_in_case(actor: Actor, at: datetime) -> Q | None:
    """Frågorna i ett ärende: ansvarig verksamhet med plats där, eller chef för enheten (aldrig skyddad, P-A8)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(case__owner_unit__agency_id=actor.agency_id) & _seat_in(actor, at, "case")


def is_asked(actor: Actor, at: datetime) -> Q | None:
    """Frågan och det egna svaret, inget annat: den frågade verksamhetens kontakt, med vaken plats i ärendet (P-A6)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = has(seats(actor, at).filter(content_object=OuterRef("case")))
    return clause_1 & Q(asked_id=actor.agency_id) & seated


def names_who_answers(actor: Actor, at: datetime) -> Q | None:
    """Att en fråga väntar, inte vilken: den som utser kontakter hos den frågade verksamheten (P-A13)."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or not actor.names_contacts:
        return None
    parties = Participation.objects.active(at=at).filter(case=OuterRef("case"), agency_id=actor.agency_id)
    return clause_1 & Q(asked_id=actor.agency_id) & has(parties)


def prints_extract(actor: Actor, at: datetime) -> Q | None:
    """Egen vaken plats hos den unge, i en verksamhet som får skriva ut (aldrig fritid, P-A14)."""
    if actor.agency_kind in SCREEN_ONLY_KINDS:
        return None
    return any_party(actor, at)


#: The bit of "kontaktuppgifter" in consent/data/information_types.toml; tests hold the two equal.
CONTACT_DETAILS_MASK = 1 << 12

declare(
    InformationItem,
    {
        "read": (rules.readable_own, rules.readable_by_consent, rules.readable_by_disclosure),
        "edit": (rules.own_draft,),
        "annotate": (rules.own_recorded,),
        "release": (rules.own_unreleased,),
        "file": (rules.fileable,),
    },
)
declare(
    SigningSession,
    {
        "read": (owner_reads_consent,),
        "lead": (leads_the_consent,),
        "review": (manages_the_paper,),
        "note_review": (notes_the_managers_word,),
    },
)
declare(PaperReview, {"read": (owner_reads_consent,)})
declare(Consent, {"read": (owner_reads_consent, party_reads_consent), "withdraw": (leads_the_consent,)})
declare(Grant, {"read": (party_to_grant,)})
declare(Disclosure, {"read": (party_to_disclosure,), "change": (gave,)})
declare(Case, {"disclose": (gives_in_case,), "inquire": (owner_seat(ANSWERING_KINDS, "pk"),)})
declare(
    Inquiry,
    {
        "read": (asks_in_case, is_asked),
        "answer": (is_asked,),
        "staff": (names_who_answers,),
        "withdraw": (owner_seat(ANSWERING_KINDS, "case"),),
    },
)
declare(Individual, {"stop_sharing": (any_party,), "print_extract": (prints_extract,)})
declare(Relative, {"read": (relatives_by_consent,)})
declare(InformationType, {"list": (sees_the_lists,), "administer": (keeps_the_lists,)})
declare(ConsentSettings, {"administer": (rules_of_the_kommun,)})
