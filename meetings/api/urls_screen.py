"""Addresses under /api/v1/ of holding meetings."""

from django.urls import URLPattern, path

from meetings.api import screen

urlpatterns: list[URLPattern] = [
    path("meetings/<uuid:ref>/held/", screen.held, name="meeting_held"),
    path("meetings/<uuid:ref>/open/", screen.held_open, name="meeting_open"),
    path("meetings/<uuid:ref>/attendance/", screen.held_attendance, name="meeting_attendance"),
    path("meetings/<uuid:ref>/points/<uuid:point>/", screen.held_point, name="meeting_point"),
    path("meetings/<uuid:ref>/decisions/", screen.decisions, name="meeting_decisions"),
    path("decisions/<uuid:ref>/", screen.decision, name="meeting_decision"),
    path("decisions/<uuid:ref>/follow-up/", screen.decision_follow, name="meeting_follow_up"),
    path("meetings/<uuid:ref>/close/", screen.held_close, name="meeting_close"),
]
