"""A case that a concern made moves and ends by the decision on it, never past it (P-A6, P-T7, SoL 20:2-3)."""

from collections.abc import Sequence
from datetime import datetime

from hub.access import Actor
from hub.contributions import CLOSING_CHECK, PHASE_CHECK
from hub.models import Case
from triage.models import AssessmentState, Investigation, PreliminaryAssessment

DECIDE = "Förhandsbedömningen är inte avgjord. Fatta beslutet på orosanmälans sida (20 kap. 2 § SoL)."
INVESTIGATE = "Utredningen pågår. Avsluta den först, på utredningens sida (20 kap. 3 § SoL)."


def what_runs(case: Case) -> list[str]:
    """Why the case cannot go on or end by itself: it is not decided, or an investigation runs."""
    if PreliminaryAssessment.objects.filter(case=case, state=AssessmentState.OPEN).exists():
        return [DECIDE]
    if Investigation.objects.filter(case=case, closed_at=None).exists():
        return [INVESTIGATE]
    return []


def before_closing(case: Case, by: Actor, at: datetime) -> Sequence[str]:
    return what_runs(case)


def before_moving(case: Case, event: str) -> Sequence[str]:
    return what_runs(case)


CLOSING_CHECK.append(before_closing)
PHASE_CHECK.append(before_moving)
