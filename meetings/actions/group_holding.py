"""Holding a group's meeting: written in together, measures, how it ends, and minutes that stand still (P-M7, P-M8)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from hub import clock, joint_text, swedish
from hub.access import Actor, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.joint_text import Saved, Written
from hub.models import Assignment
from hub.states import move
from meetings.actions.group_calls import drop_gone
from meetings.actions.holding import EARLY, GONE_ON, LONGEST_TEXT
from meetings.closing import NO_NEW_DATE, WEEK, in_time
from meetings.groups import closing, guard
from meetings.models import (
    TOOK_PLACE,
    Attendance,
    GroupAddition,
    GroupAttendee,
    GroupFollowUp,
    GroupMeasure,
    GroupMeeting,
    GroupMember,
    GroupPoint,
    GroupPointRevision,
    MeasureState,
    MeetingState,
    Occupied,
)
from meetings.moves import MEETING


def _locked(meeting: GroupMeeting) -> GroupMeeting:
    """Raises Conflict: it is not going on."""
    found = GroupMeeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)
    if found.state != MeetingState.OPEN:
        raise Conflict(GONE_ON)
    return found


@transaction.atomic
def open_group_meeting(meeting: GroupMeeting, *, by: Actor, at: datetime) -> GroupMeeting:
    """Begin, at the earliest half an hour before the time; the group's standing points are laid out, then its own.

    Raises:
        Denied; NotYet: too early. IllegalMove, StaleState: it goes on already, or is over.
    """
    require(meeting, by, "lead", at=at)
    if at < meeting.starts_at - EARLY:
        opens = swedish.moment(meeting.starts_at - EARLY, at)
        raise NotYet([f"Mötet kan startas tidigast en halvtimme före, {opens}."])
    move(meeting, "öppna", MEETING, at=at, opened_at=at, row_version=meeting.row_version + 1)
    drop_gone(meeting, at=at)
    titles = dict.fromkeys([*meeting.group.agenda, *meeting.own_points])
    GroupPoint.objects.bulk_create(
        GroupPoint(municipality_id=meeting.municipality_id, meeting=meeting, order=order, title=title)
        for order, title in enumerate(titles, 1)
    )
    record("group_meeting.opened", actor=by, at=at, objects=[meeting])
    return meeting


@transaction.atomic
def note_group_attendance(meeting: GroupMeeting, attendance: Mapping[int, str], *, by: Actor, at: datetime) -> None:
    """Note who is there, came later or is not there.

    Args:
        attendance: attendee id → one of `Attendance`, or "" for not noted; who is not named keeps what stands.

    Raises:
        Denied; Conflict: it is not going on. Invalid: no such attendee or attendance.
    """
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    asked = {one.pk: one for one in locked.attendees.filter(removed_at=None)}
    if not attendance.keys() <= asked.keys() or not set(attendance.values()) <= {"", *Attendance.values}:
        raise Invalid("Någon är inte längre kallad till mötet. Hämta sidan på nytt.")
    changed = [asked[pk] for pk, said in attendance.items() if asked[pk].attendance != said]
    for one in changed:
        GroupAttendee.objects.filter(pk=one.pk).update(attendance=attendance[one.pk], row_version=F("row_version") + 1)
    if changed:
        record("group_meeting.attendance_noted", actor=by, at=at, objects=[locked, *changed])


@transaction.atomic
def write_group_point(
    point: GroupPoint, written: Written, *, cleared: Collection[str] = (), by: Actor, at: datetime
) -> Saved:
    """Save what is written about a point, joined with what others have saved meanwhile; every version is kept.

    Raises:
        Denied; Conflict: the meeting is not going on, or somebody has saved and the writer does not join in.
        Invalid: too long, or a personnummer. Questioned: what looks like a name.
    """
    require(point, by, "write", at=at)
    states = GroupMeeting.objects.select_for_update(of=("self",), no_key=True).filter(pk=point.meeting_id)
    if states.values_list("state", flat=True).first() != MeetingState.OPEN:
        raise Conflict(GONE_ON)
    guard.check(point.meeting.group, {"text": written.text}, cleared=cleared, by=by, at=at)

    def standing(hold: bool) -> tuple[str, int]:
        rows = GroupPoint.objects.select_for_update() if hold else GroupPoint.objects.all()
        return rows.values_list("text", "text_version").get(pk=point.pk)

    def earlier(version: int) -> str:
        rows = GroupPointRevision.objects.filter(point=point, version=version)
        return rows.values_list("text", flat=True).first() or ""

    return joint_text.save(
        written,
        longest=LONGEST_TEXT,
        standing=standing,
        earlier=earlier,
        replace=lambda text, version: _replaced(point, text, version, by=by, at=at),
    )


def _replaced(point: GroupPoint, text: str, version: int, *, by: Actor, at: datetime) -> bool:
    """Put the text in as the next version; not where somebody else has made that version meanwhile."""
    rows = GroupPoint.objects.filter(pk=point.pk, text_version=version)
    if not rows.update(text=text, text_version=version + 1):
        return False
    GroupPointRevision.objects.create(
        municipality_id=point.municipality_id,
        point=point,
        version=version + 1,
        text=text,
        saved_by_id=by.assignment_id,
        saved_at=at,
    )
    record("group_meeting.point_written", actor=by, at=at, objects=[point.meeting, point])
    return True


# --- measures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is to be done, by whom and until when."""

    text: str
    owner: Assignment
    due_on: date
    cleared: Collection[str] = field(default=())


