"""What a paper asks somebody to go through (the child's no, a change of custody), and what is done (P-C3)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q

from consent.completeness import Completeness, Concern, Task, review_day
from consent.judging import judgements
from consent.models import Consent, PaperReview, ReviewKind, SessionState, SigningSession, Withdrawal

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
    if session.state != SessionState.REGISTERED:
        return []
    answer = unreviewed([session], judgements([session], at=at))[session.pk]
    return [c for c in answer.concerns if c.task is TASK[kind]]


def seal(concerns: Collection[Concern]) -> str:
    """What the reader of a form saw, as one short word: the answer counts only while it is still so (P-Q3)."""
    return sha256("\n".join(sorted(map(name_of, concerns))).encode()).hexdigest()[:16] if concerns else ""


def still_matters(at: datetime) -> Q:
    """Papers with a part that is in force, is to begin or waits: one that is taken back or replaced asks nothing."""
    taken_back = Withdrawal.objects.filter(consent=OuterRef("pk"), cuts=True, recipient=None, types=None, about=None)
    waits = Q(~Exists(taken_back), completed_at=None, recipients__types__gt=0)
    parts = Consent.objects.filter(waits | Q(effective__endswith__gt=at), session=OuterRef("pk"))
    return Q(Exists(parts))
