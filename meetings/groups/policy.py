"""The policy tables of groups: whoever sits in a group reads what is its, whoever leads it answers for it.

A group gives nothing of any person or case: no table of it can point at one. Hence a seat in the group is enough, and
no consent is asked. Members are let in by those who lead the group, and by the manager of the unit that keeps it when
nobody leads it any more: what police and school tell in the room is told to those who sit there, which is no matter for
administrators of accounts.
"""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

from hub.access import Actor, Rule, declare
from hub.models import CASE_ROLES, AgencyKind, Role
from hub.policy import agreed_agency, has, in_kommun
from meetings.models import (
    LEADING_ROLES,
    Group,
    GroupAddition,
    GroupAttendee,
    GroupFollowUp,
    GroupMeasure,
    GroupMeeting,
    GroupMember,
    GroupPoint,
    GroupPointRevision,
    GroupWords,
    MeetingState,
    SituationEntry,
)

#: Who may begin a group: those who lead cases together with others, and their managers, in social services.
BEGINS = (Role.COORDINATOR, Role.MANAGER)


def sits(actor: Actor, at: datetime) -> "QuerySet[GroupMember]":
    """The actor's places in groups that are in force, in groups that have not ended."""
    rows = GroupMember.objects.in_force(at=at).filter(assignment_id=actor.assignment_id, group__valid_from__lte=at)
    return rows.filter(Q(group__valid_to=None) | Q(group__valid_to__gt=at))


def may_begin(actor: Actor, at: datetime) -> bool:
    """Samordnare och chefer i socialtjänsten."""
    social = actor.agency_kind == AgencyKind.SOCIALTJANST and actor.agency_in_kommun
    return social and actor.role in BEGINS and actor.in_case_work(at=at)


def of_member(path: str) -> Rule:
    """Den som sitter i gruppen."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        return None if clause_1 is None else clause_1 & Q(**{f"{path}__in": sits(actor, at).values("group")})

    rule.__doc__ = of_member.__doc__
    return rule


def of_leader(path: str) -> Rule:
    """Den som leder gruppen: ordförande eller samordnare."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        led = sits(actor, at).filter(role__in=LEADING_ROLES).values("group")
        return None if clause_1 is None else clause_1 & Q(**{f"{path}__in": led})

    rule.__doc__ = of_leader.__doc__
    return rule


def leaders(at: datetime) -> "QuerySet[GroupMember]":
    """Places that lead a group, of those who can: still at work, and let in by the agreement where they need it."""
    rows = GroupMember.objects.in_force(at=at).filter(role__in=LEADING_ROLES, assignment__role__in=CASE_ROLES)
    return rows.filter(agreed_agency("assignment__unit__agency", at))


def of_keeper_alone(actor: Actor, at: datetime) -> Q | None:
    """Chef i verksamheten som håller i gruppen, bara när ingen leder den längre."""
    rule = of_keeper("agency_id")(actor, at)
    return None if rule is None else rule & ~has(leaders(at).filter(group=OuterRef("pk")))


def of_keeper(agency: str) -> Rule:
    """Chef i verksamheten som håller i gruppen: vilka som sitter i den, inte vad som sägs."""

    def rule(actor: Actor, at: datetime) -> Q | None:
        clause_1 = in_kommun(actor, at)
        if clause_1 is None or actor.role != Role.MANAGER:
            return None
        return clause_1 & Q(**{agency: actor.agency_id})

    rule.__doc__ = of_keeper.__doc__
    return rule


def own_attendance(actor: Actor, at: datetime) -> Q | None:
    """Den egna kallelsen till ett bokat gruppmöte, så länge man sitter i gruppen."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    return clause_1 & Q(
        assignment_id=actor.assignment_id,
        removed_at=None,
        meeting__state=MeetingState.PLANNED,
        meeting__group__in=sits(actor, at).values("group"),
    )


def own_measure(actor: Actor, at: datetime) -> Q | None:
    """Den som svarar för åtgärden, också efter att ha lämnat gruppen."""
    clause_1 = in_kommun(actor, at)
    return None if clause_1 is None else clause_1 & Q(owner_id=actor.assignment_id)


def own_observation(actor: Actor, at: datetime) -> Q | None:
    """Den verksamhet som har lämnat posten, genom den som sitter i gruppen."""
    clause_1 = in_kommun(actor, at)
    if clause_1 is None:
        return None
    sitting = has(sits(actor, at).filter(group=OuterRef("group")))
    return clause_1 & Q(source_id=actor.agency_id) & sitting


declare(
    Group,
    {
        "read": (of_member("pk"), of_keeper("agency_id")),
        "take_part": (of_member("pk"),),
        "lead": (of_leader("pk"),),
        "arrange": (of_leader("pk"), of_keeper_alone),
    },
)
declare(GroupMember, {"read": (of_member("group"), of_keeper("group__agency_id"))})
declare(GroupWords, {"read": (of_member("group"),)})
declare(GroupMeeting, {"read": (of_member("group"),), "lead": (of_leader("group"),)})
declare(GroupAttendee, {"read": (of_member("meeting__group"),), "answer": (own_attendance,)})
declare(GroupPoint, {"read": (of_member("meeting__group"),), "write": (of_member("meeting__group"),)})
declare(GroupPointRevision, {"read": (of_member("point__meeting__group"),)})
declare(
    GroupMeasure,
    {
        "read": (of_member("meeting__group"), own_measure),
        "follow_up": (of_leader("meeting__group"), own_measure),
    },
)
declare(GroupFollowUp, {"read": (of_member("measure__meeting__group"),)})
declare(GroupAddition, {"read": (of_member("meeting__group"),)})
declare(SituationEntry, {"read": (of_member("group"),), "strike": (of_leader("group"), own_observation)})
