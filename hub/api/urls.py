"""Addresses under /api/v1/ of who exists and who takes part."""

from django.urls import path

from hub.api import cases, messages, parties, people, reference, search, seats

urlpatterns = [
    path("agencies/", reference.agencies, name="agencies"),
    path("units/", reference.units, name="units"),
    path("districts/", reference.districts, name="districts"),
    path("individuals/search/", search.search, name="search"),
    path("individuals/<uuid:ref>/person/", people.person, name="person"),
    path("individuals/<uuid:ref>/relatives/", people.relatives, name="relatives"),
    path("individuals/<uuid:ref>/recuse/", seats.recusal, name="recuse"),
    path("relatives/<uuid:ref>/", people.relative, name="relative"),
    path("relatives/<uuid:ref>/custody/", people.custody, name="custody"),
    path("relatives/<uuid:ref>/person/", people.relative_person, name="relative_person"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:ref>/", cases.case, name="case"),
    path("cases/<uuid:ref>/phase/", cases.phase, name="phase"),
    path("cases/<uuid:ref>/close/", cases.close, name="close"),
    path("cases/<uuid:ref>/participations/", parties.participations, name="participations"),
    path("cases/<uuid:ref>/leads/", seats.leads, name="leads"),
    path("seats/<uuid:ref>/substitute/", seats.substitute, name="substitute"),
    path("participations/<uuid:ref>/", parties.participation, name="participation"),
    path("participations/<uuid:ref>/candidates/", parties.candidates, name="candidates"),
    path("participations/<uuid:ref>/contact/", parties.contact, name="contact"),
    path("participations/<uuid:ref>/end/", parties.end, name="participation_end"),
    path("notifications/", messages.notifications, name="notifications"),
    path("notifications/read/", messages.read, name="notifications_read"),
]
