"""Word of a meeting to those who are asked: that it is booked, changed or called off. Never about whom (P-M5)."""

from collections.abc import Iterable
from datetime import datetime

from hub import outbox
from hub.access import Actor
from hub.actions.messages import MESSAGES, notify
from hub.models import CaseSeat
from meetings.invitations import BOOKED, CANCELLED, CHANGED, occasion, waiting
from meetings.models import Meeting, Participant

MESSAGES.update(
    {
        BOOKED: "Du är kallad till ett möte i ärende {number}. Svara om du kommer.",
        CHANGED: "Ett möte i ärende {number} har ändrats. Se den nya tiden och svara igen.",
        CANCELLED: "Ett möte i ärende {number} är inställt.",
    }
)


def announce(kind: str, meeting: Meeting, participants: Iterable[Participant], *, by: Actor, at: datetime) -> None:
    """Tell the officials among these, in the transaction of the change; the family hears by letter or by word (P-M6).

    Whoever has no seat in the case any more is told nothing: not even that something has changed (P-A12).
    Each is told of the meeting's present sequence, and mails of an earlier one that wait are taken back: some calendar
    programs keep whatever came last.

    Args:
        kind: BOOKED, CHANGED or CANCELLED.
    """
    reading = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=meeting.case_id)
    seated = set(reading.values_list("assignment", flat=True)) - {by.assignment_id}
    asked = [one for one in participants if one.assignment_id in seated]
    if not asked:
        return
    outbox.take_back(waiting(meeting, {one.assignment.user_id for one in asked if one.assignment}))
    Participant.objects.filter(pk__in=[one.pk for one in asked]).update(told_sequence=meeting.sequence)
    for one in asked:
        one.told_sequence, one.meeting = meeting.sequence, meeting
    for number in sorted({one.told_number for one in asked}):
        told = [one for one in asked if one.told_number == number]
        notify(
            kind,
            assignments=[one.assignment_id for one in told if one.assignment_id],
            case=meeting.case,
            municipality_id=meeting.municipality_id,
            occasion=occasion(kind, told[0]),
            told_at=at,
        )
