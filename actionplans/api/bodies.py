"""Goals and measures as they are answered, for pages of them in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from actionplans import queries, words
from actionplans.models import OPEN_MEASURES, Goal, Measure, Rating
from hub import clock
from hub.access import Actor, permitted
from hub.api.reference import agency_ref
from hub.http import HubRequest
from hub.models import Agency

F = TypeVar("F", Goal, Measure)
GOAL_LOADS = ("case", "agency")
MEASURE_LOADS = ("case", "agency", "type", "responsible__user", "intervention")


def goal_version(goal: Goal) -> tuple[object, ...]:
    return ("goal", goal.pk, goal.row_version, goal.last_version, goal.reached)


def measure_version(measure: Measure) -> tuple[object, ...]:
    return ("measure", measure.pk, measure.row_version, measure.last_version, measure.state, measure.note)


def rating_body(rating: Rating) -> dict[str, Any]:
    return {
        "level": rating.level,
        "said": words.for_family(rating.level),
        "note": rating.note,
        "rated_at": rating.rated_at,
    }


def goal_bodies(goals: Sequence[Goal], request: HubRequest) -> list[dict[str, Any]]:
    """Goals that the actor reads, loaded with GOAL_LOADS."""
    actor, at = request.actor, request.at
    last = queries.last_ratings(goals, actor, at=at)
    request.trail.show([*goals, *last.values()])
    before, narrowed = _refs(Goal, [one.replaces_id for one in goals], actor, at), _audiences(goals, actor)
    allowed = _allowed(goals, Goal, ("change",), actor, at)
    return [
        {
            "ref": one.ref,
            "case": one.case.ref,
            "agency": agency_ref(one.agency),
            "area": one.area,
            "text": one.text,
            "own_words": one.own_words,
            "baseline": one.baseline,
            "why": one.why,
            "levels": one.levels,
            "rating": rating_body(last[one.pk]) if one.pk in last else None,
            "reached": one.reached,
            "end_reason": one.end_reason,
            "replaces": before.get(one.replaces_id),
            "first_version": one.first_version,
            "last_version": one.last_version,
            "family_barred": one.family_barred,
            "audience": narrowed.get(one.pk),
            "may": allowed[one.pk],
        }
        for one in goals
    ]


def measure_bodies(measures: Sequence[Measure], request: HubRequest) -> list[dict[str, Any]]:
    """Measures that the actor reads, loaded with MEASURE_LOADS."""
    actor, at = request.actor, request.at
    request.trail.show(measures)
    goals = _refs(Goal, [one.goal_id for one in measures], actor, at)
    before, narrowed = _refs(Measure, [one.replaces_id for one in measures], actor, at), _audiences(measures, actor)
    allowed = _allowed(measures, Measure, ("change", "tick_off"), actor, at)
    today = clock.local_day(at)
    return [
        {
            "ref": one.ref,
            "case": one.case.ref,
            "case_number": one.case.number,
            "goal": goals.get(one.goal_id),
            "agency": agency_ref(one.agency),
            "type": one.type.code,
            "text": one.text,
            "responsible": one.responsible.ref,
            "responsible_name": one.responsible.user.name,
            "starts_on": one.starts_on,
            "due_on": one.due_on,
            "hours": None if one.hours is None else f"{one.hours.normalize():f}",
            "place": one.place,
            "intervention": one.intervention.ref if one.intervention else None,
            "against_advice": one.against_advice,
            "state": one.state,
            "note": one.note,
            "late": one.last_version is None and one.state in OPEN_MEASURES and one.due_on < today,
            "replaces": before.get(one.replaces_id),
            "first_version": one.first_version,
            "last_version": one.last_version,
            "family_barred": one.family_barred,
            "audience": narrowed.get(one.pk),
            "may": allowed[one.pk],
        }
        for one in measures
    ]


def _refs(model: type[F], ids: Sequence[int | None], actor: Actor, at: datetime) -> Mapping[int | None, UUID]:
    """Id → reference, of those that the actor reads: what he may not know of is not pointed at."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    return dict(permitted(model._default_manager.filter(pk__in=wanted), actor, at=at).values_list("pk", "ref"))


def _audiences(facts: Sequence[Goal] | Sequence[Measure], actor: Actor) -> dict[int, list[UUID]]:
    """Id → whom it is narrowed to, of the own agency's facts; of others nothing is said (P-A7)."""
    own = [one for one in facts if one.agency_id == actor.agency_id]
    named = {pk for one in own for pk in one.audience}
    refs = dict(Agency.objects.filter(pk__in=named).values_list("pk", "ref")) if named else {}
    return {one.pk: [refs[pk] for pk in one.audience if pk in refs] for one in own}


def _allowed(
    facts: Sequence[Goal] | Sequence[Measure],
    model: type[Goal] | type[Measure],
    actions: Sequence[str],
    actor: Actor,
    at: datetime,
) -> dict[int, list[str]]:
    """Id → what the actor may do with it, while it stands in a running plan."""
    rows = model._default_manager.filter(pk__in=[one.pk for one in facts], last_version=None, plan__closed_at=None)
    found: dict[int, list[str]] = {one.pk: [] for one in facts}
    for action in actions:
        for pk in permitted(rows, actor, action, at=at).values_list("pk", flat=True):
            found[pk].append(action)
    return found
