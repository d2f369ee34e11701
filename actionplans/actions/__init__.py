"""What can be done with plans. Every deed checks the rule, keeps the invariants and leaves its trace."""

from actionplans.actions.aftercare import (
    AfterYes,
    ask_source,
    ask_the_family,
    correct_after,
    record_after,
    sign_after,
    withdraw_after,
)
from actionplans.actions.aftergroups import GroupFacts, deliver_count, group_cases, groups_of, make_group
from actionplans.actions.closing import ClosingFacts, HandoverFacts, drop_handover, hand_over, write_closing
from actionplans.actions.following import follow_up, new_version, rate, unfollowed
from actionplans.actions.judging import RiskFacts, judge_risk
from actionplans.actions.plans import (
    GoalFacts,
    MeasureFacts,
    add_goal,
    add_measure,
    change_measure,
    close_plan,
    end_goal,
    note_agreement,
    remove_measure,
    reword_goal,
    start_plan,
    tick_off,
)

__all__ = [
    "AfterYes",
    "ClosingFacts",
    "GoalFacts",
    "GroupFacts",
    "HandoverFacts",
    "MeasureFacts",
    "RiskFacts",
    "add_goal",
    "add_measure",
    "ask_source",
    "ask_the_family",
    "change_measure",
    "close_plan",
    "correct_after",
    "deliver_count",
    "drop_handover",
    "end_goal",
    "follow_up",
    "group_cases",
    "groups_of",
    "hand_over",
    "judge_risk",
    "make_group",
    "new_version",
    "note_agreement",
    "rate",
    "record_after",
    "remove_measure",
    "reword_goal",
    "sign_after",
    "start_plan",
    "tick_off",
    "unfollowed",
    "withdraw_after",
    "write_closing",
]
