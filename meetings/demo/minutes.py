"""The minutes of the demo's meetings: approved some days after each, the latest ones still drafts (P-M8)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from hub import clock
from hub.access import Actor
from hub.calendar_se import next_working_day
from meetings.actions import approve_minutes
from meetings.demo.stories import Story
from meetings.minutes_due import due_at
from meetings.models import Meeting, MeetingKind, MeetingState, Minutes

#: Minutes are approved on the working day after so many days; until then they are drafts.
APPROVED_AFTER, AFTER_LUNCH = timedelta(days=5), time(13, 10)
#: Of the meetings that were held longer ago than minutes may wait, the last one of every so-manyth case.
FORGOTTEN = 5


def minutes_of(told: Sequence[Story], at: datetime) -> None:
    """A draft of every meeting that took place, and the approvals that the coordinators have got round to."""
    by_case = {story.case.pk: story for story in told}
    rows = Meeting.objects.filter(case__in=by_case, closed_at__isnull=False).order_by("starts_at", "pk")
    meetings = list(rows)
    ahead = list(Meeting.objects.filter(case__in=by_case, state=MeetingState.PLANNED).order_by("starts_at", "pk"))
    Minutes.objects.bulk_create(
        Minutes(
            municipality_id=meeting.municipality_id,
            meeting=meeting,
            made_at=_closed(meeting),
            next_at=_next_of(meeting, [*meetings, *ahead]),
        )
        for meeting in meetings
    )
    actors: dict[int, Actor] = {}
    for minutes in Minutes.objects.filter(meeting__in=meetings).select_related("meeting__case").order_by("pk"):
        meeting = minutes.meeting
        story = by_case[meeting.case_id]
        approved_at = clock.wall_time(next_working_day(clock.local_day(_closed(meeting)) + APPROVED_AFTER), AFTER_LUNCH)
        forgotten = story.index % FORGOTTEN == 2 and meeting.pk == story.held[-1].pk and due_at(minutes) < at
        if approved_at >= at or forgotten:
            continue
        by = story.coordinator(approved_at)
        if by.pk not in actors:
            actors[by.pk] = Actor.acting_under(by, municipality_id=meeting.municipality_id)
        approve_minutes(minutes, row_version=1, by=actors[by.pk], at=approved_at)


def _closed(meeting: Meeting) -> datetime:
    assert meeting.closed_at is not None  # noqa: S101 - the rows were chosen so
    return meeting.closed_at


def _next_of(meeting: Meeting, meetings: Sequence[Meeting]) -> datetime | None:
    """When the next network meeting was: those that have been followed one another, the last was left without."""
    later = (
        other.starts_at
        for other in meetings
        if other.case_id == meeting.case_id and other.kind == MeetingKind.NETWORK and other.starts_at > _closed(meeting)
    )
    return next(later, None)
