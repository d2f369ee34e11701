"""Ended cases counted together: at least five, nobody picked, nobody singled out (P-P6, R68)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from actionplans import actions
from actionplans.models import AfterGroup, AfterGroupCase, AfterPaper
from hub.access import Denied, permitted
from hub.errors import Conflict, Invalid
from hub.models import Person
from tests.caring import group_facts, group_of_five
from tests.cast import NOW, START_DAY, World

pytestmark = pytest.mark.django_db


def made(world: World, **others: object) -> AfterGroup:
    return actions.make_group(replace(group_facts(world), **others), by=world.mona.actor, at=NOW)  # type: ignore[arg-type]  # free keyword arguments


def deliver(world: World, group: AfterGroup, count: int | None) -> AfterGroup:
    said = {"counted": group.size, "delivered_on": START_DAY, "delivered_by": "Polisen"}
    return actions.deliver_count(group, count=count, **said, by=world.mona.actor, at=NOW)  # type: ignore[arg-type]  # as above


def test_four_are_no_group_and_five_are_one(world: World) -> None:
    group_of_five(world, size=4)
    with pytest.raises(Invalid):
        made(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        AfterGroup.objects.create(
            municipality=world.kommun,
            agency=world.social,
            unit=world.youth_unit,
            source=world.police,
            form="SIG",
            first_day=START_DAY,
            last_day=START_DAY,
            months=6,
            size=4,
            made_at=NOW,
            made_by=world.mona.assignment,
        )
    group_of_five(world, size=1, first=4)
    assert made(world).size == 5


def test_a_count_that_says_the_same_of_everybody_is_never_kept(world: World) -> None:
    group_of_five(world)
    group = made(world)
    for count in (0, 5, 6, -1):
        with pytest.raises(Invalid):
            deliver(world, group, count)
        with pytest.raises(IntegrityError), transaction.atomic():
            AfterGroup.objects.filter(pk=group.pk).update(
                count=count, recorded_at=NOW, recorded_by=world.mona.assignment, delivered_on=START_DAY
            )
    assert deliver(world, group, 4).count == 4
    with pytest.raises(Conflict):
        deliver(world, group, 1)


def test_what_is_not_given_out_says_not_why(world: World) -> None:
    group_of_five(world)
    group = deliver(world, made(world), None)
    assert (group.count, group.withheld) == (None, True)


def test_no_case_is_in_two_groups_at_the_same_point_so_that_nothing_can_be_subtracted(world: World) -> None:
    cases = group_of_five(world, size=6, closed=NOW - timedelta(days=400))
    facts = {"first_day": (NOW - timedelta(days=500)).date()}
    group = made(world, **facts)
    assert group.size == 6
    with pytest.raises(Invalid):
        made(world, **facts)
    assert made(world, months=12, **facts).size == 6
    with pytest.raises(IntegrityError), transaction.atomic():
        AfterGroupCase.objects.create(municipality=world.kommun, group=group, case=cases[0], months=6)


def test_left_out_are_the_protected_those_with_a_paper_of_their_own_and_whose_time_has_not_come(world: World) -> None:
    cases = group_of_five(world, size=8)
    Person.objects.filter(pk=cases[0].individual.person_id).update(protection="SEKRETESSMARKERING")
    paper = AfterPaper.objects.create(
        municipality=world.kommun,
        case=cases[1],
        individual=cases[1].individual,
        asked_at=NOW,
        asked_by=world.kim.assignment,
        completed_at=NOW,
    )
    paper.questions.create(municipality=world.kommun, what="reports", source=world.police)
    for days, size in ((-1, None), (0, 6)):
        type(cases[0]).objects.filter(pk__in=[one.pk for one in cases]).update(
            closed_at=NOW.replace(year=2025, month=9) - timedelta(days=days)
        )
        if size is None:
            with pytest.raises(Invalid):
                made(world)
    found = actions.group_cases(group_facts(world), by=world.mona.actor, at=NOW)
    assert {one.pk for one in found} == {one.pk for one in cases[2:]}
    assert (
        actions.group_cases(replace(group_facts(world), source=world.other_police), by=world.mona.actor, at=NOW) == []
    )


def test_only_the_units_manager_makes_reads_and_fills_in_its_groups(world: World) -> None:
    group_of_five(world)
    group = made(world)
    for who in ("kim", "pia", "otto", "ada"):
        with pytest.raises(Denied):
            actions.make_group(group_facts(world), by=world.members[who].actor, at=NOW)
        with pytest.raises(Denied):
            actions.deliver_count(
                group, count=1, delivered_on=START_DAY, delivered_by="x", by=world.members[who].actor, at=NOW
            )
    for rows in (AfterGroup.objects.all(), AfterGroupCase.objects.all()):
        assert {n for n, one in world.members.items() if permitted(rows, one.actor, at=NOW).exists()} == {"mona"}


def test_a_count_among_others_than_the_group_is_never_kept(world: World) -> None:
    """The police have no list: they may count somebody left out here, whose own answer can then be subtracted."""
    group_of_five(world)
    group = made(world)
    for counted in (None, 4, 6):
        with pytest.raises(Invalid) as bad:
            actions.deliver_count(
                group,
                count=2,
                counted=counted,
                delivered_on=START_DAY,
                delivered_by="Polisen",
                by=world.mona.actor,
                at=NOW,
            )
        assert set(bad.value.errors) == {"counted"}
