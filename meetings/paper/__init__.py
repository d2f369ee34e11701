"""The papers of meetings: minutes for one reader.

No models' rules and no clock here, as in `consent.paper.form`: the caller decides what may be said, this prints it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from consent.paper.form import _fonts
from consent.paper.view import cleaned
from hub import clock, swedish
from meetings.minutes_reading import FAMILY, Reading, Row
from meetings.models import Addendum, Minutes

_TEMPLATES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: what it is about, paragraphs, and corrections that stand beside it."""

    title: str
    lines: tuple[str, ...]
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """`compact`: lines of a few words each, set as a list."""

    title: str
    entries: tuple[Entry, ...]
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. `plain`: for the family, in bigger type. `verification`: how the whole can be told to be the same."""

    title: str
    lead: str
    foot: str
    printed_on: date
    chapters: tuple[Chapter, ...]
    corrections: tuple[str, ...] = ()
    verification: str = ""
    plain: bool = False


COMPACT = ("about", "attendance", "next")


def sheet_of(reading: Reading, *, printed_on: date) -> Sheet:
    """The paper of what one reader gets; a copy for the family has no case number on it to be seen at home."""
    minutes, family = reading.minutes, reading.audience == FAMILY
    meeting = minutes.meeting
    kind = str(meeting.get_kind_display())
    day = swedish.day(clock.local_day(meeting.starts_at))
    chapters = [
        Chapter(part.heading, tuple(_entry(row, family) for row in part.rows), part.slug in COMPACT)
        for part in reading.parts
    ]
    return Sheet(
        title=f"Vad vi kom överens om {day}" if family else f"Protokoll, {kind.lower()} {day}",
        lead=_lead(reading),
        foot="Från mötet" if family else f"{meeting.case.number} · Protokoll",
        printed_on=printed_on,
        chapters=tuple(chapters),
        corrections=tuple(_correction(one) for one in reading.addenda),
        verification=_verification(minutes, reading),
        plain=family,
    )


def _lead(reading: Reading) -> str:
    minutes = reading.minutes
    approved = swedish.moment(minutes.approved_at) if minutes.approved_at else ""
    if reading.audience == FAMILY:
        person = reading.recipient.person if reading.recipient else None
        whose = f"Exemplar för {person.name}. " if person else ""
        return f"{whose}Det här togs upp och bestämdes på mötet. Fråga oss om något är oklart eller fel."
    who = minutes.approved_by.user.name if minutes.approved_by else ""
    return f"Justerat {approved} av {who}. {reading.explained}"


def _verification(minutes: Minutes, reading: Reading) -> str:
    if reading.unchanged is None:
        return ""
    told = "stämmer" if reading.unchanged else "STÄMMER INTE"
    return f"Kontrollsumma vid justeringen (SHA-256), {told} med det som är lagrat: {minutes.digest}"


def _entry(row: Row, family: bool) -> Entry:
    lines = [line for line in row.text.splitlines() if line.strip()]
    added = [_correction(one) for one in row.addenda]
    if row.item is not None:
        added += [
            f"{one.get_kind_display()} till uppgiften {swedish.moment(one.annotated_at)}: {one.text}"
            for one in row.item.annotations
        ]
    return Entry("" if family else row.title, tuple(lines), tuple(added))


def _correction(added: Addendum) -> str:
    return f"Rättelse {swedish.moment(added.added_at)}, {added.author.user.name}: {added.text}"


def render(sheet: Sheet) -> bytes:
    """Print the paper as a tagged PDF, checked by the compiler against its PDF/UA-1 rules."""
    safe = cleaned(sheet)
    data = {
        "title": safe.title,
        "lead": safe.lead,
        "foot": safe.foot,
        "printed": swedish.day(safe.printed_on),
        "printed_on": [safe.printed_on.year, safe.printed_on.month, safe.printed_on.day],
        "chapters": [_chapter(chapter) for chapter in safe.chapters],
        "corrections": list(safe.corrections),
        "verification": safe.verification,
        "plain": safe.plain,
    }
    pdf = typst.compile(
        _TEMPLATES / "minutes.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(sheet.printed_on, time(), tzinfo=UTC),
    )
    return bytes(pdf)


def _chapter(chapter: Chapter) -> dict[str, object]:
    entries = [{"title": e.title, "lines": list(e.lines), "corrections": list(e.corrections)} for e in chapter.entries]
    return {"title": chapter.title, "entries": entries, "compact": chapter.compact}
