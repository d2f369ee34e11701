"""Addresses of meetings; each part has its own file."""

from meetings.urls_booking import urlpatterns as booking
from meetings.urls_calendar import urlpatterns as calendar
from meetings.urls_groups import urlpatterns as groups
from meetings.urls_rhythm import urlpatterns as rhythm
from meetings.urls_screen import urlpatterns as screen

app_name = "meetings"

urlpatterns = [*booking, *rhythm, *calendar, *screen, *groups]
