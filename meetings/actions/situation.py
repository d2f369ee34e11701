"""Writing into the shared picture, and taking out what should not have been there (P-X2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from hub import clock
from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import Agency, District
from meetings.groups import guard
from meetings.models import (
    Group,
    GroupMeeting,
    GroupMember,
    MeetingState,
    Occurrence,
    SituationEntry,
    TimeOfDay,
    Trend,
)

#: An observation is of at most a month, or it says nothing about when; and not older than a year.
LONGEST, OLDEST = timedelta(days=31), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: where, from one day to another, at what times of the day, and how it changes."""

    kind: str
    place: str
    first_on: date
    last_on: date
    times: Sequence[str]
    seen: str
    trend: str
    district: District | None = None
    #: Whose observation it is; None for the writer's own agency. A leader writes what is told in the room.
    source: Agency | None = None
    cleared: Collection[str] = field(default=())


@transaction.atomic
def note_situation(group: Group, what: Seen, *, by: Actor, at: datetime) -> SituationEntry:
    """Write an observation into the picture of a group. While a meeting goes on it belongs to that meeting.

    Raises:
        Denied: does not sit in the group. Invalid: something missing or impossible, or a personnummer. Questioned.
    """
    require(group, by, "take_part", at=at)
    _check(group, what, by=by, at=at)
    source = what.source or Agency(pk=by.agency_id)
    if source.pk != by.agency_id:
        require(group, by, "lead", at=at)
        sitting = GroupMember.objects.in_force(at=at).filter(group=group, assignment__unit__agency=source.pk)
        if not sitting.exists():
            raise Invalid({"source": "Verksamheten sitter inte i gruppen. Välj en annan."})
    going_on = GroupMeeting.objects.filter(group=group, state=MeetingState.OPEN).order_by("-starts_at").first()
    made: SituationEntry = SituationEntry.objects.create(
        municipality_id=group.municipality_id,
        group=group,
        kind=what.kind,
        place=what.place,
        district=what.district,
        first_on=what.first_on,
        last_on=what.last_on,
        times=[time for time in TimeOfDay.values if time in what.times],
        source_id=source.pk,
        seen=what.seen,
        trend=what.trend,
        meeting=going_on,
        recorded_by_id=by.assignment_id,
        recorded_at=at,
    )
    record("situation.noted", actor=by, at=at, objects=[made])
    return made


def _check(group: Group, what: Seen, *, by: Actor, at: datetime) -> None:
    today, wrong = clock.local_day(at), dict[str, str]()
    if what.kind not in Occurrence.values:
        wrong["kind"] = "Välj vad som har setts."
    if what.trend not in Trend.values:
        wrong["trend"] = "Välj hur det utvecklas."
    if not what.times or not set(what.times) <= set(TimeOfDay.values):
        wrong["times"] = "Välj minst en tid på dygnet."
    if not what.place:
        wrong["place"] = "Skriv var: en plats som andra känner igen."
    if not what.seen:
        wrong["seen"] = "Skriv vad som har setts."
    if what.first_on > today or what.first_on < today - OLDEST:
        wrong["first_on"] = "Skriv en dag som har varit, högst ett år tillbaka."
    if not what.first_on <= what.last_on <= min(today, what.first_on + LONGEST):
        wrong["last_on"] = "Sista dagen är samma dag eller senare, högst en månad efter den första, och har varit."
    if what.district is not None and what.district.municipality_id != group.municipality_id:
        wrong["district"] = "Välj ett område i kommunen."
    if wrong:
        raise Invalid(wrong)
    guard.check(group, {"place": what.place, "seen": what.seen}, cleared=what.cleared, by=by, at=at)


@transaction.atomic
def strike_situation(
    entry: SituationEntry, *, reason: str, row_version: int, cleared: Collection[str] = (), by: Actor, at: datetime
) -> SituationEntry:
    """Take an observation out of the picture, with a reason. It is shown and counted no longer; the row stays.

    Raises:
        Denied; Invalid: no reason. Conflict: taken out already. Questioned.
    """
    require(entry, by, "strike", at=at)
    if not reason:
        raise Invalid({"reason": "Skriv varför posten tas bort."})
    guard.check(entry.group, {"reason": reason}, cleared=cleared, by=by, at=at)
    rows = SituationEntry.objects.filter(pk=entry.pk, row_version=row_version, struck_at=None)
    if not rows.update(
        struck_at=at, struck_by=by.assignment_id, struck_reason=reason, row_version=F("row_version") + 1
    ):
        raise Conflict("Posten är redan borttagen. Hämta sidan på nytt.")
    entry.refresh_from_db()
    record("situation.struck", actor=by, at=at, objects=[entry])
    return entry
