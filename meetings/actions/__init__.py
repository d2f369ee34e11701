"""What can be done with meetings. Every deed checks the rule, keeps the invariants and leaves its trace."""

from meetings.actions.availability import (
    add_file,
    block,
    make_feed,
    read_soon,
    remove_calendar,
    revoke_feed,
    set_hours,
    subscribe,
    unblock,
)
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
from meetings.actions.places import add_room, add_standing_slot, change_room, end_room, end_standing_slot
from meetings.actions.replying import take_reply
from meetings.actions.rhythm import note_contact, set_rhythm

__all__ = [
    "Guests",
    "When",
    "add_file",
    "add_room",
    "add_standing_slot",
    "answer",
    "block",
    "book",
    "cancel",
    "change",
    "change_guests",
    "change_room",
    "end_room",
    "end_standing_slot",
    "make_feed",
    "not_held",
    "note_contact",
    "occupied",
    "read_soon",
    "remove_calendar",
    "revoke_feed",
    "set_hours",
    "set_rhythm",
    "subscribe",
    "take_reply",
    "told_answer",
    "unblock",
]
