"""What a reader sees of a plan: only rows that the rule of items gives, in a fixed number of queries (P-A2, P-A7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Count, Model, QuerySet
from django.utils.safestring import SafeString

from actionplans import words
from actionplans.actions.following import THERE
from actionplans.catalogue import outside_ages
from actionplans.chart import Chart, chart
from actionplans.models import (
    LEVELS,
    OPEN_MEASURES,
    Agreement,
    Area,
    FollowUp,
    Goal,
    Measure,
    MeasureState,
    Plan,
    Rating,
)
from consent.actions.items import WRITING_PHASES
from consent.eyeline import agency_words
from hub import clock, swedish
from hub.access import Actor, may, permitted
from hub.models import Agency, Assignment, Case, CaseSeat
from hub.templatetags.ui import badge

F = TypeVar("F", Goal, Measure)
S = TypeVar("S", Rating, FollowUp)


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure, with what this reader may do with it."""

    measure: Measure
    badge: tuple[str, str, str]
    extent: str
    #: That the youth's age lies outside what its intervention is for, in words.
    outside: str
    late: bool
    may_change: bool
    may_tick: bool
    #: To the agency that wrote it: whom it is narrowed to.
    narrowed: str


@dataclass(slots=True)
class GoalRow:
    """One goal with its last rating and the measures for it."""

    goal: Goal
    rating: Rating | None
    rated_on: date | None
    said: str
    levels: list[tuple[str, str]]
    narrowed: str
    measures: list[MeasureRow] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.goal.ref)


@dataclass(slots=True)
class Look:
    """The plan of a case, as far as one reader sees it."""

    #: None where there is none, or where the reader gets only single goals and measures of it.
    plan: Plan | None
    #: The reader leads the plan, and it can be written in.
    leads: bool
    #: The reader may put in measures of the own agency.
    contributes: bool
    #: The reader leads the case, and a plan can be begun.
    begins: bool
    areas: list[tuple[str, list[GoalRow]]]
    #: Measures for no goal, or for one that the reader does not see.
    loose: list[MeasureRow]
    ended: list[Goal]
    agreements: list[tuple[str, Agreement]]
    objects: list[Model]


def look(case: Case, actor: Actor, *, at: datetime) -> Look:
    """All of the plan's page; the case is loaded with its individual and person."""
    plans, individual = Plan.objects.filter(case=case), case.individual_id
    plan = permitted(plans, actor, at=at, about=individual).first()
    joined = plan or permitted(plans, actor, "contribute", at=at, about=individual).first()
    leads = plan is not None and may(plan, actor, "lead", at=at)
    contributes = leads or (joined is not None and may(joined, actor, "contribute", at=at))
    written = case.phase in WRITING_PHASES and case.closed_at is None
    writes = written and joined is not None and joined.closed_at is None
    goals = list(goals_of(case, actor, at=at))
    standing = [goal for goal in goals if goal.last_version is None]
    rows = measure_rows(case, actor, at=at, writes=writes)
    last = last_ratings(standing, actor, at=at)
    areas, loose = _by_area(standing, last, rows, narrowed_to(standing, actor))
    agreements = agreements_of(plan, actor, at=at) if leads and plan is not None else []
    shown: list[Model] = [*goals, *last.values(), *(row.measure for row in rows), *(one for _name, one in agreements)]
    return Look(
        plan=plan,
        leads=leads and writes,
        contributes=contributes and writes,
        begins=joined is None and written and may(case, actor, "lead", at=at),
        areas=areas,
        loose=loose,
        ended=[goal for goal in goals if goal.reached is not None],
        agreements=agreements,
        objects=[*([plan] if plan else []), *shown],
    )


def goals_of(case: Case, actor: Actor, *, at: datetime) -> "QuerySet[Goal]":
    """Every goal that the plan has had, in the order they were written."""
    return permitted(Goal.objects.filter(case=case), actor, at=at, about=case.individual_id).order_by("pk")


def last_ratings(goals: Iterable[Goal], actor: Actor, *, at: datetime) -> Mapping[int, Rating]:
    """Goal id → what the last meeting found."""
    rows = permitted(Rating.objects.filter(goal__in=[goal.pk for goal in goals]), actor, at=at)
    return {rating.goal_id: rating for rating in rows.order_by("goal_id", "-rated_at").distinct("goal_id")}


