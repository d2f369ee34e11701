"""The private feed: a calendar program, nobody signed in, and a secret address (P-M5).

An unknown, a revoked and a closed user's address are one answer, found by one look-up. Guessing a key of 256 bits is
hopeless; the counts only keep a broken program from wearing the hub out. They are no sign of whether a key exists.
"""

import hashlib
import logging
from datetime import datetime
from ipaddress import ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from hub.audit import Trail, record_reads
from hub.crypto import lookup
from hub.http import client_address
from hub.models import User
from hub.tenancy import set_context
from meetings.actions.availability import SCOPE, digest_of
from meetings.feeds import parts_of, written
from meetings.models import FeedKey, GroupMeeting, Meeting

logger = logging.getLogger("hub")

#: Requests in a window: with one key, and from one network address with keys that open nothing. Calendar services
#: fetch for many users from few addresses, so what opens is not counted by address.
PER_KEY, PER_ADDRESS, WINDOW = 60, 120, 3600  # requests, requests, seconds
#: Longer than any key that was ever given.
MOST = 100


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The user's meetings as iCalendar, or 404; 304 where they are as the program has them."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    trail: Trail = request.trail  # type: ignore[attr-defined]  # set by HubMiddleware
    digest = digest_of(key[:MOST])
    found = FeedKey.objects.select_related("user").filter(digest=digest, revoked_at=None, user__is_active=True).first()
    if found is None:
        # By address alone: whoever makes up keys would fill the cache with a count for each.
        whom, most = f"address-{lookup(_network(client_address(request)), scope=SCOPE)}", PER_ADDRESS
    else:
        whom, most = f"key-{digest}", PER_KEY
    if _too_often(whom, most, at.timestamp()):
        return _plain("För många förfrågningar. Försök igen om en timme.", 429, {"Retry-After": str(WINDOW)})
    if found is None:
        return _plain("Det finns ingen kalender här.", 404)
    body = _body(found.user, trail, at)
    FeedKey.objects.filter(pk=found.pk).update(used_at=at)
    return _answer(request, body)


def _network(address: str) -> str:
    """The address, of IPv6 the network of 64 bits that one customer has all of."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(known) if known.version == 4 else str(ip_network((known, 64), strict=False))


def _body(user: User, trail: Trail, at: datetime) -> bytes:
    """The feed; what it shows is read by the user, once per assignment and kommun that it comes from."""
    parts = parts_of(user, at=at)
    for part in parts:
        set_context(municipality_id=part.actor.municipality_id, request_id=trail.request_id, actor=part.actor)
        read = Trail(request_id=trail.request_id)
        for meeting in part.meetings:
            read.show([meeting], individual=meeting.case.individual_id, case=meeting.case_id)
        read.show(part.groups)
        record_reads(read, actor=part.actor, at=at)
    meetings: list[Meeting | GroupMeeting] = [meeting for part in parts for meeting in part.meetings]
    meetings += [meeting for part in parts for meeting in part.groups]
    return written(meetings, at=at)


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    same = etag in {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    response = HttpResponse(status=304) if same else HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _too_often(who: str, most: int, seconds: float) -> bool:
    """Count this request. A lost cache lets through (P-Q3)."""
    key = f"calendar-feed:{who}:{int(seconds) // WINDOW}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        return bool(cache.incr(key) > most)
    except (RedisError, OSError, ValueError):
        logger.warning("no cache for the rate limit")
        return False
