"""What a paper asks somebody to go through (the child's no, a change of custody or rules), and what is done (P-C3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.completeness import Completeness, Concern, Situation, State, Task, completeness, review_day
from consent.judging import judgements, situation
from consent.models import (
    Answer,
    Consent,
    ConsentSettings,
    PaperReview,
    ReviewKind,
    SessionState,
    Signature,
    SignerRole,
    SigningSession,
    Withdrawal,
)
from hub.access import Actor, permitted
from hub.clock import local_day, start_of_day
from hub.models import Assignment, Recusal, Role

TASK = {
    ReviewKind.MANAGER: Task.MANAGER_REVIEWS,
    ReviewKind.CUSTODY: Task.REVIEW_CUSTODY,
    ReviewKind.FORMER: Task.STOP_FORMER_GUARDIAN,
    ReviewKind.RULES: Task.NOW_COMPLETE,
}
KIND = {task: kind for kind, task in TASK.items()}
#: The action of the policy that lets somebody mark it as done.
ACTION = {
    ReviewKind.MANAGER: "review",
    ReviewKind.CUSTODY: "lead",
    ReviewKind.FORMER: "lead",
    ReviewKind.RULES: "lead",
}
#: The word in the address of the page.
SLUG = {
    ReviewKind.MANAGER: "chef",
    ReviewKind.CUSTODY: "vardnad",
    ReviewKind.FORMER: "tidigare-vardnadshavare",
    ReviewKind.RULES: "innan-det-galler",
}
#: A concern that comes from a decision of the kommun carries its id.
DECISION = "decision_"


def name_of(concern: Concern) -> str:
    """A concern as it is stored."""
    return f"{concern.signer} {concern.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def unreviewed(
    sessions: Collection[SigningSession], judged: Mapping[int, Completeness], *, at: datetime
) -> dict[int, Completeness]:
    """The answers with all that is to be gone through and not yet is; what changed after a review asks again.

    To whom nothing more is sent is a fact about the youth's family, so it is gone through once for all papers.
    """
    done: dict[tuple[Task, int], set[str]] = {}
    mine = Q(session__in=[s.pk for s in sessions])
    family = Q(kind=ReviewKind.FORMER, individual__in={s.individual_id for s in sessions})
    rows = PaperReview.objects.filter(mine | family).values_list("session_id", "individual_id", "kind", "concerns")
    for session_id, individual_id, kind, concerns in rows:
        about = individual_id if kind == ReviewKind.FORMER else session_id
        done.setdefault((TASK[ReviewKind(kind)], about), set()).update(concerns)
    found = {}
    for session in sessions:
        keys = {t: session.individual_id if kind is ReviewKind.FORMER else session.pk for t, kind in KIND.items()}
        found[session.pk] = _without(judged[session.pk], {t: done.get((t, pk), set()) for t, pk in keys.items()})
    return _with_now_complete(sessions, found, at=at)


def _without(answer: Completeness, done: Mapping[Task, set[str]]) -> Completeness:
    left = tuple(c for c in answer.concerns if name_of(c) not in done[c.task])
    asked = {c.task for c in left}
    tasks = tuple(task for task in answer.tasks if task not in KIND or task in asked)
    return replace(answer, tasks=tasks, concerns=left, review_by=review_day(left))


def _with_now_complete(
    sessions: Collection[SigningSession], answers: dict[int, Completeness], *, at: datetime
) -> dict[int, Completeness]:
    """A paper that waits and by now meets the rule, though nobody has answered since.

    A decision of the kommun that has begun, or an assessment of maturity, changes who has to answer. The paper is
    judged by what holds today, but nothing begins to be shared by that alone: the family was told that more answers
    were needed. Who leads the case goes through it first, and a manager before that if the child has said no.
    """
    met = [
        s
        for s in sessions
        if s.state == SessionState.REGISTERED
        and answers[s.pk].state is State.COMPLETE
        and Task.MANAGER_REVIEWS not in answers[s.pk].tasks
        and s.last_day is not None
        and s.last_day >= local_day(at)
    ]
    if not met:
        return answers
    waiting = set(Consent.objects.filter(_waits(), session__in=met).values_list("session_id", flat=True))
    left = [s for s in met if s.pk in waiting]
    decisions = _decisions({s.municipality_id for s in left}, at=at) if left else {}
    return answers | {s.pk: _asking(answers[s.pk], s, decisions.get(s.municipality_id)) for s in left}


def _asking(answer: Completeness, session: SigningSession, decision: ConsentSettings | None) -> Completeness:
    begun = start_of_day(decision.from_day) if decision else None
    if decision and begun and session.registered_at and begun > session.registered_at:
        concern = Concern(Task.NOW_COMPLETE, f"{DECISION}{decision.pk}", begun)
    else:
        assert answer.instant is not None  # noqa: S101 - it is complete
        concern = Concern(Task.NOW_COMPLETE, "rule", answer.instant)
    return replace(answer, tasks=(Task.NOW_COMPLETE, *answer.tasks), concerns=(concern, *answer.concerns))


def _decisions(kommuner: Collection[int], *, at: datetime) -> dict[int, ConsentSettings]:
    """Kommun → the decision in force, the one that began last."""
    begun = ConsentSettings.objects.filter(municipality__in=kommuner, from_day__lte=local_day(at))
    return {decision.municipality_id: decision for decision in begun.order_by("from_day")}


def to_review(session: SigningSession, kind: ReviewKind, *, at: datetime) -> list[Concern]:
    """What is left to go through on one paper; a draft asks for nothing."""
    return left_to_review(session, situation(session, at=at))[kind]


def left_to_review(session: SigningSession, facts: Situation) -> dict[ReviewKind, list[Concern]]:
    """The same of every kind at once, at the instant of the facts."""
    if session.state != SessionState.REGISTERED:
        return {kind: [] for kind in ReviewKind}
    answer = unreviewed([session], {session.pk: completeness(facts)}, at=facts.at)[session.pk]
    return {kind: [c for c in answer.concerns if c.task is TASK[kind]] for kind in ReviewKind}


def seal(concerns: Collection[Concern]) -> str:
    """What the reader of a form saw, as one short word: the answer counts only while it is still so (P-Q3)."""
    return sha256("\n".join(sorted(map(name_of, concerns))).encode()).hexdigest()[:16] if concerns else ""


def managers_of(session: SigningSession, *, at: datetime) -> QuerySet[Assignment]:
    """Managers of the case's unit who may judge it, never one who knows the family (P-A8, P-A12)."""
    recused = Recusal.objects.filter(user=OuterRef("user"), individual=session.individual_id, at__lte=at)
    managers = Assignment.objects.usable(at=at).filter(role=Role.MANAGER, unit=session.case.owner_unit_id)
    return managers.filter(~Exists(recused)).select_related("user").order_by("user__name", "pk")


