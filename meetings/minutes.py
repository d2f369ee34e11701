"""What minutes are made of (P-M7, P-M8): sections, each of which makes lines of what stands about a meeting.

A layer above adds its own with `@section`, as it adds blocks to the screen with `meetings.closing.AGENDA`: an action
plan its goals and measures. A draft is the lines as they are now; approving freezes them as paragraphs, word for word.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from consent.models import AgencyFact, InformationItem
from hub.access import Actor
from meetings.models import Meeting, Minutes, MinutesParagraph, Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of minutes; what it names says who reads it (see `MinutesParagraph`).

    Args:
        title, text: as who leads the case reads it; one of them says something.
        plain: what the family's copy says; empty keeps it out.
        key: with it, who approves may word `plain` in another way, or leave it out; the same in every look.
        tail: what follows the wording of `plain`, such as who does it and when.
        shared: every participating agency reads it. agency: this one does (id). participant: those who may know of
            that official. item, fact: those who may read that now, who leads the case too; a fact is of a table in
            `FACTS`. With none of them only who leads the case.
        person: stands in this person's copy alone (id).
    """

    title: str = ""
    text: str = ""
    plain: str = ""
    key: str = ""
    tail: str = ""
    shared: bool = False
    agency: int | None = None
    participant: Participant | None = None
    item: InformationItem | None = None
    fact: AgencyFact | None = None
    person: int | None = None


#: (meeting, who asks, at) → lines. Of items and facts only those that the actor may read.
Builder = Callable[[Meeting, Actor, datetime], Iterable[Line]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the minutes: `slug` tells it apart, `heading` stands above it, in the family's copy `plain_heading`."""

    order: int
    slug: str
    heading: str
    plain_heading: str
    lines: Builder


MINUTES_SECTION: list[Section] = []
#: The line that says which language is interpreted: it tells where a family comes from, and is no other party's.
ABOUT, INTERPRETER = "about", "Tolk"
#: Label of a table of facts in a higher layer → its model, whose "read" rule its paragraphs obey. Filled in `ready`.
FACTS: dict[str, type[AgencyFact]] = {}


def section(order: int, slug: str, heading: str, plain_heading: str = "") -> Callable[[Builder], Builder]:
    """Register a section; minutes have them in this order."""

    def add(lines: Builder) -> Builder:
        MINUTES_SECTION.append(Section(order, slug, heading, plain_heading or heading, lines))
        return lines

    return add


def compose(meeting: Meeting, actor: Actor, at: datetime) -> list[tuple[Section, Line]]:
    """The lines of the minutes as everything stands now, in order."""
    ordered = sorted(MINUTES_SECTION, key=lambda each: each.order)
    return [(each, line) for each in ordered for line in each.lines(meeting, actor, at) if line.title or line.text]


def plain_of(line: Line, wording: dict[str, str]) -> str:
    """What the family's copy says of a line: as worded by who approves, else as it is by itself."""
    words = wording.get(line.key, line.plain) if line.key else line.plain
    return f"{words}\n{line.tail}".strip() if words else ""


def paragraphs_of(minutes: Minutes, lines: Sequence[tuple[Section, Line]]) -> list[MinutesParagraph]:
    """The lines as rows to freeze."""
    return [
        MinutesParagraph(
            municipality_id=minutes.municipality_id,
            minutes=minutes,
            order=order,
            section=part.slug,
            heading=part.heading,
            title=line.title[:300],
            text=line.text,
            plain=plain_of(line, minutes.wording),
            item=line.item,
            item_version=line.item.version if line.item else None,
            fact=line.fact._meta.label_lower if line.fact else "",
            fact_ref=line.fact.ref if line.fact else None,
            participant=line.participant,
            agency_id=line.agency,
            person_id=line.person,
            shared=line.shared,
        )
        for order, (part, line) in enumerate(lines, 1)
    ]


def digest_of(minutes: Minutes, approved_at: datetime, paragraphs: Iterable[MinutesParagraph]) -> str:
    """SHA-256 of everything that was approved.

    The paragraphs' random references are part of it, so that nobody can find out what stands in a paragraph that they
    may not read by guessing.
    """
    content: list[Any] = [str(minutes.ref), approved_at.astimezone(UTC).isoformat()]
    for one in paragraphs:
        rule = [one.item_id, one.item_version, one.fact, str(one.fact_ref or ""), one.participant_id]
        rule += [one.agency_id, one.person_id, one.shared]
        content.append([str(one.ref), one.order, one.section, one.heading, one.title, one.text, one.plain, *rule])
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
