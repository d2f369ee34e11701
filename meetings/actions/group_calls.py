"""Who is asked to a group's meeting: everybody who sits in the group then, and nobody twice at once (P-M3)."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from hub import clock, swedish
from hub.access import Actor
from hub.errors import Invalid, kept_by
from hub.models import Assignment, User
from meetings.actions.booking import TAKEN
from meetings.groups.messages import BOOKED, CANCELLED, announce
from meetings.models import OCCUPYING, GroupAttendee, GroupMeeting, GroupMember, MeetingState, Occupied
from meetings.models.groups import still_there

#: From and to.
Period = tuple[datetime, datetime]


def asked(meeting: GroupMeeting) -> "QuerySet[GroupAttendee]":
    return meeting.attendees.filter(removed_at=None).select_related("assignment__user")


def ask(meeting: GroupMeeting, *, was: Period | None = None, at: datetime) -> list[GroupAttendee]:
    """Ask everybody who sits in the group when the meeting begins, and nobody else; who stays keeps the answer.

    Whoever has left may still have a place, but is asked to nothing and taken by nothing (P-A12).

    Args:
        was: when the meeting was until now, if it is moved.

    Returns:
        Those who fall out and still work here: their calendars have to hear of it.
    """
    working = Assignment.objects.usable(at=at)
    sitting = GroupMember.objects.in_force(at=meeting.starts_at).filter(group=meeting.group_id, assignment__in=working)
    wanted = set(sitting.values_list("assignment", flat=True))
    standing = set(meeting.attendees.filter(removed_at=None).values_list("assignment", flat=True))
    fallen = list(asked(meeting).exclude(assignment__in=wanted).filter(assignment__in=working))
    meeting.attendees.filter(removed_at=None).exclude(assignment__in=wanted).update(**_left(meeting, was, at=at))
    GroupAttendee.objects.bulk_create(
        GroupAttendee(municipality_id=meeting.municipality_id, meeting=meeting, assignment_id=pk, added_at=at)
        for pk in sorted(wanted - standing)
    )
    return fallen


def _left(meeting: GroupMeeting, was: Period | None, *, at: datetime) -> dict[str, Any]:
    """What is kept of whoever is taken off a meeting: the time that is theirs to know of it."""
    begins, ends = was or (meeting.starts_at, meeting.ends_at)
    return {"removed_at": at, "left_starts_at": begins, "left_ends_at": ends, "row_version": F("row_version") + 1}


def leave_meetings(member: GroupMember, *, by: Actor, at: datetime) -> None:
    """Who no longer sits in the group is taken off its meetings to come, and told that they are called off."""
    rows = GroupAttendee.objects.filter(
        assignment=member.assignment_id,
        removed_at=None,
        meeting__group=member.group_id,
        meeting__state=MeetingState.PLANNED,
    ).select_related("meeting__group", "assignment__user")
    for row in rows:
        # Calendars take a cancellation only with a higher number than what was sent before it.
        row.meeting.sequence, row.meeting.changed_at = row.meeting.sequence + 1, at
        row.meeting.save(update_fields=["sequence", "changed_at"])
        announce(CANCELLED, row.meeting, [row], by=by, at=at)
        Occupied.objects.filter(meeting_ref=row.meeting.ref, user=row.assignment.user_id).delete()
        GroupAttendee.objects.filter(pk=row.pk).update(**_left(row.meeting, None, at=at))


def drop_gone(meeting: GroupMeeting, *, at: datetime) -> None:
    """Whoever has no assignment any more is not asked, and not waited for when the meeting is ended (P-A12)."""
    gone = meeting.attendees.filter(removed_at=None).exclude(still_there(at))
    users = list(gone.values_list("assignment__user", flat=True))
    gone.update(removed_at=at, row_version=F("row_version") + 1)
    Occupied.objects.filter(meeting_ref=meeting.ref, user__in=users).delete()


def join_meetings(member: GroupMember, *, by: Actor, at: datetime) -> None:
    """Who comes into the group is asked to its meetings to come.

    Raises:
        Invalid: somebody is in another meeting then.
    """
    planned = GroupMeeting.objects.filter(group=member.group_id, state=MeetingState.PLANNED, starts_at__gt=at)
    for number, meeting in enumerate(planned.select_related("group").order_by("starts_at")):
        before = set(asked(meeting).values_list("pk", flat=True))
        ask(meeting, at=at)
        occupy(meeting, many=True)
        new = [one for one in asked(meeting) if one.pk not in before]
        off = meeting.attendees.filter(assignment__in=[one.assignment_id for one in new], removed_at__isnull=False)
        if off.exists():  # their calendar has it as called off, with the number that it has now
            meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
            meeting.save(update_fields=["sequence", "changed_at"])
        announce(BOOKED, meeting, new, more=number > 0, by=by, at=at)


def occupy(meeting: GroupMeeting, *, many: bool = False) -> None:
    """Everybody asked is taken in the time of the meeting.

    Raises:
        Invalid: somebody is in another meeting then; only the name and the day are said, never which meeting.
    """
    Occupied.objects.filter(meeting_ref=meeting.ref).delete()
    if meeting.state not in OCCUPYING:
        return
    day = f" Det gäller den {swedish.day(clock.local_day(meeting.starts_at))}." if many else ""
    sitting = asked(meeting).values("assignment")
    for user in User.objects.filter(assignments__in=sitting).distinct().order_by("pk"):
        refusal = Invalid({"starts_at": TAKEN.format(name=user.name) + day})
        with kept_by("nobody_in_two_meetings_at_once", refusal):
            Occupied.objects.create(
                user=user, meeting_ref=meeting.ref, starts_at=meeting.starts_at, ends_at=meeting.ends_at
            )
