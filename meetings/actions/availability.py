"""What a person says about when they can meet (P-M4), and the address of their own feed (P-M5).

All of it is one's own and in no kommun: the deeds are logged in the kommun that the person works in at the moment.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from hub import clock, swedish
from hub.access import Actor, require
from hub.audit import record
from hub.crypto import lookup
from hub.errors import Conflict, Invalid
from hub.models import User
from hub.textguard import BadText, clean_text
from meetings.availability import AHEAD, MOST_BUSY, MOST_CALENDARS, OFFICE_HOURS, Hours
from meetings.calendars.fetching import FetchRefused, check_url
from meetings.calendars.limits import WALL_SECONDS
from meetings.calendars.reading import Busy as Read
from meetings.calendars.reading import Interval, Unreadable, read_busy
from meetings.models import Busy, Calendar, CalendarState, FeedKey, WorkingHours

#: What the digest of a key is made for.
SCOPE = "calendar-feed"
NAME = 60
#: How long a time that is over is kept: the calendar page shows last week.
KEPT = timedelta(days=7)


@transaction.atomic
def set_hours(hours: Hours, *, by: Actor, at: datetime) -> None:
    """The actor's working hours from now on: weekdays that are not named are not worked.

    Raises:
        Invalid: no weekday at all, or one that ends before it begins; keys "begins_3", "ends_3" for Wednesday.
    """
    if not hours:
        raise Invalid("Fyll i minst en dag som du arbetar.")
    if wrong := {f"ends_{day}": "Sluttiden ska vara efter starttiden." for day, (a, b) in hours.items() if b <= a}:
        raise Invalid(wrong)
    user = _held(by)
    WorkingHours.objects.filter(user=user).delete()
    alike: dict[tuple[time, time], list[int]] = {}
    for day in sorted(hours):
        alike.setdefault(hours[day], []).append(day)
    rows = [WorkingHours(user=user, weekdays=days, begins=a, ends=b) for (a, b), days in alike.items()]
    if dict(hours) != OFFICE_HOURS:  # whoever works these has no rows
        WorkingHours.objects.bulk_create(rows)
    record("availability.hours", actor=by, at=at, objects=[user])


@transaction.atomic
def block(starts_at: datetime, ends_at: datetime, *, by: Actor, at: datetime) -> Busy:
    """The actor cannot meet then. Nothing is said about why.

    Raises:
        Invalid: past, backwards, too far ahead, there already, or more rows than a user may have.
    """
    if ends_at <= starts_at:
        raise Invalid({"ends": "Sluttiden ska vara efter starttiden."})
    if ends_at <= at:
        raise Invalid({"first": "Tiden har redan varit. Välj en tid som kommer."})
    if ends_at > at + AHEAD:
        raise Invalid({"last": f"Du kan blockera tid högst {AHEAD.days} dagar framåt."})
    user = _held(by)
    if Busy.objects.filter(user=user, calendar=None, starts_at=starts_at, ends_at=ends_at).exists():
        raise Invalid({"first": "Den tiden har du redan blockerat."})
    _room_for(user, 1)
    made = Busy.objects.create(user=user, starts_at=starts_at, ends_at=ends_at)
    record("availability.blocked", actor=by, at=at, objects=[made])
    return made


@transaction.atomic
def unblock(busy: Busy, *, by: Actor, at: datetime) -> None:
    """Take a block away. What a calendar says is changed in the calendar.

    Raises:
        Denied: somebody else's. Conflict: gone meanwhile. Invalid: out of a calendar.
    """
    require(busy, by, "change", at=at)
    if busy.calendar_id is not None:
        raise Invalid("Tiden kommer från en kalender. Ändra den i kalendern.")
    record("availability.unblocked", actor=by, at=at, objects=[busy])
    if not Busy.objects.filter(pk=busy.pk).delete()[0]:
        raise Conflict("Tiden är redan borttagen.")


# --- calendars -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_file(data: bytes, *, name: str = "", replaces: Calendar | None = None, by: Actor, at: datetime) -> Calendar:
    """Keep the busy times of a calendar file, and nothing else of it.

    Args:
        replaces: an uploaded calendar of the actor's that this is the newer version of.

    Raises:
        Invalid: the file cannot be read (at "file"), too many calendars or busy times. Denied: not the actor's.
    """
    user = _held(by)
    if replaces is not None:
        require(replaces, by, "change", at=at)
        if replaces.url:
            raise Invalid({"replaces": "Kalendern läses från en adress. Ta bort den först om filen ska gälla."})
    else:
        _one_more(user, "file")
    since, until = window(at)
    try:
        read = read_busy(data, since=since, until=until, seconds=WALL_SECONDS, own=[user.email])
    except Unreadable as unreadable:
        raise Invalid({"file": unreadable.reason}) from None
    calendar = replaces or Calendar(user=user, added_at=at, url="")
    calendar.name = _name(name) or calendar.name or "Kalenderfil"
    _keep(calendar, read, until=until, at=at, field="file")
    record("calendar.added", actor=by, at=at, objects=[calendar], detail={"busy": len(read.intervals)})
    return calendar


@transaction.atomic
def subscribe(url: str, *, name: str = "", by: Actor, at: datetime) -> Calendar:
    """Read the calendar at an address from now on; the first time within a minute, outside this request.

    Raises:
        Invalid: an address that may not be fetched, there already, or too many calendars.
    """
    if not settings.CALENDAR_HOSTS:
        raise Invalid({"url": "Prenumerationer är inte påslagna här. Ladda upp kalendern som en fil i stället."})
    try:
        host, _target = check_url(url, settings.CALENDAR_HOSTS)
    except FetchRefused as refused:
        raise Invalid({"url": refused.reason}) from None
    user = _held(by)
    _one_more(user, "url")
    if any(str(known.url) == url.strip() for known in Calendar.objects.filter(user=user)):
        raise Invalid({"url": "Den adressen läses redan."})
    made = Calendar.objects.create(
        user=user,
        name=_name(name) or host[:NAME],
        url=url.strip(),
        state=CalendarState.WAITING,
        added_at=at,
        next_read_at=at,
    )
    record("calendar.subscribed", actor=by, at=at, objects=[made])
    return made


@transaction.atomic
def read_soon(calendar: Calendar, *, by: Actor, at: datetime) -> None:
    """Let a subscribed calendar be read as soon as the next round comes.

    Raises:
        Denied: somebody else's. Invalid: an uploaded file, which has no address. Conflict: gone meanwhile.
    """
    require(calendar, by, "change", at=at)
    if not calendar.url:
        raise Invalid("Kalendern är en fil. Ladda upp en ny version i stället.")
    due = Calendar.objects.filter(pk=calendar.pk)
    if not due.update(next_read_at=at, state=CalendarState.WAITING, problem=""):
        raise Conflict("Kalendern är redan borttagen.")
    record("calendar.read_soon", actor=by, at=at, objects=[calendar])


@transaction.atomic
def remove_calendar(calendar: Calendar, *, by: Actor, at: datetime) -> None:
    """Forget a calendar, its address and its busy times.

    Raises:
        Denied: somebody else's. Conflict: gone meanwhile.
    """
    require(calendar, by, "change", at=at)
    record("calendar.removed", actor=by, at=at, objects=[calendar])
    if not Calendar.objects.filter(pk=calendar.pk).delete()[0]:
        raise Conflict("Kalendern är redan borttagen.")


def replace_busy(calendar: Calendar, intervals: Sequence[Interval]) -> None:
    """The calendar's busy times are these from now on: all or none, and never more than a user may have.

    Raises:
        Invalid: too many together with the user's others; the old ones stay.
    """
    with transaction.atomic():
        Busy.objects.filter(calendar=calendar).delete()
        _room_for(calendar.user, len(intervals))
        rows = [Busy(user_id=calendar.user_id, calendar=calendar, starts_at=a, ends_at=b) for a, b in intervals]
        Busy.objects.bulk_create(rows, batch_size=2000)


def window(at: datetime) -> Interval:
    """What is read of a calendar: from the beginning of today, 400 days."""
    since = clock.start_of_day(clock.local_day(at))
    return since, since + AHEAD


def _keep(calendar: Calendar, read: Read, *, until: datetime, at: datetime, field: str) -> None:
    calendar.state, calendar.problem = CalendarState.FRESH, " ".join(read.warnings)[:300]
    calendar.read_at, calendar.known_until = at, until
    calendar.save()
    try:
        replace_busy(calendar, read.intervals)
    except Invalid as full:
        raise Invalid({field: full.errors[""]}) from None


# --- the feed --------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_feed(*, by: Actor, at: datetime) -> str:
    """A new secret key of the actor's own feed; an older one opens nothing any more. Only its digest is kept.

    Returns:
        The key: shown once, to the actor alone.
    """
    user = _held(by)
    FeedKey.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    key = secrets.token_urlsafe(32)
    made = FeedKey.objects.create(user=user, digest=digest_of(key), made_at=at)
    record("feed.made", actor=by, at=at, objects=[made])
    return key


@transaction.atomic
def revoke_feed(feed: FeedKey, *, by: Actor, at: datetime) -> None:
    """The address opens nothing any more.

    Raises:
        Denied: somebody else's. Conflict: revoked meanwhile.
    """
    require(feed, by, "change", at=at)
    if not FeedKey.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=at):
        raise Conflict("Adressen är redan återkallad.")
    record("feed.revoked", actor=by, at=at, objects=[feed])


def digest_of(key: str) -> str:
    """What is kept of a key: keyed, so that a copy of the table opens no feed."""
    return lookup(key, scope=SCOPE)


def forget_user(user: User, at: datetime) -> None:
    """An account is closed (P-A12): its feed ends for good, and nothing of its calendars is kept or fetched."""
    FeedKey.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    Calendar.objects.filter(user=user).delete()
    Busy.objects.filter(user=user).delete()


def forget_past(*, at: datetime) -> int:
    """Delete busy times that ended more than `KEPT` ago; returns how many."""
    return Busy.objects.filter(ends_at__lt=at - KEPT).delete()[0]


# --- how it is done --------------------------------------------------------------------------------------------------


def _held(by: Actor) -> User:
    """The actor's account, held: two tabs that add at once count each other."""
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id)


def _one_more(user: User, field: str) -> None:
    if Calendar.objects.filter(user=user).count() >= MOST_CALENDARS:
        raise Invalid({field: f"Du har redan {MOST_CALENDARS} kalendrar, fler går inte. Ta bort en först."})


def _room_for(user: User, more: int) -> None:
    if Busy.objects.filter(user=user).count() + more > MOST_BUSY:
        most = swedish.plural(MOST_BUSY, "upptagen tid", "upptagna tider")
        raise Invalid(f"Det blir fler än {most}. Ta bort en kalender, eller exportera en kortare tid.")


def _name(name: str) -> str:
    try:
        return clean_text(name, max_length=NAME)
    except BadText as bad:
        raise Invalid({"name": bad.message}) from None
