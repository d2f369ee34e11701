"""Times for all due meetings (P-M3): made once in the background, mended, and booked all together or not at all."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from hub.access import Denied
from hub.errors import Conflict, Invalid
from meetings import actions, planner, proposals
from meetings.models import Busy, KeepApart, Meeting, MeetingKind, Occupied, Proposal, ProposedMeeting, StandingSlot
from meetings.planning.outcome import Proposal as Outcome
from meetings.planning.solver import solve
from tests.cast import NOW, START, YEAR_BEFORE, World
from tests.gatherings import HOUR, gather, room
from tests.proposing import FIRST_DAY, LAST_DAY, another, asked_for, ready

pytestmark = pytest.mark.django_db

MONDAY = START + timedelta(days=21)  # 23 March at nine


@pytest.fixture(autouse=True)
def _nobody_plans() -> Iterator[None]:
    cache.delete(planner.LOCK)
    yield
    cache.delete(planner.LOCK)


def make(world: World, at: Any = NOW) -> int:
    made = planner.make_due(now=lambda: at)
    world.look()
    return made


def row_of(proposal: Proposal, world: World) -> ProposedMeeting:
    return proposal.meetings.select_related("case", "room").get(case=world.case)


def confirm(proposal: Proposal, world: World) -> list[Meeting]:
    proposal.refresh_from_db()
    return actions.confirm_proposal(proposal, row_version=proposal.row_version, by=world.kim.actor, at=NOW)


def test_what_is_asked_for_is_made_once_and_booked_all_together(world: World) -> None:
    proposal = ready(world, others=3)
    assert (proposal.state, proposal.placed, proposal.on_time, proposal.quality) == ("ready", 4, 4, "optimal")
    rows = list(proposal.meetings.select_related("case"))
    assert len({row.starts_at for row in rows}) == 4
    assert Meeting.objects.count() == 0
    made = confirm(proposal, world)
    assert [meeting.starts_at for meeting in made] == sorted(row.starts_at for row in rows if row.starts_at)
    assert Meeting.objects.filter(kind=MeetingKind.OFFICIALS).count() == 4
    of_elias = next(meeting for meeting in made if meeting.case_id == world.case.pk)
    asked = set(of_elias.participants.exclude(assignment=None).values_list("assignment", flat=True))
    assert asked == {world.members[who].assignment.pk for who in ("kim", "lovisa", "pia", "sam", "fia")}
    assert set(of_elias.participants.values_list("person", flat=True)) - {None} == {
        world.elias.person.pk,
        world.eva.person_id,
        world.emil.person_id,
    }
    proposal.refresh_from_db()
    assert proposal.state == "confirmed"
    with pytest.raises(Conflict):
        confirm(proposal, world)


def test_if_one_time_is_gone_nothing_is_booked_and_it_is_said_which(world: World) -> None:
    proposal = ready(world, others=2)
    row = row_of(proposal, world)
    assert row.starts_at is not None
    Busy.objects.create(user=world.pia.user, starts_at=row.starts_at, ends_at=row.starts_at + HOUR)
    with pytest.raises(actions.Collides, match=world.case.number) as refused:
        confirm(proposal, world)
    assert refused.value.texts == {row.pk: ("Kontaktpolisen Pia Holm är upptagen.",)}
    assert (Meeting.objects.count(), Occupied.objects.count()) == (0, 0)
    actions.leave_out(row, True, row_version=proposal.row_version, by=world.kim.actor, at=NOW)
    assert len(confirm(proposal, world)) == 2


def test_what_only_the_database_sees_stops_all_of_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody books between the last look and the deed: the walls decide, whatever the check has said."""
    proposal = ready(world, others=2)
    row = row_of(proposal, world)
    before = proposals.standing(proposal, world.kim.actor, at=NOW)
    assert row.starts_at is not None
    Occupied.objects.create(
        user=world.pia.user, meeting_ref=world.case.ref, starts_at=row.starts_at, ends_at=row.starts_at + HOUR
    )
    monkeypatch.setattr(proposals, "standing", lambda *_, **__: before)
    with pytest.raises(actions.Collides) as refused:
        confirm(proposal, world)
    assert refused.value.texts == {row.pk: ("Pia Holm har redan ett möte då.",)}
    assert Meeting.objects.count() == 0
    assert Occupied.objects.count() == 1
    proposal.refresh_from_db()
    assert proposal.state == "ready"


def test_a_meeting_booked_meanwhile_is_told_of_and_can_be_left_out(world: World) -> None:
    proposal = ready(world, others=1)
    gather(world, starts_at=MONDAY)
    with pytest.raises(actions.Collides) as refused:
        confirm(proposal, world)
    assert refused.value.texts == {row_of(proposal, world).pk: (proposals.NOT_DUE,)}
    assert Meeting.objects.count() == 1


