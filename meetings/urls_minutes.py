"""Addresses of minutes."""

from django.urls import URLPattern, path

from meetings.views import minutes

urlpatterns: list[URLPattern] = [
    path("protokoll/<uuid:ref>/", minutes.minutes, name="minutes"),
    path("protokoll/<uuid:ref>/justera/", minutes.approve, name="minutes_approve"),
    path("protokoll/<uuid:ref>/rattelse/", minutes.addendum, name="minutes_addendum"),
    path("protokoll/<uuid:ref>/protokoll.pdf", minutes.minutes_pdf, name="minutes_pdf"),
]
