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

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hub import clock, devices, kept, sessions
from hub.access import Actor
from hub.api.bearer import accept, bearer_of, is_api, turned_away
from hub.audit import Trail, open_trail, record, record_outcome, record_reads
from hub.http import PUBLIC, WITHOUT_ASSIGNMENT, WITHOUT_SECOND_FACTOR, client_address
from hub.models import Assignment, AuditKind
from hub.sessions import ASSIGNMENT_KEY, MUNICIPALITY_KEY, End
from hub.tenancy import set_context
from hub.views.errors import answer_for, database_lost, typed

logger = logging.getLogger("hub")

GetResponse = Callable[[HttpRequest], HttpResponse]
SIGNED_OUT = {
    End.IDLE: "Du loggades ut eftersom inget hade hänt på en stund.",
    End.TIME: "Du loggades ut eftersom du hade varit inloggad så länge som går. Logga in igen.",
}


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
    """The actor of the session: the assignment it is bound to if that is in force, else the user's first one.

    A session whose assignment has ended is over (P-A12): no actor, and `session_over` says why.
    """
    if not request.user.is_authenticated:
        return None
    assignments = usable_assignments(request.user.pk, at=at)
    bound = request.session.get(ASSIGNMENT_KEY)
    if bound is not None and bound not in {a.pk for a in assignments}:
        request.session_over = End.ASSIGNMENT  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        return None
    if not assignments:
        return None
    chosen = next((a for a in assignments if a.pk == bound), assignments[0])
    if bound is None:  # the assignment began after the session
        request.session[ASSIGNMENT_KEY] = chosen.pk
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
        trail = Trail(request_id=uuid.uuid4(), address=client_address(request))
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
            actor = self._who_asks(request, at)
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
            if trail.number_taken:
                self._record_number_taken(trail, actor, at)
        response.headers.setdefault("Cache-Control", "no-store, private")
        if getattr(request, "session_over", None) is End.ASSIGNMENT and request.user.is_authenticated:
            with transaction.atomic():
                self._sign_out(request, End.ASSIGNMENT, at)
        if not is_api(request):
            self._mark_browser(request, response, trail)
        return response

    def _who_asks(self, request: HttpRequest, at: datetime) -> Actor | None:
        """A request to the API that carries a token is its assignment's, and asks no session."""
        if (bearer := bearer_of(request, at=at)) is not None:
            return accept(request, bearer, at=at)
        self._sign_out_when_over(request, at)
        return find_actor(request, at=at)

    def _sign_out_when_over(self, request: HttpRequest, at: datetime) -> None:
        """End a session that was idle too long or open too long; what it still sends is answered as nobody's."""
        if not request.user.is_authenticated:
            return
        if (end := sessions.over(request, at=at)) is not None:
            self._sign_out(request, end, at)
        elif not sessions.comes_by_itself(request) and sessions.touch(request, at=at):
            devices.seen(request, request.user, at=at)

    def _sign_out(self, request: HttpRequest, end: End, at: datetime) -> None:
        request.session_over = end  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        record(end.value, actor=None, user=request.user, at=at)  # type: ignore[arg-type]  # signed in, so a User
        logout(request)

    def _mark_browser(self, request: HttpRequest, response: HttpResponse, trail: Trail) -> None:
        """Who was here last: kept over an ended session, forgotten when the user signs out."""
        if request.user.is_authenticated:
            kept.remember_who(request, response, request.user)
        elif trail.route == "account_logout" or getattr(request, "session_over", None) is End.ASSIGNMENT:
            kept.forget_who(response)

    def _record_number_taken(self, trail: Trail, actor: Actor, at: datetime) -> None:
        """Whoever asks by registering learns that somebody stands there: that they asked stands in the log (P-A15)."""
        with transaction.atomic():
            set_context(municipality_id=actor.municipality_id, request_id=trail.request_id, actor=actor)
            record("person.number_taken", actor=actor, at=at)

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
        if getattr(request, "session_over", None) is End.ASSIGNMENT:
            return render(request, "errors/assignment_ended.html", typed(request), status=403)
        if not request.user.is_authenticated:
            return self._ask_to_sign_in(request)
        if request.actor is None and route not in WITHOUT_ASSIGNMENT:  # type: ignore[attr-defined]  # the request carries what HubRequest declares
            return redirect("hub:no_assignment")
        actor = request.actor  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        if actor is not None and route not in WITHOUT_SECOND_FACTOR and sessions.lacks_factor(request, actor.role):
            return redirect("hub:second_factor")
        if request.method == "POST" and "kept" in request.POST:
            kept.discard(request.user, request.POST["kept"])
        return None

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponse:
        """A page leads back to itself; what a form sent is kept until its writer has signed in again (P-Q3)."""
        if sessions.is_unattended(request):
            return HttpResponse(status=401)
        if request.method == "GET":
            over = getattr(request, "session_over", None)
            if over is not None:
                messages.info(request, SIGNED_OUT[over])
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        is_kept = kept.keep(request, at=request.at)  # type: ignore[attr-defined]  # the request carries what HubRequest declares
        told = {"kept": is_kept, "kept_minutes": settings.KEPT_TEXT_MINUTES}
        return render(request, "errors/session.html", typed(request) | told, status=401)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer the exceptions that are part of the rules; everything else goes on to become a 500."""
        return answer_for(request, exception)
