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
from actionplans.actions.following import follow_up, new_version, note_agreement, rate, unfollowed
from actionplans.actions.judging import RiskFacts, SeenNeed, can_judge, correct_judgement, judge_risk
from actionplans.actions.offering import OfferFacts, add_offer, change_offer, offering_units
from actionplans.actions.plans import (
    GoalFacts,
    MeasureFacts,
    add_goal,
    add_measure,
    change_measure,
    close_plan,
    end_goal,
    remove_measure,
    reword_goal,
    start_plan,
    tick_off,
)
from actionplans.actions.translating import review_translation, translate

__all__ = [
    "AfterYes",
    "ClosingFacts",
    "GoalFacts",
    "GroupFacts",
    "HandoverFacts",
    "MeasureFacts",
    "OfferFacts",
    "RiskFacts",
    "SeenNeed",
    "add_goal",
    "add_measure",
    "add_offer",
    "ask_source",
    "ask_the_family",
    "can_judge",
    "change_measure",
    "change_offer",
    "close_plan",
    "correct_after",
    "correct_judgement",
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
    "offering_units",
    "rate",
    "record_after",
    "remove_measure",
    "review_translation",
    "reword_goal",
    "sign_after",
    "start_plan",
    "tick_off",
    "translate",
    "unfollowed",
    "withdraw_after",
    "write_closing",
]
