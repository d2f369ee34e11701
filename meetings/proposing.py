"""What the planner is asked, read from the database: who must meet, when they can, and where (P-M3).

`problem(wanted, actor, at=, but=None, anywhere=()) -> Asked` makes the planner's `Problem` of meetings that are wanted,
and knows the way back: `asked.problem` goes to `planning.single`, `planning.solver` and `planning.check`;
`asked.guests(placed)` and `asked.when(placed)` give what `actions.book` takes.

What is wanted (`Wanted`) comes from `due.due(cases, actor, first_day=, last_day=, at=)` for all cases that need a
meeting in these days, or is made by hand for a meeting with guests and days of somebody's own choice (`due.seated`,
`due.families_of` and `due.window` say who and when).

References: a meeting is `str(case.ref)`, a professional `u<user id>` (who sits in two cases is one person), one of the
family `p<person id>`, a room `str(room.ref)`, a link `LINK.ref`. The number of queries does not grow with the cases.

What is read of others is when they are free (`availability`), never why. Meetings that the actor may not read are in
the way as bare time; where two youths are kept apart the place of the other one's meeting counts, and is never told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from hub import clock
from hub.access import Actor, permitted
from hub.models import (
    Assignment,
    Case,
    Person,
)
from meetings import availability
from meetings.actions.booking import Guests, When
from meetings.models import (
    OCCUPYING,
    GroupMeeting,
    KeepApart,
    Meeting,
    MeetingForm,
    MeetingKind,
    Participant,
    Room,
    StandingSlot,
)
from meetings.planning import problem as planning
from meetings.planning.explain import LATER
from meetings.planning.problem import Hours, Kind, Placed, Problem, Seat, Usual, Window

#: A meeting by link: in no place, never taken, never full.
LINK = planning.Room(ref="link", place=None, label="länken")
#: Minutes, where nothing else is asked for.
MEETING, BEFORE = 60, 15
#: When a youth with a school in the case is thought to be there: no timetable is kept.
SCHOOL: Hours = (((time(8), time(15)),),) * 5 + ((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """An official's place at the table. Deputies may come while they stand in; else they are only suggested."""

    who: Assignment
    role: str = ""
    required: bool = True
    deputies: tuple[Assignment, ...] = ()
    deputies_may_come: bool = True

    @property
    def label(self) -> str:
        return f"{self.role} {self.who.user.name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A meeting that is to be placed. `case` with its owner unit, assignments with user and unit.

    `rooms`: where it may be; empty: those of its own agency, else of its district, else all in use.
    """

    case: Case
    window: Window
    chairs: tuple[Chair, ...]
    family: tuple[Person, ...] = ()
    interpreter: str = ""
    minutes: int = MEETING
    pre_minutes: int = BEFORE
    rooms: tuple[Room, ...] = ()
    usual: Usual | None = None
    school: bool = False

    @property
    def ref(self) -> str:
        return str(self.case.ref)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The planner's problem, and the way back to rows."""

    problem: Problem
    wanted: dict[str, Wanted]
    rooms: dict[str, Room]
    #: Meeting → the rooms near it, also where it may be anywhere.
    near: dict[str, tuple[str, ...]]

    def guests(self, placed: Placed) -> Guests:
        """Who is asked to a placed meeting: deputies where they sit, nobody on an empty optional seat."""
        wanted = self.wanted[placed.meeting]
        sitting = set(placed.people[0])
        officials, optional = list[Assignment](), list[Assignment]()
        for chair in wanted.chairs:
            for one in (chair.who, *chair.deputies):
                if user_ref(one) in sitting:
                    (officials if chair.required else optional).append(one)
        return Guests(officials, optional, wanted.family)

    def when(self, placed: Placed) -> When:
        """Time and place of a placed meeting, with the interpreter who is a condition of it."""
        wanted, room = self.wanted[placed.meeting], self.rooms.get(placed.slot.room)
        return When(
            placed.slot.start,
            placed.slot.start + timedelta(minutes=wanted.minutes),
            form=MeetingForm.ROOM if room else MeetingForm.VIDEO,
            room=room,
            interpreter=wanted.interpreter,
            link_later=room is None,
        )


def user_ref(assignment: Assignment) -> str:
    return f"u{assignment.user_id}"


# --- what the planner is asked ---------------------------------------------------------------------------------------


def problem(
    wanted: Sequence[Wanted],
    actor: Actor,
    *,
    at: datetime,
    but: Meeting | None = None,
    anywhere: Collection[str] = (),
) -> Asked:
    """The problem of placing these meetings, at most one of each case.

    Calendars are read two weeks further than the last window, for what would help where there is no time.

    Args:
        but: a meeting to be moved; it and what comes right before it are not in the way.
        anywhere: references of those that may be in any room, or on a link.
    """
    return _Reading(wanted, actor, at, but, frozenset(anywhere)).asked()


