"""Addresses of the part rhythm."""

from django.urls import path

from meetings.views import rhythm

urlpatterns = [
    path("arenden/<uuid:ref>/motesrytm/", rhythm.rhythm, name="rhythm"),
    path("arenden/<uuid:ref>/kontakt-med-den-unge/", rhythm.contact, name="contact"),
]
