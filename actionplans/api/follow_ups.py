"""Following the plan up in a meeting: ratings, how it stands with the measures, and who agrees (P-P2, P-M7)."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import Http404

from actionplans import actions
from actionplans.api import schemas
from actionplans.api.plans import TAG
from actionplans.meeting import Followed, followed, heard_by_all
from actionplans.models import LEVELS, Agrees, MeasureState
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Many, Optional, Ref, Whole
from hub.api.problems import Problem
from hub.errors import Invalid
from hub.http import HubRequest
from meetings.models import Meeting
from meetings.views.screen import meeting_for

KEPT = "De som inte nämns behåller det som står."


class RateBody(Body):
    goal = Ref()
    level = Whole(min_value=LEVELS[0], max_value=LEVELS[-1], help_text="0 är målet.")
    note = Optional(max_length=500)


class FollowMeasureBody(Body):
    measure = Ref()
    state = Choice(choices=MeasureState.choices)
    note = Optional(max_length=500, help_text="Krävs för not_done, not_possible och aborted.")


class AgreesBody(Body):
    participant = Ref(help_text="Någon som är noterad som närvarande.")
    agrees = Choice(choices=Agrees.choices)
    words = Optional(max_length=500, help_text="Med egna ord.")


class FollowUpsBody(Body):
    goals = Many(child=RateBody(), required=False, help_text=KEPT)
    measures = Many(child=FollowMeasureBody(), required=False, help_text=KEPT)
    agreements = Many(child=AgreesBody(), required=False, help_text=KEPT)


def _found(request: HubRequest, ref: UUID) -> tuple[Meeting, Followed]:
    """For who leads the case, while nobody is there who may not hear it.

    Raises:
        Http404: also where the case has no plan, or the meeting has not begun. Conflict: somebody has to leave first.
    """
    meeting = meeting_for(request, ref, "lead")
    found = followed(meeting, request.actor, request.at)
    if found is None:
        raise Http404("Plan")
    heard_by_all(meeting, request.actor, request.at)
    request.trail.show(found.objects)
    return meeting, found


def _version(meeting: Meeting, found: Followed) -> tuple[object, ...]:
    said: list[tuple[str, str]] = [
        *((str(one.goal.ref), one.stands) for one in found.goals),
        *((str(one.measure.ref), one.stands) for one in found.measures),
        *((str(one.who.ref), one.stands) for one in found.voices),
    ]
    return ("plan-follow-ups", meeting.pk, tuple(said))


def _body(meeting: Meeting, found: Followed) -> dict[str, Any]:
    return {
        "meeting": meeting.ref,
        "plan": found.plan.ref,
        "goals": [
            {
                "goal": one.goal.ref,
                "text": one.goal.text,
                "levels": one.goal.levels,
                "level": one.rating.level if one.rating else None,
                "note": one.rating.note if one.rating else "",
                "family_barred": one.goal.family_barred,
            }
            for one in found.goals
        ],
        "measures": [
            {
                "measure": one.measure.ref,
                "text": one.measure.text,
                "standing": one.measure.state,
                "state": one.follow_up.state if one.follow_up else None,
                "note": one.follow_up.note if one.follow_up else "",
                "family_barred": one.measure.family_barred,
            }
            for one in found.measures
        ],
        "agreements": [
            {
                "participant": one.who.ref,
                "name": one.name,
                "agrees": one.agreement.agrees if one.agreement else None,
                "words": one.agreement.words if one.agreement else "",
            }
            for one in found.voices
        ],
        "missing": list(found.missing),
    }


@endpoint("Planen på ett möte", tag=TAG, gives=schemas.FollowUpsOut, etag=True, errors=[404, 409])
def get_plan_follow_ups(request: HubRequest, ref: UUID) -> Answer:
    """Det som stod i planen när mötet började, och vad mötet har kommit fram till. För den som leder ärendet."""
    meeting, found = _found(request, ref)
    return Answer(_body(meeting, found), _version(meeting, found))


@endpoint(
    "Följ upp planen på ett möte", tag=TAG, body=FollowUpsBody, gives=schemas.FollowUpsOut, if_match=True, errors=[404]
)
def write_plan_follow_ups(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Allt eller inget. Samma sak igen på samma möte ersätter det som stod."""
    meeting, found = _found(request, ref)
    unchanged(request, meeting, lambda: _version(*_found(request, ref)))
    _save(request, meeting, found, body)
    return get_plan_follow_ups(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


def _save(request: HubRequest, meeting: Meeting, found: Followed, body: Data) -> None:
    by, at = request.actor, request.at
    goals = {one.goal.ref: one.goal for one in found.goals}
    measures = {one.measure.ref: one.measure for one in found.measures}
    people = {one.who.ref: one.who for one in found.voices}
    _each(
        "goals",
        "goal",
        body.get("goals", []),
        goals,
        lambda goal, said: actions.rate(goal, meeting, **said, by=by, at=at),
    )
    _each(
        "measures",
        "measure",
        body.get("measures", []),
        measures,
        lambda measure, said: actions.follow_up(measure, meeting, **said, by=by, at=at),
    )
    _each(
        "agreements",
        "participant",
        body.get("agreements", []),
        people,
        lambda who, said: actions.note_agreement(found.plan, who, **said, by=by, at=at),
    )


def _each(
    part: str, key: str, rows: Iterable[Data], known: dict[UUID, Any], deed: Callable[[Any, dict[str, Any]], object]
) -> None:
    """Do it row by row; what is refused is named by the place of the row.

    Raises:
        Problem: not followed up at this meeting, not there, or refused by the rule.
    """
    for n, row in enumerate(rows):
        what = known.get(row[key])
        if what is None:
            raise Problem("invalid", errors=[(f"{part}.{n}.{key}", "Den hör inte till det som mötet följer upp.")])
        try:
            deed(what, {name: value for name, value in row.items() if name != key})
        except Invalid as bad:
            named = [(f"{part}.{n}.{name}" if name else f"{part}.{n}", said) for name, said in bad.errors.items()]
            raise Problem("invalid", errors=named) from None


follow_ups = resource("PlanFollowUps", get=get_plan_follow_ups, post=write_plan_follow_ups)
