"""Making proposals in the background (P-M3): each is claimed, so that no two workers make the same one.

A worker that is killed falls silent, and after a minute the proposal is taken over; if that happens again it is given
up, and whoever asked is told to ask anew. Nothing is held in the database while the search goes on: the problem is read
in one transaction, progress is told in short ones, and the answer is stored in a last one if it is still wanted.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet

from hub import clock
from hub.access import Actor
from hub.models import Assignment, Municipality
from hub.states import move
from hub.tenancy import in_kommun
from meetings import proposals, proposing
from meetings.models import Proposal, ProposalQuality, ProposalState, ProposedMeeting
from meetings.moves import PROPOSAL
from meetings.planning.explain import explain
from meetings.planning.options import Calendars
from meetings.planning.outcome import Progress, State
from meetings.planning.outcome import Proposal as Outcome
from meetings.planning.problem import Placed
from meetings.planning.solver import solve
from meetings.proposals import nameless
from meetings.proposing import Asked

logger = logging.getLogger("hub")

#: A worker not heard of for this long is gone.
SILENT = timedelta(minutes=1)
#: Seconds between two signs of life, and how fast a search that nobody wants any more is noticed.
HEARD_EVERY = 1.0
#: Without progress nothing is written oftener than this: each written row stands in the log.
WRITTEN_EVERY = timedelta(seconds=15)
#: How often a proposal is begun before it is given up.
TRIES = 2
#: Seconds for telling why meetings found no time; what is not told then says only that none was found.
EXPLAINING = 15.0
#: A round begins no further search after so many seconds: the next round comes soon, and a task may not last for ever.
ROUND_SECONDS = 60.0
#: One search at a time keeps the rest of the workers free for the clocks and the mail.
LOCK = "planner"

QUALITY = {
    State.OPTIMAL: ProposalQuality.OPTIMAL,
    State.GAP: ProposalQuality.GAP,
    State.GREEDY: ProposalQuality.GREEDY,
    State.CANCELLED: ProposalQuality.GAP,
}

Search = Callable[..., Outcome]


class Unwanted(Exception):
    """It was cancelled, or another worker has taken it over: nothing of it is stored."""


@dataclass
class Claim:
    """A proposal that this worker makes."""

    pk: int
    municipality_id: int
    worker: uuid.UUID
    now: Callable[[], datetime] = clock.now
    heard: float = field(default_factory=time.monotonic)
    wanted: bool = True
    latest: Progress | None = None
    told: tuple[int, int] = (0, 0)
    told_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.told_at = self.now()

    def tell(self, progress: Progress) -> None:
        self.latest = progress

    def unwanted(self) -> bool:
        """Asked often; looks in the database, and shows that it lives, once a second."""
        if self.wanted and time.monotonic() - self.heard >= HEARD_EVERY:
            self.heard = time.monotonic()
            self.wanted = self.show()
        return not self.wanted

    def show(self) -> bool:
        """Whether it is still this worker's to make."""
        cache.touch(LOCK, SILENT.total_seconds())
        at, come = self.now(), (self.latest.placed, self.latest.on_time) if self.latest else self.told
        with in_kommun(self.municipality_id):
            if come == self.told and at - self.told_at < WRITTEN_EVERY:
                return self.mine().exists()
            self.told, self.told_at = come, at
            return bool(self.mine().update(heard_at=at, placed=come[0], on_time=come[1]))

    def mine(self) -> "QuerySet[Proposal]":
        return Proposal.objects.filter(pk=self.pk, state=ProposalState.RUNNING, worker=self.worker)


def make_due(*, now: Callable[[], datetime] = clock.now, search: Search = solve) -> int:
    """Make what is asked for, kommun by kommun; returns how many were taken. Only one worker at a time makes any."""
    if not cache.add(LOCK, 1, timeout=SILENT.total_seconds()):
        return 0
    try:
        taken, stop = 0, time.monotonic() + ROUND_SECONDS
        kommuner = Municipality.objects.filter(served_by__isnull=False).distinct().order_by("pk")
        for municipality in kommuner.values_list("pk", flat=True):
            claimed = claim(municipality, now=now) if time.monotonic() < stop else None
            if claimed is not None:
                taken += 1
                make(claimed, search=search)
        return taken
    finally:
        cache.delete(LOCK)


