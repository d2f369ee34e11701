"""Calling the API in a test, and reading its problem documents."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from hub.api.problems import TYPES

#: An Idempotency-Key.
KEY = "en-nyckel-for-en-sak"


def post(client: Client, address: str, body: Any = None, method: str = "POST", **headers: str) -> HttpResponse:
    """A call with JSON; headers are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sender = getattr(client, method.lower())
    return sender(address, {} if body is None else body, content_type="application/json", headers=named)  # type: ignore[no-any-return]  # one of the client's methods


def problem(response: HttpResponseBase, kind: str) -> dict[str, Any]:
    """The problem document of this kind, with what every one of them has."""
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()  # type: ignore[attr-defined]  # the test client's
    status, title = TYPES[kind]
    assert (body["type"], body["status"], body["title"]) == (f"/api/docs/#fel-{kind}", status, title)
    assert response.status_code == status
    return body
