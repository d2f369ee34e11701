"""Every verb of deciding and of what follows leaves its deed in the record, with the rows it is about (P-L1)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction

from hub.audit import DEEDS
from hub.models import AuditEntry
from tests.cast import NOW, World
from tests.decisions import decide, guardians
from tests.matrix_triage_deciding import HALF_PAST, _followed, nina_held, to_decide
from triage import actions
from triage.models import FamilyTask, Investigation, PreliminaryAssessment

pytestmark = pytest.mark.django_db

DAY = date(2026, 8, 1)


def decision(w: World) -> object:
    return decide(w, open_one(w), at=NOW)


def open_one(w: World) -> PreliminaryAssessment:
    return PreliminaryAssessment.objects.get(ref=to_decide(w)["ref"])


def nils(w: World) -> FamilyTask:
    tasks = FamilyTask.objects.filter(assessment=_followed(w), relative__person__given_name="Nils")
    return tasks.select_related("assessment").get()


def nina(w: World) -> FamilyTask:
    return FamilyTask.objects.select_related("assessment").get(ref=nina_held(w)["ref"])


def investigation(w: World) -> Investigation:
    return Investigation.objects.get(assessment=_followed(w))


def more(w: World) -> object:
    guardians(w, open_one(w), "Nora", at=HALF_PAST)
    concern = open_one(w)
    decide(w, concern, at=NOW)
    FamilyTask.objects.filter(assessment=concern, relative__isnull=False).delete()
    return actions.inform_more(concern, by=w.olof.actor, at=NOW)


DID: dict[str, Callable[[World], object]] = {
    "concern.decided": decision,
    "concern.decision_extended": lambda w: actions.extend_decision(
        open_one(w), until=DAY, reasons="x", by=w.ines.actor, at=NOW
    ),
    "concern.packet_received": lambda w: actions.receive_packet(_followed(w), by=w.olof.actor, at=NOW),
    "concern.feedback_asked": lambda w: actions.ask_feedback(_followed(w), by=w.ines.actor, at=NOW),
    "concern.feedback_chosen": lambda w: actions.choose_feedback(
        _followed(w), choice="given", how="x", by=w.ines.actor, at=NOW
    ),
    "family.task_opened": more,
    "family.task_done": lambda w: actions.finish_task(nils(w), note="x", by=w.olof.actor, at=NOW),
    "family.task_held": lambda w: actions.hold_task(nils(w), why="x", review_on=DAY, by=w.olof.actor, at=NOW),
    "family.task_resumed": lambda w: actions.resume_task(nina(w), why="x", by=w.olof.actor, at=NOW),
    "investigation.extended": lambda w: actions.extend_investigation(
        investigation(w), until=DAY, why="x", by=w.olof.actor, at=NOW
    ),
    "investigation.closed": lambda w: actions.close_investigation(
        investigation(w), into="insats", why="x", by=w.olof.actor, at=NOW
    ),
}


def test_every_verb_leaves_its_deed(world: World) -> None:
    _followed(world), nina_held(world), to_decide(world)
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


def test_the_record_of_a_decision_tells_what_and_by_which_delegation_never_why(world: World) -> None:
    _followed(world)
    entry = AuditEntry.objects.get(action="concern.decided")
    assert entry.detail == {"kind": "open", "delegation": "3.1", "proposes": "SIG"}
