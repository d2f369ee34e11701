"""Booking a meeting: nobody in two at once, no room with two, never two youths who are kept apart (P-M3, P-M5)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hub import actions as hub_actions
from hub.access import Denied, may, permitted
from hub.actions.cases import NotYet, closing_obstacles
from hub.errors import Conflict, Invalid
from hub.models import Case, Notification
from meetings import actions
from meetings.apart import NOT_USABLE
from meetings.leaving import CALL_OFF
from meetings.models import KeepApart, Meeting, MeetingState, Occupied, Participant
from tests.cast import NOW, SECOND, START, World, person
from tests.gatherings import HOUR, THURSDAY, gather, guests, room, when

pytestmark = pytest.mark.django_db


def place_of(world: World, meeting: Meeting, name: str) -> Participant:
    return meeting.participants.get(assignment=world.members[name].assignment, removed_at=None)


def test_everybody_asked_sees_the_meeting_and_is_told_and_the_family_is_not_written_to(world: World) -> None:
    meeting = gather(world)
    for name in ("kim", "lovisa", "mona", "pia", "sam"):
        assert may(meeting, world.members[name].actor, "read", at=NOW), name
    for name in ("fia", "dag", "olof", "peo", "otto", "rut", "ada"):
        assert not may(meeting, world.members[name].actor, "read", at=NOW), name
    told = Notification.objects.filter(kind="meeting_booked").values_list("assignment", flat=True)
    assert set(told) == {world.pia.assignment.pk, world.sam.assignment.pk}


def test_the_officials_meet_right_before_without_the_family(world: World) -> None:
    first = gather(world, officials_minutes=30).officials
    assert (first.starts_at, first.ends_at) == (THURSDAY - timedelta(minutes=30), THURSDAY)
    assert not first.participants.filter(person__isnull=False).exists()


@pytest.mark.parametrize(
    ("shift", "free"),
    [(-HOUR, True), (-HOUR + SECOND, False), (timedelta(0), False), (HOUR - SECOND, False), (HOUR, True)],
)
def test_nobody_is_in_two_meetings_at_once(world: World, shift: timedelta, free: bool) -> None:
    gather(world)
    if free:
        gather(world, "kim", "lovisa", starts_at=THURSDAY + shift)
        return
    with pytest.raises(Invalid) as refused:
        gather(world, "kim", "lovisa", starts_at=THURSDAY + shift)
    assert refused.value.errors == {"starts_at": f"{world.kim.user.name} har redan ett möte då."}
    assert Meeting.objects.count() == 1


def test_the_database_itself_refuses_a_second_meeting_of_one_person(world: World) -> None:
    gather(world)
    with pytest.raises(IntegrityError, match="nobody_in_two_meetings"), transaction.atomic():
        Occupied.objects.create(
            user=world.pia.user, meeting_ref=world.case.ref, starts_at=THURSDAY, ends_at=THURSDAY + HOUR
        )


def test_a_room_holds_one_meeting_at_a_time(world: World) -> None:
    gather(world, room=room(world))
    with pytest.raises(Invalid) as refused:
        gather(world, "lovisa", room=room(world), starts_at=THURSDAY + HOUR - SECOND)
    assert refused.value.errors == {"starts_at": NOT_USABLE}, "as of two who are kept apart"
    assert gather(world, "lovisa", room=room(world), starts_at=THURSDAY + HOUR).room == room(world)


def test_moving_a_meeting_moves_what_comes_before_it_and_asks_again(world: World) -> None:
    meeting = gather(world, officials_minutes=30)
    actions.answer(place_of(world, meeting, "pia"), "accepted", by=world.pia.actor, at=NOW)
    meeting.refresh_from_db()
    later = THURSDAY + timedelta(minutes=15)  # overlaps its own old time
    moved = actions.change(meeting, when(later), row_version=1, by=world.kim.actor, at=NOW)
    assert (moved.sequence, moved.officials.starts_at) == (1, later - timedelta(minutes=30))
    assert place_of(world, moved, "pia").answer == "needs_action"
    with pytest.raises(Conflict):
        actions.change(meeting, when(THURSDAY), row_version=1, by=world.kim.actor, at=NOW)


def test_a_new_place_alone_keeps_the_answers(world: World) -> None:
    meeting = gather(world)
    actions.answer(place_of(world, meeting, "pia"), "accepted", by=world.pia.actor, at=NOW)
    actions.change(meeting, when(room=room(world)), row_version=1, by=world.kim.actor, at=NOW)
    assert place_of(world, meeting, "pia").answer == "accepted"


def test_calling_off_frees_everybody_and_needs_a_reason(world: World) -> None:
    meeting = gather(world, officials_minutes=30, room=room(world))
    with pytest.raises(Invalid):
        actions.cancel(meeting, reason="", row_version=1, by=world.kim.actor, at=NOW)
    actions.cancel(meeting, reason="Sjuk", row_version=1, by=world.kim.actor, at=NOW)
    assert set(Meeting.objects.values_list("state", flat=True)) == {MeetingState.CANCELLED}
    assert not Occupied.objects.exists()
    gather(world, room=room(world))


def test_not_held_is_said_when_the_time_has_come(world: World) -> None:
    meeting = gather(world)
    with pytest.raises(NotYet):
        actions.not_held(meeting, reason="Ingen kom", row_version=1, by=world.kim.actor, at=THURSDAY - SECOND)
    ended = actions.not_held(meeting, reason="Ingen kom", row_version=1, by=world.kim.actor, at=THURSDAY)
    assert ended.state == MeetingState.NOT_HELD


def test_only_whoever_leads_the_case_books_and_only_those_with_a_seat_are_asked(world: World) -> None:
    with pytest.raises(Denied):
        actions.book(world.case, when(), guests(world), by=world.pia.actor, at=NOW)
    with pytest.raises(Invalid) as refused:
        gather(world, "kim", "olof")
    assert "officials" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        gather(world, starts_at=NOW - SECOND)
    assert "starts_at" in refused.value.errors
    Case.objects.filter(pk=world.case.pk).update(phase="forhandsbedomning")
    world.case.refresh_from_db()
    with pytest.raises(NotYet):
        gather(world)


def test_whoever_is_no_longer_asked_loses_the_meeting_and_those_who_stay_keep_their_answer(world: World) -> None:
    meeting = gather(world)
    actions.answer(place_of(world, meeting, "sam"), "tentative", by=world.sam.actor, at=NOW)
    actions.change_guests(meeting, guests(world, "kim", "sam", "fia"), row_version=1, by=world.kim.actor, at=NOW)
    assert not may(meeting, world.pia.actor, "read", at=NOW)
    assert may(meeting, world.fia.actor, "read", at=NOW)
    assert place_of(world, meeting, "sam").answer == "tentative"
    assert set(Occupied.objects.values_list("user", flat=True)) == {
        world.members[name].user.pk for name in ("kim", "sam", "fia")
    }


def test_only_oneself_answers_and_the_family_is_noted_by_whoever_leads(world: World) -> None:
    meeting = gather(world)
    with pytest.raises(Denied):
        actions.answer(place_of(world, meeting, "pia"), "accepted", by=world.sam.actor, at=NOW)
    mother = meeting.participants.get(person=world.eva.person)
    with pytest.raises(Denied):
        actions.told_answer(mother, "accepted", by=world.pia.actor, at=NOW)
    assert actions.told_answer(mother, "accepted", by=world.kim.actor, at=NOW).answered_by == "told"
    with pytest.raises(Invalid):
        actions.answer(place_of(world, meeting, "pia"), "needs_action", by=world.pia.actor, at=NOW)


def test_contacts_see_colleagues_and_themselves_but_not_who_comes_from_the_family(world: World) -> None:
    meeting = gather(world)
    seen = permitted(meeting.participants.all(), world.pia.actor, at=NOW)
    assert {one.assignment_id for one in seen} == {world.members[name].assignment.pk for name in ("kim", "pia", "sam")}
    assert permitted(meeting.participants.all(), world.kim.actor, at=NOW).count() == 5


def test_parties_know_of_each_other_in_a_meeting_only_when_both_may(world: World) -> None:
    meeting = gather(world)
    asked = meeting.participants.all()

    def seen(name: str) -> set[str]:
        rows = permitted(asked, world.members[name].actor, at=NOW).select_related("assignment__user")
        return {one.assignment.user.email.split("@")[0] for one in rows if one.assignment}

    assert seen("fia") == set()  # has a seat in the case, and is not asked
    world.case.participations.filter(agency=world.school).update(known_from=None)
    assert (seen("pia"), seen("sam")) == ({"kim", "pia"}, {"sam"})
    asked.filter(assignment=world.kim.assignment).update(removed_at=NOW)
    assert seen("pia") == {"pia"}
    asked.filter(assignment=world.pia.assignment).update(removed_at=NOW)
    assert seen("pia") == set()


def test_the_seat_ends_and_so_does_the_sight_of_the_meeting(world: World) -> None:
    meeting = gather(world)
    world.case.seats.filter(assignment=world.pia.assignment).update(valid_to=THURSDAY)
    assert may(meeting, world.pia.actor, "read", at=THURSDAY - SECOND)
    assert not may(meeting, world.pia.actor, "read", at=THURSDAY)


@pytest.fixture
def tove(world: World) -> Case:
    """Another youth of Lovisa's, whom Elias is kept apart from."""
    youth = hub_actions.register_individual(person("Tove", "Alm", date(2010, 4, 4)), by=world.lovisa.actor, at=START)
    case = hub_actions.open_case(
        youth, form="SIG", phase="insats", by=world.lovisa.actor, at=START, newly_registered=True
    )
    first, second = sorted((world.elias.pk, youth.pk))
    KeepApart.objects.create(
        municipality=world.kommun,
        first_id=first,
        second_id=second,
        agency=world.social,
        reason="Hot.",
        recorded_by=world.kim.assignment,
        valid_from=START,
    )
    return case


