"""Telling the family of a meeting, and noting that they know (P-M6). The letters themselves are `meetings.letters`."""

import re
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from hub import clock
from hub.access import Actor, Denied, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Case, Person
from meetings.letters import whom
from meetings.models import CallNumber, FamilyClearance, FamilyWord, Meeting, MeetingKind, MeetingState, Participant

NOT_TO_BE_TOLD = "Det finns inget att berätta: mötet har börjat, är slut eller gäller bara verksamheterna."
_NUMBER = re.compile(r"\+?[0-9][0-9 -]{4,}[0-9]")


@transaction.atomic
def tell_family(place: Participant, *, how: str, told_on: date | None = None, by: Actor, at: datetime) -> FamilyWord:
    """Note that somebody of the family has been told of the meeting as it stands now: how, and on which day.

    Args:
        place: the person's place in the meeting. told_on: today if left out.

    Raises:
        Denied: not the actor's meeting to lead. Conflict: there is nothing to tell, or the person may not be told.
        Invalid: a way that is not safe for this family, or a day before the meeting was as it is, or to come.
    """
    require(place.meeting, by, "lead", at=at)
    meeting, person = _locked(place)
    row = _row(place, meeting, by, at)
    if not row.may_tell:
        raise Conflict(row.why)
    if how not in dict(row.ways):
        raise Invalid({"how": "Välj ett sätt som inte lämnar spår: lämna brevet, säg det på plats eller ring."})
    day, first = told_on or clock.local_day(at), clock.local_day(meeting.changed_at or meeting.booked_at)
    if not first <= day <= clock.local_day(at):
        raise Invalid({"told_on": "Dagen måste ligga mellan det att mötet bokades eller ändrades, och i dag."})
    word = FamilyWord.objects.create(
        municipality_id=meeting.municipality_id,
        meeting=meeting,
        person=person,
        cancelled=meeting.state == MeetingState.CANCELLED,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        form=meeting.form,
        room_id=meeting.room_id,
        place=meeting.place,
        how=how,
        told_on=day,
        told_by_id=by.assignment_id,
        recorded_at=at,
    )
    _record("family.told", word, meeting.case, by=by, at=at, how=how)
    return word


@transaction.atomic
def untell(word: FamilyWord, *, by: Actor, at: datetime) -> FamilyWord:
    """Take back a note that was made by mistake; what was noted before it holds again.

    Raises:
        Denied; Conflict: it has been taken back.
    """
    require(word, by, "lead", at=at)
    rows = FamilyWord.objects.filter(pk=word.pk, undone_at=None)
    if not rows.update(undone_at=at, undone_by=by.assignment_id):
        raise Conflict("Noteringen är redan borttagen.")
    word.refresh_from_db()
    _record("family.told_undone", word, word.meeting.case, by=by, at=at)
    return word


@transaction.atomic
def clear_person(place: Participant, *, reason: str, by: Actor, at: datetime) -> FamilyClearance:
    """Decide that a guardian may be told of this meeting though the family is protected or in danger (P-A8).

    Also of one that has been: then the person may have a copy of its minutes. It holds for the marks that stand now.

    Raises:
        Denied; Conflict: no decision is needed, or there is one; Invalid: no reason.
    """
    require(place.meeting, by, "lead", at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför personen kan kontaktas utan fara."})
    meeting, person = _locked(place, whom.DECIDABLE)
    row = _row(place, meeting, by, at)
    if row.state != whom.DECIDE:
        raise Conflict("Det behövs inget beslut för att kontakta personen.")
    decision = FamilyClearance.objects.create(
        municipality_id=meeting.municipality_id,
        meeting=meeting,
        person=person,
        reason=reason,
        decided_by_id=by.assignment_id,
        decided_at=at,
        marks=sorted(row.marks),
    )
    _record("family.cleared", decision, meeting.case, by=by, at=at)
    return decision


@transaction.atomic
def set_call_number(case: Case, *, phone: str, by: Actor, at: datetime) -> CallNumber:
    """Say which number the family may call: the actor's own, in all letters from now on.

    Args:
        case: one that the actor leads; the number is for those who write letters.

    Raises:
        Denied; Invalid: not a number.
    """
    require(case, by, "lead", at=at)
    if by.assignment_id is None:
        raise Denied("lead", case)
    if not _NUMBER.fullmatch(phone):
        raise Invalid({"phone": "Skriv numret med siffror, till exempel 08-123 45 67."})
    number, _new = CallNumber.objects.update_or_create(
        municipality_id=case.municipality_id, assignment_id=by.assignment_id, defaults={"phone": phone}
    )
    record("family.number_set", actor=by, at=at, objects=[number])
    return number


# --- shared ----------------------------------------------------------------------------------------------------------


def _locked(place: Participant, states: Collection[str] = whom.TELLABLE) -> tuple[Meeting, Person]:
    """The meeting as it stands, so that what is noted is what holds; and who of the family it is about.

    Raises:
        Conflict: it is no network meeting in one of these states, or the person is not asked any more.
    """
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("case")
    meeting = rows.get(pk=place.meeting_id)
    tellable = meeting.state in states and meeting.kind == MeetingKind.NETWORK
    if place.person is None or place.removed_at is not None or not tellable:
        raise Conflict(NOT_TO_BE_TOLD)
    return meeting, place.person


def _row(place: Participant, meeting: Meeting, by: Actor, at: datetime) -> whom.Told:
    row = next((row for row in whom.told(meeting, by, at=at) if row.place.pk == place.pk), None)
    if row is None:  # taken off the meeting since the page was shown
        raise Conflict(NOT_TO_BE_TOLD)
    return row


def _record(
    deed: str, row: FamilyWord | FamilyClearance, case: Case, *, by: Actor, at: datetime, **detail: str
) -> None:
    record(deed, actor=by, at=at, individual=case.individual_id, case=case.pk, objects=[row], detail=detail)
