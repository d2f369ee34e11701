"""Addresses under /api/v1/ of answers from calendars."""

from django.urls import path

from meetings.api import invitations

urlpatterns = [path("calendar/replies/", invitations.replies, name="calendar_replies")]
