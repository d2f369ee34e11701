"""The kommun of a transaction: the second wall, and what the row triggers write into the log."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.signals import connection_created

from hub.access import Actor


def set_context(
    *, municipality_id: int | None, request_id: uuid.UUID | None = None, actor: Actor | None = None
) -> None:
    """Tell the running transaction which kommun it works in, on whose behalf and in which request.

    Must run inside `transaction.atomic()`: the settings are local to it, so that a pooled connection never carries
    one request's kommun into the next (architecture, "Access" 6).
    """
    values = (
        ("hub.municipality", municipality_id),
        ("hub.request_id", request_id),
        ("hub.user_id", actor.user_id if actor else None),
        ("hub.assignment_id", actor.assignment_id if actor else None),
        # The rule is planned once per statement, not for each value; planning costs more than running it.
        ("plan_cache_mode", "force_generic_plan"),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in values),
            [part for name, value in values for part in (name, "" if value is None else str(value))],
        )


#: Prepared statements that one connection keeps: those of every page in every role, with room for lists of ids.
PREPARED_KEPT = 250


def keep_prepared(connection: Any, **_: object) -> None:
    """Let a new connection keep as many prepared statements as the pages have; psycopg's own limit is 100."""
    connection.connection.prepared_max = PREPARED_KEPT


connection_created.connect(keep_prepared, dispatch_uid="hub.keep_prepared")


@contextmanager
def in_kommun(municipality_id: int) -> Iterator[None]:
    """One transaction of background work in one kommun. Loops go over kommuner, one transaction each."""
    with transaction.atomic():
        set_context(municipality_id=municipality_id, request_id=uuid.uuid4())
        yield
