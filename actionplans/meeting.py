"""The plan in the screen of a meeting: what is followed up there, as far as the actor may read it (P-M7, P-P2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model, Q

from actionplans import words
from actionplans.actions import unfollowed
from actionplans.models import OPEN_MEASURES, Agreement, FollowUp, Goal, Measure, MeasureState, Plan, Rating
from hub.access import Actor, permitted
from hub.errors import Conflict
from hub.models import Case
from meetings.ground import must_leave
from meetings.models import Attendance, Meeting, MeetingKind, Participant
from meetings.screen import people_of

MAY_NOT_HEAR = "Någon som är med får inte höra om planen."
#: Between what is chosen and what is noted beside it, in one line that a form carries.
GAP = "|"


@dataclass(frozen=True, slots=True)
class GoalPart:
    goal: Goal
    rating: Rating | None
    levels: list[tuple[str, str]]

    @property
    def stands(self) -> str:
        return f"{self.rating.level}{GAP}{self.rating.note}" if self.rating else GAP


@dataclass(frozen=True, slots=True)
class MeasurePart:
    measure: Measure
    follow_up: FollowUp | None
    badge: tuple[str, str, str]

    @property
    def stands(self) -> str:
        return f"{self.follow_up.state}{GAP}{self.follow_up.note}" if self.follow_up else GAP


@dataclass(frozen=True, slots=True)
class VoicePart:
    who: Participant
    name: str
    agreement: Agreement | None

    @property
    def stands(self) -> str:
        return f"{self.agreement.agrees}{GAP}{self.agreement.words}" if self.agreement else GAP


@dataclass(slots=True)
class Followed:
    """What a meeting follows up, and what it has found so far."""

    plan: Plan
    goals: list[GoalPart]
    measures: list[MeasurePart]
    voices: list[VoicePart]
    missing: Sequence[str]
    objects: list[Model] = field(default_factory=list)


def plan_of(case: Case, actor: Actor, *, at: datetime) -> Plan | None:
    """The plan that the actor leads, while it goes on."""
    rows = Plan.objects.filter(case=case, closed_at=None)
    return permitted(rows, actor, "lead", at=at, about=case.individual_id).first()


def heard_by_all(meeting: Meeting, actor: Actor, at: datetime) -> None:
    """The plan is followed up while nobody is there who may not hear it (P-M7), on the page and over the API.

    Raises:
        Conflict: somebody has to leave first.
    """
    if must_leave(meeting, [one for one, _name in people_of(meeting, actor, at=at)], at=at):
        raise Conflict(MAY_NOT_HEAR)


def followed(meeting: Meeting, actor: Actor, at: datetime) -> Followed | None:
    """What stood in the plan when the meeting began; None where there is nothing to follow up for this actor."""
    if meeting.kind != MeetingKind.NETWORK or meeting.opened_at is None:
        return None
    plan = plan_of(meeting.case, actor, at=at)
    if plan is None:
        return None
    goals, measures = _goals(meeting, plan, actor, at), _measures(meeting, plan, actor, at)
    voices = _voices(meeting, plan, actor, at)
    kept = [*(g.rating for g in goals), *(m.follow_up for m in measures), *(v.agreement for v in voices)]
    return Followed(
        plan=plan,
        goals=goals,
        measures=measures,
        voices=voices,
        missing=unfollowed(meeting, actor, at),
        objects=[
            plan,
            *(part.goal for part in goals),
            *(part.measure for part in measures),
            *(row for row in kept if row is not None),
        ],
    )


def _goals(meeting: Meeting, plan: Plan, actor: Actor, at: datetime) -> list[GoalPart]:
    rows = Goal.objects.filter(plan=plan, last_version=None, recorded_at__lt=meeting.opened_at)
    goals = list(permitted(rows, actor, at=at, about=plan.individual_id).order_by("pk"))
    seen = permitted(Rating.objects.filter(meeting=meeting, goal__in=[goal.pk for goal in goals]), actor, at=at)
    ratings = {rating.goal_id: rating for rating in seen}
    return [GoalPart(goal, ratings.get(goal.pk), words.described(goal.levels)) for goal in goals]


def _measures(meeting: Meeting, plan: Plan, actor: Actor, at: datetime) -> list[MeasurePart]:
    """What is open, what was ticked off since the last meeting, and what this one has followed up already."""
    rows = Measure.objects.filter(plan=plan, last_version=None, recorded_at__lt=meeting.opened_at)
    now = FollowUp.objects.filter(meeting=meeting).values("measure")
    ticked = Q(state=MeasureState.DONE) & ~Q(pk__in=FollowUp.objects.filter(measure__plan=plan).values("measure"))
    asked = rows.filter(Q(state__in=OPEN_MEASURES) | ticked | Q(pk__in=now)).select_related(
        "agency", "responsible__user"
    )
    measures = list(permitted(asked, actor, at=at, about=plan.individual_id).order_by("due_on", "pk"))
    noted = permitted(FollowUp.objects.filter(meeting=meeting, measure__in=[m.pk for m in measures]), actor, at=at)
    found = {one.measure_id: one for one in noted}
    return [MeasurePart(one, found.get(one.pk), words.state_badge(one.state)) for one in measures]


def _voices(meeting: Meeting, plan: Plan, actor: Actor, at: datetime) -> list[VoicePart]:
    """Those who are noted as there, the family too."""
    there = (Attendance.PRESENT, Attendance.LATE)
    people = [(one, name) for one, name in people_of(meeting, actor, at=at) if one.attendance in there]
    rows = permitted(Agreement.objects.filter(plan=plan, participant__meeting=meeting), actor, at=at)
    said = {one.participant_id: one for one in rows}
    return [VoicePart(one, name, said.get(one.pk)) for one, name in people]
