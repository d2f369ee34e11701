"""Whom the plan on paper may go to, and what of it (P-P4, P-A7, P-A8, R14).

The rule of the letters decides who: the youth, and whoever decides for the youth, of those asked to the latest network
meeting. What is barred from the guardians or narrowed to some agencies is in no paper, the youth's either: a paper lies
on a kitchen table. The youth's own words are in the youth's own paper alone. Another agency's measure is there once a
meeting has agreed on it before the family, and only while whoever prints may read it.

Where somebody in the family is protected or in danger nothing is there by itself: who prints chooses line by line, one
person at a time, and no name, agency or time is added.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q

from actionplans.actions.plans import PLAN_TYPE
from actionplans.models import OPEN_MEASURES, Goal, Measure, MeasureState, Plan, Rating, TranslatedPart
from actionplans.paper import Doing, GoalPart, PlanPaper, Said, language_of
from actionplans.paper.content import GUARDIAN, YOUTH
from actionplans.queries import last_ratings
from actionplans.translations import Fact, Key, key_of, lines_of, reviewed
from consent.paper.language import SOURCE
from hub import clock
from hub.access import Actor, permitted
from meetings.letters import whom
from meetings.letters.whom import Told
from meetings.models import Meeting, MeetingKind, MeetingState, Participant

#: What the family hears of: what is to be done, and what is done. Why something did not happen is said at the meeting.
SHOWN = (*OPEN_MEASURES, MeasureState.DONE)


@dataclass(frozen=True, slots=True)
class Lines:
    """The goals and measures that may be on a paper for the family, as far as one actor reads them."""

    goals: list[Goal]
    measures: list[Measure]
    ratings: Mapping[int, Rating]

    @property
    def objects(self) -> list[Model]:
        return [*self.goals, *self.measures, *self.ratings.values()]

    def only(self, chosen: Collection[UUID]) -> "Lines":
        """Those whose references were chosen; a measure without its goal stands among the others."""
        goals = [goal for goal in self.goals if goal.ref in chosen]
        kept = {goal.pk for goal in goals}
        return Lines(
            goals,
            [one for one in self.measures if one.ref in chosen],
            {pk: rating for pk, rating in self.ratings.items() if pk in kept},
        )


def occasion(plan: Plan, actor: Actor, *, at: datetime) -> Meeting | None:
    """The latest network meeting of the case: those of the family who were asked to it may have a paper."""
    return occasion_of(plan.case_id, actor, at=at)


def occasion_of(case_id: int, actor: Actor, *, at: datetime) -> Meeting | None:
    """The same, of a case by its id."""
    rows = Meeting.objects.filter(case=case_id, kind=MeetingKind.NETWORK).exclude(state=MeetingState.CANCELLED)
    led = permitted(rows, actor, "lead", at=at).select_related("case__individual__person", "organiser__user")
    return led.order_by("-starts_at", "-pk").first()


def recipients(meeting: Meeting | None, actor: Actor, *, at: datetime) -> list[Told]:
    """Everybody of the family who was asked, with whether they may have a paper (`may_tell`) and why not."""
    return whom.told(meeting, actor, at=at) if meeting else []


def lines_for_family(plan: Plan, actor: Actor, *, at: datetime) -> Lines:
    """What stands in the plan, may reach the family and is read by the actor, in a fixed number of queries."""
    individual, free = plan.individual_id, Q(family_barred=False, audience=[], last_version=None)
    goals = list(permitted(Goal.objects.filter(free, plan=plan), actor, at=at, about=individual).order_by("pk"))
    own = Q(agency_id=actor.agency_id)
    agreed = Q(first_version__lte=plan.version, type__code=PLAN_TYPE)
    of_goal = Q(goal=None) | Q(goal__in=[goal.pk for goal in goals])
    rows = Measure.objects.filter(free, of_goal, own | agreed, plan=plan, state__in=SHOWN)
    found = permitted(rows, actor, at=at, about=individual).select_related("agency", "responsible__user")
    return Lines(goals, list(found.order_by("due_on", "pk")), last_ratings(goals, actor, at=at))


def next_meeting(plan: Plan, row: Told, actor: Actor, *, at: datetime) -> datetime | None:
    """When this one of the family is asked to come next; a meeting that only others are asked to is not told of."""
    asked = Participant.objects.filter(person=row.place.person_id, removed_at=None)
    rows = Meeting.objects.filter(
        case=plan.case_id, kind=MeetingKind.NETWORK, state=MeetingState.PLANNED, starts_at__gt=at
    ).filter(pk__in=asked.values("meeting"))
    found = permitted(rows, actor, at=at).order_by("starts_at").first()
    return found.starts_at if found else None


def paper_for(
    row: Told, plan: Plan, meeting: Meeting, lines: Lines, actor: Actor, *, code: str = SOURCE, at: datetime
) -> PlanPaper:
    """The paper that this person gets.

    Args:
        row: somebody who may have one (`may_tell`).
        meeting: `occasion`, with the case's individual and person.
        lines: what is on it; where the family is guarded, only what was chosen.
        code: of `paper.LANGUAGES`.
    """
    said = _Wording(plan, lines, code, actor, at)
    shown = {goal.pk for goal in lines.goals}
    contact, phone = whom.contact_of(meeting, actor, at=at)

    def doing(one: Measure) -> Doing:
        given = one.responsible.user.name.split()[0]
        return Doing(
            kind=one.agency.kind,
            name="" if row.alone else given,
            text=said(one, TranslatedPart.TEXT),
            until=None if one.state == MeasureState.DONE else one.due_on,
        )

    goals = tuple(
        GoalPart(
            text=said(goal, TranslatedPart.TEXT),
            own_words=said(goal, TranslatedPart.OWN_WORDS) if row.youth and goal.own_words else None,
            level=lines.ratings[goal.pk].level if goal.pk in lines.ratings else None,
            doing=tuple(doing(one) for one in lines.measures if one.goal_id == goal.pk),
        )
        for goal in lines.goals
    )
    return PlanPaper(
        code=code,
        fixed=language_of(code),
        to=YOUTH if row.youth else GUARDIAN,
        youth=meeting.case.individual.person.given_name,
        goals=goals,
        others=tuple(doing(one) for one in lines.measures if one.goal_id not in shown),
        next_at=None if row.alone else next_meeting(plan, row, actor, at=at),
        contact=contact,
        phone=phone,
        printed_on=clock.local_day(at),
        guarded=row.alone,
    )


class _Wording:
    """A text as it is said on the paper: translated where somebody has reviewed it."""

    def __init__(self, plan: Plan, lines: Lines, code: str, actor: Actor, at: datetime) -> None:
        self.code = code
        self.found: dict[Key, str] = {}
        if code != SOURCE:
            self.found = reviewed(lines_of(plan, lines.goals, lines.measures, code, actor, at=at))

    def __call__(self, fact: Fact, part: str) -> Said:
        text = self.found.get(key_of(fact, part))
        source = fact.own_words if part == TranslatedPart.OWN_WORDS and isinstance(fact, Goal) else fact.text
        return Said(text, self.code) if text else Said(source)
