"""Answers for what was refused, missing, stale or broken: what happened, what was kept, how to go on."""

import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from hub.access import Denied
from hub.api.bearer import is_api, turned_away
from hub.api.problems import Problem, answer, problem_of, refusal
from hub.errors import Conflict, Invalid
from hub.states import IllegalMove, StaleState


def answer_for(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The page for an exception that the rules raise; None lets it go on to become a 500."""
    if is_api(request):
        return refusal(request, exception)
    if isinstance(exception, Denied):
        response = render(request, "errors/403.html", status=403)
        response.refused = {"action": exception.action, "model": exception.label, "pk": exception.pk}  # type: ignore[attr-defined]  # read by HubMiddleware
        return response
    if isinstance(exception, PermissionDenied):
        return render(request, "errors/403.html", status=403)
    if isinstance(exception, Http404):
        return render(request, "errors/404.html", status=404)
    if isinstance(exception, OperationalError | InterfaceError):
        return database_lost(request)
    if isinstance(exception, Conflict):
        return render(request, "errors/409.html", typed(request, exception.message), status=409)
    if isinstance(exception, Invalid):
        return render(request, "errors/409.html", typed(request, " ".join(exception.errors.values())), status=409)
    if isinstance(exception, StaleState | IllegalMove):
        return render(request, "errors/409.html", typed(request, None), status=409)
    return None


def typed(request: HttpRequest, message: str | None = None) -> dict[str, object]:
    """What was typed, so that a conflict loses nothing (P-Q3): long texts only, to copy."""
    texts = [
        value
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "once"} and isinstance(value, str) and len(value) > 20
    ]
    return {"message": message, "typed": texts}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return answer(problem_of(exception) or Problem("malformed"))
    if isinstance(exception, SessionInterrupted):
        return session_not_saved(request, exception)
    too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return render(request, "errors/413.html" if too_large else "errors/400.html", status=413 if too_large else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return answer(Problem("forbidden"))
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return answer(Problem("not-found"))
    return render(request, "errors/404.html", status=404)


def session_not_saved(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """The session could not be stored after the deed was: the database was lost just then, or somebody signed out.

    Django says only that the session is gone. The deed is committed by then, so "nothing is saved" would be untrue.
    """
    cause: BaseException | None = exception
    while cause is not None:
        if isinstance(cause, OperationalError | InterfaceError):
            return database_lost(request)
        cause = cause.__context__
    return render(request, "errors/session.html", typed(request) | {"may_be_saved": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: what broke may be what the frame of a page needs."""
    lost = isinstance(sys.exception(), OperationalError | InterfaceError)  # lost outside HubMiddleware
    if is_api(request):
        return answer(Problem("unavailable" if lost else "error", "" if lost else "Inget är ändrat."))
    if lost:
        return database_lost(request)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def database_lost(request: HttpRequest) -> HttpResponse:
    """The database is gone in the middle: all of it or none of it happened, and what was typed is shown (P-Q3)."""
    if is_api(request):
        return answer(Problem("unavailable", "Inget är ändrat. Försök igen om en stund."))
    return HttpResponse(render_to_string("errors/database.html", typed(request)), status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An expired session or a page that was open overnight: what was typed is shown again."""
    if is_api(request):
        return turned_away(request) or answer(Problem("csrf"))
    return render(request, "errors/session.html", typed(request, None), status=403)
