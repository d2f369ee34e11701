"""The deeds of plans, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable
from dataclasses import replace

from actionplans import actions
from actionplans.models import Goal, Measure, Translation
from tests.cast import NOW, START_DAY, World
from tests.holding import DURING, present, running
from tests.plans import SCHOOL, doing, goal_of, measure_of, plan_of

Deed = Callable[[World], object]

EXEMPT: dict[str, str] = {
    "GoalFacts": "a type",
    "MeasureFacts": "a type",
    "RiskFacts": "a type",
    "unfollowed": "reads",
}


def goal(w: World) -> Goal:
    return goal_of(w, plan_of(w))


def measure(w: World) -> Measure:
    return measure_of(w, plan_of(w))


def translated(w: World) -> Translation:
    return actions.translate(goal(w), part="text", language="ar", text="مدرسة", row_version=0, by=w.kim.actor, at=NOW)


def agreed(w: World) -> object:
    meeting = running(w)
    present(w, meeting)
    elias = meeting.participants.get(person=w.elias.person)
    return actions.note_agreement(plan_of(w), elias, agrees="yes", by=w.kim.actor, at=DURING)


def versioned(w: World) -> None:
    plan_of(w)
    actions.new_version(running(w), w.kim.actor, DURING)


RISK = actions.RiskFacts(
    instrument="SAVRY", instrument_version="2", assessed_on=START_DAY, assessor="En psykolog", level="low"
)
DEEDS: dict[str, tuple[str, Deed]] = {
    "start_plan": ("plan.started", plan_of),
    "add_goal": ("goal.added", goal),
    "reword_goal": (
        "goal.reworded",
        lambda w: actions.reword_goal(goal(w), replace(SCHOOL, why="Därför."), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "end_goal": (
        "goal.ended",
        lambda w: actions.end_goal(goal(w), reached=True, row_version=1, by=w.kim.actor, at=NOW),
    ),
    "add_measure": ("measure.added", measure),
    "change_measure": (
        "measure.changed",
        lambda w: actions.change_measure(measure(w), doing(w), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "remove_measure": (
        "measure.removed",
        lambda w: actions.remove_measure(measure(w), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "tick_off": (
        "measure.ticked_off",
        lambda w: actions.tick_off(measure(w), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "rate": (
        "goal.rated",
        lambda w: actions.rate(goal(w), running(w), level=1, by=w.kim.actor, at=DURING),
    ),
    "follow_up": (
        "measure.followed_up",
        lambda w: actions.follow_up(measure(w), running(w), state="ongoing", by=w.kim.actor, at=DURING),
    ),
    "note_agreement": ("plan.agreed", agreed),
    "new_version": ("plan.version", versioned),
    "close_plan": (
        "plan.closed",
        lambda w: actions.close_plan(plan_of(w), outcome="moved", row_version=1, by=w.kim.actor, at=NOW),
    ),
    "translate": ("translation.written", translated),
    "review_translation": (
        "translation.reviewed",
        lambda w: actions.review_translation(translated(w), row_version=1, by=w.lovisa.actor, at=NOW),
    ),
    "judge_risk": ("risk.judged", lambda w: actions.judge_risk(w.case, RISK, by=w.kim.actor, at=NOW)),
}
