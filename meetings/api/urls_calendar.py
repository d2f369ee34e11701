"""Addresses under /api/v1/ of the part calendar."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
