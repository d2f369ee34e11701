"""Copying a load into an empty database, as its owner, in one transaction.

The row log is for what people do; half a million rows of a load would drown it. Inside the transaction the owner
takes away the log's row triggers, foreign keys, exclusion constraints and secondary indexes of the tables it fills,
and makes them again before it commits, so that nobody ever sees a table without them, every reference has been
checked, and the load costs minutes less. One entry in the log says that a load was made. A database in which
anybody is employed or registered is refused.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection, models, transaction

from bench.facts import Row
from bench.plan import plan
from bench.rows import Rows
from bench.tables import Table, tables
from consent.models import InformationType
from hub.audit import record, register
from hub.models import Agency, Individual, Municipality, User

register({"load.generated": "Fyllde en mätdatabas med påhittade rader"})

#: Rows joined to one piece of the stream.
BATCH = 2_000
Progress = Callable[[str], None]


class NotEmpty(Exception):
    """There are people in the database: a load is never mixed with anything else."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows each table got."""

    rows: dict[str, int]


def generate(*, individuals: int, items: int, at: datetime, tell: Progress) -> Loaded:
    """Fill the empty database.

    Args:
        at: the instant at which consents shall be in force.
        tell: gets a line per table.

    Raises:
        NotEmpty: an agency, a user or an individual exists.
    """
    if any(model._base_manager.exists() for model in (Agency, User, Individual)):
        raise NotEmpty
    kommuner = dict(Municipality.objects.values_list("code", "pk"))
    organisation, youths = plan(youths=individuals, items=items, kommuner=kommuner, at=at)
    types = list(InformationType.objects.order_by("version").values_list("code", "mask", "pk"))
    rows = Rows(
        organisation,
        youths,
        at=at,
        masks={code: mask for code, mask, _pk in types},
        types={code: pk for code, _mask, pk in types},
        permission=Permission.objects.get(content_type__app_label="hub", codename="view_case").pk,
    )
    copied: dict[str, int] = {}
    with transaction.atomic():
        filled = tables(rows)
        bare = Bare({_model(table)._meta.db_table for table in filled})
        bare.strip()
        for table in filled:
            copied[table.model] = copy(table)
            tell(f"{table.model}: {copied[table.model]}")
        tell("index och främmande nycklar")
        bare.dress()
        record("load.generated", actor=None, at=at, detail={"individuals": individuals, "items": items})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Loaded(copied)


def _model(table: Table) -> type[models.Model]:
    return apps.get_model(table.model)


def copy(table: Table) -> int:
    """Stream one table's rows by COPY and move its sequence past them; returns how many rows."""
    model = _model(table)
    given, rest = _columns(model, table.columns)
    name = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in [*given, *(f.column for f in rest)])
    number = 0
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {name} ({names}) FROM STDIN") as stream:
            for lines in _batches(table.rows(), rest):
                number += len(lines)
                stream.write("".join(lines))
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce((SELECT max(id) FROM {name}), 0) + 1, false)",
            [name],
        )
    return number


def _columns(model: type[models.Model], given: Iterable[str]) -> tuple[list[str], list[Any]]:
    """The columns of the attributes given, and the fields that get their default."""
    by_attribute = {field.attname: field for field in model._meta.concrete_fields}
    named = list(given)
    rest = [
        field
        for attribute, field in by_attribute.items()
        if attribute not in named and not isinstance(field, models.GeneratedField)
    ]
    return [str(by_attribute[attribute].column) for attribute in named], rest


def _batches(rows: Iterable[Row], rest: list[Any]) -> Iterator[list[str]]:
    """Rows as lines of COPY's text format. Every row gets its own random reference."""
    bits = random.Random().getrandbits
    pieces = [None if isinstance(field, models.UUIDField) else _text(_default(field)) for field in rest]
    lines: list[str] = []
    for row in rows:
        tail = [f"{bits(128):032x}" if piece is None else piece for piece in pieces]
        lines.append("\t".join([*map(_text, row), *tail]) + "\n")
        if len(lines) == BATCH:
            yield lines
            lines = []
    yield lines


def _default(field: Any) -> Any:
    value = field.get_default()
    return "{}" if isinstance(value, list | dict) else value


def _text(value: Any) -> str:
    """A value in COPY's text format; the load's own texts hold neither tabs nor backslashes."""
    return "\\N" if value is None else str(value)


@dataclass
class Bare:
    """Tables without what makes loading slow, and how to give it back."""

    tables: set[str]

    def __post_init__(self) -> None:
        names = sorted(self.tables)
        with connection.cursor() as cursor:
            cursor.execute(CONSTRAINTS, [names])
            self.constraints: list[tuple[str, str, str]] = cursor.fetchall()
            cursor.execute(INDEXES, [names])
            self.indexes: list[tuple[str, str]] = cursor.fetchall()
            cursor.execute(LOGGED, [names])
            self.logged: list[str] = [name for (name,) in cursor.fetchall()]

    def strip(self) -> None:
        self._run(f"ALTER TABLE {table} DISABLE TRIGGER hub_audit" for table in self.logged)
        self._run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in self.constraints)
        self._run(f"DROP INDEX {name}" for name, _ in self.indexes)

    def dress(self) -> None:
        self._run(statement for _, statement in self.indexes)
        # A foreign key last: what it points at has its index by then.
        for foreign in (False, True):
            self._run(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
                for table, name, definition in self.constraints
                if definition.startswith("FOREIGN KEY") == foreign
            )
        self._run(f"ALTER TABLE {table} ENABLE TRIGGER hub_audit" for table in self.logged)

    @staticmethod
    def _run(statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype IN ('f', 'x') AND conrelid::regclass::text = ANY(%s) ORDER BY conname
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid::regclass::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1
"""
LOGGED = """
    SELECT tgrelid::regclass::text FROM pg_trigger
    WHERE tgname = 'hub_audit' AND tgrelid::regclass::text = ANY(%s) ORDER BY 1
"""
