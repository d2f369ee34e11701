"""Groups: who is let in, meetings week by week, measures that come back, and minutes that stand still (P-M1, P-M7)."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client

from hub.access import Denied, may
from hub.actions.cases import NotYet
from hub.calendar_se import is_red
from hub.errors import Conflict, Invalid
from hub.joint_text import Written
from hub.models import AgreementParty, Assignment, Notification, Outbox, User
from meetings import actions
from meetings.apart import NOT_USABLE
from meetings.calendars.replies import Answer, Reply
from meetings.calendars.writing import uid_of
from meetings.feeds import parts_of
from meetings.groups import queries
from meetings.groups.contributions import groups_to_lead
from meetings.groups.guard import NUMBER, Questioned
from meetings.groups.messages import mail
from meetings.groups.picture import Wanted, picture
from meetings.models import Group, GroupMeeting, GroupMember, GroupWords, MeetingState, Occupied, SituationEntry
from tests.cast import NOW, SECOND, START_DAY, World
from tests.gatherings import HOUR, THURSDAY, gather, room
from tests.grouping import (
    DURING,
    INSIDE,
    agreed,
    break_off,
    called,
    close,
    everybody,
    group,
    held,
    noted,
    point,
    running,
    seat,
    seen,
    what,
    write,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
#: The numbers are of Skatteverket's test series.
NUMBERS = ("201002042396", "20100204-2396", "100204-2396")


def raw(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def calendar_of(row: Outbox) -> str:
    """What the calendar gets with this mail."""
    made = mail(row, NOW + HOUR)
    assert made is not None
    parts = (part.get_payload(decode=True) for part in made.walk() if part.get_content_type() == "text/calendar")
    return b"".join(part for part in parts if isinstance(part, bytes)).decode()


# Who is in it -------------------------------------------------------------------------------------------------------


def test_a_group_is_read_by_those_who_sit_in_it_and_arranged_by_who_leads_it(world: World) -> None:
    est = group(world)
    (meeting,) = called(world, est)
    entry = noted(world, est)
    for name in (*INSIDE, "mona", "lovisa", "olof", "dag", "peo", "olle", "otto", "rut", "ada"):
        actor = world.members[name].actor
        assert may(meeting, actor, "read", at=NOW) == may(entry, actor, "read", at=NOW) == (name in INSIDE), name
        assert may(est, actor, "arrange", at=NOW) == (name == "kim"), name
    assert may(est, world.mona.actor, "read", at=NOW)
    assert not may(est, world.mona.actor, "take_part", at=NOW)


@pytest.mark.parametrize("ends", ["the place", "the assignment", "the account", "the agreement"])
def test_the_manager_of_who_keeps_it_lets_people_in_only_while_nobody_leads_it(world: World, ends: str) -> None:
    est, mona = group(world, "sam"), world.mona.actor
    seat(world, est, "pia", role="chair")
    at, later = NOW + HOUR, NOW + 2 * HOUR
    with pytest.raises(Denied):
        actions.end_group_member(est.members.get(assignment=world.pia.assignment), by=mona, at=at)
    assert not any(todo.kind == "Grupp" for todo in groups_to_lead(mona, at))
    kim = est.members.get(assignment=world.kim.assignment)
    actions.end_group_member(kim, by=world.kim.actor, at=at)
    assert not may(est, mona, "arrange", at=at), "Pia is its chair"
    if ends == "the place":
        est.members.filter(assignment=world.pia.assignment).update(valid_to=later)
    elif ends == "the assignment":
        Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_to=later)
    elif ends == "the account":
        User.objects.filter(pk=world.pia.user.pk).update(is_active=False)
    else:
        AgreementParty.objects.filter(agency=world.police).update(valid_to=later)
    assert may(est, mona, "arrange", at=later)
    assert not may(est, world.olof.actor, "arrange", at=later)
    assert not may(est, world.sam.actor, "arrange", at=later)
    assert [todo.title for todo in groups_to_lead(mona, later)] == ["EST Spånga har ingen som leder den"]
    actions.add_group_member(
        est, world.olof.assignment, role="convener", first_day=later.date(), last_day=None, by=mona, at=later
    )
    assert not may(est, mona, "arrange", at=later)
    assert groups_to_lead(mona, later) == []


def test_a_place_in_a_group_ends_with_the_assignment_on_every_list(world: World) -> None:
    est = group(world)
    (meeting,) = called(world, est)
    second = called(world, est, starts_at=THURSDAY + WEEK)[0]
    later = NOW + HOUR
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_to=later)

    def listed(at: datetime) -> list[bool]:
        kim = world.kim.actor
        return [
            "Pia Holm" in names
            for names in (
                [one.assignment.user.name for one in queries.members_of(est, kim, at=at)],
                [one.user.name for one in queries.owners_of(est, kim, at=at)],
                [one.assignment.user.name for one in queries.look(meeting, kim, at=at).people],
            )
        ] + [world.police in queries.sources_of(est, kim, at=at)]

    assert listed(later - SECOND) == [True] * 4
    assert listed(later) == [False] * 4
    told = Notification.objects.filter(assignment=world.pia.assignment).count()
    actions.cancel_group_meeting(second, reason="Sjukdom.", row_version=1, by=world.kim.actor, at=later)
    assert Notification.objects.filter(assignment=world.pia.assignment).count() == told
    actions.open_group_meeting(meeting, by=world.kim.actor, at=THURSDAY)
    assert not meeting.attendees.filter(assignment=world.pia.assignment, removed_at=None).exists()
    assert not Occupied.objects.filter(user=world.pia.user).exists()
    everybody(world, meeting)
    close(world, meeting, "Ingen mer.")


@pytest.mark.parametrize("name", ["lovisa", "olof", "pia", "rut", "ada"])
def test_only_coordinators_and_managers_of_social_services_begin_a_group(world: World, name: str) -> None:
    with pytest.raises(Denied):
        actions.start_group(actions.GroupFacts("est", "EST"), by=world.members[name].actor, at=NOW)


def test_a_place_in_a_group_reads_from_its_first_instant_to_its_last(world: World) -> None:
    est = group(world, "pia")
    later = actions.add_group_member(
        est,
        world.sam.assignment,
        role="member",
        first_day=START_DAY + timedelta(days=1),
        last_day=START_DAY + timedelta(days=2),
        by=world.kim.actor,
        at=NOW,
    )
    assert later.valid_to is not None
    sees = {at: may(est, world.sam.actor, "read", at=at) for at in (later.valid_from, later.valid_to - SECOND)}
    assert all(sees.values())
    assert not may(est, world.sam.actor, "read", at=later.valid_from - SECOND)
    assert not may(est, world.sam.actor, "read", at=later.valid_to)


def test_an_agency_from_outside_sits_there_only_while_its_agreement_holds(world: World) -> None:
    est = group(world, "sam")
    AgreementParty.objects.filter(agency=world.police).update(valid_to=NOW)
    with pytest.raises(Invalid, match="arbetar inte längre"):
        seat(world, est, "pia")
    AgreementParty.objects.filter(agency=world.police).update(valid_to=THURSDAY)
    seat(world, est, "pia")
    assert may(est, world.pia.actor, "read", at=THURSDAY - SECOND)
    assert not may(est, world.pia.actor, "read", at=THURSDAY)


def test_the_last_who_leads_stays_and_who_leaves_is_taken_off_the_meetings_to_come(world: World) -> None:
    est = group(world)
    (meeting,) = called(world, est)
    rows = GroupMember.objects.select_related("group", "assignment")
    with pytest.raises(Invalid, match="Någon måste leda"):
        actions.end_group_member(rows.get(assignment=world.kim.assignment), by=world.kim.actor, at=DURING)
    actions.end_group_member(rows.get(assignment=world.pia.assignment), by=world.kim.actor, at=NOW + HOUR)
    assert not may(meeting, world.pia.actor, "read", at=NOW + HOUR)
    assert not Occupied.objects.filter(user=world.pia.user).exists()
    told = Notification.objects.filter(assignment=world.pia.assignment).values_list("kind", flat=True)
    assert "group_meeting_off" in told


def test_who_was_taken_off_a_meeting_is_not_mailed_the_time_it_got_afterwards(world: World) -> None:
    (meeting,) = called(world, group(world))
    pia = GroupMember.objects.select_related("group", "assignment").get(assignment=world.pia.assignment)
    actions.end_group_member(pia, by=world.kim.actor, at=NOW + HOUR)
    row = Outbox.objects.get(user=world.pia.user, kind="group_meeting_off")
    assert mail(row, NOW + HOUR) is not None
    meeting.refresh_from_db()
    later, seen = what(THURSDAY + 3 * HOUR), meeting.row_version
    actions.change_group_meeting(meeting, later, row_version=seen, by=world.kim.actor, at=NOW + HOUR)
    assert "DTSTART;TZID=Europe/Stockholm:20260312T090000" in calendar_of(row), "the time it had when she left"


def test_who_comes_back_is_asked_with_a_higher_number_than_what_called_it_off(world: World) -> None:
    est = group(world)
    called(world, est)
    pia = GroupMember.objects.select_related("group", "assignment").get(assignment=world.pia.assignment)
    actions.end_group_member(pia, by=world.kim.actor, at=NOW + HOUR)
    seat(world, est, "pia", at=NOW + HOUR)
    rows = Outbox.objects.filter(user=world.pia.user, kind__startswith="group_meeting").order_by("pk")
    told = [(row.kind, row.occasion.rpartition(":")[2]) for row in rows]
    assert told == [("group_meeting_booked", "0"), ("group_meeting_off", "1"), ("group_meeting_booked", "2")]
    assert "SEQUENCE:2" in calendar_of(rows.latest("pk"))


def test_who_falls_out_when_a_meeting_is_moved_past_the_end_of_the_place_gets_it_cancelled(world: World) -> None:
    est = group(world, "pia")
    last = THURSDAY.date()
    actions.add_group_member(
        est, world.sam.assignment, role="member", first_day=START_DAY, last_day=last, by=world.kim.actor, at=NOW
    )
    (meeting,) = called(world, est)
    to = what(THURSDAY + timedelta(days=1))
    changed = actions.change_group_meeting(meeting, to, row_version=1, by=world.kim.actor, at=NOW)
    assert not Occupied.objects.filter(user=world.sam.user).exists()
    rows = {user: Outbox.objects.get(user=world.members[user].user, occasion__endswith=":1") for user in ("pia", "sam")}
    assert [row.kind for row in rows.values()] == ["group_meeting_changed", "group_meeting_off"]
    told = calendar_of(rows["sam"])
    assert [line in told for line in ("METHOD:CANCEL", "SEQUENCE:1", "20260312T090000", "20260313")] == [
        *[True] * 3,
        False,
    ], "called off at the time it had for him"
    actions.change_group_meeting(changed, what(), row_version=2, by=world.kim.actor, at=NOW)
    waiting = Outbox.objects.filter(user=world.sam.user, state="waiting", kind__startswith="group_meeting")
    assert [row.kind for row in waiting] == ["group_meeting_changed"], "asked again, and not told that it is off"


def test_who_has_left_is_asked_to_nothing_told_nothing_and_not_taken(world: World) -> None:
    est = group(world)
    Assignment.objects.filter(pk=world.pia.assignment.pk).update(valid_to=NOW)
    (meeting,) = called(world, est, at=NOW)
    actions.cancel_group_meeting(meeting, reason="Sjukdom.", row_version=1, by=world.kim.actor, at=NOW)
    told = Notification.objects.filter(assignment=world.pia.assignment).values_list("kind", flat=True)
    assert not {kind for kind in told if kind.startswith("group_meeting")}
    assert not Outbox.objects.filter(user=world.pia.user, kind__startswith="group_meeting").exists()
    assert not Occupied.objects.filter(user=world.pia.user).exists()
    assert not meeting.attendees.filter(assignment=world.pia.assignment).exists()


# Meetings -----------------------------------------------------------------------------------------------------------


def test_a_rhythm_is_single_meetings_at_the_same_wall_time_without_red_days(world: World) -> None:
    """Easter Thursday is no red day, but the clocks change on 29 March."""
    made = called(world, group(world), starts_at=THURSDAY, times=8)
    days = [one.starts_at.astimezone(THURSDAY.tzinfo) for one in made]
    assert {(day.hour, day.weekday()) for day in days} == {(9, 3)}
    assert len({one.ref for one in made}) == 8
    monday = THURSDAY + timedelta(days=4)
    of_mondays = called(world, group(world, name="Måndagar"), starts_at=monday + HOUR, times=6)
    assert len(of_mondays) == 5
    assert not any(is_red(one.starts_at.date()) for one in of_mondays)
    told = Notification.objects.filter(assignment=world.pia.assignment, kind="group_meeting_booked")
    assert told.count() == 2, "one message per booking, however many weeks"


def test_nobody_is_in_a_groups_meeting_and_a_case_meeting_at_once_and_no_room_holds_both(world: World) -> None:
    est, granen = group(world), room(world)
    gather(world, "kim", "pia", starts_at=THURSDAY + WEEK)
    with pytest.raises(Invalid, match=r"har redan ett möte då. Det gäller den 19 mars 2026"):
        called(world, est, times=3)
    assert not GroupMeeting.objects.exists(), "all or nothing"
    (meeting,) = called(world, est, room=granen)
    with pytest.raises(Invalid, match="har redan ett möte"):
        gather(world, "kim", starts_at=THURSDAY)
    with pytest.raises(Invalid, match=NOT_USABLE):
        gather(world, "lovisa", starts_at=THURSDAY, room=granen)
    gather(world, "lovisa", starts_at=THURSDAY + 3 * HOUR, room=granen)
    with pytest.raises(Invalid, match="Lokalen är upptagen"):
        called(world, group(world, "sam", name="Annan"), starts_at=THURSDAY + 3 * HOUR, room=granen)
    assert meeting.room == granen


def test_a_new_time_asks_anew_and_the_others_of_the_rhythm_stay(world: World) -> None:
    first, second = called(world, group(world), times=2)
    place = first.attendees.get(assignment=world.pia.assignment)
    actions.answer_group(place, "accepted", by=world.pia.actor, at=NOW)
    actions.change_group_meeting(first, what(place="Aulan"), row_version=1, by=world.kim.actor, at=NOW)
    place.refresh_from_db()
    assert place.answer == "accepted"
    actions.change_group_meeting(first, what(THURSDAY + HOUR), row_version=2, by=world.kim.actor, at=NOW)
    place.refresh_from_db()
    second.refresh_from_db()
    assert (place.answer, place.told_sequence, second.sequence) == ("needs_action", 2, 0)
    with pytest.raises(Conflict):
        actions.change_group_meeting(first, what(), row_version=2, by=world.kim.actor, at=NOW)


def test_the_invitation_says_kind_time_and_link_and_a_reply_from_the_calendar_counts(
    world: World, settings: Any
) -> None:
    settings.MAIL_ON = True
    (meeting,) = called(world, group(world), place="Aulan")
    row = Outbox.objects.get(user=world.pia.user, kind="group_meeting_booked")
    sent = mail(row, NOW)
    assert sent is not None
    text = sent.as_string()
    assert "EST-m" in text
    assert [word for word in ("Aulan", "EST Spånga", "sam@") if word in text] == []
    reply = Reply(
        uid_of(meeting.ref, "localhost"), 0, world.pia.user.email, Answer.ACCEPTED, NOW, sender=world.pia.user.email
    )
    assert actions.take_reply(reply, by=world.ada.actor, at=NOW)
    assert meeting.attendees.get(assignment=world.pia.assignment).answered_by == "calendar"
    assert [one.ref for part in parts_of(world.pia.user, at=NOW) for one in part.groups] == [meeting.ref]
    assert parts_of(world.dag.user, at=NOW) == []


# Holding ------------------------------------------------------------------------------------------------------------


def test_a_meeting_ends_with_attendance_every_open_measure_and_a_next_date(world: World) -> None:
    est = group(world)
    first = running(world, est)
    measure = agreed(world, first)
    everybody(world, first)
    close(world, first, "Nästa bokas sedan.")
    second = running(world, est, starts_at=THURSDAY + WEEK, own_points=("Sommarlovet",))
    now = DURING + WEEK
    assert [one.title for one in second.points.all()] == ["Sedan sist", "Lägesbild", "Sommarlovet"]
    with pytest.raises(NotYet) as missing:
        close(world, second, at=now)
    assert [reason.split(".")[0] for reason in missing.value.reasons] == [
        "Ange närvaro för alla som är kallade",
        "Gå igenom åtgärderna från tidigare möten",
        "Boka nästa möte, eller skriv varför det inte blir något",
    ]
    end = "UPDATE meetings_groupmeeting SET state = 'held', closed_at = %s, reason = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match="attendance is missing"):
        raw(end, now, "Skäl", second.pk)
    everybody(world, second, at=now)
    with pytest.raises(IntegrityError, match="a measure is not followed up"):
        raw(end, now, "Skäl", second.pk)
    goes_on = actions.Progress("open", note="Två kvällar gjorda.", due_on=measure.due_on + WEEK)
    actions.follow_up_measure(measure, goes_on, meeting=second, row_version=1, by=world.kim.actor, at=now)
    with pytest.raises(IntegrityError, match="no next meeting"):
        raw(end, now, "", second.pk)
    called(world, est, starts_at=THURSDAY + 2 * WEEK)
    assert close(world, second, at=now).state == MeetingState.HELD
    third = GroupMeeting.objects.get(state=MeetingState.PLANNED)
    actions.open_group_meeting(third, by=world.kim.actor, at=third.starts_at)
    with pytest.raises(NotYet, match="Ange närvaro"):
        close(world, third, "Skäl", at=third.starts_at)


def test_minutes_stand_still_from_the_end_on_and_are_added_to(world: World) -> None:
    est = group(world)
    meeting = running(world, est)
    write(world, meeting, "Lugnt på torget.", name="pia")
    measure = agreed(world, meeting)
    everybody(world, meeting)
    closed = close(world, meeting, "Paus.")
    with pytest.raises(Conflict):
        write(world, meeting, "Nej, bråk.")
    for statement in (
        "UPDATE meetings_grouppoint SET text = 'Nej' WHERE meeting_id = %s",
        "DELETE FROM meetings_grouppointrevision USING meetings_grouppoint p WHERE p.id = point_id "
        "AND p.meeting_id = %s",
        "UPDATE meetings_groupattendee SET attendance = 'absent' WHERE meeting_id = %s",
        "UPDATE meetings_groupmeasure SET text = 'Nej' WHERE meeting_id = %s",
        "UPDATE meetings_groupmeeting SET reason = 'Nej' WHERE id = %s",
    ):
        with pytest.raises(IntegrityError):
            raw(statement, meeting.pk)
    actions.approve_group_minutes(closed, row_version=3, by=world.kim.actor, at=DURING)
    with pytest.raises(Conflict):
        actions.approve_group_minutes(closed, row_version=4, by=world.kim.actor, at=DURING)
    with pytest.raises(IntegrityError):
        raw("UPDATE meetings_groupmeeting SET approved_at = NULL, approved_by_id = NULL WHERE id = %s", meeting.pk)
    actions.add_to_group_minutes(closed, "Det var fem, inte fyra.", by=world.kim.actor, at=DURING)
    with pytest.raises(IntegrityError):
        raw("UPDATE meetings_groupaddition SET text = 'Nej' WHERE meeting_id = %s", meeting.pk)
    done = actions.Progress("done")
    actions.follow_up_measure(measure, done, row_version=1, by=world.pia.actor, at=DURING + HOUR)
    with pytest.raises(Denied):
        actions.follow_up_measure(measure, done, row_version=2, by=world.sam.actor, at=DURING + HOUR)


def test_a_meeting_that_is_broken_off_says_why_goes_on_within_seven_days_and_then_stands_still(world: World) -> None:
    est = group(world)
    meeting = running(world, est)
    write(world, meeting, "Lugnt på torget.")
    with pytest.raises(Invalid, match="Skriv varför"):
        break_off(world, meeting, reason="")
    called(world, est, starts_at=THURSDAY + timedelta(days=8))
    with pytest.raises(NotYet, match="senast 19 mars 2026"):
        break_off(world, meeting)
    end = "UPDATE meetings_groupmeeting SET state = 'broken_off', closed_at = %s, reason = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match="no new date within a week"):
        raw(end, DURING, "Brandlarm", meeting.pk)
    called(world, est, starts_at=THURSDAY + WEEK)
    broken = break_off(world, meeting)
    assert (broken.state, broken.reason) == (MeetingState.BROKEN_OFF, "Brandlarm.")
    assert not Occupied.objects.filter(meeting_ref=meeting.ref).exists()
    with pytest.raises(Conflict):
        write(world, meeting, "Nej, bråk.")
    for statement in (
        "UPDATE meetings_groupmeeting SET reason = 'Nej' WHERE id = %s",
        "UPDATE meetings_grouppoint SET text = 'Nej' WHERE meeting_id = %s",
    ):
        with pytest.raises(IntegrityError):
            raw(statement, meeting.pk)
    page = world.client("pia").get(f"/gruppmoten/{meeting.ref}/").content.decode()
    assert [said in page for said in ("Mötet avbröts:", "Lugnt på torget.", "Brandlarm.")] == [True] * 3
    kim = world.client("kim")
    assert kim.get(f"/gruppmoten/{meeting.ref}/protokoll.pdf").content[:4] == b"%PDF"
    approved = actions.approve_group_minutes(broken, row_version=3, by=world.kim.actor, at=DURING)
    assert approved.approved_at == DURING


@pytest.mark.parametrize(
    ("how", "field"),
    [
        (actions.Progress("not_possible"), "note"),
        (actions.Progress("open", due_on=date(2026, 4, 30)), "note"),
        (actions.Progress("open", "Försenad."), "due_on"),
        (actions.Progress("klart"), "state"),
    ],
)
def test_what_goes_on_past_its_day_and_what_cannot_be_done_says_why(
    world: World, how: actions.Progress, field: str
) -> None:
    measure = agreed(world, running(world, group(world)))
    late = DURING + timedelta(days=15)
    with pytest.raises(Invalid) as refusal:
        actions.follow_up_measure(measure, how, row_version=1, by=world.pia.actor, at=late)
    assert set(refusal.value.errors) == {field}


# No individual ------------------------------------------------------------------------------------------------------


def ways_to_write(world: World) -> dict[str, Any]:
    """Every free text of groups: name → a way to write it."""
    kim: Any = {"by": world.kim.actor, "at": DURING}
    est = group(world)
    planned = called(world, est, starts_at=THURSDAY + WEEK)[0]
    done = held(world, est, starts_at=THURSDAY - timedelta(days=1))
    meeting = running(world, est)
    measure, entry = agreed(world, meeting), noted(world, est)
    facts = actions.GroupFacts
    return {
        "a group's name": lambda said: actions.start_group(facts("est", said), **kim),
        "a standing point": lambda said: actions.start_group(facts("est", "EST", agenda=[said]), **kim),
        "a changed name": lambda said: actions.change_group(est, facts("est", said), row_version=1, **kim),
        "a place": lambda said: actions.book_group(est, what(THURSDAY + 2 * WEEK, place=said), **kim),
        "a point": lambda said: actions.book_group(est, what(THURSDAY + 2 * WEEK, own_points=[said]), **kim),
        "a change": lambda said: actions.change_group_meeting(
            planned, what(THURSDAY + WEEK, place=said), row_version=1, **kim
        ),
        "a reason": lambda said: actions.cancel_group_meeting(planned, reason=said, row_version=1, **kim),
        "why not held": lambda said: actions.group_not_held(
            planned, reason=said, row_version=1, by=world.kim.actor, at=DURING + WEEK
        ),
        "a note": lambda said: write(world, meeting, said),
        "a measure": lambda said: agreed(world, meeting, said),
        "a follow-up": lambda said: actions.follow_up_measure(
            measure, actions.Progress("open", said), row_version=1, **kim
        ),
        "no next": lambda said: close(world, meeting, said),
        "why broken off": lambda said: break_off(world, meeting, reason=said),
        "an addition": lambda said: actions.add_to_group_minutes(done, said, **kim),
        "a place of the picture": lambda said: noted(world, est, place=said),
        "what was seen": lambda said: noted(world, est, seen=said),
        "why struck": lambda said: actions.strike_situation(entry, reason=said, row_version=1, **kim),
    }


def test_every_text_of_a_group_refuses_numbers_and_asks_about_names_the_same_whoever_there_is(world: World) -> None:
    """Elias Nyberg is registered in the hub, Kalle Svensson is not: the answer is the same (P-A15)."""
    known = world.elias.person.name
    for name, way in ways_to_write(world).items():
        for number in NUMBERS:
            with pytest.raises(Invalid, match="Ta bort personnumret") as refusal, transaction.atomic():
                way(f"Sågs {number} igår")
            assert set(refusal.value.errors.values()) == {NUMBER}, name
        said = []
        for person in (known, "Kalle Svensson"):
            with pytest.raises(Questioned) as question, transaction.atomic():
                way(f"Pratade med {person} igår")
            assert question.value.words == (person,), name
            said.append([text.replace(person, "…") for text in question.value.errors.values()])
        assert said[0] == said[1], name
    assert not GroupWords.objects.exists()
    est = Group.objects.get(name="EST Spånga")
    with pytest.raises(Invalid, match="Ta bort personnumret"):
        actions.book_group(
            est, what(THURSDAY + 3 * WEEK, link=f"https://a.se/{NUMBERS[1]}"), by=world.kim.actor, at=DURING
        )


def test_what_somebody_says_is_no_name_is_asked_about_once_and_members_never(world: World) -> None:
    est = group(world)
    meeting = running(world, est)
    with pytest.raises(Questioned):
        write(world, meeting, "Vid Tensta Konsthall och Kajvägen 4 b.")
    text = "Vid Tensta Konsthall och Kajvägen 4 b."
    actions.write_group_point(
        point(meeting),
        Written(text, 0),
        cleared=["tensta  konsthall", "Kajvägen 4 b", "Kalle Svensson"],
        by=world.pia.actor,
        at=DURING,
    )
    kept = set(GroupWords.objects.values_list("words", "said_by"))
    assert kept == {("tensta konsthall", world.pia.assignment.pk), ("kajvägen 4 b", world.pia.assignment.pk)}
    write(world, meeting, f"{text} Pia Holm går dit.", name="sam")
    with pytest.raises(Questioned):
        write(world, meeting, f"{text} Kalle Svensson var där.")


def test_the_api_asks_the_same_questions(world: World) -> None:
    kim, sent = world.client("kim"), {"kind": "est", "name": "EST Tensta Konsthall"}

    def start(body: dict[str, Any], key: str) -> Any:
        return kim.post("/api/v1/groups/", body, content_type="application/json", headers={"Idempotency-Key": key})

    asked = start(sent, "groups-asked")
    assert asked.status_code == 422
    assert [error["field"] for error in asked.json()["errors"]] == ["name"]
    assert "Är ”Tensta Konsthall” ett namn" in asked.json()["errors"][0]["message"]
    assert start(sent | {"name": "EST 100204-2396"}, "groups-number").status_code == 422
    assert start(sent | {"cleared": ["Tensta Konsthall"]}, "groups-cleared").status_code == 201


# The picture --------------------------------------------------------------------------------------------------------


def test_the_picture_counts_by_place_and_week_and_forgets_what_is_struck(world: World) -> None:
    est = group(world)
    friday = START_DAY - timedelta(days=3)
    noted(world, est)
    noted(world, est, name="sam", place="spånga torg", first_on=friday - timedelta(days=7))
    noted(world, est, place="Parken", kind="damage")
    wrong = noted(world, est, place="Fel")
    actions.strike_situation(wrong, reason="Fel plats", row_version=1, by=world.kim.actor, at=NOW)
    rows = list(SituationEntry.objects.filter(struck_at=None).order_by("pk"))
    shown = picture(rows, Wanted(friday - timedelta(days=14), START_DAY))
    assert shown.weeks == ["v. 7", "v. 8", "v. 9", "v. 10"]
    assert [(place, counts, all_) for place, _district, counts, all_ in shown.rows] == [
        ("Spånga torg", [0, 1, 2, 0], 3),
        ("Parken", [0, 0, 1, 0], 1),
    ]
    assert shown.totals == [0, 1, 3, 0]
    assert shown.told.endswith("v. 9 3, v. 10 0")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "person"}, "kind"),
        ({"times": []}, "times"),
        ({"times": ["gryning"]}, "times"),
        ({"place": ""}, "place"),
        ({"first_on": START_DAY + timedelta(days=1)}, "first_on"),
        ({"last_on": START_DAY + timedelta(days=1)}, "last_on"),
        ({"first_on": START_DAY - timedelta(days=32), "last_on": START_DAY}, "last_on"),
        ({"trend": ""}, "trend"),
    ],
)
def test_an_observation_has_a_kind_a_place_and_days_that_have_been(
    world: World, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        noted(world, group(world, "pia"), **wrong)
    assert field in refusal.value.errors


def test_a_leader_writes_what_another_agency_tells_and_a_member_only_the_own(world: World) -> None:
    est = group(world)
    told = actions.note_situation(est, seen(source=world.police), by=world.kim.actor, at=NOW)
    assert told.source == world.police
    with pytest.raises(Denied):
        actions.note_situation(est, seen(source=world.police), by=world.sam.actor, at=NOW)
    with pytest.raises(Invalid, match="sitter inte i gruppen"):
        actions.note_situation(est, seen(source=world.other_police), by=world.kim.actor, at=NOW)


# Pages --------------------------------------------------------------------------------------------------------------


def test_a_group_from_start_to_approved_minutes_on_its_pages(world: World) -> None:
    """Kim starts a group, is asked about a word, books, and Pia answers from the home page."""
    kim, pia = world.client("kim"), world.client("pia")
    typed = {"kind": "est", "name": "EST Tensta Konsthall"}
    page = kim.post("/grupper/ny/", typed)
    assert page.status_code == 422
    assert "Är ”Tensta Konsthall” ett namn på en enskild?" in page.content.decode()
    page = kim.post("/grupper/ny/", {**typed, "cleared": "Tensta Konsthall"}, follow=True)
    est = Group.objects.get()
    assert page.redirect_chain[-1][0] == f"/grupper/{est.ref}/"
    seat(world, est, "pia")
    booking = {"day": "2026-03-05", "starts_at": "9.00", "minutes": 60, "times": 3, "weeks": 1, "form": "room"}
    kim.post(f"/grupper/{est.ref}/boka-mote/", booking)
    meeting = GroupMeeting.objects.order_by("starts_at")[0]
    home = pia.get("/").content.decode()
    assert "Svara på kallelsen till EST-möte" in home
    assert set(re.findall(r"/gruppmoten/([\w-]+)/", home)) == {str(meeting.ref)}, "the next one, not all of them"
    assert f"/gruppmoten/{meeting.ref}/" in pia.get("/kalender/?vy=lista").content.decode()
    assert f"/gruppmoten/{meeting.ref}/" in pia.get("/moten/").content.decode()
    told = pia.get("/meddelanden/").content.decode()
    assert f"/gruppmoten/{meeting.ref}/" in told


def test_a_text_that_is_asked_about_is_shown_again_and_a_script_gets_the_words(world: World) -> None:
    meeting = running(world, group(world), starts_at=NOW)
    here = point(meeting)
    pia: Client = world.client("pia")
    typed = {"about": str(here.ref), "version": 0, "text": "Kalle Svensson var på torget."}
    page = pia.post(f"/gruppmoten/{meeting.ref}/text/", typed)
    assert page.status_code == 422
    assert "Kalle Svensson var på torget." in page.content.decode()
    assert 'name="cleared"' in page.content.decode()
    answer = pia.post(f"/gruppmoten/{meeting.ref}/text/", typed, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["words"]) == (422, ["Kalle Svensson"])
    typed["text"] = "Sågs 201002042396."
    answer = pia.post(f"/gruppmoten/{meeting.ref}/text/", typed, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"errors": [NUMBER], "words": []})
    here.refresh_from_db()
    assert here.text == ""


def test_what_is_late_is_on_the_home_page_of_who_answers_for_it_also_after_leaving(world: World) -> None:
    est = group(world)
    measure = agreed(world, running(world, est, starts_at=NOW), at=NOW)
    later = measure.due_on + timedelta(days=1)
    member = GroupMember.objects.select_related("group", "assignment").get(assignment=world.pia.assignment)
    actions.end_group_member(member, by=world.kim.actor, at=NOW + HOUR)
    with time_machine.travel(datetime.combine(later, time(9), tzinfo=NOW.tzinfo), tick=False):
        home = world.client("pia").get("/").content.decode()
        assert "Försenad åtgärd: Vuxna på torget fredag kväll." in home
        assert "Försenad åtgärd" not in world.client("sam").get("/").content.decode()
    assert world.client("pia").get(f"/gruppatgarder/{measure.ref}/").status_code == 200
