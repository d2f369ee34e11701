"""Addresses of protection, colour, and how the intake is arranged."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
