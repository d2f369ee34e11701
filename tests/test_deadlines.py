"""Clocks are rows made from facts: they follow what is signed, renewed, taken back and closed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from consent import actions as consent_actions
from consent.deadlines import BIRTHDAY, EXPIRING, EXTERNAL
from consent.models import SigningSession
from hub import actions as hub_actions
from hub.actions.messages import MESSAGES
from hub.clock import STOCKHOLM, local
from hub.contributions import DEADLINE_KIND
from hub.deadlines import rebuild
from hub.models import AuditEntry, CaseSeat, Deadline, Notification
from hub.tenancy import in_kommun
from hub.tick import due, fire, tick
from tests.browser.stage import committed
from tests.cast import LAST_DAY, NOW, SECOND, World, draft_paper, person, register_elias, sign, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent_clocks_alone(world: World) -> None:
    """Without the clock of the case's meetings, which has tests of its own (tests/test_rhythm.py)."""
    Deadline.objects.filter(kind="rhythm").delete()


def clock_of(session: SigningSession) -> Deadline:
    return Deadline.objects.get(kind=EXPIRING, subject_id=session.pk)


def wall(row: Deadline) -> str:
    assert row.next_at
    return f"{local(row.next_at):%Y-%m-%d %H.%M}"


def messages(world: World, prefix: str) -> list[tuple[str, int]]:
    world.look()
    rows = Notification.objects.filter(kind__startswith=prefix).order_by("pk")
    return list(rows.values_list("kind", "assignment_id"))


def test_a_signed_paper_has_one_clock(world: World) -> None:
    row = clock_of(world.session)
    assert (row.occasion, row.stage, row.case_id) == ("2026-08-31", 0, world.case.pk)
    assert (row.owner_unit_id, row.owner_id) == (world.youth_unit.pk, world.kim.assignment.pk)
    assert wall(row) == "2026-08-01 08.00"
    assert f"{local(row.due_at):%Y-%m-%d %H.%M}" == "2026-09-01 00.00"


@pytest.mark.usefixtures("consent_clocks_alone")
def test_reminders_at_30_14_and_3_days_and_at_the_end(world: World) -> None:
    """Each limit one second before and at it; the same tick again changes nothing."""
    leads = [world.kim.assignment.pk, world.lovisa.assignment.pk]
    told: list[tuple[str, int]] = []
    limits = [
        ("consent_expires_30", "2026-08-01 08.00"),
        ("consent_expires_14", "2026-08-17 08.00"),
        ("consent_expires_3", "2026-08-28 08.00"),
        ("consent_expired", "2026-09-01 00.00"),
    ]
    for message, expected in limits:
        row = clock_of(world.session)
        assert wall(row) == expected
        assert row.next_at
        assert tick(at=row.next_at - SECOND) == 0
        assert messages(world, "consent_expire") == told
        assert (tick(at=row.next_at), tick(at=row.next_at), tick(at=row.next_at + SECOND)) == (1, 0, 0)
        told += [(message, assignment) for assignment in leads]
        assert messages(world, "consent_expire") == told
    row = clock_of(world.session)
    assert (row.next_at, row.breached_at) == (None, row.due_at)
    assert AuditEntry.objects.filter(action="deadline.told").count() == 4


@pytest.mark.usefixtures("consent_clocks_alone")
def test_a_tick_that_was_away_tells_the_latest_stage_and_no_other(world: World) -> None:
    row = clock_of(world.session)
    assert tick(at=row.due_at - timedelta(days=2)) == 1
    assert [kind for kind, _to in messages(world, "consent_expire")] == ["consent_expires_3"] * 2
    assert clock_of(world.session).next_at == row.due_at


@pytest.mark.usefixtures("consent_clocks_alone")
def test_away_until_after_the_end_it_tells_that_it_has_ended(world: World) -> None:
    assert tick(at=clock_of(world.session).due_at + timedelta(days=40)) == 1
    assert [kind for kind, _to in messages(world, "consent_expire")] == ["consent_expired"] * 2


def test_a_stage_before_the_signature_is_passed_over(world: World) -> None:
    """Signed for twenty days: nobody needs to hear at once that it ends within thirty."""
    at = NOW
    session = sign(world, draft_paper(world, last_day=NOW.date() + timedelta(days=20), at=at), at=at)
    row = clock_of(session)
    assert (row.stage, wall(row)) == (1, "2026-03-08 08.00")


