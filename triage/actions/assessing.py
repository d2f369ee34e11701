"""What a human judges about one child of a report: need of protection at once, and how urgent it is (P-T2, P-T3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from triage.deadlines import follow
from triage.models import (
    COLOUR_ORDER,
    AssessmentState,
    Colour,
    ColourChange,
    PreliminaryAssessment,
    ProtectionAssessment,
    ProtectionOutcome,
    QuestionSet,
)
from triage.suggestion import suggest

ENDED = "Förhandsbedömningen är avslutad. Det går inte att ändra i den."


def lock_open(assessment: PreliminaryAssessment) -> PreliminaryAssessment:
    """The assessment as it is now, locked until the transaction ends.

    Raises:
        Conflict: it has been decided on.
    """
    locked = (
        PreliminaryAssessment.objects.select_for_update(of=("self",)).select_related("report").get(pk=assessment.pk)
    )
    if locked.state != AssessmentState.OPEN:
        raise Conflict(ENDED)
    return locked


@transaction.atomic
def assess_protection(
    assessment: PreliminaryAssessment,
    *,
    outcome: str,
    reasons: str,
    measures: str = "",
    assessed_at: datetime,
    by: Actor,
    at: datetime,
) -> ProtectionAssessment:
    """Record the assessment of the need of protection at once (R19); the first one stops its clock.

    Args:
        assessed_at: when it was made, which may lie before it was written down but not before the report came in.

    Raises:
        Denied; Conflict: the assessment has ended; Invalid: times or texts do not hold.
    """
    require(assessment, by, "handle", at=at)
    locked = lock_open(assessment)
    if not locked.report.arrived_at <= assessed_at <= at:
        raise Invalid({"assessed_at": "Tiden måste ligga mellan att anmälan kom in och nu."})
    if not reasons:
        raise Invalid({"reasons": "Skriv hur du kom fram till bedömningen."})
    if outcome != ProtectionOutcome.NO_NEED and not measures:
        raise Invalid({"measures": "Skriv vilka åtgärder som har vidtagits."})
    made = ProtectionAssessment.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        outcome=outcome,
        reasons=reasons,
        measures=measures,
        assessed_by_id=by.assignment_id,
        assessed_at=assessed_at,
        recorded_at=at,
    )
    record(
        "concern.protection_assessed",
        actor=by,
        at=at,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, made],
        detail={"outcome": outcome},
    )
    follow([locked.pk], at=at)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A colour and what it was judged by. `answers`: question code → "yes", "no" or "unknown"."""

    colour: str
    reason: str = ""
    question_set: QuestionSet | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


def is_downgrade(was: str, colour: str) -> bool:
    """From more to less urgent. The first colour of a concern is none."""
    return bool(was) and COLOUR_ORDER.index(Colour(colour)) < COLOUR_ORDER.index(Colour(was))


@transaction.atomic
def set_colour(
    assessment: PreliminaryAssessment, judged: Judged, *, row_version: int, by: Actor, at: datetime
) -> ColourChange:
    """Give the concern a colour, as a human has judged it (P-T3). The arrival stays, the clocks follow the colour.

    A change, and a colour below the suggested one, need a reason. A downgrade holds at once, and somebody else
    confirms it afterwards.

    Raises:
        Denied; Conflict: somebody else changed it, or it has ended; Invalid: the reason is missing, or nothing changes.
    """
    require(assessment, by, "handle", at=at)
    locked = lock_open(assessment)
    if locked.row_version != row_version:
        raise Conflict("Någon annan hann ändra anmälan.")
    if locked.colour == judged.colour:
        raise Invalid({"colour": "Anmälan har redan den färgen."})
    suggested = ""
    if judged.question_set is not None:
        suggested = suggest(judged.question_set.questions.all(), judged.answers).colour
    if not judged.reason and locked.colour:
        raise Invalid({"reason": "Skriv varför färgen ändras."})
    if not judged.reason and suggested and is_downgrade(suggested, judged.colour):
        raise Invalid({"reason": "Skriv varför färgen är lägre än frågorna talar för."})
    change = ColourChange.objects.create(
        municipality_id=locked.municipality_id,
        assessment=locked,
        was=locked.colour,
        colour=judged.colour,
        reason=judged.reason,
        question_set=judged.question_set,
        answers=dict(judged.answers),
        suggested=suggested,
        set_by_id=by.assignment_id,
        set_at=at,
        downgrade=is_downgrade(locked.colour, judged.colour),
    )
    PreliminaryAssessment.objects.filter(pk=locked.pk).update(colour=judged.colour, row_version=F("row_version") + 1)
    assessment.refresh_from_db()
    record(
        "concern.colour_set",
        actor=by,
        at=at,
        individual=locked.individual_id,
        case=locked.case_id,
        objects=[locked, change],
        detail={"was": change.was, "colour": change.colour, "suggested": suggested},
    )
    follow([locked.pk], at=at)
    return change


@transaction.atomic
def confirm_downgrade(change: ColourChange, *, agreed: bool, note: str = "", by: Actor, at: datetime) -> ColourChange:
    """A second person says whether a downgrade was right; who disagrees sets the colour anew (P-T3).

    Raises:
        Denied; Invalid: one's own downgrade, or no reason for disagreeing; Conflict: somebody has confirmed it.
    """
    require(change.assessment, by, "handle", at=at)
    if change.set_by.user_id == by.user_id:
        raise Invalid("Någon annan än den som sänkte färgen ska granska sänkningen.")
    if not agreed and not note:
        raise Invalid({"note": "Skriv varför sänkningen inte var rätt."})
    waiting = ColourChange.objects.filter(pk=change.pk, downgrade=True, confirmed_at=None)
    if not waiting.update(confirmed_by_id=by.assignment_id, confirmed_at=at, agreed=agreed, confirm_note=note):
        raise Conflict("Sänkningen är redan granskad.")
    change.refresh_from_db()
    record(
        "concern.downgrade_confirmed",
        actor=by,
        at=at,
        individual=change.assessment.individual_id,
        case=change.assessment.case_id,
        objects=[change.assessment, change],
        detail={"agreed": agreed},
    )
    follow([change.assessment_id], at=at)
    return change
