"""Holding a meeting: what must stand before it ends, who may hear, and that two who write lose nothing (P-M7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from consent import actions as consent_actions
from hub import clock
from hub.access import Actor, Denied, may
from hub.actions.cases import NotYet
from hub.errors import Conflict, Invalid
from hub.joint_text import Written
from hub.states import IllegalMove
from meetings import actions, closing
from meetings.agenda import AGENDAS, LAST_TIME
from meetings.ground import must_leave
from meetings.models import Meeting, MeetingDecision, MeetingState, Occupied, PointRevision
from meetings.rhythm import beats
from tests.cast import SECOND, START_DAY, World
from tests.gatherings import THURSDAY, gather
from tests.holding import DURING, close, decided, everybody, place, present, running, write

pytestmark = pytest.mark.django_db

THREE_WEEKS = timedelta(days=21)


def ready(world: World, **others: object) -> Meeting:
    """Everything stands but what the test takes away."""
    meeting = running(world)
    present(world, meeting)
    gather(world, starts_at=THURSDAY + THREE_WEEKS)
    return meeting


def refused(world: World, meeting: Meeting, no_next: str = "") -> list[str]:
    with pytest.raises(NotYet) as missing:
        close(world, meeting, no_next=no_next)
    return missing.value.reasons


def by_hand(meeting: Meeting, state: str = "held", reason: str = "", at: datetime = DURING) -> None:
    """As if no action stood between."""
    with transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state=state, closed_at=at, reason=reason)


# --- begins ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "opens"),
    [(timedelta(minutes=30) + SECOND, False), (timedelta(minutes=30), True), (timedelta(minutes=30) - SECOND, True)],
)
def test_a_meeting_is_opened_from_half_an_hour_before_its_time(world: World, before: timedelta, opens: bool) -> None:
    meeting = gather(world)
    if not opens:
        with pytest.raises(NotYet, match="halvtimme"):
            actions.open_meeting(meeting, by=world.kim.actor, at=THURSDAY - before)
        return
    actions.open_meeting(meeting, by=world.kim.actor, at=THURSDAY - before)
    assert [point.title for point in meeting.points.all()] == list(AGENDAS["network"])
    assert meeting.points.all()[0].title == LAST_TIME


def test_only_who_leads_the_case_opens_and_only_once(world: World) -> None:
    meeting = gather(world)
    for name in ("pia", "sam", "mona"):
        with pytest.raises(Denied):
            actions.open_meeting(meeting, by=world.members[name].actor, at=THURSDAY)
    actions.open_meeting(meeting, by=world.lovisa.actor, at=THURSDAY)
    with pytest.raises(IllegalMove):
        actions.open_meeting(meeting, by=world.kim.actor, at=THURSDAY)


# --- ends ------------------------------------------------------------------------------------------------------------


def test_a_meeting_with_all_that_must_stand_is_closed_and_the_rhythm_counts_from_it(world: World) -> None:
    meeting = close(world, ready(world))
    assert (meeting.state, meeting.closed_at, meeting.reason) == (MeetingState.HELD, DURING, "")
    assert beats([world.case.pk], at=DURING)[world.case.pk].since == THURSDAY
    assert not Occupied.objects.filter(meeting_ref=meeting.ref).exists()


def test_nobody_who_was_asked_is_without_attendance(world: World) -> None:
    meeting = ready(world)
    actions.note_attendance(meeting, {place(meeting, world.pia).pk: ""}, by=world.kim.actor, at=DURING)
    assert refused(world, meeting) == [closing.NO_ATTENDANCE.format(count=1)]
    with pytest.raises(IntegrityError, match="attendance is missing"):
        by_hand(meeting)


def test_what_was_decided_before_is_followed_up_first(world: World) -> None:
    first = ready(world)
    decision = decided(world, first)
    close(world, first)
    second = Meeting.objects.get(state=MeetingState.PLANNED)
    at = THURSDAY + THREE_WEEKS
    actions.open_meeting(second, by=world.kim.actor, at=at)
    present(world, second, at=at)
    decided(world, second, at=at, days=28)  # one's own decision is for next time
    with pytest.raises(NotYet) as missing:
        close(world, second, at=at, no_next="Insatsen avslutas.")
    assert missing.value.reasons == [closing.NOT_FOLLOWED_UP.format(count=1)]
    with pytest.raises(IntegrityError, match="not followed up"):
        by_hand(second, reason="Insatsen avslutas.", at=at)
    actions.follow_up(decision, actions.Done("not_done"), row_version=1, by=world.kim.actor, at=at)
    assert close(world, second, at=at, no_next="Insatsen avslutas.").reason == "Insatsen avslutas."


def test_there_is_a_next_meeting_or_a_reason_for_none(world: World) -> None:
    meeting = running(world)
    present(world, meeting)
    assert refused(world, meeting) == [closing.NO_NEXT]
    with pytest.raises(IntegrityError, match="no next meeting"):
        by_hand(meeting)
    assert close(world, meeting, no_next="Planen är klar.").state == MeetingState.HELD


def test_a_next_meeting_that_was_called_off_is_none(world: World) -> None:
    meeting = ready(world)
    coming = Meeting.objects.get(state=MeetingState.PLANNED)
    actions.cancel(coming, reason="Sjukdom", row_version=1, by=world.kim.actor, at=DURING)
    assert refused(world, meeting) == [closing.NO_NEXT]


def test_higher_layers_add_what_must_stand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(meeting: Meeting, actor: Actor, at: datetime) -> Sequence[str]:
        return ["Följ upp insatsen Boxning."]

    monkeypatch.setattr(closing, "CLOSING_CHECK", [plan])
    assert refused(world, ready(world)) == ["Följ upp insatsen Boxning."]


def test_who_saw_another_state_of_the_meeting_does_not_close_it(world: World) -> None:
    meeting = ready(world)
    with pytest.raises(Conflict):
        actions.close_held(meeting, row_version=meeting.row_version - 1, by=world.kim.actor, at=DURING)
    close(world, meeting)
    with pytest.raises(Conflict):
        close(world, meeting)


def test_what_came_before_and_never_began_ends_with_the_network_meeting(world: World) -> None:
    meeting = running(world, officials_minutes=30)
    present(world, meeting)
    before = meeting.officials
    assert Occupied.objects.filter(meeting_ref=before.ref).exists()
    close(world, meeting, no_next="Avslutas.")
    before.refresh_from_db()
    assert before.state == MeetingState.NOT_HELD
    assert not Occupied.objects.filter(meeting_ref=before.ref).exists()


def test_officials_end_theirs_without_what_the_network_meeting_asks(world: World) -> None:
    main = gather(world, officials_minutes=30)
    first = actions.open_meeting(main.officials, by=world.kim.actor, at=THURSDAY - timedelta(minutes=30))
    assert refused(world, first) == [closing.NO_ATTENDANCE.format(count=3)]
    present(world, first)
    decided(world, first)
    assert close(world, first).state == MeetingState.HELD
    # What they agreed a moment ago is for the next time.
    assert not closing.open_decisions(main).exists()


@pytest.mark.parametrize(("from_the_end", "in_time"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_a_broken_off_meeting_goes_on_within_seven_days(world: World, from_the_end: timedelta, in_time: bool) -> None:
    meeting = running(world)
    last = clock.end_of_day(clock.local_day(DURING) + timedelta(days=7))
    gather(world, starts_at=last + from_the_end)
    if in_time:
        actions.break_off(meeting, reason="Bråk.", row_version=2, by=world.kim.actor, at=DURING)
        assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.BROKEN_OFF
        return
    with pytest.raises(NotYet, match="senast 19 mars 2026"):
        actions.break_off(meeting, reason="Bråk.", row_version=2, by=world.kim.actor, at=DURING)
    with pytest.raises(IntegrityError, match="within a week"):
        by_hand(meeting, "broken_off", "Bråk.")


def test_a_meeting_is_not_broken_off_without_a_reason_or_a_new_date(world: World) -> None:
    meeting = running(world)
    with pytest.raises(Invalid):
        actions.break_off(meeting, reason="", row_version=2, by=world.kim.actor, at=DURING)
    with pytest.raises(NotYet):
        actions.break_off(meeting, reason="Bråk.", row_version=2, by=world.kim.actor, at=DURING)


# --- decisions -------------------------------------------------------------------------------------------------------


def test_who_shall_do_it_has_a_seat_and_the_day_has_not_been(world: World) -> None:
    meeting = running(world)
    for owner, days, field in (("olof", 14, "owner"), ("dag", 14, "owner"), ("pia", -1, "due_on")):
        with pytest.raises(Invalid) as wrong:
            decided(world, meeting, owner, days=days)
        assert list(wrong.value.errors) == [field]
    assert decided(world, meeting, days=0).due_on == START_DAY + timedelta(days=10)


def test_the_one_who_does_it_says_how_it_went_once(world: World) -> None:
    decision = decided(world, running(world), "pia")
    with pytest.raises(Denied):
        actions.follow_up(decision, actions.Done("done"), row_version=1, by=world.sam.actor, at=DURING)
    with pytest.raises(Invalid) as why:
        actions.follow_up(decision, actions.Done("not_possible"), row_version=1, by=world.pia.actor, at=DURING)
    assert list(why.value.errors) == ["note"]
    how = actions.Done("not_possible", "Skolan svarar inte.")
    actions.follow_up(decision, how, row_version=1, by=world.pia.actor, at=DURING)
    with pytest.raises(Conflict):
        actions.follow_up(decision, actions.Done("done"), row_version=2, by=world.kim.actor, at=DURING)
    assert MeetingDecision.objects.get().result_note == "Skolan svarar inte."


# --- writing ---------------------------------------------------------------------------------------------------------


def test_two_who_write_at_once_lose_nothing_and_every_version_stays(world: World) -> None:
    point = running(world).points.all()[3]
    write(world, point, "Skolan går bra.")
    write(world, point, "Skolan går mycket bra.", version=1)
    saved = write(world, point, "Skolan går bra. Elias tränar.", version=1, by="lovisa")
    assert (saved.text, saved.version) == ("Skolan går mycket bra. Elias tränar.", 3)
    assert list(PointRevision.objects.order_by("version").values_list("version", flat=True)) == [1, 2, 3]


def test_own_words_are_the_family_s_and_joined_too(world: World) -> None:
    meeting = running(world)
    youth = place(meeting, world.elias.person)
    kim, lovisa = world.kim.actor, world.lovisa.actor
    actions.own_words(youth, Written("Jag vill börja om.", 1, base=""), by=kim, at=DURING)
    actions.note_attendance(meeting, {youth.pk: "late"}, by=kim, at=DURING)
    later = Written("Jag vill börja om. I en annan klass.", 1, base="Jag vill börja om.")
    assert actions.own_words(youth, later, by=lovisa, at=DURING).text == "Jag vill börja om. I en annan klass."
    with pytest.raises(Invalid):
        actions.own_words(place(meeting, world.pia), Written("Nej.", 1, base=""), by=kim, at=DURING)


def test_nobody_writes_in_a_meeting_that_has_ended_or_that_they_do_not_lead(world: World) -> None:
    meeting = ready(world)
    point = meeting.points.all()[1]
    for name in ("pia", "mona"):
        with pytest.raises(Denied):
            write(world, point, "Hej.", by=name)
    close(world, meeting)
    with pytest.raises(Conflict):
        write(world, point, "Hej.")
    with pytest.raises(Conflict):
        actions.note_attendance(meeting, everybody(meeting, "absent"), by=world.kim.actor, at=DURING)


def test_what_is_written_is_read_by_who_leads_and_their_manager_alone(world: World) -> None:
    point = running(world).points.all()[1]
    readers = {name for name, m in world.members.items() if may(point, m.actor, "read", at=DURING)}
    assert readers == {"kim", "lovisa", "mona"}


# --- the gate --------------------------------------------------------------------------------------------------------


def hear_not(world: World, meeting: Meeting, at: datetime) -> list[str]:
    rows = meeting.participants.filter(removed_at=None).select_related("assignment__unit__agency", "assignment__user")
    left = must_leave(meeting, list(rows), at=at)
    return sorted(one.assignment.user.email.split("@")[0] for one in left if one.assignment)


def test_a_withdrawal_in_the_middle_closes_the_gate_at_its_instant(world: World) -> None:
    meeting = running(world)
    present(world, meeting, at=THURSDAY)
    assert hear_not(world, meeting, DURING) == []
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=DURING)
    assert hear_not(world, meeting, DURING - SECOND) == []
    assert hear_not(world, meeting, DURING) == ["pia", "sam"]


def test_who_is_absent_or_has_left_the_point_does_not_close_the_gate(world: World) -> None:
    meeting = running(world)
    present(world, meeting, at=THURSDAY)
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=DURING)
    actions.note_attendance(meeting, {place(meeting, world.sam).pk: "absent"}, by=world.kim.actor, at=DURING)
    actions.step_out(place(meeting, world.pia), by=world.kim.actor, at=DURING)
    assert hear_not(world, meeting, DURING) == []
    actions.step_out(place(meeting, world.pia), back=True, by=world.kim.actor, at=DURING)
    assert hear_not(world, meeting, DURING) == ["pia"]


def test_whose_attendance_is_not_noted_yet_may_be_sitting_there(world: World) -> None:
    meeting = running(world)
    consent_actions.stop_sharing(world.elias, by=world.kim.actor, at=THURSDAY)
    assert hear_not(world, meeting, DURING) == ["pia", "sam"]


def test_a_meeting_to_which_nobody_came_is_not_closed_as_held(world: World) -> None:
    meeting = running(world)
    gather(world, starts_at=THURSDAY + timedelta(days=21), at=DURING)
    actions.note_attendance(meeting, everybody(meeting, "absent"), by=world.kim.actor, at=DURING)
    assert refused(world, meeting) == [closing.NOBODY]
    actions.note_attendance(meeting, {place(meeting, world.kim).pk: "late"}, by=world.kim.actor, at=DURING)
    assert close(world, meeting).state == MeetingState.HELD


def test_a_seat_that_has_ended_is_no_ground(world: World) -> None:
    meeting = running(world)
    present(world, meeting, at=THURSDAY)
    world.sam.assignment.valid_to = DURING
    world.sam.assignment.save()
    assert (hear_not(world, meeting, DURING - SECOND), hear_not(world, meeting, DURING)) == ([], ["sam"])
