"""Every concern has one owner in force, whatever happens to people (P-T10, P-A12)."""

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from hub import actions as hub_actions
from hub import clock
from hub.models import Assignment, AuditEntry, CaseSeat, Notification, Recusal
from hub.models.base import TemporalQuerySet
from tests.cast import NOW, SECOND, World
from tests.concerns import NOVA, arrange, nova, register
from triage import actions, tasks
from triage.actions import ChildFacts
from triage.actions.owners import candidates, strays
from triage.models import Ownership, PreliminaryAssessment, TriageSettings

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def end(world: World, who: str, *, at: datetime, replacement: Assignment | None = None) -> None:
    assignment = Assignment.objects.get(pk=world.members[who].assignment.pk)
    hub_actions.end_assignment(
        assignment,
        last=None,
        replacement=replacement,
        row_version=assignment.row_version,
        by=world.ada.actor,
        at=at,
    )


def owner_in_force(assessment: PreliminaryAssessment, *, at: datetime) -> Assignment:
    """The one owner, the same in the concern and in its history."""
    assessment.refresh_from_db()
    rows: TemporalQuerySet = Ownership.objects.filter(assessment=assessment)
    assert rows.in_force(at=at).get().assignment == assessment.owner
    return assessment.owner


def test_when_the_owners_assignment_ends_the_standing_owner_has_it_in_the_same_instant(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    assessment = register(world, owner=world.ivar.assignment).assessments.get()
    end(world, "ivar", at=LATER)
    assert owner_in_force(assessment, at=LATER) == world.ines.assignment
    told = Notification.objects.filter(told_at=LATER, reference=assessment.report.number)
    assert {(n.kind, n.assignment_id) for n in told} == {
        ("concern_given", world.ines.assignment.pk),
        ("concern_moved", world.maja.assignment.pk),
    }
    assert CaseSeat.objects.in_force(at=LATER).get(content_object=assessment.case).assignment == world.ines.assignment


def test_whoever_was_named_to_take_over_does(bare_world: World) -> None:
    world = bare_world
    assessment = nova(world)
    end(world, "ines", at=LATER, replacement=world.ivar.assignment)
    assert owner_in_force(assessment, at=LATER) == world.ivar.assignment


def test_without_the_standing_owner_a_manager_of_the_unit_has_it(bare_world: World) -> None:
    world = bare_world
    assessment = nova(world)
    end(world, "ines", at=LATER)
    assert owner_in_force(assessment, at=LATER) == world.maja.assignment


def test_jav_gives_the_concern_to_another_at_once_and_says_not_why(bare_world: World) -> None:
    world = bare_world
    assessment = nova(world)
    assert assessment.individual is not None
    hub_actions.recuse(assessment.individual, reason="granne", by=world.ines.actor, at=LATER)
    assert owner_in_force(assessment, at=LATER) == world.maja.assignment
    given = Ownership.objects.get(assessment=assessment, valid_to=None)
    assert "granne" not in given.reason
    assert "jäv" not in given.reason


def test_jav_that_was_declared_before_the_report_holds_when_it_is_registered(bare_world: World) -> None:
    world = bare_world
    complete = ChildFacts(
        given_name="Nova", family_name="Rask", personnummer="201001122397", birth_date=NOVA.birth_date
    )
    first = register(world, complete).assessments.get()
    assert first.individual is not None
    Recusal.objects.create(
        municipality=world.kommun, user=world.ines.user, individual=first.individual, at=NOW, reason="släkt"
    )
    again = register(world, complete, at=LATER).assessments.get()
    assert owner_in_force(again, at=LATER) == world.maja.assignment


@pytest.mark.parametrize(("at", "moved"), [(LATER - SECOND, 0), (LATER, 2), (LATER + SECOND, 2)])
def test_an_assignment_that_ends_by_its_own_date_leaves_no_concern_behind(
    bare_world: World, monkeypatch: pytest.MonkeyPatch, at: datetime, moved: int
) -> None:
    world = bare_world
    assessment = nova(world)
    Assignment.objects.filter(pk=world.ines.assignment.pk).update(valid_to=LATER)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert tasks.find_owners() == moved
    world.look()
    assert (owner_in_force(assessment, at=at) != world.ines.assignment) == bool(moved)


def test_what_comes_in_by_itself_has_an_owner_although_the_standing_one_has_left(bare_world: World) -> None:
    world = bare_world
    arrange(world)
    end(world, "ines", at=LATER)
    told = actions.ReportFacts(arrived_at=LATER, channel="form", facts="Oro")
    reporter = actions.ReporterFacts(category="school", name="Berit")
    report = actions.submit_report(told, reporter, [NOVA], agency_id=world.social.pk, by=None, at=LATER)
    assert owner_in_force(report.assessments.get(), at=LATER) == world.maja.assignment
    assert TriageSettings.objects.get().standing_owner == world.ines.assignment


@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_there_is_one_usable_owner_while_anybody_is_left(concern_world: World, seed: int) -> None:
    world, dice = concern_world, random.Random(seed)
    assessment = nova(world)
    assert assessment.individual is not None
    names = ["ines", "ivar", "maja", "vera", "kim", "olof", "mona"]
    instants = (NOW + timedelta(minutes=n) for n in itertools.count(1))

    def hand(at: datetime) -> None:
        assessment.refresh_from_db()
        people = list(candidates(assessment, at=at).exclude(pk=assessment.owner_id).order_by("pk"))
        if people:
            actions.hand_over(assessment, to=dice.choice(people), reason="byte", by=None, at=at)

    def leave(at: datetime) -> None:
        if names:
            end(world, names.pop(dice.randrange(len(names))), at=at)

    def declare(at: datetime) -> None:
        assessment.refresh_from_db()
        member = next((m for m in world.members.values() if m.assignment.pk == assessment.owner_id), None)
        assert member is not None
        # Where nobody is left, whoever declared jäv is still named as owner, and reads nothing any more.
        if candidates(assessment, at=at).filter(pk=member.assignment.pk).exists():
            assert assessment.individual is not None
            hub_actions.recuse(assessment.individual, reason="släkt", by=member.actor, at=at)

    steps: list[Callable[[datetime], None]] = [hand, leave, leave, declare]
    for at in itertools.islice(instants, 12):
        dice.choice(steps)(at)
        if candidates(assessment, at=at).exists():
            assert candidates(assessment, at=at).filter(pk=owner_in_force(assessment, at=at).pk).exists()
            assert not strays(at=at).exists()
    assert Ownership.objects.filter(assessment=assessment, valid_to=None).count() == 1
    moves = AuditEntry.objects.filter(action="concern.owner_changed").count()
    assert moves >= Ownership.objects.filter(assessment=assessment).count() - 1
