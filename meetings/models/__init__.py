"""What meetings keep: the meetings of a case, its rhythm, rooms, and when people can meet."""

from meetings.models.availability import Busy, Calendar, CalendarState, FeedKey, Occupied, WorkingHours
from meetings.models.letters import SAFE_WAYS, CallNumber, FamilyClearance, FamilyWord, ToldHow
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
from meetings.models.rhythm import EARLIEST, LATEST, ContactHow, KeepApart, Rhythm, YouthContact

__all__ = [
    "EARLIEST",
    "LATEST",
    "OCCUPYING",
    "SAFE_WAYS",
    "TOOK_PLACE",
    "AgendaPoint",
    "Answer",
    "AnsweredBy",
    "Attendance",
    "Busy",
    "Calendar",
    "CalendarState",
    "CallNumber",
    "ContactHow",
    "DecisionResult",
    "FamilyClearance",
    "FamilyWord",
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
    "Rhythm",
    "Room",
    "StandingSlot",
    "ToldHow",
    "WorkingHours",
    "YouthContact",
]
