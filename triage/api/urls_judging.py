"""Addresses under /api/v1/ of protection, colour, and how the intake is arranged."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
