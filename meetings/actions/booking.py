"""Booking a meeting, changing it, calling it off, and answering (P-M3, P-M5).

Nobody is in two meetings at once and no room holds two: the database refuses it, whoever books first. Who is asked
from the family is told by letter or by word; whoever is asked as an official has a seat in the case, or is the named
deputy of one who has.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from hub import swedish
from hub.access import Actor, require
from hub.actions.cases import NotYet
from hub.audit import record
from hub.errors import Conflict, Invalid, kept_by
from hub.models import SHARING_PHASES, Assignment, Case, CaseSeat, Person, User, party_active
from hub.states import move
from meetings import availability
from meetings.actions.places import refuse_ended
from meetings.apart import NOT_USABLE, place_of, refuse_too_near
from meetings.invitations import BOOKED, CANCELLED, CHANGED
from meetings.messages import announce
from meetings.models import (
    Answer,
    AnsweredBy,
    Meeting,
    MeetingForm,
    MeetingKind,
    MeetingState,
    Occupied,
    Participant,
    Room,
)
from meetings.moves import MEETING

LONGEST = timedelta(hours=8)
AHEAD = timedelta(days=2 * 365)
TAKEN = "{name} har redan ett möte då."
NO_LINK = "Fyll i länken, så att de som är kallade kan komma in."
NOT_A_LINK = "Skriv hela adressen, den börjar med https://."


@dataclass(frozen=True, slots=True)
class When:
    """A meeting's time (aware instants) and place.

    Args:
        despite: why then, although somebody's calendar says no.
        link_later: a video meeting whose link is filled in afterwards: the planner has none to give.
    """

    starts_at: datetime
    ends_at: datetime
    form: str = MeetingForm.ROOM
    room: Room | None = None
    place: str = ""
    link: str = ""
    interpreter: str = ""
    despite: str = ""
    link_later: bool = False


@dataclass(frozen=True, slots=True)
class Guests:
    """Who is asked: assignments with a seat in the case, deputies too, and the youth or somebody of the family."""

    officials: Sequence[Assignment]
    optional: Sequence[Assignment] = ()
    family: Sequence[Person] = ()


@transaction.atomic
def book(case: Case, when: When, guests: Guests, *, officials_minutes: int = 0, by: Actor, at: datetime) -> Meeting:
    """Book a network meeting, with a tjänstemannamöte right before it if it has minutes.

    Args:
        officials_minutes: how long those who are asked as officials meet before the family comes; 0 for not at all.

    Raises:
        Denied: not the actor's case to lead. NotYet: the case is in a phase without meetings, or is closed.
        Invalid: a time, place or guest that cannot be, with the field; "despite" where only the calendar of somebody
        who must come is in the way, and nothing is said about why it is held then all the same.
    """
    require(case, by, "lead", at=at)
    if case.phase not in SHARING_PHASES:
        raise NotYet(["Nätverksmöten bokas när ärendet är i utredning, insats eller uppföljning."])
    _check_time(when, at=at)
    _check_guests(case, guests, at=at)
    if officials_minutes:
        _check_minutes(officials_minutes)
    _one_booking_at_a_time(case.municipality_id)
    main = _create(case, MeetingKind.NETWORK, when, by=by, at=at)
    # Right after the room: whatever else is in the way is said after both, so that the order tells neither of them.
    refuse_too_near(main)
    _ask(main, guests, at=at)
    if officials_minutes:
        before = When(
            when.starts_at - timedelta(minutes=officials_minutes),
            when.starts_at,
            form=when.form,
            place=when.place,
            link=when.link,
        )
        first = _create(case, MeetingKind.OFFICIALS, before, main=main, by=by, at=at)
        _ask(first, Guests(guests.officials, guests.optional), at=at)
    _occupy(*_both(main), at=at)
    _check_calendars(main, despite=when.despite)
    record("meeting.booked", actor=by, at=at, individual=case.individual_id, case=case.pk, objects=_both(main))
    for meeting in _both(main):
        announce(BOOKED, meeting, meeting.participants.select_related("assignment"), by=by, at=at)
    return main


@transaction.atomic
def change(meeting: Meeting, when: When, *, row_version: int, by: Actor, at: datetime) -> Meeting:
    """Give a booked meeting another time or place; those asked answer anew when the time is another.

    The tjänstemannamöte keeps its length and comes right before the new time.

    Raises:
        As `book`; Conflict also: it has been changed, opened or called off meanwhile.
    """
    require(meeting, by, "lead", at=at)
    _one_booking_at_a_time(meeting.municipality_id)
    locked = _locked(meeting, row_version)
    _check_time(when, at=at)
    moved = when.starts_at - locked.starts_at, when.ends_at - locked.ends_at
    both = _both(locked)
    stood = locked.starts_at, locked.ends_at, place_of(locked)
    old, seen = [(each.starts_at, each.ends_at) for each in both], {each.pk: _seen(each) for each in both}
    changed: list[Meeting] = []
    for each in both:
        main = each.pk == locked.pk
        each.starts_at = when.starts_at if main else each.starts_at + moved[0]
        each.ends_at = when.ends_at if main else when.starts_at
        each.form, each.place, each.link = when.form, when.place, when.link
        each.room = when.room if main else None
        each.interpreter = when.interpreter if main else ""
        each.despite = (when.despite if any(moved) else when.despite or each.despite) if main else ""
        each.row_version += 1
        if _seen(each) != seen[each.pk]:
            each.sequence, each.changed_at = each.sequence + 1, at
            changed.append(each)
        with _room_free():
            each.save()
        if any(moved):
            each.participants.filter(removed_at=None).update(
                answer=Answer.WAITING, answered_at=None, answered_by="", row_version=F("row_version") + 1
            )
    # What stays where it is is not judged anew: no room could be in its way, so the refusal would say what is.
    if (locked.starts_at, locked.ends_at, place_of(locked)) != stood:
        refuse_too_near(locked)
    _occupy(*_both(locked), at=at)
    if any(moved):
        _check_calendars(locked, despite=when.despite, but=old)
    record(
        "meeting.moved",
        actor=by,
        at=at,
        individual=locked.case.individual_id,
        case=locked.case_id,
        objects=_both(locked),
    )
    for each in changed:
        announce(CHANGED, each, _asked(each), by=by, at=at)
    return locked


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, row_version: int, by: Actor, at: datetime) -> Meeting:
    """Call a booked meeting off, its tjänstemannamöte with it.

    Raises:
        Denied; Invalid: no reason. Conflict: changed meanwhile. IllegalMove, StaleState: not planned any more.
    """
    return _end(meeting, "ställ in", "meeting.cancelled", reason=reason, row_version=row_version, by=by, at=at)


@transaction.atomic
def not_held(meeting: Meeting, *, reason: str, row_version: int, by: Actor, at: datetime) -> Meeting:
    """Note that a meeting whose time has come did not take place (P-M7).

    Raises:
        As `cancel`; NotYet: its time has not come.
    """
    if at < meeting.starts_at:
        raise NotYet(["Mötet har inte börjat än. Ställ in det i stället."])
    return _end(meeting, "blev inte av", "meeting.not_held", reason=reason, row_version=row_version, by=by, at=at)


@transaction.atomic
def change_guests(meeting: Meeting, guests: Guests, *, row_version: int, by: Actor, at: datetime) -> Meeting:
    """Ask these and nobody else to a booked meeting; whoever stays keeps the answer.

    Raises:
        As `book`.
    """
    require(meeting, by, "lead", at=at)
    _one_booking_at_a_time(meeting.municipality_id)
    locked = _locked(meeting, row_version)
    _check_guests(locked.case, guests, at=at)
    for each in _both(locked):
        asked = guests if each.pk == locked.pk else Guests(guests.officials, guests.optional)
        gone = each.participants.filter(removed_at=None).exclude(
            Q(assignment__in=[*asked.officials, *asked.optional]) | Q(person__in=asked.family)
        )
        left = list(gone.select_related("assignment"))
        gone.update(removed_at=at, own_sequence=F("own_sequence") + 1)
        for one in left:
            one.removed_at, one.own_sequence = at, one.own_sequence + 1
        new = _ask(each, asked, at=at)
        # What everybody's calendar counts by stands still: nobody learns of guests that they may not know of.
        each.row_version += 1
        each.save(update_fields=["row_version"])
        announce(CANCELLED, each, left, by=by, at=at)
        announce(BOOKED, each, new, by=by, at=at)
    _occupy(*_both(locked), at=at)
    record(
        "meeting.asked",
        actor=by,
        at=at,
        individual=locked.case.individual_id,
        case=locked.case_id,
        objects=_both(locked),
    )
    locked.refresh_from_db()
    return locked


@transaction.atomic
def answer(participant: Participant, said: str, *, by: Actor, via: str = AnsweredBy.HUB, at: datetime) -> Participant:
    """Answer one's own invitation, or change the answer until the meeting begins (P-M5).

    Args:
        said: one of `Answer`, not WAITING.

    Raises:
        Denied: not the actor's own, or the meeting is not planned any more. Invalid: no such answer.
    """
    require(participant, by, "answer", at=at)
    return _answered(participant, said, via=via, by=by, at=at)


@transaction.atomic
def told_answer(participant: Participant, said: str, *, by: Actor, at: datetime) -> Participant:
    """Note what somebody has said by word: how the family answers (P-M6).

    Raises:
        Denied: not the actor's meeting to lead. Conflict: it is not planned any more. Invalid: no such answer.
    """
    require(participant.meeting, by, "lead", at=at)
    standing = Participant.objects.filter(pk=participant.pk, removed_at=None, meeting__state=MeetingState.PLANNED)
    if not standing.select_for_update(of=("self",)).exists():
        raise Conflict("Mötet är inte längre bokat, eller så är personen inte längre kallad.")
    return _answered(participant, said, via=AnsweredBy.TOLD, by=by, at=at)


# --- how it is done --------------------------------------------------------------------------------------------------


def _answered(participant: Participant, said: str, *, via: str, by: Actor, at: datetime) -> Participant:
    if said not in (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED):
        raise Invalid({"answer": "Välj Kommer, Kanske eller Kan inte."})
    Participant.objects.filter(pk=participant.pk).update(
        answer=said, answered_at=at, answered_by=via, row_version=F("row_version") + 1
    )
    participant.refresh_from_db()
    case = participant.meeting.case
    record(
        "meeting.answered",
        actor=by,
        at=at,
        individual=case.individual_id,
        case=case.pk,
        objects=[participant],
        detail={"via": via},
    )
    return participant


def _both(main: Meeting) -> list[Meeting]:
    """The network meeting and what comes right before it, in that order; not one that has begun by itself."""
    first = Meeting.objects.filter(main=main, state=MeetingState.PLANNED).first()
    return [main, first] if first is not None else [main]


def _asked(meeting: Meeting) -> "QuerySet[Participant]":
    return meeting.participants.filter(removed_at=None).select_related("assignment")


def _locked(meeting: Meeting, row_version: int) -> Meeting:
    locked = Meeting.objects.select_for_update(of=("self",)).select_related("case").get(pk=meeting.pk)
    if locked.row_version != row_version or locked.state != MeetingState.PLANNED:
        raise Conflict("Mötet har ändrats sedan du öppnade det. Läs igen och gör om ändringen.")
    if locked.main_id is not None:
        raise Invalid("Tjänstemannamötet följer nätverksmötet. Ändra nätverksmötet i stället.")
    return locked


def _end(meeting: Meeting, event: str, deed: str, *, reason: str, row_version: int, by: Actor, at: datetime) -> Meeting:
    require(meeting, by, "lead", at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför. De som är kallade får inte se skälet."})
    locked = _locked(meeting, row_version)
    both = _both(locked)
    for each in both:
        move(
            each,
            event,
            MEETING,
            at=at,
            reason=reason,
            sequence=each.sequence + 1,
            changed_at=at,
            row_version=each.row_version + 1,
        )
        Occupied.objects.filter(meeting_ref=each.ref).delete()
        announce(CANCELLED, each, _asked(each), by=by, at=at)
    record(deed, actor=by, at=at, individual=locked.case.individual_id, case=locked.case_id, objects=both)
    return locked


def _check_minutes(minutes: int) -> None:
    if not 15 <= minutes <= 120:
        raise Invalid({"officials_minutes": "Tjänstemannamötet kan vara 15 till 120 minuter."})


def _check_time(when: When, *, at: datetime) -> None:
    if when.starts_at < at:
        raise Invalid({"starts_at": "Tiden har redan varit. Välj en tid som kommer."})
    if when.starts_at > at + AHEAD:
        raise Invalid({"starts_at": "Ett möte bokas högst två år fram. Kontrollera året."})
    if not timedelta(minutes=15) <= when.ends_at - when.starts_at <= LONGEST:
        raise Invalid({"ends_at": "Ett möte är minst en kvart och högst åtta timmar."})
    if when.form != MeetingForm.ROOM and when.room is not None:
        raise Invalid({"room": "Ett video- eller telefonmöte har ingen lokal."})
    refuse_ended(when.room, on=when.starts_at)
    if when.form == MeetingForm.VIDEO and not (when.link or when.link_later):
        raise Invalid({"link": NO_LINK})
    try:
        URLValidator(schemes=["https"])(when.link or "https://example.se")
    except ValidationError:
        raise Invalid({"link": NOT_A_LINK}) from None


def _check_guests(case: Case, guests: Guests, *, at: datetime) -> None:
    asked = {assignment.pk for assignment in (*guests.officials, *guests.optional)}
    seats = CaseSeat.objects.in_force(at=at).filter(party_active(at, "participation__")).held(at=at)
    seated = seats.filter(content_object=case, assignment__in=asked)
    if asked - set(seated.values_list("assignment", flat=True)):
        raise Invalid({"officials": "Någon av de valda har inte längre plats i ärendet. Välj igen."})
    close = Person.objects.filter(Q(individual=case.individual_id) | Q(relative_of__individual=case.individual_id))
    if {person.pk for person in guests.family} - set(close.values_list("pk", flat=True)):
        raise Invalid({"family": "Någon av de valda är inte registrerad som närstående. Välj igen."})
    if not guests.officials:
        raise Invalid({"officials": "Välj minst en som ska vara med från verksamheterna."})


def _check_calendars(meeting: Meeting, *, despite: str, but: Sequence[availability.Interval] = ()) -> None:
    """Raises Invalid where somebody who must come says no in a calendar, and nobody says why it is then (P-M4)."""
    if despite:
        return
    since = min(each.starts_at for each in _both(meeting))
    asked = meeting.participants.filter(removed_at=None, required=True, assignment__isnull=False)
    names = dict(asked.values_list("assignment__user", "assignment__user__name"))
    said_no = availability.blocked(names, since=since, until=meeting.ends_at, but=but)
    if said_no:
        who = swedish.listing(sorted((names[user] for user in said_no), key=swedish.sort_key))
        taken = "upptagna" if len(said_no) > 1 else "upptagen"
        raise Invalid({"despite": f"{who} är {taken} då. Välj en annan tid, eller skriv varför mötet hålls då ändå."})


def _create(case: Case, kind: str, when: When, *, main: Meeting | None = None, by: Actor, at: datetime) -> Meeting:
    with _room_free():
        return Meeting.objects.create(
            municipality_id=case.municipality_id,
            case=case,
            kind=kind,
            main=main,
            starts_at=when.starts_at,
            ends_at=when.ends_at,
            form=when.form,
            room=when.room,
            place=when.place,
            link=when.link,
            interpreter=when.interpreter,
            despite=when.despite if kind == MeetingKind.NETWORK else "",
            organiser_id=by.assignment_id,
            booked_at=at,
        )


def _seen(meeting: Meeting) -> tuple[object, ...]:
    """What everybody who is asked sees of the meeting itself."""
    where = (meeting.form, meeting.room_id, meeting.place, meeting.link)
    return meeting.starts_at, meeting.ends_at, *where


def _ask(meeting: Meeting, guests: Guests, *, at: datetime) -> list[Participant]:
    """Ask those who are not asked yet; returns the new rows."""
    standing = meeting.participants.filter(removed_at=None)
    officials = set(standing.exclude(assignment=None).values_list("assignment", flat=True))
    family = set(standing.exclude(person=None).values_list("person", flat=True))
    base = {"municipality_id": meeting.municipality_id, "meeting": meeting, "added_at": at}
    asked = dict.fromkeys(guests.optional, False) | dict.fromkeys(guests.officials, True)  # each once
    before = dict(meeting.participants.order_by("pk").values_list("assignment", "own_sequence"))
    new = [
        Participant(**base, assignment=one, required=yes, own_sequence=before[one.pk] + 1 if one.pk in before else 0)
        for one, yes in asked.items()
        if one.pk not in officials
    ]
    new += [Participant(**base, person=one) for one in dict.fromkeys(guests.family) if one.pk not in family]
    return Participant.objects.bulk_create(new)


def _room_free() -> AbstractContextManager[None]:
    # The same as for two who are kept apart: another sentence would tell which of them it is.
    refusal = Invalid({"starts_at": NOT_USABLE})
    return kept_by("one_meeting_in_a_room_at_a_time", refusal)


def _occupy(*meetings: Meeting, at: datetime) -> None:
    """Everybody asked as an official is taken in the time of these meetings, which follow on each other.

    Not whoever has lost the seat: their own calendar would tell them the new time.

    Raises:
        Invalid: somebody is in another meeting then. Only the name is said, never which meeting.
    """
    Occupied.objects.filter(meeting_ref__in=[meeting.ref for meeting in meetings]).delete()
    reading = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=meetings[0].case_id)
    for meeting in meetings:
        asked = meeting.participants.filter(removed_at=None, assignment__in=reading.values("assignment"))
        for user in User.objects.filter(assignments__in=asked.values("assignment")).distinct().order_by("pk"):
            with kept_by("nobody_in_two_meetings_at_once", Invalid({"starts_at": TAKEN.format(name=user.name)})):
                Occupied.objects.create(
                    user=user, meeting_ref=meeting.ref, starts_at=meeting.starts_at, ends_at=meeting.ends_at
                )


def _one_booking_at_a_time(municipality: int) -> None:
    """Bookings of a kommun wait for each other.

    What two of them may not do together (kept apart) is seen by neither before it is stored, and people and rooms are
    taken in the same order. Always, so that waiting tells nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('meetings_meeting'), %s::integer)", [municipality])
