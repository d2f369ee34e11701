"""Clause 1 of P-A2: an agency from outside the kommun reads while an agreement is in force, to the second (P-X1)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import DataError, IntegrityError, transaction

from consent.eyeline import lines
from consent.models import InformationItem
from hub import actions as hub_actions
from hub.access import Actor, Denied, may, permitted
from hub.actions import AgreementFacts
from hub.errors import Conflict, Invalid
from hub.models import Agreement, AgreementParty, Assignment, Case, Individual, Notification, Role
from tests.cast import NOW, SECOND, World, person, write

pytestmark = pytest.mark.django_db

LIMIT = NOW + timedelta(days=10)


def reads(world: World, name: str, at: datetime) -> dict[str, int]:
    """How much a member can list, model by model, and whether the list and the check agree."""
    actor = world.members[name].actor
    found = {}
    for model in (Individual, Case, InformationItem, Notification):
        rows = permitted(model.objects.all(), actor, at=at)
        found[model.__name__] = rows.count()
        assert all(may(row, actor, "read", at=at) for row in rows)
    return found


def end_agreement(world: World) -> None:
    Agreement.objects.update(valid_to=LIMIT)


def end_part(world: World) -> None:
    AgreementParty.objects.filter(agency=world.police).update(valid_to=LIMIT)


def begin_agreement(world: World) -> None:
    Agreement.objects.update(valid_from=LIMIT)


def begin_part(world: World) -> None:
    AgreementParty.objects.filter(agency=world.police).update(valid_from=LIMIT)


@pytest.mark.parametrize("limit", [end_agreement, end_part])
def test_reading_ends_with_the_agreement_or_the_part_in_it(world: World, limit: Callable[[World], None]) -> None:
    write(world, "sam", "attendance")
    limit(world)
    before = reads(world, "pia", LIMIT - SECOND)
    assert all(before.values()), before
    assert not any(reads(world, "pia", LIMIT).values())
    assert not any(reads(world, "pia", LIMIT + SECOND).values())
    item = InformationItem.objects.get()
    assert not may(item, world.pia.actor, "read", at=LIMIT)


@pytest.mark.parametrize("limit", [begin_agreement, begin_part])
def test_reading_begins_with_the_agreement_or_the_part_in_it(world: World, limit: Callable[[World], None]) -> None:
    write(world, "sam", "attendance")
    limit(world)
    assert not any(reads(world, "pia", LIMIT - SECOND).values())
    assert all(reads(world, "pia", LIMIT).values())
    assert all(reads(world, "pia", LIMIT + SECOND).values())


def test_the_kommuns_own_agencies_need_none(world: World) -> None:
    write(world, "sam", "attendance")
    before = {name: reads(world, name, NOW) for name in ("kim", "sam", "fia", "mona")}
    AgreementParty.objects.all().delete()
    Agreement.objects.all().delete()
    assert {name: reads(world, name, NOW) for name in before} == before
    assert not any(reads(world, "pia", NOW).values())


def test_two_agreements_are_a_union_and_another_agencys_is_none(world: World) -> None:
    end_agreement(world)
    other = Agreement.objects.create(municipality=world.kommun, title="Jour", level="operative", valid_from=NOW)
    part = AgreementParty.objects.create(
        municipality=world.kommun, agreement=other, agency=world.other_police, valid_from=NOW
    )
    assert not may(world.elias, world.pia.actor, "read", at=LIMIT)
    AgreementParty.objects.filter(pk=part.pk).update(agency=world.police)
    assert may(world.elias, world.pia.actor, "read", at=LIMIT)


def test_one_question_to_the_database_decides(world: World, django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # a context manager of pytest-django
        assert may(world.elias, world.pia.actor, "read", at=NOW)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]  # pytest-django's fixture
        assert list(permitted(Individual.objects.all(), world.pia.actor, at=NOW)) == [world.elias]


def test_whoever_made_an_actor_by_hand_is_from_outside(world: World) -> None:
    """Fails closed: an actor is of the kommun only where its agency says so."""
    elsewhere = Actor.acting_under(world.kim.assignment, municipality_id=world.other_kommun.pk)
    assert not elsewhere.agency_in_kommun
    assert world.kim.actor.agency_in_kommun


def test_the_eye_line_names_no_agency_whose_agreement_has_ended(world: World) -> None:
    item = write(world, "sam", "attendance")
    items = list(InformationItem.objects.filter(pk=item.pk).select_related("type", "agency").prefetch_related("abouts"))
    end_agreement(world)
    assert "polis" in lines(items, world.sam.actor, LIMIT - SECOND)[item.pk].text
    assert "polis" not in lines(items, world.sam.actor, LIMIT)[item.pk].text


def test_a_jour_from_outside_registers_nobody_without_an_agreement(world: World) -> None:
    jour = Actor.acting_under(world.otto.assignment, municipality_id=world.kommun.pk)
    facts = person("Nova", "Ek", date(2011, 5, 5))
    with pytest.raises(Denied), transaction.atomic():
        hub_actions.register_individual(facts, by=jour, at=NOW)
    world.otto.agency.serves.add(world.kommun)
    hub_actions.add_agreement_party(
        Agreement.objects.get(), world.otto.agency, first=NOW.date(), last=None, by=world.ada.actor, at=NOW
    )
    assert hub_actions.register_individual(facts, by=jour, at=NOW).pk


def test_a_page_that_is_open_stops_at_that_second(world: World) -> None:
    hub_actions.end_agreement(Agreement.objects.get(), row_version=1, by=world.ada.actor, at=NOW)
    assert world.client("pia").get(f"/arenden/{world.case.ref}/").status_code == 404
    world.look()
    assert world.client("sam").get(f"/arenden/{world.case.ref}/").status_code == 200


# --- what the pages can do with one ----------------------------------------------------------------------------------


def facts(first: date, last: date | None = None, title: str = "Samverkan kring barn och unga") -> AgreementFacts:
    return AgreementFacts(title=title, level="kommun", reference="", note="", first=first, last=last)


def test_the_days_of_an_agreement_are_whole_and_never_change_in_hindsight(world: World) -> None:
    agreement, ada, today = Agreement.objects.get(), world.ada.actor, NOW.date()
    begun = agreement.valid_from.date()
    for wrong, field in ((facts(today), "first"), (facts(begun, today - timedelta(days=1)), "last")):
        with pytest.raises(Invalid) as refused, transaction.atomic():
            hub_actions.change_agreement(agreement, wrong, row_version=1, by=ada, at=NOW)
        assert field in refused.value.errors


def test_somebody_elses_saving_is_not_overwritten(world: World) -> None:
    agreement = Agreement.objects.get()
    hub_actions.end_agreement(agreement, row_version=1, by=world.ada.actor, at=NOW)
    with pytest.raises(Conflict), transaction.atomic():
        hub_actions.end_agreement(agreement, row_version=1, by=world.ada.actor, at=NOW + SECOND)


def test_the_database_keeps_one_of_a_kind_at_a_time(world: World) -> None:
    agreement = Agreement.objects.get()
    doubled = AgreementParty(
        municipality=world.kommun, agreement=agreement, agency=world.police, valid_from=NOW, valid_to=None
    )
    with pytest.raises(IntegrityError, match="agency_once_in_an_agreement"), transaction.atomic():
        doubled.save()
    again = Agreement(municipality=world.kommun, title=agreement.title, level="kommun", valid_from=NOW)
    with pytest.raises(IntegrityError, match="one_agreement_of_a_title_at_a_time"), transaction.atomic():
        again.save()
    backwards = Agreement(municipality=world.kommun, title="X", level="kommun", valid_from=NOW, valid_to=NOW - SECOND)
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        backwards.save()


def test_an_outside_administrator_sees_the_own_part_and_changes_nothing(world: World) -> None:
    post = Assignment.objects.create(
        user=world.peo.user, unit=world.police.units.get(), role=Role.ADMINISTRATOR, valid_from=NOW
    )
    actor = Actor.acting_under(post, municipality_id=world.kommun.pk)
    seen = permitted(AgreementParty.objects.all(), actor, at=NOW)
    assert [part.agency for part in seen] == [world.police]
    with pytest.raises(Denied), transaction.atomic():
        hub_actions.end_agreement(Agreement.objects.get(), row_version=1, by=actor, at=NOW)
    with pytest.raises(Denied), transaction.atomic():
        hub_actions.add_agreement(facts(NOW.date(), title="Egen"), by=actor, at=NOW)
