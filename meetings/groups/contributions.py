"""What groups add to the pages of lower layers: things to do, and where messages lead."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.contributions import MESSAGE_WAY, TODO, Todo
from hub.http import uuid_or_none
from hub.models import Notification, Role
from meetings.groups import queries
from meetings.groups.messages import BOOKED, CANCELLED, CHANGED
from meetings.groups.policy import sits
from meetings.models import LEADING_ROLES, Group, GroupMeasure, GroupMeeting, MeasureState, MeetingState

MOST = 10


def meetings_to_answer(actor: Actor, at: datetime) -> Sequence[Todo]:
    """One row per group: the next meeting that waits for an answer."""
    first: dict[int, Todo] = {}
    for place in queries.waiting_for_answer(actor, at=at)[: 5 * MOST]:
        meeting = place.meeting
        if meeting.group_id not in first:
            first[meeting.group_id] = Todo(
                kind="Möte",
                colour="info",
                title=f"Svara på kallelsen till {meeting.called}",
                text=f"{meeting.group.name}. {queries.when(meeting, at)}",
                url=reverse("meetings:group_meeting", args=[meeting.ref]),
                verb="Svara",
                due_at=meeting.starts_at,
            )
    return list(first.values())[:MOST]


def own_measures(actor: Actor, at: datetime) -> Sequence[Todo]:
    """What one answers for, with the least time left first; what is late in another colour."""
    rows = GroupMeasure.objects.filter(owner=actor.assignment_id, state=MeasureState.OPEN)
    found = permitted(rows, actor, "follow_up", at=at).select_related("meeting__group").order_by("due_on", "pk")[:MOST]
    today = clock.local_day(at)
    return [
        Todo(
            kind="Åtgärd",
            colour="danger" if measure.due_on < today else "info",
            title=f"{'Försenad åtgärd' if measure.due_on < today else 'Gör klart'}: {measure.text}",
            text=f"Bestämdes i {measure.meeting.group.name}. Klart senast {swedish.day(measure.due_on)}.",
            url=reverse("meetings:group_measure", args=[measure.ref]),
            verb="Hur går det?",
            due_at=clock.end_of_day(measure.due_on),
        )
        for measure in found
    ]


def groups_to_lead(actor: Actor, at: datetime) -> Sequence[Todo]:
    """To the manager of the agency that keeps it: a group that nobody leads any more; nobody else can mend it."""
    if actor.role != Role.MANAGER:
        return []
    led = sits(actor, at).filter(role__in=LEADING_ROLES).values("group")
    rows = permitted(Group.objects.in_force(at=at), actor, "arrange", at=at).exclude(pk__in=led)
    return [
        Todo(
            kind="Grupp",
            colour="danger",
            title=f"{group.name} har ingen som leder den",
            text="Ordföranden och samordnaren har slutat. Välj någon annan, eller avsluta gruppen.",
            url=reverse("meetings:group_member_add", args=[group.ref]),
            verb="Välj vem",
            due_at=at,
        )
        for group in rows.order_by("pk")[:MOST]
    ]


TODO.extend((meetings_to_answer, own_measures, groups_to_lead))


def ways_to_the_meeting(told: Sequence[Notification], actor: Actor, at: datetime) -> dict[int, tuple[str, str]]:
    """A message about a group's meeting leads to it, for those who still sit in the group."""
    wanted = {n.pk: ref for n in told if (ref := uuid_or_none(n.occasion.split(":")[1]))}
    found = {m.ref: m for m in permitted(GroupMeeting.objects.filter(ref__in=wanted.values()), actor, at=at)}
    return {
        pk: (
            reverse("meetings:group_meeting", args=[ref]),
            "Svara" if found[ref].state == MeetingState.PLANNED else "Se mötet",
        )
        for pk, ref in wanted.items()
        if ref in found
    }


MESSAGE_WAY |= dict.fromkeys((BOOKED, CHANGED, CANCELLED), ways_to_the_meeting)
