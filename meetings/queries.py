"""What the pages of meetings show, read through `permitted()`. The number of queries is fixed per page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet
from django.urls import reverse

from hub import swedish
from hub.access import Actor, permitted
from hub.models import (
    LEADING_KINDS,
    Assignment,
    Case,
    CaseSeat,
    Individual,
    Participation,
    PartyRole,
    Person,
    Relative,
    Role,
    SeatKind,
    party_active,
)
from hub.policy import managed_cases, seats
from hub.queries import relatives_of
from meetings import words
from meetings.due import LEADS, ROLES
from meetings.models import OCCUPYING, Answer, Meeting, MeetingKind, MeetingState, Participant, Room
from meetings.rhythm import DUE, LATE, Beat, beats_of, keeps_rhythm

#: Of each list on the page of meetings: two of them are one page, and what it costs is to draw the rows (P-Q2).
PAGE = 25


# --- meetings ahead ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One meeting on a list: when, what, in which case, and the actor's own place in it."""

    meeting: Meeting
    hours: str
    kind: str
    where: str
    url: str
    place: Participant | None
    answers: bool

    @property
    def answer(self) -> str:
        return str(self.place.get_answer_display()) if self.place else ""

    @property
    def badge(self) -> tuple[str, str]:
        return words.ANSWER_BADGE[self.place.answer] if self.place else ("neutral", "circle")


def meetings_ahead(actor: Actor, *, at: datetime, after: UUID | None = None) -> tuple[list[MeetingRow], UUID | None]:
    """Meetings in sight that have not ended, soonest first, and the reference that the next page begins after."""
    rows = permitted(Meeting.objects.filter(state__in=OCCUPYING, ends_at__gt=at), actor, at=at)
    if after is not None and (last := rows.filter(ref=after).values_list("starts_at", "pk").first()):
        rows = rows.filter(Q(starts_at__gt=last[0]) | Q(starts_at=last[0], pk__gt=last[1]))
    found = list(listed(rows, actor).order_by("starts_at", "pk")[: PAGE + 1])
    more = found[PAGE - 1].ref if len(found) > PAGE else None
    return [row_of(meeting, actor, at=at) for meeting in found[:PAGE]], more


def listed(rows: "QuerySet[Meeting]", actor: Actor) -> "QuerySet[Meeting]":
    """With the case's number, the room and the actor's own place, which the policy gives everybody."""
    own = Participant.objects.filter(assignment_id=actor.assignment_id, removed_at=None)
    return rows.select_related("case", "room", "main__room").prefetch_related(
        Prefetch("participants", own, to_attr="own_places")
    )


def row_of(meeting: Meeting, actor: Actor, *, at: datetime) -> MeetingRow:
    place = next(iter(getattr(meeting, "own_places", ())), None)
    return MeetingRow(
        meeting=meeting,
        hours=words.hours(meeting.starts_at, meeting.ends_at),
        kind=str(meeting.get_kind_display()),
        where=words.where(meeting) or str(meeting.get_form_display()),
        url=reverse("meetings:meeting", args=[meeting.ref]),
        place=place,
        answers=is_to_answer(meeting, place, actor),
    )


def is_to_answer(meeting: Meeting, place: Participant | None, actor: Actor) -> bool:
    """Asked to a meeting that is planned, by somebody else."""
    planned = meeting.state == MeetingState.PLANNED
    return place is not None and planned and meeting.organiser_id != actor.assignment_id


def by_day(rows: Sequence[MeetingRow], at: datetime) -> list[tuple[str, list[MeetingRow]]]:
    days: dict[str, list[MeetingRow]] = {}
    for row in rows:
        days.setdefault(words.day_heading(row.meeting.starts_at, at), []).append(row)
    return list(days.items())


def waiting_for_answer(actor: Actor, *, at: datetime) -> "QuerySet[Participant]":
    """The actor's invitations to network meetings ahead that wait for an answer, soonest first."""
    mine = Participant.objects.filter(
        assignment_id=actor.assignment_id,
        answer=Answer.WAITING,
        meeting__kind=MeetingKind.NETWORK,
        meeting__starts_at__gt=at,
    ).exclude(meeting__organiser=actor.assignment_id)
    rows = permitted(mine, actor, "answer", at=at).select_related("meeting__case", "meeting__room")
    return rows.order_by("meeting__starts_at", "pk")


# --- the rhythm ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BeatRow:
    """One case in its rhythm: number and form, where it stands, and where one goes to mend it."""

    case: Case
    beat: Beat
    said: words.Said
    since: str
    url: str
    verb: str


def led_cases(actor: Actor, *, at: datetime) -> "QuerySet[Case]":
    """Cases that keep the rhythm and that the actor leads, or whose unit the actor manages."""
    led = Q(pk__in=seats(actor, at).filter(kind__in=LEADING_KINDS).values("content_object"))
    if actor.role == Role.MANAGER:
        led |= Q(pk__in=managed_cases(actor, at).values("pk"))
    return permitted(Case.objects.filter(keeps_rhythm()), actor, at=at).filter(led)


