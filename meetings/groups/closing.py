"""What a group's meeting must have before it is closed (P-M7); `meetings_group_ends_whole` holds the same.

One that is broken off needs what `meetings.closing.in_time` says, as a meeting of a case does.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from meetings.models import GroupFollowUp, GroupMeasure, GroupMeeting, MeasureState, MeetingState

NO_ATTENDANCE = "Ange närvaro för alla som är kallade. {count} saknas."
NOT_FOLLOWED_UP = "Gå igenom åtgärderna från tidigare möten. {count} är inte uppföljda."
NO_NEXT = "Boka nästa möte, eller skriv varför det inte blir något."


def of_earlier(meeting: GroupMeeting) -> "QuerySet[GroupMeasure]":
    """Open measures of the group that another meeting agreed."""
    rows = GroupMeasure.objects.filter(meeting__group=meeting.group_id, state=MeasureState.OPEN)
    return rows.exclude(meeting=meeting)


def not_taken_up(meeting: GroupMeeting) -> "QuerySet[GroupMeasure]":
    """Those of them that this meeting has not taken up."""
    said = GroupFollowUp.objects.filter(measure=OuterRef("pk"), meeting=meeting)
    return of_earlier(meeting).filter(~Exists(said))


def next_meeting(meeting: GroupMeeting, *, at: datetime) -> GroupMeeting | None:
    rows = GroupMeeting.objects.filter(group=meeting.group_id, state=MeetingState.PLANNED, starts_at__gt=at)
    return rows.exclude(pk=meeting.pk).order_by("starts_at", "pk").first()


def obstacles(meeting: GroupMeeting, reason: str, *, at: datetime) -> list[str]:
    """Why the meeting cannot be closed as held yet; empty when it can.

    Args:
        reason: why there is no next meeting.
    """
    found = []
    if unnoted := meeting.attendees.filter(removed_at=None, attendance="").count():
        found.append(NO_ATTENDANCE.format(count=unnoted))
    if left := not_taken_up(meeting).count():
        found.append(NOT_FOLLOWED_UP.format(count=left))
    if not reason and next_meeting(meeting, at=at) is None:
        found.append(NO_NEXT)
    return found
