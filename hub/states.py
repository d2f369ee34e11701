"""State machines as tables; a move is compare-and-set, so two people never make the same move twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

Moves = Mapping[tuple[str, str], str]
"""(event, state it may happen in) -> the state it leads to. What is not in the table cannot happen."""


class IllegalMove(Exception):
    """The event has no row in the table for the state that the object is in."""

    def __init__(self, event: str, state: str) -> None:
        super().__init__(f"{event!r} is not possible in state {state!r}")
        self.event = event
        self.state = state


class StaleState(Exception):
    """Someone else moved the object first. The edge answers 409, never a silent no-op."""

    def __init__(self, pk: object) -> None:
        super().__init__(f"object {pk} has left the state it was read in")
        self.pk = pk


def possible(state: str, moves: Moves) -> tuple[str, ...]:
    """The events that the table allows in `state`, in the table's order: what a page may offer as buttons."""
    return tuple(event for event, source in moves if source == state)


def target(event: str, state: str, moves: Moves) -> str:
    """Where `event` leads from `state`. Raises IllegalMove."""
    if (reached := moves.get((event, state))) is None:
        raise IllegalMove(event, state)
    return reached


def move(
    obj: Model,
    event: str,
    moves: Moves,
    *,
    field: str = "state",
    at: datetime | None = None,
    **set_fields: Any,
) -> str:
    """Moves `obj` by `event`, in the database and in place, and returns the new state.

    The row changes only if it still is in the state that `obj` was read in. `at` is stored in `<field>_at`;
    `set_fields` are stored in the same statement, so a state never stands without its facts.
    Raises IllegalMove (no such row in the table), StaleState (someone was faster, or the row is gone).
    """
    current = str(getattr(obj, field))
    values: dict[str, Any] = {**set_fields, field: target(event, current, moves)}
    if at is not None:
        values[f"{field}_at"] = at
    rows = type(obj)._base_manager.filter(**{"pk": obj.pk, field: current})
    if not rows.update(**values):
        raise StaleState(obj.pk)
    for name, value in values.items():
        setattr(obj, name, value)
    return str(values[field])
