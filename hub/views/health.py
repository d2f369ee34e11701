"""Two addresses for what keeps the platform running: is the process alive, and can it do its work."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.database_role import current_role
from hub.tasks import HEARTBEAT_KEY

logger = logging.getLogger("hub")


@never_cache
@require_safe
@transaction.non_atomic_requests
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about what it rests on."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> JsonResponse:
    """Whether a person could use the platform now: 200, or 503 with the part that is missing."""
    parts = {name: _holds(probe) for name, probe in PROBES.items()}
    status = 200 if all(parts.values()) else 503
    return JsonResponse({name: "ok" if holds else "fel" for name, holds in parts.items()}, status=status)


class HealthMiddleware:
    """Answers both before sessions, host names and the request's transaction.

    They must answer when the database does not, and to an address that is no name of the platform.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = {"/healthz": live, "/readyz": ready}.get(request.path)
        return view(request) if view else self.get_response(request)


def _holds(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception:  # whatever hinders the question hinders the person too
        logger.warning("not ready", exc_info=True)
        return False


def _database() -> bool:
    return current_role().limited or settings.DEBUG


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    import redis  # half a second at every start of a web process, for one address

    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        return bool(client.ping())


def _worker() -> bool:
    return cache.get(HEARTBEAT_KEY) is not None


PROBES: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
}
