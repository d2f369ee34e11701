"""How PostgreSQL plans a statement that it is asked again and again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def planned_anew() -> Iterator[None]:
    """Statements within are planned for their own values, though they have been prepared; inside a transaction.

    A prepared statement is soon planned once for whatever values come. One that goes through thousands of rows can be
    several times slower so: its filters are judged unseen (docs/performance.md).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
        yield
        cursor.execute("SELECT set_config('plan_cache_mode', 'auto', true)")
