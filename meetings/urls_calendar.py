"""Addresses of the part calendar."""

from django.urls import URLPattern, path

from meetings.views import availability, calendar, feed, places

urlpatterns: list[URLPattern] = [
    path("kalender/", calendar.calendar, name="calendar"),
    path("kalender/mina-tider/", availability.availability, name="availability"),
    path("kalender/mina-tider/arbetstider/", availability.hours, name="hours"),
    path("kalender/mina-tider/blockera/", availability.block, name="block"),
    path("kalender/mina-tider/blockerad/<uuid:ref>/ta-bort/", availability.unblock, name="unblock"),
    path("kalender/mina-tider/fil/", availability.calendar_file, name="calendar_file"),
    path("kalender/mina-tider/prenumerera/", availability.calendar_subscribe, name="calendar_subscribe"),
    path("kalender/mina-tider/<uuid:ref>/las/", availability.calendar_read, name="calendar_read"),
    path("kalender/mina-tider/<uuid:ref>/ta-bort/", availability.calendar_remove, name="calendar_remove"),
    path("kalender/mina-tider/adress/", availability.feed_new, name="feed_new"),
    path("kalender/mina-tider/adress/<uuid:ref>/aterkalla/", availability.feed_revoke, name="feed_revoke"),
    path("kalender/<str:key>.ics", feed.feed, name="feed"),
    path("administration/lokaler/", places.places, name="admin_places"),
    path("administration/lokaler/<uuid:ref>/ny/", places.room_new, name="admin_room_new"),
    path("administration/lokaler/lokal/<uuid:ref>/", places.room_edit, name="admin_room_edit"),
    path("administration/lokaler/lokal/<uuid:ref>/ta-bort/", places.room_end, name="admin_room_end"),
    path("administration/lokaler/<uuid:ref>/fast-tid/", places.slot_new, name="admin_slot_new"),
    path("administration/lokaler/fast-tid/<uuid:ref>/ta-bort/", places.slot_end, name="admin_slot_end"),
]
