"""Goals: written, said otherwise, ended, and how they have gone (P-P1, P-P2)."""

from uuid import UUID

from actionplans import actions, queries
from actionplans.actions import GoalFacts
from actionplans.api import schemas
from actionplans.api.bodies import GOAL_LOADS, goal_bodies, goal_version, rating_body
from actionplans.api.plans import TAG, list_goals
from actionplans.desk import Readers, goal_readers
from actionplans.models import LEVELS, Area, Goal, Measure
from actionplans.views.goals import goal_for
from actionplans.views.plan import plan_for
from hub.access import find
from hub.api.endpoint import Answer, Data, endpoint, resource, unchanged
from hub.api.fields import Body, Choice, Flag, Many, Optional, Ref, Text
from hub.api.problems import Problem
from hub.http import HubRequest
from hub.views.cases import case_for

AUDIENCE = (
    "Bara dessa av dem som samtycket ger; tom lista: bara ni själva. "
    "Utelämnad: följer samtycket, eller vid en ändring: som förut."
)
BARRED = "Betydande men (12 kap. 3 § OSL). Utelämnad: nej, eller vid en ändring: som förut."


class GoalBody(Body):
    area = Choice(choices=Area.choices)
    text = Text(max_length=300, help_text="Vad den unge ska nå. Till exempel: Noa går till skolan.")
    own_words = Optional(max_length=300, help_text="Så som den unge säger det.")
    baseline = Text(max_length=300, help_text="Hur det är nu.")
    why = Optional(max_length=300)
    levels = Many(
        child=Text(max_length=200),
        min_length=len(LEVELS),
        max_length=len(LEVELS),
        help_text="Vad man ser vid -2, -1, 0, 1 och 2, i den ordningen. Den i mitten är målet.",
    )
    family_barred = Flag(required=False, help_text=BARRED)
    audience = Many(child=Ref(), required=False, help_text=AUDIENCE)


class EndGoalBody(Body):
    reached = Flag(help_text="true: målet är nått. false: det tas bort.")
    reason = Optional(max_length=500, help_text="Krävs när målet tas bort.")


def audience_of(readers: Readers, body: Data, source: int, standing: Goal | Measure | None = None) -> tuple[int, ...]:
    """The allow list that the body asks for, of a fact of the agency `source`.

    Raises:
        Problem: an agency that no consent gives anything here.
    """
    kept = tuple(standing.audience) if standing is not None else ()
    if "audience" not in body:
        return kept
    if not body["audience"]:  # also where nobody can be chosen now: nobody else is to read it later either (P-A7)
        return (readers.actor.agency_id,)
    offered = {agency.ref: pk for pk, agency in readers.agencies.items()}
    wrong = [
        (f"audience.{n}", "Den går inte att välja här.") for n, ref in enumerate(body["audience"]) if ref not in offered
    ]
    if wrong:
        raise Problem("invalid", errors=wrong)
    return readers.narrowed({offered[ref] for ref in body["audience"]}, source=source, standing=kept)


def _facts(readers: Readers, body: Data, standing: Goal | None = None) -> GoalFacts:
    return GoalFacts(
        area=body["area"],
        text=body["text"],
        baseline=body["baseline"],
        levels=tuple(body["levels"]),
        own_words=body["own_words"],
        why=body["why"],
        family_barred=body.get("family_barred", standing is not None and standing.family_barred),
        audience=audience_of(readers, body, readers.actor.agency_id, standing),
    )


def _one(request: HubRequest, ref: UUID) -> Goal:
    goal = find(Goal.objects.select_related(*GOAL_LOADS), request.actor, at=request.at, ref=ref)
    request.trail.show([goal], individual=goal.individual_id, case=goal.case_id)
    return goal


@endpoint("Ett mål", tag=TAG, gives=schemas.GoalOut, etag=True, errors=[404])
def get_goal(request: HubRequest, ref: UUID) -> Answer:
    goal = _one(request, ref)
    return Answer(goal_bodies([goal], request)[0], goal_version(goal))


@endpoint(
    "Skriv in ett mål",
    tag=TAG,
    body=GoalBody,
    gives=schemas.GoalOut,
    makes="api:goal",
    show=get_goal,
    errors=[404],
)
def add_goal(request: HubRequest, body: Data, ref: UUID) -> UUID:
    """Av den som leder ärendet, när planen är påbörjad."""
    plan = plan_for(request, case_for(request, ref))
    facts = _facts(goal_readers(plan, request.actor, at=request.at), body)
    return actions.add_goal(plan, facts, by=request.actor, at=request.at).ref


@endpoint("Skriv om ett mål", tag=TAG, body=GoalBody, gives=schemas.GoalOut, if_match=True, errors=[404])
def reword_goal(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Hela målet. Har ett möte redan följt upp det står det kvar, och svaret är ett nytt mål med en egen referens."""
    goal = goal_for(request, ref)
    unchanged(request, goal, lambda: goal_version(goal))
    facts = _facts(goal_readers(goal.plan, request.actor, at=request.at), body, goal)
    new = actions.reword_goal(goal, facts, row_version=goal.row_version, by=request.actor, at=request.at)
    return get_goal(request, new.ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Avsluta ett mål", tag=TAG, body=EndGoalBody, gives=schemas.GoalOut, if_match=True, errors=[404])
def end_goal(request: HubRequest, body: Data, ref: UUID) -> Answer:
    """Nått, eller borttaget med ett skäl."""
    goal = goal_for(request, ref)
    unchanged(request, goal, lambda: goal_version(goal))
    actions.end_goal(goal, **body, row_version=goal.row_version, by=request.actor, at=request.at)
    return get_goal(request, ref)  # type: ignore[no-any-return]  # an endpoint called as a function


@endpoint("Hur ett mål har gått", tag=TAG, gives=schemas.GoalHistoryOut, errors=[404])
def get_goal_history(request: HubRequest, ref: UUID) -> Answer:
    """Varje mötes bedömning av målet och av dess tidigare formuleringar, i en fråga hur många mötena än är."""
    goal = _one(request, ref)
    found = queries.ratings_of(goal, request.actor, at=request.at)
    request.trail.show(found)
    return Answer({"results": [{"goal": one.goal.ref, **rating_body(one)} for one in found]})


goals = resource("Goals", get=list_goals, post=add_goal)
goal = resource("Goal", get=get_goal, put=reword_goal)
goal_end = resource("EndGoal", post=end_goal)
goal_history = resource("GoalHistory", get=get_goal_history)