def measure_rows(case: Case, actor: Actor, *, at: datetime, writes: bool) -> list[MeasureRow]:
    """The measures that stand in the plan, by the day they are due; what has ended comes last."""
    standing, individual = Measure.objects.filter(case=case, last_version=None), case.individual_id
    found = permitted(standing, actor, at=at, about=individual).select_related(
        "agency", "responsible__user", "intervention"
    )
    changed, ticked = (
        set(permitted(standing, actor, action, at=at, about=individual).values_list("pk", flat=True))
        for action in ("change", "tick_off")
    )
    read = list(found.order_by("due_on", "pk"))
    narrowed = narrowed_to(read, actor)
    born = case.individual.person.birth_date
    rows = [
        _measure_row(one, born, writes and one.pk in changed, writes and one.pk in ticked, narrowed.get(one.pk, ""), at)
        for one in read
    ]
    return sorted(rows, key=lambda row: row.measure.state not in OPEN_MEASURES)


def narrowed_to(facts: Sequence[Goal] | Sequence[Measure], actor: Actor) -> dict[int, str]:
    """Id → whom it is narrowed to, of the own agency's facts. Readers are told nothing of others (P-A7)."""
    own = [one for one in facts if one.audience and one.agency_id == actor.agency_id]
    if not own:
        return {}
    words_of = agency_words(Agency.objects.filter(pk__in={pk for one in own for pk in one.audience}))
    others = {one.pk: [words_of[pk] for pk in one.audience if pk in words_of and pk != one.agency_id] for one in own}
    return {pk: swedish.listing(names) if names else "er själva" for pk, names in others.items()}


def _measure_row(
    measure: Measure, born: date, may_change: bool, may_tick: bool, narrowed: str, at: datetime
) -> MeasureRow:
    return MeasureRow(
        measure=measure,
        badge=words.state_badge(measure.state),
        extent=words.extent(measure),
        outside=outside_ages(measure.intervention, born, measure.starts_on) if measure.intervention else "",
        late=measure.state in OPEN_MEASURES and measure.due_on < clock.local_day(at),
        may_change=may_change,
        may_tick=may_tick,
        narrowed=narrowed,
    )


def _by_area(
    goals: Sequence[Goal], last: Mapping[int, Rating], rows: Sequence[MeasureRow], narrowed: Mapping[int, str]
) -> tuple[list[tuple[str, list[GoalRow]]], list[MeasureRow]]:
    """Goals by area in the order of the areas, and the measures that belong to none of them."""
    found = {goal.pk: _goal_row(goal, last.get(goal.pk), narrowed.get(goal.pk, "")) for goal in goals}
    loose = []
    for row in rows:
        if row.measure.goal_id in found:
            found[row.measure.goal_id].measures.append(row)
        else:
            loose.append(row)
    areas = [(str(area.label), [row for row in found.values() if row.goal.area == area]) for area in Area]
    return [(label, inside) for label, inside in areas if inside], loose


def _goal_row(goal: Goal, rating: Rating | None, narrowed: str) -> GoalRow:
    said = words.level_words(rating.level) if rating else ""
    rated_on = clock.local_day(rating.rated_at) if rating else None
    return GoalRow(goal, rating, rated_on, said, words.described(goal.levels), narrowed)


def agreements_of(plan: Plan, actor: Actor, *, at: datetime) -> list[tuple[str, Agreement]]:
    """Who agreed at the last meeting that asked, each by name; not who turned out not to have been there."""
    said = Agreement.objects.filter(plan=plan, participant__attendance__in=THERE)
    rows = permitted(said, actor, at=at).select_related("participant__assignment__user", "participant__person")
    found = list(rows.order_by("-participant__meeting__starts_at", "participant"))
    last = [one for one in found if one.participant.meeting_id == found[0].participant.meeting_id]
    return [(named(one), one) for one in last]


def named(agreement: Agreement) -> str:
    who = agreement.participant
    return who.assignment.user.name if who.assignment else who.person.name if who.person else ""


def measure_counts(measures: "QuerySet[Measure]") -> dict[MeasureState, int]:
    """How many of these measures stand in each state: "ej möjlig" and "ej genomförd" are never one number (P-P2).

    A measure counts once however often it was changed, and not when it was taken out of the plan.

    Args:
        measures: of one plan or of many; the caller has asked `permitted()`, or answers for its own rule.

    Returns:
        Every state, those of no measure as 0. One query.
    """
    rows = measures.filter(last_version=None).order_by().values_list("state").annotate(Count("pk"))
    found = dict(rows)
    return {state: found.get(state.value, 0) for state in MeasureState}


