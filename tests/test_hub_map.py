"""The joint map: roles, never names; each line with its source; what hangs loose goes (P-I6, P-T7)."""

import pytest

from hub.access import Denied
from hub.errors import Conflict, Invalid
from tests.cast import World
from tests.concerns import nova
from tests.hub_scenes import HALF_PAST, spoken
from triage import actions
from triage.models import MapEdge, MapNode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def draw(world: World, label: str, *, by: str = "ines", **changes: object) -> MapEdge:
    line = actions.Line(
        **{"kind": "contact", "label": label, "degree": 3, "source": world.members[by].assignment.unit, **changes}  # type: ignore[arg-type]  # free keyword arguments
    )
    return actions.add_to_map(nova(world), line, by=world.members[by].actor, at=HALF_PAST)


def test_a_number_is_refused_and_what_looks_like_a_name_is_questioned(world: World) -> None:
    spoken(world)
    for wrong in ("20121202-2388", "Kalle Svensson"):
        with pytest.raises(Invalid) as refused:
            draw(world, wrong)
        assert "label" in refused.value.errors
    with pytest.raises(Invalid):
        draw(world, "äldre vän", note="heter Kalle Svensson")
    with pytest.raises(Invalid):
        draw(world, "20121202-2388", not_a_name=True)
    assert draw(world, "Rinkeby Allé", kind="place", not_a_name=True).end.label == "Rinkeby Allé"


def test_two_units_who_say_the_same_are_two_lines_to_one(world: World) -> None:
    spoken(world)
    mine, hers = draw(world, "äldre vän"), draw(world, "Äldre vän", by="vera", degree=1)
    assert mine.end == hers.end
    assert {edge.source.name for edge in MapEdge.objects.all()} == {"Mottagningen", "Vuxenenheten"}


def test_what_hangs_on_a_line_that_is_taken_away_goes_with_it(world: World) -> None:
    spoken(world)
    friend = draw(world, "äldre vän")
    place = draw(world, "centrum", kind="place", start=friend.end)
    actions.remove_from_map(friend, by=world.vera.actor, at=HALF_PAST)
    place.refresh_from_db()
    assert place.removed_at is not None
    assert not MapNode.objects.filter(removed_at=None).exists()
    with pytest.raises(Conflict):
        actions.remove_from_map(friend, by=world.ines.actor, at=HALF_PAST)
    with pytest.raises(Invalid):
        draw(world, "torget", kind="place", start=friend.end)


def test_only_those_who_handle_or_hear_the_child_draw(world: World) -> None:
    spoken(world)
    with pytest.raises(Denied):
        draw(world, "äldre vän", by="olof")
    with pytest.raises(Invalid):
        draw(world, "äldre vän", source=world.police.units.get())
