"""Holding a meeting: opened, written in together, decided in, and ended with what must stand (P-M7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Model

from hub import clock, joint_text, swedish
from hub.access import Actor, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.joint_text import Saved, Written
from hub.models import Assignment
from hub.states import move
from meetings import closing
from meetings.agenda import AGENDAS
from meetings.deadlines import follow
from meetings.ground import with_ground
from meetings.models import (
    AgendaPoint,
    Attendance,
    DecisionResult,
    Meeting,
    MeetingDecision,
    MeetingKind,
    MeetingState,
    Minutes,
    Occupied,
    Participant,
    PointRevision,
)
from meetings.moves import MEETING

#: A meeting is opened from this long before its time.
EARLY = timedelta(minutes=30)
LONGEST_TEXT, LONGEST_WORDS = 20_000, 4000  # characters
NEVER_BEGUN = "Startades aldrig."
GONE_ON = "Mötet pågår inte längre. Hämta sidan på nytt."


def _record(deed: str, meeting: Meeting, *objects: Model, by: Actor, at: datetime) -> None:
    record(
        deed,
        actor=by,
        at=at,
        individual=meeting.case.individual_id,
        case=meeting.case_id,
        objects=[meeting, *objects],
    )


def _locked(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the transaction ends.

    Raises:
        Conflict: it is not going on.
    """
    found = Meeting.objects.select_for_update(of=("self",)).select_related("case").get(pk=meeting.pk)
    if found.state != MeetingState.OPEN:
        raise Conflict(GONE_ON)
    return found


# --- begins ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Actor, at: datetime) -> Meeting:
    """Begin, at the earliest half an hour before the time; the agenda is laid out.

    Raises:
        Denied; NotYet: too early. IllegalMove, StaleState: it goes on already, or is over.
    """
    require(meeting, by, "lead", at=at)
    if at < meeting.starts_at - EARLY:
        opens = swedish.moment(meeting.starts_at - EARLY, at)
        raise NotYet([f"Mötet kan startas tidigast en halvtimme före, {opens}."])
    move(meeting, "öppna", MEETING, at=at, opened_at=at, row_version=meeting.row_version + 1)
    AgendaPoint.objects.bulk_create(
        AgendaPoint(municipality_id=meeting.municipality_id, meeting=meeting, order=order, title=title)
        for order, title in enumerate(AGENDAS[meeting.kind], 1)
    )
    _record("meeting.opened", meeting, by=by, at=at)
    return meeting


# --- who is there ----------------------------------------------------------------------------------------------------


@transaction.atomic
def note_attendance(meeting: Meeting, attendance: Mapping[int, str], *, by: Actor, at: datetime) -> None:
    """Note who is there, came later or is not there.

    Args:
        attendance: participant id → one of `Attendance`, or "" for not noted; who is not named keeps what stands.

    Raises:
        Denied; Conflict: it is not going on. Invalid: no such participant or attendance.
    """
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    asked = {one.pk: one for one in locked.participants.filter(removed_at=None)}
    if not attendance.keys() <= asked.keys() or not set(attendance.values()) <= {"", *Attendance.values}:
        raise Invalid("Någon är inte längre kallad till mötet. Hämta sidan på nytt.")
    changed = [asked[pk] for pk, said in attendance.items() if asked[pk].attendance != said]
    for one in changed:
        Participant.objects.filter(pk=one.pk).update(attendance=attendance[one.pk], row_version=F("row_version") + 1)
    if changed:
        _record("meeting.attendance_noted", locked, *changed, by=by, at=at)


@transaction.atomic
def step_out(participant: Participant, *, back: bool = False, by: Actor, at: datetime) -> None:
    """Note that somebody leaves what is confidential, or comes back to it (the attendance gate).

    Raises:
        Denied; Conflict: the meeting is not going on.
    """
    require(participant.meeting, by, "lead", at=at)
    locked = _locked(participant.meeting)
    rows = Participant.objects.filter(pk=participant.pk, removed_at=None, stepped_out_at__isnull=not back)
    if rows.update(stepped_out_at=None if back else at, row_version=F("row_version") + 1):
        _record("meeting.stepped_out", locked, participant, by=by, at=at)


# --- writing together ------------------------------------------------------------------------------------------------


@transaction.atomic
def write_point(point: AgendaPoint, written: Written, *, by: Actor, at: datetime) -> Saved:
    """Save what is written about a point, joined with what others have saved meanwhile; every version is kept.

    Raises:
        Denied; Conflict: the meeting is not going on, or somebody has saved and the writer does not join in.
        Invalid: a text is too long.
    """
    require(point.meeting, by, "lead", at=at)
    _going_on(point.meeting)

    return joined_in(point, written, by=by, at=at)