def test_one_is_moved_and_what_is_in_its_way_is_said_at_once(world: World) -> None:
    proposal = ready(world, others=1)
    row, other = row_of(proposal, world), proposal.meetings.exclude(case=world.case).get()
    kim = world.kim.actor

    def move(starts_at: Any, version: int, to: Any = None) -> list[str]:
        to = to or room(world)
        return actions.move_proposed(row, starts_at, to, row_version=version, by=kim, at=NOW)

    assert other.starts_at is not None
    assert move(other.starts_at, 1) == ["Samordnaren Kim Samuelsson är upptagen.", "Tiden går inte att använda."]
    with pytest.raises(Conflict):
        move(MONDAY, 1)
    with pytest.raises(Invalid, match="Välj en dag 9 mars till 3 april"):
        move(START + timedelta(days=42), 2)
    with pytest.raises(Conflict):
        confirm(proposal, world)
    assert move(START + timedelta(days=14), 2) == []  # before the last week of the rhythm: told, not refused
    line = proposals.standing(proposal, kim, at=NOW).line(row_of(proposal, world))
    assert line.notes[:1] == ("Före rytmens sista vecka.",)
    assert move(START + timedelta(days=14, minutes=10), 3) == ["Mötet ska börja på hel eller halv timme."]
    assert move(START + timedelta(days=14), 4) == []
    assert len(confirm(proposal, world)) == 2


def test_of_two_kept_apart_only_that_the_time_cannot_be_used_is_said(world: World) -> None:
    tallen = room(world, "Tallen")
    proposal = ready(world, others=1)
    other = proposal.meetings.exclude(case=world.case).select_related("case").get()
    first, second = sorted((world.elias.pk, other.case.individual_id))
    KeepApart.objects.create(
        municipality=world.kommun,
        first_id=first,
        second_id=second,
        agency=world.social,
        reason="Hot",
        recorded_by=world.kim.assignment,
        valid_from=YEAR_BEFORE,
    )
    assert other.starts_at is not None
    after = other.starts_at + 1.5 * HOUR
    said = actions.move_proposed(row_of(proposal, world), after, tallen, row_version=1, by=world.kim.actor, at=NOW)
    assert said == ["Tiden går inte att använda."]


def test_one_without_a_time_says_why_and_what_would_free_it_and_no_name_is_stored(world: World) -> None:
    room(world)
    Busy.objects.create(user=world.pia.user, starts_at=START, ends_at=START + timedelta(days=60))
    proposal = asked_for(world)
    assert make(world) == 1
    row = row_of(proposal, world)
    assert row.starts_at is None
    assert not any("Pia" in text for text in (*row.reasons, *row.remedies))
    proposal.refresh_from_db()
    (line,) = proposals.standing(proposal, world.kim.actor, at=NOW).lines
    assert line.reasons == ("Kontaktpolisen Pia Holm är upptagen alla tider dag 21–32.",)
    assert line.remedies[0].startswith("Om kontaktpolisen Pia Holm får ersättas av sin ersättare går mån 23 mars")
    assert line.conflicts == ()
    with pytest.raises(Invalid, match="inget möte att boka"):
        confirm(proposal, world)


def test_a_stored_reason_names_nobody_who_only_belongs_to_another_case_of_the_proposal(world: World) -> None:
    another(world)
    proposal = ready(world)
    now = proposals.standing(proposal, world.kim.actor, at=NOW)
    text = f"[u{world.pia.user.pk}] är upptagen."
    (other,) = (line.ref for line in now.lines if line.row.case_id != world.case.pk)
    assert proposals.named(text, now.asked.problem, str(world.case.ref)) == "Kontaktpolisen Pia Holm är upptagen."
    for ref in (other, "gone"):
        assert proposals.named(text, now.asked.problem, ref) == "En av de kallade är upptagen."


def test_without_any_room_a_video_meeting_is_booked_whose_link_is_filled_in_later(world: World) -> None:
    proposal = asked_for(world)
    assert make(world) == 1
    (booked,) = confirm(proposal, world)
    assert (booked.form, booked.link) == ("video", "")


def test_standing_times_come_first(world: World) -> None:
    StandingSlot.objects.create(
        municipality=world.kommun,
        agency=world.social,
        room=room(world),
        weekdays=[4],
        starts=(START + timedelta(minutes=285)).time(),
        minutes=75,
        valid_from=START,
    )
    row = row_of(ready(world), world)
    assert row.starts_at == START + timedelta(days=24, hours=5)  # Thursday at 14.00, with what comes before at 13.45


def test_two_workers_make_it_once_and_one_that_fell_silent_is_taken_over_once(world: World) -> None:
    proposal = asked_for(world)
    first = planner.claim(world.kommun.pk, now=lambda: NOW)
    assert first is not None
    world.look()
    assert planner.claim(world.kommun.pk, now=lambda: NOW + planner.SILENT - timedelta(seconds=1)) is None
    late = NOW + planner.SILENT
    second = planner.claim(world.kommun.pk, now=lambda: late)
    assert second is not None
    planner.make(first)  # it was not dead, only slow: what it made is thrown away
    world.look()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.meetings.count()) == ("running", 0)
    planner.make(second)
    world.look()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.attempts, proposal.meetings.count()) == ("ready", 2, 1)
    Proposal.objects.update(state="running", heard_at=NOW)
    assert planner.claim(world.kommun.pk, now=lambda: late) is None
    world.look()
    proposal.refresh_from_db()
    assert proposal.state == "failed"
    assert asked_for(world).state == "asked"


