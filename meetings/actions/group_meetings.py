"""Booking a group's meetings, changing them, calling them off, and answering (P-M1, P-M5).

A rhythm is booked as single meetings, not as a series: each is answered, moved and called off by itself, a red day
leaves one out without an exception to a rule, and every calendar program reads it alike (docs/decisions/0016). Nobody
is in two meetings at once, of whatever kind: `Occupied` refuses it.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from hub import clock, swedish
from hub.access import Actor, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.calendar_se import is_red
from hub.errors import Conflict, Invalid, kept_by
from hub.states import move
from meetings.actions.booking import LONGEST, When
from meetings.actions.group_calls import ask, asked, occupy
from meetings.actions.groups import points_of
from meetings.actions.places import refuse_ended
from meetings.groups import guard
from meetings.groups.messages import BOOKED, CANCELLED, CHANGED, announce
from meetings.models import (
    Answer,
    AnsweredBy,
    Group,
    GroupAttendee,
    GroupMeeting,
    MeetingForm,
    MeetingState,
    Occupied,
)
from meetings.moves import MEETING

#: At most this many meetings in one booking: half a year of weeks.
MOST = 26


@dataclass(frozen=True, slots=True)
class Rhythmic:
    """How a booking is repeated: `times` meetings, `weeks` weeks apart; red days are left out."""

    times: int = 1
    weeks: int = 1


@dataclass(frozen=True, slots=True)
class GroupWhen:
    """When and where, and the meeting's own points."""

    when: When
    own_points: Sequence[str] = ()
    cleared: Collection[str] = field(default=())


@transaction.atomic
def book_group(
    group: Group, what: GroupWhen, *, rhythm: Rhythmic = Rhythmic(), by: Actor, at: datetime
) -> list[GroupMeeting]:
    """Book one meeting of a group, or several with weeks between; all of them or none.

    Raises:
        Denied; Invalid: a time, place or rhythm that cannot be, with the day. Conflict: taken meanwhile.
    """
    require(group, by, "lead", at=at)
    if not 1 <= rhythm.times <= MOST or not 1 <= rhythm.weeks <= 12:
        raise Invalid({"times": f"Boka 1 till {MOST} möten, med 1 till 12 veckor mellan."})
    points = _check(group, what, by=by, at=at)
    made = [_create(group, one, points, by=by, at=at) for one in days_of(what.when, rhythm)]
    if not made:
        raise Invalid({"day": "Alla dagarna är helgdagar. Välj en annan dag."})
    for meeting in made:
        ask(meeting, at=at)
        occupy(meeting, many=len(made) > 1)
    record("group_meeting.booked", actor=by, at=at, objects=[group, *made], detail={"count": len(made)})
    for meeting in made:
        announce(BOOKED, meeting, asked(meeting), more=meeting is not made[0], by=by, at=at)
    return made


def days_of(when: When, rhythm: Rhythmic) -> list[When]:
    """The same time of the day by a Swedish clock, week after week; a red day is passed over when there are more."""
    first, length = clock.local(when.starts_at), when.ends_at - when.starts_at
    days = [first.date() + timedelta(weeks=n * rhythm.weeks) for n in range(rhythm.times)]
    if rhythm.times > 1:
        days = [day for day in days if not is_red(day)]
    starts = [clock.wall_time(day, first.time()) for day in days]
    return [
        When(each, each + length, form=when.form, room=when.room, place=when.place, link=when.link) for each in starts
    ]


@transaction.atomic
def change_group_meeting(
    meeting: GroupMeeting, what: GroupWhen, *, row_version: int, by: Actor, at: datetime
) -> GroupMeeting:
    """Give a booked meeting another time, place or points of its own. The others of its rhythm stay.

    Raises:
        As `book_group`; Conflict also: changed, opened or called off meanwhile.
    """
    require(meeting, by, "lead", at=at)
    locked = _locked(meeting, row_version)
    points = _check(locked.group, what, by=by, at=at)
    when, before = what.when, (locked.starts_at, locked.ends_at, locked.form, locked.room_id, locked.place, locked.link)
    locked.starts_at, locked.ends_at, locked.form = when.starts_at, when.ends_at, when.form
    locked.room, locked.place, locked.link, locked.own_points = when.room, when.place, when.link, points
    locked.row_version += 1
    after = (locked.starts_at, locked.ends_at, locked.form, locked.room_id, locked.place, locked.link)
    fallen = ask(locked, was=before[:2], at=at)
    told = before != after or bool(fallen)
    if told:
        locked.sequence, locked.changed_at = locked.sequence + 1, at
    with _room_free():
        locked.save()
    if before[:2] != after[:2]:
        asked(locked).update(answer=Answer.WAITING, answered_at=None, answered_by="", row_version=F("row_version") + 1)
    occupy(locked)
    record("group_meeting.changed", actor=by, at=at, objects=[locked])
    if told:
        announce(CHANGED, locked, asked(locked), by=by, at=at)
        announce(CANCELLED, locked, fallen, by=by, at=at)
    return locked


