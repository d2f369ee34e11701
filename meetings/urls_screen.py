"""Addresses of the meeting screen."""

from django.urls import URLPattern, path

from meetings.views import screen

urlpatterns: list[URLPattern] = [
    path("moten/<uuid:ref>/halla/", screen.hold, name="hold"),
    path("moten/<uuid:ref>/halla/laget/", screen.live, name="hold_live"),
    path("moten/<uuid:ref>/halla/starta/", screen.start, name="hold_open"),
    path("moten/<uuid:ref>/halla/narvaro/", screen.attendance, name="hold_attendance"),
    path("moten/<uuid:ref>/halla/lamnar/", screen.step, name="hold_step"),
    path("moten/<uuid:ref>/halla/text/", screen.text, name="hold_text"),
    path("moten/<uuid:ref>/halla/beslut/", screen.decide, name="hold_decide"),
    path("moten/<uuid:ref>/halla/uppfoljning/", screen.follow, name="hold_follow"),
    path("moten/<uuid:ref>/halla/nasta/", screen.book_next, name="hold_next"),
    path("moten/<uuid:ref>/halla/avsluta/", screen.close, name="hold_close"),
    path("moten/<uuid:ref>/halla/avbryt/", screen.break_off, name="hold_break"),
    path("motesbeslut/<uuid:ref>/", screen.decision, name="decision"),
]
