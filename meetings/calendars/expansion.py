"""Second pass: from events to the stretches of time that are taken. Runs in the confined process (`child`).

The libraries icalendar and recurring-ical-events read values and repeat events; what counts as busy is decided here.
Every time is made to carry a zone before they see it, and one series at a time is given to them, so that one broken
event costs that event and not the calendar.
"""

import re
import signal
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from types import FrameType
from typing import Any, cast
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone
from icalendar.prop import vDDDTypes, vPeriod
from icalendar.timezone import tzp
from recurring_ical_events import EventAdapter, Series

from meetings.calendars.limits import MAX_EVENTS, MAX_OCCURRENCES, MAX_RULE, MAX_SLOW_SERIES, SERIES_SECONDS
from meetings.calendars.scanning import Component, Property, Refused, scan

STOCKHOLM = ZoneInfo("Europe/Stockholm")
#: Events that state how long they are, in days of one figure, end within this.
SHORT = timedelta(days=10)
#: A date in the file may lie this far from the same instant in UTC: zones reach from -12 to +14 hours.
MARGIN = timedelta(days=1)
#: How long before the window a changed occurrence may have had its place and still matter to it.
LONGEST = timedelta(days=60)

#: Marks of time that leave the person free. "Working elsewhere" is a place to meet at, not a hindrance.
FREE = ("FREE", "WORKINGELSEWHERE")
DATES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
SINGLE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")
MORE_THAN_ONCE = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DURATION")
MAX_RULES = 4

_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY)|BYSECOND=[^;]*,|BYMINUTE=[^;]*,", re.IGNORECASE)
#: A clock that changes more than a few times a year is no clock; such a rule would be walked at every look at it.
_ZONE_RULE = re.compile(r"(?!.*BY(SECOND|MINUTE|HOUR|YEARDAY|WEEKNO))(?=.*FREQ=YEARLY).*", re.IGNORECASE)
_PLAIN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?", re.IGNORECASE)
_DAY = re.compile(r"\d{8}(?=T|Z|$)")
_DAYS = re.compile(r"\+?P([0-9]D)?(T[0-9HMS]+)?", re.IGNORECASE)
_UNTIL_DAY = re.compile(r"(UNTIL=\d{8})(?=;|$)", re.IGNORECASE)

Interval = tuple[datetime, datetime]


class TooSlow(BaseException):
    """A series took its share of the processor; no `except Exception` of a library may swallow it."""


@dataclass
class Expansion:
    """What a file said, before merging. Counts are of events."""

    busy: list[Interval] = field(default_factory=list)
    events: int = 0
    unreadable: int = 0
    too_often: int = 0
    unknown_zones: int = 0


def expand(data: bytes, *, since: datetime, until: datetime, own: Collection[str] = ()) -> Expansion:
    """Every taken stretch of time that touches [since, until), in UTC, neither sorted nor merged.

    `own`: digests of the user's own addresses; a meeting that they have declined takes no time.

    Raises Refused with a code of `reading.REASONS`. Uses the interval timer of the process: main thread only.
    """
    found = Expansion()
    events, zones = [], _Zones()
    for component in scan(data, own):
        if component.kind == "VTIMEZONE":
            zones.add(component)
            continue
        found.events += 1
        if component.broken:
            found.unreadable += 1
        elif component.kind == "VFREEBUSY":
            _free_busy(component, found)
        elif _matters(component, since, until):
            events.append(component)
            if len(events) > MAX_EVENTS:
                raise Refused("many")
    occurrences = 0
    for series in _by_uid(events):
        before = len(found.busy)
        _expand_series(series, zones, found, since, until)
        occurrences += len(found.busy) - before
        if occurrences > MAX_OCCURRENCES:
            raise Refused("many")
    found.unknown_zones = len(zones.unknown)
    return found


def _matters(event: Component, since: datetime, until: datetime) -> bool:
    """Whether an event can touch the window, by the figures of its dates alone: most of an old calendar ends here."""
    if event.one("RRULE") or event.one("RDATE"):
        return True
    days = []
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if (stated := event.one(name)) is not None:
            if (day := _DAY.match(stated.value)) is None:
                return True
            days.append(day[0])
    length, moved = event.one("DURATION"), event.one("RECURRENCE-ID")
    if not days or (length and not _DAYS.fullmatch(length.value)) or (moved and "RANGE" in moved.parameters):
        return True
    first = since - (LONGEST if moved else MARGIN) - (SHORT if length else timedelta(0))
    return max(days) >= _figures(first) and min(days) <= _figures(until + MARGIN)


@cache
def _figures(at: datetime) -> str:
    return f"{at:%Y%m%d}"


def _by_uid(events: Iterable[Component]) -> Iterator[list[Component]]:
    """Events that belong together. One without UID stands alone."""
    groups: dict[object, list[Component]] = {}
    for number, event in enumerate(events):
        uid = event.one("UID")
        groups.setdefault(uid.value if uid and uid.value else number, []).append(event)
    return iter(groups.values())


