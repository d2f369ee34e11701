"""Whom a letter about a meeting may go to, and whether they know (P-M6, P-A7, P-A8, R14).

The rule of the consent papers decides: the youth, and whoever decides for the youth. A guardian of somebody who
decides alone, a step-parent or a grown-up youth's parent may well come to the meeting, but hears of it from the youth.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from consent.judging import Deciders, deciders
from hub import clock, swedish
from hub.access import Actor, permitted
from hub.models import CaseSeat, Individual, Person, Relative, SeatKind
from meetings import words
from meetings.letters.texts import language_of
from meetings.letters.wording import (
    BOOKED,
    CANCELLED,
    CHANGED,
    CHILD,
    CHILD_BELOW,
    GUARDIAN,
    YOUTH,
    Facts,
    Letter,
    letter,
)
from meetings.models import (
    SAFE_WAYS,
    TOOK_PLACE,
    CallNumber,
    FamilyClearance,
    FamilyWord,
    Meeting,
    MeetingKind,
    MeetingState,
    Participant,
    ToldHow,
)

#: A meeting that the family can be told of.
TELLABLE = (MeetingState.PLANNED, MeetingState.CANCELLED)

#: One that it can be decided about whether somebody may be told of: afterwards it is about the minutes.
DECIDABLE = (*TELLABLE, *TOOK_PLACE)

#: Where somebody stands: knows, is to be told, has been told something else, needs a decision first, gets no letter.
KNOWS, UNTOLD, OUTDATED, DECIDE, NOBODY = "knows", "untold", "outdated", "decide", "nobody"

#: State → word, kind of badge and icon.
BADGE = {
    KNOWS: ("Vet om mötet", "ok", "circle-check"),
    UNTOLD: ("Vet inte än", "warn", "circle-alert"),
    OUTDATED: ("Vet något som inte gäller", "danger", "triangle-alert"),
    DECIDE: ("Beslut behövs", "warn", "shield-alert"),
    NOBODY: ("Inget brev", "neutral", "circle"),
}

ADULT = "Den unge är vuxen och bestämmer själv. Låt den unge berätta."
ALONE = "Den unge bestämmer själv enligt bedömningen av mognad. Låt den unge berätta."
NO_CUSTODY = "Har inte vårdnaden. Den unge eller en vårdnadshavare kan berätta."
IN_DANGER = "Någon i familjen har skyddade uppgifter eller behöver skydd. Besluta först om personen får kontaktas."
HINDERED = "Förhindrad enligt beslut. Brevet behövs inte, men kan lämnas."


@dataclass(frozen=True, slots=True)
class Told:
    """Who in the family stands how: one row of the page, the panel and the API."""

    place: Participant
    name: str
    role: str
    state: str
    word: FamilyWord | None
    #: Why no letter may go, or what is to be thought of.
    why: str
    needs: bool
    alone: bool
    youth: bool
    #: Who is protected or in danger, which a decision about this person weighs.
    marks: frozenset[str] = frozenset()

    @property
    def may_tell(self) -> bool:
        return self.state in (KNOWS, UNTOLD, OUTDATED)

    @property
    def ways(self) -> list[tuple[str, str]]:
        """How it may be told: without a trace where somebody is protected or in danger."""
        return [(value, str(label)) for value, label in ToldHow.choices if not self.alone or value in SAFE_WAYS]


def marks_of(people: Iterable[Person]) -> frozenset[str]:
    """Who of these is protected or marked as in danger, and how: where anybody is, every letter is forked (P-A8)."""
    people = list(people)
    protected = {f"{person.pk}:{person.protection}" for person in people if person.is_protected}
    return frozenset(protected | {f"{person.pk}:flag" for person in people if person.family_security_flag})


def weigh_anew(person: Person, at: datetime) -> None:
    """Somebody is marked, perhaps as once before: what was decided about the family with that mark holds no more."""
    if marks := sorted(marks_of([person])):
        FamilyClearance.objects.filter(marks__overlap=marks, ended_at=None).update(ended_at=at)


def same(word: FamilyWord, meeting: Meeting) -> bool:
    """Whether what they were told is what holds now."""
    if word.cancelled or meeting.state == MeetingState.CANCELLED:
        return word.cancelled and meeting.state == MeetingState.CANCELLED
    told = (word.starts_at, word.ends_at, word.form, word.room_id, word.place)
    return told == (meeting.starts_at, meeting.ends_at, meeting.form, meeting.room_id, meeting.place)


def told(meeting: Meeting, actor: Actor, *, at: datetime) -> list[Told]:
    """Everybody of the family who is asked to the meeting, the youth first; empty for whoever may not know them."""
    return told_of([meeting], actor, at=at)[meeting.pk]


def told_of(meetings: Collection[Meeting], actor: Actor, *, at: datetime) -> dict[int, list[Told]]:
    """Meeting id → the same, of several meetings: a fixed number of queries.

    Args:
        meetings: loaded with their case.
    """
    asked = Participant.objects.filter(meeting__in=meetings, person__isnull=False, removed_at=None)
    places = permitted(asked.select_related("person"), actor, at=at).order_by("pk")
    by_meeting: dict[int, list[Participant]] = defaultdict(list)
    for place in places:
        by_meeting[place.meeting_id].append(place)
    if not by_meeting:
        return {meeting.pk: [] for meeting in meetings}
    known = _Known(meetings, actor, at)
    return {meeting.pk: known.rows(meeting, by_meeting[meeting.pk]) for meeting in meetings}


class _Known:
    """What is looked up once for several meetings."""

    def __init__(self, meetings: Collection[Meeting], actor: Actor, at: datetime) -> None:
        self.at = at
        youths = {meeting.case.individual_id for meeting in meetings}
        self.individuals = Individual.objects.select_related("person").in_bulk(youths)
        self.deciders = deciders(list(self.individuals.values()), at=at)
        self.relatives: dict[int, dict[int, Relative]] = defaultdict(dict)
        for relative in Relative.objects.filter(individual__in=youths).select_related("person"):
            self.relatives[relative.individual_id][relative.person_id] = relative
        self.words: dict[tuple[int, int], FamilyWord] = {}
        said = FamilyWord.objects.filter(meeting__in=meetings, undone_at=None).select_related("told_by__user")
        for word in permitted(said, actor, at=at).order_by("recorded_at", "pk"):
            self.words[word.meeting_id, word.person_id] = word
        cleared = permitted(FamilyClearance.objects.filter(meeting__in=meetings, ended_at=None), actor, at=at)
        self.cleared: dict[tuple[int, int], list[frozenset[str]]] = defaultdict(list)
        for meeting, person, marks in cleared.values_list("meeting", "person", "marks"):
            self.cleared[meeting, person].append(frozenset(marks))

    def rows(self, meeting: Meeting, places: list[Participant]) -> list[Told]:
        youth = self.individuals[meeting.case.individual_id]
        there = [place.person for place in places if place.person is not None]
        rows = [self.row(meeting, place, youth, there) for place in places]
        return sorted(rows, key=lambda row: (not row.youth, row.place.pk))

    def row(self, meeting: Meeting, place: Participant, youth: Individual, there: list[Person]) -> Told:
        """Where one of the family stands; `there`: all of it that is asked, for a letter says where they will be."""
        relatives, person = self.relatives[youth.pk], place.person
        assert person is not None  # noqa: S101 - asked for in told_of
        is_youth = person.pk == youth.person_id
        holders = [one.person for one in relatives.values() if one.has_custody(at=self.at)]
        marks = marks_of((youth.person, *there, *holders))
        alone = bool(marks)
        word = self.words.get((meeting.pk, person.pk))
        deciding = self.deciders[youth.pk]
        why = "" if is_youth else _refused(person.pk, youth, deciding, self.at)
        # A decision holds for what was weighed, not for what somebody has been marked with since.
        cleared = is_youth or not alone or any(marks <= weighed for weighed in self.cleared[meeting.pk, person.pk])
        state = NOBODY if why else _state(word, meeting) if cleared else DECIDE
        hindered = person.pk in deciding.hindered
        return Told(
            place=place,
            name=person.name,
            role="den unge" if is_youth else _role(relatives.get(person.pk)),
            state=state,
            word=word,
            why=why or ("" if cleared else IN_DANGER) or (HINDERED if hindered else ""),
            needs=_needs(state, word, meeting) and not hindered,
            alone=alone,
            youth=is_youth,
            marks=marks,
        )


def _refused(person: int, youth: Individual, deciding: Deciders, at: datetime) -> str:
    """Why somebody beside the youth gets no letter; empty for whoever decides for the youth."""
    if deciding.alone:
        return ADULT if clock.at_age(youth.person.birth_date, 18) <= at else ALONE
    return "" if person in deciding.elders else NO_CUSTODY


def _state(word: FamilyWord | None, meeting: Meeting) -> str:
    if word is None:
        return UNTOLD
    return KNOWS if same(word, meeting) else OUTDATED


def _needs(state: str, word: FamilyWord | None, meeting: Meeting) -> bool:
    """Whether somebody is to be told; that a meeting is off concerns only those who knew of it."""
    if meeting.state not in TELLABLE or state in (KNOWS, NOBODY):
        return False
    return meeting.state == MeetingState.PLANNED or word is not None


def _role(relative: Relative | None) -> str:
    return str(relative.get_kind_display()).lower() if relative else "närstående"


# --- the letter ------------------------------------------------------------------------------------------------------


def contact_of(meeting: Meeting, actor: Actor, *, at: datetime) -> tuple[str, str]:
    """Whom the family may call, by name, and the number: the coordinator of the case, as on the consent form."""
    seats = CaseSeat.objects.in_force(at=at).filter(content_object=meeting.case_id, kind=SeatKind.COORDINATOR)
    seat = permitted(seats, actor, at=at).select_related("assignment__user").order_by("pk").first()
    assignment = seat.assignment if seat else meeting.organiser
    number = permitted(CallNumber.objects.filter(assignment=assignment), actor, at=at).first()
    return assignment.user.name, number.phone if number else ""


def letter_to(row: Told, meeting: Meeting, contact: tuple[str, str], *, code: str = "sv", at: datetime) -> Letter:
    """The letter that this person gets now.

    Args:
        meeting: with its case, the youth's person, the room and the organiser's agency.

    Raises:
        PaperError: nobody has reviewed the language.
    """
    youth, person = meeting.case.individual.person, row.place.person
    assert person is not None  # noqa: S101 - a row of the family
    child = swedish.age(youth.birth_date, clock.local_day(at)) < CHILD_BELOW
    facts = Facts(
        to=GUARDIAN if not row.youth else CHILD if child else YOUTH,
        about=_about(row, meeting),
        name=person.given_name,
        youth=youth.given_name,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        form=meeting.form,
        place=words.where(meeting),
        interpreter=_interpreter(row, person, meeting),
        contact=contact[0],
        phone=contact[1],
        agency=meeting.organiser.unit.agency.name,
        alone=row.alone,
        voluntary=not meeting.case.court_ordered,
    )
    return letter(facts, language_of(code))


def _interpreter(row: Told, person: Person, meeting: Meeting) -> str:
    """Who interprets; where nothing is said about the others, only for this person's own language (P-A8)."""
    if not row.alone:
        return meeting.interpreter
    own = person.needs_interpreter and person.language.casefold() in meeting.interpreter.casefold()
    return person.language if own else ""


