"""The routes of groups: who gets what (P-M1, P-X2). Kim convenes, Pia, Sam and Fia sit in the group; Mona keeps it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from meetings.models import Group, GroupMeasure, GroupMeeting, GroupMember, MeetingState, SituationEntry
from tests import grouping
from tests.cast import NOW, START, START_DAY, World
from tests.matrix import Row, status

QUARTER = timedelta(minutes=15)
#: Who sits in the group and does not lead it.
SITS = ("pia", "sam", "fia")
INSIDE = ("kim", *SITS)
#: Leisure reads on screen only (P-A14).
SCREEN = {"fia": 403}
#: Case roles of every agency in the kommun open their list of groups; reviewers and administrators have none.
BEGIN = ("kim", "mona")
EVERY_CASE_ROLE = ("kim", "lovisa", "olof", "ines", "mona", "pia", "dag", "peo", "sam", "fia", "olle", "otto")


def est(world: World) -> Group:
    """Made once for the whole matrix."""
    return Group.objects.filter(name="EST Spånga").first() or grouping.group(world, at=START)


def the_group(world: World) -> Mapping[str, Any]:
    return {"ref": est(world).ref}


def there_is_one(world: World) -> Mapping[str, Any]:
    """A list has a group to show."""
    est(world)
    return {}


def planned(world: World) -> Mapping[str, Any]:
    """Booked, and its time has come: other areas have Kim's meetings after NOW."""
    standing = GroupMeeting.objects.filter(group=est(world), state=MeetingState.PLANNED).first()
    if standing is None:
        (standing,) = grouping.called(world, est(world), starts_at=NOW - QUARTER, minutes=15, at=START)
    return {"ref": standing.ref}


def going_on(world: World) -> GroupMeeting:
    """It goes on, with a measure from an earlier one."""
    standing = GroupMeeting.objects.filter(state=MeetingState.OPEN).first()
    if standing is not None:
        return standing
    group = est(world)
    first = grouping.running(world, group, starts_at=START, minutes=15, at=START)
    grouping.agreed(world, first, at=START)
    grouping.everybody(world, first, at=START)
    grouping.close(world, first, "Paus.", at=START)
    return grouping.running(world, group, starts_at=START + QUARTER, minutes=30, at=START)


def ongoing(world: World) -> Mapping[str, Any]:
    return {"ref": going_on(world).ref}


def ended(world: World) -> Mapping[str, Any]:
    going_on(world)
    return {"ref": GroupMeeting.objects.get(state=MeetingState.HELD).ref}


def measure(world: World) -> Mapping[str, Any]:
    """Pia's."""
    going_on(world)
    return {"ref": GroupMeasure.objects.get().ref}


def seat(world: World) -> Mapping[str, Any]:
    return {"ref": GroupMember.objects.get(group=est(world), assignment=world.sam.assignment).ref}


def entry(world: World) -> Mapping[str, Any]:
    """Pia's agency saw it."""
    standing = SituationEntry.objects.filter(group=est(world)).first()
    return {"ref": (standing or grouping.noted(world, est(world))).ref}


def point(world: World) -> Mapping[str, Any]:
    meeting = going_on(world)
    return {"ref": meeting.ref, "point": grouping.point(meeting).ref}


def sent(**fields: object) -> Any:
    return lambda world: fields


def a_line(world: World) -> Mapping[str, Any]:
    return {"about": str(point(world)["point"]), "version": 0, "text": "En rad."}


def taken_up(world: World) -> Mapping[str, Any]:
    return {"measure": str(measure(world)["ref"]), "row_version": 1, "state": "done"}


def look(route: str, kwargs: Any, names: tuple[str, ...] = INSIDE, **more: int) -> Row:
    return Row(route=f"meetings:{route}", kwargs=kwargs, expect=status(names) | more)


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"meetings:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401)


def led(code: int) -> dict[str, int]:
    """By Kim; who sits in the group sees it and may not."""
    return {"kim": code, **status(SITS, 403)}


