"""The deeds of statistics, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable

from reports import actions
from tests.cast import NOW, SECOND, World
from tests.releasing import counting, decided

Deed = Callable[[World], object]

EXEMPT: dict[str, str] = {"DecisionFacts": "a type"}
DEEDS: dict[str, tuple[str, Deed]] = {
    "record_decision": ("programme.decided", decided),
    "end_decision": (
        "programme.ended",
        lambda w: actions.end_decision(decided(w), row_version=1, by=w.ada.actor, at=NOW + SECOND),
    ),
    "make_release": ("statistics.released", lambda w: actions.make_release(by=counting(w), at=NOW)),
}
