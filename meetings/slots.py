"""The best slots for one meeting, in words, and why there are none (P-M3).

The planner (`meetings.planning.single`) finds them; here it is asked about one case, with the guests and the length
that stand in the form, and what it answers is told as a colleague would. Deputies are tried only where nobody's
ordinary contact can; those who need not come never stand in the way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hub import clock, swedish
from hub.access import Actor
from hub.models import Assignment, Case, PartyRole, Person
from hub.swedish import WEEKDAYS
from meetings import due, proposing, words
from meetings.models import LATEST, Meeting, MeetingForm, Room
from meetings.planning import problem as planning
from meetings.planning import times
from meetings.planning.explain import explain
from meetings.planning.problem import Placed, Usual, Window
from meetings.planning.single import best_slots
from meetings.planning.wishes import is_reserved
from meetings.proposing import LINK, Asked, Chair, Wanted
from meetings.queries import Candidate
from meetings.rhythm import Beat, beats

#: Within this a meeting that is broken off gets a new date (P-M7).
WEEK = timedelta(days=7)
#: How many are shown, and days after the rhythm's last one that are looked at where nothing is in time.
SHOWN, LATER = 4, timedelta(days=14)
#: A meeting without a rhythm to keep is wished two weeks ahead, and found within four.
WISHED, WITHIN = timedelta(days=14), timedelta(days=28)
#: More slots than this are not weighed against each other.
LOOKED_AT = 300
#: Where the meeting is when the place is typed.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form says of a meeting: whom, how long, and how people meet.

    `must` and `may`: who has to come and who need not; a deputy in place of the ordinary contact stands there as such.
    """

    must: Sequence[Assignment]
    may: Sequence[Assignment] = ()
    family: Sequence[Person] = ()
    minutes: int = proposing.MEETING
    officials_minutes: int = 0
    form: str = MeetingForm.ROOM
    room: Room | None = None
    place: str = ""
    interpreter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """One slot. `why`: short sentences. `instead`: the contact's assignment → the deputy who comes instead."""

    starts_at: datetime
    when: str
    where: str
    why: str
    room: Room | None
    late: bool
    instead: Sequence[tuple[Assignment, Assignment]]

    @property
    def key(self) -> str:
        """What a form carries: day and time, room, and who is replaced."""
        wall = clock.local(self.starts_at)
        replaced = ",".join(str(contact.ref) for contact, _deputy in self.instead)
        return f"{wall:%Y-%m-%d %H.%M}|{self.room.ref if self.room else ''}|{replaced}"


