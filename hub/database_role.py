"""What the database role of this process may do; a superuser or an owner passes every wall built below it."""

from dataclasses import dataclass

from django.db import connections

FACTS = """
    SELECT current_user, rolsuper, rolbypassrls,
           EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relowner = r.oid
                   AND c.relnamespace = 'public'::regnamespace)
    FROM pg_roles r WHERE rolname = current_user
"""


@dataclass(frozen=True)
class DatabaseRole:
    """The facts that decide whether row-level security and append-only audit hold."""

    name: str
    superuser: bool
    bypasses_row_security: bool
    owns_tables: bool

    @property
    def limited(self) -> bool:
        """Whether neither row-level security nor the audit's append-only rule can be passed."""
        return not (self.superuser or self.bypasses_row_security or self.owns_tables)


def current_role(alias: str = "default") -> DatabaseRole:
    """The role that queries run as now, after any SET ROLE.

    Raises:
        OperationalError: the database does not answer.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(FACTS)
        return DatabaseRole(*cursor.fetchone())