def _waits() -> Q:
    taken_back = Withdrawal.objects.filter(consent=OuterRef("pk"), cuts=True, recipient=None, types=None, about=None)
    return Q(~Exists(taken_back), completed_at=None, recipients__types__gt=0)


def still_matters(at: datetime) -> Q:
    """Papers with a part that is in force, is to begin or waits: one that is taken back or replaced asks nothing."""
    parts = Consent.objects.filter(_waits() | Q(effective__endswith__gt=at), session=OuterRef("pk"))
    return Q(Exists(parts))


def waits_for_answers() -> Q:
    """Papers with a part that is not complete and not taken back."""
    return Q(Exists(Consent.objects.filter(_waits(), session=OuterRef("pk"))))


def led_papers(actor: Actor, at: datetime, *, among: QuerySet[SigningSession]) -> QuerySet[SigningSession]:
    """Registered papers that are not over, in cases that the actor leads."""
    return permitted(_running(among, at), actor, "lead", at=at)


def papers_said_no_to(actor: Actor, at: datetime, *, among: QuerySet[SigningSession]) -> QuerySet[SigningSession]:
    """Those of the manager's unit that the child said no to."""
    no = Signature.objects.filter(session=OuterRef("pk"), role=SignerRole.YOUTH, answer=Answer.REFUSED)
    return permitted(_running(among, at).filter(Exists(no)), actor, "review", at=at)


def _running(among: QuerySet[SigningSession], at: datetime) -> QuerySet[SigningSession]:
    return among.filter(still_matters(at), state=SessionState.REGISTERED, last_day__gte=local_day(at))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that waits for the actor to go through it: what of, and until which day."""

    paper: SigningSession
    kinds: tuple[ReviewKind, ...]
    review_by: date | None


def waiting(actor: Actor, at: datetime) -> list[Waiting]:
    """Every paper that waits for this actor, the one registered first first."""
    among = SigningSession.objects.select_related("case", "individual")
    led, refused = (list(listed(actor, at, among=among)) for listed in (led_papers, papers_said_no_to))
    papers: dict[int, SigningSession] = {}
    mine: dict[int, list[ReviewKind]] = {}
    for kind in ReviewKind:
        for paper in refused if kind is ReviewKind.MANAGER else led:
            papers[paper.pk] = paper
            mine.setdefault(paper.pk, []).append(kind)
    judged = unreviewed(list(papers.values()), judgements(list(papers.values()), at=at), at=at)
    found = []
    for paper in sorted(papers.values(), key=lambda p: (p.registered_at or at, p.pk)):
        kinds = tuple(kind for kind in mine[paper.pk] if TASK[kind] in judged[paper.pk].tasks)
        if kinds:
            by = judged[paper.pk].review_by if ReviewKind.CUSTODY in kinds else None
            found.append(Waiting(paper, kinds, by))
    return found