def _expand_series(group: list[Component], zones: "_Zones", found: Expansion, since: datetime, until: datetime) -> None:
    """Add what one UID takes of the window.

    Only the highest SEQUENCE of the event itself counts. Where two have the same, which is against the standard, both
    do: better a time too many taken than one too few.
    """
    if len(group) == 1 and (single := _single(group[0], zones)) is not None:
        start, end = single
        if start < end and start < until and since < end and _is_busy(group[0]):
            found.busy.append(single)
        return
    events: list[_Event] = []
    for component in group:
        try:
            events.append(_Event.read(component, zones, len(events)))
        except _TooOften:
            found.too_often += 1
        except Exception:
            found.unreadable += 1
    masters = [event for event in events if not event.changes_one]
    newest = max((event.sequence for event in masters), default=0)
    masters = [event for event in masters if event.sequence == newest]
    changes = [event for event in events if event.changes_one]
    for number, master in enumerate(masters or [None]):
        members = [event for event in (master, *(changes if number == 0 else ())) if event is not None]
        if not any(event.busy for event in members):
            continue
        try:
            with _at_most(SERIES_SECONDS):
                found.busy += list(_occurrences(members, since, until))
        except TooSlow:
            found.too_often += 1
            if found.too_often > MAX_SLOW_SERIES:
                raise Refused("dense") from None
        except Exception:
            found.unreadable += 1


def _single(event: Component, zones: "_Zones") -> Interval | None:
    """The time of an event that happens once and says plainly when: most events, at a tenth of the cost.

    None leaves it to the library, also to say that it cannot be read.
    """
    names = {stated.name for stated in event.properties}
    if not names.isdisjoint(MORE_THAN_ONCE) or not names.issuperset(("DTSTART", "DTEND")):
        return None
    start, end = (
        _plainly(stated, zones) if len(stated) == 1 else None for stated in (event.all("DTSTART"), event.all("DTEND"))
    )
    return (start, end) if start and end and start <= end else None


def _plainly(stated: list[Property], zones: "_Zones") -> datetime | None:
    found = _PLAIN.fullmatch(stated[0].value)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(digits or 0) for digits in found.group(1, 2, 3, 4, 5, 6))
    in_zone = UTC if found[7] else zones.zone(stated[0]) if found[4] else STOCKHOLM
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=in_zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _occurrences(members: list["_Event"], since: datetime, until: datetime) -> Iterator[Interval]:
    busy = {event.key: event.busy for event in members}
    series = Series([EventAdapter(event.parsed) for event in members])
    for occurrence in series.between(since - MARGIN, until + MARGIN):
        start, end = _instant(occurrence.start), _instant(occurrence.end)
        if busy[str(occurrence.uid)] and start < end and start < until and since < end:
            yield start, end


def _free_busy(component: Component, found: Expansion) -> None:
    """What a VFREEBUSY lists; everything but FBTYPE=FREE is taken."""
    try:
        for stated in component.all("FREEBUSY"):
            if stated.parameters.get("FBTYPE", "BUSY").upper() == "FREE":
                continue
            for period in stated.value.split(","):
                start, end = vPeriod.from_ical(period)  # type: ignore[no-untyped-call]  # icalendar's own
                start = _instant(start)
                end = start + end if isinstance(end, timedelta) else _instant(end)
                if start < end:
                    found.busy.append((start, end))
    except Exception:
        found.unreadable += 1


