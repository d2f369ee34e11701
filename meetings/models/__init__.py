"""What meetings keep: the meetings of a case, its rhythm, rooms, and when people can meet."""

from meetings.models.availability import Busy, Calendar, CalendarState, FeedKey, Occupied, WorkingHours
from meetings.models.meeting import (
    OCCUPYING,
    TOOK_PLACE,
    AgendaPoint,
    Answer,
    AnsweredBy,
    Attendance,
    DecisionResult,
    Meeting,
    MeetingDecision,
    MeetingForm,
    MeetingKind,
    MeetingState,
    Participant,
    PointRevision,
)
from meetings.models.places import Room, StandingSlot
from meetings.models.proposal import LIVE, WORKING, Proposal, ProposalQuality, ProposalState, ProposedMeeting
from meetings.models.rhythm import EARLIEST, LATEST, ContactHow, KeepApart, Rhythm, YouthContact

__all__ = [
    "EARLIEST",
    "LATEST",
    "LIVE",
    "OCCUPYING",
    "TOOK_PLACE",
    "WORKING",
    "AgendaPoint",
    "Answer",
    "AnsweredBy",
    "Attendance",
    "Busy",
    "Calendar",
    "CalendarState",
    "ContactHow",
    "DecisionResult",
    "FeedKey",
    "KeepApart",
    "Meeting",
    "MeetingDecision",
    "MeetingForm",
    "MeetingKind",
    "MeetingState",
    "Occupied",
    "Participant",
    "PointRevision",
    "Proposal",
    "ProposalQuality",
    "ProposalState",
    "ProposedMeeting",
    "Rhythm",
    "Room",
    "StandingSlot",
    "WorkingHours",
    "YouthContact",
]
