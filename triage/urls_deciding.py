"""Addresses of the decision and what follows."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