_KEY = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}\.\d{2})\|([0-9a-f-]*)\|([0-9a-f,-]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """A slot as a form carries it (`Best.key`), read back: texts, not yet judged."""

    day: str
    at: str
    room: str
    replaced: Sequence[str]

    @classmethod
    def read(cls, text: str) -> "Key | None":
        if (found := _KEY.fullmatch(text)) is None:
            return None
        return cls(found[1], found[2], found[3], [ref for ref in found[4].split(",") if ref])

    def starts_at(self) -> datetime | None:
        try:
            return clock.wall_time(date.fromisoformat(self.day), time.fromisoformat(self.at.replace(".", ":")))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best slots first. `reasons`: why none is in time; `remedies`: what would help."""

    slots: Sequence[Best] = ()
    reasons: Sequence[str] = ()
    remedies: Sequence[str] = ()


def window_of(beat: Beat | None, *, at: datetime) -> Window:
    """The last week of the rhythm and two weeks more; without a rhythm the four weeks ahead. From tomorrow."""
    first = clock.local_day(at) + timedelta(days=1)
    if beat is None:
        return Window(earliest=first, target=first + WISHED, due=first + WITHIN, latest=first + WITHIN)
    return due.window(beat.day_one, beat.opens, beat.last_day, first, max(beat.last_day, first) + LATER)


def find(
    case: Case,
    people: Sequence[Candidate],
    wish: Wish,
    actor: Actor,
    *,
    at: datetime,
    window: Window | None = None,
    but: Meeting | None = None,
    deputies: bool = True,
) -> Found:
    """The best slots for one meeting of the case (with owner unit), with these people to choose from.

    Args:
        but: the meeting that is to be moved, which is not in its own way.
        deputies: whether they may come where a contact never can; else they are only named as what would help.
    """
    if not wish.must:
        return Found()
    beat = beats([case.pk], at=at).get(case.pk)
    wanted = _wanted(case, people, wish, window or window_of(beat, at=at), beat)
    asked = _placed(proposing.problem([wanted], actor, at=at, but=but), wish)
    return _found(asked, wanted, at, deputies=deputies)


def find_next(
    meeting: Meeting, people: Sequence[Candidate], wish: Wish, actor: Actor, *, at: datetime
) -> tuple[Found, Found]:
    """For the meeting after one that goes on: the last week of the rhythm, and within seven days if it is broken off.

    The calendars are read once. Deputies are left to the page of booking.
    """
    beat = beats([meeting.case_id], at=at).get(meeting.case_id)
    today, days = clock.local_day(at), beat.days if beat else LATEST
    first, zero = today + timedelta(days=1), clock.local_day(meeting.starts_at)
    if not wish.must:
        return Found(), Found()
    whole = Window(earliest=first, target=first, due=zero + timedelta(days=days), latest=zero + timedelta(days=days))
    wanted = _wanted(meeting.case, people, wish, whole, beat)
    asked = _placed(proposing.problem([wanted], actor, at=at), wish)
    week = Window(earliest=first, target=first, due=today + WEEK, latest=today + WEEK)
    rhythm = Window.after(zero, target=days - 7, due=days, earliest=max(first, zero + timedelta(days=days - 7)))
    told = [
        _found(_with(asked, window=window), replace(wanted, window=window), at, deputies=False)
        for window in (rhythm, week)
    ]
    return told[0], told[1]


def _found(asked: Asked, wanted: Wanted, at: datetime, *, deputies: bool) -> Found:
    """In time with everybody, else in time with deputies, else why not, and what there is later."""
    last = replace(wanted.window, latest=wanted.window.due)
    on_time = _best(_with(asked, window=last), wanted)
    if not on_time and deputies and any(chair.deputies for chair in wanted.chairs):
        asked = _with(asked, deputies_may_come=True)
        on_time = _best(_with(asked, window=last), wanted)
    if on_time:
        return Found(slots=[_told(asked, wanted, one, at) for one in _spread(on_time)])
    why, late = explain(asked.problem, (), wanted.ref), _spread(_best(asked, wanted))
    return Found(slots=[_told(asked, wanted, one, at) for one in late], reasons=why.reasons, remedies=why.remedies)


def _wanted(case: Case, people: Sequence[Candidate], wish: Wish, window: Window, beat: Beat | None) -> Wanted:
    last = clock.local(beat.since) if beat is not None and beat.held else None
    chairs = [
        chair
        for one in people
        for group, required in ((wish.must, True), (wish.may, False))
        for chair in _chairs(one, group, required)
    ]
    return Wanted(
        case=case,
        window=window,
        chairs=tuple(chairs),
        family=tuple(wish.family),
        interpreter=wish.interpreter,
        minutes=_quarters(wish.minutes),
        pre_minutes=_quarters(wish.officials_minutes),
        usual=Usual(weekday=last.weekday(), at=last.time()) if last else None,
        school=any(one.called == due.ROLES[PartyRole.SCHOOL] for one in people),
    )


def _chairs(one: Candidate, asked: Sequence[Assignment], required: bool) -> list[Chair]:
    chosen = [who for who in one.everybody if who in asked]
    if not chosen:
        return []
    deputies = (one.deputy,) if one.deputy and chosen == [one.assignment] else ()
    return [
        Chair(who=who, role=one.called, required=required, deputies=deputies, deputies_may_come=False) for who in chosen
    ]


def _quarters(minutes: int) -> int:
    return -(-minutes // planning.GRID) * planning.GRID


def _placed(asked: Asked, wish: Wish) -> Asked:
    """The meeting by link, or at the place that is chosen, where it need not be in any room of the list."""
    rooms = asked.problem.rooms
    if wish.form != MeetingForm.ROOM:
        return _with(asked, rooms=(LINK.ref,))
    if wish.room is not None and str(wish.room.ref) in asked.rooms:
        return _with(asked, rooms=(str(wish.room.ref),))
    if wish.place:
        there = planning.Room(ref=ELSEWHERE, place=proposing.place_key(wish.place), label="platsen")
        wider = replace(asked, problem=replace(asked.problem, rooms=(*rooms, there)))
        return _with(wider, rooms=(ELSEWHERE,))
    return asked


def _with(asked: Asked, *, deputies_may_come: bool = False, **changed: object) -> Asked:
    """The same question with this of the meeting changed."""
    [meeting] = asked.problem.meetings
    if deputies_may_come:
        changed["seats"] = tuple(replace(seat, deputies_may_come=True) for seat in meeting.seats)
    other = replace(meeting, **changed)  # type: ignore[arg-type]  # fields of a meeting, by name
    return replace(asked, problem=replace(asked.problem, meetings=(other,)))


def _best(asked: Asked, wanted: Wanted) -> list[Placed]:
    return [one.placed for one in best_slots(asked.problem, wanted.ref, LOOKED_AT)]


def _spread(found: Sequence[Placed]) -> list[Placed]:
    """The best of each day first, so that there is a choice; in the order of their worth."""
    of_day: dict[date, Placed] = {}
    for one in found:
        of_day.setdefault(clock.local_day(one.slot.start), one)
    first = list(of_day.values())
    chosen = [*first, *(one for one in found if one not in first)][:SHOWN]
    return [one for one in found if one in chosen]


# --- in words --------------------------------------------------------------------------------------------------------


def _told(asked: Asked, wanted: Wanted, placed: Placed, at: datetime) -> Best:
    room = asked.rooms.get(placed.slot.room)
    start = placed.slot.start
    ends_at = start + timedelta(minutes=wanted.minutes)
    return Best(
        starts_at=start,
        when=f"{words.day_heading(start, at)}, kl. {words.hours(start, ends_at)}",
        where=f"{room.name}, {room.place}" if room else "",
        why=" ".join(_why(asked, wanted, placed)),
        room=room,
        late=clock.local_day(start) > wanted.window.due,
        instead=_instead(wanted, placed),
    )


def _instead(wanted: Wanted, placed: Placed) -> list[tuple[Assignment, Assignment]]:
    sitting = placed.people[0]
    return [
        (chair.who, deputy)
        for chair, ref in zip(wanted.chairs, sitting, strict=False)
        for deputy in chair.deputies
        if ref == proposing.user_ref(deputy)
    ]


def _why(asked: Asked, wanted: Wanted, placed: Placed) -> list[str]:
    """Who can, which day of the rhythm it is, and what else speaks for it or against it."""
    meeting, start = asked.problem.meeting[wanted.ref], placed.slot.start
    missing = [chair.who.user.name for chair, ref in zip(wanted.chairs, placed.people[0], strict=False) if ref is None]
    said = [f"Alla kan utom {swedish.listing(missing)}, som inte måste vara med." if missing else "Alla kan."]
    for contact, deputy in _instead(wanted, placed):
        said.append(f"{deputy.user.name} kommer i stället för {contact.user.name}.")
    wall = clock.local(start)
    if wanted.window.zero is not None:
        said.append(f"Dag {(wall.date() - wanted.window.zero).days}.")
        if (late := (wall.date() - wanted.window.due).days) > 0:
            said.append(f"{swedish.plural(late, 'dag', 'dagar')} för sent.")
    said += _habits(asked, wanted, placed, wall)
    if wanted.school and meeting.seats:
        begin = times.down(start)
        at_school = any(
            times.wall_minutes(wall.date(), since) < begin + meeting.minutes
            and begin < times.wall_minutes(wall.date(), until)
            for since, until in proposing.SCHOOL[wall.weekday()]
        )
        said.append("På skoltid." if at_school else "Efter skolan.")
    if wanted.interpreter:
        said.append(f"Tolk till {wanted.interpreter} behöver bokas.")
    return said


def _habits(asked: Asked, wanted: Wanted, placed: Placed, wall: datetime) -> list[str]:
    meeting = asked.problem.meeting[wanted.ref]
    day = WEEKDAYS[wall.weekday()]
    if is_reserved(asked.problem, meeting, times.down(placed.slot.start), placed.slot.room):
        return [f"Er fasta mötestid på {day}ar."]
    if wanted.usual is None or wanted.usual.weekday != wall.weekday():
        return []
    same = wanted.usual.at == wall.time()
    return ["Samma veckodag och tid som förra mötet." if same else "Samma veckodag som förra mötet."]
