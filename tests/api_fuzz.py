"""Whatever is sent, the API answers as its schema says: never a 5xx, nothing undocumented, nothing to nobody.

Calls are made up from the schema, half of them deliberately against it, half of them on Elias' own rows; each is
made in process and rolled back, so that every one of them meets the same world.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consent.models import InformationItem
from hub.views.api_docs import schema_of
from tests.cast import World, draft_paper, write

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
Environ = dict[str, Any]


class RolledBack:
    """The product as a WSGI application whose every request is undone."""

    def __init__(self, world: World, secret: str = "") -> None:
        self.world, self.inner = world, WSGIHandler()
        self.authorization = f"Bearer {secret}" if secret else ""

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterator[bytes]:
        environ.pop("HTTP_COOKIE", None)
        environ.pop("HTTP_AUTHORIZATION", None)
        if self.authorization:
            environ["HTTP_AUTHORIZATION"] = self.authorization
        environ["SERVER_NAME"] = "testserver"
        environ["HTTP_HOST"] = "testserver"
        with transaction.atomic():
            response: Any = self.inner(environ, start)
            body = b"".join(response)
            transaction.set_rollback(True)
        self.world.look()
        yield body


def lived_in(world: World) -> Mapping[str, Any]:
    """First part of an address → a row of Elias' that stands there."""
    draft = write(world, "kim", "measures_and_plan", record=False)
    write(world, "sam", "attendance")
    return {
        "individuals": world.elias.ref,
        "cases": world.case.ref,
        "relatives": world.eva.ref,
        "participations": world.parties["police"].ref,
        "items": draft.ref if InformationItem.objects.exists() else None,
        "consents": draft_paper(world).ref,
    }


def fuzz(world: World, secret: str, *, examples: int) -> list[str]:
    """Call every operation; returns what was answered against the schema."""
    known = lived_in(world)
    schema = schemathesis.openapi.from_dict(schema_of())
    schema.app = RolledBack(world, secret)
    wrong: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in MODES:
            _examples(operation, mode, known, bool(secret), wrong, examples)
    return wrong


def _examples(
    operation: Any, mode: GenerationMode, known: Mapping[str, Any], signed_in: bool, wrong: list[str], examples: int
) -> None:
    try:
        cases = operation.as_strategy(generation_mode=mode)
    except Exception:  # an operation that cannot be sent wrongly
        if mode is GenerationMode.POSITIVE:
            raise
        return

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=cases, real=st.booleans())
    def calls(case: Any, real: bool) -> None:
        place = operation.path.removeprefix("/api/v1/").partition("/")[0]
        if real and case.path_parameters and "ref" in case.path_parameters:
            case.path_parameters["ref"] = str(known[place])
        response = case.call()
        if not signed_in and response.status_code < 400:
            wrong.append(f"{operation.label}: {response.status_code} to nobody")
        checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE and not real else CHECKS
        try:
            case.validate_response(response, checks=checks)
        except Exception as failure:
            wrong.append(f"{operation.label}: {failure}"[:1500])

    calls()
