"""A row of every kind that meetings keep."""

from datetime import time, timedelta

from hub import actions as hub_actions
from hub.joint_text import Written
from meetings import actions
from meetings.models import Busy, Calendar, KeepApart, StandingSlot, WorkingHours
from tests.cast import NOW, START_DAY, World, person
from tests.gatherings import gather, room
from tests.grouping import every_kind_of_group


def every_kind_of_meeting(world: World, said: str) -> None:
    """A meeting that goes on at NOW, in a room, with what was `said` wherever free text can stand."""
    kim = world.kim.actor
    meeting = gather(world, "kim", "pia", starts_at=NOW + timedelta(minutes=30), room=room(world))
    actions.open_meeting(meeting, by=kim, at=NOW)
    point = meeting.points.order_by("order")[0]
    actions.write_point(point, Written(said, 0), by=kim, at=NOW)
    actions.own_words(meeting.participants.get(person=world.elias.person), Written(said, 0), by=kim, at=NOW)
    owner, due_on = world.pia.assignment, START_DAY + timedelta(days=14)
    actions.decide(meeting, said, owner=owner, due_on=due_on, by=kim, at=NOW)
    actions.set_rhythm(world.case, days=35, reason=said, by=kim, at=NOW)
    actions.note_contact(world.case, on=START_DAY, how="call", by=kim, at=NOW)
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
    first, second = sorted((world.elias.pk, other.pk))
    KeepApart.objects.create(
        municipality=world.kommun,
        first_id=first,
        second_id=second,
        agency=world.social,
        reason=said,
        recorded_by=world.kim.assignment,
        valid_from=NOW,
    )
    every_kind_of_group(world, said)
