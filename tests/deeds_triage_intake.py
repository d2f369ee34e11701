"""The deeds of taking in concerns, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable
from datetime import timedelta

from hub.models import Assignment
from tests.cast import NOW, World
from tests.concerns import NOVA, SCHOOL, arrange, nova, register, told
from triage import actions
from triage.actions import ChildFacts
from triage.models import ConcernReport, PreliminaryAssessment

Deed = Callable[[World], object]
LATER = NOW + timedelta(hours=1)

EXEMPT: dict[str, str] = {
    "ChildFacts": "a type",
    "ReporterFacts": "a type",
    "ReportFacts": "a type",
    "Saved": "a type",
}


def unknown(w: World) -> PreliminaryAssessment:
    return register(w, ChildFacts(about="omkring 14 år")).assessments.get()


def described(w: World) -> PreliminaryAssessment:
    child = unknown(w)
    return actions.describe_child(child, NOVA, row_version=child.row_version, by=w.ines.actor, at=LATER)


def sent(w: World) -> ConcernReport:
    arrange(w)
    facts = told(arrived_at=NOW, channel="form")
    return actions.submit_report(facts, SCHOOL, [NOVA], agency_id=w.social.pk, by=None, at=NOW)


def drafted(w: World) -> actions.Saved:
    arrange(w)
    return actions.save_draft(w.elias.ref, {"facts": ["Halv"]}, row_version=0, by=w.ines.actor, at=LATER)


def handed(w: World) -> PreliminaryAssessment:
    concern = nova(w)
    actions.hand_over(concern, to=w.ivar.assignment, reason="Går av passet", by=w.ines.actor, at=LATER)
    return concern


def left(w: World) -> None:
    """The assignment of Ines ended by its own date, and she owns a concern."""
    concern = nova(w)
    Assignment.objects.filter(pk=w.ines.assignment.pk).update(valid_to=LATER)
    actions.rehome(PreliminaryAssessment.objects.filter(pk=concern.pk), at=LATER)


DEEDS: dict[str, tuple[str, Deed]] = {
    "describe_child": ("concern.child_described", described),
    "discard_draft": (
        "concern.draft_discarded",
        lambda w: actions.discard_draft(drafted(w).draft.ref, by=w.ines.actor, at=LATER),
    ),
    "hand_over": ("concern.owner_changed", handed),
    "identify": ("concern.identified", lambda w: actions.identify(described(w), by=w.ines.actor, at=LATER)),
    "receive_ownership": (
        "concern.owner_received",
        lambda w: actions.receive_ownership(handed(w), by=w.ivar.actor, at=LATER),
    ),
    "receive_report": ("concern.registered", lambda w: actions.receive_report(sent(w), by=w.ines.actor, at=LATER)),
    "register_report": ("concern.registered", register),
    "rehome": ("concern.owner_changed", left),
    "save_draft": ("concern.draft_saved", drafted),
    "submit_report": ("concern.arrived", sent),
}
