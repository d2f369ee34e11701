"""When people can meet (P-M4): what the planner and the booking page may know of everybody.

Free or busy is open on purpose. Whoever is asked to a meeting works in some kommun, and whoever books must see when
they cannot come, in whatever kommun the other time is taken. What is opened are instants and nothing else: no row says
which calendar, meeting, case or kommun they come from, and nothing more is stored of a calendar than these.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from hub.calendar_se import CLOSES, OPENS
from meetings.models import Busy, Occupied, WorkingHours

Interval = tuple[datetime, datetime]
#: ISO weekday → from and to, local time; a weekday that is not there is not worked.
Hours = Mapping[int, tuple[time, time]]

#: Of one user: calendars that are read, busy rows, and how far ahead they are kept.
MOST_CALENDARS = 5
MOST_BUSY = 20_000
AHEAD = timedelta(days=400)

#: Who has said nothing works office hours.
OFFICE_HOURS: Hours = dict.fromkeys(range(1, 6), (OPENS, CLOSES))


def busy_times(
    users: Collection[int], *, since: datetime, until: datetime, but: Collection[UUID] = ()
) -> dict[int, list[Interval]]:
    """When these users (ids) cannot: their calendars, their own blocks and the meetings that they are asked to.

    Merged, in order, cut to [since, until); everybody asked for has an entry. Three columns of two tables, two queries
    however many they are. Readable for every colleague, see the module's text: never add another column.

    Args:
        but: references of meetings that are to be moved, which are not in their own way.
    """
    rows: dict[int, list[Interval]] = {user: [] for user in users}
    overlapping = {"user__in": list(rows), "starts_at__lt": until, "ends_at__gt": since}
    for table in (Busy.objects.all(), Occupied.objects.exclude(meeting_ref__in=list(but))):
        for user, starts_at, ends_at in table.filter(**overlapping).values_list("user", "starts_at", "ends_at"):
            rows[user].append((max(starts_at, since), min(ends_at, until)))
    return {user: merged(intervals) for user, intervals in rows.items()}


def blocked(
    users: Collection[int], *, since: datetime, until: datetime, but: Collection[Interval] = ()
) -> dict[int, list[Interval]]:
    """As `busy_times`, of calendars and own blocks alone: who has said no, but may be asked all the same. One query.

    Args:
        but: times that do not count: a meeting to be moved stands in the calendars of those who come to it.
    """
    rows: dict[int, list[Interval]] = {}
    overlapping = Busy.objects.filter(user__in=list(users), starts_at__lt=until, ends_at__gt=since)
    for user, starts_at, ends_at in overlapping.values_list("user", "starts_at", "ends_at"):
        rows.setdefault(user, []).append((max(starts_at, since), min(ends_at, until)))
    left = {user: without(merged(intervals), but) for user, intervals in rows.items()}
    return {user: intervals for user, intervals in left.items() if intervals}


def without(intervals: Iterable[Interval], taken_out: Iterable[Interval]) -> list[Interval]:
    """The intervals with these times cut out of them."""
    left = list(intervals)
    for since, until in taken_out:
        pieces = [((start, min(end, since)), (max(start, until), end)) for start, end in left]
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return left


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as intervals that neither overlap nor touch, in order."""
    found: list[Interval] = []
    for starts_at, ends_at in sorted(intervals):
        if found and starts_at <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends_at))
        else:
            found.append((starts_at, ends_at))
    return found


def hours_of(users: Collection[int]) -> dict[int, Hours]:
    """The working hours of these users (ids): their own, or office hours. One query."""
    own: dict[int, dict[int, tuple[time, time]]] = {}
    for row in WorkingHours.objects.filter(user__in=list(users)):
        own.setdefault(row.user_id, {}).update(dict.fromkeys(row.weekdays, (row.begins, row.ends)))
    return {user: own.get(user, OFFICE_HOURS) for user in users}


def working_hours(user: int) -> Hours:
    """The working hours of one user (id)."""
    return hours_of([user])[user]
