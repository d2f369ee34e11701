"""One way in for every action of the API: who may come in, how often, what was sent, once, on what was read.

A view here is a function of the typed request, what was sent and the address; it finds, requires and acts exactly
as a page does. Everything around it is this module's, so that no view can forget it.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from inspect import getdoc
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from hub.api.fields import Body, errors_of
from hub.api.problems import CONTENT_TYPE, TYPES, Problem, refusal
from hub.api.schemas import Out, ProblemOut
from hub.crypto import lookup
from hub.expired import KEYS_REMEMBERED
from hub.http import HubRequest
from hub.models import SCREEN_ONLY_KINDS, IdempotencyKey, TokenScope

logger = logging.getLogger("hub")

Data = dict[str, Any]
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint says. `version` is what the ETag is made of: everything that a change of the row changes."""

    body: Mapping[str, object] | None
    version: tuple[object, ...] = ()


Show = Callable[[HubRequest, UUID], Answer]
View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What an endpoint takes and gives; its place in the schema is made from this."""

    view: View
    summary: str
    body: type[Body] | None
    query: type[Body] | None
    scope: str
    makes: str
    show: Show | None
    if_match: bool
    rate: str


def endpoint(
    summary: str,
    *,
    tag: str,
    gives: type[serializers.Serializer[Any]] | None = None,
    body: type[Body] | None = None,
    query: type[Body] | None = None,
    scope: str = "",
    makes: str = "",
    show: Show | None = None,
    if_match: bool = False,
    etag: bool = False,
    rate: str = "",
    status: int = 200,
    errors: Iterable[int] = (),
) -> Callable[[View], "Endpoint"]:
    """Describe a view of the API.

    Args:
        summary: one Swedish sentence for the docs page; what follows it there is the view's own docstring.
        tag: the heading that it stands under there.
        gives: what the answer looks like.
        body, query: what may be sent, in the body or after the question mark.
        scope: what a token must be allowed; by default "write" for what takes a body or changes something.
        makes: the route that shows what was made, for a creation; the view then returns the reference of it.
        show: makes the answer to a creation, now and when the same key comes again.
        if_match: the change asks for the ETag of what was read.
        etag: the answer carries one.
        rate: the name of a limit of its own.
        status: of the answer when all is well; a creation's is 201.
        errors: further statuses that can be answered.

    Returns:
        What makes an `Endpoint`, for `resource`, of the view.
    """

    def described(view: View) -> Endpoint:
        wanted = scope or (TokenScope.WRITE if body or if_match or makes or status == 204 else TokenScope.READ)
        spec = Spec(
            view=view,
            summary=summary,
            body=body,
            query=query,
            scope=wanted,
            makes=makes,
            show=show,
            if_match=if_match,
            rate=rate,
        )
        code = 201 if makes else status
        schema = extend_schema(
            operation_id=view.__name__,
            summary=summary,
            description=(view.__doc__ or "").strip(),
            tags=[tag],
            request=body,
            parameters=[*_headers(spec, code, etag=etag), *([query] if query else [])],
            responses=_responses(spec, code, gives, errors),
        )
        return Endpoint(spec, schema)

    return described


def _responses(
    spec: Spec, code: int, gives: type[serializers.Serializer[Any]] | None, errors: Iterable[int]
) -> dict[Any, Any]:
    """Every status that can be answered; at a problem its titles, of which `type` tells which it was."""
    found: dict[Any, Any] = {code: gives or OpenApiResponse(description="Gjort")}
    for wrong in _errors(spec, errors):
        titles = " eller ".join(f"”{title}”" for at, title in TYPES.values() if at == wrong)
        found[wrong, CONTENT_TYPE] = OpenApiResponse(ProblemOut, description=titles)
    return found


def _errors(spec: Spec, more: Iterable[int]) -> list[int]:
    codes = {400, 401, 403, 429, *more}
    if spec.body:
        codes |= {413, 415, 422}
    if spec.scope == TokenScope.WRITE:
        codes |= {409, 422}
    if spec.if_match:
        codes |= {412, 428}
    return sorted(codes)


def _headers(spec: Spec, code: int, *, etag: bool) -> list[OpenApiParameter]:
    found = []
    if spec.makes:
        text = "En ny nyckel per sak som ska skapas. Samma nyckel igen inom 24 timmar ger samma svar, inte en till."
        pattern = {"type": "string", "pattern": f"^{KEY.pattern}$"}
        found.append(OpenApiParameter("Idempotency-Key", pattern, "header", required=True, description=text))
        found.append(_response_header("Location", "Adressen till det som skapades.", code))
    if spec.if_match:
        text = "ETag från det senaste svaret om samma sak. Har någon annan hunnit ändra blir svaret 412."
        found.append(OpenApiParameter("If-Match", str, "header", required=True, description=text))
    if etag or spec.if_match or spec.makes:
        found.append(_response_header("ETag", "Skicka den i If-Match vid nästa ändring.", code))
    found.append(_response_header("Retry-After", "Sekunder att vänta.", 429))
    return found


def _response_header(name: str, text: str, code: int) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, "header", response=[code], description=text)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A described view. Called directly, it is the view itself."""

    spec: Spec
    schema: Callable[[Any], Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.spec.view(*args, **kwargs)


class Resource(APIView):
    """The shell that the schema and the router see. Who is asking was settled by HubMiddleware, once."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)
    http_method_names: list[str] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing: sign-in, rights and limits are the middleware's and `answer_to`'s."""

    def handle_exception(self, exc: Exception) -> Any:
        response = refusal(self.request._request, exc)
        if response is None:
            raise exc
        if response.status_code == 405:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response


def resource(name: str, **methods: Endpoint) -> Callable[..., HttpResponseBase]:
    """The view of one address: an endpoint per method."""
    body: dict[str, Any] = {"http_method_names": [*methods, *(["head"] if "get" in methods else [])]}
    for method, found in methods.items():
        body[method] = found.schema(_method(found.spec))
    view = type(name, (Resource,), body).as_view()  # type: ignore[attr-defined]  # made from Resource
    view.csrf_exempt = False  # a session needs its csrf key here as on a page; the middleware exempts tokens
    return cast("Callable[..., HttpResponseBase]", view)


def _method(spec: Spec) -> Callable[..., HttpResponse]:
    def method(self: Resource, request: Request, **kwargs: Any) -> HttpResponse:
        return answer_to(cast("HubRequest", request._request), spec, kwargs)

    return method


def close_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say in the schema what `Body` does: a field that is not described is refused.

    And leave out what the base classes say of themselves, which their children inherit.
    """
    inherited = {getdoc(Body), getdoc(Out)}
    for name, part in result["components"]["schemas"].items():
        if part.get("description") in inherited:
            del part["description"]
        if name.endswith("Body"):
            part["additionalProperties"] = False
    return result


# --- one request -------------------------------------------------------------------------------------------------


def answer_to(request: HubRequest, spec: Spec, kwargs: dict[str, Any]) -> HttpResponse:
    """Let in, read, do, answer. What the view has done is undone when it, or what follows it, refuses.

    Raises:
        Problem, and whatever the rules raise: `hub.api.problems` words it.
    """
    _let_in(request, spec)
    sent: list[Data] = []
    if spec.query is not None:
        sent.append(_checked(spec.query, request.GET.dict(), "bad-query"))
    elif request.GET:
        raise Problem("bad-query", errors=[(name, "Fältet finns inte.") for name in request.GET])
    if spec.body is not None:
        sent.append(_checked(spec.body, _json(request), "invalid"))
    if spec.scope == TokenScope.READ:
        return _respond(spec.view(request, *sent, **kwargs))
    if spec.if_match and not request.headers.get("If-Match", "").strip().strip("*"):
        raise Problem("precondition-missing", "Hämta först det som ska ändras, och skicka dess ETag.")
    with transaction.atomic():
        if spec.makes:
            return _make(request, spec, sent, kwargs)
        return _respond(spec.view(request, *sent, **kwargs))


def _let_in(request: HubRequest, spec: Spec) -> None:
    if request.actor.agency_kind in SCREEN_ONLY_KINDS:
        raise Problem("screen-only", "Läs i webbläsaren i stället.")
    _not_too_often(request, spec.rate)
    token = getattr(request, "api_token", None)
    if token is not None and spec.scope not in token.scopes:
        header = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{spec.scope}"'}
        raise Problem("scope", headers=header)


def _not_too_often(request: HubRequest, rate: str) -> None:
    """A count per token, or per user without one, in windows of a minute. A lost cache lets through (P-Q3).

    A limit of its own is the user's, whatever they send: a key more, made in a moment, is not an allowance more.
    """
    token, user = getattr(request, "api_token", None), f"user-{request.actor.user_id}"
    seconds = int(request.at.timestamp())
    counted = {"all": user if token is None else f"token-{token.pk}"} | ({rate: user} if rate else {})
    for name, who in counted.items():
        key = f"api-rate:{name}:{who}:{seconds // WINDOW_SECONDS}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
            count = cache.incr(key)
        except (RedisError, OSError, ValueError):
            logger.warning("no cache for the rate limit")
            return
        if count > settings.API_RATES[name]:
            wait = WINDOW_SECONDS - seconds % WINDOW_SECONDS
            raise Problem("too-many", f"Försök igen om {wait} sekunder.", headers={"Retry-After": str(wait)})


def _json(request: HttpRequest) -> Any:
    """The body as JSON.

    Raises:
        Problem: another content type, too large, or not JSON.
    """
    if request.content_type != "application/json":
        raise Problem("content-type")
    try:
        return json.loads(request.body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem("malformed", "Kroppen är inte giltig JSON.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _checked(kind: type[Body], data: Any, problem: str) -> Data:
    form = kind(data=data)
    if not form.is_valid():
        raise Problem(problem, errors=errors_of(form.errors))
    return cast("Data", form.validated_data)


# --- creations count once ----------------------------------------------------------------------------------------


def _make(request: HubRequest, spec: Spec, sent: list[Data], kwargs: dict[str, Any]) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise Problem("key-missing", "8 till 64 tecken: bokstäver, siffror, bindestreck eller understreck.")
    route = request.trail.route
    fingerprint = lookup(f"{request.path}\n{_canonical(sent)}", scope="idempotency")
    row = _remembered(request, key, route, fingerprint)
    if isinstance(row, IdempotencyKey):
        made = spec.view(request, *sent, **kwargs)
        IdempotencyKey.objects.filter(pk=row.pk).update(made=made)
    else:
        made = row
    assert spec.show is not None  # noqa: S101 - every creation has one, tests/test_api_schema.py
    response = _respond(spec.show(request, made), status=201)
    response["Location"] = reverse(spec.makes, args=[made])
    if not isinstance(row, IdempotencyKey):
        response["Idempotent-Replayed"] = "true"
    return response


def _remembered(request: HubRequest, key: str, route: str, fingerprint: str) -> IdempotencyKey | UUID:
    """A fresh row, or the reference of what the same key made before.

    The row is inserted in the transaction of the creation: a second request waits for the first and finds its answer.

    Raises:
        Problem: the key was used for something else.
    """
    own = IdempotencyKey.objects.filter(user=request.user)
    own.filter(sent_at__lte=request.at - KEYS_REMEMBERED).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user=request.user, key=key, route=route, fingerprint=fingerprint, made=UUID(int=0), sent_at=request.at
            )
    except IntegrityError:
        earlier = own.get(key=key)
    if (earlier.route, earlier.fingerprint) != (route, fingerprint):
        raise Problem("key-reused", "Skicka en ny Idempotency-Key för en ny sak.")
    return earlier.made


def _canonical(sent: list[Data]) -> str:
    return json.dumps(sent, sort_keys=True, default=str, ensure_ascii=True)


# --- versions and answers ----------------------------------------------------------------------------------------


def etag_of(version: tuple[object, ...]) -> str:
    """A strong ETag for the facts that a change of the row changes."""
    return f'"{hashlib.sha256(repr(version).encode()).hexdigest()[:32]}"'


def unchanged(request: HubRequest, row: Model, version: Callable[[], tuple[object, ...]]) -> None:
    """Hold the row, and refuse the change if it is not what the client read.

    Two clients with the same ETag: the second waits here for the first, and then finds another version.

    Args:
        version: reads the row's version anew, after the lock.

    Raises:
        Problem: 412.
    """
    type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).values_list("pk").first()
    row.refresh_from_db()
    wanted = {tag.strip() for tag in request.headers.get("If-Match", "").split(",")}
    if etag_of(version()) not in wanted:
        raise Problem("changed", "Hämta om, jämför med din ändring och skicka den igen. Inget är sparat.")


def _respond(answer: Answer | None, *, status: int = 200) -> HttpResponse:
    if answer is None:
        return HttpResponse(status=204)
    text = json.dumps(answer.body, ensure_ascii=False, default=_written)
    response = HttpResponse(text, content_type="application/json", status=status)
    if answer.version:
        response["ETag"] = etag_of(answer.version)
    return response


def _written(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
