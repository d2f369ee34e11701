"""Addresses of questions from an investigation, and of their answers."""

from django.urls import URLPattern, path

from consent.views import inquiries

urlpatterns: list[URLPattern] = [
    path("arenden/<uuid:ref>/fraga/", inquiries.inquiry_new, name="inquiry_new"),
    path("forfragningar/<uuid:ref>/", inquiries.inquiry, name="inquiry"),
    path("forfragningar/<uuid:ref>/svara/", inquiries.inquiry_answer, name="inquiry_answer"),
    path("forfragningar/<uuid:ref>/inga-uppgifter/", inquiries.inquiry_nothing, name="inquiry_nothing"),
    path("forfragningar/<uuid:ref>/svarar-sjalv/", inquiries.inquiry_take, name="inquiry_take"),
    path("forfragningar/<uuid:ref>/dra-tillbaka/", inquiries.inquiry_withdraw, name="inquiry_withdraw"),
]
