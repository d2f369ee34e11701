"""Addresses under /api/v1/ of the part calendar."""

from django.urls import path

from meetings.api import calendar

urlpatterns = [
    path("availability/", calendar.availability, name="availability"),
    path("busy-blocks/", calendar.busy_blocks, name="busy_blocks"),
    path("busy-blocks/<uuid:ref>/", calendar.busy_block, name="busy_block"),
    path("rooms/", calendar.rooms, name="rooms"),
]
