"""The demo's plans, over the meetings that have been held: rows and lines of the log as the deeds would have left them.

tests/test_demo_plans.py holds the texts, tests/test_seed_demo.py the rows to what the deeds would have asked.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model

from actionplans.actions.plans import PLAN_TYPE
from actionplans.demo_texts import AGREE, MOST, OTHERS, YOUNGEST, Aim, Doing
from actionplans.models import (
    OPEN_MEASURES,
    Agreement,
    FollowUp,
    Goal,
    Measure,
    MeasureState,
    Plan,
    PlanVersion,
    Rating,
)
from consent.models import InformationType
from hub import clock, swedish
from hub.access import Actor
from hub.audit import record
from hub.contributions import DEMO
from hub.models import Assignment, Municipality, Phase, SeatKind
from meetings.demo.stories import Story, stories
from meetings.models import Attendance, Meeting, MeetingKind, MeetingState, Participant

T = TypeVar("T")
MINUTE = timedelta(minutes=1)
#: Up to this age the plan is the full one.
YOUNG = 14
#: Whose goals have something that the guardians may not know.
BARRED = ("RK-1", "ST-6")


def tell_plans(kommun: Municipality, at: datetime) -> str:
    """A plan for each youth whose case keeps the rhythm, in the caller's transaction and kommun."""
    held: dict[int, list[Meeting]] = defaultdict(list)
    rows = Meeting.objects.filter(kind=MeetingKind.NETWORK, state=MeetingState.HELD, municipality=kommun)
    for meeting in rows.select_related("case", "organiser__unit__agency", "organiser__user").order_by("starts_at"):
        held[meeting.case_id].append(meeting)
    told = Telling(kommun, at)
    for story in stories(kommun):
        if held[story.case.pk]:
            told.tell(story, held[story.case.pk])
    told.save()
    return f"{len(told.plans)} handlingsplaner med {len(told.goals)} mål och {len(told.measures)} åtgärder"


