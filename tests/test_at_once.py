"""Several lists of one table are one query, and still each its own list (P-Q2)."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from hub.at_once import at_once
from hub.models import Unit
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(bare_world: World) -> list[str]:
    agency = bare_world.social
    made = [Unit.objects.create(agency=agency, name=f"Enhet {letter}").name for letter in "CADB"]
    return sorted(made)


def test_each_list_has_its_own_order_and_its_own_limit(names: list[str]) -> None:
    rows = Unit.objects.filter(name__in=names).select_related("agency")
    lists = {
        "up": rows.order_by("name"),
        "down": rows.order_by(F("name").desc()),
        "one": rows.filter(name=names[2]).order_by("pk"),
    }
    with CaptureQueriesContext(connection) as queries:
        found = at_once(lists, most=3)
        assert all(unit.agency.name for listed in found.values() for unit in listed)
    assert len(queries) == 1
    assert {name: [unit.name for unit in listed] for name, listed in found.items()} == {
        "up": names[:3],
        "down": names[:0:-1],
        "one": [names[2]],
    }


@pytest.mark.parametrize(("lists", "cost"), [(("none", "none"), 0), (("none", "some"), 1), (("some",), 1)])
def test_a_list_that_can_hold_nothing_costs_nothing(names: list[str], lists: tuple[str, ...], cost: int) -> None:
    some = Unit.objects.filter(name__in=names).order_by("name")
    offered = {f"{kind} {place}": some if kind == "some" else some.none() for place, kind in enumerate(lists)}
    with CaptureQueriesContext(connection) as queries:
        found = at_once(offered, most=9)
    assert len(queries) == cost
    assert [len(found[name]) for name in offered] == [4 if kind == "some" else 0 for kind in lists]
