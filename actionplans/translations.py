"""Where the translations of a plan stand: draft, reviewed, or made from a Swedish text that has changed (P-P4)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from actionplans.models import Goal, Measure, Plan, TranslatedPart, Translation
from hub.access import Actor, permitted

Fact = Goal | Measure
#: (table, id, part) of a text.
Key = tuple[str, int, str]

MISSING, DRAFT, REVIEWED, OUTDATED = "missing", "draft", "reviewed", "outdated"
#: State → word, kind of badge and icon.
BADGE = {
    MISSING: ("Inte översatt", "outline", "circle-dashed"),
    DRAFT: ("Utkast", "warn", "file-pen-line"),
    REVIEWED: ("Granskad", "ok", "circle-check"),
    OUTDATED: ("Inaktuell", "danger", "triangle-alert"),
}


def digest_of(source: str) -> str:
    """SHA-256 of a Swedish text."""
    return hashlib.sha256(source.encode()).hexdigest()


def source_of(fact: Fact, part: str) -> str:
    """The Swedish text; empty where there is none."""
    if part == TranslatedPart.TEXT:
        return fact.text
    return fact.own_words if part == TranslatedPart.OWN_WORDS and isinstance(fact, Goal) else ""


def newest(fact: Fact) -> Fact:
    """What stands in the plan in the place of this."""
    while fact.last_version is not None and (new := type(fact)._default_manager.filter(replaces=fact.pk).first()):
        fact = new
    return fact


def key_of(fact: Fact, part: str) -> Key:
    return fact._meta.model_name or "", fact.pk, part


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the plan with its translation, if there is one; `state` as in `BADGE`."""

    fact: Fact
    part: str
    source: str
    row: Translation | None
    state: str

    @property
    def name(self) -> str:
        """Of its field in the form."""
        return f"{'g' if isinstance(self.fact, Goal) else 'm'}_{self.fact.ref}_{self.part}"

    @property
    def version(self) -> int:
        """The row version that saving is to find; 0 where there is no row of this very text yet."""
        return self.row.row_version if self.row and self._own else 0

    @property
    def _own(self) -> bool:
        assert self.row is not None  # noqa: S101 - asked for by those who know that there is one
        return (self.row.goal_id or self.row.measure_id) == self.fact.pk

    @property
    def badge(self) -> tuple[str, str, str]:
        return BADGE[self.state]


def lines_of(
    plan: Plan, goals: Iterable[Goal], measures: Iterable[Measure], code: str, actor: Actor, *, at: datetime
) -> list[Line]:
    """Every text that a paper of these goals and measures has, with how it stands in a language.

    A goal or a measure in the place of another keeps its translations: they hold while the text is the same, and are
    outdated when it is reworded.
    """
    rows = permitted(Translation.objects.filter(plan=plan, language=code), actor, at=at)
    found = {_key_of_row(row): row for row in rows.select_related("written_by", "reviewed_by")}
    before = _earlier(plan) if found else {}
    return [_line(fact, part, found, before) for fact, part in _texts(goals, measures)]


def _texts(goals: Iterable[Goal], measures: Iterable[Measure]) -> Iterator[tuple[Fact, str]]:
    measures = list(measures)
    for goal in goals:
        yield goal, TranslatedPart.TEXT.value
        if goal.own_words:
            yield goal, TranslatedPart.OWN_WORDS.value
        yield from ((one, TranslatedPart.TEXT.value) for one in measures if one.goal_id == goal.pk)
    yield from ((one, TranslatedPart.TEXT.value) for one in measures if one.goal_id is None)


def _key_of_row(row: Translation) -> Key:
    return ("goal", row.goal_id, row.part) if row.goal_id else ("measure", row.measure_id or 0, row.part)


def _earlier(plan: Plan) -> dict[tuple[str, int], int]:
    """(table, id) → id of what it replaces."""
    return {
        (name, pk): replaced or 0
        for name, model in (("goal", Goal), ("measure", Measure))
        for pk, replaced in model._default_manager.filter(plan=plan, replaces__isnull=False).values_list(
            "pk", "replaces"
        )
    }


def _line(fact: Fact, part: str, found: Mapping[Key, Translation], before: Mapping[tuple[str, int], int]) -> Line:
    source = source_of(fact, part)
    table, pk, _part = key_of(fact, part)
    row = found.get((table, pk, part))
    while row is None and (table, pk) in before:
        pk = before[table, pk]
        row = found.get((table, pk, part))
    if row is None:
        return Line(fact, part, source, None, MISSING)
    state = OUTDATED if row.digest != digest_of(source) else REVIEWED if row.reviewed_at else DRAFT
    return Line(fact, part, source, row, state)


def reviewed(lines: Iterable[Line]) -> dict[Key, str]:
    """What may be printed."""
    return {key_of(one.fact, one.part): one.row.text for one in lines if one.row and one.state == REVIEWED}
