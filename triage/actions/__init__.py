"""What can be done with a concern: every verb checks, writes and records in one transaction."""

from triage.actions.assessing import Judged, assess_protection, confirm_downgrade, set_colour
from triage.actions.owners import hand_over, receive_ownership
from triage.actions.reports import (
    ChildFacts,
    ReporterFacts,
    ReportFacts,
    identify,
    receive_report,
    register_report,
    submit_report,
)

__all__ = [
    "ChildFacts",
    "Judged",
    "ReportFacts",
    "ReporterFacts",
    "assess_protection",
    "confirm_downgrade",
    "hand_over",
    "identify",
    "receive_ownership",
    "receive_report",
    "register_report",
    "set_colour",
    "submit_report",
]
