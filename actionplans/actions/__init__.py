"""What can be done with plans. Every deed checks the rule, keeps the invariants and leaves its trace."""

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
    "GoalFacts",
    "MeasureFacts",
    "OfferFacts",
    "RiskFacts",
    "SeenNeed",
    "add_goal",
    "add_measure",
    "add_offer",
    "can_judge",
    "change_measure",
    "change_offer",
    "close_plan",
    "correct_judgement",
    "end_goal",
    "follow_up",
    "judge_risk",
    "new_version",
    "note_agreement",
    "offering_units",
    "rate",
    "remove_measure",
    "review_translation",
    "reword_goal",
    "start_plan",
    "tick_off",
    "translate",
    "unfollowed",
]
