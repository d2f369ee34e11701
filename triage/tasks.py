"""Work of triage outside a request; every task looks for its work in the tables (hub.tasks)."""

from datetime import timedelta

from celery import shared_task

from hub import clock
from hub.models import Municipality
from hub.tenancy import in_kommun
from triage.actions.owners import rehome, strays
from triage.models import ReportDraft

#: How long a report that nobody goes on writing is kept.
DRAFTS_KEPT = timedelta(days=30)


@shared_task
def find_owners() -> int:
    """Every minute: concerns whose owner's assignment has ended by its own date get the next owner (P-T10)."""
    at, moved = clock.now(), 0
    for pk in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        with in_kommun(pk):
            moved += rehome(strays(at=at).filter(municipality_id=pk), at=at)
    return moved


@shared_task
def forget_drafts() -> int:
    """Every night: delete the drafts of reports that nobody has touched for thirty days (P-Q5)."""
    at, gone = clock.now(), 0
    for pk in Municipality.objects.filter(served_by__isnull=False).distinct().values_list("pk", flat=True):
        with in_kommun(pk):
            gone += ReportDraft.objects.filter(municipality_id=pk, saved_at__lte=at - DRAFTS_KEPT).delete()[0]
    return gone
