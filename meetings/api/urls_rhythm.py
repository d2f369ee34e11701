"""Addresses under /api/v1/ of the part rhythm."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
