"""Marking that a paper has been gone through: by a manager after the child's no, else by who leads the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from consent.actions.signing import complete_waiting
from consent.completeness import Concern
from consent.derivation import lock_individual
from consent.models import PaperReview, ReviewKind, SigningSession
from consent.reviews import ACTION, managers_of, name_of, seal, to_review
from hub.access import Actor, may, require
from hub.audit import record
from hub.clock import local_day
from hub.errors import Conflict, Invalid
from hub.models import Assignment


@dataclass(frozen=True, slots=True)
class ManagersWord:
    """Which manager reviewed the paper of a protected person outside the hub, and on which day."""

    manager: Assignment | None
    on: date | None


@transaction.atomic
def review_paper(
    session: SigningSession,
    *,
    kind: ReviewKind,
    note: str,
    seen: str,
    word: ManagersWord | None = None,
    by: Actor,
    at: datetime,
) -> PaperReview:
    """Note that somebody has gone through what the paper asked to be gone through, and what came of it (P-C3).

    It changes nothing that is in force: who finds that the consent should end takes it back or makes a new one. Only
    a paper that waits and by now meets the rule begins, at this instant, when it has been gone through (P-C5).

    Args:
        seen: the `seal` of what the page showed.
        word: for a protected person, whose case no manager without a seat may open (P-A8): whose review is noted.

    Raises:
        Denied; Invalid: no note, or not whose review it was; Conflict: it is done already, or something has changed
            since the page was shown.
    """
    notes = kind == ReviewKind.MANAGER and not may(session, by, ACTION[kind], at=at)
    require(session, by, "note_review" if notes else ACTION[kind], at=at)
    if not note.strip():
        raise Invalid({"note": "Skriv kort vad du kom fram till."})
    lock_individual(session.individual_id)
    concerns = to_review(session, kind, at=at)
    if not concerns:
        raise Conflict("Det finns inget kvar att gå igenom. Någon annan kan ha hunnit före.")
    if seal(concerns) != seen:
        raise Conflict("Något har ändrats sedan sidan öppnades. Se över det och spara igen.")
    told = _checked(session, word, concerns, at) if notes else ManagersWord(None, None)
    review = PaperReview.objects.create(
        municipality_id=session.municipality_id,
        session=session,
        individual_id=session.individual_id,
        case_id=session.case_id,
        kind=kind,
        concerns=sorted(map(name_of, concerns)),
        note=note,
        reviewed_at=at,
        reviewed_by_id=by.assignment_id,
        manager=told.manager,
        manager_on=told.on,
    )
    _record(review, by=by, at=at)
    if kind == ReviewKind.RULES:
        complete_waiting(session, because=concerns[0].signer, by=by, at=at)
    return review


def _checked(
    session: SigningSession, word: ManagersWord | None, concerns: Sequence[Concern], at: datetime
) -> ManagersWord:
    """A manager of the case's unit, on a day since the child's no.

    Raises:
        Invalid: otherwise.
    """
    errors: dict[str, str] = {}
    manager, on = (word.manager, word.on) if word else (None, None)
    if manager is None or not managers_of(session, at=at).filter(pk=manager.pk).exists():
        errors["manager"] = "Välj vilken chef för enheten som har granskat."
    if on is None:
        errors["manager_on"] = "Skriv vilken dag chefen granskade."
    elif on > local_day(at):
        errors["manager_on"] = "Dagen ligger i framtiden."
    elif on < local_day(max(c.at for c in concerns)):
        errors["manager_on"] = "Dagen ligger före barnets nej."
    if errors:
        raise Invalid(errors)
    return ManagersWord(manager, on)


def _record(review: PaperReview, *, by: Actor, at: datetime) -> None:
    detail: dict[str, object] = {"kind": review.kind}
    if review.manager_id is not None and review.manager_on is not None:
        detail |= {"manager": review.manager_id, "on": review.manager_on.isoformat()}
    record(
        "consent.reviewed",
        actor=by,
        at=at,
        individual=review.individual_id,
        case=review.case_id,
        objects=[review.session, review],
        detail=detail,
    )
