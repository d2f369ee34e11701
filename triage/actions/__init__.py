"""What can be done with a concern: every verb checks, writes and records in one transaction."""

from triage.actions.assessing import Judged, assess_protection, confirm_downgrade, set_colour
from triage.actions.deciding import DecisionFacts, decide, extend_decision
from triage.actions.family import (
    answer_of_family,
    finish_task,
    hold_task,
    inform_more,
    keep_holding,
    resume_task,
)
from triage.actions.following import (
    ask_feedback,
    choose_feedback,
    close_investigation,
    extend_investigation,
    receive_packet,
)
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
    "DecisionFacts",
    "Judged",
    "ReportFacts",
    "ReporterFacts",
    "answer_of_family",
    "ask_feedback",
    "assess_protection",
    "choose_feedback",
    "close_investigation",
    "confirm_downgrade",
    "decide",
    "extend_decision",
    "extend_investigation",
    "finish_task",
    "hand_over",
    "hold_task",
    "identify",
    "inform_more",
    "keep_holding",
    "receive_ownership",
    "receive_packet",
    "receive_report",
    "register_report",
    "resume_task",
    "set_colour",
    "submit_report",
]
