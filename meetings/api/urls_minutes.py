"""Addresses under /api/v1/ of minutes."""

from django.urls import URLPattern, path

from meetings.api import minutes

urlpatterns: list[URLPattern] = [
    path("cases/<uuid:ref>/minutes/", minutes.of_case, name="case_minutes"),
    path("minutes/<uuid:ref>/", minutes.minutes, name="minutes"),
    path("minutes/<uuid:ref>/approve/", minutes.minutes_approve, name="minutes_approve"),
    path("minutes/<uuid:ref>/addenda/", minutes.minutes_addenda, name="minutes_addenda"),
    path("addenda/<uuid:ref>/", minutes.minutes_addendum, name="minutes_addendum"),
    path("meetings/<uuid:ref>/items/", minutes.items, name="meeting_items"),
    path("meeting-items/<uuid:ref>/", minutes.item, name="meeting_item"),
]
