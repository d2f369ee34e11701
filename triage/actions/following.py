"""What follows a decision: the packet is received, the investigation runs and ends, the reporter hears (P-T8)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from hub import actions as hub_actions
from hub import clock
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import CLOSING_OUTCOMES, Case
from triage.actions.deciding import require_qualified
from triage.deadlines import follow
from triage.models import (
    AssessmentState,
    Decision,
    Feedback,
    FeedbackChoice,
    Investigation,
    Ownership,
    PreliminaryAssessment,
)
from triage.sla import investigation_due

#: How an investigation can end: with support, by closing the case.
INTO_SUPPORT, CLOSED = "insats", "avsluta"


# --- the packet ------------------------------------------------------------------------------------------------------


@transaction.atomic
def receive_packet(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> None:
    """ "I have taken over": by whom the decision names, once (P-T8).

    Raises:
        Denied; Conflict: another is named, or it is received.
    """
    require(assessment, by, "handle", at=at)
    decision = Decision.objects.filter(assessment=assessment, investigator_id=by.assignment_id).first()
    if decision is None:
        raise Conflict("Överlämningen kvitteras av den som beslutet nämner.")
    taken = Investigation.objects.filter(assessment=assessment, received_at=None).update(
        received_at=at, row_version=F("row_version") + 1
    )
    owned = Ownership.objects.filter(
        assessment=assessment, assignment_id=by.assignment_id, valid_to=None, received_at=None
    ).update(received_at=at)
    if not taken + owned:
        raise Conflict("Överlämningen är redan kvitterad.")
    record(
        "concern.packet_received",
        actor=by,
        at=at,
        individual=assessment.individual_id,
        case=assessment.case_id,
        objects=[assessment, decision],
    )
    follow([assessment.pk], at=at)


# --- the investigation -----------------------------------------------------------------------------------------------


def last_day_of(investigation: Investigation) -> date:
    """Four months after it was opened, or the day of the extension (R23)."""
    return investigation.extended_until or clock.last_day(investigation_due(investigation.opened_at))


def _running(investigation: Investigation, by: Actor, at: datetime) -> Investigation:
    require(investigation, by, "lead", at=at)
    locked = (
        Investigation.objects.select_for_update(of=("self",))
        .select_related("case", "assessment")
        .get(pk=investigation.pk)
    )
    if locked.closed_at is not None:
        raise Conflict("Utredningen är avslutad.")
    require_qualified(by)
    return locked


@transaction.atomic
def extend_investigation(
    investigation: Investigation, *, until: date, why: str, by: Actor, at: datetime
) -> Investigation:
    """More than four months, for särskilda skäl (SoL 20:3); the clock moves.

    Raises:
        Denied; Conflict: it has ended; Invalid: not qualified, no reasons, or no later day.
    """
    locked = _running(investigation, by, at)
    if not why:
        raise Invalid({"why": "Skriv vilka särskilda skäl som finns (20 kap. 3 § SoL)."})
    if until <= max(last_day_of(locked), clock.local_day(at)):
        raise Invalid({"until": "Välj en dag efter den som gäller nu och efter i dag."})
    locked.extended_until, locked.extended_why = until, why
    _save(locked, "investigation.extended", by=by, at=at, detail={"until": until.isoformat()})
    investigation.refresh_from_db()
    return investigation


@transaction.atomic
def close_investigation(
    investigation: Investigation, *, into: str, outcome: str = "", why: str, by: Actor, at: datetime
) -> Case:
    """The investigation ends: in support (the case goes on), or with nothing more (the case closes).

    Args:
        into: INTO_SUPPORT or CLOSED. outcome: how the case ended, where it closes.

    Raises:
        Denied; Conflict: it has ended; Invalid: not qualified, or something is missing; NotYet: the case cannot close.
    """
    locked = _running(investigation, by, at)
    wrong = {} if why else {"why": "Skriv vad utredningen kom fram till."}
    if into not in (INTO_SUPPORT, CLOSED):
        wrong["into"] = "Välj hur utredningen slutar."
    if into == CLOSED and outcome not in dict(CLOSING_OUTCOMES):
        wrong["outcome"] = "Välj hur ärendet slutade."
    if wrong:
        raise Invalid(wrong)
    locked.closed_at, locked.closed_why = at, why
    _save(locked, "investigation.closed", by=by, at=at, detail={"into": into})
    case = Case.objects.select_related("owner_unit", "individual").get(pk=locked.case_id)
    if into == INTO_SUPPORT:
        hub_actions.change_phase(case, "besluta insats", by=by, at=at)
    else:
        hub_actions.close_case(case, outcome=outcome, note="", by=by, at=at)
    investigation.refresh_from_db()
    return case


def _save(investigation: Investigation, deed: str, *, by: Actor, at: datetime, detail: dict[str, str]) -> None:
    investigation.row_version += 1
    investigation.save()
    record(
        deed,
        actor=by,
        at=at,
        individual=investigation.assessment.individual_id,
        case=investigation.case_id,
        objects=[investigation],
        detail=detail,
    )
    follow([investigation.assessment_id], at=at)


# --- word to the reporter --------------------------------------------------------------------------------------------


def _feedback(assessment: PreliminaryAssessment, by: Actor, at: datetime) -> Feedback:
    require(assessment, by, "handle", at=at)
    if assessment.state == AssessmentState.OPEN:
        raise Conflict("Återkoppling lämnas när det är beslutat.")
    found = Feedback.objects.select_for_update().filter(assessment=assessment).first()
    if found is None:
        raise Conflict("Bara den som är skyldig att anmäla kan få återkoppling (19 kap. 6 § SoL).")
    return found


@transaction.atomic
def ask_feedback(assessment: PreliminaryAssessment, *, by: Actor, at: datetime) -> Feedback:
    """The reporter asks now, after the decision: to be answered the same day (R24).

    Raises:
        Denied; Conflict: not decided, no mandated reporter, or asked for or answered already.
    """
    found = _feedback(assessment, by, at)
    if found.asked_at is not None or found.choice not in ("", FeedbackChoice.NOT_ASKED):
        raise Conflict("Återkoppling är redan begärd, eller redan lämnad.")
    found.asked_at, found.choice, found.chosen_by, found.chosen_at = at, "", None, None
    _save_feedback(found, assessment, "concern.feedback_asked", by=by, at=at)
    return found


@transaction.atomic
def choose_feedback(
    assessment: PreliminaryAssessment, *, choice: str, reason: str = "", how: str = "", by: Actor, at: datetime
) -> Feedback:
    """Record that word was given, that it is unsuitable and why, or that nobody has asked (R24, OSL 26:9a).

    Raises:
        Denied; Conflict: not decided, no mandated reporter, or chosen already; Invalid: something is missing.
    """
    found = _feedback(assessment, by, at)
    if found.choice:
        raise Conflict("Valet om återkoppling är redan gjort.")
    if choice not in FeedbackChoice.values:
        raise Invalid({"choice": "Välj vad som gäller."})
    if choice == FeedbackChoice.NOT_ASKED and found.asked_at is not None:
        raise Invalid({"choice": "Anmälaren har bett om återkoppling. Lämna den, eller skriv varför det är olämpligt."})
    if choice == FeedbackChoice.UNSUITABLE and not reason:
        raise Invalid({"reason": "Skriv varför det är olämpligt att återkoppla."})
    if choice == FeedbackChoice.GIVEN and not how:
        raise Invalid({"how": "Skriv hur den lämnades, till exempel per telefon."})
    found.choice, found.reason, found.how = choice, reason, how
    found.chosen_by_id, found.chosen_at = by.assignment_id, at
    _save_feedback(found, assessment, "concern.feedback_chosen", by=by, at=at)
    return found


def _save_feedback(
    feedback: Feedback, assessment: PreliminaryAssessment, deed: str, *, by: Actor, at: datetime
) -> None:
    feedback.save()
    record(
        deed,
        actor=by,
        at=at,
        individual=assessment.individual_id,
        case=assessment.case_id,
        objects=[feedback],
        detail={"choice": feedback.choice},
    )
    follow([assessment.pk], at=at)
