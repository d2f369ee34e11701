"""Addresses under /api/v1/ of the queue and the manager's page."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
