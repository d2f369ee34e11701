"""What a paper asks somebody to go through (the child's no, a change of custody), and what is done (P-C3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.completeness import Completeness, Concern, Task, review_day
from consent.judging import judgements
from consent.models import (
    Answer,
    Consent,
    PaperReview,
    ReviewKind,
    SessionState,
    Signature,
    SignerRole,
    SigningSession,
    Withdrawal,
)
from hub.access import Actor, permitted
from hub.clock import local_day

TASK = {ReviewKind.MANAGER: Task.MANAGER_REVIEWS, ReviewKind.CUSTODY: Task.REVIEW_CUSTODY}
KIND = {task: kind for kind, task in TASK.items()}
#: The action of the policy that lets somebody mark it as done.
ACTION = {ReviewKind.MANAGER: "review", ReviewKind.CUSTODY: "lead"}


def name_of(concern: Concern) -> str:
    """A concern as it is stored."""
    return f"{concern.signer} {concern.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def unreviewed(sessions: Collection[SigningSession], judged: Mapping[int, Completeness]) -> dict[int, Completeness]:
    """The answers without what has been gone through, in one query; what changed after a review asks again."""
    done: dict[tuple[int, Task], set[str]] = {}
    rows = PaperReview.objects.filter(session__in=[s.pk for s in sessions])
    for session_id, kind, concerns in rows.values_list("session_id", "kind", "concerns"):
        done.setdefault((session_id, TASK[ReviewKind(kind)]), set()).update(concerns)
    return {pk: _without(answer, {t: done.get((pk, t), set()) for t in KIND}) for pk, answer in judged.items()}


def _without(answer: Completeness, done: Mapping[Task, set[str]]) -> Completeness:
    left = tuple(c for c in answer.concerns if name_of(c) not in done[c.task])
    asked = {c.task for c in left}
    tasks = tuple(task for task in answer.tasks if task not in KIND or task in asked)
    return replace(answer, tasks=tasks, concerns=left, review_by=review_day(left))


def to_review(session: SigningSession, kind: ReviewKind, *, at: datetime) -> list[Concern]:
    """What is left to go through on one paper; a draft asks for nothing."""
    return left_to_review(session, at=at)[kind]


def left_to_review(session: SigningSession, *, at: datetime) -> dict[ReviewKind, list[Concern]]:
    """The same of every kind at once."""
    if session.state != SessionState.REGISTERED:
        return {kind: [] for kind in ReviewKind}
    answer = unreviewed([session], judgements([session], at=at))[session.pk]
    return {kind: [c for c in answer.concerns if c.task is TASK[kind]] for kind in ReviewKind}


def seal(concerns: Collection[Concern]) -> str:
    """What the reader of a form saw, as one short word: the answer counts only while it is still so (P-Q3)."""
    return sha256("\n".join(sorted(map(name_of, concerns))).encode()).hexdigest()[:16] if concerns else ""


def still_matters(at: datetime) -> Q:
    """Papers with a part that is in force, is to begin or waits: one that is taken back or replaced asks nothing."""
    taken_back = Withdrawal.objects.filter(consent=OuterRef("pk"), cuts=True, recipient=None, types=None, about=None)
    waits = Q(~Exists(taken_back), completed_at=None, recipients__types__gt=0)
    parts = Consent.objects.filter(waits | Q(effective__endswith__gt=at), session=OuterRef("pk"))
    return Q(Exists(parts))


def led_papers(actor: Actor, at: datetime) -> QuerySet[SigningSession]:
    """Registered papers that are not over, in cases that the actor leads."""
    return permitted(_running(at), actor, "lead", at=at)


def papers_said_no_to(actor: Actor, at: datetime) -> QuerySet[SigningSession]:
    """Those of the manager's unit that the child said no to."""
    no = Signature.objects.filter(session=OuterRef("pk"), role=SignerRole.YOUTH, answer=Answer.REFUSED)
    return permitted(_running(at).filter(Exists(no)), actor, "review", at=at)


def _running(at: datetime) -> QuerySet[SigningSession]:
    return SigningSession.objects.filter(still_matters(at), state=SessionState.REGISTERED, last_day__gte=local_day(at))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that waits for the actor to go through it: what of, and until which day."""

    paper: SigningSession
    kinds: tuple[ReviewKind, ...]
    review_by: date | None


def waiting(actor: Actor, at: datetime) -> list[Waiting]:
    """Every paper that waits for this actor, the one registered first first."""
    offered = {ReviewKind.MANAGER: papers_said_no_to(actor, at), ReviewKind.CUSTODY: led_papers(actor, at)}
    papers: dict[int, SigningSession] = {}
    mine: dict[int, list[ReviewKind]] = {}
    for kind, rows in offered.items():
        for paper in rows.select_related("case", "individual"):
            papers[paper.pk] = paper
            mine.setdefault(paper.pk, []).append(kind)
    judged = unreviewed(list(papers.values()), judgements(list(papers.values()), at=at))
    found = []
    for paper in sorted(papers.values(), key=lambda p: (p.registered_at or at, p.pk)):
        kinds = tuple(kind for kind in mine[paper.pk] if TASK[kind] in judged[paper.pk].tasks)
        if kinds:
            by = judged[paper.pk].review_by if ReviewKind.CUSTODY in kinds else None
            found.append(Waiting(paper, kinds, by))
    return found
