"""Work of meetings outside a request; every task looks for its work in the tables (hub.tasks)."""

from celery import shared_task

from hub import clock
from hub.models import Municipality
from hub.tenancy import in_kommun
from meetings import leaving, planner, subscriptions
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


@shared_task
def leave_meetings() -> int:
    """Every ten minutes: whoever's seat has ended by its own date is no longer taken by its meetings (P-A12)."""
    at, freed = clock.now(), 0
    for pk in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        with in_kommun(pk):
            freed += leaving.free_lapsed(at=at)
    return freed
