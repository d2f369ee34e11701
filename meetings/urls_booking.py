"""Addresses of the part booking."""

from django.urls import path

from meetings.views import apart, booking, meetings

urlpatterns = [
    path("moten/", meetings.meetings, name="meetings"),
    path("moten/<uuid:ref>/", meetings.meeting, name="meeting"),
    path("moten/<uuid:ref>/andra/", booking.change, name="change"),
    path("moten/<uuid:ref>/kallade/", booking.guests, name="guests"),
    path("moten/<uuid:ref>/stall-in/", meetings.cancel, name="cancel"),
    path("moten/<uuid:ref>/blev-inte-av/", meetings.not_held, name="not_held"),
    path("moten/<uuid:ref>/svar/", meetings.answer, name="answer"),
    path("arenden/<uuid:ref>/boka-mote/", booking.book, name="book"),
    path("arenden/<uuid:ref>/halls-isar/", apart.apart, name="apart"),
    path("arenden/<uuid:ref>/halls-isar/<uuid:kept>/avsluta/", apart.end_apart, name="end_apart"),
]
