"""Blocks of the page of one meeting: each part of the layer, and higher layers, add their own (P-M7).

A block is a mapping with "template", which gets it as `panel`, or None where it has nothing for this actor. It holds
only rows that went through `permitted()`; "objects" are the rows shown, for the log.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub.access import Actor
from meetings.models import Meeting

Builder = Callable[[Meeting, Actor, datetime], dict[str, Any] | None]

_BUILDERS: list[tuple[int, Builder]] = []


def panel(order: int) -> Callable[[Builder], Builder]:
    """Register a block; the page shows them in this order."""

    def add(builder: Builder) -> Builder:
        _BUILDERS.append((order, builder))
        return builder

    return add


def panels(meeting: Meeting, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The blocks of a meeting that this actor gets, in order."""
    made = (builder(meeting, actor, at) for _order, builder in sorted(_BUILDERS, key=lambda each: each[0]))
    return [block for block in made if block is not None]
