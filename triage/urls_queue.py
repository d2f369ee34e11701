"""Addresses of the queue and the manager's page."""

from django.urls import URLPattern, path

from triage.views import queue

urlpatterns: list[URLPattern] = [
    path("orosanmalningar/", queue.show, name="queue"),
]
