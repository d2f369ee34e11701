"""The pages of items in a test: their addresses, what a filled-in form sends, what a page says."""

import html
import re
from typing import Any
from uuid import uuid4

from django.urls import reverse

from consent.models import InformationItem
from tests.cast import World, info_type


def new_url(world: World) -> str:
    return reverse("consent:item_new", args=[world.case.ref])


def url(item: InformationItem, name: str = "item") -> str:
    return reverse(f"consent:{name}", args=[item.ref])


def typed(code: str, **fields: Any) -> dict[str, Any]:
    """What a filled-in form sends."""
    sent = {
        "type": info_type(code).pk,
        "event_date": "2026-03-02",
        "body": "Kom i tid hela veckan.",
        "faktor-TOTAL_FORMS": "1",
        "faktor-INITIAL_FORMS": "0",
        "faktor-0-presence": "present",
        "once": str(uuid4()),
        "do": "utkast",
    }
    return sent | fields


def post(world: World, who: str, address: str, data: dict[str, Any] | None = None) -> Any:
    response = world.client(who).post(address, {"once": str(uuid4())} | (data or {}))
    world.look()
    return response


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def newest() -> InformationItem:
    return InformationItem.objects.latest("pk")
