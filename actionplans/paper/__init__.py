"""The plan on paper for one of the family: easy to read, big type, pictures of who does what (P-P4)."""

from actionplans.paper.closing import LINES_TITLE, ClosingPaper
from actionplans.paper.content import Doing, GoalPart, PlanPaper, Said
from actionplans.paper.render import render_closing, render_plan
from actionplans.paper.texts import LANGUAGES, PLAN, Tongue, language_of

__all__ = [
    "LANGUAGES",
    "LINES_TITLE",
    "PLAN",
    "ClosingPaper",
    "Doing",
    "GoalPart",
    "PlanPaper",
    "Said",
    "Tongue",
    "language_of",
    "render_closing",
    "render_plan",
]
