"""The hub on the page of one concern: who has answered, when the call is, what was written and drawn (P-T6, P-T7)."""

from datetime import datetime

from django.urls import reverse

from hub import swedish
from hub.access import Actor, may, permitted
from triage.call_page import map_of, voices_of
from triage.models import CallChild, CallState, PreliminaryAssessment
from triage.panels import PANELS, Panel


def hub_block(assessment: PreliminaryAssessment, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Nothing before the hub is convened but the way to convene it."""
    voices = voices_of(assessment, actor, at=at)
    rows = permitted(CallChild.objects.filter(assessment=assessment).select_related("call"), actor, at=at)
    calls = list(rows.order_by("call__starts_at", "pk"))
    _nodes, drawn = map_of(assessment, actor, at=at)
    convenes = may(assessment, actor, "convene", at=at)
    if not (voices or calls or convenes):
        return None
    return {
        "template": "triage/_hub_panel.html",
        "title": "Hubb",
        "voices": voices,
        "answered": f"{sum(not v.waits for v in voices)} av {len(voices)} enheter har svarat" if voices else "",
        "calls": [
            {
                "when": swedish.moment(child.call.starts_at, at).capitalize(),
                "state": str(CallState(child.call.state).label),
                "url": reverse("triage:hub", args=[child.call.ref]),
                "missing": child.call.missing,
                "carried_why": child.carried_why,
                "text": child.text,
            }
            for child in calls
        ],
        "map": drawn,
        "convene_url": reverse("triage:convene", args=[assessment.ref]) if convenes else "",
        "objects": [
            *calls,
            *(voice.check for voice in voices),
            *(note for voice in voices for note in voice.notes),
            *(row.edge for row in drawn.rows),
        ],
    }


PANELS.append(Panel(hub_block, 30))
