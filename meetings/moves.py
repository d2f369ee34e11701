"""The state machine of a meeting, as a table (`hub.states`)."""

from hub.states import Moves
from meetings.models import MeetingState, ProposalState

MEETING: Moves = {
    ("öppna", MeetingState.PLANNED): MeetingState.OPEN,
    ("avsluta", MeetingState.OPEN): MeetingState.HELD,
    ("bryt", MeetingState.OPEN): MeetingState.BROKEN_OFF,
    ("blev inte av", MeetingState.PLANNED): MeetingState.NOT_HELD,
    ("ställ in", MeetingState.PLANNED): MeetingState.CANCELLED,
}

PROPOSAL: Moves = {
    ("börja", ProposalState.ASKED): ProposalState.RUNNING,
    ("ta över", ProposalState.RUNNING): ProposalState.RUNNING,
    ("bli klar", ProposalState.RUNNING): ProposalState.READY,
    ("misslyckas", ProposalState.RUNNING): ProposalState.FAILED,
    ("avbryt", ProposalState.ASKED): ProposalState.CANCELLED,
    ("avbryt", ProposalState.RUNNING): ProposalState.CANCELLED,
    ("bekräfta", ProposalState.READY): ProposalState.CONFIRMED,
    ("kasta", ProposalState.READY): ProposalState.DROPPED,
}
