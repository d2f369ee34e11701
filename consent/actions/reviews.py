"""Marking that a paper has been gone through: a manager after the child's no, who leads after a change of custody."""

from datetime import datetime

from django.db import transaction

from consent.derivation import lock_individual
from consent.models import PaperReview, ReviewKind, SigningSession
from consent.reviews import ACTION, name_of, seal, to_review
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid


@transaction.atomic
def review_paper(
    session: SigningSession, *, kind: ReviewKind, note: str, seen: str, by: Actor, at: datetime
) -> PaperReview:
    """Note that somebody has gone through what the paper asked to be gone through, and what came of it (P-C3).

    It changes nothing that is in force: who finds that the consent should end takes it back or makes a new one.

    Args:
        seen: the `seal` of what the page showed.

    Raises:
        Denied; Invalid: no note; Conflict: it is done already, or something has changed since the page was shown.
    """
    require(session, by, ACTION[kind], at=at)
    if not note.strip():
        raise Invalid({"note": "Skriv kort vad du kom fram till."})
    lock_individual(session.individual_id)
    concerns = to_review(session, kind, at=at)
    if not concerns:
        raise Conflict("Det finns inget kvar att gå igenom. Någon annan kan ha hunnit före.")
    if seal(concerns) != seen:
        raise Conflict("Något har ändrats sedan sidan öppnades. Se över det och spara igen.")
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
    )
    record(
        "consent.reviewed",
        actor=by,
        at=at,
        individual=session.individual_id,
        case=session.case_id,
        objects=[session, review],
        detail={"kind": kind},
    )
    return review
