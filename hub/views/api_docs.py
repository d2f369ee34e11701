"""The schema of the API, and the same as a page for people: plain HTML, no script, in Swedish."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from hub.api.problems import TYPES
from hub.http import page


@lru_cache(maxsize=1)
def schema_of() -> dict[str, Any]:
    """The OpenAPI document, made once per process: it depends on the code alone."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # has no types
    return found


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema_of(), json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every call by name, and what is the same for all of them."""
    return page(request, "hub/api_docs.html", {"groups": groups(), "problems": _problems()})


@require_safe
def docs_group(request: HttpRequest, group: str) -> HttpResponse:
    """The calls about one thing, each with what it takes, gives and refuses.

    Raises:
        Http404: no calls go by this name.
    """
    shown = next((each for each in groups() if each["slug"] == group), None)
    if shown is None:
        raise Http404(group)
    return page(request, "hub/api_docs_group.html", {"group": shown, "groups": groups(), "parts": _parts(shown)})


@lru_cache(maxsize=1)
def groups() -> list[dict[str, Any]]:
    """The calls by tag, in the order of the addresses; made once per process, as the schema is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema_of()["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_call(path, method, operation))
    return [{"title": tag, "slug": slugify(tag), "calls": calls} for tag, calls in found.items()]


def _call(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answers = operation["responses"]
    done = next(code for code in answers if code.startswith("2"))
    gives = answers[done].get("content", {}).get("application/json", {}).get("schema", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "text": operation.get("description", ""),
        "parameters": [
            {"name": p["name"], "place": PLACES[p["in"]], "required": p.get("required", False), **_kind(p)}
            for p in operation.get("parameters", [])
        ],
        "takes": _name(content.get("schema", {})),
        "gives": _name(gives),
        "done": done,
        "names": sorted({*_names(content), *_names(answers[done]), *_names(operation.get("parameters", []))}),
        "errors": sorted(code for code in answers if not code.startswith("2")),
    }


PLACES = {"path": "i adressen", "query": "efter frågetecknet", "header": "huvud"}


def _kind(parameter: dict[str, Any]) -> dict[str, str]:
    return {"kind": _type(parameter["schema"]), "text": parameter.get("description", "")}


def _name(schema: dict[str, Any]) -> str:
    """The component that a schema refers to."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _names(schema: Any) -> Iterator[str]:
    """Every component that a schema refers to, however deep."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name(schema)
        schema = list(schema.values())
    if isinstance(schema, list):
        for inner in schema:
            yield from _names(inner)


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return _name(schema)
    if "allOf" in schema or "oneOf" in schema:
        return " eller ".join(_type(one) for one in schema.get("allOf", schema.get("oneOf", [])))
    if schema.get("type") == "array":
        return f"lista av {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"] if value not in ("", None))
    word = TYPE_WORDS.get(schema.get("format", ""), TYPE_WORDS.get(schema.get("type", ""), ""))
    return f"{word}, högst {schema['maxLength']} tecken" if "maxLength" in schema else word


TYPE_WORDS = {
    "uuid": "referens",
    "date": "dag (ÅÅÅÅ-MM-DD)",
    "date-time": "tidpunkt",
    "string": "text",
    "integer": "heltal",
    "boolean": "true eller false",
    "object": "objekt",
}


def _parts(group: dict[str, Any]) -> list[dict[str, Any]]:
    """The components that a group's calls speak of: each object with its fields, each list of codes with its codes."""
    schemas = schema_of()["components"]["schemas"]
    spoken_of = {name for call in group["calls"] for name in call["names"]}
    waiting = list(spoken_of)
    while waiting:
        new = set(_names(schemas[waiting.pop()])) - spoken_of
        spoken_of |= new
        waiting += new
    found = []
    for name in sorted(spoken_of):
        part = schemas[name]
        fields = [
            {
                "name": field,
                "kind": _type(schema),
                "required": field in part.get("required", []),
                "null": bool(schema.get("nullable")),
                "text": schema.get("description", ""),
            }
            for field, schema in part.get("properties", {}).items()
        ]
        codes = [str(code) for code in part.get("enum", []) if code not in ("", None)]
        found.append({"name": name, "text": part.get("description", ""), "fields": fields, "codes": codes})
    return found


def _problems() -> list[dict[str, Any]]:
    return [{"kind": kind, "status": status, "title": title} for kind, (status, title) in TYPES.items()]