#: The manager sees who sits there, and lets people in only when nobody leads it (tests/test_groups.py).
ARRANGED = {"kim": 200, "mona": 403, **status(SITS, 403)}

ROWS = [
    Row(route="meetings:groups", kwargs=there_is_one, expect=status(EVERY_CASE_ROLE), others=200),
    Row(route="meetings:group_start", expect={**status((*BEGIN, "otto"))}, others=403),
    look("group", the_group, (*INSIDE, "mona")),
    Row(route="meetings:group_change", kwargs=the_group, expect=ARRANGED),
    Row(route="meetings:group_end", kwargs=the_group, expect=ARRANGED),
    Row(route="meetings:group_member_add", kwargs=the_group, expect=ARRANGED),
    Row(route="meetings:group_member_end", kwargs=seat, expect=ARRANGED),
    Row(route="meetings:group_book", kwargs=the_group, expect={**led(200), "mona": 403}),
    look("situation", the_group, mona=403),
    look("situation_note", the_group, mona=403),
    Row(route="meetings:situation_strike", kwargs=entry, expect={"kim": 200, "pia": 200, "sam": 403, "fia": 403}),
    look("group_meeting", planned),
    look("group_meeting", ongoing),
    look("group_meeting", ended),
    look("group_meeting_live", ongoing),
    Row(route="meetings:group_meeting_change", kwargs=planned, expect=led(200)),
    Row(route="meetings:group_meeting_cancel", kwargs=planned, expect=led(200)),
    Row(route="meetings:group_meeting_not_held", kwargs=planned, expect=led(200)),
    Row(route="meetings:group_minutes", kwargs=ended, expect={**status(INSIDE), **SCREEN}),
    look("group_measure", measure),
    Row(
        route="meetings:group_start",
        method="POST",
        data=sent(kind="sspf", name="SSPF Tensta"),
        expect=status((*BEGIN, "otto"), 302),
        others=403,
        anonymous=401,
    ),
    post("group_change", the_group, sent(name="EST", row_version=1), {**led(302), "mona": 403}),
    post("group_end", the_group, sent(row_version=1), {**led(302), "mona": 403}),
    post("group_member_add", the_group, sent(), {**led(422), "mona": 403}),
    post("group_member_end", seat, sent(row_version=1), {**led(302), "mona": 403}),
    post("group_book", the_group, sent(), {**led(422), "mona": 403}),
    post("situation_note", the_group, sent(), {**status(INSIDE, 422), "mona": 403}),
    post(
        "situation_strike",
        entry,
        sent(reason="Fel plats", row_version=1),
        {"kim": 302, "pia": 302, "sam": 403, "fia": 403},
    ),
    post("group_meeting_change", planned, sent(), led(422)),
    post("group_meeting_cancel", planned, sent(reason="Sjukdom", row_version=1), led(302)),
    post("group_meeting_not_held", planned, sent(reason="Ingen kom", row_version=1), led(302)),
    post("group_meeting_answer", planned, sent(answer="accepted"), status(INSIDE, 302)),
    post("group_meeting_start", planned, sent(), led(302)),
    post("group_meeting_attendance", ongoing, sent(), led(302)),
    post("group_meeting_text", ongoing, a_line, status(INSIDE, 302)),
    post("group_meeting_agree", ongoing, sent(), led(422)),
    post("group_meeting_follow", ongoing, taken_up, led(302)),
    post("group_meeting_close", ongoing, sent(row_version=2), led(422)),
    post("group_meeting_break_off", ongoing, sent(row_version=2), led(422)),
    post("group_meeting_approve", ended, sent(row_version=3), led(302)),
    post("group_meeting_add", ended, sent(text="Ett tillägg."), led(302)),
    post(
        "group_measure",
        measure,
        sent(row_version=1, state="done"),
        {"kim": 302, "pia": 302, "sam": 403, "fia": 403},
    ),
]


# --- the API ---------------------------------------------------------------------------------------------------------


def key(world: World) -> Mapping[str, str]:
    return {"Idempotency-Key": "key-of-the-groups-matrix"}


