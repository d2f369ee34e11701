"""Work of meetings outside a request; every task looks for its work in the tables (hub.tasks)."""

from celery import shared_task

from hub import clock
from meetings import planner, subscriptions
from meetings.actions.availability import forget_past


@shared_task
def read_calendars() -> int:
    """Every minute: subscribed calendars that are due are read again (P-M4)."""
    return subscriptions.read_due(at=clock.now())


@shared_task
def make_proposals() -> int:
    """Every few seconds: proposals that are asked for are made, one at a time (P-M3)."""
    return planner.make_due()


@shared_task
def forget_past_times() -> int:
    """Every night: busy times of last week and earlier are deleted; they place no meeting any more (P-Q5)."""
    return forget_past(at=clock.now())
