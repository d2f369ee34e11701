"""What can be done with a concern: every verb checks, writes and records in one transaction."""

from triage.actions.assessing import Judged, assess_protection, confirm_downgrade, set_colour
from triage.actions.calling import (
    cancel_call,
    carry_over,
    close_call,
    join,
    leave,
    open_call,
    save_text,
    turn_to,
)
from triage.actions.convening import Convening, convene
from triage.actions.knowing import Known, Told, answer_check
from triage.actions.mapping import Line, add_to_map, remove_from_map
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
    "Convening",
    "Judged",
    "Known",
    "Line",
    "ReportFacts",
    "ReporterFacts",
    "Told",
    "add_to_map",
    "answer_check",
    "assess_protection",
    "cancel_call",
    "carry_over",
    "close_call",
    "confirm_downgrade",
    "convene",
    "hand_over",
    "identify",
    "join",
    "leave",
    "open_call",
    "receive_ownership",
    "receive_report",
    "register_report",
    "remove_from_map",
    "save_text",
    "set_colour",
    "submit_report",
    "turn_to",
]
