"""The policy tables of `meetings`: whoever leads the case leads its meetings, whoever is asked sees that and answers.

Every rule starts at clause 1 of P-A2 and at a seat that reads; a deputy whose seat sleeps may be asked and sees that
meeting's time and place. Being asked to a meeting is no ground to read anything of the case: what is said in it obeys
the rules of what it is (P-M8).
"""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare
from hub.models import LEADING_KINDS, AgencyKind, Case, CaseSeat, Participation, Role, known_party, party_active
from hub.policy import has, in_kommun, managed_cases, one_set, owner_seat, seats
from hub.policy_admin import administered_agencies, administers
from meetings.ground import grounded
from meetings.models import (
    AgendaPoint,
    Busy,
    Calendar,
    CallNumber,
    FamilyClearance,
    FamilyWord,
    FeedKey,
    KeepApart,
    Meeting,
    MeetingDecision,
    MeetingState,
    Participant,
    PointRevision,
    Proposal,
    ProposedMeeting,
    Rhythm,
    Room,
    StandingSlot,
    WorkingHours,
    YouthContact,
)


def leads_or_manages(actor: Actor, at: datetime, case: str) -> Q:
    """A leading seat in the case named by the lookup path, or manager of its unit."""
    leading = seats(actor, at).filter(kind__in=LEADING_KINDS).values("content_object")
    managed = [managed_cases(actor, at).values("pk")] if actor.role == Role.MANAGER else []
    return Q(**{f"{case}__in": one_set(leading, *managed)})


def leads_or_manages_individual(actor: Actor, at: datetime, individual: str) -> Q:
    """As `leads_or_manages`, in some case of the individual named by the lookup path."""
    leading = seats(actor, at).filter(kind__in=LEADING_KINDS).values("content_object__individual")
    managed = [managed_cases(actor, at).values("individual")] if actor.role == Role.MANAGER else []
    return Q(**{f"{individual}__in": one_set(leading, *managed)})


def seats_or_deputy(actor: Actor, at: datetime) -> "QuerySet[CaseSeat]":
    """The assignment's seats, a deputy's own too: a deputy may be asked, and reads no more of the case for that."""
    in_force = CaseSeat.objects.in_force(at=at).filter(party_active(at, "participation__"))
    return in_force.filter(assignment_id=actor.assignment_id)


def is_asked(actor: Actor, at: datetime) -> Q:
    """Asked to the meeting, with a seat in its case or as a deputy."""
    mine = Participant.objects.filter(assignment_id=actor.assignment_id, removed_at=None, meeting=OuterRef("pk"))
    return Q(case__in=seats_or_deputy(actor, at).values("content_object")) & has(mine)


def meeting_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Den som leder ärendet, chefen för ärendets enhet, och den som är kallad och har plats i det eller ersätter."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & (leads_or_manages(actor, at, "case") | is_asked(actor, at))


def of_led(path: str) -> Rule:
    """Den som leder ärendet, och chefen för ärendets enhet."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        return None if clause_1 is None else clause_1 & leads_or_manages(actor, at, path)

    rule.__doc__ = of_led.__doc__
    return rule


def own_place(actor: Actor, at: datetime) -> Q | None:
    """Den egna kallelsen, med plats i ärendet eller som ersättare."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = seats_or_deputy(actor, at).values("content_object")
    return clause_1 & Q(assignment_id=actor.assignment_id, removed_at=None, meeting__case__in=seated)


def known_colleagues(actor: Actor, at: datetime) -> Q | None:
    """Den som är kallad ser vilka andra parter som är kallade, när parterna får veta om varandra; aldrig familjen."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    parties = Participation.objects.filter(known_party(at), case=OuterRef("meeting__case"))
    reading = Q(case__in=seats(actor, at).values("content_object"))
    asked = Meeting.objects.filter(is_asked(actor, at) & reading, pk=OuterRef("meeting"))
    return (
        clause_1
        & Q(assignment__isnull=False, removed_at=None)
        & has(asked)
        & has(parties.filter(agency=OuterRef("assignment__unit__agency")))
        & has(parties.filter(agency_id=actor.agency_id))
    )


def answers(actor: Actor, at: datetime) -> Q | None:
    """Den egna kallelsen till ett bokat möte."""
    rule = own_place(actor, at)
    return None if rule is None else rule & Q(meeting__state=MeetingState.PLANNED)


def own_decision(actor: Actor, at: datetime) -> Q | None:
    """Den som ska göra det som bestämdes, med plats i ärendet och så länge ett samtycke ger verksamheten något."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    heard = grounded(seats(actor, at), at).values("content_object")
    return clause_1 & Q(owner_id=actor.assignment_id, meeting__case__in=heard)


