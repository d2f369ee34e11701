"""Write docs/data-dictionary.md from the models, so that it cannot say anything else than the code."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import models

APPS = ("hub", "consent", "triage", "meetings", "actionplans", "reports")
#: Tables with a kommun and no wall; tests/test_walls.py holds the reasons and fails when this is not so.
UNWALLED = frozenset({"hub_agency", "hub_auditentry", "hub_casenumbers", "hub_deadline", "hub_district", "hub_outbox"})
HEAD = """# Data dictionary

Written by `manage.py data_dictionary` from the models; do not edit. Instants are stored in UTC; periods are half-open
`[from, to)`. "Wall" says whether the table is behind row-level security by kommun and has its changed rows logged.
"""


def _kind(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.ForeignKey):
        return f"→ {field.related_model._meta.label}"
    kind = field.get_internal_type()
    return f"{kind}({field.max_length})" if field.max_length else kind


def _notes(field: models.Field[Any, Any]) -> str:
    notes = ["may be empty"] if field.null else []
    if field.unique and not field.primary_key:
        notes.append("unique")
    if field.choices:
        notes.append("one of " + ", ".join(str(value) for value, _label in field.flatchoices))
    return "; ".join(notes)


def _table(model: type[models.Model]) -> str:
    owned = any(f.attname == "municipality_id" for f in model._meta.fields)
    wall = "yes" if owned and model._meta.db_table not in UNWALLED else "no"
    what = (model.__doc__ or "").strip() if not (model.__doc__ or "").startswith(f"{model.__name__}(") else ""
    what = "\n".join(line.strip() for line in what.splitlines())
    rows = [f"| `{f.attname}` | {_kind(f)} | {_notes(f)} |" for f in model._meta.concrete_fields]
    rules = [f"- `{c.name}`" for c in model._meta.constraints]
    parts = [
        f"## {model._meta.label}",
        what,
        f"Table `{model._meta.db_table}`. Wall: {wall}.",
        "| column | kind | notes |\n|---|---|---|\n" + "\n".join(rows),
    ]
    if rules:
        parts.append("Constraints:\n\n" + "\n".join(rules))
    return "\n\n".join(part for part in parts if part)


def data_dictionary() -> str:
    """The whole document as Markdown."""
    tables = [_table(m) for app in APPS for m in apps.get_app_config(app).get_models()]
    return "\n\n".join([HEAD.strip(), *tables]) + "\n"


class Command(BaseCommand):
    help = "Writes docs/data-dictionary.md from the models."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file differs, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "data-dictionary.md"
        text = data_dictionary()
        if options["check"]:
            if path.read_text(encoding="utf-8") != text:
                raise SystemExit("docs/data-dictionary.md differs from the models: run manage.py data_dictionary")
            return
        path.write_text(text, encoding="utf-8")