@pytest.mark.parametrize(
    ("last_day", "expected"), [(date(2026, 4, 28), "2026-03-29"), (date(2026, 11, 24), "2026-10-25")]
)
def test_on_the_night_of_change_it_is_still_eight_o_clock(world: World, last_day: date, expected: str) -> None:
    """29 March has 23 hours and 25 October 25; each is the day 30 days before."""
    type(world.kommun).objects.filter(pk=world.kommun.pk).update(consent_max_months=12)
    row = clock_of(sign(world, draft_paper(world, last_day=last_day, at=NOW), at=NOW))
    assert wall(row) == f"{expected} 08.00"


@pytest.mark.usefixtures("consent_clocks_alone")
def test_renewed_it_falls_silent_and_the_new_paper_speaks(world: World) -> None:
    renewal = consent_actions.renew_session(world.session, by=world.kim.actor, at=NOW)
    paper = draft_paper(world, first_day=LAST_DAY + timedelta(days=1), last_day=date(2026, 12, 31), at=NOW)
    assert renewal.pk != paper.pk
    signed = sign(world, paper, at=NOW)
    assert clock_of(world.session).met_at == NOW
    assert wall(clock_of(signed)) == "2026-12-01 08.00"
    assert tick(at=clock_of(world.session).due_at) == 0


def test_a_renewal_taken_back_wakes_the_old_clock(world: World) -> None:
    signed = sign(
        world, draft_paper(world, first_day=LAST_DAY + timedelta(days=1), last_day=date(2026, 12, 31)), at=NOW
    )
    assert clock_of(world.session).next_at is None
    take_back(world, *signed.consents.all(), at=NOW + SECOND)
    assert (clock_of(world.session).met_at, wall(clock_of(world.session))) == (None, "2026-08-01 08.00")
    assert clock_of(signed).met_at == NOW + SECOND


def test_stopped_in_part_it_still_runs_and_stopped_whole_it_does_not(world: World) -> None:
    consents = list(world.session.consents.order_by("pk"))
    scope: dict[str, Any] = {
        "scope": consent_actions.Scope(),
        "signature": None,
        "channel": "phone",
        "stated_at": None,
        "details": "",
    }
    consent_actions.withdraw(consents[:1], by=world.kim.actor, at=NOW, **scope)
    assert clock_of(world.session).next_at
    consent_actions.stop_sharing(world.elias, by=world.pia.actor, at=NOW + SECOND)
    assert clock_of(world.session).met_at == NOW + SECOND


def test_a_closed_case_reminds_nobody(world: World) -> None:
    assert Deadline.objects.open().exists()
    hub_actions.close_case(world.case, outcome="as_planned", note="", by=world.kim.actor, at=NOW)
    assert not Deadline.objects.open().exists()


def test_a_consent_that_ends_at_eighteen_is_told_of_before_the_birthday(world: World) -> None:
    """The guardians' consent ends that night (P-A11): its clock counts from the eve."""
    change_birth_date(world, date(2008, 6, 1))
    signed = sign(world, draft_paper(world, at=NOW), at=NOW)
    assert (clock_of(signed).occasion, wall(clock_of(signed))) == ("2026-05-31", "2026-05-01 08.00")


# --- birthdays -----------------------------------------------------------------------------------------------------


def change_birth_date(world: World, born: date) -> None:
    elias = world.elias.person
    elias.refresh_from_db()
    facts = person("Elias", "Holm", born, sex="M")
    hub_actions.change_person(elias, facts, row_version=elias.row_version, by=world.kim.actor, at=NOW)


def birthdays(world: World) -> dict[str, str]:
    rows = Deadline.objects.open().filter(kind=BIRTHDAY, subject_id=world.elias.pk).order_by("due_at")
    return {row.occasion: wall(row) for row in rows}


def test_birthdays_that_change_who_decides_are_told_ahead(world: World) -> None:
    """Elias is fifteen; 18 is told from sixty days before its eve, 20 and 21 from thirty."""
    assert birthdays(world) == {"18": "2028-10-03 08.00", "20": "2030-11-02 08.00", "21": "2031-11-02 08.00"}


def test_born_on_leap_day_one_turns_on_the_first_of_march(world: World) -> None:
    change_birth_date(world, date(2012, 2, 29))
    rows = {row.occasion: row.due_at for row in Deadline.objects.filter(kind=BIRTHDAY, met_at=None)}
    assert {age: f"{local(at):%Y-%m-%d}" for age, at in rows.items()} == {
        "15": "2027-03-01",
        "18": "2030-03-01",
        "20": "2032-02-29",
        "21": "2033-03-01",
    }
    assert birthdays(world)["15"] == "2027-01-29 08.00"


def test_a_birthday_close_by_when_the_case_opens_is_told_at_once(world: World) -> None:
    change_birth_date(world, date(2008, 3, 20))
    assert tick(at=NOW) == 1
    assert {kind for kind, _to in messages(world, "turn")} == {"turns_18"}
    assert birthdays(world)["18"] == "2026-03-05 08.00", "14 days before has passed, 3 days before has not"


