"""What went wrong, as a problem document (RFC 9457): a machine `type`, a Swedish `title`, errors by field (P-Q4).

One table for every exception that the rules raise, so that a view never words a refusal of its own.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed

from hub.access import Denied
from hub.actions.cases import NotYet
from hub.actions.parties import Recused, WrongSeat
from hub.actions.people import AlreadyRegistered
from hub.audit import note_number_taken
from hub.errors import Conflict, Invalid
from hub.states import IllegalMove, StaleState
from hub.views.deeds import ALREADY_REGISTERED, RECUSED, WRONG_SEAT

CONTENT_TYPE = "application/problem+json"

#: type → (status, title). The address of a type is its anchor on the docs page.
TYPES: dict[str, tuple[int, str]] = {
    "malformed": (400, "Det som skickades går inte att läsa"),
    "bad-query": (400, "En del av adressen efter frågetecknet går inte att använda"),
    "key-missing": (400, "Skicka huvudet Idempotency-Key"),
    "unauthenticated": (401, "Logga in eller skicka en nyckel som gäller"),
    "forbidden": (403, "Du får inte göra det här"),
    "no-assignment": (403, "Du har inget uppdrag som gäller nu"),
    "second-factor": (403, "Logga in med ett extra steg i webbläsaren först"),
    "scope": (403, "Nyckeln får bara läsa"),
    "screen-only": (403, "Er verksamhet läser bara på skärm"),
    "csrf": (403, "Skicka csrf-nyckeln i huvudet X-CSRFToken"),
    "not-found": (404, "Det finns inget på den adressen"),
    "method": (405, "Metoden finns inte på den adressen"),
    "conflict": (409, "Läget har ändrats"),
    "changed": (412, "Någon annan hann ändra"),
    "too-large": (413, "Det som skickades är för stort"),
    "content-type": (415, "Skicka application/json"),
    "invalid": (422, "Något behöver rättas"),
    "key-reused": (422, "Nyckeln har redan använts för något annat"),
    "precondition-missing": (428, "Skicka huvudet If-Match"),
    "too-many": (429, "För många anrop"),
    "error": (500, "Något gick fel hos oss"),
    "unavailable": (503, "Databasen svarar inte"),
}


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """A refusal that only the API knows of: a missing precondition, a reused key, an unreadable body."""

    kind: str
    detail: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Members of its own beside those of every problem, such as both texts of a conflict.
    more: Mapping[str, object] = field(default_factory=dict)


def answer(problem: Problem) -> HttpResponse:
    """The problem as a response."""
    status, title = TYPES[problem.kind]
    body: dict[str, Any] = {"type": f"/api/docs/#fel-{problem.kind}", "title": title, "status": status}
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [{"field": _sound(name), "message": text} for name, text in problem.errors]
    body.update(problem.more)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=CONTENT_TYPE, status=status)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _sound(text: str) -> str:
    """A field's name as it was sent, without what cannot be written in UTF-8."""
    return text.encode("utf-8", "replace").decode()[:200]


def problem_of(exception: Exception) -> Problem | None:
    """The problem that an exception of the rules is; None for what nobody foresaw."""
    match exception:
        case Problem():
            return exception
        case Invalid():
            return Problem("invalid", exception.errors.get("", ""), _named(exception.errors.items()))
        case AlreadyRegistered():
            note_number_taken()
            return Problem("invalid", errors=[("personnummer", ALREADY_REGISTERED)])
        case Recused():
            return Problem("invalid", RECUSED)
        case WrongSeat():
            return Problem("invalid", WRONG_SEAT)
        case NotYet():
            return Problem("conflict", " ".join(exception.reasons))
        case Conflict():
            return Problem("conflict", exception.message)
        case StaleState() | IllegalMove():
            return Problem("conflict", "Det går inte i det läge som gäller nu. Hämta om och försök igen.")
        case Http404():
            return Problem("not-found")
        case PermissionDenied():
            return Problem("forbidden")
        case MethodNotAllowed():
            return Problem("method")
        case RequestDataTooBig():
            return Problem("too-large")
        case SuspiciousOperation():
            return Problem("malformed")
        case OperationalError() | InterfaceError():
            return Problem("unavailable", "Inget är ändrat. Försök igen om en stund.")
    return None


def _named(errors: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in errors if name]


def refusal(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The response for an exception, which says only why; None lets it go on to become a 500."""
    problem = problem_of(exception)
    if problem is None:
        return None
    response = answer(problem)
    if isinstance(exception, Denied):
        response.refused = {"action": exception.action, "model": exception.label, "pk": exception.pk}  # type: ignore[attr-defined]  # read by HubMiddleware
    shows = isinstance(exception, Problem) and bool(exception.more)  # which is read, and stands in the log as such
    if response.status_code not in (403, 404) and not shows:  # those are recorded with what they asked for
        request.trail.forget()  # type: ignore[attr-defined]  # set by HubMiddleware
    return response
