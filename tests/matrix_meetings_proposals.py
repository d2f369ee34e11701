"""The routes of planning all due meetings (P-M3): a proposal is one's own, and nobody else knows that it is.

Kim has one that is ready, Lovisa one that is being made; both lead Elias' case, nobody else who plans leads any.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from meetings.models import Proposal, ProposedMeeting
from tests.cast import World
from tests.matrix import Row, nothing, status
from tests.matrix_api import SCREEN, call, key, look
from tests.proposing import asked_for, ready

ASKED = {"first_day": "2026-03-09", "last_day": "2026-04-05", "minutes": 60, "officials_minutes": 15}
FORM = {"first_day": "2026-03-09", "weeks": "4", "minutes": "60", "officials_minutes": "15"}
#: May lead cases, and plans; of them only Kim and Lovisa lead a case that keeps the rhythm.
PLANS = ("kim", "lovisa", "olof", "ines", "otto")
NOTHING_DUE = ("olof", "ines", "otto")


def kims(world: World) -> Proposal:
    """Made once for the whole matrix."""
    standing = Proposal.objects.filter(asked_by=world.kim.assignment).first()
    return standing or ready(world)


def done(world: World) -> Mapping[str, Any]:
    return {"ref": kims(world).ref}


def with_one(world: World) -> Mapping[str, Any]:
    """So that no list is empty."""
    kims(world)
    return {}


def working(world: World) -> Mapping[str, Any]:
    standing = Proposal.objects.filter(asked_by=world.lovisa.assignment).first()
    return {"ref": (standing or asked_for(world, by="lovisa")).ref}


def row_of(world: World) -> ProposedMeeting:
    """Elias' meeting, or another's where he has one booked already."""
    found: ProposedMeeting | None = kims(world).meetings.select_related("room").order_by("pk").first()
    assert found is not None
    return found


def one(world: World) -> Mapping[str, Any]:
    return {**done(world), "meeting": row_of(world).ref}


def moved(**fields: object) -> Any:
    def made(world: World) -> Mapping[str, Any]:
        room = row_of(world).room
        assert room is not None
        return {"row_version": "1", "day": "2026-03-24", "starts_at": "10.30", "room": str(room.ref), **fields}

    return made


def sent(**fields: object) -> Any:
    return lambda world: fields


def read(world: World) -> Mapping[str, Any]:
    """The ETag as Kim reads it, and a key."""
    known: dict[str, str] = world.__dict__.setdefault("etags", {})
    address = reverse("api:meeting_proposal", kwargs=dict(done(world)))
    if address not in known:
        known[address] = world.client("kim").get(address)["ETag"]
        world.look()
    return {"If-Match": known[address], **key(world)}


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(route=f"meetings:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401, **more)


KIM, MOVED = {"kim": 200}, {"kim": 302}

ROWS = [
    Row(route="meetings:plan", kwargs=with_one, expect=status(PLANS), others=403),
    post("plan", nothing, sent(**FORM), status(NOTHING_DUE, 422) | status(("kim", "lovisa"), 302), others=403),
    post("plan", nothing, sent(**FORM | {"first_day": "2026-02-27"}), status(PLANS, 422), others=403),
    Row(route="meetings:proposal", kwargs=done, expect=KIM),
    Row(route="meetings:proposal", kwargs=working, expect={"lovisa": 200}),
    Row(route="meetings:proposal_live", kwargs=working, expect={"lovisa": 200}),
    post("proposal_stop", working, nothing, {"lovisa": 302}),
    Row(route="meetings:proposed", kwargs=one, expect=KIM),
    post("proposed", one, moved(), MOVED),
    post("proposed", one, moved(day="2026-04-24"), {"kim": 422}),
    post("proposed", one, moved(row_version="9"), {"kim": 409}),
    post("proposed_leave", one, sent(row_version="1", out="on"), MOVED),
    post("proposal_confirm", done, sent(row_version="1"), MOVED),
    post("proposal_drop", done, nothing, MOVED),
]

# --- the API: leisure reads on screen only (P-A14) ------------------------------------------------------------------


def api(route: str, kwargs: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return call(route, kwargs, {**expect, **SCREEN}, **more)


ROWS += [
    replace(look("meeting_proposals", with_one, SCREEN), others=200),
    replace(
        api(
            "meeting_proposals",
            nothing,
            status(NOTHING_DUE, 422) | status(("kim", "lovisa"), 201),
            json=sent(**ASKED),
        ),
        others=403,
    ),
    replace(api("meeting_proposals", nothing, status(PLANS, 422), json=sent(**ASKED, district="Farsta")), others=422),
    look("meeting_proposal", done, KIM | SCREEN),
    api("meeting_proposal_cancel", working, {"lovisa": 200}),
    api("meeting_proposal_cancel", done, {"kim": 409}),
    api("meeting_proposal_drop", done, KIM),
    api("meeting_proposal_confirm", done, KIM, headers=read),
    api("proposed_meeting", one, KIM, method="PATCH", json=sent(left_out=True), headers=read),
    api(
        "proposed_meeting",
        one,
        KIM,
        method="PATCH",
        json=sent(starts_at="2026-03-24T10:30:00+01:00"),
        headers=read,
    ),
]
