"""Reading subscribed calendars in the background (P-M4): each on its own, so that one that hangs delays nobody else's.

A round takes what is due, one at a time: it is claimed in a transaction of its own (SKIP LOCKED, and due again only
when the claim is over), fetched outside any transaction, and what it said is stored in a third.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from hub.errors import Invalid
from meetings.actions.availability import replace_busy, window
from meetings.calendars.fetching import Fetched, FetchRefused, NotModified, fetch
from meetings.calendars.limits import BACKGROUND_SECONDS
from meetings.calendars.reading import Unreadable, read_busy
from meetings.models import Calendar, CalendarState

logger = logging.getLogger("hub")

#: How long a claim holds: longer than a fetch and a reading can take.
CLAIM = timedelta(minutes=5)
#: Between two readings that went well.
AGAIN = timedelta(hours=1)
#: After one that did not: as long as it has gone wrong, within these.
SOONEST, LATEST = timedelta(minutes=15), timedelta(hours=24)
#: A calendar that says "unchanged" is read whole all the same when its horizon has moved so much.
HORIZON = timedelta(days=1)
#: A round begins no further reading after so many seconds: the worker has other things to do, and the next comes soon.
ROUND_SECONDS = 40.0

Fetch = Callable[..., Fetched | NotModified]


def read_due(*, at: datetime, fetcher: Fetch = fetch, seconds: Callable[[], float] = time.monotonic) -> int:
    """Read the calendars that are due at `at`; returns how many were tried."""
    tried, stop = 0, seconds() + ROUND_SECONDS
    while seconds() < stop and (calendar := claim(at=at)) is not None:
        tried += 1
        try:
            read_one(calendar, at=at, fetcher=fetcher)
        except Exception as unforeseen:  # whatever one calendar does, the others are read
            # Only the kind: a message may hold what stood in the calendar or its address.
            logger.error("calendar not read: %s", type(unforeseen).__name__)
            _failed(calendar, "Kalendern gick inte att läsa. Vi försöker igen senare.", again=True, at=at)
    return tried


def claim(*, at: datetime) -> Calendar | None:
    """The calendar that has waited the longest, taken so that no other worker takes it too."""
    with transaction.atomic():
        due = Calendar.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_read_at__lte=at)
        calendar = due.filter(user__is_active=True).select_related("user").order_by("next_read_at", "pk").first()
        if calendar is not None:
            Calendar.objects.filter(pk=calendar.pk).update(next_read_at=at + CLAIM)
    return calendar


def read_one(calendar: Calendar, *, at: datetime, fetcher: Fetch = fetch) -> None:
    """Fetch and store one calendar; whatever is wrong with it is said in its row."""
    since, until = window(at)
    known = calendar.known_until is not None and until - calendar.known_until < HORIZON
    try:
        found = fetcher(
            str(calendar.url),
            allowed_hosts=settings.CALENDAR_HOSTS,
            etag=calendar.etag if known else None,
            last_modified=calendar.last_modified if known else None,
        )
        if isinstance(found, NotModified):
            _store(calendar, state=CalendarState.FRESH, read_at=at, next_read_at=at + AGAIN)
            return
        own = [calendar.user.email]
        read = read_busy(found.data, since=since, until=until, seconds=BACKGROUND_SECONDS, own=own)
    except FetchRefused as refused:
        _failed(calendar, refused.reason, again=refused.again, at=at)
        return
    except Unreadable as unreadable:
        _failed(calendar, unreadable.reason, again=False, at=at)
        return
    try:
        with transaction.atomic():
            said = {"etag": found.etag or "", "last_modified": found.last_modified or ""}
            whole = {"known_until": until, "problem": " ".join(read.warnings)[:300]}
            fits = {name: text if len(text) <= LENGTHS[name] else "" for name, text in said.items()}
            if _store(calendar, state=CalendarState.FRESH, read_at=at, next_read_at=at + AGAIN, **fits, **whole):
                replace_busy(calendar, read.intervals)
    except Invalid as full:
        _failed(calendar, full.errors[""], again=False, at=at)


#: Longer validators are not kept: the calendar is then read whole each time.
LENGTHS = {"etag": 200, "last_modified": 100}


def _failed(calendar: Calendar, why: str, *, again: bool, at: datetime) -> None:
    """Later, and later still the longer it has gone wrong; what the calendar said last stays until then."""
    wrong_for = at - (calendar.read_at or calendar.added_at)
    wait = max(SOONEST, min(wrong_for, LATEST)) if again else LATEST
    _store(calendar, state=CalendarState.FAILED, problem=why[:300], next_read_at=at + wait)


def _store(calendar: Calendar, **values: object) -> bool:
    """Unless it was removed meanwhile; holds the row, so that it is not removed before what belongs to it is stored."""
    return bool(Calendar.objects.filter(pk=calendar.pk).update(**values))