def test_a_corrected_birth_date_is_told_of_anew_and_the_wrong_one_not(world: World) -> None:
    change_birth_date(world, date(2008, 3, 20))
    tick(at=NOW)
    change_birth_date(world, date(2008, 4, 20))
    assert tick(at=NOW + SECOND) == 1
    assert [kind for kind, _to in messages(world, "turn")] == ["turns_18"] * 4


# --- who ---------------------------------------------------------------------------------------------------------


def test_where_nobody_leads_any_more_the_manager_is_told(world: World) -> None:
    CaseSeat.objects.filter(kind__in=("coordinator", "lots")).update(valid_to=NOW)
    tick(at=clock_of(world.session).due_at - timedelta(days=20))
    assert messages(world, "consent_expire") == [("consent_expires_30", world.mona.assignment.pk)]


@pytest.mark.usefixtures("consent_clocks_alone")
def test_of_a_protected_person_only_seats_are_told(world: World) -> None:
    CaseSeat.objects.filter(kind__in=("coordinator", "lots")).update(valid_to=NOW)
    type(world.elias.person).objects.filter(pk=world.elias.person_id).update(protection="SEKRETESSMARKERING")
    assert tick(at=clock_of(world.session).due_at - timedelta(days=20)) == 1
    assert messages(world, "consent_expire") == []


def test_someone_whose_assignment_has_ended_is_not_told(world: World) -> None:
    at = clock_of(world.session).due_at - timedelta(days=20)
    type(world.kim.assignment).objects.filter(pk=world.kim.assignment.pk).update(valid_to=at)
    tick(at=at)
    assert messages(world, "consent_expire") == [("consent_expires_30", world.lovisa.assignment.pk)]


# --- the tick as a machine ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("consent_clocks_alone")
def test_a_row_whose_facts_have_gone_tells_nobody(world: World) -> None:
    """Somebody took the consents away by hand: the tick asks the facts before it speaks."""
    row = clock_of(world.session)
    world.session.consents.update(effective=None)
    assert row.next_at
    assert tick(at=row.next_at) == 1
    assert messages(world, "consent_expire") == []
    assert clock_of(world.session).met_at == row.next_at


@pytest.mark.usefixtures("consent_clocks_alone")
@pytest.mark.parametrize("other", [{"occasion": "2026-07-01"}, {"due_at": NOW + timedelta(days=300)}])
def test_a_row_that_says_something_else_than_its_facts_tells_nobody(world: World, other: dict[str, Any]) -> None:
    row = clock_of(world.session)
    assert row.next_at
    Deadline.objects.filter(pk=row.pk).update(**other)
    assert tick(at=row.next_at) == 1
    assert messages(world, "consent_expire") == []
    assert clock_of(world.session).met_at == row.next_at


def test_a_row_that_is_looked_at_too_early_tells_nobody_and_goes_on(world: World) -> None:
    row = clock_of(world.session)
    Deadline.objects.filter(pk=row.pk).update(next_at=NOW)
    assert tick(at=NOW) == 1
    assert messages(world, "consent_expire") == []
    assert (clock_of(world.session).stage, clock_of(world.session).next_at) == (0, row.next_at)


def test_a_tick_whose_time_is_up_leaves_the_rest_to_the_next_one(world: World) -> None:
    at = clock_of(world.session).due_at + timedelta(days=1200)
    waiting = len(due(at=at))
    assert waiting > 1
    tick(at=at, seconds=-1)
    assert len(due(at=at)) == waiting - 1


@pytest.mark.usefixtures("consent_clocks_alone")
def test_one_faulty_row_does_not_stop_the_others(world: World) -> None:
    row = clock_of(world.session)
    at = row.due_at - timedelta(days=20)
    Deadline.objects.create(
        municipality=world.kommun,
        kind="unknown",
        subject_id=1,
        occasion="x",
        started_at=NOW,
        due_at=row.due_at,
        next_at=NOW,
        owner_unit=world.youth_unit,
        rule_version="1",
    )
    assert tick(at=at) == 1
    faulty = Deadline.objects.get(kind="unknown")
    assert (faulty.stage, faulty.next_at) == (0, at + timedelta(minutes=10))


