"""One transaction per request, in one kommun, on behalf of one actor, and the log of what it showed.

Order within a request (architecture, "Access" 6 and "Audit"): open the outer transaction, find the actor, set the
kommun, answer, write what was shown, commit; only then does the first byte leave. A refused or failed request is
rolled back and then recorded in a transaction of its own.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hub import clock
from hub.access import Actor
from hub.api.bearer import accept, bearer_of, is_api, turned_away
from hub.audit import Trail, open_trail, record_outcome, record_reads
from hub.http import PUBLIC, WITHOUT_ASSIGNMENT
from hub.models import Assignment, AuditKind
from hub.tenancy import set_context
from hub.views.errors import answer_for, database_lost, typed

logger = logging.getLogger("hub")

GetResponse = Callable[[HttpRequest], HttpResponse]
ASSIGNMENT_KEY = "assignment"
MUNICIPALITY_KEY = "municipality"


def usable_assignments(user_id: int, *, at: datetime) -> list[Assignment]:
    """The user's assignments in force, each with `kommuner` (ids that its agency serves), in one query."""
    return list(
        Assignment.objects.usable(at=at)
        .filter(user_id=user_id)
        .select_related("user", "unit__agency")
        .annotate(kommuner=ArrayAgg("unit__agency__serves", order_by="unit__agency__serves"))
        .order_by("valid_from", "pk")
    )


def find_actor(request: HttpRequest, *, at: datetime) -> Actor | None:
    """The actor of the session: the chosen assignment if it is in force, else the user's first one.

    A request to the API that carries a token is its assignment's, and asks no session.
    """
    if (bearer := bearer_of(request, at=at)) is not None:
        return accept(request, bearer, at=at)
    if not request.user.is_authenticated:
        return None
    assignments = usable_assignments(request.user.pk, at=at)
    if not assignments:
        return None
    wanted_assignment = request.session.get(ASSIGNMENT_KEY)
    chosen = next((a for a in assignments if a.pk == wanted_assignment), assignments[0])
    # The chosen assignment has ended: nothing is done under another one before the user has picked it.
    request.assignment_lost = wanted_assignment not in (None, chosen.pk)  # type: ignore[attr-defined]  # the request carries what HubRequest declares
    kommuner: list[int] = [k for k in chosen.kommuner if k is not None]  # type: ignore[attr-defined]  # annotated
    if not kommuner:
        return None
    wanted = request.session.get(MUNICIPALITY_KEY)
    home = chosen.unit.agency.municipality_id
    municipality = wanted if wanted in kommuner else (home if home in kommuner else kommuner[0])
    request.assignments_count = len(assignments)  # type: ignore[attr-defined]  # the request carries what HubRequest declares
    return Actor.acting_under(chosen, municipality_id=municipality)


class HubMiddleware:
    """See the module's text."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        trail = Trail(request_id=uuid.uuid4(), address=request.META.get("REMOTE_ADDR", "")[:45])
        request.at, request.trail, request.actor = at, trail, None  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        open_trail(trail)
        try:
            return self._answer(request, trail, at)
        except (OperationalError, InterfaceError):
            logger.exception("database lost", extra={"route": trail.route})
            return database_lost(request)
        finally:
            open_trail(None)

    def _answer(self, request: HttpRequest, trail: Trail, at: datetime) -> HttpResponse:
        with transaction.atomic():
            actor = find_actor(request, at=at)
            request.actor = actor  # type: ignore[attr-defined]  # the request carries what HubRequest declares
            set_context(
                municipality_id=actor.municipality_id if actor else None,
                request_id=trail.request_id,
                actor=actor,
            )
            response = self.get_response(request)
            if response.status_code in (403, 404, 409) or response.status_code >= 500:
                transaction.set_rollback(True)
            elif trail.has_shown:
                record_reads(trail, actor=actor, at=at)
        if actor is not None:
            self._record_what_rolled_back(response, trail, actor, at)
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _record_what_rolled_back(self, response: HttpResponse, trail: Trail, actor: Actor, at: datetime) -> None:
        """A refused or failed request, and what the page of a conflict shows, after its own work was undone."""
        conflict = response.status_code == 409 and trail.has_shown
        if response.status_code in (403, 404):
            kind, action = AuditKind.REFUSED, "refused"
        elif response.status_code >= 500:
            kind, action = AuditKind.FAILED, "failed"
        elif not conflict:
            return
        with transaction.atomic():
            set_context(municipality_id=actor.municipality_id, request_id=trail.request_id, actor=actor)
            if conflict:
                record_reads(trail, actor=actor, at=at)
                return
            detail = {"status": response.status_code, **trail.asked, **getattr(response, "refused", {})}
            record_outcome(kind, action, trail, actor=actor, at=at, detail=detail)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Turn away whoever is not signed in or has no assignment, before any view runs (default deny, P-A1)."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        request.trail.route = route  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        request.trail.asked = {name: str(value) for name, value in kwargs.items() if isinstance(value, uuid.UUID)}  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        if route in PUBLIC:
            return None
        if is_api(request):
            return turned_away(request)
        if not request.user.is_authenticated:
            if request.method == "GET":
                return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
            return render(request, "errors/session.html", typed(request), status=401)
        if request.actor is None and route not in WITHOUT_ASSIGNMENT:  # type: ignore[attr-defined]  # the request carries what HubRequest declares
            return redirect("hub:no_assignment")
        if getattr(request, "assignment_lost", False) and route not in ("hub:assignments", "account_logout"):
            return redirect("hub:assignments")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer the exceptions that are part of the rules; everything else goes on to become a 500."""
        return answer_for(request, exception)
