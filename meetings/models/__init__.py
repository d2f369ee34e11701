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
from meetings.models.minutes import Addendum, MeetingItem, Minutes, MinutesParagraph, MinutesState
from meetings.models.places import Room, StandingSlot
from meetings.models.rhythm import EARLIEST, LATEST, ContactHow, KeepApart, Rhythm, YouthContact

__all__ = [
    "EARLIEST",
    "LATEST",
    "OCCUPYING",
    "TOOK_PLACE",
    "Addendum",
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
    "MeetingItem",
    "MeetingKind",
    "MeetingState",
    "Minutes",
    "MinutesParagraph",
    "MinutesState",
    "Occupied",
    "Participant",
    "PointRevision",
    "Rhythm",
    "Room",
    "StandingSlot",
    "WorkingHours",
    "YouthContact",
]
