"""Addresses under /api/v1/ of knowledge checks and the call."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
