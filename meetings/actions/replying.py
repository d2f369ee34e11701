"""Answers to invitations that come from calendars, handed in by whoever reads the installation's mailbox (P-M5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hub.access import Actor, may, require_role
from hub.models import Role
from meetings.actions.booking import answer
from meetings.actions.group_meetings import answer_group
from meetings.calendars.replies import Answer as Said
from meetings.calendars.replies import Reply, Standing, standing
from meetings.models import Answer, AnsweredBy, GroupAttendee, Participant

ANSWERS = {Said.ACCEPTED: Answer.ACCEPTED, Said.TENTATIVE: Answer.TENTATIVE, Said.DECLINED: Answer.DECLINED}


@transaction.atomic
def take_reply(reply: Reply, *, by: Actor, at: datetime) -> bool:
    """Note a reply as the answer of the official whose address it comes from.

    A reply proves little about who wrote it, so it changes a sign in a list and gives nobody anything: it counts only
    for somebody asked, who sees the meeting now, to the state they were last told of, and from their own address.

    Returns:
        Whether it counted. Whoever hands it in is not told: that would say which meetings there are (P-A15).

    Raises:
        Denied: the actor is no administrator.
    """
    require_role(by, Role.ADMINISTRATOR)
    ref, _, _domain = reply.uid.partition("@")
    try:
        asked = Participant.objects.filter(meeting__ref=UUID(ref), removed_at=None)
        of_group = GroupAttendee.objects.filter(meeting__ref=UUID(ref), removed_at=None)
    except ValueError:
        return False
    if reply.sender != reply.attendee:
        return False
    if _of_group(of_group, reply, at=at):
        return True
    participant = (
        asked.filter(assignment__user__email__iexact=reply.attendee)
        .select_related("assignment__user", "assignment__unit__agency", "meeting__case")
        .select_for_update(of=("self",))
        .first()
    )
    if participant is None or participant.assignment is None:
        return False
    mine = Actor.acting_under(participant.assignment, municipality_id=participant.municipality_id)
    if standing(reply, participant.told_number, answered_at=participant.answered_at) is not Standing.CURRENT:
        return False
    if not may(participant, mine, "answer", at=at):
        return False
    answer(participant, ANSWERS[reply.answer], via=AnsweredBy.CALENDAR, by=mine, at=at)
    # When it was given, not when it came: a later answer may come sooner, and an old one be handed in again.
    Participant.objects.filter(pk=participant.pk).update(answered_at=min(reply.stamped_at, at))
    return True


def _of_group(asked: "QuerySet[GroupAttendee]", reply: Reply, *, at: datetime) -> bool:
    """The same for a member of a group, whose meetings stand in a table of their own."""
    attendee = (
        asked.filter(assignment__user__email__iexact=reply.attendee)
        .select_related("assignment__user", "assignment__unit__agency", "meeting__group")
        .select_for_update(of=("self",))
        .first()
    )
    if attendee is None:
        return False
    mine = Actor.acting_under(attendee.assignment, municipality_id=attendee.municipality_id)
    current = standing(reply, attendee.told_sequence, answered_at=attendee.answered_at) is Standing.CURRENT
    if not current or not may(attendee, mine, "answer", at=at):
        return False
    answer_group(attendee, ANSWERS[reply.answer], via=AnsweredBy.CALENDAR, by=mine, at=at)
    GroupAttendee.objects.filter(pk=attendee.pk).update(answered_at=min(reply.stamped_at, at))
    return True