def _instant(moment: date | datetime) -> datetime:
    """In UTC. A day begins at Swedish midnight; a time without zone is on a Swedish clock."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, STOCKHOLM)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=STOCKHOLM)
    return moment.astimezone(UTC)


class _TooOften(Exception):
    pass


@dataclass
class _Event:
    """One VEVENT as the library wants it, and whether its time is taken. The UID becomes `key`, its place."""

    key: str
    parsed: Any
    busy: bool
    sequence: int
    changes_one: bool

    @classmethod
    def read(cls, component: Component, zones: "_Zones", number: int) -> "_Event":
        """Raises _TooOften for a rule by the minute, ValueError and others for what cannot be understood."""
        if any(len(component.all(name)) > 1 for name in SINGLE) or len(component.all("RRULE")) > MAX_RULES:
            raise ValueError("stated twice")
        changes_one = component.one("RECURRENCE-ID") is not None
        sequence = component.word("SEQUENCE")
        lines = [f"UID:{number}", f"SEQUENCE:{sequence if re.fullmatch('[0-9]{1,9}', sequence) else 0}"]
        for stated in component.properties:
            if changes_one and stated.name in ("RRULE", "RDATE", "EXDATE"):
                continue
            if stated.name in DATES:
                lines.append(zones.line(stated))
            elif stated.name == "DURATION":
                lines.append(f"DURATION:{stated.value}")
            elif stated.name == "RRULE":
                lines.append(f"RRULE:{_rule(stated.value, component)}")
        parsed: Any = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
        if parsed.errors:
            raise ValueError("values that cannot be read")
        _check_order(parsed)
        return cls(str(number), parsed, _is_busy(component), int(parsed["SEQUENCE"]), changes_one)


def _rule(rule: str, event: Component) -> str:
    if len(rule) > MAX_RULE:
        raise ValueError("no rule is that long")
    if _TOO_OFTEN.search(rule):
        raise _TooOften
    start = event.one("DTSTART")
    if start is not None and "T" in start.value.upper():
        # "Until the 31st" of an event with a time of day is meant to include that day, whatever the time.
        rule = _UNTIL_DAY.sub(r"\1T235959Z", rule)
    return rule


def _check_order(event: Any) -> None:
    """Raises ValueError when an event ends before it begins, which the library would turn around."""
    start, length = event["DTSTART"].dt, event.get("DURATION")
    if length is not None:
        if length.dt < timedelta(0):
            raise ValueError("negative duration")
        if "DTEND" not in event and isinstance(start, datetime):
            # An hour is an hour also on the night when the clocks change; only days and weeks are counted on the wall.
            days = timedelta(days=length.dt.days)
            end = ((start + days).astimezone(UTC) + (length.dt - days)).astimezone(start.tzinfo)
            event.pop("DURATION")
            event["DTEND"] = vDDDTypes(end)
    if "DTEND" in event and _instant(event["DTEND"].dt) < _instant(start):
        raise ValueError("ends before it begins")


def _is_busy(event: Component) -> bool:
    """By TRANSP, STATUS, Outlook's own mark and the user's own answer.

    What is only tentative is taken: somebody holds the time (P-M4).
    """
    return (
        event.word("TRANSP") != "TRANSPARENT"
        and event.word("STATUS") != "CANCELLED"
        and event.word("X-MICROSOFT-CDO-BUSYSTATUS") not in FREE
        and not event.declined
    )


class _Zones:
    """The time zones of a file: known by name, by Windows name, or defined in the file itself."""

    def __init__(self) -> None:
        tzp.use_default()  # forgets what an earlier file defined
        self._defined: dict[str, Component] = {}
        self._names: dict[str, str | None] = {}
        #: Events whose zone was neither known nor defined: they are read on a Swedish clock.
        self.unknown: set[int] = set()

    def add(self, zone: Component) -> None:
        """Remember a definition. One that is broken or has rules no clock has is as good as none."""
        name = zone.one("TZID")
        rules = zone.all("RRULE")
        if name is not None and not zone.broken and all(_ZONE_RULE.fullmatch(rule.value) for rule in rules):
            self._defined.setdefault(name.value, zone)

    def line(self, stated: Property) -> str:
        """A date or time as a content line with a zone that is known, in UTC, or a plain day."""
        value = stated.value.upper()
        parameters = [f"{key}={stated.parameters[key]}" for key in ("VALUE", "RANGE") if key in stated.parameters]
        first = value.split(",", 1)[0].split("/", 1)[0]
        if "T" in first and not first.endswith("Z"):
            parameters.append(f"TZID={self._name(stated)}")
        return ";".join([stated.name, *parameters]) + f":{value}"

    def zone(self, stated: Property) -> tzinfo:
        """The zone of a time that is not in UTC."""
        return tzp.timezone(self._name(stated)) or STOCKHOLM

    def _name(self, stated: Property) -> str:
        """The name under which the library knows the zone of a time; the Swedish one if it is unknown or not said."""
        asked = stated.parameters.get("TZID")
        if not asked:
            return STOCKHOLM.key
        if asked not in self._names:
            self._names[asked] = self._look_up(asked)
        name = self._names[asked]
        if name is None and stated.name == "DTSTART":
            self.unknown.add(id(stated))
        return name or STOCKHOLM.key

    def _look_up(self, asked: str) -> str | None:
        """A name under which the library finds the zone."""
        try:
            known: Any = tzp.timezone(asked) if len(asked) < 200 else None
            if known is not None:
                return str(known)
        except (OSError, ValueError):  # a folder of the zone files, a name too long
            pass
        if asked not in self._defined:
            return None
        name = f"defined-{len(self._names)}"
        try:
            with _at_most(SERIES_SECONDS):
                tzp.cache_timezone_component(_zone(self._defined[asked], name))
                tzp.localize(datetime(2026, 1, 1), name).utcoffset()
        except (TooSlow, Exception):
            return None
        return name


def _zone(component: Component, name: str) -> Timezone:
    lines = [
        f"{stated.name}:{name if stated.name == 'TZID' else stated.value}"
        for stated in component.properties
        if stated.name != "RDATE" or "/" not in stated.value
    ]
    text = "\r\n".join(["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", ""])
    return cast(Timezone, Timezone.from_ical(text))


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise TooSlow when what is inside has used `seconds` of the processor."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
