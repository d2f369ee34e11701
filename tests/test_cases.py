"""A case from its number to its outcome (P-A6, P-A2 2c): phases move by a table, closing leaves a trace."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hub import actions as hub_actions
from hub.access import Denied, may
from hub.actions.cases import PHASES
from hub.errors import Conflict
from hub.models import Case, CaseSeat, Individual, Municipality, Phase
from hub.states import IllegalMove, StaleState
from hub.tenancy import in_kommun
from tests.cast import SECOND, World, draft_paper, register_elias, sign, write
from tests.test_parties import LATER, everything_seen, unread
from tests.test_reading_rule import reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(bare_world: World) -> World:
    """Elias' case with parties proposed, and no ground for any of them."""
    register_elias(bare_world)
    return bare_world


# Phases and the end --------------------------------------------------------------------------------------------------


def test_the_phase_moves_by_the_table_and_no_other_way(world: World) -> None:
    events = {event for event, _source in PHASES} | {"avsluta"}
    for phase in (Phase.FORHANDSBEDOMNING, Phase.UTREDNING, Phase.INSATS, Phase.UPPFOLJNING):
        for event in sorted(events):
            with transaction.atomic():
                Case.objects.filter(pk=world.case.pk).update(phase=phase)
                case = Case.objects.get(pk=world.case.pk)
                leads_to = PHASES.get((event, phase))
                if leads_to:
                    assert hub_actions.change_phase(case, event, by=world.kim.actor, at=LATER).phase == leads_to
                    assert case.phase_from == LATER
                else:
                    with pytest.raises(IllegalMove):
                        hub_actions.change_phase(case, event, by=world.kim.actor, at=LATER)
                transaction.set_rollback(True)
    assert not any(target == Phase.FORHANDSBEDOMNING for target in PHASES.values())


def test_two_who_move_the_same_case_do_not_both_move_it(world: World) -> None:
    stale = Case.objects.get(pk=world.case.pk)
    hub_actions.change_phase(world.case, "följ upp", by=world.kim.actor, at=LATER)
    with pytest.raises(StaleState):
        hub_actions.change_phase(stale, "utred igen", by=world.lovisa.actor, at=LATER)
    for name in ("mona", "pia", "olof"):
        with pytest.raises(Denied):
            hub_actions.change_phase(world.case, "ta upp insatsen igen", by=world.members[name].actor, at=LATER)


def test_parties_wait_through_forhandsbedomning_and_wake_when_it_ends(proposed: World) -> None:
    Case.objects.filter(pk=proposed.case.pk).update(phase=Phase.FORHANDSBEDOMNING)
    proposed.case.refresh_from_db()
    sign(proposed, draft_paper(proposed))
    assert everything_seen(proposed, "pia", at=LATER) == set()
    hub_actions.change_phase(proposed.case, "inled", by=proposed.kim.actor, at=LATER)
    proposed.parties["police"].refresh_from_db()
    assert proposed.parties["police"].active_from == LATER
    assert unread(proposed, "pia", at=LATER) == ["party_active"]


def test_a_case_is_closed_with_an_outcome_and_leaves_a_trace_only(world: World) -> None:
    own, others = write(world, "kim", "measures_and_plan"), write(world, "sam", "attendance")
    stale = Case.objects.get(pk=world.case.pk)
    with pytest.raises(Conflict, match="utfall"):
        hub_actions.close_case(world.case, outcome="", note="", by=world.kim.actor, at=LATER)
    for name in ("lovisa", "mona", "pia"):
        with pytest.raises(Denied):
            hub_actions.close_case(world.case, outcome="moved", note="", by=world.members[name].actor, at=LATER)
    assert reads(world, "kim", others, at=LATER - SECOND)
    hub_actions.close_case(world.case, outcome="moved", note="Flyttade", by=world.kim.actor, at=LATER)
    assert not reads(world, "kim", others, at=LATER)
    assert (world.case.phase, world.case.closed_at, world.case.outcome) == (Phase.AVSLUTAT, LATER, "moved")
    for offset, running in ((-SECOND, True), (timedelta(0), False), (SECOND, False)):
        at = LATER + offset
        assert reads(world, "kim", own, at=at), "own items remain (P-A2 2c)"
        assert may(world.case, world.pia.actor, "read", at=at) is running
        assert may(world.case, world.pia.actor, "trace", at=at) is not running
        assert may(world.elias, world.kim.actor, "read", at=at) is running
    assert unread(world, "pia", at=LATER)[-1] == "case_closed"
    with pytest.raises((Denied, StaleState)):
        hub_actions.close_case(stale, outcome="other", note="", by=world.kim.actor, at=LATER)


def test_the_database_refuses_a_case_that_is_half_closed(world: World) -> None:
    for half in ({"closed_at": LATER}, {"phase": Phase.AVSLUTAT}, {"outcome": "moved"}):
        with pytest.raises(IntegrityError, match="case_closed_whole"), transaction.atomic():
            Case.objects.filter(pk=world.case.pk).update(**half)


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_open_cases_at_the_same_moment_get_a_number_each() -> None:
    kommun = Municipality.objects.get(code="0180").pk
    numbers: list[str] = []
    together = threading.Barrier(4)

    def take() -> None:
        try:
            together.wait(timeout=30)
            with in_kommun(kommun):
                numbers.append(hub_actions.next_case_number(kommun, year=2026))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(numbers) == [f"S-2026-{number:04}" for number in range(1, 5)]


def test_numbers_begin_again_each_year_and_in_each_kommun(bare_world: World) -> None:
    kommun, other = bare_world.kommun.pk, bare_world.other_kommun.pk
    given = [hub_actions.next_case_number(kommun, year=2026) for _ in range(2)]
    given += [hub_actions.next_case_number(kommun, year=2027), hub_actions.next_case_number(other, year=2026)]
    assert given == ["S-2026-0001", "S-2026-0002", "S-2027-0001", "S-2026-0001"]


def test_a_new_case_is_seated_and_owned_by_who_opened_it(proposed: World) -> None:
    seats = CaseSeat.objects.filter(content_object=proposed.case).order_by("kind")
    assert [(seat.assignment_id, seat.kind) for seat in seats] == [
        (proposed.kim.assignment.pk, "coordinator"),
        (proposed.lovisa.assignment.pk, "lots"),
    ]
    assert proposed.case.district_id == proposed.social.district_id
    for name in ("pia", "mona", "rut", "ada"):
        with pytest.raises(Denied):
            hub_actions.open_case(
                Individual.objects.get(pk=proposed.elias.pk),
                form="MASH",
                phase="utredning",
                by=proposed.members[name].actor,
                at=LATER,
            )