@transaction.atomic
def cancel_group_meeting(
    meeting: GroupMeeting, *, reason: str, row_version: int, cleared: Collection[str] = (), by: Actor, at: datetime
) -> GroupMeeting:
    """Call a booked meeting off.

    Raises:
        Denied; Invalid: no reason. Conflict: changed meanwhile. IllegalMove, StaleState: not planned any more.
    """
    return _end(
        meeting,
        "ställ in",
        "group_meeting.cancelled",
        reason=reason,
        row_version=row_version,
        cleared=cleared,
        by=by,
        at=at,
    )


@transaction.atomic
def group_not_held(
    meeting: GroupMeeting, *, reason: str, row_version: int, cleared: Collection[str] = (), by: Actor, at: datetime
) -> GroupMeeting:
    """Note that a meeting whose time has come did not take place.

    Raises:
        As `cancel_group_meeting`; NotYet: its time has not come.
    """
    if at < meeting.starts_at:
        raise NotYet(["Mötet har inte börjat än. Ställ in det i stället."])
    return _end(
        meeting,
        "blev inte av",
        "group_meeting.not_held",
        reason=reason,
        row_version=row_version,
        cleared=cleared,
        by=by,
        at=at,
    )


@transaction.atomic
def answer_group(
    attendee: GroupAttendee, said: str, *, via: str = AnsweredBy.HUB, by: Actor, at: datetime
) -> GroupAttendee:
    """Answer one's own invitation, or change the answer until the meeting begins.

    Raises:
        Denied: not the actor's own, or the meeting is not planned any more. Invalid: no such answer.
    """
    require(attendee, by, "answer", at=at)
    if said not in (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED):
        raise Invalid({"answer": "Välj Kommer, Kanske eller Kan inte."})
    rows = GroupAttendee.objects.filter(pk=attendee.pk)
    rows.update(answer=said, answered_at=at, answered_by=via, row_version=F("row_version") + 1)
    attendee.refresh_from_db()
    record("group_meeting.answered", actor=by, at=at, objects=[attendee], detail={"via": via})
    return attendee


# --- how it is done --------------------------------------------------------------------------------------------------


def _check(group: Group, what: GroupWhen, *, by: Actor, at: datetime) -> list[str]:
    when = what.when
    if when.starts_at < at:
        raise Invalid({"starts_at": "Tiden har redan varit. Välj en tid som kommer."})
    if not timedelta(minutes=15) <= when.ends_at - when.starts_at <= LONGEST:
        raise Invalid({"ends_at": "Ett möte är minst en kvart och högst åtta timmar."})
    if when.form != MeetingForm.ROOM and when.room is not None:
        raise Invalid({"room": "Ett video- eller telefonmöte har ingen lokal."})
    refuse_ended(when.room, on=when.starts_at)
    if when.link and not when.link.startswith("https://"):
        raise Invalid({"link": "Skriv hela adressen, den börjar med https://."})
    points = points_of(what.own_points, "own_points")
    texts = {"place": when.place, "link": when.link, "own_points": "\n".join(points)}
    guard.check(group, texts, cleared=what.cleared, by=by, at=at)
    return points


def _create(group: Group, when: When, points: list[str], *, by: Actor, at: datetime) -> GroupMeeting:
    with _room_free(when.starts_at):
        return GroupMeeting.objects.create(
            municipality_id=group.municipality_id,
            group=group,
            starts_at=when.starts_at,
            ends_at=when.ends_at,
            form=when.form,
            room=when.room,
            place=when.place,
            link=when.link,
            own_points=points,
            organiser_id=by.assignment_id,
            booked_at=at,
        )


def _room_free(starts_at: datetime | None = None) -> AbstractContextManager[None]:
    day = f" den {swedish.day(clock.local_day(starts_at))}" if starts_at else " då"
    refusal = Invalid({"room": f"Lokalen är upptagen{day}. Välj en annan lokal eller en annan tid."})
    return kept_by("one_group_in_a_room_at_a_time", refusal)


def _locked(meeting: GroupMeeting, row_version: int) -> GroupMeeting:
    locked = GroupMeeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)
    if locked.row_version != row_version or locked.state != MeetingState.PLANNED:
        raise Conflict("Mötet har ändrats sedan du öppnade det. Läs igen och gör om ändringen.")
    return locked


def _end(
    meeting: GroupMeeting,
    event: str,
    deed: str,
    *,
    reason: str,
    row_version: int,
    cleared: Collection[str],
    by: Actor,
    at: datetime,
) -> GroupMeeting:
    require(meeting, by, "lead", at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför."})
    guard.check(meeting.group, {"reason": reason}, cleared=cleared, by=by, at=at)
    locked = _locked(meeting, row_version)
    move(
        locked,
        event,
        MEETING,
        at=at,
        reason=reason,
        sequence=locked.sequence + 1,
        changed_at=at,
        row_version=locked.row_version + 1,
    )
    Occupied.objects.filter(meeting_ref=locked.ref).delete()
    announce(CANCELLED, locked, asked(locked), by=by, at=at)
    record(deed, actor=by, at=at, objects=[locked])
    return locked
