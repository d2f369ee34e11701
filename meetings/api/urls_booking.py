"""Addresses under /api/v1/ of the part booking."""

from django.urls import path

from meetings.api import apart, booking, slots

urlpatterns = [
    path("meetings/", booking.meetings, name="meetings"),
    path("meetings/<uuid:ref>/", booking.meeting, name="meeting"),
    path("meetings/<uuid:ref>/cancel/", booking.cancel, name="meeting_cancel"),
    path("meetings/<uuid:ref>/not-held/", booking.not_held, name="meeting_not_held"),
    path("meetings/<uuid:ref>/guests/", booking.guests, name="meeting_guests"),
    path("meetings/<uuid:ref>/respond/", booking.response, name="meeting_respond"),
    path("cases/<uuid:ref>/meetings/", booking.of_case, name="case_meetings"),
    path("cases/<uuid:ref>/meeting-candidates/", booking.candidates, name="meeting_candidates"),
    path("cases/<uuid:ref>/meeting-slots/", slots.best_slots, name="meeting_slots"),
    path("cases/<uuid:ref>/meeting-busy/", slots.busy, name="meeting_busy"),
    path("cases/<uuid:ref>/kept-apart/", apart.of_case, name="kept_apart_of_case"),
    path("kept-apart/<uuid:ref>/", apart.kept_apart, name="kept_apart"),
]
