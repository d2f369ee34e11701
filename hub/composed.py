"""The SQL of a rule, composed once and used again with each actor's own values.

Django turns a rule into SQL anew for every question, about half of what Python does for a page of items
(docs/decisions/0013). Here a rule is composed once per kind of actor, with a mark in the place of each value
of the actor and of the instant; every question then only puts in its values and its own table's columns. The text is
word for word what the rule itself gives, which tests/test_composed.py holds it to for every rule and every member of
the cast. A rule that cannot be composed so is asked as it stands.
"""

import itertools
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Field, Model, Q
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import Join
from django.db.models.sql.query import Query

if TYPE_CHECKING:
    from hub.access import Actor

Build = Callable[["Actor", datetime], "Q | Combinable | None"]

#: What a rule may branch on. Every other field of an actor is one of the marks below (tests/test_composed.py).
SHAPE = ("role", "agency_kind", "names_contacts", "agency_in_kommun")
#: A value that no row holds, in the place of each value of the actor; far apart, so that a number reckoned from one
#: of them (`_from_a_mark`) is never another.
MARKS: dict[str, Any] = {
    **{"user_id": 2_147_000_001, "assignment_id": 2_147_010_002, "unit_id": 2_147_020_003},
    **{"agency_id": 2_147_030_004, "municipality_id": 2_147_040_005, "asks_about": 2_147_050_006},
    **{name: f"\N{SECTION SIGN}{name}" for name in ("user_name", "role_label", "unit_name", "agency_name")},
}
#: So near a mark no rule has a number of its own.
NEAR = 100_000
_NAMES = {mark: name for name, mark in MARKS.items()}
#: The same for instants: the one asked about, and the limits of the assignment before and after it.
_AT = datetime(7000, 1, 1, tzinfo=UTC)
_BEGAN, _ENDED, _ENDS, _BEGINS = (_AT.replace(year=year) for year in (6998, 6999, 7001, 7002))
INSTANTS = {_BEGAN: "valid_from", _BEGINS: "valid_from", _ENDED: "valid_to", _ENDS: "valid_to"}

#: An alias that Django gives to a table of a subquery: U0, V12.
_INNER_ALIAS = re.compile(r'(?<!["\w])([A-Z]+\d+)(?!["\w])')
_serial = itertools.count(1)


class CannotBeComposed(Exception):
    """The rule holds something that is neither fixed nor a value of the actor or the instant."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A composed rule, itself and no other: SQL in pieces, the outer table's columns between them, and its parameters.

    Args:
        pieces: SQL, and where an int stands the column of that number.
        columns: lookup paths from the outer model, such as "type__mask".
        parameters: what stands for each %s; a mark is replaced by the actor's value.
        output_field: what it gives.
    """

    pieces: tuple[str | int, ...]
    columns: tuple[str, ...]
    parameters: tuple[Any, ...]
    output_field: "Field[Any, Any]"


class Composed(Expression):
    """A composed rule with the values of one question, for use wherever an expression can stand."""

    def __init__(self, text: Text, values: tuple[Any, ...]) -> None:
        super().__init__(output_field=text.output_field)
        self.text, self.values = text, values
        self.columns: list[Any] = [F(path) for path in text.columns]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        columns = [compiler.compile(column)[0] for column in self.columns]
        return "".join(piece if isinstance(piece, str) else columns[piece] for piece in self.text.pieces), self.values


_kept: dict[Hashable, Text | None] = {}


def forget() -> None:
    """Compose everything anew: for tests that change what rules are made of."""
    _kept.clear()


def composed(model: type[Model], key: Hashable, build: Build, actor: "Actor", at: datetime) -> Any:
    """What `build(actor, at)` gives, composed already if that can be done.

    Args:
        model: the table that the rule is asked of; the rule walks forward foreign keys and subqueries only.
        key: what tells this rule from every other of the model.
        build: makes the rule. It may branch on the actor's role, agency kind and rights, on whether the assignment is
            in force, and on whether one individual is asked about; everything else it may only pass on to the query.

    Returns:
        A Q, an expression, or None where `build` gives None.
    """
    shape = (
        *(getattr(actor, name) for name in SHAPE),
        *(actor.valid_from <= at, actor.valid_to is None, actor.in_force(at=at), actor.asks_about is None),
    )
    kept = (model, key, shape)
    if kept not in _kept:
        _kept[kept] = _compose(model, build(*_marked(actor, at)))
    text = _kept[kept]
    if text is None:
        return build(actor, at)
    return _expression(text, tuple(_put_in(value, actor, at) for value in text.parameters))


