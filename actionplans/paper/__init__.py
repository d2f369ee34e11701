"""The plan on paper for one of the family: easy to read, big type, pictures of who does what (P-P4)."""

from actionplans.paper.content import Doing, GoalPart, PlanPaper, Said
from actionplans.paper.render import render_plan
from actionplans.paper.texts import LANGUAGES, PLAN, Tongue, language_of

__all__ = [
    "LANGUAGES",
    "PLAN",
    "Doing",
    "GoalPart",
    "PlanPaper",
    "Said",
    "Tongue",
    "language_of",
    "render_plan",
]
