"""Addresses under /api/v1/ of protection, colour, and the questions."""

from django.urls import URLPattern, path

from triage.api import judging

urlpatterns: list[URLPattern] = [
    path("concerns/<uuid:ref>/protection-assessments/", judging.protections, name="protection_assessments"),
    path("protection-assessments/<uuid:ref>/", judging.protection, name="protection_assessment"),
    path("concerns/<uuid:ref>/colour/", judging.colour, name="concern_colour"),
    path("concerns/<uuid:ref>/colour/history/", judging.history, name="concern_colour_history"),
    path("concerns/<uuid:ref>/suggestion/", judging.suggested, name="concern_suggestion"),
    path("colour-changes/<uuid:ref>/confirm/", judging.confirm, name="colour_change_confirm"),
    path("question-sets/current/", judging.questions, name="questions_current"),
]
