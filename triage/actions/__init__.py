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
from triage.actions.deciding import DecisionFacts, decide, extend_decision
from triage.actions.drafts import Saved, discard_draft, save_draft
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
from triage.actions.identity import ChildFacts, describe_child, identify
from triage.actions.knowing import Known, Told, answer_check
from triage.actions.mapping import Line, add_to_map, remove_from_map
from triage.actions.owners import hand_over, receive_ownership, rehome
from triage.actions.reports import (
    ReporterFacts,
    ReportFacts,
    receive_report,
    register_report,
    submit_report,
)

__all__ = [
    "ArrangementFacts",
    "ChildFacts",
    "Convening",
    "DecisionFacts",
    "Judged",
    "Known",
    "Line",
    "ReportFacts",
    "ReporterFacts",
    "Saved",
    "Told",
    "add_hub_unit",
    "add_slot",
    "add_to_map",
    "answer_check",
    "answer_of_family",
    "arrange_intake",
    "ask_feedback",
    "assess_protection",
    "cancel_call",
    "carry_over",
    "choose_feedback",
    "close_call",
    "close_investigation",
    "confirm_downgrade",
    "convene",
    "decide",
    "decide_questions",
    "describe_child",
    "discard_draft",
    "end_hub_unit",
    "end_shift",
    "end_slot",
    "extend_decision",
    "extend_investigation",
    "finish_task",
    "hand_over",
    "hold_task",
    "identify",
    "inform_more",
    "join",
    "keep_holding",
    "leave",
    "open_call",
    "plan_shift",
    "receive_ownership",
    "receive_packet",
    "receive_report",
    "receive_shift",
    "register_report",
    "rehome",
    "remove_from_map",
    "resume_task",
    "save_draft",
    "save_text",
    "set_colour",
    "submit_report",
    "turn_to",
]
