"""Every verb of the hub leaves its deed, in the kommun, on rows, with Swedish words (P-L1)."""

from collections.abc import Callable

import pytest
from django.db import transaction

from hub.audit import DEEDS
from hub.models import AuditEntry
from tests.cast import NOW, World
from tests.concerns import nova
from tests.hub_scenes import HALF_PAST, answered, convened, running, spoken
from triage import actions
from triage.models import MapEdge, PreliminaryAssessment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]


def drawn(world: World) -> MapEdge:
    spoken(world)
    line = actions.Line(kind="contact", label="äldre vän", degree=3, source=world.ines.assignment.unit)
    return actions.add_to_map(nova(world), line, by=world.ines.actor, at=HALF_PAST)


def closed(world: World) -> None:
    call = running(world)
    PreliminaryAssessment.objects.filter(pk=nova(world).pk).update(state="not_opened", state_at=HALF_PAST)
    actions.close_call(call, why="Sjukdom.", by=world.ines.actor, at=HALF_PAST)


#: deed → a way to do it.
HUB: dict[str, Callable[[World], object]] = {
    "hub.convened": convened,
    "hub.answered": answered,
    "hub.opened": running,
    "hub.joined": running,
    "hub.turned": running,
    "hub.cancelled": lambda w: actions.cancel_call(convened(w), why="Löst.", by=w.ines.actor, at=NOW),
    "hub.left": lambda w: actions.leave(running(w), by=w.vera.actor, at=HALF_PAST),
    "hub.carried_over": lambda w: actions.carry_over(spoken(w), why="I morgon.", by=w.ines.actor, at=HALF_PAST),
    "hub.text_saved": lambda w: actions.save_text(spoken(w), "En rad.", version=0, by=w.ines.actor, at=HALF_PAST),
    "hub.map_added": drawn,
    "hub.map_removed": lambda w: actions.remove_from_map(drawn(w), by=w.ines.actor, at=HALF_PAST),
    "hub.closed": closed,
}


def test_every_deed_of_the_hub_has_a_way_here() -> None:
    assert set(HUB) == {name for name in DEEDS if name.startswith("hub.")}


def test_every_verb_of_the_hub_leaves_its_deed(world: World) -> None:
    nova(world)
    missing, unclear = [], []
    for deed, do in HUB.items():
        last = AuditEntry.objects.latest("pk").pk
        with transaction.atomic():
            do(world)
            left = list(AuditEntry.objects.filter(pk__gt=last, kind="deed", action=deed))
            transaction.set_rollback(True)
        missing += [] if left else [deed]
        unclear += [deed for entry in left if not (entry.municipality_id and entry.objects_seen)]
    assert (missing, unclear) == ([], [])
