"""The policy tables of what follows an ended case (P-A2): it is the owner agency's, and nobody else's.

While the case goes on, who leads it; from the end on, whoever of the owner agency held a seat at the end (2c) and the
manager of its unit (2b). Never of a protected person once the case has ended (P-A8), never under jäv (P-A12).
"""

from datetime import datetime

from django.db.models import F, OuterRef, Q

from actionplans.models import (
    AfterAnswer,
    AfterCorrection,
    AfterGroup,
    AfterGroupCase,
    AfterPaper,
    AfterQuestion,
    AfterSignature,
    AfterTick,
    Closing,
    Handover,
    Measure,
    RiskJudgement,
)
from actionplans.policy import LEADS, plan_of_own_case, read_with
from consent.rules import fact_read_as_own, fact_read_by_consent
from hub.access import Actor, Rule, declare
from hub.models import LEADING_KINDS, Case, PartyRole, Protection, Recusal, Role
from hub.policy import has, in_kommun, managed_cases, owner_seat, past_seats


def _after(actor: Actor, at: datetime, case: str) -> Q:
    recused = Recusal.objects.filter(
        user_id=actor.user_id, individual=OuterRef("content_object__individual"), at__lte=at
    )
    held = past_seats(actor, at).filter(
        ~has(recused),
        content_object=OuterRef(case),
        content_object__closed_at__lte=at,
        content_object__closed_at=F("participation__ended_at"),
        content_object__individual__person__protection=Protection.NONE,
        participation__role=PartyRole.OWNER,
    )
    return has(held) | has(managed_cases(actor, at).filter(pk=OuterRef(case), closed_at__lte=at))


def after_the_case(path: str) -> Rule:
    """Den som hade plats hos den ansvariga socialtjänsten när ärendet avslutades, och chefen för enheten."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        return None if clause_1 is None else clause_1 & _after(actor, at, path)

    rule.__doc__ = after_the_case.__doc__
    return rule


def _cared_for(path: str) -> tuple[Rule, ...]:
    return (owner_seat(LEADING_KINDS, path), after_the_case(path))


def group_of_own_unit(actor: Actor, at: datetime) -> Q | None:
    """Chefen för den enhet som ärendena hörde till."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None or actor.role != Role.MANAGER:
        return None
    return clause_1 & Q(unit_id=actor.unit_id, agency_id=actor.agency_id)


def grouped_case_of_own_unit(actor: Actor, at: datetime) -> Q | None:
    """Chefen för enheten, aldrig för en skyddad person."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & has(managed_cases(actor, at).filter(pk=OuterRef("case")))


def taken_over(actor: Actor, at: datetime) -> Q | None:
    """Den verksamhet som tar över, när samtycket låter den läsa både raden och det i planen som raden gäller."""
    line = fact_read_by_consent(actor, at)
    measure, judgement = (
        read_with(Measure, "measure")(actor, at),
        read_with(RiskJudgement, "need__judgement")(actor, at),
    )
    if line is None or measure is None or judgement is None:
        return None
    return line & Q(to_agency_id=actor.agency_id) & (Q(measure=None) | measure) & (Q(need=None) | judgement)


declare(Case, {"look_after": _cared_for("pk")})
declare(Closing, {"read": (plan_of_own_case, after_the_case("case")), "lead": (LEADS,)})
declare(Handover, {"read": (fact_read_as_own, taken_over), "change": (LEADS,)})
declare(AfterPaper, {"read": _cared_for("case"), "look_after": _cared_for("case")})
declare(AfterQuestion, {"read": _cared_for("paper__case")})
declare(AfterSignature, {"read": _cared_for("paper__case")})
declare(AfterTick, {"read": _cared_for("signature__paper__case")})
declare(AfterAnswer, {"read": (after_the_case("case"),), "look_after": (after_the_case("case"),)})
declare(AfterCorrection, {"read": (after_the_case("answer__case"),)})
declare(AfterGroup, {"read": (group_of_own_unit,), "deliver": (group_of_own_unit,)})
declare(AfterGroupCase, {"read": (grouped_case_of_own_unit,)})