@dataclass
class _Reading:
    """One reading of everything that is asked about, kept together while the problem is made."""

    wanted: Sequence[Wanted]
    actor: Actor
    at: datetime
    but: Meeting | None
    anywhere: frozenset[str]
    since: datetime = field(init=False)
    until: datetime = field(init=False)

    def __post_init__(self) -> None:
        today = clock.local_day(self.at)
        self.first = min((one.window.earliest for one in self.wanted), default=today)
        self.last = max((one.window.latest for one in self.wanted), default=today) + timedelta(days=LATER)
        self.since, self.until = clock.start_of_day(self.first), clock.end_of_day(self.last)
        self.youths = {one.case.individual_id for one in self.wanted}
        self.apart = self._apart() if self.wanted else frozenset()
        self.away = {self.but.pk} if self.but else set()
        self.rooms = self._rooms()

    def asked(self) -> Asked:
        people = self._people()
        asked = Problem(
            meetings=tuple(self._meeting(one) for one in self.wanted),
            people=tuple(people.values()),
            rooms=(*self._room_times(), LINK),
            fixed=(*self._fixed(frozenset(people)), *self._others_apart()),
            apart=self.apart,
            reserved=tuple(self._reserved()),
            not_before=self.at,
            known_until=self.last,
        )
        return Asked(
            problem=asked,
            wanted={one.ref: one for one in self.wanted},
            rooms={str(room.ref): room for room in self.rooms},
            near={one.ref: self._near(one) for one in self.wanted},
        )

    # people

    def _people(self) -> dict[str, planning.Person]:
        assignments = {
            user_ref(one): one
            for wanted in self.wanted
            for chair in wanted.chairs
            for one in (*chair.deputies, chair.who)
        }
        users = {one.user_id for one in assignments.values()}
        busy = availability.busy_times(users, since=self.since, until=self.until, but=self._moved_refs)
        hours, labels = availability.hours_of(users), self._labels()
        made = {
            ref: planning.Person(
                ref=ref,
                label=labels.get(ref, one.user.name),
                busy=tuple(planning.Busy(start=start, end=end) for start, end in busy[one.user_id]),
                hours=_week(hours[one.user_id]),
                base=self._bases.get(one.unit.agency_id),
            )
            for ref, one in assignments.items()
        }
        for wanted in self.wanted:
            made |= {person.ref: person for person in _family(wanted)}
        return made

    def _labels(self) -> dict[str, str]:
        """Role and name; the name alone of one with different roles in these cases."""
        found: dict[str, set[str]] = defaultdict(set)
        for wanted in self.wanted:
            for chair in wanted.chairs:
                found[user_ref(chair.who)].add(chair.label)
        return {ref: labels.pop() for ref, labels in found.items() if len(labels) == 1}

    @cached_property
    def _moved_refs(self) -> list[UUID]:
        if self.but is None:
            return []
        return list(Meeting.objects.filter(Q(pk=self.but.pk) | Q(main=self.but)).values_list("ref", flat=True))

    @cached_property
    def _bases(self) -> dict[int, str]:
        """Where an agency's people work, if all its rooms are in one building."""
        places: dict[int, set[str]] = defaultdict(set)
        for room in self.rooms:
            places[room.agency_id].add(place_key(room.place))
        return {agency: found.pop() for agency, found in places.items() if len(found) == 1}

    # rooms

    def _rooms(self) -> list[Room]:
        in_use = permitted(Room.objects.in_force(at=self.at), self.actor, at=self.at).select_related("agency")
        return [room for room in in_use.order_by("pk") if room.valid_to is None or room.valid_to >= self.until]

    def _room_times(self) -> list[planning.Room]:
        """When the rooms are taken, by whatever meeting: nothing but instants is read. What comes before counts too."""
        taken: dict[int, list[planning.Busy]] = defaultdict(list)
        ids = [room.pk for room in self.rooms]
        there = self._meetings().filter(Q(room__in=ids) | Q(main__room__in=ids))
        for room, main, starts_at, ends_at in there.values_list("room", "main__room", "starts_at", "ends_at"):
            taken[room or main].append(planning.Busy(start=starts_at, end=ends_at))
        of_groups = GroupMeeting.objects.filter(
            room__in=ids, state__in=OCCUPYING, starts_at__lt=self.until, ends_at__gt=self.since
        )
        for in_room, starts_at, ends_at in of_groups.values_list("room", "starts_at", "ends_at"):
            taken[in_room].append(planning.Busy(start=starts_at, end=ends_at))
        return [
            planning.Room(
                ref=str(room.ref),
                place=place_key(room.place),
                capacity=room.capacity,
                busy=tuple(taken[room.pk]),
                label=room.name,
            )
            for room in self.rooms
        ]

    def _near(self, wanted: Wanted) -> tuple[str, ...]:
        """The rooms that a meeting may be in: its own, its agency's, its district's, or all; a link without any."""
        agency, district = wanted.case.owner_unit.agency_id, wanted.case.district_id
        own = [room for room in self.rooms if room.agency_id == agency]
        close = [room for room in self.rooms if district is not None and room.agency.district_id == district]
        return tuple(str(room.ref) for room in wanted.rooms or own or close or self.rooms) or (LINK.ref,)

    # meetings

    def _meeting(self, wanted: Wanted) -> planning.Meeting:
        seats = [
            Seat(
                person=user_ref(chair.who),
                deputies=tuple(user_ref(one) for one in chair.deputies),
                required=chair.required,
                deputies_may_come=chair.deputies_may_come,
            )
            for chair in wanted.chairs
        ]
        return planning.Meeting(
            ref=wanted.ref,
            seats=(*seats, *(Seat(person=person.ref) for person in _family(wanted))),
            window=wanted.window,
            minutes=wanted.minutes,
            pre_minutes=wanted.pre_minutes,
            rooms=() if wanted.ref in self.anywhere else self._near(wanted),
            youth=youth_ref(wanted.case.individual_id),
            usual=wanted.usual,
        )

    def _meetings(self) -> "QuerySet[Meeting]":
        """Meetings that take their time in these days, but the one to be moved."""
        rows = Meeting.objects.filter(state__in=OCCUPYING, starts_at__lt=self.until, ends_at__gt=self.since)
        return rows.exclude(Q(pk__in=self.away) | Q(main__in=self.away)) if self.away else rows

    def _fixed(self, known: Collection[str]) -> list[planning.Fixed]:
        """Meetings that the actor may read: the way to and from them counts, and their youths and families."""
        asked = permitted(Participant.objects.filter(removed_at=None), self.actor, at=self.at)
        asked = asked.select_related("assignment")
        rows = permitted(self._meetings(), self.actor, at=self.at).select_related("room", "main__room", "case")
        made = []
        for meeting in rows.prefetch_related(Prefetch("participants", asked, to_attr="asked")):
            people = {_participant(one) for one in meeting.asked} & set(known)
            made.append(_fixed(meeting, tuple(sorted(people))))
        return made

    def _apart(self) -> frozenset[frozenset[str]]:
        rows = KeepApart.objects.not_over(at=self.at).filter(
            Q(first__in=self.youths) | Q(second__in=self.youths), valid_from__lt=self.until
        )
        return frozenset(
            frozenset((youth_ref(first), youth_ref(second))) for first, second in rows.values_list("first", "second")
        )

    def _others_apart(self) -> list[planning.Fixed]:
        """Where those kept apart from these youths are, in whoever's case: only ever `UNUSABLE` follows from it."""
        others = {int(youth[1:]) for pair in self.apart for youth in pair}
        # Asked whether or not there is anybody, so that the time it takes tells nothing (P-A15).
        rows = self._meetings().filter(kind=MeetingKind.NETWORK, case__individual__in=others or {0})
        return [_fixed(meeting, ()) for meeting in rows.select_related("room", "main__room", "case")]

    def _reserved(self) -> Iterable[planning.Reserved]:
        slots = permitted(StandingSlot.objects.not_over(at=self.at), self.actor, at=self.at).select_related("room")
        rooms: dict[int, list[str]] = defaultdict(list)
        for room in self.rooms:
            rooms[room.agency_id].append(str(room.ref))
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        for slot in slots:
            used = (str(slot.room.ref),) if slot.room else tuple(rooms[slot.agency_id])
            for day in days:
                starts_at = clock.wall_time(day, slot.starts)
                in_force = slot.valid_from <= starts_at and (slot.valid_to is None or starts_at < slot.valid_to)
                if day.isoweekday() in slot.weekdays and in_force:
                    end = starts_at + timedelta(minutes=slot.minutes)
                    yield planning.Reserved(start=starts_at, end=end, rooms=used)


