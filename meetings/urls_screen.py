"""Addresses of the part screen."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
