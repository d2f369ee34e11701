"""Where an item is written from: a higher layer leads to the write form, and hears of what was written (P-M7).

The address of the form carries `fran=<kind>:<key>`; the kind's finder says what that is, as far as the writer may know.
The item is written by this layer's own form and verbs, and is read by its own rule and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from consent.models import InformationItem
from hub.access import Actor
from hub.http import HubRequest
from hub.models import Case


@dataclass(frozen=True, slots=True)
class Origin:
    """What the form is written for.

    Args:
        label: a sentence above the form. url, back: where one comes from, and how the way there is called.
        written: called with the new draft, in the transaction that wrote it.
    """

    label: str
    url: str
    back: str
    written: Callable[[InformationItem], None]


#: Kind → (key, case, actor, at) → what it is, or None where there is no such thing for this actor.
ORIGIN: dict[str, Callable[[str, Case, Actor, datetime], Origin | None]] = {}


def origin_of(request: HubRequest, case: Case) -> Origin | None:
    """What the address says that the form is written for."""
    kind, _, key = request.GET.get("fran", "")[:120].partition(":")
    finder = ORIGIN.get(kind)
    return finder(key, case, request.actor, request.at) if finder else None


def carried(request: HubRequest, origin: Origin | None) -> str:
    """The same for the address of the next step."""
    return f"?{urlencode({'fran': request.GET['fran']})}" if origin else ""
