"""Addresses of meetings; each part has its own file."""

from meetings.urls_booking import urlpatterns as booking
from meetings.urls_calendar import urlpatterns as calendar
from meetings.urls_groups import urlpatterns as groups
from meetings.urls_letters import urlpatterns as letters
from meetings.urls_minutes import urlpatterns as minutes
from meetings.urls_plans import urlpatterns as plans
from meetings.urls_rhythm import urlpatterns as rhythm
from meetings.urls_screen import urlpatterns as screen

app_name = "meetings"

urlpatterns = [*booking, *calendar, *groups, *letters, *minutes, *plans, *rhythm, *screen]
