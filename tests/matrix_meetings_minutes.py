"""The routes of minutes: who gets what (P-M8). Kim answers for the case, Lovisa leads it too, Mona manages; the police
and the school were asked, leisure was not. Items with marks hang on the meeting, so that every reading is searched."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from consent.models import InformationItem
from meetings import actions
from meetings.ground import with_ground
from meetings.models import Meeting, MeetingItem, Minutes, MinutesState
from tests.cast import NOW, START_DAY, World, write
from tests.gatherings import gather
from tests.holding import everybody
from tests.matrix import LEADS, Row, case, status
from tests.matrix_api import key
from tests.plans import followed

QUARTER = timedelta(minutes=15)
#: Leisure reads on screen only (P-A14).
SCREEN = {"fia": 403}
#: Who reads a draft; who reads approved minutes.
LED = (*LEADS, "mona")
READS = (*LED, "pia", "sam")


def held(world: World) -> Meeting:
    """It began and ended as the clock struck, with everything that may stand in minutes."""
    kim = world.kim.actor
    meeting = gather(world, starts_at=NOW, minutes=15)
    actions.open_meeting(meeting, by=kim, at=NOW)
    actions.note_attendance(meeting, everybody(meeting), by=kim, at=NOW)
    due = START_DAY + timedelta(days=14)
    # After a stop Pia has no ground to hear it, and Kim does it.
    who = world.pia if with_ground(meeting, at=NOW).filter(assignment=world.pia.assignment).exists() else world.kim
    actions.decide(meeting, "Ringa skolan.", owner=who.assignment, due_on=due, by=kim, at=NOW)
    marks = world.__dict__.get("marks", {})
    by_agency = {member.agency.pk: member.actor for member in (world.kim, world.pia, world.sam)}
    for item in InformationItem.objects.filter(pk__in=marks.values(), recorded_at__isnull=False).order_by("pk"):
        if item.agency_id in by_agency:
            actions.link_item(meeting, item, by=by_agency[item.agency_id], at=NOW)
    followed(meeting, by=kim)  # what other rows have put in the plan
    actions.close_held(meeting, no_next="Sommarlov.", row_version=2, by=kim, at=NOW)
    return meeting


def drafted(world: World) -> Minutes:
    standing = Minutes.objects.filter(meeting__case=world.case, state=MinutesState.DRAFT).first()
    return standing or Minutes.objects.get(meeting=held(world))


def draft(world: World) -> Mapping[str, Any]:
    return {"ref": drafted(world).ref}


def approved(world: World) -> Minutes:
    standing = Minutes.objects.filter(meeting__case=world.case, state=MinutesState.APPROVED).first()
    return standing or actions.approve_minutes(drafted(world), row_version=1, by=world.kim.actor, at=NOW)


def done(world: World) -> Mapping[str, Any]:
    return {"ref": approved(world).ref}


def correction(world: World) -> Mapping[str, Any]:
    minutes = approved(world)
    standing = minutes.addenda.first()
    return {"ref": (standing or actions.add_addendum(minutes, "Fel dag.", by=world.kim.actor, at=NOW)).ref}


def of_meeting(world: World) -> Mapping[str, Any]:
    return {"ref": drafted(world).meeting.ref}


def case_with_minutes(world: World) -> Mapping[str, Any]:
    approved(world)
    return case(world)


def written(world: World) -> Mapping[str, Any]:
    """An item of the school's that the consent gives to the police and to the social services."""
    return {"item": str(write(world, "sam", "attendance").ref)}


def link(world: World) -> Mapping[str, Any]:
    standing = MeetingItem.objects.filter(item__body="På mötet.").first()
    if standing is None:
        item = write(world, "sam", "attendance", body="På mötet.")
        standing = actions.link_item(drafted(world).meeting, item, by=world.sam.actor, at=NOW)
    return {"ref": standing.ref}


def copied(world: World) -> Mapping[str, Any]:
    """The copy for Elias; the row's address carries whom it is for."""
    return done(world)


def sent(**fields: object) -> Any:
    return lambda world: fields


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"meetings:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401)


ROWS = [
    Row(route="meetings:minutes", kwargs=draft, expect=status(LED)),
    Row(route="meetings:minutes", kwargs=done, expect=status(READS)),
    Row(route="meetings:minutes_approve", kwargs=draft, expect=status(LEADS) | {"mona": 403}),
    Row(route="meetings:minutes_addendum", kwargs=done, expect=status(LEADS) | status(("mona", "pia", "sam"), 403)),
    Row(route="meetings:minutes_pdf", kwargs=done, expect=status(READS)),
    post("minutes_approve", draft, sent(row_version=1), status(LEADS, 422) | {"mona": 403}),
    post("minutes_approve", draft, sent(row_version=1, do="justera"), {"kim": 422, "lovisa": 403, "mona": 403}),
    post(
        "minutes_addendum",
        done,
        sent(about="", text="Fel dag."),
        status(LEADS, 302) | status(("mona", "pia", "sam"), 403),
    ),
]


def call(route: str, kwargs: Any, json: Any, expect: Mapping[str, int], **more: Any) -> Row:
    return Row(
        route=f"api:{route}",
        method="POST",
        kwargs=kwargs,
        json=json,
        expect={**expect, **SCREEN},
        anonymous=401,
        **more,
    )


def look(route: str, kwargs: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"api:{route}", kwargs=kwargs, expect={**expect, **SCREEN}, anonymous=401)


ROWS += [
    look("minutes", draft, status(LED)),
    look("minutes", done, status(READS)),
    look("case_minutes", case_with_minutes, status(READS)),
    look("minutes_addendum", correction, status(LED)),
    look("meeting_item", link, status(READS)),
    call("minutes_approve", done, sent(version=2), {**status(READS, 403), "kim": 409}),
    call("minutes_approve", draft, sent(version=1), {"kim": 200, "lovisa": 403, "mona": 403}),
    call(
        "minutes_addenda",
        done,
        sent(text="Fel dag."),
        status(LEADS, 201) | status(("mona", "pia", "sam"), 403),
        headers=key,
    ),
    call("meeting_items", of_meeting, written, status((*LED, "pia"), 422) | {"sam": 201}, headers=key),
]
