"""Addresses under /api/v1/ of statistics."""

from django.urls import URLPattern, path

from reports.api import programme

urlpatterns: list[URLPattern] = [
    path("statistics/programme/", programme.programme, name="programme_statistics"),
]
