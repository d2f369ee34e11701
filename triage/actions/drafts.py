"""A report as it is typed: kept with every pause, its writer's alone, gone when it is registered (P-Q3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from hub.access import Actor, find, require
from hub.actions.people import require_social_services
from hub.audit import record
from hub.errors import Invalid
from triage.models import ReportDraft

#: More than every field of the form at its fullest.
MOST = 400_000  # characters

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as it stands; `other` is when another window saved it, where this text became a draft of its own."""

    draft: ReportDraft
    other: datetime | None = None


@transaction.atomic
def save_draft(ref: UUID, typed: Typed, *, row_version: int, by: Actor, at: datetime) -> Saved:
    """Keep what is typed. Nothing of it is checked: a half-written word is kept as it is.

    Another window may have saved the same draft since `row_version` was read. Then nothing is overwritten: this text
    is kept as a draft of its own.

    Args:
        ref: chosen by the page when it was shown, so that a first save that is sent twice makes one draft.

    Raises:
        Denied: the actor registers no reports. Invalid: more text than the form can hold.
    """
    require_social_services(by)
    text = json.dumps(dict(typed), sort_keys=True)
    if len(text) > MOST:
        raise Invalid("Texten är för lång för att sparas som utkast. Korta den, eller registrera anmälan.")
    draft = ReportDraft.objects.select_for_update().filter(ref=ref, assignment_id=by.assignment_id).first()
    if draft is None:
        return Saved(_begin(ref if not ReportDraft.objects.filter(ref=ref).exists() else uuid4(), text, by=by, at=at))
    if draft.typed == text:
        return Saved(draft)
    if draft.row_version != row_version:
        return Saved(_begin(uuid4(), text, by=by, at=at), other=draft.saved_at)
    draft.typed, draft.saved_at, draft.row_version = text, at, row_version + 1
    draft.save()
    return Saved(draft)


def _begin(ref: UUID, text: str, *, by: Actor, at: datetime) -> ReportDraft:
    draft = ReportDraft.objects.create(
        ref=ref,
        municipality_id=by.municipality_id,
        assignment_id=by.assignment_id,
        typed=text,
        begun_at=at,
        saved_at=at,
    )
    record("concern.draft_saved", actor=by, at=at, objects=[draft])
    return draft


def typed_in(draft: ReportDraft) -> dict[str, list[str]]:
    """Field → values, as they were sent."""
    found: dict[str, list[str]] = json.loads(draft.typed)
    return found


@transaction.atomic
def discard_draft(ref: UUID, *, by: Actor, at: datetime) -> None:
    """Throw a draft away, because it is registered or not wanted.

    Raises:
        Http404: it is nobody's, or somebody else's.
    """
    draft = find(ReportDraft.objects.all(), by, at=at, ref=ref)
    require(draft, by, "read", at=at)
    record("concern.draft_discarded", actor=by, at=at, objects=[draft])
    draft.delete()