def bookable(actor: Actor, at: datetime) -> Q | None:
    """Lokaler och fasta tider i kommunen, för den som kan boka möten: socialtjänst; annars den egna verksamhetens."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.agency_kind == AgencyKind.SOCIALTJANST:
        return clause_1
    return clause_1 & Q(agency_id=actor.agency_id)


def administered(actor: Actor, at: datetime) -> Q | None:
    """Administratör i en verksamhet som man administrerar, och chef i verksamheten."""
    kommun = Q(municipality_id=actor.municipality_id)
    if administers(actor, at):
        return kommun & Q(agency__in=administered_agencies(actor, at).values("pk"))
    if actor.in_force(at=at) and actor.role == Role.MANAGER:
        return kommun & Q(agency_id=actor.agency_id)
    return None


def kept_apart_by_us(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens anteckning om att två hålls isär, för den som leder eller är chef för bådas ärenden."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    both = leads_or_manages_individual(actor, at, "first") & leads_or_manages_individual(actor, at, "second")
    return clause_1 & Q(agency_id=actor.agency_id) & both


def own_proposal(actor: Actor, at: datetime) -> Q | None:
    """Den som bad om förslaget."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & Q(asked_by_id=actor.assignment_id)


def own_proposed(actor: Actor, at: datetime) -> Q | None:
    """Den som bad om förslaget, så länge hen leder ärendet."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    led = seats(actor, at).filter(kind__in=LEADING_KINDS, content_object=OuterRef("case"))
    return clause_1 & Q(proposal__asked_by_id=actor.assignment_id) & has(led)


def own_number(actor: Actor, at: datetime) -> Q | None:
    """Det egna numret."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & Q(assignment_id=actor.assignment_id)


def number_of_colleague(actor: Actor, at: datetime) -> Q | None:
    """Numret till en kollega i den egna verksamheten."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & Q(assignment__unit__agency=actor.agency_id)


def own(actor: Actor, at: datetime) -> Q | None:
    """Det som är ens eget: tider, kalendrar och flöde."""
    return Q(user_id=actor.user_id) if actor.in_force(at=at) else None


declare(
    Meeting,
    {
        "read": (meeting_in_sight,),
        "read_whole": (of_led("case"),),
        "lead": (owner_seat(LEADING_KINDS, "case"),),
    },
)
declare(
    Participant,
    {"read": (of_led("meeting__case"), own_place, known_colleagues), "answer": (answers,)},
)
declare(AgendaPoint, {"read": (of_led("meeting__case"),)})
declare(PointRevision, {"read": (of_led("point__meeting__case"),)})
declare(
    MeetingDecision,
    {
        "read": (of_led("meeting__case"), own_decision),
        "follow_up": (owner_seat(LEADING_KINDS, "meeting__case"), own_decision),
    },
)
for of_case in (Rhythm, YouthContact):
    declare(of_case, {"read": (of_led("case"),)})
declare(Proposal, {"read": (own_proposal,), "change": (own_proposal,)})
declare(ProposedMeeting, {"read": (own_proposed,), "change": (own_proposed,)})
declare(Case, {"keep_apart": (of_led("pk"),)})
declare(KeepApart, {"read": (kept_apart_by_us,), "end": (kept_apart_by_us,)})
for of_meeting in (FamilyWord, FamilyClearance):
    declare(of_meeting, {"read": (of_led("meeting__case"),), "lead": (owner_seat(LEADING_KINDS, "meeting__case"),)})
declare(CallNumber, {"read": (own_number, number_of_colleague), "change": (own_number,)})
for place in (Room, StandingSlot):
    declare(place, {"read": (bookable, administered), "change": (administered,)})
for mine in (WorkingHours, Calendar, Busy, FeedKey):
    declare(mine, {"read": (own,), "change": (own,)})