def in_order(actor: Actor, *, at: datetime) -> list[Beat]:
    """Where every case stands that the actor leads or manages, the most urgent first: no words and no models yet.

    One query, and a few microseconds per case: what a page shows of them is worded after it is paged (P-Q2).
    """
    return sorted(
        beats_of(led_cases(actor, at=at), at=at), key=lambda beat: (words.urgency(beat, at), beat.due_at, beat.case_id)
    )


def worded(found: Sequence[Beat], actor: Actor, *, at: datetime) -> list[BeatRow]:
    """Some of them in words, with the case and where one goes; two queries."""
    cases = led_cases(actor, at=at).in_bulk([beat.case_id for beat in found]) if found else {}
    leading = seats(actor, at).filter(kind__in=LEADING_KINDS, content_object__in=cases)
    leads = set(leading.values_list("content_object", flat=True)) if cases else set()
    return [_beat_row(cases[beat.case_id], beat, beat.case_id in leads, at) for beat in found if beat.case_id in cases]


def rhythm_page(actor: Actor, *, at: datetime, after: UUID | None = None) -> tuple[list[BeatRow], UUID | None]:
    """One page of them, after the case named, and the case that the next page begins after. A fixed number of queries.

    A case that is no longer among them begins the list anew.
    """
    found = in_order(actor, at=at)
    named = led_cases(actor, at=at).filter(ref=after).values_list("pk", flat=True).first() if after else None
    place = next((n for n, beat in enumerate(found, 1) if beat.case_id == named), 0) if named else 0
    shown = worded(found[place : place + PAGE], actor, at=at)
    return shown, shown[-1].case.ref if shown and len(found) > place + PAGE else None


def _beat_row(case: Case, beat: Beat, leads: bool, at: datetime) -> BeatRow:
    if beat.booked is not None:
        way = reverse("meetings:meeting", args=[beat.booked.ref]), "Se mötet"
    elif leads:
        way = reverse("meetings:book", args=[case.ref]), "Boka möte"
    else:
        way = reverse("hub:case", args=[case.ref]), "Se ärendet"
    return BeatRow(case, beat, words.beat_words(beat, at), words.since_words(beat, at), *way)


def to_book(actor: Actor, *, at: datetime, late_only: bool = False, most: int = PAGE) -> list[BeatRow]:
    """Cases in which a meeting is due or late and none is booked; the first `most` of them, in words."""
    waiting = (beat for beat in in_order(actor, at=at) if beat.booked is None)
    wanted = (LATE,) if late_only else (LATE, DUE)
    return worded([beat for beat in waiting if beat.state(at) in wanted][:most], actor, at=at)


