"""Addresses under /api/v1/ of statistics."""

from django.urls import URLPattern, path

from reports.api import programme, releases

urlpatterns: list[URLPattern] = [
    path("statistics/", releases.releases, name="statistics"),
    path("statistics/programme/", programme.programme, name="programme_statistics"),
    path("statistics/<uuid:ref>/", releases.release, name="statistics_release"),
]