def seated(case: Case, actor: Actor, *, at: datetime, everybody: bool) -> list[Assignment]:
    """Who can answer for a measure: those with a seat in the case, of the own agency or of `everybody`'s."""
    seats = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=case)
    seen = permitted(seats, actor, at=at).values("assignment")
    found = Assignment.objects.filter(pk__in=seen).select_related("user", "unit__agency")
    own = [one for one in found if everybody or one.unit.agency_id == actor.agency_id]
    return sorted(own, key=lambda one: (swedish.sort_key(one.unit.agency.name), swedish.sort_key(one.user.name)))


# --- how it has gone -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalHistory:
    """A goal, however often it was reworded, as every meeting has rated it."""

    goal: Goal
    chart: Chart
    rows: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class History:
    goals: list[GoalHistory]
    measures: list[tuple[Measure, list[tuple[str, SafeString, str]]]]
    objects: list[Model]


def history(case: Case, actor: Actor, *, at: datetime) -> History:
    """All that the meetings have found, in one query of each kind however many they are."""
    goals = list(goals_of(case, actor, at=at))
    rated = permitted(Rating.objects.filter(goal__case=case), actor, at=at).order_by("rated_at", "pk")
    ratings = list(rated)
    every = permitted(Measure.objects.filter(case=case), actor, at=at, about=case.individual_id)
    measures = list(every.select_related("agency", "responsible__user").order_by("pk"))
    noted = permitted(FollowUp.objects.filter(measure__case=case), actor, at=at).order_by("noted_at", "pk")
    follow_ups = list(noted)
    instants = {*(one.rated_at for one in ratings), *(one.noted_at for one in follow_ups)}
    # A page may hold a thousand rows: what they share is said once.
    days = {instant: swedish.day(clock.local_day(instant)) for instant in instants}
    badges = {state: badge(*words.state_badge(state)) for state in MeasureState.values}
    return History(
        goals=[made for made in _goal_histories(goals, ratings, days) if made.rows],
        measures=[
            (measure, [(days[one.noted_at], badges[one.state], one.note) for one in found])
            for measure, found in _chains(measures, follow_ups, "measure_id")
            if found
        ],
        objects=[*goals, *ratings, *measures, *follow_ups],
    )


def _goal_histories(
    goals: Sequence[Goal], ratings: Sequence[Rating], days: Mapping[datetime, str]
) -> Iterable[GoalHistory]:
    said = {level: words.level_words(level) for level in LEVELS}
    for goal, found in _chains(goals, ratings, "goal_id"):
        rows = [(days[one.rated_at], said[one.level], _note(one, goal)) for one in found]
        yield GoalHistory(goal, chart([one.level for one in found]), rows)


def _note(rating: Rating, goal: Goal) -> str:
    before = "Gällde en tidigare formulering." if rating.goal_id != goal.pk else ""
    return " ".join(part for part in (rating.note, before) if part)


def _chains(facts: Sequence[F], seen: Sequence[S], key: str) -> list[tuple[F, list[S]]]:
    """Each fact as it is worded now, with what was seen of it and of the wordings that it replaces."""
    newest = {fact.pk: fact for fact in facts}
    for fact in reversed(facts):  # the newer one has the higher id, and knows already which is the newest
        if fact.replaces_id in newest:
            newest[fact.replaces_id] = newest[fact.pk]
    found: dict[int, list[S]] = {}
    for one in seen:
        found.setdefault(newest[getattr(one, key)].pk, []).append(one)
    return [(fact, found.get(fact.pk, [])) for fact in facts if newest[fact.pk] is fact]


def ratings_of(goal: Goal, actor: Actor, *, at: datetime) -> list[Rating]:
    """What the meetings have found of a goal and of the wordings that it replaces, the oldest first."""
    rows = Rating.objects.filter(goal__in=_wordings(Goal, goal)).select_related("goal")
    return list(permitted(rows, actor, at=at).order_by("rated_at", "pk"))


def follow_ups_of(measure: Measure, actor: Actor, *, at: datetime) -> list[FollowUp]:
    """What the meetings have heard of a measure and of the wordings that it replaces, the oldest first."""
    rows = FollowUp.objects.filter(measure__in=_wordings(Measure, measure)).select_related("measure")
    return list(permitted(rows, actor, at=at).order_by("noted_at", "pk"))


def _wordings(model: type[F], fact: F) -> set[int]:
    """Ids of a fact and of those that it replaces, one after the other. What is read of each is asked for it."""
    before = dict(model._default_manager.filter(plan=fact.plan_id).values_list("pk", "replaces"))
    found: set[int] = set()
    pk: int | None = fact.pk
    while pk is not None:
        found.add(pk)
        pk = before.get(pk)
    return found
