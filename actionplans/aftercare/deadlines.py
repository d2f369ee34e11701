"""The clocks of 6 and 12 months after the end, where a paper lets somebody be asked (P-P6, P-A12)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from actionplans.aftercare.points import in_force, points
from actionplans.aftercare.standing import held
from actionplans.models import AfterAnswer, AfterGroupCase, AfterPaper, Asked
from hub.access import Actor
from hub.actions.messages import MESSAGES
from hub.contributions import (
    CASE_CHANGED,
    DEADLINE_KIND,
    INDIVIDUAL_CHANGED,
    PERSON_CHANGED,
    DeadlineKind,
    Stage,
    Telling,
    Wanted,
)
from hub.deadlines import keep
from hub.models import (
    LEADING_KINDS,
    Assignment,
    Case,
    CaseSeat,
    Deadline,
    Person,
    Protection,
    Recusal,
    Role,
)

AFTERCARE = "aftercare"
DUE_MESSAGE, LATE_MESSAGE = "after_due", "after_late"

MESSAGES.update(
    {
        DUE_MESSAGE: "Det är dags att fråga hur det har gått efter ärende {number}.",
        LATE_MESSAGE: "Tiden att fråga hur det har gått efter ärende {number} är ute.",
    }
)


def wanted(cases: Sequence[int], at: datetime) -> list[Wanted]:
    """A clock for each point that comes while a paper holds, and that nobody has answered yet."""
    papers = AfterPaper.objects.filter(
        case__in=cases,
        ended_at=None,
        case__closed_at__lte=at,
        individual__person__protection=Protection.NONE,
    ).select_related("case")
    standing = [paper for paper in papers if in_force(paper, at=at)]
    asked: dict[int, list[tuple[str, int | None]]] = {}
    for question in held(standing):
        asked.setdefault(question.paper_id, []).append((question.what, question.source_id))
    answered = set(
        AfterAnswer.objects.filter(case__in=cases).exclude(value="").values_list("case", "months", "what", "source")
    )
    counted = set(AfterGroupCase.objects.filter(case__in=cases).values_list("case", "months"))
    found = []
    for paper in standing:
        case = paper.case
        for point in points(case):
            left = [
                (what, source)
                for what, source in asked.get(paper.pk, [])
                if (case.pk, point.months, what, source) not in answered
                and not (what == Asked.REPORTS and (case.pk, point.months) in counted)
            ]
            outgrown = paper.ends_at is not None and paper.ends_at <= point.opens_at
            if left and not outgrown and case.closed_at is not None:
                found.append(
                    Wanted(
                        subject_id=case.pk,
                        occasion=str(point.months),
                        municipality_id=case.municipality_id,
                        case_id=case.pk,
                        started_at=case.closed_at,
                        due_at=point.closes_at,
                        owner_unit_id=case.owner_unit_id,
                    )
                )
    return found


def stages(started_at: datetime, due_at: datetime, occasion: str) -> Sequence[Stage]:
    """When the point opens, and when it has closed."""
    closing = Case(closed_at=started_at)
    point = next(one for one in points(closing) if str(one.months) == occasion)
    return [Stage(point.opens_at, DUE_MESSAGE), Stage(due_at, LATE_MESSAGE)]


def subjects(at: datetime) -> Iterable[int]:
    """Ended cases of the transaction's kommun with a paper that stands."""
    return AfterPaper.objects.filter(ended_at=None, case__closed_at__lte=at).values_list("case", flat=True)


def carers(case: Case, *, at: datetime, managers_too: bool = False) -> list[int]:
    """Who led the case at its end and still has the assignment; where nobody does, the unit's managers (P-A12)."""
    seats = (
        CaseSeat.objects.awake()
        .held(at=at)
        .filter(content_object=case, kind__in=LEADING_KINDS, valid_from__lte=case.closed_at)
    )
    recused = Recusal.objects.filter(individual=case.individual_id, at__lte=at).values("user")
    led = {
        seat.assignment_id
        for seat in seats.exclude(assignment__user__in=recused)
        if seat.valid_to is None or (case.closed_at is not None and seat.valid_to > case.closed_at)
    }
    if led and not managers_too:
        return sorted(led)
    managers = Assignment.objects.usable(at=at).filter(unit_id=case.owner_unit_id, role=Role.MANAGER)
    return sorted(led | set(managers.exclude(user__in=recused).values_list("pk", flat=True)))


def tell(row: Deadline, stage: Stage, at: datetime) -> Sequence[Telling]:
    """Those who look after the case, and its manager too when it is late; nobody once the paper does not hold."""
    case = row.case
    if case is None or not any(one.occasion == row.occasion for one in wanted([row.subject_id], at)):
        return []
    return [Telling(case, carers(case, at=at, managers_too=stage.message == LATE_MESSAGE))]


def follow(cases: Iterable[int], *, at: datetime) -> None:
    """Bring the clocks of these cases to what now holds, in the transaction of the change."""
    keep(AFTERCARE, cases, at=at)


def _follow_case(case: Case, actor: Actor, at: datetime) -> None:
    follow([case.pk], at=at)


def _follow_individuals(individuals: Sequence[int], at: datetime) -> None:
    papers = AfterPaper.objects.filter(individual__in=individuals)
    follow(set(papers.values_list("case", flat=True)), at=at)


def _follow_person(person: Person, at: datetime) -> None:
    papers = AfterPaper.objects.filter(individual__person=person)
    follow(set(papers.values_list("case", flat=True)), at=at)


CASE_CHANGED.append(_follow_case)
INDIVIDUAL_CHANGED.append(_follow_individuals)
PERSON_CHANGED.append(_follow_person)
DEADLINE_KIND[AFTERCARE] = DeadlineKind(AFTERCARE, "2026-1", wanted, subjects, stages, tell)
