"""Addresses under /api/v1/ of holding meetings."""

from django.urls import URLPattern, path

from meetings.api import screen

urlpatterns: list[URLPattern] = [
    path("meetings/<uuid:ref>/held/", screen.held, name="meeting_held"),
    path("meetings/<uuid:ref>/open/", screen.held_open, name="meeting_open"),
    path("meetings/<uuid:ref>/attendance/", screen.held_attendance, name="meeting_attendance"),
    path("meetings/<uuid:ref>/step-out/", screen.held_step_out, name="meeting_step_out"),
    path("meetings/<uuid:ref>/own-words/<uuid:participant>/", screen.held_words, name="meeting_own_words"),
    path("meetings/<uuid:ref>/points/<uuid:point>/", screen.held_point, name="meeting_point"),
    path("meetings/<uuid:ref>/decisions/", screen.decisions, name="meeting_decisions"),
    path("decisions/<uuid:ref>/", screen.decision, name="meeting_decision"),
    path("decisions/<uuid:ref>/follow-up/", screen.decision_follow, name="meeting_follow_up"),
    path("meetings/<uuid:ref>/close/", screen.held_close, name="meeting_close"),
    path("meetings/<uuid:ref>/break-off/", screen.held_break_off, name="meeting_break_off"),
]
