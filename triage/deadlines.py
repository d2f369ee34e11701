"""The clocks of triage (P-T4): rows of `hub.Deadline` that follow the facts they rest on."""

from collections.abc import Iterable
from datetime import datetime

from hub.deadlines import keep

#: The kinds registered here, in the order in which they are kept.
KINDS: tuple[str, ...] = ()


def follow(assessments: Iterable[int], *, at: datetime) -> None:
    """Bring every clock of these preliminary assessments to what the facts now want, in the caller's transaction."""
    ids = list(assessments)
    for kind in KINDS:
        keep(kind, ids, at=at)
