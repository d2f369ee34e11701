"""First pass over a calendar file: everything but times is thrown away before a parser sees it (P-M4).

What comes out are events with nothing but dates, rules and marks of free or busy; summaries, places, people and
attachments never get further than this. Of those who are asked to a meeting only one thing is looked at: whether the
calendar's own user, known by a digest of the address, has declined. Names by RFC 5545.
"""

import codecs
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from meetings.calendars.limits import MAX_ATTENDEE, MAX_DEPTH, MAX_EVENT_BYTES, MAX_LINES, MAX_ZONES

#: All that is read of each kind of component.
KEPT = {
    "VEVENT": frozenset(
        {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "SEQUENCE"}
        | {"STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "ATTENDEE"}
    ),
    "VFREEBUSY": frozenset({"FREEBUSY"}),
    "VTIMEZONE": frozenset({"BEGIN", "END", "TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
}
_FRAMES = (b"BEGIN", b"END")
_READ = re.compile(
    b"^(%s)[;:].*$" % b"|".join(sorted({name.encode() for names in KEPT.values() for name in names})),
    re.IGNORECASE | re.MULTILINE,
)

_PROPERTY = re.compile(r'([A-Za-z0-9-]+)((?:;(?:[^":]|"[^"]*")*)?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";]*))')


class Refused(Exception):
    """The whole file is refused; `code` says why, in `reading.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    kind: str
    properties: list[Property] = field(default_factory=list)
    size: int = 0
    #: The calendar's own user has said no to it.
    declined: bool = False
    #: Something about it cannot be understood: it is counted and left out.
    broken: bool = False

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property | None:
        """The property `name`, the first if it stands twice."""
        for stated in self.properties:
            if stated.name == name:
                return stated
        return None

    def word(self, name: str) -> str:
        """The value of `name` in capitals, empty without it."""
        found = self.one(name)
        return found.value.strip().upper() if found else ""


def digest(address: str) -> str:
    """An address as the confined process knows its user's."""
    return hashlib.sha256(address.strip().lower().removeprefix("mailto:").encode()).hexdigest()


def scan(data: bytes, own: Collection[str] = ()) -> Iterator[Component]:
    """The components of `KEPT` directly inside a calendar, in the order of the file.

    `own`: digests of the addresses under which the calendar's own user is asked to meetings.

    Raises Refused: "truncated" when the file ends inside a component (busy times may be missing, and a time that
    wrongly looks free is worse than a file that has to be fetched again), "nested", "zones", "many".
    """
    stack: list[str] = []
    current: Component | None = None
    zones = 0
    for name, line in _lines(data):
        word = line[len(name) + 1 :].strip().upper().decode("utf-8", "replace") if name in _FRAMES else ""
        if name == b"BEGIN" and len(stack) > 1 and word in KEPT:  # the one before was never closed
            del stack[1:]
            if current is not None:
                current.broken = True
                yield current
                current = None
        if name == b"BEGIN":
            if len(stack) == MAX_DEPTH:
                raise Refused("nested")
            stack.append(word)
            if len(stack) == 2 and stack[0] == "VCALENDAR" and word in KEPT:
                current = Component(word)
                zones += word == "VTIMEZONE"
                if zones > MAX_ZONES:
                    raise Refused("zones")
                continue
        elif name == b"END" and word in stack:
            while stack.pop() != word:
                if current is not None:
                    current.broken = True
            if len(stack) < 2 and current is not None:
                yield current
                current = None
        if current is not None:
            _keep(current, line, name.decode(), own, depth=len(stack))
    if stack:
        raise Refused("truncated")


def _keep(component: Component, line: bytes, name: str, own: Collection[str], *, depth: int) -> None:
    """Add a line to `component` if it says something about time."""
    in_zone = component.kind == "VTIMEZONE"
    if component.broken or name not in KEPT[component.kind] or (depth > 2 and not in_zone):
        return
    if name == "ATTENDEE":
        component.declined = component.declined or _declines(line, own)
        return
    component.size += len(line)
    found = None if component.size > MAX_EVENT_BYTES else _PROPERTY.fullmatch(line.decode("utf-8", "replace"))
    if found is None:
        component.broken = True
        component.properties.clear()
        return
    parameters = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(found[2])}
    component.properties.append(Property(name, parameters, found[3].strip()))


def _declines(line: bytes, own: Collection[str]) -> bool:
    """Whether the line says that the calendar's own user has declined; nothing of it is kept."""
    if not own or b"DECLINED" not in line.upper() or len(line) > MAX_ATTENDEE:
        return False
    found = _PROPERTY.fullmatch(line.decode("utf-8", "replace"))
    if found is None:
        return False
    said = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(found[2])}
    return said.get("PARTSTAT", "").upper() == "DECLINED" and digest(found[3]) in own


def _lines(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and unfolded line of every property that is read; all others are passed over without being taken apart."""
    data = _as_utf8(data).replace(b"\r\n", b"\n")
    if b"\n" not in data:  # older programs end lines with a carriage return alone
        data = data.replace(b"\r", b"\n")
    data = data.replace(b"\n ", b"").replace(b"\n\t", b"").replace(b"\0", b"")
    if data.count(b"\n") > MAX_LINES:
        raise Refused("many")
    for found in _READ.finditer(data):
        yield found[1].upper(), found[0]


def _as_utf8(data: bytes) -> bytes:
    """The file in UTF-8; older programs save UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)
