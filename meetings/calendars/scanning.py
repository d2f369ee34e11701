"""First pass over a calendar file: everything but times is thrown away before a parser sees it (P-M4).

Works line by line with the memory of one line. What comes out are events with nothing but dates, rules and marks of
free or busy; summaries, places, people and attachments never get further than this. Names by RFC 5545.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from meetings.calendars.limits import MAX_DEPTH, MAX_EVENT_BYTES, MAX_LINES, MAX_ZONES

#: All that is read of each kind of component.
KEPT = {
    "VEVENT": frozenset(
        {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "SEQUENCE"}
        | {"STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"}
    ),
    "VFREEBUSY": frozenset({"FREEBUSY"}),
    "VTIMEZONE": frozenset({"BEGIN", "END", "TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
}
_FRAMES = (b"BEGIN", b"END")
_ANY = frozenset(name.encode() for names in KEPT.values() for name in names)

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
    #: Something about it cannot be understood: it is counted and left out.
    broken: bool = False

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property | None:
        """The property `name`, the first if it stands twice."""
        return next((one for one in self.properties if one.name == name), None)

    def word(self, name: str) -> str:
        """The value of `name` in capitals, empty without it."""
        found = self.one(name)
        return found.value.strip().upper() if found else ""


def scan(data: bytes) -> Iterator[Component]:
    """The components of `KEPT` directly inside a calendar, in the order of the file.

    Raises Refused: "truncated" when the file ends inside a component (busy times may be missing, and a time that
    wrongly looks free is worse than a file that has to be fetched again), "nested", "zones", "many".
    """
    data = _as_utf8(data)
    if data.count(b"\n") > MAX_LINES:
        raise Refused("many")
    stack: list[str] = []
    current: Component | None = None
    zones = 0
    for line, whole in _lines(data):
        name = line[:64].replace(b";", b":").partition(b":")[0].strip().upper()
        word = line[line.find(b":") + 1 :].strip().upper().decode("utf-8", "replace") if name in _FRAMES else ""
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
        if current is not None and name in _ANY:
            _keep(current, line, whole, name.decode(), depth=len(stack))
    if stack:
        raise Refused("truncated")


def _keep(component: Component, line: bytes, whole: bool, name: str, *, depth: int) -> None:
    """Add a line to `component` if it says something about time."""
    in_zone = component.kind == "VTIMEZONE"
    if component.broken or name not in KEPT[component.kind] or (depth > 2 and not in_zone):
        return
    component.size += len(line)
    found = _PROPERTY.fullmatch(line.decode("utf-8", "replace").replace("\0", ""))
    if not whole or component.size > MAX_EVENT_BYTES or found is None:
        component.broken = True
        component.properties.clear()
        return
    parameters = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(found[2])}
    component.properties.append(Property(name, parameters, found[3].strip()))


def _lines(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """Unfolded lines, each with whether it is whole: of an endless line only the beginning is kept."""
    parts: list[bytes] = []
    size = 0
    for raw in io.BytesIO(data):
        line = raw.rstrip(b"\r\n")
        folded = line[:1] in (b" ", b"\t")
        if parts and not folded:
            yield b"".join(parts), size <= MAX_EVENT_BYTES
            parts, size = [], 0
        if size <= MAX_EVENT_BYTES:
            parts.append((line[1:] if folded else line)[: MAX_EVENT_BYTES + 1])
        size += max(len(line), 1)
    if parts:
        yield b"".join(parts), size <= MAX_EVENT_BYTES


def _as_utf8(data: bytes) -> bytes:
    """The file with UTF-8 and line feeds; older programs save UTF-16, or carriage returns alone."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    return data if b"\n" in data else data.replace(b"\r", b"\n")
