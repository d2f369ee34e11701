"""What other layers and parts ask of triage."""

from collections.abc import Sequence
from datetime import datetime

from hub.access import Actor
from hub.models import Case
from triage.models import FamilyTask, TaskKind, TaskState


def informing_is_held(individual_id: int, *, relative_id: int | None = None) -> bool:
    """Whether somebody has decided that this person is not to be informed now (P-T11, SoL 20:4).

    Then no letter and no invitation goes to the child (`relative_id` None) or to that relative.
    """
    held = FamilyTask.objects.filter(
        assessment__individual=individual_id, kind=TaskKind.INFORM, state=TaskState.HELD, relative=relative_id
    )
    return held.exists()


def before_asking_outside(case: Case, by: Actor, at: datetime) -> Sequence[str]:
    """What warns against asking an outside agency about the case now: the family is not told yet (P-T11)."""
    states = set(
        FamilyTask.objects.filter(assessment__case=case, kind=TaskKind.INFORM)
        .exclude(state=TaskState.DONE)
        .values_list("state", flat=True)
    )
    found = []
    if TaskState.HELD in states:
        found.append("Någon i familjen ska inte informeras nu (20 kap. 4 § SoL). Frågan kan röja utredningen.")
    if TaskState.OPEN in states:
        found.append("Alla i familjen har inte informerats om utredningen än (20 kap. 4 § SoL).")
    return found
