"""Lists by cursor: the next page begins after a row, so that nothing is skipped or doubled when rows come in."""

from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from hub.api.endpoint import Data
from hub.api.fields import Body, Ref
from hub.api.problems import Problem
from hub.http import HubRequest

M = TypeVar("M", bound=Model)
PAGE = 50


class PageQuery(Body):
    cursor = Ref(required=False, help_text="Ur `next` i förra svaret.")


def slice_of(rows: QuerySet[M], query: Data, *order: str) -> tuple[list[M], UUID | None]:
    """One page of permitted rows in a total order, and the cursor to the next page.

    The cursor is the last row's reference, never a name: addresses end up in logs.

    Raises:
        Problem: the cursor names no row that the actor may read; the same answer whether or not it exists (P-A15).
    """
    if (after := query.get("cursor")) is not None:
        rows = rows.filter(_after(_place(rows, after, order), order))
    found = list(rows.order_by(*order)[: PAGE + 1])
    more = found[PAGE - 1].ref if len(found) > PAGE else None  # type: ignore[attr-defined]  # Referenced
    return found[:PAGE], more


def _place(rows: QuerySet[Any], after: UUID, order: tuple[str, ...]) -> tuple[Any, ...]:
    place = rows.filter(ref=after).values_list(*(name.lstrip("-") for name in order)).first()
    if place is None:
        raise lost()
    return tuple(place)


def lost() -> Problem:
    return Problem("bad-query", errors=[("cursor", "Sidan finns inte längre. Börja från början.")])


def _after(place: tuple[Any, ...], order: tuple[str, ...]) -> Q:
    wanted, same = Q(pk__in=[]), Q()
    for name, value in zip(order, place, strict=True):
        column = name.lstrip("-")
        wanted |= same & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{column: value})
    return wanted


def listed(
    request: HubRequest, results: list[dict[str, Any]], more: object = None, query: Data | None = None
) -> dict[str, object]:
    """The page as it is answered; `more` is the cursor to the next one."""
    kept = {name: str(value) for name, value in (query or {}).items() if name != "cursor"}
    return {
        "results": results,
        "next": f"{request.path}?{urlencode({**kept, 'cursor': str(more)})}" if more else None,
    }
