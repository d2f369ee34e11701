"""What one reader gets of minutes, now: the one function that the page, the paper and the API are made of (P-M8).

Three readers: who leads the case (or manages it) reads everything but items that may not be read now; a participating
agency its part; and the family a copy for one person, in plain words. The policy of `MinutesParagraph` decides the
first two, and `for_family` narrows it further.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q

from consent.models import InformationItem, ItemAbout
from consent.queries import ItemRow, ground_of, item_rows, readable_items, shown_of
from hub.access import Actor, may, permitted, require
from meetings.letters import whom
from meetings.minutes import FACTS, MINUTES_SECTION, Line, Section, compose, digest_of, plain_of
from meetings.minutes_sections import YOUTH, careful, for_family, kin_of
from meetings.models import Addendum, Minutes, MinutesParagraph, MinutesState, Participant

EVERYTHING, PARTY, FAMILY = "everything", "party", "family"
#: Sections that say nothing in words of their own, or the person's own words.
UNWORDED = ("about", "attendance", "words", "next")
#: The sentence that tells a reader what they have before them.
READERS = {
    EVERYTHING: "Hela protokollet, för er som leder ärendet. En uppgift står här bara så länge du får läsa den.",
    PARTY: "Din verksamhets del: tid, andra verksamheter som var med, era beslut och de uppgifter som du får läsa nu.",
    FAMILY: "Familjens exemplar, i klarspråk, för en person i taget.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line as this reader gets it, with what has been added to it since."""

    title: str
    text: str
    #: What the family's copy says; for who leads the case only.
    plain: str = ""
    item: ItemRow | None = None
    addenda: tuple[Addendum, ...] = ()
    paragraph: MinutesParagraph | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines; `listed` where each line is a few words."""

    slug: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Reading:
    """Minutes as one reader gets them, with what the log notes of it."""

    minutes: Minutes
    audience: str
    parts: list[Part]
    #: Corrections of the whole.
    addenda: list[Addendum] = field(default_factory=list)
    #: Whom the copy is for, and how that person is close to the youth.
    recipient: Participant | None = None
    relation: str = ""
    #: Whether what is stored is what was approved; None for who does not read the whole, and for a draft.
    unchanged: bool | None = None
    objects: list[Model] = field(default_factory=list)
    ground: dict[str, Any] = field(default_factory=dict)

    @property
    def explained(self) -> str:
        return READERS[self.audience]


def read(minutes: Minutes, actor: Actor, *, at: datetime) -> Reading:
    """What the actor reads: everything, or its agency's part. The minutes themselves are found by their own rule."""
    if minutes.state == MinutesState.DRAFT:
        return drafted(minutes, compose(minutes.meeting, actor, at), actor, at=at)
    paragraphs = list(permitted(_frozen(minutes), actor, at=at))
    whole = may(minutes, actor, "read_whole", at=at)
    items = _items([one.item_id for one in paragraphs if one.item_id], minutes, actor, at)
    addenda = list(permitted(_addenda(minutes), actor, at=at))
    reading = Reading(
        minutes,
        EVERYTHING if whole else PARTY,
        _parts(paragraphs, items, addenda, whole=whole),
        addenda=[one for one in addenda if one.paragraph_id is None],
        unchanged=is_unchanged(minutes) if whole else None,
        objects=[minutes, *paragraphs, *addenda, *shown_of(items.values())],
        ground=ground_of(items.values()),
    )
    return reading


def _frozen(minutes: Minutes) -> Any:
    return MinutesParagraph.objects.filter(minutes=minutes).select_related("participant").order_by("order")


def _addenda(minutes: Minutes) -> Any:
    rows = Addendum.objects.filter(minutes=minutes).select_related("author__user", "author__unit__agency")
    return rows.order_by("added_at", "pk")


def is_unchanged(minutes: Minutes) -> bool:
    """Whether the hash of all paragraphs is that of the approval."""
    if minutes.approved_at is None:
        return False
    every = MinutesParagraph.objects.filter(minutes=minutes).order_by("order")
    return digest_of(minutes, minutes.approved_at, every) == minutes.digest


def _items(wanted: Sequence[int], minutes: Minutes, actor: Actor, at: datetime) -> dict[int, ItemRow]:
    """Item id → the item as it may be read now, with what has been added to it since and why it can be read."""
    if not wanted:
        return {}
    rows = readable_items(actor, at, about=minutes.meeting.case.individual_id).filter(pk__in=wanted)
    return {row.item.pk: row for row in item_rows(list(rows), actor, at)}


def _parts(
    paragraphs: Sequence[MinutesParagraph], items: dict[int, ItemRow], addenda: Sequence[Addendum], *, whole: bool
) -> list[Part]:
    found: dict[str, list[Row]] = {}
    headings: dict[str, str] = {}
    for one in paragraphs:
        if one.item_id and one.item_id not in items:
            continue
        row = Row(
            one.title,
            one.text,
            one.plain if whole else "",
            items.get(one.item_id or 0),
            tuple(added for added in addenda if added.paragraph_id == one.pk),
            one,
        )
        found.setdefault(one.section, []).append(row)
        headings.setdefault(one.section, one.heading)
    return [Part(slug, headings[slug], tuple(rows)) for slug, rows in found.items()]


