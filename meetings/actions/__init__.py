"""What can be done with meetings. Every deed checks the rule, keeps the invariants and leaves its trace."""

from meetings.actions.booking import (
    Guests,
    When,
    answer,
    book,
    cancel,
    change,
    change_guests,
    not_held,
    occupied,
    told_answer,
)
from meetings.actions.holding import (
    Done,
    break_off,
    close_held,
    decide,
    follow_up,
    note_attendance,
    open_meeting,
    own_words,
    step_out,
    write_point,
)
from meetings.actions.replying import take_reply
from meetings.actions.rhythm import note_contact, set_rhythm

__all__ = [
    "Done",
    "Guests",
    "When",
    "answer",
    "book",
    "break_off",
    "cancel",
    "change",
    "change_guests",
    "close_held",
    "decide",
    "follow_up",
    "not_held",
    "note_attendance",
    "note_contact",
    "occupied",
    "open_meeting",
    "own_words",
    "set_rhythm",
    "step_out",
    "take_reply",
    "told_answer",
    "write_point",
]
