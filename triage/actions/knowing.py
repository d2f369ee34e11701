"""A unit answers what it knows about a child: once, in one of three wordings (P-T6, P-C9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.textguard import find_personnummer
from triage.deadlines import follow
from triage.models import Knowledge, KnowledgeCheck, KnowledgeNote

ANSWERED = "Enheten har redan svarat."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known about somebody else than the child, and about whom."""

    about: str
    whom: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A unit's answer. Only who knows the child tells anything."""

    answer: str
    summary: str = ""
    notes: Sequence[Told] = ()


@transaction.atomic
def answer_check(check: KnowledgeCheck, known: Known, *, by: Actor, at: datetime) -> KnowledgeCheck:
    """Answer once, for the whole unit. The first answer stands.

    Raises:
        Denied: not the unit's, in another role than those that are asked, or the preliminary assessment has ended.
        Conflict: the unit has answered.
        Invalid: a summary is missing, or stands with an answer that tells nothing.
    """
    if KnowledgeCheck.objects.filter(pk=check.pk).exclude(answered_at=None).exists():
        raise Conflict(ANSWERED)
    require(check, by, "answer", at=at)
    _check(known)
    waiting = KnowledgeCheck.objects.filter(pk=check.pk, answered_at=None)
    if not waiting.update(
        answer=known.answer,
        summary=known.summary,
        answered_by_id=by.assignment_id,
        answered_at=at,
        row_version=F("row_version") + 1,
    ):
        raise Conflict(ANSWERED)
    notes = [
        KnowledgeNote.objects.create(
            municipality_id=check.municipality_id, check_of=check, about=note.about, whom=note.whom, text=note.text
        )
        for note in known.notes
    ]
    check.refresh_from_db()
    record(
        "hub.answered",
        actor=by,
        at=at,
        individual=check.assessment.individual_id,
        case=check.assessment.case_id,
        objects=[check, *notes],
        detail={"answer": known.answer},
    )
    follow([check.assessment_id], at=at)
    return check


def _check(known: Known) -> None:
    if known.answer not in Knowledge.values:
        raise Invalid({"answer": "Välj ett svar."})
    if known.answer == Knowledge.KNOWN and not known.summary:
        raise Invalid({"summary": "Skriv kort vad ni känner till."})
    if known.answer != Knowledge.KNOWN and (known.summary or known.notes):
        raise Invalid({"answer": "Välj ”Vi känner till” om ni berättar något. Ta annars bort texten."})
    for note in known.notes:
        if not (note.whom and note.text):
            raise Invalid({"notes": "Skriv både vem uppgiften gäller och vad ni känner till om den personen."})
        if find_personnummer(note.whom):
            raise Invalid({"notes": "Skriv inte personnummer. Skriv vem det är för barnet, till exempel ”mamma”."})
