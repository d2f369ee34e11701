"""How a proposal looks: a week of days and half hours, and each meeting in words (P-M3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from hub import clock, swedish
from hub.calendar_se import CLOSES, OPENS, holiday_name
from meetings import words
from meetings.models import Proposal, ProposalQuality, ProposalState
from meetings.planning import times
from meetings.planning.problem import STARTS
from meetings.planning.single import Suggestion
from meetings.proposals import Line, Standing
from meetings.proposing import Asked

#: State → kind of badge and icon.
BADGE = {
    ProposalState.ASKED: ("info", "timer"),
    ProposalState.RUNNING: ("info", "timer"),
    ProposalState.READY: ("warn", "eye"),
    ProposalState.CANCELLED: ("neutral", "circle-x"),
    ProposalState.FAILED: ("danger", "circle-alert"),
    ProposalState.CONFIRMED: ("ok", "circle-check"),
    ProposalState.DROPPED: ("neutral", "circle-x"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One meeting of the proposal in words."""

    line: Line
    url: str
    when: str
    hours: str
    before: str
    where: str
    people: str
    conflicts: tuple[str, ...]

    @property
    def ref(self) -> str:
        return str(self.line.row.ref)

    @property
    def case(self) -> object:
        return self.line.row.case

    @property
    def number(self) -> str:
        return self.line.row.case.number

    @property
    def room(self) -> str:
        return str(self.line.row.room.ref) if self.line.row.room else "link"


@dataclass(frozen=True, slots=True)
class Cell:
    """A half hour of a day: where a meeting may be put."""

    day: str
    begins: str
    what: str
    meetings: list[Shown]


@dataclass(frozen=True, slots=True)
class Column:
    on: date
    name: str
    holiday: str
    today: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Five days; `rows` are half hours with one cell per day."""

    title: str
    days: list[Column]
    rows: list[tuple[str, list[Cell]]]


def shown(standing: Standing, line: Line, refused: Mapping[int, Sequence[str]]) -> Shown:
    row, minutes = line.row, timedelta(minutes=standing.proposal.minutes)
    before = timedelta(minutes=standing.proposal.officials_minutes)
    begins = row.starts_at
    room = f"{row.room.name}, {row.room.place}" if row.room else "Videomöte"
    return Shown(
        line=line,
        url=reverse("meetings:proposed", args=[standing.proposal.ref, row.ref]),
        when=words.day_heading(begins, begins) if begins else "",
        hours=words.hours(begins, begins + minutes) if begins else "",
        before=words.hours(begins - before, begins) if begins and before else "",
        where=room if begins else "",
        people=swedish.listing(line.people),
        conflicts=tuple(refused.get(row.pk, line.conflicts)),
    )


def mondays(proposal: Proposal) -> list[date]:
    first = proposal.first_day - timedelta(days=proposal.first_day.weekday())
    return [first + timedelta(days=n) for n in range(0, (proposal.last_day - first).days + 1, 7)]


def week(monday: date, meetings: Sequence[Shown], today: date) -> Week:
    """The working days of a week; a meeting stands in the half hour in which it begins."""
    days = [monday + timedelta(days=n) for n in range(5)]
    there: dict[tuple[date, time], list[Shown]] = defaultdict(list)
    for one in meetings:
        if one.line.chosen and one.line.row.starts_at is not None:
            wall = clock.local(one.line.row.starts_at)
            begins = time(wall.hour, wall.minute - wall.minute % STARTS)
            there[wall.date(), min(max(begins, OPENS), _starts()[-1])].append(one)
    rows = [
        (
            words_of(at),
            [
                Cell(
                    day=on.isoformat(),
                    begins=words_of(at),
                    what=f"{swedish.weekday(on)} {swedish.day_month(on)} kl. {words_of(at)}",
                    meetings=there[on, at],
                )
                for on in days
            ],
        )
        for at in _starts()
    ]
    title = f"{swedish.week(monday).capitalize()}, {swedish.day_month(monday)} till {swedish.day_month(days[-1])}"
    columns = [
        Column(on, f"{swedish.WEEKDAYS_SHORT[on.weekday()]} {on.day}", holiday_name(on), on == today) for on in days
    ]
    return Week(title, columns, rows)


def words_of(at: time) -> str:
    return f"{at.hour}.{at.minute:02}"


def _starts() -> list[time]:
    first, last = OPENS.hour * 60 + OPENS.minute, CLOSES.hour * 60 + CLOSES.minute
    return [time(*divmod(minute, 60)) for minute in range(first, last, STARTS)]


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A time that one meeting could have instead."""

    label: str
    notes: tuple[str, ...]
    day: str
    begins: str
    room: str


def other_time(found: Suggestion, asked: Asked) -> OtherTime:
    wall = clock.local(found.placed.slot.start)
    room = asked.rooms.get(found.placed.slot.room)
    where = room.name if room is not None else "videomöte"
    return OtherTime(
        label=f"{times.slot_text(found.placed.slot.start)}, {where}",
        notes=found.notes,
        day=wall.date().isoformat(),
        begins=words_of(wall.time()),
        room=found.placed.slot.room,
    )


def quality(proposal: Proposal) -> str:
    """How good it is, in a sentence."""
    less = proposal.possible - proposal.on_time
    if proposal.quality == ProposalQuality.OPTIMAL:
        return "Det går inte att få fler möten i tid med de kalendrar som finns."
    if proposal.quality == ProposalQuality.GREEDY:
        return "Mötena är placerade ett i taget. Det kan gå att få in fler."
    if less > 0:
        return f"Tiden för planeringen tog slut. Högst {less} till hade kunnat bli i tid."
    return "Så många möten som går är i tid. Dagar och lokaler hade kanske kunnat passa bättre."


def days_of(proposal: Proposal) -> str:
    return f"{swedish.day_month(proposal.first_day)} till {swedish.day(proposal.last_day)}"


def progress(proposal: Proposal, at: datetime) -> str:
    """How far it has come, said again only when it is another."""
    if proposal.state == ProposalState.ASKED:
        waited = at - proposal.asked_at
        slow = " Det tar längre tid än vanligt." if waited > timedelta(minutes=1) else ""
        return f"Väntar på att planeringen ska börja.{slow}"
    if not proposal.placed:
        return f"Läser kalendrar och letar tider för {swedish.plural(proposal.total, 'möte', 'möten')}."
    return (
        f"{proposal.placed} av {swedish.plural(proposal.total, 'möte', 'möten')} har en tid, {proposal.on_time} i tid."
    )
