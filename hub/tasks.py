"""Work of this layer outside a request.

Every task looks for its work in the tables and leaves the result there: a message to it that is lost, late or doubled
changes nothing. Celery's broker holds nothing that matters.
"""

import logging

from celery import shared_task
from django.core.cache import cache

from hub import clock, deadlines, expired, mailer, outbox
from hub.tick import tick as fire_due

log = logging.getLogger(__name__)

HEARTBEAT_KEY = "worker-heartbeat"
# Three beats of config.celery: one may be late behind a long task without an alarm.
HEARTBEAT_LIFE_SECONDS = 30


@shared_task
def heartbeat() -> None:
    """Show `/readyz` that beat, broker and worker all work: the mark goes out when one of them stops."""
    cache.set(HEARTBEAT_KEY, 1, timeout=HEARTBEAT_LIFE_SECONDS)


@shared_task
def tick() -> int:
    """Every few seconds: tell what the clocks have come to."""
    return fire_due(at=clock.now())


@shared_task
def send_mail() -> int:
    """Every few seconds: show what was interrupted, make the daily mails, and send what waits."""
    at = clock.now()
    outbox.sweep(at=at)
    outbox.gather(at=at)
    return mailer.send_due(at=at)


@shared_task(soft_time_limit=1500, time_limit=1800)
def rebuild_deadlines() -> int:
    """Every night: make the clocks agree with their facts; more than none in the morning means a fault somewhere."""
    mended = deadlines.rebuild(at=clock.now())
    if mended:
        log.warning("%s deadlines did not agree with their facts", mended)
    return mended


@shared_task
def forget_expired() -> dict[str, int]:
    """Every ten minutes: delete what has had its time, whether or not somebody comes by."""
    return expired.forget(at=clock.now())
