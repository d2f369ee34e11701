"""The field history of reference data as a page shows it: django-auditlog's entries, in the house's words."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model

from hub.audit import current_trail

MOST = 50
#: What a page calls a column; one that is not here is not told (ids, row versions, passwords).
WORDS: dict[str, str] = {
    "name": "Namn",
    "email": "E-postadress",
    "is_active": "Kontot är öppet",
    "qualified_social_worker": "Socionom",
    "kind": "Slag",
    "authority": "Myndighet",
    "releases_items": "Släpper uppgifter en och en",
    "role": "Roll",
    "names_contacts": "Utser kontakter",
    "valid_from": "Från",
    "valid_to": "Till",
    "title": "Namn",
    "level": "Nivå",
    "reference": "Diarienummer",
    "note": "Anteckning",
    "description": "Kort beskrivning",
    "easy_name": "Lättläst namn",
    "easy_description": "Lättläst beskrivning",
    "example": "Exempel",
    "advice": "Undvik",
    "serves": "Arbetar i",
    "family_counselling": "Familjerådgivning",
}
DID = {LogEntry.Action.CREATE: "Lades till", LogEntry.Action.UPDATE: "Ändrades", LogEntry.Action.DELETE: "Togs bort"}
YES_NO = {"True": "ja", "False": "nej", "None": "", "": ""}


def correlation_id() -> str | None:
    """The request that a change belongs to: the same id as in the log over people (setting AUDITLOG_CID_GETTER)."""
    trail = current_trail()
    return str(trail.request_id) if trail else None


def log_created(rows: Iterable[Model], *, user_id: int, at: datetime) -> None:
    """The entries that `bulk_create` does not make by itself, since it sends no signals; by COPY, for thousands."""
    made = list(rows)
    if not made:
        return
    kind, cid = ContentType.objects.get_for_model(type(made[0])).pk, correlation_id()
    columns = _columns_of(type(made[0]))
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in made:
            values = {name: ["None", str(v)] for name, of in columns if (v := getattr(row, of)) is not None}
            told = json.dumps(values, ensure_ascii=False)
            copy.write_row((kind, str(row.pk), row.pk, str(row), LogEntry.Action.CREATE, told, "", user_id, cid, at))


COPY = (
    "COPY auditlog_logentry (content_type_id, object_pk, object_id, object_repr, action, changes, changes_text, "
    "actor_id, cid, timestamp) FROM STDIN"
)


def _columns_of(model: type[Model]) -> list[tuple[str, str]]:
    """Name and attribute of each column whose history is kept. Auditlog compares row by row."""
    left_out = {*auditlog.get_model_fields(model)["exclude_fields"], "id"}
    return [(field.name, field.attname) for field in model._meta.concrete_fields if field.name not in left_out]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history: who did what, when, and which values changed."""

    at: datetime
    who: str
    did: str
    values: list[tuple[str, str, str]]


def history_of(*rows: Model) -> list[Change]:
    """What has been changed in these rows (of one model), latest first. Two queries."""
    if not rows:
        return []
    model = type(rows[0])
    entries = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=[row.pk for row in rows]
        )
        .select_related("actor")
        .order_by("-timestamp", "-pk")[:MOST]
    )
    return [_change(entry, model) for entry in entries]


def _change(entry: Any, model: type[Model]) -> Change:
    created = entry.action == LogEntry.Action.CREATE
    values = [] if created else list(_values(entry.changes or {}, model))
    return Change(entry.timestamp, entry.actor.name if entry.actor else "Systemet", DID[entry.action], values)


def _values(changes: Mapping[str, Any], model: type[Model]) -> Iterable[tuple[str, str, str]]:
    for name, change in changes.items():
        if name not in WORDS:
            continue
        if isinstance(change, Mapping):  # many-to-many: what was added or removed
            yield WORDS[name], "", ", ".join(change["objects"])
            continue
        before, after = (_said(model, name, value) for value in change)
        yield WORDS[name], before, after


def _said(model: type[Model], name: str, value: Any) -> str:
    text = str(value)
    choices = dict(model._meta.get_field(name).flatchoices) if name not in ("serves",) else {}  # type: ignore[union-attr]  # columns only
    return str(choices.get(text) or YES_NO.get(text, text))[:200]
