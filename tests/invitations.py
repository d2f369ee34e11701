"""Three states of one meeting as its invitations say it, and reading back what was written."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

from hub.clock import STOCKHOLM
from meetings.calendars.writing import (
    Invitation,
    Party,
    cancel,
    feed,
    request,
    uid_of,
)

REF = UUID("5f0c6a4e-8a1d-4b9e-9c55-0d0a6f1f2b77")
OTHER_REF = UUID("a90d1c52-53f4-4a1f-8a58-6a1f0a3d9e10")
LINK = f"https://hubb.exempel.se/moten/{REF}/"
KARIN = Party("Karin Ängsö", "moten@hubb.exempel.se")
PER = Party("Pär Östlund", "par.ostlund@polisen.exempel.se")
AMINA = Party("Amina Åkerö", "amina@skolan.exempel.se")
SENT = datetime(2026, 2, 20, 9, 5, 6, 789, tzinfo=UTC)
SEC = timedelta(seconds=1)


def wall(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)


MEETING = Invitation(
    uid=uid_of(REF, "hubb.exempel.se"),
    sequence=0,
    kind="Nätverksmöte",
    starts_at=wall(2026, 3, 12, 9),
    ends_at=wall(2026, 3, 12, 10),
    link=LINK,
    organizer=KARIN,
    attendee=PER,
    stamped_at=SENT,
)
MOVED = replace(MEETING, sequence=1, starts_at=wall(2026, 4, 2, 13), ends_at=wall(2026, 4, 2, 14, 30))
OFF = replace(MOVED, sequence=2, cancelled=True)
#: A meeting right before and right after each change of the clock, and what its hours are in UTC.
AROUND_THE_CHANGES = [
    (wall(2026, 3, 27, 9), 8),
    (wall(2026, 3, 30, 9), 7),
    (wall(2026, 10, 23, 9), 7),
    (wall(2026, 10, 26, 9), 8),
    (wall(2027, 3, 26, 9), 8),
    (wall(2027, 3, 29, 9), 7),
]


def outputs(entry: Invitation) -> list[bytes]:
    """Everything that can be said of one meeting."""
    return [cancel(entry) if entry.cancelled else request(entry), feed([entry], name="Samverkanshubb", at=SENT)]


EVERY_OUTPUT = [data for entry in (MEETING, MOVED, OFF) for data in outputs(entry)]


def lines(data: bytes) -> list[str]:
    return re.sub(rb"\r\n ", b"", data).decode().split("\r\n")


def events(data: bytes) -> list[Event]:
    return Calendar.from_ical(data).events


def event(data: bytes) -> Event:
    (only,) = events(data)
    return only


def begins(of: Event) -> datetime:
    start = of.start
    assert isinstance(start, datetime)
    return start.astimezone(UTC)