@dataclass
class Telling:
    """Rows are gathered for all plans and saved together, table by table."""

    kommun: Municipality
    at: datetime
    plans: list[Plan] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    versions: list[PlanVersion] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    _log: list[tuple[str, Plan, tuple[Model, ...], Assignment, datetime]] = field(default_factory=list)
    _actors: dict[int, Actor] = field(default_factory=dict)
    _types: dict[date, InformationType] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return clock.local_day(self.at)

    def tell(self, story: Story, held: Sequence[Meeting]) -> None:
        """One plan: written at the first meeting, followed up at every one since."""
        first = held[0]
        plan = Plan(
            municipality=self.kommun,
            case=story.case,
            individual_id=story.case.individual_id,
            reference=f"GP-{1000 + story.index}",
            started_at=_during(first, 10),
            started_by=first.organiser,
            version=len(held),
            row_version=1 + len(held),
        )
        self.plans.append(plan)
        self._note("plan.started", plan, plan, by=first.organiser, at=plan.started_at)
        young = swedish.age(story.youth.birth_date, self.today) <= YOUNG
        left = MOST if young else MOST + 1
        for order, aim in enumerate(YOUNGEST if young else OTHERS[story.index % len(OTHERS)]):
            # The last goal was added at the second meeting, where there has been one.
            begins = 1 if order == 2 and len(held) > 1 else 0
            left -= self._aim(story, plan, aim, held, begins, left)
        for number, meeting in enumerate(held, 1):
            version = PlanVersion(
                municipality=self.kommun,
                plan=plan,
                number=number,
                meeting=meeting,
                made_at=_ended(meeting),
                made_by=meeting.organiser,
            )
            self.versions.append(version)
            self._note("plan.version", plan, version, by=meeting.organiser, at=version.made_at)
        self._agree(story, plan, held[-1])

    # --- goals and measures ---

    def _aim(self, story: Story, plan: Plan, aim: Aim, held: Sequence[Meeting], begins: int, most: int) -> int:
        """A goal, how the meetings rated it, and at most so many measures for it; returns how many."""
        first = story.youth.given_name
        meeting = held[begins]
        at = _during(meeting, 15)
        goal = Goal(
            **self._fact(plan, meeting.organiser, begins + 1, at, story.case.owner_unit.agency),
            area=aim.area,
            text=aim.text.format(first=first),
            own_words=aim.own_words,
            baseline=aim.baseline,
            why=aim.why.format(first=first),
            levels=list(aim.levels),
        )
        self.goals.append(goal)
        self._note("goal.added", plan, goal, by=meeting.organiser, at=at)
        later = held[begins + 1 :]
        for one, level in zip(later, _held_on(aim.path), strict=False):
            rating = Rating(
                municipality=self.kommun,
                goal=goal,
                meeting=one,
                level=level,
                rated_by=one.organiser,
                rated_at=_during(one, 20),
            )
            self.ratings.append(rating)
            self._note("goal.rated", plan, goal, rating, by=one.organiser, at=rating.rated_at)
        wanted = [one for one in aim.doing if not one.barred or story.key in BARRED]
        return sum(self._doing(story, plan, goal, one, meeting, later, begins + 1) for one in wanted[:most])

    def _doing(
        self,
        story: Story,
        plan: Plan,
        goal: Goal,
        doing: Doing,
        meeting: Meeting,
        later: Sequence[Meeting],
        version: int,
    ) -> bool:
        """A measure of whoever has a seat to do it, as that agency itself wrote it down; False without anybody."""
        at, first = _during(meeting, 25), story.youth.given_name
        who = _doer(story, doing.who, at)
        if who is None:
            return False
        states = [state for state, _meeting in zip(_held_on(doing.states), later, strict=False)]
        seen = next((n for n, state in enumerate(states) if state not in OPEN_MEASURES), len(states) - 1) + 1
        last = states[seen - 1] if states else MeasureState.NOT_STARTED
        ended = last not in OPEN_MEASURES
        measure = Measure(
            **self._fact(plan, who, version, at, who.unit.agency),
            goal=goal,
            text=doing.text.format(first=first),
            responsible=who,
            starts_on=clock.local_day(at),
            due_on=self._due(doing, at, later[seen - 1] if ended else None, story),
            hours=Decimal(doing.hours) if doing.hours else None,
            place=doing.place,
            family_barred=doing.barred,
            state=last,
            state_at=_during(later[seen - 1], 30) if states else None,
            note=doing.note.format(first=first) if ended else "",
        )
        self.measures.append(measure)
        self._note("measure.added", plan, measure, by=who, at=at)
        for number, (one, state) in enumerate(zip(later[:seen], states, strict=False), 1):
            follow_up = FollowUp(
                municipality=self.kommun,
                measure=measure,
                meeting=one,
                state=state,
                note=measure.note if number == seen else "",
                noted_by=one.organiser,
                noted_at=_during(one, 30),
            )
            measure.row_version += 1
            self.follow_ups.append(follow_up)
            self._note("measure.followed_up", plan, measure, follow_up, by=one.organiser, at=follow_up.noted_at)
        return True

    def _due(self, doing: Doing, at: datetime, ended: Meeting | None, story: Story) -> date:
        """The day it is to be done: past for what has ended or is late."""
        begun = clock.local_day(at)
        if ended is not None:
            return max(begun, clock.local_day(ended.starts_at) - timedelta(days=3))
        if doing.late:
            return max(begun, self.today - timedelta(days=3 + story.index % 5))
        return self.today + timedelta(days=14 + 7 * (story.index % 6))

    def _fact(self, plan: Plan, author: Assignment, version: int, at: datetime, agency: Any) -> dict[str, Any]:
        on = clock.local_day(at)
        if on not in self._types:
            self._types[on] = InformationType.objects.current(on=on).get(code=PLAN_TYPE)
        return {
            "municipality": self.kommun,
            "plan": plan,
            "individual_id": plan.individual_id,
            "case": plan.case,
            "recorded_phase": Phase.INSATS,
            "agency": agency,
            "type": self._types[on],
            "author": author,
            "event_date": on,
            "recorded_at": at,
            "first_version": version,
        }

    # --- who agrees ---

    def _agree(self, story: Story, plan: Plan, meeting: Meeting) -> None:
        there = Participant.objects.filter(meeting=meeting, removed_at=None)
        came = there.exclude(attendance=Attendance.ABSENT).exclude(person=None, assignment=None).order_by("pk")
        for turn, one in enumerate(came):
            family = "youth" if one.person_id == story.youth.pk else "guardian"
            agrees, words = AGREE[family][(story.index + turn) % 3] if one.person_id else ("yes", "")
            agreement = Agreement(
                municipality=self.kommun,
                plan=plan,
                participant=one,
                agrees=agrees,
                words=words,
                noted_at=_during(meeting, 45),
                noted_by=meeting.organiser,
            )
            self.agreements.append(agreement)
            self._note("plan.agreed", plan, agreement, by=meeting.organiser, at=agreement.noted_at)

    # --- into the database ---

    def _note(self, deed: str, plan: Plan, *objects: Model, by: Assignment, at: datetime) -> None:
        self._log.append((deed, plan, objects, by, at))

    def save(self) -> None:
        """All rows, and one line of the log for all deeds of one kind that somebody did at once."""
        Plan.objects.bulk_create(self.plans)
        Goal.objects.bulk_create(self.goals)
        Measure.objects.bulk_create(self.measures)
        Rating.objects.bulk_create(self.ratings)
        FollowUp.objects.bulk_create(self.follow_ups)
        PlanVersion.objects.bulk_create(self.versions)
        Agreement.objects.bulk_create(self.agreements)
        together: dict[tuple[str, int, int, datetime], list[Model]] = defaultdict(list)
        doers: dict[int, Assignment] = {}
        plans = {plan.pk: plan for plan in self.plans}
        for deed, plan, objects, by, at in self._log:
            together[deed, plan.pk, by.pk, at] += objects
            doers[by.pk] = by
        for (deed, key, doer, at), seen in together.items():
            if doer not in self._actors:
                self._actors[doer] = Actor.acting_under(doers[doer], municipality_id=self.kommun.pk)
            case = plans[key].case_id
            individual = plans[key].individual_id
            record(deed, actor=self._actors[doer], at=at, individual=individual, case=case, objects=seen)


def _during(meeting: Meeting, minutes: int) -> datetime:
    """An instant while the meeting went on."""
    return (meeting.opened_at or meeting.starts_at) + minutes * MINUTE


def _ended(meeting: Meeting) -> datetime:
    return meeting.closed_at or meeting.ends_at


def _held_on(path: Sequence[T]) -> Iterator[T]:
    """Each of them, and the last one for ever."""
    yield from path
    while True:
        yield path[-1]


def _doer(story: Story, who: str, at: datetime) -> Assignment | None:
    """Who does it: an agency of that kind by its contact, the lots, or the coordinator."""
    asked = {one.pk for one in story.asked(at)}
    seats = [seat for seat in story.seats if seat.assignment_id in asked]
    if who in ("lots", "coordinator"):
        own = [seat for seat in seats if seat.kind == SeatKind.LOTS] if who == "lots" else []
        return own[0].assignment if own else story.coordinator(at)
    return next((seat.assignment for seat in seats if seat.assignment.unit.agency.kind == who), None)


DEMO.append(tell_plans)
