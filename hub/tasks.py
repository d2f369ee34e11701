"""Work of this layer outside a request."""

from celery import shared_task
from django.core.cache import cache

HEARTBEAT_KEY = "worker-heartbeat"
# Three beats of config.celery: one may be late behind a long task without an alarm.
HEARTBEAT_LIFE_SECONDS = 30


@shared_task
def heartbeat() -> None:
    """Show `/readyz` that beat, broker and worker all work: the mark goes out when one of them stops."""
    cache.set(HEARTBEAT_KEY, 1, timeout=HEARTBEAT_LIFE_SECONDS)
