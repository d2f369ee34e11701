"""Walls around a table, as one migration operation: row-level security by kommun and the log of changed rows."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

#: The kommun of the transaction; NULL when none is set, so that nothing matches (fails closed).
CURRENT_KOMMUN = "(select nullif(current_setting('hub.municipality', true), '')::bigint)"

AUDIT_FUNCTION = """
CREATE OR REPLACE FUNCTION hub_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb := to_jsonb(NEW);
    changed text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT coalesce(array_agg(key ORDER BY key), '{}') INTO changed
        FROM jsonb_each(is_now) WHERE value IS DISTINCT FROM was -> key;
        IF changed = '{}' THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO hub_auditentry (
        entry, logged_at, kind, action, request_id, user_id, user_name, assignment_id, assignment_label,
        municipality_id, individual_ids, case_ids, objects_seen, ground, columns, detail, route, address)
    VALUES (
        gen_random_uuid(), clock_timestamp(), 'row', lower(TG_OP),
        nullif(current_setting('hub.request_id', true), '')::uuid,
        nullif(current_setting('hub.user_id', true), '')::bigint, '',
        nullif(current_setting('hub.assignment_id', true), '')::bigint, '',
        coalesce(is_now ->> 'municipality_id', was ->> 'municipality_id')::bigint,
        array_remove(array[coalesce(is_now ->> 'individual_id', was ->> 'individual_id')::bigint], NULL),
        array_remove(array[coalesce(is_now ->> 'case_id', was ->> 'case_id')::bigint], NULL),
        jsonb_build_object(TG_TABLE_NAME, jsonb_build_array((coalesce(is_now, was) ->> 'id')::bigint)),
        '{}', coalesce(changed, '{}'), '{}', '', '');
    RETURN NULL;
END $$;
"""

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION hub_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER hub_append_only BEFORE UPDATE OR DELETE ON hub_auditentry
    FOR EACH ROW EXECUTE FUNCTION hub_refuse_change();
CREATE TRIGGER hub_append_only_truncate BEFORE TRUNCATE ON hub_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_change();
ALTER TABLE hub_auditentry ENABLE ALWAYS TRIGGER hub_append_only;
ALTER TABLE hub_auditentry ENABLE ALWAYS TRIGGER hub_append_only_truncate;
ALTER TABLE hub_auditentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY kommun_read ON hub_auditentry FOR SELECT
    USING (municipality_id IS NULL OR municipality_id = {kommun});
CREATE POLICY anyone_writes ON hub_auditentry FOR INSERT WITH CHECK (true);
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app') THEN
        REVOKE ALL ON hub_auditentry FROM hub_app;
        GRANT INSERT, SELECT ON hub_auditentry TO hub_app;
    END IF;
END $$;
""".replace("{kommun}", CURRENT_KOMMUN)

APPEND_ONLY_REVERSE = """
ALTER TABLE hub_auditentry DISABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS kommun_read ON hub_auditentry;
DROP POLICY IF EXISTS anyone_writes ON hub_auditentry;
DROP TRIGGER IF EXISTS hub_append_only ON hub_auditentry;
DROP TRIGGER IF EXISTS hub_append_only_truncate ON hub_auditentry;
DROP FUNCTION IF EXISTS hub_refuse_change();
"""


AUDIT_TRIGGER = (
    "CREATE TRIGGER hub_audit AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION hub_audit_row()"
)


class _OnTables(Operation):
    """An operation on the tables of the models named, invisible to the model state.

    `forwards` and `backwards` are the statements for one table, with `{table}` for its quoted name.
    """

    reduces_to_sql = True
    reversible = True
    forwards: tuple[str, ...]
    backwards: tuple[str, ...]

    def __init__(self, *models: str) -> None:
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, list(self.models), {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing: models do not know of policies and triggers."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._execute(self.forwards, app_label, schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._execute(self.backwards, app_label, schema_editor)

    def _execute(self, statements: tuple[str, ...], app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for model in self.models:
            table = schema_editor.quote_name(f"{app_label}_{model.lower()}")
            for statement in statements:
                schema_editor.execute(statement.format(table=table))

    def describe(self) -> str:
        return f"{type(self).__name__}: {', '.join(self.models)}"


class LogRows(_OnTables):
    """Log changed rows of tables that no kommun owns: who exists, and who is employed as what (P-L1).

    Signals see neither `update()` nor bulk writes nor raw SQL, and these tables decide who may read anything at all.
    """

    forwards = (AUDIT_TRIGGER,)
    backwards = ("DROP TRIGGER hub_audit ON {table}",)


class Protect(_OnTables):
    """Put both walls around the tables of these models.

    Every model with a `municipality` column has its `Protect`; tests/test_walls.py fails for one that lacks it.
    The policy is ENABLEd, not FORCEd: functions of the owner keep working (architecture, "Start and test").
    """

    forwards = (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY kommun ON {{table}} USING (municipality_id = {CURRENT_KOMMUN})",
        AUDIT_TRIGGER,
    )
    backwards = (
        "DROP TRIGGER hub_audit ON {table}",
        "DROP POLICY kommun ON {table}",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


class Fixed(_OnTables):
    """Refuse every change of one column of a table, whoever asks: what has happened then is not moved (P-T3).

    The function is `hub_refuse_moved`, made by the first migration that needs it.
    """

    def __init__(self, model: str, column: str) -> None:
        super().__init__(model)
        self.column = column
        self.forwards = (
            f"CREATE TRIGGER hub_fixed_{column} BEFORE UPDATE ON {{table}} "
            f"FOR EACH ROW EXECUTE FUNCTION hub_refuse_moved('{column}')",
        )
        self.backwards = (f"DROP TRIGGER hub_fixed_{column} ON {{table}}",)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [*self.models, self.column], {}


REFUSE_MOVED = """
CREATE OR REPLACE FUNCTION hub_refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) -> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) -> TG_ARGV[0] THEN
        RAISE EXCEPTION '% of % never changes', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
