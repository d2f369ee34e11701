"""What is to be reached, what is done for it, and how it goes."""

from actionplans.models.catalogue import Advice, Intervention, Offer
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
from actionplans.models.rbm import Adaptation, Need, Receptivity, RiskJudgement, RiskLevel
from actionplans.models.translation import TranslatedPart, Translation

__all__ = [
    "LEVELS",
    "OPEN_MEASURES",
    "REASONED",
    "Adaptation",
    "Advice",
    "Agreement",
    "Agrees",
    "Area",
    "FollowUp",
    "Goal",
    "Intervention",
    "Measure",
    "MeasureState",
    "Need",
    "Offer",
    "Plan",
    "PlanVersion",
    "Rating",
    "Receptivity",
    "RiskJudgement",
    "RiskLevel",
    "TranslatedPart",
    "Translation",
]
