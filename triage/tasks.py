"""Work of triage outside a request; every task looks for its work in the tables (hub.tasks)."""

from celery import shared_task

from hub import clock
from hub.models import Municipality
from hub.tenancy import in_kommun
from triage.actions.owners import rehome, strays


@shared_task
def find_owners() -> int:
    """Every minute: concerns whose owner's assignment has ended by its own date get the next owner (P-T10)."""
    at, moved = clock.now(), 0
    for pk in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        with in_kommun(pk):
            moved += rehome(strays(at=at).filter(municipality_id=pk), at=at)
    return moved
