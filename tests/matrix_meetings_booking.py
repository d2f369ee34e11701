"""The routes of booking and of the rhythm: who gets what (P-M2, P-M3, P-M5).

Kim and Lovisa lead Elias' case, Mona manages its unit; Pia and Sam are asked, Fia has a seat and is not asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hub import clock
from hub.models import Case
from meetings import actions
from meetings.models import KeepApart, Meeting, MeetingKind, YouthContact
from tests.cast import NOW, START, World
from tests.gatherings import HOUR, THURSDAY, another, gather
from tests.matrix import LEADS, Row, case, nothing, status
from tests.matrix_api import call, look, read_by

#: With the tjänstemannamöte before it.
WITH = 15


def booked(world: World) -> Meeting:
    """The meeting on Thursday, booked once for the whole matrix."""
    standing = Meeting.objects.filter(case=world.case, kind=MeetingKind.NETWORK, starts_at=THURSDAY).first()
    return standing or gather(world, officials_minutes=WITH)


def meeting(world: World) -> Mapping[str, Any]:
    return {"ref": booked(world).ref}


def officials(world: World) -> Mapping[str, Any]:
    return {"ref": booked(world).officials.ref}


def with_a_meeting(world: World) -> Mapping[str, Any]:
    """So that no list is empty."""
    booked(world)
    return {}


def case_with_meeting(world: World) -> Mapping[str, Any]:
    booked(world)
    return case(world)


def sent(**fields: object) -> Any:
    return lambda world: fields


def a_time(**fields: object) -> Any:
    wanted = {"day": "2026-03-13", "starts_at": "9.00", "minutes": "60", "form": "room", "place": "Torget"}
    return lambda world: {**wanted, **fields}


def asking(name: str, **fields: object) -> Any:
    """Asks this member, and none of the others."""

    def made(world: World) -> Mapping[str, Any]:
        seated = ("kim", "lovisa", "pia", "sam", "fia")
        said = {f"person_{world.members[m].assignment.ref}": "ska" if m == name else "nej" for m in seated}
        return {**a_time(officials_minutes="0")(world), **said, **fields}

    return made


def mothers(world: World) -> Mapping[str, Any]:
    place = booked(world).participants.get(person=world.eva.person)
    return {"answer": "accepted", "vem": str(place.ref)}


def post(route: str, kwargs: Any, data: Any, expect: Mapping[str, int]) -> Row:
    return Row(route=f"meetings:{route}", method="POST", kwargs=kwargs, data=data, expect=expect, anonymous=401)


#: Sees the meeting: whoever leads, the manager of the unit, and whoever is asked.
SEES = status((*LEADS, "mona", "pia", "sam"))
#: See it without being asked.
UNASKED = status(("lovisa", "mona"), 403)
#: Leads its case.
LEAD = status(LEADS) | status(("mona", "pia", "sam"), 403)
DONE = status(LEADS, 302) | status(("mona", "pia", "sam"), 403)
#: As above, of the case itself, which Fia may read.
LEAD_CASE, DONE_CASE = LEAD | {"fia": 403}, DONE | {"fia": 403}


def refused(code: int) -> dict[str, int]:
    """Those who lead are told what is wrong; the others may not even try."""
    return LEAD | status(LEADS, code)


ROWS = [
    Row(route="meetings:meetings", kwargs=with_a_meeting, others=200),
    Row(route="meetings:meeting", kwargs=meeting, expect=SEES),
    Row(route="meetings:meeting", kwargs=officials, expect=SEES),
    Row(route="meetings:book", kwargs=case_with_meeting, expect=LEAD_CASE),
    post("book", case_with_meeting, asking("lovisa"), DONE_CASE),
    post(
        "book",
        case_with_meeting,
        asking("kim", day="2026-03-12"),
        refused(422) | {"fia": 403},
    ),
    Row(route="meetings:change", kwargs=meeting, expect=LEAD),
    post("change", meeting, a_time(row_version="1"), DONE),
    post("change", meeting, a_time(row_version="7"), refused(409)),
    Row(route="meetings:guests", kwargs=meeting, expect=LEAD),
    post("guests", meeting, asking("pia", row_version="1"), DONE),
    Row(route="meetings:cancel", kwargs=meeting, expect=LEAD),
    post("cancel", meeting, sent(row_version="1", reason="Sjukdom"), DONE),
    Row(route="meetings:not_held", kwargs=meeting, expect=LEAD),
    post(
        "not_held",
        meeting,
        sent(row_version="1", reason="Ingen kom"),
        status(LEADS, 422) | status(("mona", "pia", "sam"), 403),
    ),
    post(
        "answer", meeting, sent(answer="accepted"), status(("kim", "pia", "sam"), 302) | status(("lovisa", "mona"), 403)
    ),
    post("answer", meeting, mothers, status(LEADS, 302) | {"mona": 403}),
    Row(route="meetings:rhythm", kwargs=case, expect=LEAD_CASE),
    post("rhythm", case, sent(days="21", reason=""), DONE_CASE),
    Row(route="meetings:contact", kwargs=case, expect=LEAD_CASE),
    post("contact", case, sent(on="2026-03-02", how="call"), DONE_CASE),
]

# --- the API: leisure reads on screen only (P-A14) ------------------------------------------------------------------

SCREEN = {"fia": 403}
LOOKERS_ON = status(("mona", "pia", "sam"), 403) | SCREEN


def new_meeting(world: World) -> Mapping[str, Any]:
    return {
        "starts_at": (THURSDAY + timedelta(days=1)).isoformat(),
        "ends_at": (THURSDAY + timedelta(days=1) + HOUR).isoformat(),
        "place": "Torget",
        "officials": [world.lovisa.assignment.ref],
        "family": [world.elias.person.ref],
    }


def taken(world: World) -> Mapping[str, Any]:
    """A time when Pia is in the other meeting."""
    at = {"starts_at": THURSDAY.isoformat(), "ends_at": (THURSDAY + HOUR).isoformat()}
    return {**new_meeting(world), **at, "officials": [world.pia.assignment.ref]}


def a_stranger(world: World) -> Mapping[str, Any]:
    return {**new_meeting(world), "officials": [world.peo.assignment.ref]}


def only_pia(world: World) -> Mapping[str, Any]:
    return {"officials": [world.pia.assignment.ref]}


def about_mother(world: World) -> Mapping[str, Any]:
    return {"answer": "accepted", "participant": mothers(world)["vem"]}


def noted(world: World) -> Mapping[str, Any]:
    found = YouthContact.objects.filter(case=world.case).first()
    day = clock.local_day(NOW)
    made = found or actions.note_contact(world.case, on=day, how="call", by=world.kim.actor, at=NOW)
    return {"ref": made.ref}


MEETING_READ = read_by("kim", "api:meeting", meeting)
RHYTHM_READ = read_by("kim", "api:rhythm", case)
ANSWERS = status(("kim", "pia", "sam")) | UNASKED | SCREEN
LEAD_API = status(LEADS) | LOOKERS_ON
TOO_EARLY = LEAD_API | status(LEADS, 409)
NO_LINK = LEAD_API | status(LEADS, 422)

ROWS += [
    replace(look("meetings", with_a_meeting, SCREEN), others=200),
    look("meeting", meeting, SEES | SCREEN),
    call("meeting", meeting, LEAD_API, method="PATCH", json=sent(place="Biblioteket"), headers=MEETING_READ),
    call(
        "meeting",
        meeting,
        NO_LINK,
        method="PATCH",
        json=sent(link="http://x.se"),
        headers=MEETING_READ,
    ),
    look("meeting_candidates", case, LEAD_API),
    call("case_meetings", case_with_meeting, status(LEADS, 201) | LOOKERS_ON, json=new_meeting),
    call("case_meetings", case_with_meeting, status(LEADS, 422) | LOOKERS_ON, json=taken),
    call("case_meetings", case_with_meeting, status(LEADS, 422) | LOOKERS_ON, json=a_stranger),
    call("meeting_cancel", meeting, LEAD_API, json=sent(reason="Sjukdom"), headers=MEETING_READ),
    call("meeting_not_held", meeting, TOO_EARLY, json=sent(reason="Ingen kom"), headers=MEETING_READ),
    call("meeting_guests", meeting, LEAD_API, json=only_pia, headers=MEETING_READ),
    call("meeting_respond", meeting, ANSWERS, json=sent(answer="tentative")),
    call("meeting_respond", meeting, status(LEADS) | {"mona": 403} | SCREEN, json=about_mother),
    look("rhythm", case, LEAD_API),
    call("rhythm", case, LEAD_API, method="PUT", json=sent(days=21), headers=RHYTHM_READ),
    call("youth_contacts", case, status(LEADS, 201) | LOOKERS_ON, json=sent(on="2026-03-02", how="call")),
    look("youth_contact", noted, status((*LEADS, "mona")) | SCREEN),
]

#: What the installation's mailbox receives is handed in with an administrator's key.
ROWS += [
    replace(call("calendar_replies", nothing, {"ada": 422}, json=sent(mail="SGVqIQ==")), others=403),
]

# --- the best slots, who is taken, and youths who are kept apart -----------------------------------------------------

LEAD_OR_MANAGE = status((*LEADS, "mona")) | status(("pia", "sam", "fia"), 403)


def apart(world: World) -> KeepApart:
    """Elias and Tove, whom only Mona manages both cases of."""
    standing = KeepApart.objects.filter(first=world.elias).first()
    return standing or actions.keep_apart(
        world.case, tove(world).individual, reason="Hot.", by=world.mona.actor, at=START
    )


def tove(world: World) -> Case:
    found = Case.objects.filter(individual__person__given_name="Tove").first()
    return found or another(world, "Tove", "olof")


def case_kept_apart(world: World) -> Mapping[str, Any]:
    apart(world)
    return case(world)


def kept_apart(world: World) -> Mapping[str, Any]:
    return {"ref": apart(world).ref}


def of_case(world: World) -> Mapping[str, Any]:
    return {"ref": world.case.ref, "kept": apart(world).ref}


def from_tove(world: World) -> Mapping[str, Any]:
    KeepApart.objects.filter(first=world.elias).update(valid_to=NOW)
    return {"other": str(tove(world).individual.ref), "reason": "Hot."}


#: Only Mona may list Tove; to Kim and Lovisa she is as good as not there.
ONLY_MONA = status(LEADS, 422) | status(("pia", "sam", "fia"), 403)
ENDS = {"mona": 302} | status(("pia", "sam", "fia"), 403)

ROWS += [
    Row(route="meetings:apart", kwargs=case_kept_apart, expect=LEAD_OR_MANAGE),
    post("apart", case, from_tove, ONLY_MONA | {"mona": 302}),
    post("end_apart", of_case, nothing, ENDS),
    look("kept_apart_of_case", case_kept_apart, LEAD_OR_MANAGE),
    call("kept_apart_of_case", case, ONLY_MONA | {"mona": 201}, json=from_tove),
    look("kept_apart", kept_apart, {"mona": 200} | SCREEN),
    call(
        "kept_apart",
        kept_apart,
        {"mona": 204} | SCREEN,
        method="DELETE",
        json=nothing,
        headers=read_by("mona", "api:kept_apart", kept_apart),
    ),
    look("meeting_slots", case, LEAD_API),
    replace(look("meeting_busy", case, LEAD_API), query="?day=2026-03-12"),
]
