"""Protection and colour on the page of one concern."""

from dataclasses import replace
from datetime import datetime

from hub.access import Actor, may
from triage.judging import clock_words, colour_history, ended, protections_of
from triage.models import PreliminaryAssessment
from triage.panels import PANELS, Panel


def protection_panel(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object]:
    """Whether it is made, by whom, when and with what outcome; else how long there is left (R19)."""
    made = protections_of(assessment, actor, at=at)
    handles = may(assessment, actor, "handle", at=at) and not ended(assessment)
    clock = {} if made or ended(assessment) else clock_words(assessment, at=at)
    return {
        "template": "triage/_panel_protection.html",
        "objects": made,
        "assessment": assessment,
        "protections": made,
        "may_handle": handles,
        "now": at,
        **clock,
    }


def colour_panel(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object]:
    """The colour, and the whole history of it (P-T3)."""
    handles = may(assessment, actor, "handle", at=at)
    history = colour_history(assessment, actor, at=at)
    if not handles:  # somebody in the call sees the history, and looks at no lowering
        history = [replace(row, may_confirm=False) for row in history]
    return {
        "template": "triage/_panel_colour.html",
        "objects": [row.change for row in history],
        "assessment": assessment,
        "history": history,
        "may_handle": handles and not ended(assessment),
        "now": at,
    }


PANELS.extend((Panel(protection_panel, 10), Panel(colour_panel, 20)))
