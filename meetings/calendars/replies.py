"""Answers from mail programs (iTIP REPLY, RFC 5546 3.2.3 and 6047): yes, perhaps or no, and nothing else.

What comes is written by somebody else's program, or by somebody who wants to do harm. So it is measured before it is
read, only five properties are ever looked at, and comments, time zones and rules are stepped over without being
understood. An answer that cannot be taken as one is refused with a code and a Swedish sentence; neither holds anything
of what came.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote

from icalendar.parser import Contentline

#: What an answer may measure; those of the usual programs are some thousand octets.
MAX_CALENDAR = 100_000  # octets
MAX_MAIL = 500_000  # octets
MAX_LINES = 2_000  # lines, unfolded
MAX_LINE = 10_000  # characters of an unfolded line that is read
MAX_DEPTH = 3  # VCALENDAR, VTIMEZONE, STANDARD
MAX_PARTS = 50  # of a mail
MAX_MAIL_LINES = 20_000  # lines
MAX_HEADER = 4_000  # octets of a header that tells what a part is
MAX_DASHED = 500  # lines that could be the border of a part
MAX_UID = 255  # characters
MAX_ADDRESS = 254  # characters


class Answer(StrEnum):
    """PARTSTAT, as far as it is an answer."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


class Reason(StrEnum):
    """Why something was not taken as an answer; the words for people are in `SAID`."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    NO_CALENDAR = "no_calendar"
    SEVERAL = "several"
    METHOD = "method"
    COUNTER = "counter"
    DECLINE_COUNTER = "decline_counter"
    SERIES = "series"
    NO_ANSWER = "no_answer"
    DELEGATED = "delegated"


SAID: dict[Reason, str] = {
    Reason.TOO_LARGE: "Svaret är för stort för att läsas. Svara ja, kanske eller nej utan bilagor, eller logga in.",
    Reason.MALFORMED: "Svaret går inte att läsa. Svara en gång till, eller logga in och svara där.",
    Reason.NO_CALENDAR: "I mejlet finns inget svar från en kalender. Svara i kalendern, eller logga in och svara där.",
    Reason.SEVERAL: "Svaret gäller flera möten eller flera personer. Svara på ett möte i taget, bara för dig själv.",
    Reason.METHOD: "Mejlet är inte ett svar på en kallelse.",
    Reason.COUNTER: "Det går inte att föreslå en ny tid i kalendern. Svara nej och hör av dig till den som kallar.",
    Reason.DECLINE_COUNTER: "Mejlet svarar på ett förslag som inte finns. Mötets tid är oförändrad.",
    Reason.SERIES: "Svaret gäller ett tillfälle i en serie. Varje möte är en egen kallelse: svara på den.",
    Reason.NO_ANSWER: "I svaret står varken ja, kanske eller nej. Svara en gång till, eller logga in och svara där.",
    Reason.DELEGATED: "Det går inte att skicka någon annan härifrån. Svara nej och hör av dig till den som kallar.",
}


class Refused(Exception):
    """What came is not taken as an answer; it carries nothing of what came, so it may be logged and shown."""

    def __init__(self, reason: Reason) -> None:
        self.reason, self.message = reason, SAID[reason]
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class Reply:
    """One person's answer to one invitation.

    Args:
        uid: of the meeting, as it came: look it up, trust it for nothing.
        sequence: of the invitation that is answered (`standing`).
        attendee: the address that answers, in lower case.
        answer: yes, no or perhaps.
        stamped_at: when the answer was made, by the clock of whoever made it.
        sender: the address in the mail's From, in lower case; empty where no mail was read. As forgeable as any
            mail's unless the mail server has checked it.
    """

    uid: str
    sequence: int
    attendee: str = field(repr=False)
    answer: Answer
    stamped_at: datetime
    sender: str = field(default="", repr=False)


class Standing(StrEnum):
    """What an answer is worth beside what has been sent out and answered before."""

    CURRENT = "current"
    STALE = "stale"  # to an earlier time of the meeting
    AHEAD = "ahead"  # to an invitation that has never been sent
    OVERTAKEN = "overtaken"  # the same person has answered the same invitation later than this


def standing(reply: Reply, sequence: int, *, answered_at: datetime | None = None) -> Standing:
    """Whether the answer counts (RFC 5546 2.1.5).

    Args:
        sequence: of the invitation as last sent to this person.
        answered_at: `stamped_at` of this person's last answer to that sequence, if any. The same answer twice is
            current both times.
    """
    if reply.sequence != sequence:
        return Standing.STALE if reply.sequence < sequence else Standing.AHEAD
    if answered_at is not None and reply.stamped_at < answered_at:
        return Standing.OVERTAKEN
    return Standing.CURRENT


# --- a whole mail --------------------------------------------------------------------------------------------------

_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "base64", "quoted-printable"})
_CHARSETS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "iso-8859-1": "cp1252",  # as every mail program reads it
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
}


def read_mail(data: bytes) -> Reply:
    """The answer in a whole mail, as it came over the wire.

    Attached mails (returned ones, forwarded ones) are not looked into.

    Raises:
        Refused: there is none, or it cannot be taken as one.
    """
    _refuse_what_takes_long(data)
    try:
        # The older policy leaves headers unparsed; the newer one's parser can be kept busy by them.
        mail = message_from_bytes(data, policy=compat32)
        parts = list(_parts(mail))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise Refused(Reason.MALFORMED) from error
    calendars = [part for part in parts if _is(part, "text/calendar")] or [
        part for part in parts if _is(part, "application/ics")
    ]
    if not calendars:
        raise Refused(Reason.NO_CALENDAR)
    replies = {_from_part(part) for part in calendars}
    if len(replies) > 1:
        raise Refused(Reason.SEVERAL)
    return replace(replies.pop(), sender=_sender(mail))


_HEADER = re.compile(rb"^content-[a-z-]+[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)


def _refuse_what_takes_long(data: bytes) -> None:
    """Measure a mail before Python's parser sees it, whose work grows as the square of some of these."""
    if len(data) > MAX_MAIL:
        raise Refused(Reason.TOO_LARGE)
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if lines.count(b"\n") > MAX_MAIL_LINES or lines.count(b"\n--") > MAX_DASHED:
        raise Refused(Reason.TOO_LARGE)
    headers = _HEADER.findall(lines)
    if len(headers) > 4 * MAX_PARTS or any(len(header) > MAX_HEADER for header in headers):
        raise Refused(Reason.TOO_LARGE)


