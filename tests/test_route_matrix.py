"""Every route, every role, real objects on both sides (architecture, "Access" 7)."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hub.http import PUBLIC, WITHOUT_ASSIGNMENT
from tests.cast import World
from tests.matrix import EVERYBODY, Row

#: Each `tests/matrix_*.py` holds the rows of one area as ROWS.
AREAS = sorted(path.stem for path in Path(__file__).parent.glob("matrix_*.py"))
ROWS: dict[str, list[Row]] = {area: importlib.import_module(f"tests.{area}").ROWS for area in AREAS}


def named_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_routes(pattern.url_patterns, inner)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield f"{prefix}{pattern.name}"


def test_every_route_has_its_row() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    rows = {row.route for rows in ROWS.values() for row in rows}
    assert rows == routes


def test_every_public_route_exists() -> None:
    routes = set(named_routes(get_resolver().url_patterns))
    assert set(PUBLIC) | set(WITHOUT_ASSIGNMENT) <= routes


def send(client: Client, row: Row, world: World, address: str) -> HttpResponseBase:
    if row.json is None:
        return client.get(address) if row.method == "GET" else client.post(address, dict(row.data(world)))
    body, headers = json.dumps(row.json(world), default=str), dict(row.headers(world))
    return client.generic(row.method, address, body, content_type="application/json", headers=headers)


def answer(client: Client, row: Row, world: World) -> int:
    """The status, with everything the request did rolled back."""
    address = reverse(row.route, kwargs=dict(row.kwargs(world))) + row.query
    with transaction.atomic():
        response = send(client, row, world, address)
        transaction.set_rollback(True)
    world.look()
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("area", AREAS)
def test_who_gets_what(world: World, area: str) -> None:
    clients = {name: world.client(name) for name in EVERYBODY}
    wrong = []
    for row in ROWS[area]:
        answers = {name: answer(client, row, world) for name, client in clients.items()}
        answers["anonymous"] = answer(Client(), row, world)
        wanted = {name: row.expected(name) for name in EVERYBODY} | {"anonymous": row.anonymous}
        wrong += [
            f"{row.method} {row.route}{row.query}: {name} got {answers[name]}, not {code}"
            for name, code in wanted.items()
            if answers[name] != code
        ]
    assert wrong == []
