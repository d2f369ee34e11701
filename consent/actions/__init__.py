"""Everything that changes what is known and who may read it: one verb each, one transaction, recorded inside."""

from consent.actions.assessments import assess_maturity, decide_hindered
from consent.actions.disclosure import Answered, DisclosureFacts, disclose, end_disclosure, grounds_for, note_told
from consent.actions.drafting import (
    Matrix,
    RecipientChoice,
    discard_session,
    renew_session,
    save_matrix,
    save_period,
    save_purpose,
    start_session,
)
from consent.actions.inquiries import AnswerFacts, answer_inquiry, ask, withdraw_inquiry
from consent.actions.items import (
    annotate,
    discard_draft,
    file_item,
    record_item,
    release_item,
    save_draft,
    write_item,
)
from consent.actions.reference import (
    Meaning,
    Rules,
    Wording,
    add_type,
    close_type,
    decide_rules,
    reword_type,
    take_back_rules,
)
from consent.actions.reviews import ManagersWord, review_paper
from consent.actions.signing import (
    SignerAnswer,
    register_answer,
    register_session,
    save_answer,
    signers_of,
)
from consent.actions.withdrawal import Scope, complete_details, stop_sharing, withdraw

__all__ = [
    "AnswerFacts",
    "Answered",
    "DisclosureFacts",
    "ManagersWord",
    "Matrix",
    "Meaning",
    "RecipientChoice",
    "Rules",
    "Scope",
    "SignerAnswer",
    "Wording",
    "add_type",
    "annotate",
    "answer_inquiry",
    "ask",
    "assess_maturity",
    "close_type",
    "complete_details",
    "decide_hindered",
    "decide_rules",
    "discard_draft",
    "discard_session",
    "disclose",
    "end_disclosure",
    "file_item",
    "grounds_for",
    "note_told",
    "record_item",
    "register_answer",
    "register_session",
    "release_item",
    "renew_session",
    "review_paper",
    "reword_type",
    "save_answer",
    "save_draft",
    "save_matrix",
    "save_period",
    "save_purpose",
    "signers_of",
    "start_session",
    "stop_sharing",
    "take_back_rules",
    "withdraw",
    "withdraw_inquiry",
    "write_item",
]
