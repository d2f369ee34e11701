"""What makes one proposal better than another, when both break no rule. The weights are here and in docs/planner.md.

First of all meetings on time, then late ones rather than none; among proposals alike in that, the least sum of the
weights below. They are whole numbers and far apart, so that a lower wish seldom outweighs a higher one.
"""

from collections.abc import Iterable
from datetime import date

from meetings.planning import times
from meetings.planning.options import Option, days, whole
from meetings.planning.problem import Hours, Kind, Meeting, Person, Placed, Problem, Room, Seat, starts_of

#: A meeting that lies outside the standing reserved times. They are used first, since full calendars are the limit.
UNRESERVED = 300
#: A deputy instead of the ordinary person; an optional person who is left out.
DEPUTY, LEFT_OUT = 120, 100
#: A person who has to go to another place than his or her own.
TRIP = 20
#: Another weekday than before; another time of day than before.
WEEKDAY, TIME_OF_DAY = 12, 4
#: Each begun quarter of the youth's school hours.
SCHOOL_QUARTER = 3
#: Each working day before the wished days, so that no meeting is held long before it is needed.
EARLY_DAY = 2

QUARTER = 15
#: Days late beyond which one day more makes no difference.
LATEST = 9


def timeliness(problem: Problem, meeting: Meeting, day: date) -> int:
    """The worth of a meeting held that day. One on time is worth more than all the others late."""
    late = (day - meeting.window.due).days
    return worth_on_time(problem) if late <= 0 else LATEST + 1 - min(late, LATEST)


def worth_on_time(problem: Problem) -> int:
    return (LATEST + 1) * (len(problem.meetings) + 1)


def on_time(meeting: Meeting, day: date) -> bool:
    return day <= meeting.window.due


def time_cost(problem: Problem, meeting: Meeting, option: Option) -> int:
    """What the time itself costs, wherever it is and whoever comes."""
    first = times.local(times.instant(option.begins[0]))
    cost = 0
    if meeting.usual is not None:
        cost += WEEKDAY * (first.weekday() != meeting.usual.weekday)
        cost += TIME_OF_DAY * (meeting.usual.at is not None and first.time() != meeting.usual.at)
    if first.date() < meeting.window.target:
        cost += EARLY_DAY * (sum(1 for _ in days(first.date(), meeting.window.target)) - 1)
    for seat in meeting.seats:
        if (school := problem.person[seat.person].school) is not None:
            cost += SCHOOL_QUARTER * sum(_quarters(school, begin, begin + meeting.minutes) for begin in option.begins)
    return cost


def room_cost(problem: Problem, meeting: Meeting, option: Option, room: str) -> int:
    return 0 if not problem.reserved else UNRESERVED * (not is_reserved(problem, meeting, option.begins[0], room))


def is_reserved(problem: Problem, meeting: Meeting, begin: int, room: str) -> bool:
    start, end = whole(meeting, begin)
    return any(
        times.up(kept.start) <= start and end <= times.down(kept.end) and (not kept.rooms or room in kept.rooms)
        for kept in problem.reserved
    )


def person_cost(problem: Problem, seat: Seat, ref: str | None, place: str | None) -> int:
    if ref is None:
        return LEFT_OUT
    return DEPUTY * (ref != seat.person) + TRIP * is_trip(problem.person[ref], place)


def is_trip(person: Person, place: str | None) -> bool:
    return person.kind is not Kind.FAMILY and None not in (person.base, place) and person.base != place


def cost(problem: Problem, placed: Iterable[Placed]) -> int:
    """The sum of the weights of a whole proposal."""
    total = 0
    for one in placed:
        meeting, room = problem.meeting[one.meeting], problem.room[one.slot.room]
        option = as_option(meeting, one, room)
        total += time_cost(problem, meeting, option) + room_cost(problem, meeting, option, room.ref)
        for people in one.people:
            for seat, ref in zip(meeting.seats, people, strict=True):
                total += person_cost(problem, seat, ref, room.place)
    return total


def worth(problem: Problem, placed: Iterable[Placed]) -> int:
    return sum(timeliness(problem, problem.meeting[one.meeting], times.local(one.slot.start).date()) for one in placed)


def count_on_time(problem: Problem, placed: Iterable[Placed]) -> int:
    return sum(on_time(problem.meeting[one.meeting], times.local(one.slot.start).date()) for one in placed)


def as_option(meeting: Meeting, placed: Placed, room: Room) -> Option:
    begins = tuple(times.down(at) for at in starts_of(meeting, placed.slot.start))
    return Option(begins=begins, place=room.place, rooms=(room.ref,), free=())


def notes(problem: Problem, placed: Placed) -> tuple[str, ...]:
    """What is less than wished about a slot, and what is good about it, in Swedish."""
    meeting, room = problem.meeting[placed.meeting], problem.room[placed.slot.room]
    option, said = as_option(meeting, placed, room), []
    if is_reserved(problem, meeting, option.begins[0], room.ref):
        said.append("Reserverad tid.")
    if late := max(0, (option.day - meeting.window.due).days):
        said.append(f"{late} {'dag' if late == 1 else 'dagar'} för sent.")
    for seat, ref in ((seat, ref) for people in placed.people for seat, ref in zip(meeting.seats, people, strict=True)):
        if ref is None:
            said.append(f"Utan {problem.person[seat.person].label}.")
        elif ref != seat.person:
            said.append(f"Ersättare för {problem.person[seat.person].label}.")
    if any(
        (school := problem.person[seat.person].school) and _quarters(school, begin, begin + meeting.minutes)
        for seat in meeting.seats
        for begin in option.begins
    ):
        said.append("På skoltid.")
    return tuple(dict.fromkeys(said))


def _quarters(hours: Hours, start: int, end: int) -> int:
    """Begun quarters of [start, end) that lie within the weekly hours."""
    day = times.local_day(start)
    shared = sum(
        max(0, min(end, times.wall_minutes(day, until)) - max(start, times.wall_minutes(day, since)))
        for since, until in hours[day.weekday()]
    )
    return -(-shared // QUARTER)
