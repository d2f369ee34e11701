"""The state machine of a meeting, as a table (`hub.states`)."""

from hub.states import Moves
from meetings.models import MeetingState

MEETING: Moves = {
    ("öppna", MeetingState.PLANNED): MeetingState.OPEN,
    ("avsluta", MeetingState.OPEN): MeetingState.HELD,
    ("bryt", MeetingState.OPEN): MeetingState.BROKEN_OFF,
    ("blev inte av", MeetingState.PLANNED): MeetingState.NOT_HELD,
    ("ställ in", MeetingState.PLANNED): MeetingState.CANCELLED,
}