def _about(row: Told, meeting: Meeting) -> str:
    if meeting.state == MeetingState.CANCELLED:
        return CANCELLED
    return CHANGED if row.state == OUTDATED else BOOKED


# --- what is left to do ----------------------------------------------------------------------------------------------


def meetings_to_tell_of(actor: Actor, *, at: datetime, most: int) -> list[Meeting]:
    """Meetings ahead that the actor leads and that somebody in the family may have to be told of, soonest first.

    Chosen by the database: somebody's latest word is missing or says another time or place. Whether that person may be
    told is for `told_of` to say.
    """
    said = FamilyWord.objects.filter(meeting=OuterRef("meeting"), person=OuterRef("person"), undone_at=None)
    latest = FamilyWord.objects.filter(pk=OuterRef("latest"))
    holds = latest.annotate(in_room=Coalesce("room_id", 0)).filter(
        cancelled=False,
        in_room=Coalesce(OuterRef("meeting__room_id"), 0),
        starts_at=OuterRef("meeting__starts_at"),
        ends_at=OuterRef("meeting__ends_at"),
        form=OuterRef("meeting__form"),
        place=OuterRef("meeting__place"),
    )
    asked = Participant.objects.filter(person__isnull=False, removed_at=None).annotate(
        latest=Subquery(said.order_by("-recorded_at", "-pk").values("pk")[:1])
    )
    planned = Q(meeting__state=MeetingState.PLANNED) & ~Exists(holds)
    off = Q(meeting__state=MeetingState.CANCELLED) & Exists(latest.filter(cancelled=False))
    waiting = asked.filter(planned | off, meeting=OuterRef("pk"))
    rows = Meeting.objects.filter(Exists(waiting), kind=MeetingKind.NETWORK, state__in=TELLABLE, starts_at__gt=at)
    led = permitted(rows, actor, "lead", at=at).select_related("case")
    return list(led.order_by("starts_at", "pk")[:most])