def _parts(mail: Message) -> Iterator[Message]:
    """The leaves of a mail, without those of mails attached to it."""
    waiting, seen = [mail], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MAX_PARTS:
            raise Refused(Reason.TOO_LARGE)
        inside = part.get_payload()
        if not isinstance(inside, list):
            yield part
        elif part.get_content_maintype() == "multipart":
            waiting += [inner for inner in inside if isinstance(inner, Message)]


def _is(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind


def _from_part(part: Message) -> Reply:
    try:
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        if encoding not in _ENCODINGS:
            raise Refused(Reason.MALFORMED)
        data = part.get_payload(decode=True)
        charset = _CHARSETS.get((part.get_content_charset() or "").lower())
        told = part.get_param("method")
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise Refused(Reason.MALFORMED) from error
    if not isinstance(data, bytes) or charset is None:
        raise Refused(Reason.MALFORMED)
    if isinstance(told, str) and told.upper() not in ("REPLY", "COUNTER", "DECLINECOUNTER"):
        raise Refused(Reason.METHOD)
    return read_reply(data, charset=charset, method=told.upper() if isinstance(told, str) else "")


def _sender(mail: Message) -> str:
    headers = mail.get_all("From") or []
    if len(headers) != 1 or len(str(headers[0])) > 1_000:
        return ""
    address = parseaddr(str(headers[0]))[1].lower()
    return address if _MAILBOX.fullmatch(address) else ""


# --- a calendar object ---------------------------------------------------------------------------------------------

_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,190}")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_NAME = re.compile(r"([A-Za-z0-9-]{1,60})[;:]")
#: All that is ever looked at, and in which component.
_READ = {
    "VCALENDAR": frozenset({"METHOD", "VERSION"}),
    "VEVENT": frozenset({"UID", "SEQUENCE", "ATTENDEE", "DTSTAMP", "RECURRENCE-ID", "RRULE"}),
}
_COMPONENTS = frozenset({"VEVENT", "VTIMEZONE"})
_INSIDE = {"VTIMEZONE": frozenset({"STANDARD", "DAYLIGHT"}), "VEVENT": frozenset({"VALARM"})}


def read_reply(data: bytes, *, charset: str = "utf-8", method: str = "") -> Reply:
    """The answer in one calendar object.

    Args:
        charset: what the mail says that it is written in.
        method: what the mail says that it is; must then be what the object says (RFC 6047 2.4).

    Raises:
        Refused: it is not an answer, or cannot be taken as one.
    """
    if len(data) > MAX_CALENDAR:
        raise Refused(Reason.TOO_LARGE)
    read = _properties(_lines(data, charset))
    said = _only(read["VCALENDAR", "METHOD"]).value.upper()
    if said in ("COUNTER", "DECLINECOUNTER"):
        raise Refused(Reason.COUNTER if said == "COUNTER" else Reason.DECLINE_COUNTER)
    if said != "REPLY":
        raise Refused(Reason.METHOD)
    if method and method != said:
        raise Refused(Reason.MALFORMED)
    if read["VCALENDAR", "VERSION"] and _only(read["VCALENDAR", "VERSION"]).value != "2.0":
        raise Refused(Reason.MALFORMED)
    if read["VEVENT", "RECURRENCE-ID"]:
        raise Refused(Reason.SERIES)
    attendee = _only(read["VEVENT", "ATTENDEE"])
    return Reply(
        uid=_uid(_only(read["VEVENT", "UID"]).value),
        sequence=_sequence(read["VEVENT", "SEQUENCE"]),
        attendee=_address(attendee.value),
        answer=_answer(attendee.status),
        stamped_at=_instant(_only(read["VEVENT", "DTSTAMP"]).value),
    )


