"""Following the plan up in the meeting: goals, measures, who agrees, and the version that it makes (P-P1, P-P2)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from actionplans.actions.plans import CLOSED, _record, _standing
from actionplans.deadlines import follow
from actionplans.models import (
    LEVELS,
    OPEN_MEASURES,
    REASONED,
    Agreement,
    Agrees,
    FollowUp,
    Goal,
    Measure,
    MeasureState,
    Plan,
    PlanVersion,
    Rating,
)
from actionplans.moves import MEASURE
from hub.access import Actor, permitted, require
from hub.errors import Conflict, Invalid
from hub.states import move
from meetings.models import Attendance, Meeting, MeetingKind, MeetingState, Participant

NOT_THERE = "Bara den som är med på mötet kan säga om den håller med. Ange först att personen är närvarande."
#: Noted as at the meeting.
THERE = (Attendance.PRESENT, Attendance.LATE)
NOT_RATED = "Bedöm målen i planen. {count} saknar bedömning."
NOT_FOLLOWED_UP = "Följ upp åtgärderna i planen. {count} saknar uppföljning."


def to_rate(meeting: Meeting) -> "QuerySet[Goal]":
    """The goals that stood when the meeting began, and that it has not rated, whoever may read them."""
    rows = Goal.objects.filter(plan__case=meeting.case_id, plan__closed_at=None, last_version=None)
    return rows.filter(recorded_at__lt=meeting.opened_at).exclude(ratings__meeting=meeting.pk)


def to_follow_up(meeting: Meeting) -> "QuerySet[Measure]":
    """The measures that stood when the meeting began, open or ticked off since, and that it has not followed up."""
    rows = Measure.objects.filter(plan__case=meeting.case_id, plan__closed_at=None, last_version=None)
    unseen = rows.filter(state__in=OPEN_MEASURES) | rows.filter(state=MeasureState.DONE, follow_ups=None)
    return unseen.filter(recorded_at__lt=meeting.opened_at).exclude(follow_ups__meeting=meeting.pk)


def unfollowed(meeting: Meeting, actor: Actor, at: datetime) -> Sequence[str]:
    """Why the meeting cannot be closed as held, as far as the actor may read the plan (`meetings.closing`).

    What he may not read any more is neither asked for nor hinted at.
    """
    if meeting.kind != MeetingKind.NETWORK:
        return []
    found = []
    if count := permitted(to_rate(meeting), actor, at=at).count():
        found.append(NOT_RATED.format(count=count))
    if count := permitted(to_follow_up(meeting), actor, at=at).distinct().count():
        found.append(NOT_FOLLOWED_UP.format(count=count))
    return found


def _going_on(meeting: Meeting, plan: Plan) -> None:
    """The meeting is held open and the plan stands, until the transaction ends.

    Raises:
        Conflict: one of them has ended. Invalid: the meeting is of another case.
    """
    if meeting.case_id != plan.case_id:
        raise Invalid("Mötet gäller ett annat ärende.")
    if Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk).state != MeetingState.OPEN:
        raise Conflict("Mötet pågår inte längre. Hämta sidan på nytt.")
    if Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk).closed_at is not None:
        raise Conflict(CLOSED)


@transaction.atomic
def rate(goal: Goal, meeting: Meeting, *, level: int, note: str = "", by: Actor, at: datetime) -> Rating:
    """Say how far a goal has come, -2 to +2; said again in the same meeting it takes the place of the first.

    Raises:
        Denied; Conflict: the meeting or the plan has ended. Invalid: not on the scale, or not in the plan.
    """
    require(meeting, by, "lead", at=at)
    require(goal, by, "read", at=at)
    _going_on(meeting, goal.plan)
    if level not in LEVELS:
        raise Invalid({"level": "Välj en av de fem nivåerna."})
    if goal.last_version is not None:
        raise Invalid("Målet finns inte i planen längre.")
    values = {"level": level, "note": note, "rated_by_id": by.assignment_id, "rated_at": at}
    rating, _ = Rating.objects.update_or_create(
        goal=goal,
        meeting=meeting,
        defaults=values,
        create_defaults=values | {"municipality_id": goal.municipality_id},
    )
    _record("goal.rated", goal.case, meeting, goal, rating, by=by, at=at)
    return rating


@transaction.atomic
def follow_up(measure: Measure, meeting: Meeting, *, state: str, note: str = "", by: Actor, at: datetime) -> FollowUp:
    """Say how it stands with a measure; said again in the same meeting it takes the place of the first.

    Raises:
        Denied; Conflict: the meeting or the plan has ended, or somebody was faster. IllegalMove: it has begun already.
        Invalid: no such state, no reason where one is needed, or not in the plan.
    """
    require(meeting, by, "lead", at=at)
    require(measure, by, "read", at=at)
    _going_on(meeting, measure.plan)
    if state not in MeasureState.values:
        raise Invalid({"state": "Välj hur det står till med åtgärden."})
    if state in REASONED and not note:
        raise Invalid({"note": "Skriv varför."})
    if measure.last_version is not None:
        raise Invalid("Åtgärden finns inte i planen längre.")
    move(measure, state, MEASURE, at=at, note=note, row_version=F("row_version") + 1)
    measure.refresh_from_db(fields=("row_version",))
    follow([measure.pk], at=at)
    values = {"state": state, "note": note, "noted_by_id": by.assignment_id, "noted_at": at}
    found, _ = FollowUp.objects.update_or_create(
        measure=measure,
        meeting=meeting,
        defaults=values,
        create_defaults=values | {"municipality_id": measure.municipality_id},
    )
    _record("measure.followed_up", measure.case, meeting, measure, found, by=by, at=at)
    return found


@transaction.atomic
def note_agreement(
    plan: Plan, participant: Participant, *, agrees: str, words: str = "", by: Actor, at: datetime
) -> Agreement:
    """Note whether somebody at the meeting that goes on agrees with the plan. Only who is there can agree in it (P-P1).

    Raises:
        Denied; Conflict: the plan is closed, or the meeting does not go on. Invalid: not a meeting of the case, nobody
        who is noted as there, or no answer.
    """
    require(plan, by, "lead", at=at)
    locked, meeting = _standing(plan), participant.meeting
    participant = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    if meeting.case_id != locked.case_id or participant.removed_at is not None:
        raise Invalid("Personen är inte med på ett möte i ärendet.")
    if meeting.state != MeetingState.OPEN:
        raise Conflict("Mötet pågår inte längre. Hämta sidan på nytt.")
    if participant.attendance not in THERE:
        raise Invalid({"participant": NOT_THERE})
    if agrees not in Agrees.values:
        raise Invalid({"agrees": "Välj Håller med, Håller delvis med eller Håller inte med."})
    values = {"agrees": agrees, "words": words, "noted_at": at, "noted_by_id": by.assignment_id}
    agreement, _ = Agreement.objects.update_or_create(
        participant=participant,
        defaults=values,
        create_defaults=values | {"plan": locked, "municipality_id": locked.municipality_id},
    )
    _record("plan.agreed", locked.case, agreement, by=by, at=at)
    return agreement


def new_version(meeting: Meeting, by: Actor, at: datetime) -> None:
    """A network meeting that was held leaves the next version of the plan, in its own transaction (P-P1)."""
    if meeting.kind != MeetingKind.NETWORK:
        return
    plan = Plan.objects.select_for_update(of=("self",)).filter(case=meeting.case_id, closed_at=None).first()
    if plan is None:
        return
    version = PlanVersion.objects.create(
        municipality_id=plan.municipality_id,
        plan=plan,
        number=plan.next_version,
        meeting=meeting,
        made_at=at,
        made_by_id=by.assignment_id,
    )
    Plan.objects.filter(pk=plan.pk).update(version=version.number, row_version=F("row_version") + 1)
    _record("plan.version", meeting.case, plan, version, by=by, at=at)