def composed_once(model: type[Model], build: Callable[[], "Q | Combinable"]) -> Any:
    """What `build()` gives, composed already: for what depends neither on who asks nor on when.

    Args:
        model: as of `composed`.
        build: makes it, the same each time; told apart by itself.

    Returns:
        A Q or an expression.
    """
    kept = (model, build)
    if kept not in _kept:
        _kept[kept] = _compose(model, build())
    text = _kept[kept]
    return build() if text is None else _expression(text, text.parameters)


def _expression(text: Text, values: tuple[Any, ...]) -> Any:
    expression = Composed(text, values)
    return Q(expression) if isinstance(text.output_field, BooleanField) else expression


def _marked(actor: "Actor", at: datetime) -> "tuple[Actor, datetime]":
    """The same kind of actor, with a mark in the place of each value."""
    marks = MARKS | {
        "asks_about": None if actor.asks_about is None else MARKS["asks_about"],
        "valid_from": _BEGAN if actor.valid_from <= at else _BEGINS,
        "valid_to": None if actor.valid_to is None else _ENDED if actor.valid_to <= at else _ENDS,
    }
    return replace(actor, **marks), _AT


def _put_in(value: Any, actor: "Actor", at: datetime) -> Any:
    """A parameter with the actor's value in the place of its mark."""
    if isinstance(value, list):
        return [_put_in(one, actor, at) for one in value]
    if isinstance(value, datetime):
        return at if value == _AT else getattr(actor, INSTANTS[value])
    name = _NAMES.get(value)
    return value if name is None else type(value)(getattr(actor, name))


def _compose(model: type[Model], rule: Any) -> Text | None:
    if rule is None:
        return None
    query = Query(model)
    compiler = query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
    try:
        resolved = rule.resolve_expression(query)
        sql, parameters = compiler.compile(resolved)
        return Text(
            *_cut(sql, query),
            parameters=tuple(_checked(value) for value in parameters),
            output_field=BooleanField() if isinstance(rule, Q) else resolved.output_field,
        )
    except (EmptyResultSet, FullResultSet, CannotBeComposed):
        return None


def _checked(value: Any) -> Any:
    """A parameter that is fixed or a mark.

    Raises:
        CannotBeComposed: it was reckoned from a mark, or is of a kind that might hide one.
    """
    if isinstance(value, (list, tuple)):
        return [_checked(one) for one in value]
    if isinstance(value, datetime):
        if value == _AT or value in INSTANTS:
            return value
    elif value in _NAMES or not _from_a_mark(value):
        return value
    raise CannotBeComposed(repr(value))


def _from_a_mark(value: Any) -> bool:
    """Whether the value may have been reckoned from a mark: it would then be nobody's, and asked for everybody."""
    if isinstance(value, str):
        return "\N{SECTION SIGN}" in value
    return value is not None and (not isinstance(value, int | float) or abs(value - MARKS["user_id"]) < NEAR)


def _cut(sql: str, query: Query) -> tuple[tuple[str | int, ...], tuple[str, ...]]:
    """SQL as pieces and column paths; aliases of inner tables get names that no other query has.

    Raises:
        CannotBeComposed: an inner table goes by the name of an outer one.
    """
    columns = _outer_columns(query)
    number = next(_serial)
    #: An inner table under an outer one's name: which of them a column belongs to could not be told any more.
    unnamed = re.compile("|".join(["$.", *(rf'"{re.escape(alias)}"(?! [A-Z]+\d| r\d)' for alias in query.alias_map)]))
    used: dict[str, int] = {}
    pieces: list[str | int] = ["("]
    for part in re.split("|".join(["($.)", *(f"({re.escape(column)})" for column in columns)]), sql):
        if part is None:
            continue
        if part in columns:
            pieces.append(used.setdefault(columns[part], len(used)))
        elif unnamed.search(part):
            raise CannotBeComposed(part)
        else:
            pieces.append(_INNER_ALIAS.sub(rf"r{number}_\1", part))
    return (*pieces, ")"), tuple(used)


def _outer_columns(query: Query) -> dict[str, str]:
    """Each column of the outer tables as it stands in the SQL → its lookup path from the model."""
    paths: dict[str, str] = {}
    found: dict[str, str] = {}
    for alias, table in query.alias_map.items():
        if isinstance(table, Join):
            foreign_key: Any = table.join_field
            model, path = foreign_key.related_model, f"{paths[table.parent_alias]}{foreign_key.name}__"
        else:
            model, path = query.model, ""
        paths[alias] = path
        quoted = f'"{alias}"' if alias == table.table_name else alias
        found.update({f'{quoted}."{field.column}"': path + field.attname for field in model._meta.concrete_fields})
    return found
