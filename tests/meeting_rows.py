"""A row of every kind that meetings keep."""

from datetime import time, timedelta

from hub import actions as hub_actions
from hub.joint_text import Written
from hub.models import Person
from meetings import actions
from meetings.models import Busy, Calendar, Meeting, Proposal, ProposedMeeting, StandingSlot, WorkingHours
from tests.cast import NOW, START_DAY, World, person, write
from tests.gatherings import gather, room
from tests.grouping import every_kind_of_group
from tests.holding import everybody


def every_kind_of_meeting(world: World, said: str) -> None:
    """A meeting that goes on at NOW, in a room, with what was `said` wherever free text can stand."""
    kim = world.kim.actor
    approved_minutes(world, said)
    meeting = gather(world, "kim", "pia", starts_at=NOW + timedelta(minutes=30), room=room(world))
    actions.tell_family(meeting.participants.get(person=world.elias.person), how="handed", by=kim, at=NOW)
    _clear(world, meeting, said)
    actions.set_call_number(world.case, phone="08-508 00 00", by=kim, at=NOW)
    actions.open_meeting(meeting, by=kim, at=NOW)
    point = meeting.points.order_by("order")[0]
    actions.write_point(point, Written(said, 0), by=kim, at=NOW)
    actions.own_words(meeting.participants.get(person=world.elias.person), Written(said, 0), by=kim, at=NOW)
    owner, due_on = world.pia.assignment, START_DAY + timedelta(days=14)
    actions.decide(meeting, said, owner=owner, due_on=due_on, by=kim, at=NOW)
    actions.set_rhythm(world.case, days=35, reason=said, by=kim, at=NOW)
    actions.note_contact(world.case, on=START_DAY, how="call", by=kim, at=NOW)
    proposed = Proposal.objects.create(
        municipality=world.kommun,
        asked_by=world.kim.assignment,
        first_day=START_DAY,
        last_day=START_DAY,
        minutes=60,
        asked_at=NOW,
        state="ready",
    )
    ProposedMeeting.objects.create(
        municipality=world.kommun, proposal=proposed, case=world.case, due_day=START_DAY, reasons=[said]
    )
    StandingSlot.objects.create(
        municipality=world.kommun,
        agency=world.social,
        room=room(world),
        weekdays=[4],
        starts=time(9, 0),
        minutes=60,
        valid_from=NOW,
    )
    user = world.kim.user
    WorkingHours.objects.create(user=user, weekdays=[1], begins=time(8, 0), ends=time(16, 0))
    calendar = Calendar.objects.create(user=user, name="Jobbet", added_at=NOW)
    Busy.objects.create(user=user, calendar=calendar, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    actions.make_feed(by=kim, at=NOW)
    other = hub_actions.register_individual(person("Tove", "Alm", START_DAY.replace(year=2010)), by=kim, at=NOW)
    hub_actions.open_case(other, form="SIG", phase="insats", by=kim, at=NOW, newly_registered=True)
    actions.keep_apart(world.case, other, reason=said, by=kim, at=NOW)
    every_kind_of_group(world, said)


def approved_minutes(world: World, said: str) -> None:
    """A meeting that has ended, with an item, minutes that are approved and a correction of them."""
    kim = world.kim.actor
    meeting = gather(world, "kim", "pia", starts_at=NOW, minutes=15)
    actions.open_meeting(meeting, by=kim, at=NOW)
    point = meeting.points.order_by("order")[0]
    actions.write_point(point, Written(said, 0), by=kim, at=NOW)
    item = write(world, "kim", "measures_and_plan", body=said)
    actions.link_item(meeting, item, point=point, by=kim, at=NOW)
    actions.note_attendance(meeting, everybody(meeting), by=kim, at=NOW)
    actions.close_held(meeting, no_next=said, row_version=2, by=kim, at=NOW)
    minutes = actions.approve_minutes(meeting.minutes, row_version=1, by=kim, at=NOW)
    actions.add_addendum(minutes, said, by=kim, at=NOW)


def _clear(world: World, meeting: Meeting, said: str) -> None:
    """A decision that the mother may be told, made while she was marked as in danger."""
    mother = Person.objects.filter(pk=world.eva.person_id)
    mother.update(family_security_flag=True)
    place = meeting.participants.get(person=world.eva.person)
    actions.clear_person(place, reason=said, by=world.kim.actor, at=NOW)
    mother.update(family_security_flag=False)