# --- who is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with a seat that reads, who can be asked to a meeting of the case.

    `called`: the role in the middle of a sentence. `deputy`: whom the party has named to come instead.
    """

    assignment: Assignment
    role: str
    called: str
    required: bool
    deputy: Assignment | None = None

    @property
    def label(self) -> str:
        return f"{self.assignment.user.name}, {self.role}, {self.assignment.unit.agency.name}"

    @property
    def everybody(self) -> tuple[Assignment, ...]:
        """Who may come, the ordinary one first."""
        return (self.assignment, self.deputy) if self.deputy else (self.assignment,)


@dataclass(frozen=True, slots=True)
class Kin:
    """The youth or somebody close, who can be asked by letter or by word."""

    person: Person
    role: str
    custody: bool


def candidates(case: Case, actor: Actor, *, at: datetime) -> list[Candidate]:
    """The case's people, the owner's first. A deputy stands beside the contact, or alone while standing in."""
    held = CaseSeat.objects.in_force(at=at).filter(party_active(at, "participation__"), content_object=case)
    rows = permitted(held.held(at=at), actor, at=at).select_related(
        "assignment__user", "assignment__unit__agency", "participation"
    )
    seats = list(rows.order_by("pk"))
    deputies = {seat.participation_id: seat.assignment for seat in seats if seat.kind == SeatKind.DEPUTY}
    awake = {seat.assignment_id for seat in seats if seat.kind != SeatKind.DEPUTY}
    found: dict[int, Candidate] = {}
    for seat in seats:
        if seat.kind == SeatKind.DEPUTY:
            continue
        deputy = deputies.get(seat.participation_id) if seat.kind == SeatKind.CONTACT else None
        if deputy is not None and deputy.pk in awake:
            deputy = None
        found.setdefault(seat.assignment_id, _candidate(seat, deputy))
    owner = case.owner_unit_id
    return sorted(found.values(), key=lambda one: (one.assignment.unit_id != owner, swedish.sort_key(one.label)))


def _candidate(seat: CaseSeat, deputy: Assignment | None) -> Candidate:
    own = seat.kind in LEADING_KINDS
    role = str(seat.get_kind_display() if own else seat.participation.get_role_display()).lower()
    called = LEADS[SeatKind(seat.kind)] if own else ROLES[PartyRole(seat.participation.role)]
    if seat.kind == SeatKind.SUBSTITUTE:
        role, called = f"{role}, ersätter", f"{called}s ersättare"
    return Candidate(seat.assignment, role, called, required=seat.kind != SeatKind.LOTS, deputy=deputy)


def family(case: Case, actor: Actor, *, at: datetime) -> list[Kin]:
    """The youth first, then those close to the youth whom the actor may see."""
    youth = permitted(Person.objects.filter(individual=case.individual_id), actor, at=at)
    individual = Individual(pk=case.individual_id)
    with_custody = set(Relative.objects.with_custody(at=at).filter(individual=individual).values_list("pk", flat=True))
    return [
        *(Kin(person, "den unge", True) for person in youth),
        *(
            Kin(one.person, str(one.get_kind_display()).lower(), one.pk in with_custody)
            for one in relatives_of(individual, actor, at=at)
        ),
    ]


def one_by_one(people: Iterable[Kin]) -> bool:
    """Whether somebody in the family may have to be kept from another: each is then chosen by hand (P-A8)."""
    return any(kin.person.is_protected or kin.person.family_security_flag for kin in people)


def interpreter_for(people: Iterable[Kin]) -> str:
    """The languages that those in the family with custody, and the youth, need an interpreter for."""
    needed = [kin.person.language for kin in people if kin.custody and kin.person.needs_interpreter]
    return ", ".join(dict.fromkeys(needed))[:40]


def rooms(actor: Actor, *, at: datetime) -> list[Room]:
    in_use = permitted(Room.objects.in_force(at=at), actor, at=at)
    return list(in_use.order_by(swedish.swedish_order("place"), swedish.swedish_order("name"), "pk"))


def still_asked(
    meeting: Meeting, people: Sequence[Candidate]
) -> tuple[list[Assignment], list[Assignment], list[Person]]:
    """Who must come to a meeting, who may, and the family: those who can still be asked."""
    rows = list(meeting.participants.filter(removed_at=None).select_related("person").order_by("pk"))
    known = {one.pk: one for person in people for one in person.everybody}
    must = [known[one.assignment_id] for one in rows if one.assignment_id in known and one.required]
    may = [known[one.assignment_id] for one in rows if one.assignment_id in known and not one.required]
    return must, may, [one.person for one in rows if one.person is not None]


# --- one meeting -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Somebody who is asked, with the answer."""

    place: Participant
    name: str
    role: str
    agency_kind: str
    #: Has booked it and not answered, so there is nothing to ask.
    organises: bool = False

    @property
    def badge(self) -> tuple[str, str]:
        return words.ANSWER_BADGE[self.place.answer]


def asked_to(meeting: Meeting, actor: Actor, *, at: datetime) -> list[AskedRow]:
    """Whom the policy lets the actor know to be asked: officials first, then the family. Four queries."""
    rows = permitted(meeting.participants.filter(removed_at=None), actor, at=at).select_related(
        "assignment__user", "assignment__unit__agency", "person", "meeting"
    )
    kinds = dict(Relative.objects.filter(individual=meeting.case.individual_id).values_list("person_id", "kind"))
    roles = dict(
        permitted(Participation.objects.filter(case=meeting.case), actor, at=at).values_list("agency_id", "role")
    )
    deputies = CaseSeat.objects.in_force(at=at).filter(content_object=meeting.case, kind=SeatKind.DEPUTY)
    instead = set(permitted(deputies, actor, at=at).values_list("assignment", flat=True))
    return [_asked_row(row, kinds, roles, instead) for row in rows.order_by(F("person").asc(nulls_first=True), "pk")]


def _asked_row(row: Participant, kinds: dict[int, str], roles: dict[int, str], instead: set[int]) -> AskedRow:
    if row.person is not None:
        kind = kinds.get(row.person.pk)
        said = str(Relative(kind=kind).get_kind_display()).lower() if kind else "den unge"
        return AskedRow(row, row.person.name, said, "")
    assert row.assignment is not None  # noqa: S101 - one or the other, by constraint
    agency = row.assignment.unit.agency
    role = roles.get(agency.pk, "")
    word = str(Participation(role=role).get_role_display()).lower() if role and role != "agare" else ""
    organises = row.answer == Answer.WAITING and row.assignment_id == row.meeting.organiser_id
    word = f"{word}, ersättare" if row.assignment_id in instead else word
    words_of = ", ".join(filter(None, (word, agency.name)))
    return AskedRow(row, row.assignment.user.name, words_of, agency.kind, organises)


def latest_of(case: Case, actor: Actor, *, at: datetime) -> tuple[Meeting | None, Meeting | None]:
    """The next network meeting of the case that the actor may know of, and the last one that took place."""
    rows = permitted(Meeting.objects.filter(case=case, kind=MeetingKind.NETWORK), actor, at=at).select_related("room")
    ahead = rows.filter(state__in=OCCUPYING, ends_at__gt=at).order_by("starts_at", "pk").first()
    took = (MeetingState.HELD, MeetingState.BROKEN_OFF)
    return ahead, rows.filter(state__in=took).order_by("-starts_at", "-pk").first()
