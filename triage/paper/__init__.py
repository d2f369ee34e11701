"""The papers of triage: the handover packet, a letter to one person of the family, word to the reporter.

No models and no clock here, as in `consent.paper.form`: the caller decides what may be said, this module prints it.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from consent.paper.form import _fonts
from consent.paper.view import cleaned
from hub import swedish

_TEMPLATES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (or none), paragraphs, and who says so."""

    title: str
    lines: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    blocks: tuple[Block, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper.

    Args:
        lead: a sentence under the title. foot: what stands at the foot of every page beside the number.
    """

    title: str
    lead: str
    foot: str
    printed_on: date
    chapters: tuple[Chapter, ...]


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
    }
    pdf = typst.compile(
        _TEMPLATES / "sheet.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(sheet.printed_on, time(), tzinfo=UTC),
    )
    return bytes(pdf)


def _chapter(chapter: Chapter) -> dict[str, object]:
    blocks = [{"title": b.title, "lines": list(b.lines), "source": b.source} for b in chapter.blocks]
    return {"title": chapter.title, "blocks": blocks, "empty": chapter.empty}
