"""What can be done with a concern: every verb checks, writes and records in one transaction."""

from triage.actions.assessing import Judged, assess_protection, confirm_downgrade, set_colour
from triage.actions.drafts import Saved, discard_draft, save_draft
from triage.actions.identity import ChildFacts, describe_child, identify
from triage.actions.owners import hand_over, receive_ownership, rehome
from triage.actions.reports import (
    ReporterFacts,
    ReportFacts,
    receive_report,
    register_report,
    submit_report,
)

__all__ = [
    "ChildFacts",
    "Judged",
    "ReportFacts",
    "ReporterFacts",
    "Saved",
    "assess_protection",
    "confirm_downgrade",
    "describe_child",
    "discard_draft",
    "hand_over",
    "identify",
    "receive_ownership",
    "receive_report",
    "register_report",
    "rehome",
    "save_draft",
    "set_colour",
    "submit_report",
]
