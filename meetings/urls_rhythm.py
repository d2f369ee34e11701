"""Addresses of the part rhythm."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