@pytest.mark.usefixtures("consent_clocks_alone")
def test_the_message_and_the_stage_stand_or_fall_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the two: both are undone, and the next tick does both."""

    def dies(*_args: object, **_facts: object) -> None:
        raise SystemExit

    at = clock_of(world.session).due_at - timedelta(days=20)
    monkeypatch.setattr("hub.tick.record", dies)
    with pytest.raises(SystemExit):
        tick(at=at)
    monkeypatch.undo()
    world.look()
    assert (clock_of(world.session).stage, messages(world, "consent_expire")) == (0, [])
    assert tick(at=at) == 1
    assert len(messages(world, "consent_expire")) == 2


def test_a_stage_set_back_by_hand_is_told_to_nobody_twice(world: World) -> None:
    row = clock_of(world.session)
    at = row.due_at - timedelta(days=20)
    tick(at=at)
    Deadline.objects.filter(pk=row.pk).update(stage=0, next_at=row.next_at)
    assert tick(at=at) == 1
    assert len(messages(world, "consent_expire")) == 2


@pytest.mark.parametrize("moved", [{"stage": 2}, {"next_at": NOW}, {"met_at": NOW, "next_at": None}])
def test_a_row_that_was_moved_since_it_was_read_is_left_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch, moved: dict[str, Any]
) -> None:
    """Compare-and-set: whoever moved it tells of it."""
    row = clock_of(world.session)
    at = row.due_at - timedelta(days=20)

    def meanwhile(*_args: object) -> bool:
        return bool(Deadline.objects.filter(pk=row.pk).update(**moved))

    monkeypatch.setattr("hub.tick._still_wanted", meanwhile)
    assert fire(row.pk, at=at) is False
    assert messages(world, "consent_expire") == []
    left = clock_of(world.session)
    standing = {"stage": row.stage, "next_at": row.next_at, "met_at": None, "breached_at": None} | moved
    assert {name: getattr(left, name) for name in standing} == standing


def test_the_night_finds_nothing_to_mend_where_nothing_is_wrong(world: World) -> None:
    assert rebuild(at=NOW) == 0


def test_the_night_learns_who_coordinates_now_without_calling_it_a_fault(world: World) -> None:
    hub_actions.replace_lead(
        world.case, kind="coordinator", assignment=world.olof.assignment, by=world.kim.actor, at=NOW + SECOND
    )
    assert rebuild(at=NOW + 2 * SECOND) == 0
    assert clock_of(world.session).owner_id == world.olof.assignment.pk


def test_the_night_makes_rows_that_are_lost_and_closes_those_that_nothing_asks_for(world: World) -> None:
    wanted = set(Deadline.objects.values_list("kind", "subject_id", "occasion", "stage", "next_at"))
    Deadline.objects.all().delete()
    Deadline.objects.create(
        municipality=world.kommun,
        kind=EXPIRING,
        subject_id=world.session.pk,
        occasion="2026-07-01",
        started_at=NOW,
        due_at=NOW + timedelta(days=100),
        next_at=NOW + timedelta(days=70),
        owner_unit=world.youth_unit,
        rule_version="1",
    )
    assert rebuild(at=NOW) == len(wanted) + 1
    found = Deadline.objects.open().values_list("kind", "subject_id", "occasion", "stage", "next_at")
    assert set(found) == wanted
    assert rebuild(at=NOW) == 0


def test_every_kind_can_be_told(world: World) -> None:
    """Each stage of each kind has its sentence, in order, the last at the due instant."""
    due_at = clock_of(world.session).due_at
    occasions = {EXPIRING: ["2026-08-31"], BIRTHDAY: ["15", "18", "20", "21"]}
    occasions[EXTERNAL] = ["answer"]
    for name in occasions:
        kind = DEADLINE_KIND[name]
        for occasion in occasions[name]:
            stages = kind.stages(NOW, due_at, occasion)
            assert [stage.at for stage in stages] == sorted({stage.at for stage in stages})
            assert stages[-1].at == due_at
            assert {stage.message for stage in stages} <= set(MESSAGES)
            assert all(local(stage.at).tzinfo is STOCKHOLM for stage in stages)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_share_the_rows_and_wait_for_nobody() -> None:
    """What another tick is handling is passed over; when that one dies, the next tick takes it."""

    def signed(world: World) -> None:
        register_elias(world)
        sign(world, draft_paper(world))

    world = committed(signed)
    Deadline.objects.filter(kind="rhythm").delete()
    row = Deadline.objects.get(kind=EXPIRING)
    at = row.due_at - timedelta(days=20)
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor, connection.cursor() as own:
        own.execute("SET lock_timeout = '1s'")
        cursor.execute("SELECT 1 FROM hub_deadline WHERE id = %s FOR UPDATE", [row.pk])
        assert due(at=at) == []
        with in_kommun(world.kommun.pk):
            assert fire(row.pk, at=at) is False, "taken between the batch and the row"
        assert tick(at=at) == 0
    other.close()
    assert (tick(at=at), tick(at=at)) == (1, 0)
    with in_kommun(world.kommun.pk):
        assert Notification.objects.filter(kind="consent_expires_30").count() == 2
