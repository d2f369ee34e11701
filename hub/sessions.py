"""How long a session lives, and what it has proved: idle and longest time, the second step (P-Q5).

The instants lie in the session itself: a request asks the database nothing more. `seen_at` is written at most once a
minute, so that reading does not become writing.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from hub.models import User

BEGAN, SEEN, FACTOR = "began_at", "seen_at", "second_factor_of"
#: The assignment and kommun that the session acts under (hub.middleware).
ASSIGNMENT_KEY, MUNICIPALITY_KEY = "assignment", "municipality"
#: How often `seen_at` is written.
STEP = timedelta(minutes=1)


class End(StrEnum):
    """Why a session ended by itself; the value is how the log says it."""

    IDLE = "session.idle_ended"
    TIME = "session.time_ended"
    ASSIGNMENT = "session.assignment_ended"


def idle_limit() -> timedelta:
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def longest() -> timedelta:
    return timedelta(hours=settings.SESSION_MAX_HOURS)


def _instant(request: HttpRequest, key: str) -> datetime | None:
    value = request.session.get(key)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None


def begin(request: HttpRequest, *, at: datetime) -> None:
    """The user has just signed in."""
    request.session[BEGAN] = request.session[SEEN] = at.timestamp()


def began_at(request: HttpRequest) -> datetime | None:
    return _instant(request, BEGAN)


def over(request: HttpRequest, *, at: datetime) -> End | None:
    """Why the session is over at `at`, if it is: `[began, began + longest)` and `[seen, seen + idle)`."""
    began, seen = _instant(request, BEGAN), _instant(request, SEEN)
    if began is not None and at >= began + longest():
        return End.TIME
    if seen is not None and at >= seen + idle_limit():
        return End.IDLE
    return None


def touch(request: HttpRequest, *, at: datetime) -> bool:
    """Note that something happened; True when it was written."""
    seen = _instant(request, SEEN)
    if seen is not None and at < seen + STEP:
        return False
    request.session.setdefault(BEGAN, at.timestamp())
    request.session[SEEN] = at.timestamp()
    return True


def is_unattended(request: HttpRequest) -> bool:
    """The page asks by itself, to stay fresh: no sign that somebody sits there, so the session runs out (P-Q5)."""
    return request.method == "GET" and "X-Unattended" in request.headers


def comes_by_itself(request: HttpRequest) -> bool:
    """As `is_unattended`, and a whole page that a script has shown anew: a hub that went on to the next child."""
    return is_unattended(request) or (request.method == "GET" and "sjalv" in request.GET)


def ends_at(request: HttpRequest, *, at: datetime) -> datetime:
    """When the session ends if nobody does anything after this request, made at `at`."""
    began = _instant(request, BEGAN) or at
    last = (_instant(request, SEEN) or at) if comes_by_itself(request) else at
    return min(last + idle_limit(), began + longest())


# --- the second step ----------


def prove_factor(request: HttpRequest, user: User) -> None:
    """The user of this session has just used or made a second step, or an identity provider vouches for one."""
    request.session[FACTOR] = user.pk


def forget_factor(request: HttpRequest) -> None:
    request.session.pop(FACTOR, None)


def lacks_factor(request: HttpRequest, role: str) -> bool:
    """Whether the role needs a second step that this session has not proved."""
    return role in settings.SECOND_FACTOR_ROLES and request.session.get(FACTOR) != request.user.pk


def living_keys(keys: list[str], *, at: datetime) -> set[str]:
    """Which of these session keys still open anything."""
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    return set(found.values_list("session_key", flat=True))
