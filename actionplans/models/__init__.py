"""What is to be reached, what is done for it, and how it goes."""

from actionplans.models.plan import (
    LEVELS,
    OPEN_MEASURES,
    REASONED,
    Agreement,
    Agrees,
    Area,
    FollowUp,
    Goal,
    Measure,
    MeasureState,
    Plan,
    PlanVersion,
    Rating,
)
from actionplans.models.rbm import Need, Receptivity, RiskJudgement, RiskLevel
from actionplans.models.translation import TranslatedPart, Translation

__all__ = [
    "LEVELS",
    "OPEN_MEASURES",
    "REASONED",
    "Agreement",
    "Agrees",
    "Area",
    "FollowUp",
    "Goal",
    "Measure",
    "MeasureState",
    "Need",
    "Plan",
    "PlanVersion",
    "Rating",
    "Receptivity",
    "RiskJudgement",
    "RiskLevel",
    "TranslatedPart",
    "Translation",
]
