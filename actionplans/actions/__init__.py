"""What can be done with plans. Every deed checks the rule, keeps the invariants and leaves its trace."""

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
from actionplans.actions.translating import review_translation, translate

__all__ = [
    "GoalFacts",
    "MeasureFacts",
    "RiskFacts",
    "add_goal",
    "add_measure",
    "change_measure",
    "close_plan",
    "end_goal",
    "follow_up",
    "judge_risk",
    "new_version",
    "note_agreement",
    "rate",
    "remove_measure",
    "review_translation",
    "reword_goal",
    "start_plan",
    "tick_off",
    "translate",
    "unfollowed",
]
