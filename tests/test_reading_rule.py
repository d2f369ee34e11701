"""P-A2, clause by clause: who may read an item, one second before, at and after each limit."""


import pytest

from consent.models import InformationItem
from hub.access import Actor, permitted
from tests.cast import NOW, World, write

pytestmark = pytest.mark.django_db


def reads(world: World, who: str | Actor, item: InformationItem, *, at=NOW) -> bool:
    actor = who if isinstance(who, Actor) else world.members[who].actor
    return permitted(InformationItem.objects.filter(pk=item.pk), actor, at=at).exists()


def test_each_party_reads_exactly_its_cells(world: World) -> None:
    attendance = write(world, "sam", "attendance")
    situation = write(world, "sam", "school_situation")
    told = write(world, "pia", "police_tells")
    plan = write(world, "kim", "measures_and_plan")
    leisure = write(world, "fia", "leisure")
    who_reads = {
        item.type.code: {name for name in world.members if reads(world, name, item)}
        for item in (attendance, situation, told, plan, leisure)
    }
    social = {"kim", "lovisa", "mona"}
    assert who_reads == {
        "attendance": social | {"sam", "pia"},
        "school_situation": social | {"sam"},
        "police_tells": social | {"pia"},
        "measures_and_plan": social | {"pia", "sam"},
        "leisure": social | {"fia"},
    }
