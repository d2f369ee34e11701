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
from meetings.actions.replying import take_reply
from meetings.actions.rhythm import note_contact, set_rhythm

__all__ = [
    "Guests",
    "When",
    "answer",
    "book",
    "cancel",
    "change",
    "change_guests",
    "not_held",
    "note_contact",
    "occupied",
    "set_rhythm",
    "take_reply",
    "told_answer",
]
