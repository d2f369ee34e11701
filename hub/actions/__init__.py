"""Everything that changes people, cases, parties and seats: one verb each, one transaction, recorded inside."""

from hub.actions.agreements import (
    AgreementFacts,
    add_agreement,
    add_agreement_party,
    change_agreement,
    end_agreement,
    end_agreement_party,
)
from hub.actions.cases import change_phase, close_case, move_to_unit, next_case_number, open_case
from hub.actions.messages import cancel_messages, mark_read, notify
from hub.actions.organisation import (
    AgencyFacts,
    AssignmentFacts,
    add_agency,
    add_unit,
    add_user,
    change_agency,
    change_unit,
    change_user,
    end_assignment,
    give_assignment,
    let_agency_serve,
)
from hub.actions.parties import (
    end_participation,
    give_seat,
    name_contact,
    namers_of,
    propose_party,
    register_substitute,
    replace_lead,
    set_active_from,
    set_known_from,
)
from hub.actions.people import add_relative, change_custody, change_person, register_individual
from hub.actions.safety import break_glass, recuse
from hub.actions.sign_in import (
    accept_invitation,
    invite,
    reset_sign_in,
    revoke_invitation,
    send_invitation_again,
)
from hub.actions.staff_import import import_staff, upload_staff
from hub.actions.start import set_up_administrator
from hub.actions.tokens import make_token, revoke_token

__all__ = [
    "AgencyFacts",
    "AgreementFacts",
    "AssignmentFacts",
    "accept_invitation",
    "add_agency",
    "add_agreement",
    "add_agreement_party",
    "add_relative",
    "add_unit",
    "add_user",
    "break_glass",
    "cancel_messages",
    "change_agency",
    "change_agreement",
    "change_custody",
    "change_person",
    "change_phase",
    "change_unit",
    "change_user",
    "close_case",
    "end_agreement",
    "end_agreement_party",
    "end_assignment",
    "end_participation",
    "give_assignment",
    "give_seat",
    "import_staff",
    "invite",
    "let_agency_serve",
    "make_token",
    "mark_read",
    "move_to_unit",
    "name_contact",
    "namers_of",
    "next_case_number",
    "notify",
    "open_case",
    "propose_party",
    "recuse",
    "register_individual",
    "register_substitute",
    "replace_lead",
    "reset_sign_in",
    "revoke_invitation",
    "revoke_token",
    "send_invitation_again",
    "set_active_from",
    "set_known_from",
    "set_up_administrator",
    "upload_staff",
]
