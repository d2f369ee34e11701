"""Everything that changes what is known and who may read it: one verb each, one transaction, recorded inside."""

from consent.actions.assessments import assess_maturity, decide_hindered
from consent.actions.disclosure import disclose
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
from consent.actions.items import (
    annotate,
    discard_draft,
    file_item,
    record_item,
    release_item,
    save_draft,
    write_item,
)
from consent.actions.reviews import review_paper
from consent.actions.signing import (
    SignerAnswer,
    register_answer,
    register_session,
    save_answer,
    signers_of,
)
from consent.actions.withdrawal import Scope, complete_details, stop_sharing, withdraw

__all__ = [
    "Matrix",
    "RecipientChoice",
    "Scope",
    "SignerAnswer",
    "annotate",
    "assess_maturity",
    "complete_details",
    "decide_hindered",
    "discard_draft",
    "discard_session",
    "disclose",
    "file_item",
    "record_item",
    "register_answer",
    "register_session",
    "release_item",
    "renew_session",
    "review_paper",
    "save_answer",
    "save_draft",
    "save_matrix",
    "save_period",
    "save_purpose",
    "signers_of",
    "start_session",
    "stop_sharing",
    "withdraw",
    "write_item",
]
