"""The policy tables of `actionplans`: the plan is the owner agency's; what stands in it obeys the rule of items (P-A2).

Whoever leads the case leads the plan. Another agency changes what it does itself, and reads of the rest what consent
covers: goals as facts of the owner agency, measures as facts of the agency that answers for them.
"""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet

from actionplans.models import (
    OPEN_MEASURES,
    Agreement,
    FollowUp,
    Goal,
    Measure,
    Need,
    Offer,
    Plan,
    PlanVersion,
    Rating,
    RiskJudgement,
    Translation,
)
from consent.models import AgencyFact
from consent.rules import fact_read_as_own, fact_read_by_consent, own_recorded, sharing_seats
from hub.access import Actor, Rule, declare
from hub.models import LEADING_KINDS
from hub.policy import has, in_kommun, owner_seat, seats
from meetings.policy import administered, leads_or_manages, of_led


def plan_of_own_case(actor: Actor, at: datetime) -> Q | None:
    """Den som har plats i ärendet hos den ansvariga socialtjänsten, och chefen för ärendets enhet."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    seated = seats(actor, at).filter(content_object__owner_unit__agency_id=actor.agency_id)
    return clause_1 & (Q(case__in=seated.values("content_object")) | leads_or_manages(actor, at, "case"))


def plan_of_shared_case(actor: Actor, at: datetime) -> Q | None:
    """Den som har plats i ärendet där uppgifter kan delas: skriver in den egna verksamhetens åtgärder."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(case__in=sharing_seats(actor, at).values("content_object"))


def version_in_sight(actor: Actor, at: datetime) -> Q | None:
    """Den som leder ärendet, chefen för ärendets enhet, och den som har plats där uppgifter kan delas."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    sharing = sharing_seats(actor, at).values("content_object")
    return clause_1 & (Q(plan__case__in=sharing) | leads_or_manages(actor, at, "plan__case"))


def own_measure(actor: Actor, at: datetime) -> Q | None:
    """Den egna verksamhetens åtgärd, med plats i ärendet."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(agency_id=actor.agency_id, case__in=seats(actor, at).values("content_object"))


def read_and_led(actor: Actor, at: datetime) -> Q | None:
    """Den som leder ärendet, i det som den själv får läsa."""
    leads = owner_seat(LEADING_KINDS, "case")(actor, at)
    return None if leads is None else leads & _readable(actor, at)


def to_tick_off(actor: Actor, at: datetime) -> Q | None:
    """Den som ansvarar för åtgärden, så länge den är öppen."""
    own = own_measure(actor, at)
    if own is None:
        return None
    return own & Q(responsible_id=actor.assignment_id, state__in=OPEN_MEASURES, last_version=None)


def offered_here(actor: Actor, at: datetime) -> Q | None:
    """Det som erbjuds i kommunen, för alla som arbetar med ärenden där."""
    return in_kommun(actor, at)


#: Who reads a fact of a plan: the same as of an item.
READERS: tuple[Rule, ...] = (fact_read_as_own, fact_read_by_consent)


def _readable(actor: Actor, at: datetime) -> Q:
    """Of nobody, where no rule gives anything."""
    given = [q for rule in READERS if (q := rule(actor, at)) is not None]
    return reduce(or_, given) if given else Q(pk=None)


def read_with(model: type[AgencyFact], path: str) -> Rule:
    """Den som får läsa det som den hör till."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        if clause_1 is None:
            return None
        facts: QuerySet[AgencyFact] = model._default_manager.filter(_readable(actor, at), pk=OuterRef(path))
        return clause_1 & has(facts)

    rule.__doc__ = read_with.__doc__
    return rule


def led_and_read(actor: Actor, at: datetime) -> Q | None:
    """Den som leder ärendet, i det som den själv får läsa på svenska."""
    leads = owner_seat(LEADING_KINDS, "plan__case")(actor, at)
    sources = (read_with(Goal, "goal")(actor, at), read_with(Measure, "measure")(actor, at))
    given = [q for q in sources if q is not None]
    return None if leads is None or not given else leads & reduce(or_, given)


LEADS = owner_seat(LEADING_KINDS, "case")

declare(
    Plan, {"read": (plan_of_own_case,), "lead": (LEADS,), "contribute": (LEADS, plan_of_shared_case), "print": (LEADS,)}
)
declare(PlanVersion, {"read": (version_in_sight,)})
declare(Agreement, {"read": (of_led("plan__case"),)})
declare(Goal, {"read": READERS, "change": (LEADS,)})
declare(Rating, {"read": (read_with(Goal, "goal"),)})
declare(
    Measure,
    {
        "read": READERS,
        "change": (read_and_led, own_measure),
        "tick_off": (to_tick_off,),
    },
)
declare(FollowUp, {"read": (read_with(Measure, "measure"),)})
declare(RiskJudgement, {"read": READERS, "correct": (own_recorded,)})
declare(Need, {"read": (read_with(RiskJudgement, "judgement"),)})
declare(Offer, {"read": (offered_here, administered), "change": (administered,)})
declare(Translation, {"read": (led_and_read,), "review": (led_and_read,)})
