"""The call: opened, joined, one child at a time, written in together, and ended with every child settled (P-T7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from hub import joint_text, swedish
from hub.access import Actor, permitted, require
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.joint_text import Saved
from hub.models import Unit
from hub.states import move
from triage.actions.convening import may_be_asked, units_of_hub
from triage.models import (
    AssessmentState,
    CallChild,
    CallRevision,
    CallState,
    HubAttendance,
    HubCall,
    KnowledgeCheck,
    PreliminaryAssessment,
)
from triage.moves import CALL
from triage.policy import PROTECTED

#: What the model gives a call (MASH).
LENGTH = timedelta(minutes=30)
LONGEST_TEXT = 20_000  # characters
#: The same words for every child, seen or not: how many are left is told to nobody (P-A7).
NOT_SETTLED = (
    "Hubben kan avslutas först när varje barn är beslutat eller överfört till en annan hubb av den som handlägger det."
)
#: Shorter than this no attendance is kept apart: it must end after it began.
TICK = timedelta(microseconds=1)


def _record(
    deed: str, call: HubCall, child: CallChild | None = None, *, by: Actor, at: datetime, **detail: int
) -> None:
    about = child.assessment if child else None
    record(
        deed,
        actor=by,
        at=at,
        individual=about.individual_id if about else None,
        case=about.case_id if about else None,
        objects=[call, *([child] if child else [])],
        detail=detail,
    )


def _locked(call: HubCall) -> HubCall:
    """The call as it is now, held until the transaction ends.

    Raises:
        Conflict: it is not going on.
    """
    found = HubCall.objects.select_for_update().get(pk=call.pk)
    if found.state != CallState.OPEN:
        raise Conflict("Hubben pågår inte. Hämta sidan på nytt.")
    return found


# --- begins and ends -------------------------------------------------------------------------------------------------


@transaction.atomic
def open_call(call: HubCall, *, by: Actor, at: datetime) -> HubCall:
    """Begin: the thirty minutes run, whoever opens it is in it, and the first child is spoken of.

    Raises:
        Denied; IllegalMove, StaleState: it runs, or is over.
    """
    require(call, by, "lead", at=at)
    move(call, "öppna", CALL, at=at, opened_at=at)
    HubCall.objects.filter(pk=call.pk).update(row_version=F("row_version") + 1)
    _record("hub.opened", call, by=by, at=at)
    join(call, by=by, at=at)
    first = call.children.filter(assessment__state=AssessmentState.OPEN).order_by("order").first()
    if first is not None:
        turn_to(first, by=by, at=at)
    return call


@transaction.atomic
def cancel_call(call: HubCall, *, why: str, by: Actor, at: datetime) -> HubCall:
    """Call it off; what the units have answered stands, and the hub can be convened anew.

    Raises:
        Denied; Invalid: no reason; IllegalMove, StaleState: it has begun.
    """
    require(call, by, "lead", at=at)
    if not why:
        raise Invalid({"why": "Skriv varför hubben ställs in."})
    move(call, "ställ in", CALL, at=at, missing=why)
    _record("hub.cancelled", call, by=by, at=at)
    return call


@dataclass(frozen=True, slots=True)
class Standing:
    """What a call still lacks before it can end, and who was not there: of what one actor may see (P-A7)."""

    unsettled: Sequence[CallChild]
    absent: Sequence[Unit]
    unanswered: Sequence[KnowledgeCheck]

    @property
    def needs_reason(self) -> bool:
        return bool(self.absent or self.unanswered)


def _unsettled(call: HubCall) -> QuerySet[CallChild]:
    """Children neither decided on nor carried over, whoever may see them."""
    return CallChild.objects.filter(call=call, carried_why="", assessment__state=AssessmentState.OPEN)


def standing_of(call: HubCall, *, by: Actor, at: datetime) -> Standing:
    """Children neither decided on nor carried over; units in force that never came; questions without an answer.

    Nothing of children that the actor may not see. Nor are units named that are silent about a protected child: what
    was missing is read by everybody who sees the call.
    """
    unsettled = permitted(_unsettled(call), by, at=at).select_related("assessment__report").order_by("order")
    seen = permitted(CallChild.objects.filter(call=call), by, at=at)
    came = set(call.attendance.values_list("unit_id", flat=True))
    units = [unit for unit in may_be_asked(units_of_hub(call.agency_id, at=at)) if unit.agency_id == call.agency_id]
    asked = PreliminaryAssessment.objects.filter(pk__in=seen.values("assessment")).exclude(PROTECTED)
    silent = KnowledgeCheck.objects.filter(assessment__in=asked, answered_at=None)
    # Who decided although somebody had not answered has said why in the decision itself.
    silent = silent.exclude(assessment__decision__unanswered_why__gt="").select_related("unit")
    return Standing(list(unsettled), [unit for unit in units if unit.pk not in came], list(silent.order_by("pk")))


@transaction.atomic
def close_call(call: HubCall, *, why: str = "", by: Actor, at: datetime) -> HubCall:
    """Hang up. Not while a child on the list is neither decided on nor carried over.

    Args:
        why: why it could be held although units were absent or had not answered; written beside their names.

    Raises:
        Denied; Conflict: a child is left, or it is not going on; Invalid: the reason is missing.
    """
    require(call, by, "lead", at=at)
    _locked(call)
    standing = standing_of(call, by=by, at=at)
    if _unsettled(call).exists():
        raise Conflict(NOT_SETTLED)
    if standing.needs_reason and not why:
        raise Invalid({"why": f"{who_was_missing(standing)} Skriv varför hubben kunde hållas ändå."})
    missing = f"{who_was_missing(standing)} {why}".strip() if standing.needs_reason else why
    CallChild.objects.filter(call=call, spoken_from__isnull=False, spoken_to=None).update(spoken_to=at)
    _end_attendance(call, at)
    call.refresh_from_db()
    move(call, "avsluta", CALL, at=at, closed_at=at, missing=missing[:1000])
    _record("hub.closed", call, by=by, at=at, absent=len(standing.absent), unanswered=len(standing.unanswered))
    return call


def who_was_missing(standing: Standing) -> str:
    """In words: Familjerätten var inte med. Vuxenenheten har inte svarat."""
    said = []
    if standing.absent:
        said.append(f"{swedish.listing(unit.name for unit in standing.absent)} var inte med.")
    if standing.unanswered:
        said.append(f"{swedish.listing(sorted({c.unit.name for c in standing.unanswered}))} har inte svarat.")
    return " ".join(said)


def _end_attendance(call: HubCall, at: datetime, **who: int) -> int:
    rows = HubAttendance.objects.filter(call=call, valid_to=None, **who)
    return sum(
        HubAttendance.objects.filter(pk=row.pk, valid_to=None).update(valid_to=max(at, row.valid_from + TICK))
        for row in rows
    )


# --- who is in it ----------------------------------------------------------------------------------------------------


@transaction.atomic
def join(call: HubCall, *, by: Actor, at: datetime) -> HubAttendance:
    """Come in, for one's unit; whoever is in already stays.

    Raises:
        Denied: not of the hub's units, or it is not going on.
    """
    require(call, by, "attend", at=at)
    if (standing := _in_it(call, by)) is not None:
        return standing
    twice = Conflict("Du kom med i hubben från två håll på samma gång. Hämta sidan på nytt.")
    try:
        with kept_by("in_a_call_once_at_a_time", twice):
            came: HubAttendance = HubAttendance.objects.create(
                municipality_id=call.municipality_id,
                call=call,
                assignment_id=by.assignment_id,
                unit_id=by.unit_id,
                valid_from=at,
            )
    except Conflict:
        if (standing := _in_it(call, by)) is not None:  # the same person came in at the same time
            return standing
        raise
    _record("hub.joined", call, by=by, at=at)
    return came


def _in_it(call: HubCall, by: Actor) -> HubAttendance | None:
    found: HubAttendance | None = HubAttendance.objects.filter(
        call=call, assignment_id=by.assignment_id, valid_to=None
    ).first()
    return found


@transaction.atomic
def leave(call: HubCall, *, by: Actor, at: datetime) -> None:
    """Go. From this instant the child that is spoken of is no longer in sight.

    Raises:
        Conflict: one is not in it.
    """
    if not _end_attendance(call, at, assignment_id=by.assignment_id):
        raise Conflict("Du är inte med i hubben.")
    _record("hub.left", call, by=by, at=at)


# --- one child at a time ---------------------------------------------------------------------------------------------


@transaction.atomic
def turn_to(child: CallChild, *, by: Actor, at: datetime) -> CallChild:
    """Speak of this child from now on; whoever was spoken of is left at the same instant.

    Raises:
        Denied; Conflict: the call is not going on.
    """
    call = child.call
    require(call, by, "lead", at=at)
    _locked(call)
    CallChild.objects.filter(call=call, spoken_from__isnull=False, spoken_to=None).exclude(pk=child.pk).update(
        spoken_to=at
    )
    if (
        CallChild.objects.filter(pk=child.pk)
        .exclude(spoken_from__isnull=False, spoken_to=None)
        .update(spoken_from=at, spoken_to=None)
    ):
        _record("hub.turned", call, child, by=by, at=at)
    child.refresh_from_db()
    return child


@transaction.atomic
def carry_over(child: CallChild, *, why: str, by: Actor, at: datetime) -> CallChild:
    """Take the child up in another call: the reason stands on this one's list, and the hub is convened anew.

    Raises:
        Denied; Invalid: no reason; Conflict: it is decided on, or carried over already, or the call is not going on.
    """
    call = child.call
    require(call, by, "lead", at=at)
    _locked(call)
    if not why:
        raise Invalid({"why": "Skriv varför barnet tas upp en annan gång."})
    left = CallChild.objects.filter(pk=child.pk, carried_why="", assessment__state=AssessmentState.OPEN)
    if not left.update(carried_why=why):
        raise Conflict("Barnet är redan beslutat eller överfört.")
    child.refresh_from_db()
    _record("hub.carried_over", call, child, by=by, at=at)
    return child


# --- the joint assessment --------------------------------------------------------------------------------------------


def text_at(child: CallChild, version: int) -> str:
    """The text as it was at a version; nothing at the beginning, and for a version that never was."""
    found = CallRevision.objects.filter(child=child, version=version).values_list("text", flat=True).first()
    return found or ""


@transaction.atomic
def save_text(
    child: CallChild, text: str, *, version: int, base: str | None = None, join_in: bool = True, by: Actor, at: datetime
) -> Saved:
    """Save what somebody has written, joined with what others have saved meanwhile; every version is kept.

    Args:
        version: the one that the writer began from.
        base: the text that the writer began from, where it is not that version's own.
        join_in: False refuses instead of joining (for another system, which joins by itself).

    Raises:
        Denied: not in the call, or the child is no longer spoken of. Invalid: a text is too long.
        Conflict: somebody has saved meanwhile, and `join_in` is False.
    """
    require(child, by, "write", at=at)
    held = child

    def standing(hold: bool) -> tuple[str, int]:
        nonlocal held
        held = _child_now(child, hold=hold)
        return held.text, held.text_version

    return joint_text.save(
        joint_text.Written(text, version, base, join_in),
        longest=LONGEST_TEXT,
        standing=standing,
        earlier=lambda of: text_at(child, of),
        replace=lambda joined, _version: _replaced(held, joined, by=by, at=at),
    )


def _child_now(child: CallChild, *, hold: bool) -> CallChild:
    rows = CallChild.objects.select_related("call", "assessment")
    found: CallChild = (rows.select_for_update(of=("self",)) if hold else rows).get(pk=child.pk)
    return found


def _replaced(held: CallChild, text: str, *, by: Actor, at: datetime) -> bool:
    """Put the text in as the next version; not where somebody else has made that version meanwhile."""
    rows = CallChild.objects.filter(pk=held.pk, text_version=held.text_version)
    if not rows.update(text=text, text_version=held.text_version + 1):
        return False
    CallRevision.objects.create(
        municipality_id=held.municipality_id,
        child=held,
        version=held.text_version + 1,
        text=text,
        saved_by_id=by.assignment_id,
        saved_at=at,
    )
    _record("hub.text_saved", held.call, held, by=by, at=at, version=held.text_version + 1)
    return True
