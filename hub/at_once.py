"""Several short lists of one table, read in one query: a page that asks many small things pays for few (P-Q2)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet, Value, Window
from django.db.models.functions import RowNumber

M = TypeVar("M", bound=Model)


def at_once(lists: Mapping[str, "QuerySet[M]"], *, most: int) -> dict[str, list[M]]:
    """Name → the first `most` rows of each list, in its own order; each list keeps its own rule and its own limit.

    Args:
        lists: ordered, not sliced, of one model and with the same `select_related`. One that can hold nothing
            (`QuerySet.none`, as where no rule grants anything) costs nothing.
    """
    found: dict[str, list[M]] = {name: [] for name in lists}
    parts: list[QuerySet[Any]] = []
    for name, rows in lists.items():
        if rows.query.is_empty():
            continue
        order: list[Any] = [*rows.query.order_by]
        placed = rows.annotate(listed_in=Value(name), listed_at=Window(RowNumber(), order_by=order))
        parts.append(placed[:most])
    if len(parts) > 1:
        parts = [parts[0].union(*parts[1:], all=True).order_by("listed_in", "listed_at")]
    for row in parts[0] if parts else ():
        found[row.listed_in].append(row)
    return found