def drafted(minutes: Minutes, lines: Sequence[tuple[Section, Line]], actor: Actor, *, at: datetime) -> Reading:
    """As it would be approved now, of lines that are composed for the actor; only who leads or manages gets here."""
    sources = [line.item for _part, line in lines if line.item]
    items = _items([item.pk for item in sources], minutes, actor, at)
    found: dict[str, list[Row]] = {}
    headings: dict[str, str] = {}
    for part, line in lines:
        item = items.get(line.item.pk) if line.item else None
        row = Row(line.title, line.text, plain_of(line, minutes.wording), item)
        found.setdefault(part.slug, []).append(row)
        headings[part.slug] = part.heading
    return Reading(
        minutes,
        EVERYTHING,
        [Part(slug, headings[slug], tuple(rows)) for slug, rows in found.items()],
        objects=[
            minutes,
            *minutes.meeting.participants.filter(removed_at=None),
            *minutes.meeting.points.all(),
            *minutes.meeting.decisions.all(),
            *(line.fact for _part, line in lines if line.fact),
            *shown_of(items.values()),
        ],
        ground=ground_of(items.values()),
    )


# --- the family's copy -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of the family who may have a copy, as it is said on the page."""

    participant: Participant
    name: str
    relation: str


def recipients(minutes: Minutes, actor: Actor, *, at: datetime) -> list[Recipient]:
    """Those of the family who were asked and may have a letter about the meeting now, by the same rule.

    The youth, and whoever decides for the youth; where somebody is protected or in danger only after a named decision
    (P-A8, P-A11).
    """
    if minutes.state != MinutesState.APPROVED or not for_family(minutes.meeting):
        return []
    if not may(minutes, actor, "give_family", at=at):
        return []
    kin = kin_of(minutes.meeting)
    may_have = [row for row in whom.told(minutes.meeting, actor, at=at) if row.may_tell]
    found = [Recipient(row.place, row.name, kin[row.place.person_id or 0]) for row in may_have]
    return sorted(found, key=lambda each: (each.relation != YOUTH, each.participant.pk))


def family_copy(minutes: Minutes, recipient: Recipient, actor: Actor, *, at: datetime) -> Reading:
    """One person's copy, in plain words: what is worded for the family, and of own words only that person's.

    Items stand there only while whoever hands it over may read them, and never what is barred from the family, about
    others, narrowed, or another agency's (P-A7). Where anybody's identity or whereabouts are guarded, a copy says
    nothing of the others of the family (P-A8).

    Raises:
        Denied: not the actor's to hand over.
    """
    require(minutes, actor, "give_family", at=at)
    who = recipient.participant
    # An item counts as it is now, not as it was when the minutes were approved.
    about_others = Exists(ItemAbout.objects.filter(item=OuterRef("item")))
    free = Q(item__agency_id=actor.agency_id, item__family_barred=False, item__audience=[]) & ~about_others
    rows = permitted(_frozen(minutes), actor, at=at).exclude(plain="")
    rows = rows.filter(Q(person=None) | Q(person=who.person_id)).filter(Q(item=None) | free)
    held_back = _held_back(rows)
    paragraphs = [one for one in rows if one.fact_ref not in held_back]
    guarded = careful(minutes.meeting)
    if guarded:
        paragraphs = [one for one in paragraphs if not _of_another(one, who)]
        if not minutes.guarded:  # worded before anybody knew that it had to be weighed
            paragraphs = [one for one in paragraphs if one.section in UNWORDED and not _of_official(one)]
    ids = {one.pk for one in paragraphs}
    addenda = [one for one in permitted(_addenda(minutes), actor, at=at) if one.paragraph_id in ids]
    if guarded:  # nobody has worded them for the family
        addenda = []
    items = list(InformationItem.objects.filter(pk__in=[one.item_id for one in paragraphs if one.item_id]))
    plain = {each.slug: each.plain_heading for each in MINUTES_SECTION}
    found: dict[str, list[Row]] = {}
    for one in paragraphs:
        added = tuple(each for each in addenda if each.paragraph_id == one.pk)
        row = Row("", _said_to(one, who), addenda=added, paragraph=one)
        found.setdefault(one.section, []).append(row)
    headings = {one.section: plain.get(one.section, one.heading) for one in paragraphs}
    return Reading(
        minutes,
        FAMILY,
        [Part(slug, headings[slug], tuple(lines)) for slug, lines in found.items()],
        recipient=who,
        relation=recipient.relation,
        objects=[minutes, who, *paragraphs, *addenda, *items],
        ground={"own": [item.pk for item in items]} if items else {},
    )


def _held_back(paragraphs: Iterable[MinutesParagraph]) -> set[UUID]:
    """References of facts that are barred from the family or narrowed to some agencies, as they are now (P-A7)."""
    refs = [one.fact_ref for one in paragraphs if one.fact_ref]
    found: set[UUID] = set()
    for model in FACTS.values() if refs else ():
        rows = model._default_manager.filter(ref__in=refs)
        found |= set(rows.filter(Q(family_barred=True) | ~Q(audience=[])).values_list("ref", flat=True))
    return found


def _of_another(paragraph: MinutesParagraph, who: Participant) -> bool:
    """A line about somebody else of the family."""
    named = paragraph.participant
    return named is not None and named.person_id is not None and named.person_id != who.person_id


def _of_official(paragraph: MinutesParagraph) -> bool:
    """A line about an official, with the name of the agency where it was frozen before that had to be weighed."""
    return paragraph.participant is not None and paragraph.participant.assignment_id is not None


def _said_to(paragraph: MinutesParagraph, who: Participant) -> str:
    """To the one that it is about: "du"."""
    return "Du" if paragraph.participant_id == who.pk else paragraph.plain
