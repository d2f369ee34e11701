"""What is read when somebody judges a concern: the questions in force, the clocks of each colour, the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import Deadline
from triage import sla
from triage.models import (
    COLOUR_ORDER,
    AssessmentState,
    Colour,
    ColourChange,
    PreliminaryAssessment,
    ProtectionAssessment,
    QuestionSet,
    TriageQuestion,
    TriageSettings,
)
from triage.suggestion import NO, UNKNOWN, YES

#: Less than this left is shown as pressing.
SOON = timedelta(hours=1)

ANSWER_WORDS = {YES: "Ja", NO: "Nej", UNKNOWN: "Vet inte"}


def questions_in_force(agency_id: int, *, at: datetime) -> QuestionSet | None:
    """The version of the agency's questions that holds at `at`: the latest one that has begun. Two queries."""
    begun = QuestionSet.objects.filter(agency=agency_id, valid_from__lte=at)
    return begun.order_by("-valid_from").prefetch_related("questions").first()


def office_hours_of(assessment: PreliminaryAssessment) -> bool:
    """Whether Orange runs in office hours: by what held when the report arrived (P-T4, R73)."""
    held = TriageSettings.objects.in_force(at=assessment.report.arrived_at).filter(agency=assessment.report.agency_id)
    return bool(held.values_list("orange_office_hours", flat=True).first())


@dataclass(frozen=True, slots=True)
class ColourMeaning:
    """What choosing a colour leads to, as the form says it."""

    colour: Colour
    due_at: datetime
    text: str


def meanings(assessment: PreliminaryAssessment, *, at: datetime) -> list[ColourMeaning]:
    """Every colour with its time, in local words; counted from the arrival, which never moves (P-T3)."""
    arrived, office = assessment.report.arrived_at, office_hours_of(assessment)
    due = {
        Colour.GREEN: sla.decision_due(arrived),
        Colour.ORANGE: sla.orange_due(arrived, office_hours=office),
        Colour.RED: sla.red_due(arrived),
    }
    words = {
        Colour.GREEN: "Beslut inom 2 veckor",
        Colour.ORANGE: "12 timmar i kontorstid" if office else "12 timmar, dygnet runt",
        Colour.RED: "4 timmar, dygnet runt",
    }
    now = assessment.colour
    return [ColourMeaning(c, due[c], _meaning(c, words[c], due[c], now, at)) for c in reversed(COLOUR_ORDER)]


def _meaning(colour: Colour, words: str, due_at: datetime, now: str, at: datetime) -> str:
    last = swedish.until(due_at, clock.local_day(at)) if colour == Colour.GREEN else _by(due_at, at)
    text = f"{words}, {last}."
    if colour == now:
        return f"Gäller nu. {text}"
    if now and COLOUR_ORDER.index(colour) < COLOUR_ORDER.index(Colour(now)):
        return f"{text} Gäller genast. En annan granskar sänkningen senast {confirm_by(at, at)}."
    return text


def _by(due_at: datetime, at: datetime) -> str:
    late = f", {swedish.duration(at - due_at)} för sent" if due_at <= at else ""
    return f"senast {swedish.moment(due_at, at)}{late}"


def confirm_by(lowered_at: datetime, at: datetime) -> str:
    """When a second person confirms at the latest: "i morgon 12.00"."""
    return swedish.moment(sla.confirmation_due(lowered_at), at)


@dataclass(frozen=True, slots=True)
class ColourRow:
    """One line of the history of colours (P-T3): everything that was known when it was set."""

    change: ColourChange
    by: str
    answers: Sequence[tuple[str, str]]
    version: str
    #: "", "waits", "agreed" or "disagreed"
    confirmation: str
    confirm_by: datetime
    confirmed_by: str
    #: Waits, and the actor is another than who set it.
    may_confirm: bool


def colour_history(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> list[ColourRow]:
    """All colours, latest first, with the words of the questions as they were asked. Two queries."""
    rows = permitted(ColourChange.objects.filter(assessment=assessment), actor, at=at)
    rows = rows.select_related("set_by__user", "confirmed_by__user", "question_set").order_by("-set_at", "-pk")
    changes = list(rows)
    sets = {change.question_set_id for change in changes if change.question_set_id}
    asked: dict[int, list[TriageQuestion]] = {}
    for question in TriageQuestion.objects.filter(question_set__in=sets).order_by("order"):
        asked.setdefault(question.question_set_id, []).append(question)
    return [_row(change, asked.get(change.question_set_id or 0, ()), actor) for change in changes]


def _row(change: ColourChange, asked: Iterable[TriageQuestion], actor: Actor) -> ColourRow:
    judged = change.agreed
    confirmation = "" if not change.downgrade else "waits" if judged is None else "agreed" if judged else "disagreed"
    return ColourRow(
        change=change,
        by=change.set_by.user.name,
        answers=said(asked, change.answers),
        version=f"Frågor version {change.question_set.version}" if change.question_set else "",
        confirmation=confirmation,
        confirm_by=sla.confirmation_due(change.set_at),
        confirmed_by=change.confirmed_by.user.name if change.confirmed_by else "",
        may_confirm=confirmation == "waits" and change.set_by.user_id != actor.user_id,
    )


def said(asked: Iterable[TriageQuestion], answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Question and answer in words; what was not asked is left out."""
    return [(q.text, ANSWER_WORDS[answers[q.code]]) for q in asked if answers.get(q.code) in ANSWER_WORDS]


def protections_of(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> list[ProtectionAssessment]:
    """Latest first. One query."""
    rows = permitted(ProtectionAssessment.objects.filter(assessment=assessment), actor, at=at)
    return list(rows.select_related("assessed_by__user").order_by("-assessed_at", "-pk"))


def clock_of(kind: str, assessments: Iterable[int]) -> dict[int, Deadline]:
    """The running clock of one kind per assessment (id), where there is one. One query."""
    ids = list(assessments)
    rows = Deadline.objects.filter(kind=kind, subject_id__in=ids, met_at=None).order_by("due_at")
    return {row.subject_id: row for row in rows} if ids else {}


def clock_words(assessment: PreliminaryAssessment, *, at: datetime) -> dict[str, object]:
    """The running clock of the protection assessment, in words: `deadline`, `left` and its look. One query."""
    deadline = clock_of("protection", [assessment.pk]).get(assessment.pk)
    if deadline is None:
        return {"deadline": None}
    left = deadline.due_at - at
    css = "clock-late" if left <= timedelta(0) else "clock-soon" if left <= SOON else ""
    return {"deadline": deadline, "left": swedish.time_left(left), "clock_css": css}


def ended(assessment: PreliminaryAssessment) -> bool:
    return assessment.state != AssessmentState.OPEN
