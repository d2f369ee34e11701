"""Addresses under /api/v1/ of meetings; each part has its own file."""

from meetings.api.urls_booking import urlpatterns as booking
from meetings.api.urls_calendar import urlpatterns as calendar
from meetings.api.urls_groups import urlpatterns as groups
from meetings.api.urls_invitations import urlpatterns as invitations
from meetings.api.urls_letters import urlpatterns as letters
from meetings.api.urls_minutes import urlpatterns as minutes
from meetings.api.urls_plans import urlpatterns as plans
from meetings.api.urls_rhythm import urlpatterns as rhythm
from meetings.api.urls_screen import urlpatterns as screen

urlpatterns = [*booking, *calendar, *groups, *invitations, *letters, *minutes, *plans, *rhythm, *screen]
