"""A proposal as it stands: what it says, read against what is true now (P-M3).

People, rooms and calendars are read anew each time, so that a page and a confirmation speak of what holds and not of
what held when the proposal was made. Every collision is found by `planning.check`, which shares nothing with the
search.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import F, QuerySet

from hub import clock
from hub.access import Actor, permitted
from hub.models import SOCIAL_ROLES, Case, District
from meetings import due, proposing
from meetings.models import MeetingForm, Proposal, ProposedMeeting
from meetings.planning import wishes
from meetings.planning.check import check, once_each, texts
from meetings.planning.problem import Meeting, Placed, Problem, Slot
from meetings.planning.single import Suggestion, best_slots
from meetings.proposing import LINK, Asked, Wanted
from meetings.rhythm import keeps_rhythm

#: Nothing more is said: a meeting was booked meanwhile, the rhythm is another, or nobody can be asked.
NOT_DUE = "Ärendet behöver inte längre något möte de här veckorna. Lämna det utanför."
NO_ROOM = "Lokalen går inte att boka längre. Välj en annan."
#: Of all times that one meeting could have: how many are ranked, and how many of a day are worth telling.
RANKED, PER_DAY = 400, 2
_SOMEBODY = re.compile(r"\[([a-z][0-9]+)\]")


def may_plan(actor: Actor, *, at: datetime) -> bool:
    """Those who can lead cases plan; whoever leads none has nothing to plan."""
    return actor.in_case_work(at=at) and actor.role in SOCIAL_ROLES


def led(actor: Actor, *, at: datetime, district: District | None = None) -> "QuerySet[Case]":
    """The cases in which the actor may book and that keep a rhythm: planning reaches no further than booking."""
    rows = permitted(Case.objects.filter(keeps_rhythm()), actor, "lead", at=at).select_related("owner_unit")
    return rows.filter(district=district) if district is not None else rows


def districts(actor: Actor, *, at: datetime) -> list[District]:
    """The districts of these cases."""
    return list(District.objects.filter(pk__in=led(actor, at=at).values("district")).order_by("name", "pk"))


def wanted(proposal: Proposal, actor: Actor, *, at: datetime) -> list[Wanted]:
    """What a proposal is to place."""
    return _due(proposal, led(actor, at=at, district=proposal.district).order_by("pk"), actor, at)


def _due(proposal: Proposal, cases: Iterable[Case], actor: Actor, at: datetime) -> list[Wanted]:
    return due.due(
        cases,
        actor,
        first_day=proposal.first_day,
        last_day=proposal.last_day,
        minutes=proposal.minutes,
        pre_minutes=proposal.officials_minutes,
        at=at,
    )


# --- a proposal that is ready ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of the proposal. `conflicts`: why it cannot be booked; `notes`: what is less than wished."""

    row: ProposedMeeting
    placed: Placed | None
    people: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return str(self.row.case.ref)

    @property
    def chosen(self) -> bool:
        return self.row.starts_at is not None and not self.row.left_out


@dataclass(frozen=True, slots=True)
class Standing:
    """The proposal against what holds at the instant of reading."""

    proposal: Proposal
    asked: Asked
    lines: list[Line]

    @property
    def chosen(self) -> list[Line]:
        """Those that confirming books, in time order."""
        return [line for line in self.lines if line.chosen]

    @property
    def in_the_way(self) -> list[Line]:
        return [line for line in self.chosen if line.conflicts]

    def line(self, row: ProposedMeeting) -> Line:
        return next(line for line in self.lines if line.row.pk == row.pk)

    def others(self, row: ProposedMeeting) -> list[Placed]:
        """The other meetings, where they are."""
        return [line.placed for line in self.chosen if line.placed is not None and line.row.pk != row.pk]


def standing(proposal: Proposal, actor: Actor, *, at: datetime) -> Standing:
    """What the actor may read of a proposal, checked. A fixed number of queries, however many meetings."""
    rows = permitted(proposal.meetings.select_related("case__owner_unit", "room"), actor, at=at)
    rows = rows.order_by(F("starts_at").asc(nulls_last=True), "due_day", "pk")
    found = list(rows)
    asked = proposing.problem(
        [_anyday(one, proposal) for one in _due(proposal, [row.case for row in found], actor, at)],
        actor,
        at=at,
        anywhere=[str(row.case.ref) for row in found],
    )
    placed = {row.pk: one for row in found if (one := placed_as(row, asked)) is not None}
    taking = [placed[row.pk] for row in found if row.pk in placed and not row.left_out]
    against: dict[str, list[str]] = {}
    for collision in check(asked.problem, taking):
        against.setdefault(collision.meeting, []).append(collision.text)
    return Standing(proposal, asked, [_line(row, placed.get(row.pk), asked, against) for row in found])


