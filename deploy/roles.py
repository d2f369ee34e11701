"""The two roles of the database, as `deploy/roles.sql` makes them in production.

`hub_owner` owns the tables and migrates. `hub_app` owns nothing, is no superuser and cannot pass row-level
security: a fault in the application then meets a wall that the application cannot move.
"""

from typing import LiteralString

import psycopg
from psycopg import sql

OWNER, APPLICATION = "hub_owner", "hub_app"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
APPLICATION_RIGHTS: tuple[LiteralString, ...] = (
    "SELECT, INSERT, UPDATE, DELETE ON TABLES",
    "USAGE, SELECT ON SEQUENCES",
)

Connection = psycopg.Connection[tuple[object, ...]]


def prepare_database(connection: Connection, *, owner: str) -> None:
    """Make the extensions, and give the application its rights in all tables that `owner` will make."""
    for name in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(APPLICATION)}
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {app}").format(**names))
    for rights in APPLICATION_RIGHTS:
        statement = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT {rights} TO {app}")
        connection.execute(statement.format(rights=sql.SQL(rights), **names))


def may_make_roles(connection: Connection) -> bool:
    """Whether the connected role could make the application's role."""
    row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def lend_application_role(connection: Connection) -> None:
    """With one address only: make `hub_app` and let the connected role become it.

    Raises:
        InsufficientPrivilege: another role made `hub_app` on that server and has not granted it.
    """
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APPLICATION)))
    row = connection.execute("SELECT current_user").fetchone()
    user = str(row[0]) if row else ""
    names = {"app": sql.Identifier(APPLICATION), "user": sql.Identifier(user)}
    held = connection.execute("SELECT pg_has_role(current_user, %s, 'SET')", [APPLICATION]).fetchone()
    if not (held and held[0]):
        connection.execute(sql.SQL("GRANT {app} TO {user}").format(**names))
    prepare_database(connection, owner=user)
