"""Every route, every role, real objects on both sides (architecture, "Access" 7)."""

import contextlib
import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hub.http import PUBLIC, WITHOUT_ASSIGNMENT
from tests.cast import World
from tests.leaks import all_marks, forbidden_marks, said
from tests.matrix import EVERYBODY, Made, Row
from tests.scenes import signed_in

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


@contextlib.contextmanager
def undone(world: World) -> Iterator[None]:
    """What happens within is rolled back, and what the world remembers of it is forgotten."""
    known = dict(world.__dict__)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    world.__dict__.clear()
    world.__dict__.update(known)
    world.look()


def send(client: Client, row: Row, world: World, address: str) -> HttpResponseBase:
    if row.json is None:
        return client.get(address) if row.method == "GET" else client.post(address, dict(row.data(world)))
    body, headers = json.dumps(row.json(world), default=str), dict(row.headers(world))
    return client.generic(row.method, address, body, content_type="application/json", headers=headers)


def by_what_stands(rows: Sequence[Row]) -> dict[Made, list[Row]]:
    """Rows whose addresses are made from the same objects, so that these are made once for all of them."""
    found: dict[Made, list[Row]] = {}
    for row in rows:
        found.setdefault(row.kwargs, []).append(row)
    return found


def wrong_answers(rows: Sequence[Row], clients: Mapping[str, Client], world: World) -> Iterator[str]:
    """What is wrong with the answers to these rows; what a row does is undone before the next one."""
    for made, alike in by_what_stands(rows).items():
        with undone(world):
            kwargs = dict(made(world))
            for row in alike:
                yield from wrong_answers_to(row, kwargs, clients, world)


def wrong_answers_to(row: Row, kwargs: Mapping[str, Any], clients: Mapping[str, Client], world: World) -> Iterator[str]:
    """Each of the cast and somebody nobody knows meet the same world: wrong statuses, and pages that show too much."""
    with undone(world):
        address = reverse(row.route, kwargs=dict(kwargs)) + row.query
        for name, client in (*clients.items(), ("anonymous", Client())):
            where = f"{row.method} {row.route}{row.query}: {name}"
            wanted = row.anonymous if name == "anonymous" else row.expected(name)
            with transaction.atomic():
                response = send(client, row, world, address)
                transaction.set_rollback(True)  # and the kommun is again that of the world
            if response.status_code != wanted:
                yield f"{where} got {response.status_code}, not {wanted}"
            if row.method == "GET":
                text = said(response)
                yield from (f"{where} is shown {mark}" for mark in sorted(forbidden(world, name)) if mark in text)


#: Member → what the rule keeps from them in the marked world, asked once.
_forbidden: dict[str, frozenset[str]] = {}


def forbidden(world: World, name: str) -> frozenset[str]:
    return _forbidden.get(name, all_marks(world))


@pytest.mark.django_db
@pytest.mark.parametrize("area", AREAS)
def test_who_gets_what_and_no_page_shows_what_the_rule_does_not_give(marked_world: World, area: str) -> None:
    """The marks of tests/leaks.py are looked for in every answer to a GET (P-A3, P-A15)."""
    if not _forbidden:
        _forbidden.update((name, forbidden_marks(marked_world, name)) for name in EVERYBODY)
    clients = signed_in(marked_world)
    assert list(wrong_answers(ROWS[area], clients, marked_world)) == []
