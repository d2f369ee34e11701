"""Everything that changes people, cases, parties and seats: one verb each, one transaction, recorded inside."""

from hub.actions.cases import change_phase, close_case, next_case_number, open_case
from hub.actions.messages import cancel_messages, mark_read, notify
from hub.actions.parties import (
    end_participation,
    give_seat,
    name_contact,
    propose_party,
    register_substitute,
    replace_lead,
    set_active_from,
)
from hub.actions.people import add_relative, change_custody, change_person, register_individual
from hub.actions.safety import break_glass, recuse
from hub.actions.tokens import make_token, revoke_token

__all__ = [
    "add_relative",
    "break_glass",
    "cancel_messages",
    "change_custody",
    "change_person",
    "change_phase",
    "close_case",
    "end_participation",
    "give_seat",
    "make_token",
    "mark_read",
    "name_contact",
    "next_case_number",
    "notify",
    "open_case",
    "propose_party",
    "recuse",
    "register_individual",
    "register_substitute",
    "replace_lead",
    "revoke_token",
    "set_active_from",
]
