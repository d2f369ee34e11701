"""Words of a plan in another language: somebody writes them, somebody else reviews them (P-P4, R57)."""

from datetime import datetime

from django.db import transaction

from actionplans.actions.plans import CHANGED, _record, _standing
from actionplans.models import Goal, Measure, TranslatedPart, Translation
from actionplans.paper import LANGUAGES
from actionplans.translations import digest_of, newest, source_of
from consent.paper.language import SOURCE
from hub.access import Actor, may, require
from hub.errors import Conflict, Invalid

OWN = "Någon annan än den som har skrivit översättningen granskar den."
OLD = "Den svenska texten har ändrats. Översätt på nytt först."


@transaction.atomic
def translate(
    fact: Goal | Measure, *, part: str, language: str, text: str, row_version: int, by: Actor, at: datetime
) -> Translation:
    """Write a text of the plan in another language; what was reviewed has to be reviewed anew.

    Args:
        part: `TranslatedPart`. language: a code of `paper.LANGUAGES` but Swedish.
        row_version: of the translation that stands; 0 where there is none.

    Raises:
        Denied; Conflict: the plan is closed, or somebody else has written meanwhile. Invalid: nothing to translate, no
        such language, no text.
    """
    require(fact, by, "read", at=at)
    require(fact.plan, by, "lead", at=at)
    plan = _standing(fact.plan)
    source = source_of(fact, part)
    if fact.last_version is not None or not source:
        raise Conflict(CHANGED)
    if language not in LANGUAGES or language == SOURCE:
        raise Invalid({"language": "Välj ett annat språk än svenska."})
    if not text:
        raise Invalid({"text": "Skriv översättningen."})
    where = {"goal": fact} if isinstance(fact, Goal) else {"measure": fact}
    found = Translation.objects.select_for_update().filter(**where, part=part, language=language).first()
    if (found.row_version if found else 0) != row_version:
        raise Conflict(CHANGED)
    row = found or Translation(
        municipality_id=plan.municipality_id, plan=plan, part=TranslatedPart(part), language=language, **where
    )
    row.digest, row.text = digest_of(source), text
    row.written_by_id, row.written_at = by.user_id, at
    row.reviewed_by, row.reviewed_at = None, None
    row.row_version = row_version + 1
    row.save()
    _record("translation.written", plan.case, row, by=by, at=at)
    return row


@transaction.atomic
def review_translation(row: Translation, *, row_version: int, by: Actor, at: datetime) -> Translation:
    """Say that a translation is right, as somebody else than the writer: from now on it is printed.

    Raises:
        Denied; Conflict: changed meanwhile, reviewed already, made from a Swedish text that has changed since, or
        one's own.
    """
    require(row, by, "review", at=at)
    plan = _standing(row.plan)
    held = Translation.objects.select_for_update(of=("self",)).select_related("goal", "measure").get(pk=row.pk)
    if held.row_version != row_version or held.reviewed_at is not None:
        raise Conflict(CHANGED)
    made_of = held.goal or held.measure
    fact = newest(made_of) if made_of else None
    if (
        fact is None
        or not may(fact, by, "read", at=at)
        or fact.last_version is not None
        or digest_of(source_of(fact, held.part)) != held.digest
    ):
        raise Conflict(OLD)
    if held.written_by_id == by.user_id:
        raise Conflict(OWN)
    held.reviewed_by_id, held.reviewed_at = by.user_id, at
    held.row_version = row_version + 1
    held.save(update_fields=("reviewed_by", "reviewed_at", "row_version"))
    _record("translation.reviewed", plan.case, held, by=by, at=at)
    return held