@transaction.atomic
def agree_measure(meeting: GroupMeeting, what: Agreed, *, by: Actor, at: datetime) -> GroupMeasure:
    """Write in what the group agreed to do; who answers for it sits in the group.

    Raises:
        Denied; Conflict: the meeting is not going on. Invalid: no text, an owner outside the group, a day that has
        been, a personnummer. Questioned.
    """
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    if not what.text:
        raise Invalid({"text": "Skriv vad som ska göras."})
    guard.check(locked.group, {"text": what.text}, cleared=what.cleared, by=by, at=at)
    if not GroupMember.objects.in_force(at=at).filter(group=locked.group, assignment=what.owner).exists():
        raise Invalid({"owner": "Personen sitter inte längre i gruppen. Välj någon annan."})
    if what.due_on < clock.local_day(at):
        raise Invalid({"due_on": "Dagen har redan varit. Välj en dag som kommer."})
    made: GroupMeasure = GroupMeasure.objects.create(
        municipality_id=locked.municipality_id,
        meeting=locked,
        text=what.text,
        owner=what.owner,
        due_on=what.due_on,
        agreed_on=what.due_on,
        recorded_by_id=by.assignment_id,
        recorded_at=at,
    )
    record("group.measure_agreed", actor=by, at=at, objects=[locked, made])
    return made


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes with a measure: one of `MeasureState`, a note, and another last day while it goes on."""

    state: str
    note: str = ""
    due_on: date | None = None
    cleared: Collection[str] = field(default=())


@transaction.atomic
def follow_up_measure(
    measure: GroupMeasure,
    how: Progress,
    *,
    meeting: GroupMeeting | None = None,
    row_version: int,
    by: Actor,
    at: datetime,
) -> GroupMeasure:
    """Say how it goes: at a meeting of the group, or between meetings by who answers for it.

    What goes on stays on the agenda; past its day it needs a new day and a reason.

    Args:
        meeting: the one that goes on, at which it is taken up.

    Raises:
        Denied; Invalid: no such state, or a note or day that is missing. Conflict: changed or ended meanwhile, or the
        meeting does not go on.
    """
    require(measure, by, "follow_up", at=at)
    if meeting is not None and _locked(meeting).group_id != measure.meeting.group_id:
        raise Conflict(GONE_ON)
    _check_progress(measure, how, by=by, at=at)
    due_on = how.due_on if how.due_on and how.state == MeasureState.OPEN else measure.due_on
    rows = GroupMeasure.objects.filter(pk=measure.pk, row_version=row_version, state=MeasureState.OPEN)
    if not rows.update(
        state=how.state,
        note=how.note,
        due_on=due_on,
        followed_up_by=by.assignment_id,
        followed_up_at=at,
        row_version=row_version + 1,
    ):
        raise Conflict("Någon annan har redan följt upp det här. Hämta sidan på nytt.")
    measure.refresh_from_db()
    said = GroupFollowUp.objects.create(
        municipality_id=measure.municipality_id,
        measure=measure,
        meeting=meeting,
        state=how.state,
        note=how.note,
        due_on=due_on,
        said_by_id=by.assignment_id,
        said_at=at,
    )
    record("group.measure_followed_up", actor=by, at=at, objects=[measure, said])
    return measure


def _check_progress(measure: GroupMeasure, how: Progress, *, by: Actor, at: datetime) -> None:
    today = clock.local_day(at)
    if how.state not in MeasureState.values:
        raise Invalid({"state": "Välj Pågår, Gjort, Inte gjort eller Gick inte att göra."})
    if how.state == MeasureState.NOT_POSSIBLE and not how.note:
        raise Invalid({"note": "Skriv varför det inte gick att göra."})
    if how.state == MeasureState.OPEN:
        if (how.due_on or measure.due_on) < today:
            raise Invalid({"due_on": "Dagen har varit. Skriv till när det ska vara klart nu."})
        if how.due_on not in (None, measure.due_on) and not how.note:
            raise Invalid({"note": "Skriv varför dagen flyttas."})
    guard.check(measure.meeting.group, {"note": how.note}, cleared=how.cleared, by=by, at=at)


# --- ends ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def close_group_meeting(
    meeting: GroupMeeting,
    *,
    no_next: str = "",
    row_version: int,
    cleared: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> GroupMeeting:
    """End a meeting that was held. Not before all that must stand does (`meetings.groups.closing`).

    Args:
        no_next: why no next meeting is booked.

    Raises:
        Denied; Conflict: ended or changed meanwhile. NotYet: what is missing, in sentences. Invalid, Questioned.
    """
    locked = _ending(meeting, row_version, by=by, at=at)
    guard.check(locked.group, {"no_next": no_next}, cleared=cleared, by=by, at=at)
    if missing := closing.obstacles(locked, no_next, at=at):
        raise NotYet(missing)
    reason = "" if closing.next_meeting(locked, at=at) else no_next
    return _ended(locked, "avsluta", "group_meeting.held", reason=reason, by=by, at=at)


@transaction.atomic
def break_off_group_meeting(
    meeting: GroupMeeting, *, reason: str, row_version: int, cleared: Collection[str] = (), by: Actor, at: datetime
) -> GroupMeeting:
    """Break a meeting off. It goes on within seven days: that one is booked first. What is written stands still (P-M7).

    Raises:
        Denied; Conflict: ended or changed meanwhile. Invalid: no reason. Questioned. NotYet: no new date in time.
    """
    locked = _ending(meeting, row_version, by=by, at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför mötet avbryts."})
    guard.check(locked.group, {"reason": reason}, cleared=cleared, by=by, at=at)
    if not in_time(closing.next_meeting(locked, at=at), at=at):
        raise NotYet([NO_NEW_DATE.format(day=swedish.day(clock.local_day(at) + WEEK))])
    return _ended(locked, "bryt", "group_meeting.broken_off", reason=reason, by=by, at=at)


def _ending(meeting: GroupMeeting, row_version: int, *, by: Actor, at: datetime) -> GroupMeeting:
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting)
    if locked.row_version != row_version:
        raise Conflict("Mötet har ändrats sedan du öppnade sidan. Hämta den på nytt.")
    # A next meeting that is called off at the same moment waits for this, or this for it.
    planned = GroupMeeting.objects.filter(group=locked.group_id, state=MeetingState.PLANNED)
    list(planned.select_for_update(of=("self",)))
    return locked


def _ended(locked: GroupMeeting, event: str, deed: str, *, reason: str, by: Actor, at: datetime) -> GroupMeeting:
    move(locked, event, MEETING, at=at, closed_at=at, reason=reason, row_version=locked.row_version + 1)
    Occupied.objects.filter(meeting_ref=locked.ref).delete()
    record(deed, actor=by, at=at, objects=[locked])
    return locked


@transaction.atomic
def approve_group_minutes(meeting: GroupMeeting, *, row_version: int, by: Actor, at: datetime) -> GroupMeeting:
    """Approve (justera) the minutes of a meeting that has taken place. They have stood still since it ended.

    Raises:
        Denied; Conflict: it has not taken place, or they are approved already.
    """
    require(meeting, by, "lead", at=at)
    rows = GroupMeeting.objects.filter(pk=meeting.pk, row_version=row_version, state__in=TOOK_PLACE, approved_at=None)
    if not rows.update(approved_at=at, approved_by=by.assignment_id, row_version=F("row_version") + 1):
        raise Conflict("Protokollet är redan justerat. Hämta sidan på nytt.")
    meeting.refresh_from_db()
    record("group_meeting.approved", actor=by, at=at, objects=[meeting])
    return meeting


@transaction.atomic
def add_to_group_minutes(
    meeting: GroupMeeting, text: str, *, cleared: Collection[str] = (), by: Actor, at: datetime
) -> GroupAddition:
    """Add to the minutes of a meeting that has taken place; what stands there is not changed.

    Raises:
        Denied; Conflict: the meeting has not taken place. Invalid, Questioned.
    """
    require(meeting, by, "lead", at=at)
    if meeting.state not in TOOK_PLACE:
        raise Conflict("Tillägg skrivs när mötet är avslutat.")
    if not text:
        raise Invalid({"text": "Skriv tillägget."})
    guard.check(meeting.group, {"text": text}, cleared=cleared, by=by, at=at)
    made: GroupAddition = GroupAddition.objects.create(
        municipality_id=meeting.municipality_id,
        meeting=meeting,
        text=text,
        written_by_id=by.assignment_id,
        written_at=at,
    )
    record("group_meeting.added_to", actor=by, at=at, objects=[meeting, made])
    return made