def _anyday(one: Wanted, proposal: Proposal) -> Wanted:
    """Whoever plans may choose a day before the rhythm's last week, or after it: that is told and not refused."""
    days = one.window
    return replace(one, window=replace(days, earliest=proposal.first_day, latest=proposal.last_day))


def placed_as(row: ProposedMeeting, asked: Asked) -> Placed | None:
    """A row as the planner has it; None where it has no time, or what it needs is not there any more."""
    meeting = asked.problem.meeting.get(str(row.case.ref))
    if meeting is None or row.starts_at is None:
        return None
    room = str(row.room.ref) if row.room is not None else LINK.ref
    if room not in asked.problem.room:
        return None
    return Placed(meeting.ref, Slot(row.starts_at, room), (sitting(meeting, row.people),))


def sitting(meeting: Meeting, people: Sequence[str]) -> tuple[str | None, ...]:
    """Who sits on each seat as it is now: as it was decided, else the ordinary person where one must be there."""
    stored = set(people)
    return tuple(
        next((ref for ref in seat.eligible if ref in stored), seat.person if seat.required else None)
        for seat in meeting.seats
    )


def _line(row: ProposedMeeting, placed: Placed | None, asked: Asked, against: dict[str, list[str]]) -> Line:
    ref = str(row.case.ref)
    if placed is None:
        gone = NOT_DUE if ref not in asked.wanted else NO_ROOM if row.starts_at is not None else ""
        return Line(
            row,
            None,
            conflicts=(gone,) if gone else (),
            reasons=tuple(named(text, asked.problem, ref) for text in row.reasons),
            remedies=tuple(named(text, asked.problem, ref) for text in row.remedies),
        )
    coming = [ref for ref in placed.people[0] if ref is not None]
    return Line(
        row,
        placed,
        people=tuple(asked.problem.person[one].label for one in coming),
        conflicts=tuple(once_each(against.get(ref, ()))),
        notes=(*_before(placed, asked), *wishes.notes(asked.problem, placed)),
    )


def _before(placed: Placed, asked: Asked) -> tuple[str, ...]:
    meeting = asked.problem.meeting[placed.meeting]
    early = clock.local_day(placed.slot.start) < meeting.window.target
    return ("Före rytmens sista vecka.",) if early else ()


def conflicts_at(standing: Standing, row: ProposedMeeting, placed: Placed) -> list[str]:
    """What would be in the way of one meeting there, and nothing of the others'."""
    return texts(check(standing.asked.problem, [*standing.others(row), placed], only=placed.meeting))


def other_times(standing: Standing, row: ProposedMeeting, number: int) -> list[Suggestion]:
    """The best times of one meeting beside the others, in the rooms near it; a few of each day, to choose among."""
    problem, ref = standing.asked.problem, str(row.case.ref)
    if ref not in problem.meeting:
        return []
    near = tuple(replace(one, rooms=standing.asked.near[one.ref]) for one in problem.meetings if one.ref == ref)
    meetings = tuple(one for one in problem.meetings if one.ref != ref)
    ranked = best_slots(replace(problem, meetings=(*meetings, *near)), ref, RANKED, placed=standing.others(row))
    per_day: dict[date, int] = {}
    found = []
    for one in ranked:
        day = clock.local_day(one.placed.slot.start)
        per_day[day] = per_day.get(day, 0) + 1
        if per_day[day] <= PER_DAY and one.placed.slot.start != row.starts_at:
            found.append(one)
    return found[:number]


# --- names in what is stored -----------------------------------------------------------------------------------------


def nameless(problem: Problem) -> Problem:
    """The same problem with references for names: what is stored of it says `[u12]`, and never who that is."""
    return replace(problem, people=tuple(replace(one, label=f"[{one.ref}]") for one in problem.people))


def named(text: str, problem: Problem, meeting: str) -> str:
    """A stored text of a meeting with the names of those who belong to its case now, not to another of the proposal."""
    asked = problem.meeting.get(meeting)
    here = {ref for seat in asked.seats for ref in (seat.person, *seat.deputies)} if asked else set()

    def label(found: re.Match[str]) -> str:
        person = problem.person.get(found[1]) if found[1] in here else None
        said = person.label if person is not None else "en av de kallade"
        begins = found.start() == 0 or text[: found.start()].endswith(". ")
        return said[:1].upper() + said[1:] if begins else said

    return _SOMEBODY.sub(label, text)


def slot(starts_at: datetime, room: object | None) -> Slot:
    return Slot(starts_at, str(getattr(room, "ref", "")) or LINK.ref)


def form_of(room: object | None) -> str:
    return MeetingForm.ROOM if room is not None else MeetingForm.VIDEO
