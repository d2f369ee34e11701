"""The routes of the letters to the family: only who leads the case writes, prints and notes (P-M6, P-A8)."""

from collections.abc import Mapping
from typing import Any

from hub.models import Person
from meetings import actions
from meetings.models import FamilyWord, Participant
from tests.cast import NOW, World
from tests.matrix import LEADS, Row, status
from tests.matrix_api import call, look
from tests.matrix_meetings_booking import DONE, LEAD, SCREEN, booked, meeting, officials, post, refused, sent


def mother(world: World) -> Participant:
    found: Participant = booked(world).participants.select_related("meeting__case").get(person=world.eva.person)
    return found


def to_mother(world: World) -> Mapping[str, Any]:
    place = mother(world)
    return {"ref": place.meeting.ref, "place": place.ref}


def to_nobody(world: World) -> Mapping[str, Any]:
    """Pia's own place: she is no one of the family."""
    place = booked(world).participants.get(assignment=world.pia.assignment)
    return {"ref": booked(world).ref, "place": place.ref}


def in_danger(world: World) -> Mapping[str, Any]:
    Person.objects.filter(pk=world.eva.person_id).update(family_security_flag=True)
    return to_mother(world)


def noted(world: World) -> Mapping[str, Any]:
    place = mother(world)
    found = FamilyWord.objects.filter(meeting=place.meeting, undone_at=None).first()
    made = found or actions.tell_family(place, how="handed", by=world.kim.actor, at=NOW)
    return {"ref": made.ref}


NOT_FOUND = refused(404)
#: The manager may read the note, and not take it back; who is asked does not find it.
UNDO = status(LEADS, 302) | {"mona": 403}

ROWS = [
    Row(route="meetings:letters", kwargs=meeting, expect=LEAD),
    Row(route="meetings:letters", kwargs=officials, expect=NOT_FOUND),
    Row(route="meetings:letter", kwargs=to_mother, expect=LEAD),
    Row(route="meetings:letter", kwargs=to_nobody, expect=NOT_FOUND),
    Row(route="meetings:letter", kwargs=to_mother, query="?sprak=so", expect=NOT_FOUND),
    Row(route="meetings:letter_pdf", kwargs=to_mother, expect=LEAD),
    post("letter_told", to_mother, sent(how="handed", told_on="2026-03-02"), DONE),
    post("letter_told", to_mother, sent(how="", told_on="2026-03-02"), refused(422)),
    post("letter_number", meeting, sent(phone="08-508 00 00"), DONE),
    post("letter_undo", noted, sent(), UNDO),
]

LEAD_API = LEAD | SCREEN
ROWS += [
    look("meeting_letters", meeting, LEAD_API),
    call("meeting_letter_told", to_mother, LEAD_API, json=sent(how="called")),
    call("meeting_letter_number", meeting, LEAD_API, json=sent(phone="08-508 00 00")),
    call("family_word_undo", noted, status(LEADS) | {"mona": 403} | SCREEN, json=sent()),
]

#: Where the mother is in danger.
ROWS += [
    Row(route="meetings:letter_clear", kwargs=in_danger, expect=LEAD),
    Row(route="meetings:letter", kwargs=in_danger, expect=refused(409)),
    post("letter_clear", in_danger, sent(reason="Bor med Elias"), DONE),
    call("meeting_letter_clear", in_danger, LEAD_API, json=sent(reason="Bor med Elias")),
]
