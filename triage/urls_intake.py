"""Addresses of registering reports, and the concern's own page."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
