"""Where one is signed in: the sessions of a user, in words that a person recognises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from hub import sessions
from hub.models import User

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """Such as ”Firefox på Windows”; what a browser says about itself is a hint, not a proof."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Okänd webbläsare")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} på {system}" if system else browser


@dataclass(frozen=True, slots=True)
class Device:
    """One signed-in browser."""

    pk: int
    words: str
    address: str
    began_at: datetime
    seen_at: datetime
    current: bool


def seen(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Note where the session is used, from its first moment on: what is not noted could not be closed."""
    if not request.session.session_key:
        request.session.save()
    client = {
        "user": user,
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.headers.get("User-Agent", "")[:200],
        "last_seen_at": at,
    }
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults=client,
        create_defaults={**client, "created_at": sessions.began_at(request) or at},
    )


def devices(request: HttpRequest, *, at: datetime) -> list[Device]:
    """The user's sessions that still open something, this one first. Two queries."""
    rows = list(UserSession.objects.filter(user_id=request.user.pk, last_seen_at__gt=at - sessions.idle_limit()))
    living = sessions.living_keys([row.session_key for row in rows], at=at)
    found = [
        Device(
            pk=row.pk,
            words=in_words(row.user_agent),
            address=row.ip,
            began_at=row.created_at,
            seen_at=row.last_seen_at,
            current=row.session_key == request.session.session_key,
        )
        for row in rows
        if row.session_key in living
    ]
    return sorted(found, key=lambda device: (not device.current, -device.seen_at.timestamp()))


def end(rows: Iterable[UserSession]) -> int:
    """Close these sessions at once: their next request is nobody's."""
    ended = list(rows)
    Session.objects.filter(session_key__in=[row.session_key for row in ended]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    return len(ended)