@dataclass(frozen=True, slots=True)
class _Property:
    value: str
    status: str = ""


def _lines(data: bytes, charset: str) -> list[str]:
    """The object's unfolded lines."""
    # A line may be folded in the middle of a letter, so it is unfolded before it is decoded.
    whole = re.sub(rb"\r?\n[ \t]", b"", data.removeprefix(b"\xef\xbb\xbf"))
    try:
        text = whole.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise Refused(Reason.MALFORMED) from error
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise Refused(Reason.MALFORMED)
    lines = [line for line in re.split(r"\r?\n", text) if line.strip()]
    if len(lines) > MAX_LINES:
        raise Refused(Reason.TOO_LARGE)
    return lines


def _properties(lines: list[str]) -> dict[tuple[str, str], list[_Property]]:
    """(component, name) → what stands there, for what is read at all; one calendar with one event."""
    read: dict[tuple[str, str], list[_Property]] = {(c, n): [] for c, names in _READ.items() for n in names}
    inside: list[str] = []
    begun: Counter[str] = Counter()
    for line in lines:
        name = _name(line)
        if name == "BEGIN":
            inside.append(_begin(line, inside, begun))
        elif name == "END":
            if not inside or _after_colon(line) != inside.pop():
                raise Refused(Reason.MALFORMED)
        elif not inside:
            raise Refused(Reason.MALFORMED)
        elif name in _READ.get(inside[-1], ()):
            read[inside[-1], name].append(_parsed(line))
    if inside or begun["VCALENDAR"] != 1:
        raise Refused(Reason.MALFORMED)
    if begun["VEVENT"] != 1:
        raise Refused(Reason.SEVERAL if begun["VEVENT"] else Reason.MALFORMED)
    return read


def _name(line: str) -> str:
    found = _NAME.match(line)
    if found is None:
        raise Refused(Reason.MALFORMED)
    return found[1].upper()


def _after_colon(line: str) -> str:
    return line.partition(":")[2].strip().upper()


def _begin(line: str, inside: list[str], begun: Counter[str]) -> str:
    """The component that begins, where it may stand."""
    component = _after_colon(line)
    if len(inside) >= MAX_DEPTH:
        raise Refused(Reason.MALFORMED)
    if not inside:
        allowed = component == "VCALENDAR"
    elif inside == ["VCALENDAR"]:
        allowed = component in _COMPONENTS
    else:
        allowed = component in _INSIDE.get(inside[-1], ())
    if not allowed:
        raise Refused(Reason.MALFORMED)
    begun[component] += 1
    return component


def _parsed(line: str) -> _Property:
    if len(line) > MAX_LINE:
        raise Refused(Reason.TOO_LARGE)
    try:
        _, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]  # the library's
    except ValueError as error:
        raise Refused(Reason.MALFORMED) from error
    status = parameters.get("PARTSTAT", "")
    return _Property(value.strip(), status.strip().upper() if isinstance(status, str) else "")


def _only(found: list[_Property]) -> _Property:
    if len(found) != 1:
        raise Refused(Reason.SEVERAL if found else Reason.MALFORMED)
    return found[0]


def _uid(value: str) -> str:
    if not value or len(value) > MAX_UID or not value.isascii() or not value.isprintable():
        raise Refused(Reason.MALFORMED)
    return value


def _sequence(found: list[_Property]) -> int:
    """0 where it is left out (RFC 5545 3.8.7.4)."""
    value = _only(found).value if found else "0"
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**31:
        raise Refused(Reason.MALFORMED)
    return int(value)


def _address(value: str) -> str:
    scheme, _, rest = value.partition(":")
    address = unquote(rest).lower()
    if scheme.lower() != "mailto" or len(address) > MAX_ADDRESS or not _MAILBOX.fullmatch(address):
        raise Refused(Reason.MALFORMED)
    return address


def _answer(status: str) -> Answer:
    if status == "DELEGATED":
        raise Refused(Reason.DELEGATED)
    try:
        return Answer(status)
    except ValueError as error:
        raise Refused(Reason.NO_ANSWER) from error


def _instant(value: str) -> datetime:
    found = _STAMP.fullmatch(value)
    try:
        parts = [int(part) for part in found.groups()] if found else []
        return datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)  # type: ignore[misc, arg-type]  # a leap second is 60
    except (ValueError, TypeError, IndexError) as error:
        raise Refused(Reason.MALFORMED) from error
