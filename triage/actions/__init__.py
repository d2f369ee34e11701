"""What can be done with a concern: every verb checks, writes and records in one transaction."""

from triage.actions.arranging import (
    ArrangementFacts,
    add_hub_unit,
    add_slot,
    arrange_intake,
    decide_questions,
    end_hub_unit,
    end_shift,
    end_slot,
    plan_shift,
    receive_shift,
)
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
    "ArrangementFacts",
    "ChildFacts",
    "Judged",
    "ReportFacts",
    "ReporterFacts",
    "add_hub_unit",
    "add_slot",
    "arrange_intake",
    "assess_protection",
    "confirm_downgrade",
    "decide_questions",
    "end_hub_unit",
    "end_shift",
    "end_slot",
    "hand_over",
    "identify",
    "plan_shift",
    "receive_ownership",
    "receive_report",
    "receive_shift",
    "register_report",
    "set_colour",
    "submit_report",
]
