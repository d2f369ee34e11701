"""The deeds of meetings, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable
from datetime import timedelta

from hub.models import Person
from meetings import actions
from meetings.calendars.replies import Answer, Reply
from meetings.calendars.writing import uid_of
from meetings.models import FamilyWord, KeepApart, Meeting, Participant
from tests.cast import NOW, START, START_DAY, World
from tests.gatherings import HOUR, THURSDAY, another, gather, guests, when
from tests.proposing import asked_for, ready

#: In the last week of Elias' rhythm.
DUE = START + timedelta(days=22)

Deed = Callable[[World], object]

EXEMPT: dict[str, str] = {
    "Collides": "a refusal",
    "Guests": "a type",
    "When": "a type",
}


def of_pia(w: World) -> Participant:
    place: Participant = gather(w).participants.get(assignment=w.pia.assignment)
    return place


def of_eva(w: World) -> Participant:
    place: Participant = gather(w).participants.select_related("meeting__case").get(person=w.eva.person)
    return place


def told(w: World) -> FamilyWord:
    return actions.tell_family(of_eva(w), how="handed", by=w.kim.actor, at=NOW)


def cleared(w: World) -> object:
    place = of_eva(w)
    Person.objects.filter(pk=w.eva.person_id).update(family_security_flag=True)
    return actions.clear_person(place, reason="Bor med Elias", by=w.kim.actor, at=NOW)


def begun(w: World) -> Meeting:
    return actions.not_held(gather(w), reason="Ingen kom", row_version=1, by=w.kim.actor, at=THURSDAY + HOUR)


def replied(w: World) -> bool:
    whom = of_pia(w)
    address = w.pia.user.email.lower()
    reply = Reply(uid_of(whom.meeting.ref, "localhost"), 0, address, Answer.ACCEPTED, NOW, sender=address)
    return actions.take_reply(reply, by=w.ada.actor, at=NOW)


def marked(w: World) -> KeepApart:
    other = another(w, "Tove", "olof").individual
    return actions.keep_apart(w.case, other, reason="Hot.", by=w.mona.actor, at=NOW)


DEEDS: dict[str, tuple[str, Deed]] = {
    "answer": ("meeting.answered", lambda w: actions.answer(of_pia(w), "accepted", by=w.pia.actor, at=NOW)),
    "book": ("meeting.booked", gather),
    "ask_for_proposal": ("proposal.asked", asked_for),
    "cancel": (
        "meeting.cancelled",
        lambda w: actions.cancel(gather(w), reason="Sjukdom", row_version=1, by=w.kim.actor, at=NOW),
    ),
    "change": (
        "meeting.moved",
        lambda w: actions.change(gather(w), when(THURSDAY + HOUR), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "change_guests": (
        "meeting.asked",
        lambda w: actions.change_guests(gather(w), guests(w, "pia"), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "confirm_proposal": (
        "proposal.confirmed",
        lambda w: actions.confirm_proposal(ready(w), row_version=1, by=w.kim.actor, at=NOW),
    ),
    "drop_proposal": ("proposal.dropped", lambda w: actions.drop_proposal(ready(w), by=w.kim.actor, at=NOW)),
    "leave_out": (
        "proposal.left_out",
        lambda w: actions.leave_out(ready(w).meetings.get(), True, row_version=1, by=w.kim.actor, at=NOW),
    ),
    "move_proposed": (
        "proposal.moved",
        lambda w: actions.move_proposed(ready(w).meetings.get(), DUE, None, row_version=1, by=w.kim.actor, at=NOW),
    ),
    "end_keep_apart": (
        "youths.kept_apart_ended",
        lambda w: actions.end_keep_apart(marked(w), by=w.mona.actor, at=NOW + HOUR),
    ),
    "keep_apart": ("youths.kept_apart", marked),
    "clear_person": ("family.cleared", cleared),
    "not_held": ("meeting.not_held", begun),
    "note_contact": (
        "youth.contact_noted",
        lambda w: actions.note_contact(w.case, on=START_DAY, how="call", by=w.kim.actor, at=NOW),
    ),
    "stop_proposal": ("proposal.stopped", lambda w: actions.stop_proposal(asked_for(w), by=w.kim.actor, at=NOW)),
    "set_rhythm": (
        "rhythm.decided",
        lambda w: actions.set_rhythm(w.case, days=21, reason="", by=w.kim.actor, at=NOW),
    ),
    "set_call_number": (
        "family.number_set",
        lambda w: actions.set_call_number(w.case, phone="08-508 00 00", by=w.kim.actor, at=NOW),
    ),
    "take_reply": ("meeting.answered", replied),
    "tell_family": ("family.told", told),
    "told_answer": ("meeting.answered", lambda w: actions.told_answer(of_pia(w), "declined", by=w.kim.actor, at=NOW)),
    "untell": ("family.told_undone", lambda w: actions.untell(told(w), by=w.kim.actor, at=NOW)),
}