def joined_in(point: AgendaPoint, written: Written, *, by: Actor, at: datetime) -> Saved:
    """Save a point's text, joined with what others have saved; whether it may be written is asked before."""

    def standing(hold: bool) -> tuple[str, int]:
        rows = AgendaPoint.objects.select_for_update() if hold else AgendaPoint.objects.all()
        return rows.values_list("text", "text_version").get(pk=point.pk)

    return joint_text.save(
        written,
        longest=LONGEST_TEXT,
        standing=standing,
        earlier=lambda version: text_at(point, version),
        replace=lambda text, version: _replaced(point, text, version, by=by, at=at),
    )


def _going_on(meeting: Meeting) -> None:
    """Held, so that nobody ends the meeting under whoever writes.

    Raises:
        Conflict: it is not going on.
    """
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).filter(pk=meeting.pk)
    if rows.values_list("state", flat=True).first() != MeetingState.OPEN:
        raise Conflict(GONE_ON)


def text_at(point: AgendaPoint, version: int) -> str:
    """The text as it was at a version; nothing at the beginning, and for a version that never was."""
    rows = PointRevision.objects.filter(point=point, version=version)
    return rows.values_list("text", flat=True).first() or ""


def _replaced(point: AgendaPoint, text: str, version: int, *, by: Actor, at: datetime) -> bool:
    """Put the text in as the next version; not where somebody else has made that version meanwhile."""
    rows = AgendaPoint.objects.filter(pk=point.pk, text_version=version)
    if not rows.update(text=text, text_version=version + 1):
        return False
    PointRevision.objects.create(
        municipality_id=point.municipality_id,
        point=point,
        version=version + 1,
        text=text,
        saved_by_id=by.assignment_id,
        saved_at=at,
    )
    _record("meeting.point_written", point.meeting, point, by=by, at=at)
    return True


@transaction.atomic
def own_words(participant: Participant, written: Written, *, by: Actor, at: datetime) -> Saved:
    """Save somebody of the family's own words, joined with what others have saved meanwhile (P-M6).

    Args:
        written: its `base` is the text that was begun from; its `version` is the row's.

    Raises:
        As `write_point`; Invalid also: not of the family.
    """
    require(participant.meeting, by, "lead", at=at)
    _going_on(participant.meeting)
    if participant.person_id is None:
        raise Invalid("Egna ord skrivs bara för den unge och familjen.")

    def standing(hold: bool) -> tuple[str, int]:
        rows = Participant.objects.select_for_update() if hold else Participant.objects.all()
        return rows.values_list("own_words", "row_version").get(pk=participant.pk)

    def replace(text: str, version: int) -> bool:
        rows = Participant.objects.filter(pk=participant.pk, row_version=version, removed_at=None)
        if not rows.update(own_words=text, row_version=version + 1):
            return False
        _record("meeting.words_noted", participant.meeting, participant, by=by, at=at)
        return True

    return joint_text.save(
        written, longest=LONGEST_WORDS, standing=standing, earlier=lambda version: "", replace=replace
    )


# --- decisions -------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide(meeting: Meeting, text: str, *, owner: Assignment, due_on: date, by: Actor, at: datetime) -> MeetingDecision:
    """Write in what is agreed: who does it, and until when.

    Raises:
        Denied; Conflict: the meeting is not going on. Invalid: no text, an owner without a ground, a day that has been.
    """
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    if not text:
        raise Invalid({"text": "Skriv vad som ska göras."})
    if not with_ground(locked, at=at).filter(assignment=owner).exists():
        raise Invalid({"owner": "Personen får inte längre veta vad som bestäms. Välj någon annan."})
    if due_on < clock.local_day(at):
        raise Invalid({"due_on": "Dagen har redan varit. Välj en dag som kommer."})
    made: MeetingDecision = MeetingDecision.objects.create(
        municipality_id=locked.municipality_id,
        meeting=locked,
        text=text,
        owner=owner,
        due_on=due_on,
        recorded_by_id=by.assignment_id,
        recorded_at=at,
    )
    _record("meeting.decided", locked, made, by=by, at=at)
    return made


@dataclass(frozen=True, slots=True)
class Done:
    """How it went with a decision: one of `DecisionResult`; "not possible" says why."""

    result: str
    note: str = ""


