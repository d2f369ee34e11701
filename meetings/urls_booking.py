"""Addresses of the part booking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
