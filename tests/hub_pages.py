"""Short words for tests of the hub's pages."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from hub.models import AuditEntry
from tests.cast import World, once_key


def address(route: str, ref: object = None) -> str:
    return reverse(f"hub:{route}", args=[ref] if ref else [])


def get(world: World, who: str, route: str, ref: object = None, *, query: str = "") -> Any:
    return _ask(world, world.client(who), "get", address(route, ref) + query)


def post(world: World, who: str, route: str, ref: object = None, **data: Any) -> Any:
    """A POST as a browser sends it, with a fresh key unless `once` is given."""
    sent = {"once": once_key(), **data}
    return _ask(world, world.client(who), "post", address(route, ref), sent)


def _ask(world: World, client: Client, method: str, path: str, *args: Any) -> Any:
    response = getattr(client, method)(path, *args)
    world.look()
    return response


def text(response: Any) -> str:
    return str(response.content.decode())


def leads_to(response: Any) -> str:
    """Where a redirect goes, without host."""
    assert response.status_code == 302, response.status_code
    return str(urlsplit(response["Location"]).path)


def error(response: Any, field: str | None = None) -> str:
    """The sentences at a field of the page's form (None: of the whole form)."""
    form = response.context["form"]
    said: list[str] = form.non_field_errors() if field is None else form.errors.get(field, [])
    return " ".join(said)


def deeds(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk"))
