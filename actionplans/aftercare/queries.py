"""What the pages and the API show of the end of a case and of what follows it, each row by its own rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from actionplans.actions.closing import needs_left, open_measures
from actionplans.aftercare import words
from actionplans.aftercare.points import Point, in_force, points
from actionplans.aftercare.standing import held, judge, signers, to_ask
from actionplans.models import (
    AfterAnswer,
    AfterCorrection,
    AfterPaper,
    AfterQuestion,
    AfterSignature,
    Closing,
    Handover,
    Measure,
    Need,
    Taker,
    Told,
)
from consent.actions.signing import PossibleSigner
from hub import swedish
from hub.access import Actor, may, permitted
from hub.models import Case


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is left, with who takes it in words."""

    row: Handover
    who: str
    may_drop: bool


@dataclass(frozen=True, slots=True)
class End:
    """The end of a case, as far as one reader sees it."""

    #: None where nothing is written, or where the reader gets only single lines.
    closing: Closing | None
    lines: list[Line]
    leads: bool
    #: What nobody has said anything of yet, to who leads.
    measures: list[Measure]
    needs: list[Need]
    objects: list[Model]


def end_of(case: Case, actor: Actor, *, at: datetime) -> End:
    """All of the page about the end."""
    closing = permitted(Closing.objects.filter(case=case), actor, at=at).select_related("meeting").first()
    leads = case.closed_at is None and may(case, actor, "lead", at=at)
    rows = permitted(Handover.objects.filter(case=case), actor, at=at, about=case.individual_id)
    lines = list(rows.select_related("to_unit", "to_agency", "measure", "need__judgement").order_by("pk"))
    measures: list[Measure] = []
    needs: list[Need] = []
    if leads:
        said = Handover.objects.filter(case=case)
        left = open_measures(case).exclude(pk__in=said.exclude(measure=None).values("measure"))
        measures = list(permitted(left, actor, at=at).select_related("agency").order_by("due_on", "pk"))
        unsaid = needs_left(case).exclude(pk__in=said.exclude(need=None).values("need"))
        needs = list(permitted(unsaid, actor, at=at).select_related("factor").order_by("pk"))
    return End(
        closing=closing,
        lines=[Line(row, taker_words(row), leads and case.closed_at is None) for row in lines],
        leads=leads,
        measures=measures,
        needs=needs,
        objects=[*([closing] if closing else []), *lines, *measures, *needs],
    )


def taker_words(row: Handover) -> str:
    """Tensta fritidsgård, från 2 mars 2026."""
    names = {
        Taker.UNIT: row.to_unit.name if row.to_unit else "",
        Taker.AGENCY: row.to_agency.name if row.to_agency else "",
        Taker.FAMILY: "Den unge och familjen",
        Taker.OTHER: row.to_whom,
    }
    if row.from_day is None:
        return f"Avslutas. {row.reason}"
    return f"{names[Taker(row.taker)]}, från {swedish.day(row.from_day)}"


def family_lines(end: End) -> list[Line]:
    """What the family's paper holds of what is left: nothing that is barred from them (P-A7, R14).

    The measure and the judgement that a line is about may have been barred since the line was written.
    """
    return [line for line in end.lines if not (line.row.family_barred or _about_barred(line.row))]


def _about_barred(row: Handover) -> bool:
    measure, need = row.measure, row.need
    return bool((measure and measure.family_barred) or (need and need.judgement.family_barred))


# --- afterwards ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignerRow:
    name: str
    signature: AfterSignature
    ticks: list[str]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What was asked and answered, with what is right by the latest correction."""

    row: AfterAnswer
    said: str
    asked: str
    corrections: list[AfterCorrection]
    may_record: bool


@dataclass(frozen=True, slots=True)
class PointRow:
    point: Point
    open: bool
    passed: bool
    answers: list[AnswerRow]


@dataclass(frozen=True, slots=True)
class After:
    """All of the page about what follows the case."""

    paper: AfterPaper | None
    holds: bool
    questions: list[AfterQuestion]
    held: list[AfterQuestion]
    signed: list[SignerRow]
    unsigned: list[PossibleSigner]
    missing: bool
    points: list[PointRow]
    to_ask: list[tuple[AfterQuestion, str]]
    earlier: list[AfterPaper]
    objects: list[Model]


def after_of(case: Case, actor: Actor, *, at: datetime) -> After:
    """The papers and answers of a case, to those who look after it."""
    papers = list(permitted(AfterPaper.objects.filter(case=case), actor, at=at).order_by("-asked_at", "-pk"))
    paper = next((one for one in papers if one.ended_at is None), None)
    rows = permitted(AfterQuestion.objects.filter(paper=paper), actor, at=at) if paper else AfterQuestion.objects.none()
    questions = list(rows.select_related("source").order_by("pk"))
    signed = signatures_of(paper, actor, at=at) if paper else []
    done = {(one.signature.person_id, one.signature.role) for one in signed}
    unsigned = [one for one in signers(paper, at=at) if (one.person.pk, one.role) not in done] if paper else []
    holds = paper is not None and in_force(paper, at=at)
    asking = to_ask(case, at=at) if paper else []
    answers = answers_of(case, actor, at=at, holds=holds)
    return After(
        paper=paper,
        holds=holds,
        questions=questions,
        held=list(held([paper]).select_related("source")) if paper and paper.completed_at else [],
        signed=signed,
        unsigned=unsigned,
        missing=bool(paper and judge(paper, at=at).missing) if paper and paper.completed_at is None else False,
        points=[
            PointRow(one, one.open(at), one.closes_at <= at, [a for a in answers if a.row.months == one.months])
            for one in points(case)
        ],
        to_ask=[(one, words.said_to_source(one, case)) for one in asking],
        earlier=[one for one in papers if one is not paper],
        objects=[*papers, *questions, *(one.signature for one in signed), *(one.row for one in answers)],
    )


def signatures_of(paper: AfterPaper, actor: Actor, *, at: datetime) -> list[SignerRow]:
    """Who has answered what."""
    rows = permitted(AfterSignature.objects.filter(paper=paper), actor, at=at).select_related("person")
    found = list(rows.prefetch_related("ticks__question__source").order_by("pk"))
    return [
        SignerRow(one.person.name, one, [words.question_words(tick.question) for tick in one.ticks.all()])
        for one in found
    ]


def answers_of(case: Case, actor: Actor, *, at: datetime, holds: bool) -> list[AnswerRow]:
    """What each source was asked and said, in the order of asking."""
    rows = permitted(AfterAnswer.objects.filter(case=case), actor, at=at).select_related("source", "question")
    found = list(rows.order_by("months", "asked_at", "pk"))
    noted = permitted(AfterCorrection.objects.filter(answer__in=found), actor, at=at).order_by("noted_at", "pk")
    corrections: dict[int, list[AfterCorrection]] = {}
    for one in noted:
        corrections.setdefault(one.answer_id, []).append(one)
    now_open = {one.months for one in points(case) if one.open(at)}
    return [
        AnswerRow(
            row=one,
            said=str(Told(latest(one, corrections.get(one.pk, []))).label) if one.value else "",
            asked=words.question_words(one),
            corrections=corrections.get(one.pk, []),
            may_record=holds and not one.value and one.months in now_open,
        )
        for one in found
    ]


def latest(answer: AfterAnswer, corrections: Sequence[AfterCorrection]) -> str:
    """What holds: the last correction, else what was written."""
    return corrections[-1].value if corrections else answer.value
