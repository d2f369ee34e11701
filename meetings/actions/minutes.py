"""Minutes: the draft is read through and mended, approved once, and corrected beside what was approved (P-M8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from consent.models import InformationItem
from hub.access import Actor, permitted, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.joint_text import Written
from hub.textguard import BadText, clean_text
from meetings.actions.holding import joined_in
from meetings.minutes import compose, digest_of, paragraphs_of
from meetings.minutes_messages import tell_approved
from meetings.minutes_sections import careful
from meetings.models import (
    TOOK_PLACE,
    Addendum,
    AgendaPoint,
    Meeting,
    MeetingItem,
    MeetingState,
    Minutes,
    MinutesParagraph,
    MinutesState,
)

APPROVED_ALREADY = "Protokollet är redan justerat. Det som är fel rättas med ett tillägg."
CHANGED = "Någon annan har sparat protokollet sedan du öppnade sidan. Läs igenom och spara igen."
LONGEST_PLAIN, LONGEST_ADDENDUM = 4000, 4000  # characters


def _record(deed: str, meeting: Meeting, *objects: Model, by: Actor, at: datetime) -> None:
    record(
        deed, actor=by, at=at, individual=meeting.case.individual_id, case=meeting.case_id, objects=[meeting, *objects]
    )


# --- items of the meeting --------------------------------------------------------------------------------------------


@transaction.atomic
def link_item(
    meeting: Meeting, item: InformationItem, *, point: AgendaPoint | None = None, by: Actor, at: datetime
) -> MeetingItem:
    """Note that an item of the writer's own was written at the meeting, so that its minutes can have it (P-M7).

    Who reads the item is not changed by it.

    Raises:
        Denied: the meeting or the item is not the writer's to know of. Invalid: not the own agency's, or of another
        case. Conflict: the meeting has not begun, its minutes are approved, or the item is of a meeting already.
    """
    require(meeting, by, "read", at=at)
    require(item, by, "read", at=at)
    if item.agency_id != by.agency_id or item.case_id != meeting.case_id:
        raise Invalid({"item": "Bara en uppgift som ni själva har skrivit i ärendet hör till mötet."})
    if point is not None and point.meeting_id != meeting.pk:
        raise Invalid({"point": "Punkten hör till ett annat möte."})
    if not takes_items(meeting, hold=True):
        raise Conflict("Mötet har inte börjat, eller så är protokollet redan justerat.")
    try:
        with transaction.atomic():
            link: MeetingItem = MeetingItem.objects.create(
                municipality_id=meeting.municipality_id,
                meeting=meeting,
                point=point,
                item=item,
                linked_by_id=by.assignment_id,
                linked_at=at,
            )
    except IntegrityError as twice:
        raise Conflict("Uppgiften hör redan till ett möte.") from twice
    _record("meeting.item_written", meeting, item, link, by=by, at=at)
    return link


def takes_items(meeting: Meeting, *, hold: bool = False) -> bool:
    """From when it begins until its minutes are approved.

    Args:
        hold: keep it so until the transaction ends.
    """
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True) if hold else Meeting.objects.all()
    state = rows.filter(pk=meeting.pk).values_list("state", flat=True).first()
    if state in TOOK_PLACE:
        drafts = Minutes.objects.select_for_update(no_key=True) if hold else Minutes.objects.all()
        return drafts.filter(meeting=meeting.pk, state=MinutesState.DRAFT).first() is not None
    return state == MeetingState.OPEN


# --- the draft -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mended:
    """What somebody has changed in a draft.

    Args:
        texts: reference of a point → what is written about it, and the version that it was begun from.
        wording: key of a line → what the family's copy says of it; "" leaves it out.
    """

    texts: Mapping[UUID, Written] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def save_minutes(minutes: Minutes, mended: Mended, *, row_version: int, by: Actor, at: datetime) -> Minutes:
    """Mend the draft: what is written about the points, every version kept, and what the family's copy is to say.

    Raises:
        Denied; Conflict: approved or saved meanwhile. Invalid: a text is too long or cannot be stored.
    """
    require(minutes, by, "write", at=at)
    locked = _locked(minutes, row_version)
    points = {one.ref: one for one in AgendaPoint.objects.filter(meeting=locked.meeting_id)}
    for ref, written in mended.texts.items():
        point = points.get(ref)
        if point is None:
            raise Conflict(CHANGED)
        if written.text != point.text:
            joined_in(point, written, by=by, at=at)
    wording = {key: _plain(text) for key, text in mended.wording.items()}
    known = {line.key for _part, line in compose(locked.meeting, by, at) if line.key}
    locked.wording = {**locked.wording, **{key: text for key, text in wording.items() if key in known}}
    locked.row_version += 1
    locked.save(update_fields=["wording", "row_version"])
    _record("minutes.saved", locked.meeting, locked, by=by, at=at)
    return locked


def _plain(text: str) -> str:
    try:
        return clean_text(text, max_length=LONGEST_PLAIN)
    except BadText as bad:
        raise Invalid(f"I familjens exemplar: {bad}") from bad


def _locked(minutes: Minutes, row_version: int) -> Minutes:
    """The minutes as they are now, held until the transaction ends.

    Raises:
        Conflict: approved, or saved by somebody else meanwhile.
    """
    rows = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__case__individual__person")
    found = rows.select_related("meeting__room", "meeting__main__room").get(pk=minutes.pk)
    if found.state != MinutesState.DRAFT:
        raise Conflict(APPROVED_ALREADY)
    if found.row_version != row_version:
        raise Conflict(CHANGED)
    return found


# --- approved --------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_minutes(minutes: Minutes, *, row_version: int, by: Actor, at: datetime) -> Minutes:
    """Approve (justera): every line is frozen as it stands, and never changes again.

    Only items that are recorded and that whoever approves may read come in: nobody vouches for, or copies into the
    own authority's minutes, what they may not know. Those who may read their part of them are told.

    Raises:
        Denied; Conflict: approved or saved meanwhile.
    """
    require(minutes, by, "approve", at=at)
    locked = _locked(minutes, row_version)
    frozen = paragraphs_of(locked, compose(locked.meeting, by, at))
    MinutesParagraph.objects.bulk_create(frozen)
    locked.digest = digest_of(locked, at, frozen)
    locked.state, locked.approved_at, locked.approved_by_id = MinutesState.APPROVED, at, by.assignment_id
    locked.guarded = careful(locked.meeting)
    locked.wording, locked.row_version = {}, locked.row_version + 1
    locked.save()
    _record("minutes.approved", locked.meeting, locked, *frozen, by=by, at=at)
    tell_approved(locked, by=by, at=at)
    return locked


@transaction.atomic
def add_addendum(
    minutes: Minutes,
    text: str,
    *,
    paragraph: MinutesParagraph | None = None,
    shared: bool = False,
    by: Actor,
    at: datetime,
) -> Addendum:
    """Correct approved minutes: what was approved stays, the correction stands beside it with who wrote it and when.

    Args:
        paragraph: what it is about; those who read that one read it. None: the whole.
        shared: about the whole, and for every participating agency.

    Raises:
        Denied; Invalid: no text, or an item, which its own agency corrects where it stands.
    """
    require(minutes, by, "correct", at=at)
    if not text.strip():
        raise Invalid({"text": "Skriv vad som är fel och hur det ska vara."})
    if paragraph is not None:
        readable = permitted(MinutesParagraph.objects.filter(minutes=minutes, item=None), by, at=at)
        if not readable.filter(pk=paragraph.pk).exists():
            raise Invalid({"about": "En uppgift rättas där den är skriven. Välj något annat."})
    made: Addendum = Addendum.objects.create(
        municipality_id=minutes.municipality_id,
        minutes=minutes,
        paragraph=paragraph,
        shared=shared and paragraph is None,
        text=text,
        author_id=by.assignment_id,
        added_at=at,
    )
    _record("minutes.corrected", minutes.meeting, minutes, made, by=by, at=at)
    return made
