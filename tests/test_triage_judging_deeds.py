"""Every verb of judging and arranging leaves its deed in the record, with the rows it is about (P-L1)."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.db import transaction

from hub.audit import DEEDS
from hub.models import AuditEntry
from tests.cast import NOW, World
from tests.concerns import arrange, nova
from tests.matrix_triage_judging import judged, shift_of
from triage import actions
from triage.models import ColourChange, HubSlot, HubUnit
from triage.standard_questions import STANDARD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("concern_world")]

LATER = NOW + timedelta(hours=1)


def protect(w: World) -> object:
    by = w.ines.actor
    return actions.assess_protection(nova(w), outcome="no_need", reasons="x", assessed_at=NOW, by=by, at=NOW)


def colour(w: World) -> object:
    concern = nova(w)
    facts = actions.Judged(colour="red", reason="Nytt hot.")
    return actions.set_colour(concern, facts, row_version=concern.row_version, by=w.ines.actor, at=NOW)


def confirm(w: World) -> object:
    change = ColourChange.objects.get(assessment=judged(w), downgrade=True)
    return actions.confirm_downgrade(change, agreed=True, by=w.ines.actor, at=LATER)


def settings(w: World) -> object:
    facts = actions.ArrangementFacts(intake_unit=arrange(w).unit, standing_owner=w.ines.assignment)
    return actions.arrange_intake(w.social, facts, by=w.ada.actor, at=NOW)


def shift(w: World) -> object:
    arrange(w)
    times = {"valid_from": NOW, "valid_to": LATER}
    return actions.plan_shift(w.social, w.ines.assignment, **times, by=w.ada.actor, at=NOW)


def slot(w: World) -> object:
    arrange(w)
    return actions.add_slot(w.social, starts=time(14), weekdays=[1], link="", by=w.ada.actor, at=NOW)


DID: dict[str, Callable[[World], object]] = {
    "concern.protection_assessed": protect,
    "concern.colour_set": colour,
    "concern.downgrade_confirmed": confirm,
    "intake.arranged": settings,
    "hub_unit.added": lambda w: actions.add_hub_unit(w.social, arrange(w).jour.units.get(), by=w.ada.actor, at=NOW),
    "hub_unit.ended": lambda w: actions.end_hub_unit(
        HubUnit.objects.get(unit=arrange(w).adults), by=w.ada.actor, at=NOW
    ),
    "hub_slot.added": slot,
    "hub_slot.ended": lambda w: actions.end_slot(
        HubSlot.objects.get(agency=arrange(w).settings.agency), by=w.ada.actor, at=NOW
    ),
    "questions.decided": lambda w: actions.decide_questions(
        w.social, STANDARD, decision="Nämnden", seen=arrange(w).questions.version, by=w.ada.actor, at=NOW
    ),
    "shift.planned": shift,
    "shift.ended": lambda w: actions.end_shift(shift_of(w, "ines"), by=w.ada.actor, at=NOW),
    "shift.received": lambda w: actions.receive_shift(shift_of(w, "ines"), by=w.ines.actor, at=NOW),
}


def test_every_verb_leaves_its_deed(world: World) -> None:
    judged(world)
    wrong = []
    for name, do in DID.items():
        last = AuditEntry.objects.latest("pk").pk
        with transaction.atomic():
            do(world)
            left = list(AuditEntry.objects.filter(pk__gt=last, kind="deed", action=name))
            transaction.set_rollback(True)
        if len(left) != 1 or not left[0].objects_seen or left[0].municipality_id != world.kommun.pk:
            wrong.append(name)
        assert DEEDS[name].strip() not in ("", name)
    assert wrong == []


def test_the_record_of_a_colour_tells_from_what_to_what_and_never_why(world: World) -> None:
    judged(world)
    entry = AuditEntry.objects.filter(action="concern.colour_set").latest("pk")
    assert entry.detail == {"was": "red", "colour": "orange", "suggested": "green"}
    assert "Mormor" not in str(entry.detail)
