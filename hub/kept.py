"""Text that was typed when a session ended: kept for its writer, for a short time, and given back (P-Q3, P-Q5)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from hub.models import KeptText, User

#: Says who was signed in here last, signed, so that what they typed is kept for them and nobody else.
WHO_COOKIE = "vem"
#: Never kept: what proves who one is, what must be fresh, and what belongs to this very module.
NOT_KEPT = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code", "credential", "kept"}
)
MOST = 200_000  # characters
LONG = 20  # characters; shorter values are choices and numbers


def remember_who(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Mark the browser with who is signed in; survives the session but opens nothing."""
    if who_was_here(request) != user.pk:
        response.set_signed_cookie(
            WHO_COOKIE,
            str(user.pk),
            salt=WHO_COOKIE,
            max_age=(settings.SESSION_MAX_HOURS + 1) * 3600,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def forget_who(response: HttpResponse) -> None:
    response.delete_cookie(WHO_COOKIE, samesite="Lax")


def who_was_here(request: HttpRequest) -> int | None:
    """The id of the user who was last signed in with this browser."""
    age = (settings.SESSION_MAX_HOURS + 1) * 3600
    try:
        return int(request.get_signed_cookie(WHO_COOKIE, salt=WHO_COOKIE, max_age=age) or "")
    except (KeyError, ValueError, signing.BadSignature):
        return None


def keep(request: HttpRequest, *, at: datetime) -> bool:
    """Keep what this request wanted to save, for whoever was signed in here. False when there is nothing to keep.

    The request has passed the check against forged posts. Live previews (htmx) are not kept: their page stays open.
    """
    user_id = who_was_here(request)
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    text = json.dumps(fields, ensure_ascii=False)
    if user_id is None or request.headers.get("HX-Request") or len(text) > MOST:
        return False
    if not any(len(value) > LONG for values in fields.values() for value in values if isinstance(value, str)):
        return False
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return False
    forget_old(at=at)
    KeptText.objects.update_or_create(
        user_id=user_id,
        path=request.get_full_path()[:300],
        defaults={"page": _page(request)[:300], "fields": text, "kept_at": at},
    )
    return True


def _page(request: HttpRequest) -> str:
    """The page that the form stood on: where it came from within the hub, else where it was sent."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path


def forget_old(*, at: datetime) -> int:
    """Delete every text whose time is over; returns how many."""
    old = KeptText.objects.filter(kept_at__lte=at - timedelta(minutes=settings.KEPT_TEXT_MINUTES))
    return old.delete()[0]


def is_kept(user: User, *, at: datetime) -> bool:
    return _living(user, at=at).exists()


def _living(user: User, *, at: datetime) -> QuerySet[KeptText]:
    return KeptText.objects.filter(user=user, kept_at__gt=at - timedelta(minutes=settings.KEPT_TEXT_MINUTES))


@dataclass(frozen=True, slots=True)
class Kept:
    """A form to send once more: the long texts to read and mend, the rest as it was."""

    pk: int
    path: str
    page: str
    kept_at: datetime
    texts: list[tuple[str, str]]
    hidden: list[tuple[str, str]]


def kept_for(user: User, *, at: datetime) -> list[Kept]:
    return [_kept(row) for row in _living(user, at=at)]


def _kept(row: KeptText) -> Kept:
    pairs = [(name, str(value)) for name, values in json.loads(row.fields).items() for value in values]
    texts = [(name, value) for name, value in pairs if _is_text(name, value)]
    return Kept(row.pk, row.path, row.page, row.kept_at, texts, [pair for pair in pairs if pair not in texts])


def _is_text(name: str, value: str) -> bool:
    return len(value) > LONG and name != "once"


def discard(user: User, pk: str) -> None:
    """The text has been sent again, or is not wanted."""
    if pk.isdecimal():
        KeptText.objects.filter(user=user, pk=int(pk)).delete()
