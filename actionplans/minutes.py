"""What a plan adds to the minutes of a meeting: how its goals were rated and its measures followed up (P-M7, P-P2).

A goal and a measure are facts of their agencies: the minutes' paragraphs of them obey the rule of items, as they do.
"""

from collections.abc import Iterator
from datetime import datetime

from actionplans import words
from actionplans.models import LEVELS, FollowUp, Goal, Measure, Plan, Rating
from consent.models import AgencyFact
from hub.access import Actor, permitted
from meetings.minutes import FACTS, Line, section
from meetings.minutes_sections import careful, for_family
from meetings.models import Meeting

FACTS |= {model._meta.label_lower: model for model in (Goal, Measure)}


@section(60, "plan", "Planen", "Din plan")
def followed_up(meeting: Meeting, actor: Actor, at: datetime) -> Iterator[Line]:
    """What the actor may read of it; the family's copy is suggested in words, never in numbers."""
    if not Plan.objects.filter(case=meeting.case_id).exists():
        return
    suggests = for_family(meeting) and not careful(meeting)
    ratings = permitted(Rating.objects.filter(meeting=meeting), actor, at=at).select_related("goal")
    for rating in ratings.order_by("pk"):
        goal = rating.goal
        level = goal.levels[LEVELS.index(rating.level)]
        offered = for_family(meeting) and _for_the_family(goal, actor)
        yield Line(
            title=f"Mål: {goal.text}"[:300],
            text=_with(f"{words.scale(rating.level)}: {level}", rating.note),
            plain=f"{goal.text} {words.for_family(rating.level)}: {level}" if offered and suggests else "",
            key=f"rating:{rating.ref}" if offered else "",
            fact=goal,
        )
    follow_ups = permitted(FollowUp.objects.filter(meeting=meeting), actor, at=at).select_related("measure__agency")
    for one in follow_ups.order_by("pk"):
        measure = one.measure
        said = str(one.get_state_display())
        offered = for_family(meeting) and _for_the_family(measure, actor)
        yield Line(
            title=f"Åtgärd: {measure.text}, {measure.agency.name}"[:300],
            text=_with(said, one.note),
            plain=f"{measure.text} {said}." if offered and suggests else "",
            key=f"followup:{one.ref}" if offered else "",
            fact=measure,
        )


def _for_the_family(fact: AgencyFact, actor: Actor) -> bool:
    """As of items: the own agency's, not barred from the family and not narrowed to some agencies (P-A7)."""
    return fact.agency_id == actor.agency_id and not fact.family_barred and not fact.audience


def _with(said: str, note: str) -> str:
    return f"{said}\n{note}" if note else said
