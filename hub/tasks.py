"""Work of this layer outside a request."""

from celery import shared_task
from django.core.cache import cache

from hub import clock

HEARTBEAT_KEY = "worker-heartbeat"
# Three beats of config.celery: one may be late behind a long task without an alarm.
HEARTBEAT_LIFE_SECONDS = 30


@shared_task
def heartbeat() -> None:
    """Show `/readyz` that beat, broker and worker all work: the mark goes out when one of them stops."""
    cache.set(HEARTBEAT_KEY, 1, timeout=HEARTBEAT_LIFE_SECONDS)


@shared_task
def forget_idempotency_keys() -> int:
    """Forget what the API has promised to remember for 24 hours; returns how many keys."""
    from hub.api.endpoint import REMEMBERED
    from hub.models import IdempotencyKey

    return IdempotencyKey.objects.filter(sent_at__lte=clock.now() - REMEMBERED).delete()[0]
