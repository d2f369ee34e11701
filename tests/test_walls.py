"""The second wall (architecture, "Access" 6): raw SQL of the application meets row-level security between kommuner."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from hub.database_role import current_role
from hub.models import Municipality
from hub.tenancy import in_kommun, set_context
from tests.cast import World
from tests.story import every_kind_of_row

pytestmark = pytest.mark.django_db

#: Tables with a kommun but without the wall. Equality: a new table gets a wall or a reason.
EXEMPT: dict[str, str] = {
    "hub_agency": "organisation: an agency may serve several kommuner, and holds no person",
    "hub_agency_serves": "organisation",
    "hub_district": "organisation",
    "hub_apitoken": "is looked up before the kommun is known, which it names; holds no person but its own user",
    "hub_casenumbers": "a counter per kommun and year",
    "triage_reportnumbers": "a counter per kommun and year",
    "hub_deadline": "one tick finds what is due in every kommun: ids, kinds and instants, nothing that names anybody",
    "hub_outbox": "one sender for every kommun: a user, a kind and instants; no case, no individual, no text",
    "hub_auditentry": "has policies of its own: anybody writes, a kommun reads its own entries",
}


def tables_with_kommun() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if any(isinstance(f, models.Field) and f.column == "municipality_id" for f in model._meta.fields)
    }


def names(query: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {str(name) for (name,) in cursor.fetchall()}


PROTECTED = sorted(tables_with_kommun() - set(EXEMPT))


@contextmanager
def working_in(municipality_id: int | None) -> Iterator[None]:
    """Work in another kommun, or in none, for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('hub.municipality', true)")
        (before,) = cursor.fetchone()
    set_context(municipality_id=municipality_id)
    try:
        yield
    finally:
        set_context(municipality_id=int(before) if before else None)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        (found,) = cursor.fetchone()
    return int(found)


def run(statement: str, *values: int) -> int:
    """Run raw SQL in a savepoint and return how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def copied_columns(table: str) -> str:
    """The columns of a table that a statement may set."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_name = %s AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'municipality_id')",
            [table],
        )
        (columns,) = cursor.fetchone()
    return str(columns)


# What is there -----------------------------------------------------------------------------------------------------


def test_every_table_with_a_kommun_is_walled_or_says_why_not() -> None:
    walled = names("SELECT tablename FROM pg_policies WHERE policyname = 'kommun' AND cmd = 'ALL'")
    assert walled == tables_with_kommun() - set(EXEMPT)
    assert set(EXEMPT) <= tables_with_kommun()


def test_every_walled_table_logs_its_changed_rows() -> None:
    logged = names(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'hub_audit' AND tgenabled = 'O' "
        "AND tgtype & 4 > 0 AND tgtype & 8 > 0 AND tgtype & 16 > 0 AND tgtype & 1 > 0"
    )
    assert set(PROTECTED) <= logged


def test_row_level_security_is_switched_on_where_there_is_a_policy() -> None:
    switched_on = names("SELECT relname FROM pg_class WHERE relrowsecurity")
    assert switched_on == {*PROTECTED, "hub_auditentry"}


def test_the_application_is_neither_superuser_nor_owner_nor_past_the_wall() -> None:
    role = current_role()
    assert role.name == "hub_app"
    assert not role.superuser
    assert not role.bypasses_row_security
    assert not role.owns_tables


# What it does ------------------------------------------------------------------------------------------------------


def test_nothing_is_seen_without_a_kommun_or_with_another(world: World) -> None:
    every_kind_of_row(world)
    assert [table for table in PROTECTED if count(table) == 0] == [], "a table without rows proves nothing"
    for elsewhere in (None, world.other_kommun.pk):
        with working_in(elsewhere):
            assert {table: n for table in PROTECTED if (n := count(table))} == {}


def test_nothing_is_changed_or_deleted_from_another_kommun(world: World) -> None:
    every_kind_of_row(world)
    for elsewhere in (None, world.other_kommun.pk):
        with working_in(elsewhere):
            for table in PROTECTED:
                assert run(f"UPDATE {table} SET id = id") == 0, table
                assert run(f"DELETE FROM {table}") == 0, table


def test_nothing_is_moved_or_put_into_another_kommun(world: World) -> None:
    every_kind_of_row(world)
    other = world.other_kommun.pk
    for table in PROTECTED:
        with pytest.raises(ProgrammingError, match="row-level security"):
            run(f"UPDATE {table} SET municipality_id = %s", other)
        columns = copied_columns(table)
        with pytest.raises(ProgrammingError, match="row-level security"):
            run(f"INSERT INTO {table} (municipality_id, {columns}) SELECT %s, {columns} FROM {table} LIMIT 1", other)


def test_nothing_is_written_without_a_kommun(world: World) -> None:
    with working_in(None), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        type(world.elias).objects.create(municipality_id=world.kommun.pk, person_id=world.eva.person_id)


def test_the_log_of_another_kommun_is_not_read(world: World) -> None:
    ours = f"hub_auditentry WHERE municipality_id = {world.kommun.pk}"
    assert count(ours) > 0
    with working_in(world.other_kommun.pk):
        assert count(ours) == 0


def test_what_is_no_number_opens_nothing(world: World) -> None:
    """A faulty setting is an error or nothing, never everything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hub.municipality', '', true)")
    assert count("hub_person") == 0
    world.look()


# From one transaction to the next ------------------------------------------------------------------------------------


def current_kommun() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('hub.municipality', true), '')")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]  # a row of a raw cursor


@pytest.mark.django_db(transaction=True)
def test_the_kommun_of_one_transaction_is_gone_in_the_next() -> None:
    kommun = Municipality.objects.get(code="0180").pk
    with in_kommun(kommun):
        assert current_kommun() == str(kommun)
    assert current_kommun() is None
    with pytest.raises(RuntimeError), in_kommun(kommun):
        raise RuntimeError
    assert current_kommun() is None
    with transaction.atomic():
        assert current_kommun() is None
