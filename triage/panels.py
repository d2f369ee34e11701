"""The page of one concern is filled by the parts of triage: each adds its block, in the order of the work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.access import Actor
from triage.models import PreliminaryAssessment

#: "template" (gets the mapping as `panel`) and what that template needs; "aside" puts it in the side column, and
#: "objects" are the rows shown, for the log. None where the block has nothing to say.
ConcernBlock = Callable[[PreliminaryAssessment, Actor, datetime], dict[str, object] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of the page; the page is in this order."""

    build: ConcernBlock
    order: int


PANELS: list[Panel] = []


def blocks(assessment: PreliminaryAssessment, actor: Actor, *, at: datetime) -> list[dict[str, object]]:
    """What the parts have to say of a concern that the actor may read, in order."""
    ordered = sorted(PANELS, key=lambda panel: panel.order)
    return [block for panel in ordered if (block := panel.build(assessment, actor, at)) is not None]