def test_another_worker_waits_while_one_makes_proposals(world: World) -> None:
    proposal = asked_for(world)
    cache.add(planner.LOCK, 1, timeout=60)
    assert make(world) == 0
    cache.delete(planner.LOCK)
    assert make(world) == 1
    proposal.refresh_from_db()
    assert proposal.state == "ready"


def test_one_that_is_cancelled_stops_within_a_second_and_nothing_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "HEARD_EVERY", 0.0)
    proposal, told = asked_for(world), []

    def search(problem: Any, *, progress: Any, cancelled: Any, **limits: Any) -> Outcome:
        assert not cancelled()
        world.look()
        actions.stop_proposal(proposal, by=world.kim.actor, at=NOW)
        told.append(cancelled())
        return solve(problem, progress=progress, cancelled=cancelled, **limits)

    claimed = planner.claim(world.kommun.pk, now=lambda: NOW)
    assert claimed is not None
    planner.make(claimed, search=search)
    world.look()
    proposal.refresh_from_db()
    assert told == [True]
    assert (proposal.state, proposal.meetings.count()) == ("cancelled", 0)
    with pytest.raises(Conflict):
        actions.stop_proposal(proposal, by=world.kim.actor, at=NOW)


def test_what_goes_wrong_is_told_and_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Outcome:
        raise MemoryError

    proposal = asked_for(world)
    planner.make_due(now=lambda: NOW, search=breaks)
    world.look()
    proposal.refresh_from_db()
    assert proposal.state == "failed"
    monkeypatch.setattr("meetings.planning.solver._ortools", lambda: None)  # not installed: one by one
    again = asked_for(world)
    assert make(world) == 1
    again.refresh_from_db()
    assert (again.state, again.quality, again.placed) == ("ready", "greedy", 1)


def test_whoever_asks_again_drops_what_was_asked_for_before_and_others_have_their_own(world: World) -> None:
    first = ready(world)
    second = asked_for(world)
    first.refresh_from_db()
    assert (first.state, second.state) == ("dropped", "asked")
    theirs = asked_for(world, by="lovisa")
    second.refresh_from_db()
    assert (second.state, theirs.state) == ("asked", "asked")
    for who in ("mona", "pia", "rut"):
        with pytest.raises(Denied):
            asked_for(world, by=who)
    for who in ("lovisa", "mona", "olof"):
        with pytest.raises(Denied):
            actions.stop_proposal(second, by=world.members[who].actor, at=NOW)


def test_a_case_that_one_does_not_lead_any_more_is_neither_shown_nor_booked(world: World) -> None:
    proposal = ready(world, others=1)
    other = proposal.meetings.exclude(case=world.case).get()
    other.case.seats.update(assignment=world.olof.assignment, user=world.olof.user)
    assert [line.row.case for line in proposals.standing(proposal, world.kim.actor, at=NOW).lines] == [world.case]
    assert len(confirm(proposal, world)) == 1


def test_of_two_that_are_asked_for_at_once_one_is_refused_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(world)
    wanted = proposals.wanted

    def meanwhile(proposal: Proposal, *args: Any, **others: Any) -> Any:
        monkeypatch.setattr(proposals, "wanted", wanted)
        asked_for(world)
        return wanted(proposal, *args, **others)

    monkeypatch.setattr(proposals, "wanted", meanwhile)
    with pytest.raises(Conflict, match="samtidigt"):
        asked_for(world)


def test_days_and_minutes_that_cannot_be_are_refused(world: World) -> None:
    def wrong(**fields: Any) -> set[str]:
        with pytest.raises(Invalid) as refused:
            asked_for(world, **fields)
        return set(refused.value.errors)

    assert wrong(first_day=date(2026, 3, 1)) == {"first_day"}
    assert wrong(last_day=FIRST_DAY - timedelta(days=1)) == {"last_day"}
    assert wrong(last_day=FIRST_DAY + timedelta(days=56)) == {"last_day"}
    assert asked_for(world, last_day=FIRST_DAY + timedelta(days=55)).state == "asked"
    assert wrong(minutes=20, officials_minutes=10) == {"minutes", "officials_minutes"}
    assert wrong(last_day=date(2026, 3, 22)) == {""}  # nothing falls due before the 23rd
    assert asked_for(world, first_day=NOW.date(), last_day=LAST_DAY).state == "asked"


def test_only_the_cases_of_the_district_are_planned(world: World) -> None:
    elsewhere = another(world)
    district = world.social.district
    assert district is not None
    type(elsewhere).objects.exclude(pk=elsewhere.pk).update(district=district)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(district=None)
    assert asked_for(world, district=district).total == 1
    assert asked_for(world).total == 2