@pytest.mark.parametrize(("gap", "usable"), [(HOUR - SECOND, False), (HOUR, True)])
@pytest.mark.parametrize("before", [True, False])
def test_two_kept_apart_are_never_in_the_same_place_within_an_hour(
    world: World, tove: Case, gap: timedelta, usable: bool, before: bool
) -> None:
    gather(world, room=room(world))
    starts_at = THURSDAY - gap - HOUR if before else THURSDAY + HOUR + gap
    elsewhere = when(starts_at, room=room(world, "Tallen", place="Kista gränd 2"))
    same_house = when(starts_at, room=room(world, "Björken"))
    alone = actions.Guests([world.lovisa.assignment])
    if usable:
        actions.book(tove, same_house, alone, by=world.lovisa.actor, at=NOW)
        return
    with pytest.raises(Invalid) as refused:
        actions.book(tove, same_house, alone, by=world.lovisa.actor, at=NOW)
    assert refused.value.errors == {"starts_at": NOT_USABLE}
    actions.book(tove, elsewhere, alone, by=world.lovisa.actor, at=NOW)


def test_whoever_has_lost_the_seat_is_told_nothing_more_and_is_not_taken_at_the_new_time(world: World) -> None:
    meeting = gather(world)
    world.case.seats.filter(assignment=world.pia.assignment).update(valid_to=NOW)
    actions.change(meeting, when(THURSDAY + timedelta(days=1)), row_version=1, by=world.kim.actor, at=NOW)
    told = Notification.objects.filter(kind="meeting_changed").values_list("assignment", flat=True)
    assert set(told) == {world.sam.assignment.pk}
    assert set(Occupied.objects.values_list("user", flat=True)) == {world.kim.user.pk, world.sam.user.pk}


