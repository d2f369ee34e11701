"""Addresses of the letters to the family."""

from django.urls import path

from meetings.views import letters

urlpatterns = [
    path("moten/<uuid:ref>/brev/", letters.letters, name="letters"),
    path("moten/<uuid:ref>/brev/nummer/", letters.number, name="letter_number"),
    path("moten/<uuid:ref>/brev/<uuid:place>/", letters.letter, name="letter"),
    path("moten/<uuid:ref>/brev/<uuid:place>/brev.pdf", letters.pdf, name="letter_pdf"),
    path("moten/<uuid:ref>/brev/<uuid:place>/sagt/", letters.told, name="letter_told"),
    path("moten/<uuid:ref>/brev/<uuid:place>/beslut/", letters.clear, name="letter_clear"),
    path("besked/<uuid:ref>/ta-bort/", letters.undo, name="letter_undo"),
]
