"""The routes of the meeting screen: who gets what (P-M7). Kim and Lovisa lead; Pia and Sam are asked, Mona manages."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from meetings import actions
from meetings.ground import with_ground
from meetings.models import Meeting, MeetingDecision, MeetingState
from tests.cast import NOW, START_DAY, World
from tests.gatherings import gather
from tests.holding import everybody
from tests.matrix import LEADS, Row, status

#: Who sees that the meeting is, but does not lead it.
SEES = status(("pia", "sam", "mona"), 403)
QUARTER = timedelta(minutes=15)
#: Leisure reads on screen only (P-A14).
SCREEN = {"fia": 403}


def coming(world: World) -> Mapping[str, Any]:
    """Booked, and about to begin."""
    soon = NOW + timedelta(minutes=30)
    standing = Meeting.objects.filter(starts_at=soon, kind="network").first()
    return {"ref": (standing or gather(world, starts_at=soon)).ref}


def going_on(world: World) -> Meeting:
    """It goes on, with something left from an earlier one; made once for the whole matrix."""
    standing = Meeting.objects.filter(state=MeetingState.OPEN).first()
    if standing is not None:
        return standing
    kim, due = world.kim.actor, START_DAY + timedelta(days=14)
    first, meeting = (gather(world, starts_at=NOW + n * QUARTER, minutes=15) for n in (0, 1))
    actions.open_meeting(first, by=kim, at=NOW)
    actions.note_attendance(first, everybody(first), by=kim, at=NOW)
    actions.decide(first, "Ringa skolan.", owner=world.kim.assignment, due_on=due, by=kim, at=NOW)
    actions.close_held(first, row_version=2, by=kim, at=NOW)
    actions.open_meeting(meeting, by=kim, at=NOW)
    actions.note_attendance(meeting, everybody(meeting), by=kim, at=NOW)
    # After a stop Pia has no ground to hear it, and Kim does it.
    who = world.pia if with_ground(meeting, at=NOW).filter(assignment=world.pia.assignment).exists() else world.kim
    actions.decide(meeting, "Kontakta boxningsklubben.", owner=who.assignment, due_on=due, by=kim, at=NOW)
    return meeting


def ongoing(world: World) -> Mapping[str, Any]:
    return {"ref": going_on(world).ref}


def decision(world: World) -> MeetingDecision:
    return going_on(world).decisions.get()


def left(world: World) -> MeetingDecision:
    found: MeetingDecision = MeetingDecision.objects.exclude(meeting=going_on(world)).get()
    return found


def to_do(world: World) -> Mapping[str, Any]:
    """Pia's, from the meeting that goes on."""
    return {"ref": decision(world).ref}


def point(world: World) -> Mapping[str, Any]:
    meeting = going_on(world)
    return {"ref": meeting.ref, "point": meeting.points.all()[1].ref}


def sent(**fields: object) -> Any:
    return lambda world: fields


def a_line(world: World) -> Mapping[str, Any]:
    return {"about": str(point(world)["point"]), "version": 0, "text": "En rad."}


def who(world: World) -> Mapping[str, Any]:
    return {"who": str(going_on(world).participants.get(assignment=world.pia.assignment).ref)}


def how_it_went(world: World) -> Mapping[str, Any]:
    return {"decision": str(left(world).ref), "row_version": 1, "result": "done"}


def post(route: str, kwargs: Any, data: Any, leads: int) -> Row:
    expect = {**status(LEADS, leads), **SEES}
    return Row(route=f"meetings:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401)


ROWS = [
    Row(route="meetings:hold", kwargs=coming, expect=status(LEADS) | SEES),
    Row(route="meetings:hold", kwargs=ongoing, expect=status(LEADS) | SEES),
    Row(route="meetings:hold_live", kwargs=ongoing, expect=status(LEADS) | SEES),
    Row(route="meetings:decision", kwargs=to_do, expect=status((*LEADS, "mona", "pia"))),
    post("hold_open", coming, sent(), 302),
    post("hold_attendance", ongoing, sent(), 302),
    post("hold_step", ongoing, who, 302),
    post("hold_text", ongoing, a_line, 302),
    post("hold_decide", ongoing, sent(), 422),
    post("hold_follow", ongoing, how_it_went, 302),
    post("hold_next", ongoing, sent(), 422),
    post("hold_close", ongoing, sent(row_version=2), 422),
    post("hold_break", ongoing, sent(row_version=2), 422),
    Row(
        route="meetings:decision",
        method="POST",
        kwargs=to_do,
        data=sent(row_version=1, result="done"),
        expect=status((*LEADS, "pia"), 302) | {"mona": 403},
        anonymous=401,
    ),
]


def owned(world: World) -> Mapping[str, Any]:
    return {"text": "Ringa.", "owner": str(world.pia.assignment.ref), "due_on": "2026-03-20"}


def key(world: World) -> Mapping[str, str]:
    return {"Idempotency-Key": "decision-of-the-matrix"}


def came(world: World) -> Mapping[str, Any]:
    return {"participants": [{"participant": who(world)["who"], "attendance": "late"}]}


def call(route: str, kwargs: Any, json: Any, leads: int = 200, method: str = "POST", **more: Any) -> Row:
    return Row(
        route=f"api:{route}",
        method=method,
        kwargs=kwargs,
        json=json,
        expect={**status(LEADS, leads), **SEES, **SCREEN},
        anonymous=401,
        **more,
    )


def look(route: str, kwargs: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, anonymous=401)


def steps_out(world: World) -> Mapping[str, Any]:
    return {"participant": who(world)["who"]}


def words(world: World) -> Mapping[str, Any]:
    meeting = going_on(world)
    return {"ref": meeting.ref, "participant": meeting.participants.get(person=world.elias.person).ref}


ROWS += [
    look("meeting_held", ongoing, status(LEADS) | SEES),
    look("meeting_point", point, status(LEADS) | SEES),
    look("meeting_decision", to_do, status((*LEADS, "mona", "pia"))),
    look("meeting_own_words", words, status(LEADS) | SEES),
    call("meeting_open", coming, sent()),
    call("meeting_step_out", ongoing, steps_out),
    call("meeting_break_off", ongoing, sent(reason="Bråk.", version=2), 409),
    call("meeting_attendance", ongoing, came),
    *(
        Row(
            route=f"api:{route}",
            method="PUT",
            kwargs=kwargs,
            json=sent(text="En rad."),
            headers=lambda world: {"If-Match": '"another"'},
            expect={**status(LEADS, 412), **SEES, **SCREEN},
            anonymous=401,
        )
        for route, kwargs in (("meeting_point", point), ("meeting_own_words", words))
    ),
    call("meeting_decisions", ongoing, owned, 201, headers=key),
    call("meeting_close", ongoing, sent(version=2), 409),
    Row(
        route="api:meeting_follow_up",
        method="POST",
        kwargs=to_do,
        json=sent(result="done", version=1),
        expect={**status((*LEADS, "pia")), "mona": 403, **SCREEN},
        anonymous=401,
    ),
]
