"""When minutes are to be approved."""

from datetime import datetime, timedelta

from django.conf import settings

from hub import clock
from meetings.models import Minutes


def due_at(minutes: Minutes) -> datetime:
    """The end of the last day: so many days after the meeting (`MINUTES_DAYS`), on the next day at the earliest."""
    days = max(int(settings.MINUTES_DAYS), 1)
    return clock.end_of_day(clock.local_day(minutes.made_at) + timedelta(days=days))
