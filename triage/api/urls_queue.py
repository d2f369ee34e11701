"""Addresses under /api/v1/ of the queue and the manager's page."""

from django.urls import URLPattern, path

from triage.api import queue

urlpatterns: list[URLPattern] = [
    path("concerns/", queue.concerns, name="concerns"),
    path("deadlines/", queue.deadlines, name="deadlines"),
    path("triage-statistics/", queue.statistics_of_unit, name="triage_statistics"),
]
