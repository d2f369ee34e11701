"""Addresses under /api/v1/ of the part rhythm."""

from django.urls import path

from meetings.api import rhythm

urlpatterns = [
    path("cases/<uuid:ref>/rhythm/", rhythm.rhythm, name="rhythm"),
    path("cases/<uuid:ref>/youth-contacts/", rhythm.youth_contacts, name="youth_contacts"),
    path("youth-contacts/<uuid:ref>/", rhythm.youth_contact, name="youth_contact"),
]
