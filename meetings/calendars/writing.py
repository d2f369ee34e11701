"""Meetings as iCalendar objects (RFC 5545, 5546): an invitation, its change, its cancellation, and a private feed.

Nothing but kind, time and link can be put in (P-M5): there is no field for a place or a text, the kind comes from a
closed list, and an invitation holds one attendee, so nobody can see who else is called. Each meeting is an event of its
own, never an instance of a series (docs/decisions/0016). Every function is pure: the same input gives the same bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from uuid import UUID

from icalendar import Calendar, Component, Event, vCalAddress, vText

from hub.clock import local, utc

PRODID = "-//Samverkanshubb//Kallelser//SV"
#: What an event may be called. A closed list, so that no text about anybody gets into a calendar (P-M5, P-A15).
KINDS = frozenset(
    {
        "Nätverksmöte",
        "Tjänstemannamöte",
        "Styrgruppsmöte",
        "Beredningsgruppsmöte",
        "EST-möte",
        "SSPF-möte",
    }
)
PRE_MEETING = "Tjänstemannamöte"
#: Said instead of the place, which may tell more than anybody's calendar should know.
PLACE = "Platsen ser du när du har loggat in:"
#: How often a subscribing program is asked to look.
REFRESH = timedelta(hours=1)
MAX_NAME = 120  # characters
MAX_ADDRESS = 254  # characters, RFC 5321

#: The rule of the EU since 1996. Written out in every object, since programs must not be trusted to know the name; a
#: test compares it with the time zone database, and fails when the law changes. No X- property: dateutil refuses them.
VTIMEZONE = b"""BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_UID = re.compile(r"[A-Za-z0-9.-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Party:
    """A name and an address, of the organiser or of the one attendee.

    Raises:
        ValueError: the name has a control character or is too long, or the address is not a plain e-mail address.
    """

    name: str
    address: str

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME or not self.name.isprintable():
            raise ValueError("a name is one line of text")
        if len(self.address) > MAX_ADDRESS or not _ADDRESS.fullmatch(self.address):
            raise ValueError("an address is a plain e-mail address")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as one recipient is told of it.

    Args:
        uid: the same for every recipient, and for as long as the meeting exists (`uid_of`).
        sequence: 0 at first, one more at each change that is sent out, the cancellation included.
        kind: one of `KINDS`.
        starts_at, ends_at: instants; whole seconds are written.
        link: the meeting's page, which asks for sign-in; an address without query or fragment.
        organizer: who calls; the address must be the one that reads replies.
        attendee: the only recipient of this invitation.
        stamped_at: when this state of the meeting was decided: the same each time it is sent.
        cancelled: whether the meeting is off.
        optional: whether the recipient need not come (P-M3).

    Raises:
        ValueError: something that must not be sent.
    """

    uid: str
    sequence: int
    kind: str
    starts_at: datetime
    ends_at: datetime
    link: str
    organizer: Party
    attendee: Party
    stamped_at: datetime
    cancelled: bool = False
    optional: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError("a kind is one of KINDS: free text may tell of somebody (P-M5)")
        if not _UID.fullmatch(self.uid) or len(self.uid) > 255:
            raise ValueError("a uid is ref@domain")
        if not 0 <= self.sequence < 2**31:
            raise ValueError("a sequence counts from 0")
        if self.cancelled and self.sequence == 0:
            raise ValueError("a cancellation is a change: its sequence is higher than what was sent before it")
        if not _whole(self.starts_at) < _whole(self.ends_at):
            raise ValueError("a meeting ends after it starts")
        utc(self.stamped_at)  # refuses a naive one
        _refuse_telling_link(self.link)


def _refuse_telling_link(link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in link:
        raise ValueError("a link is the address of a page, with nothing after it")
    if not link.isascii() or not link.isprintable() or re.search(r'[\s"<>\\^`{|}]', link):
        raise ValueError("a link is written as an address")


def uid_of(ref: UUID, domain: str) -> str:
    """The stable UID of the meeting with the random `ref`; `domain` is the installation's own (RFC 7986 5.3)."""
    return f"{ref}@{domain}"


def pre_meeting(invitation: Invitation, *, uid: str, starts_at: datetime) -> Invitation:
    """The professionals' meeting right before this one: an event of its own, with a UID and answers of its own (P-M1).

    One message may hold one UID only (RFC 5546 3.2.2), so it is sent as an invitation of its own, too.
    """
    return replace(invitation, uid=uid, kind=PRE_MEETING, starts_at=starts_at, ends_at=invitation.starts_at)


# --- the three kinds of object -------------------------------------------------------------------------------------


def request(invitation: Invitation) -> bytes:
    """The invitation, or with a higher sequence its change (RFC 5546 3.2.2).

    Raises:
        ValueError: the meeting is cancelled.
    """
    if invitation.cancelled:
        raise ValueError("a cancelled meeting is not asked for: cancel()")
    event = _event(invitation)
    event.add("attendee", _attendee(invitation, answer=True))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    # Asks Outlook not to offer "propose new time", which is refused when it comes (`replies.Reason.COUNTER`).
    event.add("x-microsoft-disallow-counter", "TRUE")
    return _object("REQUEST", [event])


def cancel(invitation: Invitation) -> bytes:
    """The cancellation to somebody who has been invited (RFC 5546 3.2.5).

    Raises:
        ValueError: the meeting is not cancelled.
    """
    if not invitation.cancelled:
        raise ValueError("the meeting is on: request()")
    event = _event(invitation)
    event.add("attendee", _attendee(invitation, answer=False))
    event.add("status", "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return _object("CANCEL", [event])


def feed(entries: Iterable[Invitation], *, name: str, at: datetime) -> bytes:
    """The private feed of one user, whose invitations these are, at the instant `at`.

    No attendee is written: a published event has none (RFC 5546 3.2.1), and the reader knows that it is himself. A
    cancelled meeting stays, marked "Inställt", until it would have been over: somebody who saw it last week would
    otherwise travel to a meeting of which the calendar has silently forgotten that it ever was.

    Args:
        name: of the calendar, one line, for example "Samverkanshubb".

    Raises:
        ValueError: a name of several lines, or two entries for the same meeting.
    """
    if not name.isprintable():
        raise ValueError("a name is one line of text")
    shown = sorted(
        (entry for entry in entries if not entry.cancelled or utc(at) < utc(entry.ends_at)),
        key=lambda entry: (utc(entry.starts_at), entry.uid),
    )
    if len({entry.uid for entry in shown}) != len(shown):
        raise ValueError("a meeting stands once in a feed")
    return _object("PUBLISH", [_published(entry) for entry in shown], name=name)


def _published(entry: Invitation) -> Event:
    event = _event(entry)
    if entry.cancelled:
        # Not every program shows the status.
        event["summary"] = f"Inställt: {in_sentence(entry.kind)}"
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event


# --- what they are made of -----------------------------------------------------------------------------------------


def in_sentence(kind: str) -> str:
    """nätverksmöte, but EST-möte"""
    return kind if kind[1].isupper() else kind[0].lower() + kind[1:]


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("uid", invitation.uid)
    event.add("dtstamp", _whole(invitation.stamped_at))
    event.add("last-modified", _whole(invitation.stamped_at))
    event.add("sequence", invitation.sequence)
    event.add("dtstart", _written(invitation.starts_at))
    event.add("dtend", _written(invitation.ends_at))
    event.add("summary", invitation.kind)
    told = "Mötet är inställt. Läs mer när du har loggat in:" if invitation.cancelled else PLACE
    event.add("description", f"{told}\n{invitation.link}")
    event.add("url", invitation.link)
    event.add("class", "PRIVATE")
    event.add("organizer", _address(invitation.organizer))
    return event


def _whole(at: datetime) -> datetime:
    return utc(at).replace(microsecond=0)


def _written(at: datetime) -> datetime:
    """Local time with its zone; in the hour that comes twice in October UTC.

    A local time there means the first (RFC 5545 3.3.5), but not every program reads it so: ical.js takes the second.
    """
    wall = local(at).replace(microsecond=0)
    twice = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
    return wall.astimezone(UTC) if twice else wall


def _address(party: Party) -> vCalAddress:
    # What a mailto address cannot hold as it is, is escaped; the reader of replies undoes it.
    address = vCalAddress("mailto:" + quote(party.address, safe="@!$'*+-._~"))
    # Neither can stand in a parameter as it is, and many programs do not know the way around it (RFC 6868).
    address.params["CN"] = party.name.replace('"', "'").replace("^", "")
    return address


def _attendee(invitation: Invitation, *, answer: bool) -> vCalAddress:
    address = _address(invitation.attendee)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "OPT-PARTICIPANT" if invitation.optional else "REQ-PARTICIPANT"
    if answer:
        address.params["PARTSTAT"] = "NEEDS-ACTION"
        address.params["RSVP"] = "TRUE"
    return address


def _object(method: str, events: Iterable[Component], *, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        # The first is RFC 7986, the second what was there before it; so with the two about how often to look.
        calendar.add("name", vText(name))
        calendar.add("x-wr-calname", vText(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    whole: bytes = calendar.to_ical(sorted=False)
    head, end, line = whole.rpartition(b"END:VCALENDAR")
    body = b"".join(event.to_ical(sorted=False) for event in events)
    return head + VTIMEZONE + body + end + line