def test_whoever_leaves_the_case_is_no_longer_taken_by_its_meetings(world: World) -> None:
    gather(world, officials_minutes=30)
    hub_actions.recuse(world.elias, reason="Granne", by=world.pia.actor, at=NOW)
    hub_actions.end_participation(world.parties["school"], reason="Flyttat", by=world.kim.actor, at=NOW)
    assert set(Occupied.objects.values_list("user", flat=True)) == {world.kim.user.pk}
    assert Occupied.objects.count() == 2


def test_a_case_with_a_meeting_ahead_is_not_closed(world: World) -> None:
    meeting = gather(world)
    assert CALL_OFF in closing_obstacles(world.case, by=world.kim.actor, at=NOW)
    actions.cancel(meeting, reason="Klart", row_version=1, by=world.kim.actor, at=NOW)
    assert CALL_OFF not in closing_obstacles(world.case, by=world.kim.actor, at=NOW)


def test_what_has_begun_before_it_stays_when_the_network_meeting_moves_or_is_called_off(world: World) -> None:
    meeting = gather(world, officials_minutes=30)
    early = THURSDAY - timedelta(minutes=30)
    begun = actions.open_meeting(meeting.officials, by=world.kim.actor, at=early)
    meeting.refresh_from_db()
    moved = actions.change(meeting, when(THURSDAY + HOUR), row_version=1, by=world.kim.actor, at=early)
    actions.cancel(moved, reason="Sjuk", row_version=2, by=world.kim.actor, at=early)
    begun.refresh_from_db()
    assert (begun.state, begun.starts_at) == (MeetingState.OPEN, early)


def test_who_is_named_twice_is_asked_once(world: World) -> None:
    kim, pia, eva = world.kim.assignment, world.pia.assignment, world.eva.person
    twice = actions.Guests([kim, pia, pia], optional=[pia], family=[eva, eva])
    meeting = actions.book(world.case, when(), twice, by=world.kim.actor, at=NOW)
    assert set(meeting.participants.values_list("assignment", "person", "required")) == {
        (kim.pk, None, True),
        (pia.pk, None, True),
        (None, eva.pk, True),
    }


YEARS = timedelta(days=2 * 365)


@pytest.mark.parametrize(
    ("time", "field"),
    [
        (when(NOW + YEARS), ""),
        (when(NOW + YEARS + SECOND), "starts_at"),
        (when(form="video"), "link"),
        (when(form="video", link="https://<script>"), "link"),
        (when(form="video", link="javascript:alert(1)"), "link"),
        (when(form="video", link="https://video.example.se/rum"), ""),
    ],
)
def test_a_time_or_link_that_cannot_be_is_refused_whoever_asks(world: World, time: actions.When, field: str) -> None:
    if not field:
        assert actions.book(world.case, time, guests(world), by=world.kim.actor, at=NOW).pk
        return
    with pytest.raises(Invalid) as refused:
        actions.book(world.case, time, guests(world), by=world.kim.actor, at=NOW)
    assert list(refused.value.errors) == [field]