@transaction.atomic
def follow_up(decision: MeetingDecision, how: Done, *, row_version: int, by: Actor, at: datetime) -> MeetingDecision:
    """Say how it went with what was decided, by whoever leads the case or whose it is.

    Raises:
        Denied; Invalid: no result, or not possible without a reason. Conflict: followed up already.
    """
    require(decision, by, "follow_up", at=at)
    if how.result not in DecisionResult.values:
        raise Invalid({"result": "Välj Gjort, Inte gjort eller Gick inte att göra."})
    if how.result == DecisionResult.NOT_POSSIBLE and not how.note:
        raise Invalid({"note": "Skriv varför det inte gick att göra."})
    rows = MeetingDecision.objects.filter(pk=decision.pk, row_version=row_version, result="")
    if not rows.update(
        result=how.result,
        result_note=how.note,
        followed_up_by=by.assignment_id,
        followed_up_at=at,
        row_version=row_version + 1,
    ):
        raise Conflict("Någon annan har redan följt upp det här. Hämta sidan på nytt.")
    decision.refresh_from_db()
    _record("meeting.followed_up", decision.meeting, decision, by=by, at=at)
    return decision


# --- ends ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_held(meeting: Meeting, *, no_next: str = "", row_version: int, by: Actor, at: datetime) -> Meeting:
    """End a meeting that has been held. Not before all that must stand does (`meetings.closing`).

    Args:
        no_next: why no next network meeting is booked.

    Raises:
        Denied; Conflict: ended or changed meanwhile. NotYet: what is missing, in sentences.
    """
    locked = _ending(meeting, row_version, by=by, at=at)
    if missing := closing.obstacles(locked, no_next, by=by, at=at):
        raise NotYet(missing)
    booked = locked.kind == MeetingKind.NETWORK and closing.next_meeting(locked, at=at) is not None
    held = _ended(locked, "avsluta", "meeting.held", reason="" if booked else no_next, by=by, at=at)
    for follows in closing.HELD:
        follows(held, by, at)
    return held


@transaction.atomic
def break_off(meeting: Meeting, *, reason: str, row_version: int, by: Actor, at: datetime) -> Meeting:
    """Break a meeting off. A network meeting goes on within seven days: that one is booked first.

    Raises:
        Denied; Conflict: ended or changed meanwhile. Invalid: no reason. NotYet: no new date in time.
    """
    locked = _ending(meeting, row_version, by=by, at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför mötet avbryts."})
    if locked.kind == MeetingKind.NETWORK and not closing.in_time(closing.next_meeting(locked, at=at), at=at):
        last = clock.local_day(at) + closing.WEEK
        raise NotYet([closing.NO_NEW_DATE.format(day=swedish.day(last))])
    return _ended(locked, "bryt", "meeting.broken_off", reason=reason, by=by, at=at)


def _ending(meeting: Meeting, row_version: int, *, by: Actor, at: datetime) -> Meeting:
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    if locked.row_version != row_version:
        raise Conflict("Mötet har ändrats sedan du öppnade sidan. Hämta den på nytt.")
    # A next meeting that is called off at the same moment waits for this, or this for it.
    list(Meeting.objects.select_for_update(of=("self",)).filter(case=locked.case_id, state=MeetingState.PLANNED))
    return locked


def _ended(locked: Meeting, event: str, deed: str, *, reason: str, by: Actor, at: datetime) -> Meeting:
    move(locked, event, MEETING, at=at, closed_at=at, reason=reason, row_version=locked.row_version + 1)
    Occupied.objects.filter(meeting_ref=locked.ref).delete()
    begin_minutes(locked, at=at)
    _record(deed, locked, by=by, at=at)
    for before in Meeting.objects.filter(main=locked, state=MeetingState.PLANNED):  # it can be ended by nobody else
        move(before, "blev inte av", MEETING, at=at, reason=NEVER_BEGUN, row_version=before.row_version + 1)
        Occupied.objects.filter(meeting_ref=before.ref).delete()
        _record("meeting.not_held", before, by=by, at=at)
    follow([locked.case_id], at=at)
    return locked


def begin_minutes(meeting: Meeting, *, at: datetime) -> Minutes:
    """The draft that stands when the meeting ends (P-M7), with the next date as it was agreed."""
    booked = closing.next_meeting(meeting, at=at)
    return Minutes.objects.create(
        municipality_id=meeting.municipality_id,
        meeting=meeting,
        made_at=at,
        next_at=booked.starts_at if booked else None,
    )
