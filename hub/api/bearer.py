"""Who a bearer token stands for. It acts under one assignment and ends with it (P-A12)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from hub import clock, sessions
from hub.access import Actor
from hub.actions.tokens import digest_of
from hub.api.problems import Problem, answer
from hub.models import ApiToken, Assignment, Municipality, User

SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Bearer:
    """What stands in the Authorization header: somebody, or (with `actor` None) nobody whom we know."""

    token: ApiToken | None = None
    actor: Actor | None = None

    @property
    def user(self) -> User | AnonymousUser:
        return self.token.user if self.token and self.actor else AnonymousUser()


def bearer_of(request: HttpRequest, *, at: datetime) -> Bearer | None:
    """The token of a request under /api/; None where it sends none and a session may speak instead.

    A request that carries a token never falls back to a session: an expired token is refused, not replaced.
    """
    header = request.headers.get("Authorization", "")
    if not is_api(request) or not header:
        return None
    if header[: len(SCHEME)].lower() != SCHEME:
        return Bearer()
    secret = header[len(SCHEME) :].strip()
    token = (
        ApiToken.objects.living(at=at)
        .filter(digest=digest_of(secret))
        .select_related("user", "assignment__user", "assignment__unit__agency")
        .first()
    )
    return Bearer() if token is None else Bearer(token, _actor(token, at=at))


def _actor(token: ApiToken, *, at: datetime) -> Actor | None:
    """The assignment must be in force now, its user active, and its agency still serve the kommun."""
    serves = Municipality.objects.filter(pk=token.municipality_id, served_by=token.assignment.unit.agency_id)
    usable = Assignment.objects.usable(at=at).filter(pk=token.assignment_id, user_id=token.user_id)
    if not (usable.exists() and serves.exists()) or token.assignment.unit.agency.screen_only:
        return None
    return Actor.acting_under(token.assignment, municipality_id=token.municipality_id)


def accept(request: HttpRequest, bearer: Bearer, *, at: datetime) -> Actor | None:
    """Let the token speak for the request: its user, no session, and no csrf key, which guards sessions only."""
    request.user = bearer.user
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own mark
    if bearer.token is None or bearer.actor is None:
        return None
    request.api_token = bearer.token  # type: ignore[attr-defined]  # read by hub.api.endpoint
    request.trail.token = bearer.token.pk  # type: ignore[attr-defined]  # set by HubMiddleware
    note_use(bearer.token, at=at)
    return bearer.actor


def turned_away(request: HttpRequest) -> HttpResponse | None:
    """The answer to whoever may not come in at all; None for everybody else."""
    if not request.user.is_authenticated:
        return answer(Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"}))
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return answer(Problem("no-assignment"))
    if not hasattr(request, "api_token") and sessions.lacks_factor(request, actor.role):
        return answer(Problem("second-factor"))
    return None


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Remember the day of the latest use, once a day."""
    today = clock.local_day(at)
    if token.last_used_on != today:
        older = Q(last_used_on=None) | Q(last_used_on__lt=today)
        ApiToken.objects.filter(older, pk=token.pk).update(last_used_on=today)


def is_api(request: HttpRequest) -> bool:
    """Whether the answer is for a machine: errors are then problem documents, and tokens count."""
    return request.path.startswith(("/api/v1/", "/api/schema/"))