def place_key(place: str) -> str:
    """The building: two rooms of the same address are in the same place."""
    return place.strip().casefold()


def youth_ref(individual: int) -> str:
    return f"i{individual}"


def _week(hours: availability.Hours) -> Hours:
    return tuple((hours[weekday],) if weekday in hours else () for weekday in range(1, 8))


def _family(wanted: Wanted) -> list[planning.Person]:
    """The family and the interpreter: without a calendar here, but they take their chairs and are in one place."""
    people = [
        planning.Person(
            ref=f"p{person.pk}",
            label="vårdnadshavaren" if number else "den unge",
            kind=Kind.FAMILY,
            school=SCHOOL if wanted.school and not number else None,
        )
        for number, person in enumerate(wanted.family)
    ]
    if wanted.interpreter:
        label = f"tolken ({wanted.interpreter})"
        people.append(planning.Person(ref=f"t{wanted.case.pk}", label=label, kind=Kind.INTERPRETER))
    return people


def _participant(one: Participant) -> str:
    return user_ref(one.assignment) if one.assignment is not None else f"p{one.person_id}"


def _fixed(meeting: Meeting, people: tuple[str, ...]) -> planning.Fixed:
    room = meeting.room or (meeting.main.room if meeting.main else None)
    place = place_key(room.place if room else meeting.place) if meeting.form == MeetingForm.ROOM else ""
    return planning.Fixed(
        start=meeting.starts_at,
        minutes=int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60,
        people=people,
        place=place or None,
        youth=youth_ref(meeting.case.individual_id) if meeting.kind == MeetingKind.NETWORK else None,
    )
