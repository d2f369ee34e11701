"""Addresses of the queue and the manager's page."""

from django.urls import URLPattern, path

from triage.views import queue, statistics

urlpatterns: list[URLPattern] = [
    path("orosanmalningar/", queue.show, name="queue"),
    path("orosanmalningar/uppfoljning/", statistics.show, name="statistics"),
]