def claim(municipality_id: int, *, now: Callable[[], datetime] = clock.now) -> Claim | None:
    """The proposal that has waited the longest, taken so that no other worker takes it too."""
    at, worker = now(), uuid.uuid4()
    with in_kommun(municipality_id):
        rows = Proposal.objects.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk")
        silent = rows.filter(state=ProposalState.RUNNING, heard_at__lte=at - SILENT).first()
        if silent is not None and silent.attempts >= TRIES:
            move(silent, "misslyckas", PROPOSAL, at=at)
            silent = None
        proposal = silent or rows.filter(state=ProposalState.ASKED).first()
        if proposal is None:
            return None
        event = "börja" if proposal.state == ProposalState.ASKED else "ta över"
        move(proposal, event, PROPOSAL, at=at, worker=worker, heard_at=at, attempts=proposal.attempts + 1)
        return Claim(proposal.pk, municipality_id, worker, now)


def make(claimed: Claim, *, search: Search = solve) -> None:
    """Read, search, explain, store; whatever goes wrong is said in the row."""
    try:
        asked = _read(claimed)
        outcome = search(
            nameless(asked.problem),
            time_limit=float(settings.PLANNER_SECONDS),
            workers=settings.PLANNER_WORKERS,
            progress=claimed.tell,
            cancelled=claimed.unwanted,
        )
        if claimed.wanted:
            _store(claimed, asked, outcome, _explained(claimed, asked, outcome))
    except Unwanted:
        return
    except Exception as unforeseen:  # whatever goes wrong, whoever asked is told
        # Only the kind: a message may hold what stood in a row.
        logger.error("proposal not made: %s", type(unforeseen).__name__)
        with in_kommun(claimed.municipality_id):
            proposal = claimed.mine().select_for_update(of=("self",)).first()
            if proposal is not None:
                move(proposal, "misslyckas", PROPOSAL, at=claimed.now())


def _read(claimed: Claim) -> Asked:
    at = claimed.now()
    with in_kommun(claimed.municipality_id):
        proposal = claimed.mine().select_related("district").first()
        if proposal is None:
            raise Unwanted
        assignment = Assignment.objects.select_related("user", "unit__agency").get(pk=proposal.asked_by_id)
        actor = Actor.acting_under(assignment, municipality_id=claimed.municipality_id)
        asked = proposing.problem(proposals.wanted(proposal, actor, at=at), actor, at=at)
        claimed.mine().update(total=len(asked.wanted), heard_at=claimed.now())
    return asked


Why = tuple[list[str], list[str]]


def _explained(claimed: Claim, asked: Asked, outcome: Outcome) -> dict[str, Why]:
    """Why each meeting without a time has none, and what would free one; as much as there is time for."""
    if not outcome.unplaced:
        return {}
    # Explained for all the days that were looked at, not only those that would be in time.
    whole = {ref: asked.problem.meeting[ref] for ref in outcome.unplaced}
    meetings = tuple(
        replace(one, window=replace(one.window, due=one.window.latest)) if one.ref in whole else one
        for one in asked.problem.meetings
    )
    problem = nameless(replace(asked.problem, meetings=meetings))
    calendars, stop = Calendars(problem), time.monotonic() + EXPLAINING
    told: dict[str, Why] = {}
    for ref in outcome.unplaced:
        if time.monotonic() > stop:
            break
        if claimed.unwanted():
            raise Unwanted
        said = explain(problem, outcome.placed, ref, calendars=calendars)
        told[ref] = [text[:500] for text in said.reasons], [text[:500] for text in said.remedies]
    return told


def _store(claimed: Claim, asked: Asked, outcome: Outcome, why: dict[str, Why]) -> None:
    """The answer, if it is still wanted."""
    placed = {one.meeting: one for one in outcome.placed}
    with in_kommun(claimed.municipality_id):
        proposal = claimed.mine().select_for_update(of=("self",)).first()
        if proposal is None:
            return
        ProposedMeeting.objects.bulk_create(_row(proposal, asked, ref, placed.get(ref), why) for ref in asked.wanted)
        move(
            proposal,
            "bli klar",
            PROPOSAL,
            at=claimed.now(),
            placed=len(outcome.placed),
            on_time=outcome.on_time,
            total=len(asked.wanted),
            possible=outcome.on_time_bound,
            quality=QUALITY[outcome.state],
        )


def _row(proposal: Proposal, asked: Asked, ref: str, placed: Placed | None, why: dict[str, Why]) -> ProposedMeeting:
    wanted = asked.wanted[ref]
    reasons, remedies = why.get(ref, ([], []))
    row = ProposedMeeting(
        municipality_id=proposal.municipality_id,
        proposal=proposal,
        case=wanted.case,
        due_day=wanted.window.due,
        reasons=reasons,
        remedies=remedies,
    )
    if placed is not None:
        when = asked.when(placed)
        row.starts_at, row.room, row.form = when.starts_at, when.room, when.form
        row.people = [one for one in placed.people[0] if one is not None]
    return row
