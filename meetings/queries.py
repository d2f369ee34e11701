"""What the pages of meetings show, read through `permitted()`. The number of queries is fixed per page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet
from django.urls import reverse

from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import (
    LEADING_KINDS,
    Assignment,
    Case,
    CaseSeat,
    Individual,
    Participation,
    Person,
    Relative,
    Role,
    SeatKind,
)
from hub.policy import managed_cases, seats
from hub.queries import relatives_of
from meetings import words
from meetings.actions import occupied
from meetings.models import OCCUPYING, Answer, Meeting, MeetingKind, MeetingState, Participant, Room
from meetings.rhythm import LATE, Beat, beats, keeps_rhythm

PAGE = 50


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


def rhythm_rows(actor: Actor, *, at: datetime) -> list[BeatRow]:
    """All of them, the most urgent first. A fixed number of queries, however many cases."""
    cases = {case.pk: case for case in led_cases(actor, at=at)}
    if not cases:
        return []
    leads = set(seats(actor, at).filter(kind__in=LEADING_KINDS).values_list("content_object", flat=True))
    rows = [_beat_row(cases[pk], beat, pk in leads, at) for pk, beat in beats(cases, at=at).items()]
    return sorted(rows, key=lambda row: (row.said.urgency, row.beat.due_at, row.case.pk))


def _beat_row(case: Case, beat: Beat, leads: bool, at: datetime) -> BeatRow:
    if beat.booked is not None:
        way = reverse("meetings:meeting", args=[beat.booked.ref]), "Se mötet"
    elif leads:
        way = reverse("meetings:book", args=[case.ref]), "Boka möte"
    else:
        way = reverse("hub:case", args=[case.ref]), "Se ärendet"
    return BeatRow(case, beat, words.beat_words(beat, at), words.since_words(beat, at), *way)


def to_book(actor: Actor, *, at: datetime) -> list[BeatRow]:
    """Cases in which a meeting is due or late and none is booked."""
    waiting = [row for row in rhythm_rows(actor, at=at) if row.beat.booked is None]
    return [row for row in waiting if row.beat.state(at) == LATE or row.beat.opens <= clock.local_day(at)]


def part_of(rows: Sequence[BeatRow], after: UUID | None) -> tuple[list[BeatRow], UUID | None]:
    """One page of them, after the case named, and the case that the next page begins after."""
    place = next((n for n, row in enumerate(rows, 1) if row.case.ref == after), 0)
    shown = list(rows[place : place + PAGE])
    return shown, shown[-1].case.ref if len(rows) > place + PAGE else None


# --- who is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with a seat that reads, who can be asked to a meeting of the case."""

    assignment: Assignment
    role: str
    required: bool

    @property
    def label(self) -> str:
        return f"{self.assignment.user.name}, {self.role}, {self.assignment.unit.agency.name}"


@dataclass(frozen=True, slots=True)
class Kin:
    """The youth or somebody close, who can be asked by letter or by word."""

    person: Person
    role: str
    custody: bool


def candidates(case: Case, actor: Actor, *, at: datetime) -> list[Candidate]:
    """The case's people, the owner's first; a deputy is there while standing in."""
    held = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=case)
    rows = permitted(held, actor, at=at).select_related("assignment__user", "assignment__unit__agency", "participation")
    found: dict[int, Candidate] = {}
    for seat in rows.order_by("pk"):
        own = seat.kind in LEADING_KINDS
        role = seat.get_kind_display() if own else seat.participation.get_role_display()
        found.setdefault(
            seat.assignment_id, Candidate(seat.assignment, str(role).lower(), required=seat.kind != SeatKind.LOTS)
        )
    owner = case.owner_unit_id
    return sorted(found.values(), key=lambda one: (one.assignment.unit_id != owner, swedish.sort_key(one.label)))


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


def taken(
    people: Sequence[Candidate], *, since: datetime, until: datetime, but: Meeting | None = None
) -> list[tuple[str, str]]:
    """When these people are in other meetings: a name, and "upptagen 9.00–10.00". Never in what.

    Args:
        but: the meeting that is to be moved, and what comes right before it: they are not in the way.
    """
    users = {one.assignment.user_id: one.assignment.user.name for one in people}
    found = occupied(users, since=since, until=until)
    own = set(Meeting.objects.filter(Q(pk=but.pk) | Q(main=but)).values_list("starts_at", "ends_at")) if but else set()
    others = {user: [period for period in periods if period not in own] for user, periods in found.items()}
    return [
        (users[user], "upptagen " + swedish.listing(words.hours(*period) for period in periods))
        for user, periods in others.items()
        if periods
    ]


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
    """Whom the policy lets the actor know to be asked: officials first, then the family. Three queries."""
    rows = permitted(meeting.participants.filter(removed_at=None), actor, at=at).select_related(
        "assignment__user", "assignment__unit__agency", "person", "meeting"
    )
    kinds = dict(Relative.objects.filter(individual=meeting.case.individual_id).values_list("person_id", "kind"))
    roles = dict(
        permitted(Participation.objects.filter(case=meeting.case), actor, at=at).values_list("agency_id", "role")
    )
    return [_asked_row(row, kinds, roles) for row in rows.order_by(F("person").asc(nulls_first=True), "pk")]


def _asked_row(row: Participant, kinds: dict[int, str], roles: dict[int, str]) -> AskedRow:
    if row.person is not None:
        kind = kinds.get(row.person.pk)
        said = str(Relative(kind=kind).get_kind_display()).lower() if kind else "den unge"
        return AskedRow(row, row.person.name, said, "")
    assert row.assignment is not None  # noqa: S101 - one or the other, by constraint
    agency = row.assignment.unit.agency
    role = roles.get(agency.pk, "")
    word = str(Participation(role=role).get_role_display()).lower() if role and role != "agare" else ""
    organises = row.answer == Answer.WAITING and row.assignment_id == row.meeting.organiser_id
    words_of = ", ".join(filter(None, (word, agency.name)))
    return AskedRow(row, row.assignment.user.name, words_of, agency.kind, organises)


def latest_of(case: Case, actor: Actor, *, at: datetime) -> tuple[Meeting | None, Meeting | None]:
    """The next network meeting of the case that the actor may know of, and the last one that took place."""
    rows = permitted(Meeting.objects.filter(case=case, kind=MeetingKind.NETWORK), actor, at=at).select_related("room")
    ahead = rows.filter(state__in=OCCUPYING, ends_at__gt=at).order_by("starts_at", "pk").first()
    took = (MeetingState.HELD, MeetingState.BROKEN_OFF)
    return ahead, rows.filter(state__in=took).order_by("-starts_at", "-pk").first()
