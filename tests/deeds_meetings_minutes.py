"""The deeds of minutes, for tests/test_audit_deeds.py: verb → the name it must leave, and a way to do it."""

from collections.abc import Callable

from meetings import actions
from tests.cast import World, write
from tests.holding import DURING, running
from tests.minuting import approved, ended

Deed = Callable[[World], object]

EXEMPT: dict[str, str] = {"Mended": "a type"}


def linked(w: World) -> object:
    meeting = running(w)
    return actions.link_item(meeting, write(w, "sam", "attendance"), by=w.sam.actor, at=DURING)


def saved(w: World) -> object:
    return actions.save_minutes(ended(w), actions.Mended(), row_version=1, by=w.kim.actor, at=DURING)


DEEDS: dict[str, tuple[str, Deed]] = {
    "add_addendum": (
        "minutes.corrected",
        lambda w: actions.add_addendum(approved(w), "Fel dag.", by=w.kim.actor, at=DURING),
    ),
    "approve_minutes": ("minutes.approved", approved),
    "link_item": ("meeting.item_written", linked),
    "save_minutes": ("minutes.saved", saved),
}
