"""Who cannot when on a day, for the page of booking: free or busy, and nothing of what it is (P-M4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from hub import clock, swedish
from hub.models import Assignment
from meetings import availability, words
from meetings.availability import Interval
from meetings.models import Meeting
from meetings.queries import Candidate


@dataclass(frozen=True, slots=True)
class TakenRow:
    """When somebody cannot on a day: "upptagen 9.00–10.00".

    `clashes`: is asked, and cannot in the very time that is asked about. `needed`: has to come.
    """

    user_id: int
    name: str
    said: str
    clashes: bool
    needed: bool


@dataclass(frozen=True, slots=True)
class TakenDay:
    """Who cannot when on a day, and on the very time where one is typed."""

    heading: str
    rows: Sequence[TakenRow]
    #: Whether a time is typed that can be asked about.
    asked: bool
    #: Whether a calendar, which may be overruled with a reason, says no of somebody who has to come.
    asks_why: bool = False

    @property
    def clashes(self) -> bool:
        return any(row.clashes and row.needed for row in self.rows)


def taken(
    people: Sequence[Candidate],
    day: date,
    *,
    must: Sequence[Assignment],
    may: Sequence[Assignment] = (),
    span: Interval | None = None,
    but: Meeting | None = None,
    at: datetime,
) -> TakenDay:
    """When these people, and their deputies, cannot on a day: a name and hours, never where or with whom.

    Args:
        must, may: those of them who are asked.
        span: the time asked about, what comes before included.
        but: the meeting that is to be moved, and what comes right before it: they are not in the way.
    """
    needed, asked = {one.user_id for one in must}, {one.user_id for one in (*must, *may)}
    since, until = clock.start_of_day(day), clock.end_of_day(day)
    users = {one.user_id: one.user.name for person in people for one in person.everybody}
    own = (
        list(Meeting.objects.filter(Q(pk=but.pk) | Q(main=but)).values_list("ref", "starts_at", "ends_at"))
        if but
        else []
    )
    busy = availability.busy_times(users, since=since, until=until, but=[ref for ref, _start, _end in own])
    times = [(start, end) for _ref, start, end in own]
    hours, rows = availability.hours_of(users), list[TakenRow]()
    for user, name in users.items():
        periods = availability.without(busy[user], times)
        said = ["upptagen " + swedish.listing(words.hours(*period) for period in periods)] if periods else []
        works = _works(hours[user], day)
        if works is not None:
            said.append(f"arbetar {words.hours(*works)}" if works else "arbetar inte den dagen")
        if said:
            clashes = span is not None and user in asked and _clashes(span, periods, works)
            rows.append(TakenRow(user, name, ", ".join(said), clashes, user in needed))
    rows.sort(key=lambda row: (not row.clashes, swedish.sort_key(row.name)))
    said_no = availability.blocked(needed, since=span[0], until=span[1], but=times) if span else {}
    return TakenDay(words.day_heading(since, at), rows, asked=span is not None, asks_why=bool(said_no))


def _clashes(span: Interval, taken: Iterable[Interval], works: Interval | tuple[()] | None) -> bool:
    outside = works is not None and not (works and works[0] <= span[0] and span[1] <= works[1])
    return outside or any(starts_at < span[1] and span[0] < ends_at for starts_at, ends_at in taken)


def _works(hours: availability.Hours, day: date) -> Interval | tuple[()] | None:
    """The working hours of a day for one who has said other than office hours; empty where the day is not worked."""
    if hours == availability.OFFICE_HOURS:
        return None
    found = hours.get(day.isoweekday())
    return (clock.wall_time(day, found[0]), clock.wall_time(day, found[1])) if found else ()