def stale(world: World) -> Mapping[str, str]:
    return {"If-Match": '"another"'}


def a_meeting(world: World) -> Mapping[str, Any]:
    return {"starts_at": "2026-03-26T09:00:00+01:00", "ends_at": "2026-03-26T10:00:00+01:00", "form": "room"}


def newcomer(world: World) -> Mapping[str, Any]:
    return {"assignment": str(world.lovisa.assignment.ref), "role": "member", "first_day": "2026-03-02"}


def owned(world: World) -> Mapping[str, Any]:
    return {"text": "Ring rektor.", "owner": str(world.pia.assignment.ref), "due_on": "2026-03-20"}


def came(world: World) -> Mapping[str, Any]:
    attendee = going_on(world).attendees.get(assignment=world.pia.assignment)
    return {"attendees": [{"attendee": str(attendee.ref), "attendance": "present"}]}


def observed(world: World) -> Mapping[str, Any]:
    day = (START_DAY - timedelta(days=3)).isoformat()
    facts = {"kind": "damage", "place": "Parken", "first_on": day, "last_on": day, "times": ["night"]}
    return {**facts, "seen": "Trasiga lampor.", "trend": "new"}


def api(route: str, kwargs: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, anonymous=401, **more)


def call(route: str, kwargs: Any, json: Any, expect: Mapping[str, int], method: str = "POST", **more: Any) -> Row:
    return api(route, kwargs, expect, method=method, json=json, **more)


def inside(code: int = 200) -> dict[str, int]:
    return status(INSIDE, code)


ROWS += [
    Row(route="api:groups", kwargs=there_is_one, expect=SCREEN, others=200, anonymous=401),
    Row(
        route="api:groups",
        method="POST",
        json=sent(kind="sspf", name="SSPF Tensta"),
        headers=key,
        expect={**status((*BEGIN, "otto"), 201)},
        others=403,
        anonymous=401,
    ),
    api("group", the_group, {**inside(), "mona": 200}),
    call("group", the_group, sent(name="EST"), {**led(412), "mona": 403}, method="PATCH", headers=stale),
    api("group_candidates", the_group, ARRANGED),
    call("group_members", the_group, newcomer, {**led(201), "mona": 403}, headers=key),
    call("group_member_end", seat, sent(), {**led(204), "mona": 403}),
    api("group_meetings", the_group, {**inside(), "mona": 403}),
    call("group_meetings", the_group, a_meeting, {**led(201), "mona": 403}, headers=key),
    api("group_meeting", ongoing, inside()),
    call("group_meeting", planned, a_meeting, led(412), method="PUT", headers=stale),
    call("group_meeting_cancel", planned, sent(reason="Sjukdom", version=1), led(200)),
    call("group_meeting_not_held", planned, sent(reason="Ingen kom", version=1), led(200)),
    call("group_meeting_respond", planned, sent(answer="declined"), inside()),
    call("group_meeting_open", planned, sent(), led(200)),
    call("group_meeting_attendance", ongoing, came, led(200)),
    api("group_meeting_point", point, inside()),
    call("group_meeting_point", point, sent(text="En rad."), inside(412), method="PUT", headers=stale),
    call("group_meeting_measures", ongoing, owned, led(201), headers=key),
    call("group_meeting_close", ongoing, sent(version=2), led(409)),
    call("group_meeting_break_off", ongoing, sent(reason="Brandlarm", version=2), led(409)),
    call("group_meeting_approve", ended, sent(version=3), led(200)),
    call("group_meeting_additions", ended, sent(text="Ett tillägg."), led(200)),
    api("group_measure", measure, inside()),
    call("group_measure_follow_up", measure, sent(state="done", version=1), {"kim": 200, "pia": 200, "sam": 403}),
    api("situation", the_group, {**inside(), "mona": 403}),
    call("situation", the_group, observed, {**inside(201), "mona": 403}, headers=key),
    api("situation_entry", entry, inside()),
    call("situation_strike", entry, sent(reason="Fel", version=1), {"kim": 204, "pia": 204, "sam": 403}),
]
