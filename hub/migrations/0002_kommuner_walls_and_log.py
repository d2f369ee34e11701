"""The 290 kommuner, the append-only log, and the walls around every table with a kommun."""

from typing import Any

from django.db import migrations

from hub.migration_operations import APPEND_ONLY, APPEND_ONLY_REVERSE, AUDIT_FUNCTION, Protect
from hub.reference_data import load_kommuner


def load(apps: Any, schema_editor: Any) -> None:
    load_kommuner(apps.get_model("hub", "Municipality"))


def unload(apps: Any, schema_editor: Any) -> None:
    apps.get_model("hub", "Municipality").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("hub", "0001_people_cases_and_log")]

    operations = [
        migrations.RunPython(load, unload),
        migrations.RunSQL(AUDIT_FUNCTION, "DROP FUNCTION hub_audit_row()"),
        Protect(
            "Person",
            "Individual",
            "Relative",
            "Case",
            "Participation",
            "CaseSeat",
            "Recusal",
            "BreakGlass",
            "Notification",
        ),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
    ]
