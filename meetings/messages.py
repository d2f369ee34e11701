"""Word of a meeting to those who are asked: that it is booked, changed or called off. Never about whom (P-M5)."""

from collections.abc import Iterable
from datetime import datetime

from hub.access import Actor
from hub.actions.messages import MESSAGES, notify
from meetings.models import Meeting, Participant

MESSAGES.update(
    {
        "meeting_booked": "Du är kallad till ett möte i ärende {number}. Svara om du kommer.",
        "meeting_changed": "Ett möte i ärende {number} har ändrats. Se den nya tiden och svara igen.",
        "meeting_cancelled": "Ett möte i ärende {number} är inställt.",
    }
)


def announce(event: str, meeting: Meeting, participants: Iterable[Participant], *, by: Actor, at: datetime) -> None:
    """Tell the officials among these, in the transaction of the change; the family hears by letter or by word (P-M6).

    Args:
        event: "booked", "changed" or "cancelled".
    """
    asked = [one.assignment_id for one in participants if one.assignment_id and one.assignment_id != by.assignment_id]
    if not asked:
        return
    notify(
        f"meeting_{event}",
        assignments=asked,
        case=meeting.case,
        municipality_id=meeting.municipality_id,
        occasion=f"meeting_{event}:{meeting.ref}:{meeting.sequence}",
        told_at=at,
    )
