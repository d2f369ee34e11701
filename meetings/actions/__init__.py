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

__all__ = [
    "Guests",
    "When",
    "answer",
    "book",
    "cancel",
    "change",
    "change_guests",
    "not_held",
    "occupied",
    "told_answer",
]
