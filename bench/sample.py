"""Databases of several sizes in one process, the people who ask, and a stopwatch around what reaches PostgreSQL."""

import copy
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import Cursor

from bench.raw import Subject
from deploy import roles
from hub.access import Actor
from hub.models import Assignment
from hub.tenancy import set_context

#: Whose lists are compared between sizes: neither tiny nor a whole unit.
ORDINARY = (50, 160)


def connect(**changes: object) -> DatabaseWrapper:
    """A connection like the default one, to another database or as another role."""
    config = copy.deepcopy(connections.settings["default"]) | changes
    return DatabaseWrapper(config, "default")


def connect_as_owner(name: str) -> DatabaseWrapper:
    """A connection to a database as the owner of its tables, behind no wall."""
    options = dict(connections.settings["default"]["OPTIONS"])
    if options.pop("assume_role", None):  # one address, whose role is the owner
        return connect(NAME=name, OPTIONS=options)
    return connect(NAME=name, USER=roles.OWNER)


@contextmanager
def using(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Let everything that says `connection` mean this one."""
    before = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        connections["default"] = before


@dataclass(frozen=True, slots=True)
class Cost:
    """What one or more statements took: seconds on the clock, and seconds of the server's processor.

    The clock runs from when a statement is handed to the driver to when all its rows are here. The processor's
    time does not move when a neighbour takes the machine, so that ratios are made of it.
    """

    clock: float = 0.0
    processor: float = 0.0
    statements: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.clock + other.clock, self.processor + other.processor, self.statements + other.statements)


@contextmanager
def timed(into: list[Cost]) -> Iterator[None]:
    """Add the cost of one statement of the present connection."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    before, started = processor_seconds(pid), time.perf_counter()
    try:
        yield
    finally:
        clock = time.perf_counter() - started
        into.append(Cost(clock, processor_seconds(pid) - before, 1))


def processor_seconds(pid: int) -> float:
    """How long a process of this machine has run on a processor; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        return 0.0


@dataclass
class Stopwatch:
    """The cost of each statement."""

    costs: list[Cost] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        with timed(self.costs):
            return execute(sql, params, many, context)

    @property
    def total(self) -> Cost:
        return sum(self.costs, Cost())


@contextmanager
def watched() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    with connection.execute_wrapper(watch):
        yield watch


def prepared(sql: str, params: dict[str, Any]) -> tuple[Cost, list[Any]]:
    """Run hand-written SQL as a prepared statement; its cost and its rows."""
    connection.ensure_connection()
    costs: list[Cost] = []
    with Cursor(connection.connection) as cursor:
        with timed(costs):
            cursor.execute(sql.encode(), params, prepare=True)
        return costs[0], cursor.fetchall()


@contextmanager
def asking(actor: Actor) -> Iterator[None]:
    """A transaction in the actor's kommun, as a request has it."""
    with transaction.atomic():
        set_context(municipality_id=actor.municipality_id, actor=actor)
        yield


@dataclass(frozen=True, slots=True)
class Asker:
    """One actor, how many youths they may know of, and subjects to ask about."""

    actor: Actor
    youths: int
    subjects: tuple[Subject, ...]


@dataclass(slots=True)
class Size:
    """One database of the run."""

    individuals: int
    items: int
    wrapper: DatabaseWrapper
    askers: list[Asker] = field(default_factory=list)


SEATED = """
    SELECT a.id, a.role, count(DISTINCT c.individual_id) FROM hub_assignment a
    JOIN hub_caseseat s ON s.assignment_id = a.id JOIN hub_case c ON c.id = s.content_object_id
    WHERE c.closed_at IS NULL GROUP BY a.id
    UNION ALL
    SELECT a.id, a.role, count(*) FROM hub_assignment a JOIN hub_case c ON c.owner_unit_id = a.unit_id
    WHERE a.role = 'manager' AND c.closed_at IS NULL GROUP BY a.id ORDER BY 1
"""
NEAR = """
    SELECT c.individual_id, min(i.id)
    FROM hub_case c JOIN consent_informationitem i ON i.individual_id = c.individual_id
    WHERE {where} AND i.recorded_at IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT 400
"""


def find_askers(owner: BaseDatabaseWrapper, *, number: int, seed: int) -> list[Asker]:
    """Coordinators and contacts with ordinary lists, and a fifth managers, wherever they work.

    Staff are as many as the youths need, so that drawing among them weighs a kommun by its size.
    """
    rng = random.Random(seed)
    with using(owner), owner.cursor() as cursor:
        cursor.execute(SEATED)
        rows: list[tuple[int, str, int]] = cursor.fetchall()
        few, many = ORDINARY
        if len(rows) < 100:  # a small load of a test
            few, many = 1, 1000
        pools = {
            role: [(pk, n) for pk, r, n in rows if r == role and (few <= n <= many or role == "manager")]
            for role in ("coordinator", "contact", "manager")
        }
        wanted = {"coordinator": number * 2 // 5, "contact": number * 2 // 5, "manager": number - number * 4 // 5}
        chosen = [
            pair for role, most in wanted.items() for pair in rng.sample(pools[role], min(most, len(pools[role])))
        ]
        return [_asker(cursor, rng, pk, youths) for pk, youths in chosen]


def _asker(cursor: Any, rng: random.Random, assignment_id: int, youths: int) -> Asker:
    assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=assignment_id)
    cursor.execute("SELECT municipality_id FROM hub_agency_serves WHERE agency_id = %s", [assignment.unit.agency_id])
    (kommun,) = cursor.fetchone()
    actor = Actor.acting_under(assignment, municipality_id=kommun)
    mine = "c.id IN (SELECT content_object_id FROM hub_caseseat WHERE assignment_id = %s)"
    key = assignment_id
    if actor.role == "manager":
        mine, key = "c.owner_unit_id = %s", actor.unit_id
    cursor.execute(NEAR.format(where=mine), [key])
    seen = cursor.fetchall()
    cursor.execute(NEAR.format(where=f"c.municipality_id = %s AND NOT ({mine})"), [kommun, key])
    unseen = cursor.fetchall()
    picked = [(row, True) for row in rng.sample(seen, min(4, len(seen)))]
    picked += [(row, False) for row in rng.sample(unseen, min(2, len(unseen)))]
    subjects = tuple(Subject(individual, item, known) for (individual, item), known in picked)
    return Asker(actor, youths, subjects)


def now_of(size: Size) -> datetime:
    """The instant at which the load was made: what the run asks at, so that it can be repeated."""
    with size.wrapper.cursor() as cursor:
        cursor.execute("SELECT max(valid_from) + interval '800 days' FROM hub_assignment")
        (at,) = cursor.fetchone()
    return at  # type: ignore[no-any-return]  # a row of the driver
