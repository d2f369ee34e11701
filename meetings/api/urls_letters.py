"""Addresses under /api/v1/ of the letters to the family."""

from django.urls import path

from meetings.api import letters

urlpatterns = [
    path("meetings/<uuid:ref>/letters/", letters.letters, name="meeting_letters"),
    path("meetings/<uuid:ref>/letters/number/", letters.number, name="meeting_letter_number"),
    path("meetings/<uuid:ref>/letters/<uuid:place>/told/", letters.told, name="meeting_letter_told"),
    path("meetings/<uuid:ref>/letters/<uuid:place>/clear/", letters.clear, name="meeting_letter_clear"),
    path("family-words/<uuid:ref>/undo/", letters.undo, name="family_word_undo"),
]
