"""The fourth-week rhythm (P-M2, R58): since when a case has had no meeting that counts, and when the next one is due.

Days are counted from the last network meeting that was held with the youth, or with a guardian if somebody was in
contact with the youth within a week of it; before the first one, from the day when the insats began. The next is held
in the last week of the rhythm: day 21-28 if nothing else was decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate

from hub import clock
from hub.models import Case, CaseForm, Phase, Relative
from meetings.models import (
    LATEST,
    OCCUPYING,
    Attendance,
    Meeting,
    MeetingKind,
    MeetingState,
    Participant,
    Rhythm,
    YouthContact,
)

#: Ways of working that keep the rhythm, in the phase in which they do (methods.md, SIG and SSPF).
KEEPING = (CaseForm.SIG, CaseForm.SIG_RBM, CaseForm.SSPF_INDIVID, CaseForm.SSPF_JUNIOR)
#: The meeting is planned in the last week of the rhythm.
WINDOW = timedelta(days=7)
#: A contact with the youth this near to a meeting with a guardian lets it count.
NEAR = timedelta(days=7)
#: Longer than any meeting.
A_DAY = timedelta(days=1)

SOON, DUE, BOOKED, LATE = "soon", "due", "booked", "late"


class Booked(NamedTuple):
    """The next meeting: no more of it than a list of hundreds needs."""

    ref: UUID
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Beat:
    """Where one case stands in its rhythm.

    Args:
        since: the last meeting that counts, or when the insats began.
        held: whether `since` is a meeting.
        days: the day of the rhythm by which the next one is held.
        reason: why it is longer than four weeks, if it is.
        booked: the next meeting that is planned, if any.
    """

    case_id: int
    since: datetime
    held: bool
    days: int
    reason: str
    booked: Booked | None

    @property
    def day_one(self) -> date:
        return clock.local_day(self.since)

    @property
    def opens(self) -> date:
        """The first day on which the next meeting is in time."""
        return self.last_day - WINDOW

    @property
    def last_day(self) -> date:
        return self.day_one + timedelta(days=self.days)

    @property
    def due_at(self) -> datetime:
        """The instant from which it is too late: the end of the last day in Stockholm."""
        return clock.end_of_day(self.last_day)

    def day(self, at: datetime) -> int:
        """How many days have gone since the last one."""
        return (clock.local_day(at) - self.day_one).days

    def state(self, at: datetime) -> str:
        """LATE from the end of the last day, BOOKED with a meeting planned in time, DUE in the window, else SOON."""
        if at >= self.due_at:
            return LATE
        if self.booked is not None and self.booked.starts_at < self.due_at:
            return BOOKED
        return DUE if clock.local_day(at) >= self.opens else SOON


def keeps_rhythm() -> Q:
    """Cases with a rhythm to keep: SIG and SSPF while the insats goes on."""
    return Q(form__in=KEEPING, phase=Phase.INSATS, closed_at=None)


def beats(cases: Iterable[int], *, at: datetime) -> Mapping[int, Beat]:
    """Where each of these cases stands at `at`; those without a rhythm are left out. One query."""
    return {beat.case_id: beat for beat in beats_of(Case.objects.filter(pk__in=list(cases)), at=at)}


def beats_of(cases: "QuerySet[Case]", *, at: datetime) -> list[Beat]:
    """The same of the cases of a queryset: one query, without models, so that hundreds can be put in order (P-Q2)."""
    rhythm = Rhythm.objects.in_force(at=at).filter(case=OuterRef("pk"))
    planned = Meeting.objects.filter(
        case=OuterRef("pk"),
        kind=MeetingKind.NETWORK,
        state__in=OCCUPYING,
        starts_at__gt=at - A_DAY,  # for the index: no meeting is as long
        ends_at__gt=at,
    ).order_by("starts_at", "pk")
    rows = cases.filter(keeps_rhythm()).annotate(
        last_held=Subquery(_last_counting(at)),
        rhythm_days=Subquery(rhythm.values("days")[:1]),
        rhythm_reason=Subquery(rhythm.values("reason")[:1]),
        next_ref=Subquery(planned.values("ref")[:1]),
        next_at=Subquery(planned.values("starts_at")[:1]),
    )
    read = rows.values_list(
        "pk", "phase_from", "last_held", "rhythm_days", "rhythm_reason", "next_ref", "next_at", named=True
    )
    return [
        Beat(
            case_id=row.pk,
            since=max(row.last_held, row.phase_from) if row.last_held else row.phase_from,
            held=row.last_held is not None and row.last_held >= row.phase_from,
            days=row.rhythm_days or LATEST,
            reason=row.rhythm_reason or "",
            booked=Booked(row.next_ref, row.next_at) if row.next_ref else None,
        )
        for row in read
    ]


def _last_counting(at: datetime) -> "QuerySet[Meeting, Any]":
    """When the last meeting that counts was held, for the outer case.

    Asked backwards from the newest one, so that a case with years of meetings costs no more than a new one (P-Q2). The
    youth is read from the outer case, not joined once per meeting; and who was there is asked as `[:1]`, since
    PostgreSQL under row-level security would read every attendance of the youth to hash an `EXISTS`.
    """
    there = Participant.objects.filter(
        meeting=OuterRef("pk"), attendance__in=(Attendance.PRESENT, Attendance.LATE), removed_at=None
    )
    youth = there.filter(person=OuterRef(OuterRef("individual__person")))
    custody = Relative.objects.filter(
        Q(custody_to=None) | Q(custody_to__gt=OuterRef(OuterRef("starts_at"))),
        individual=OuterRef(OuterRef(OuterRef("individual"))),
        person=OuterRef("person"),
        custody_from__lte=OuterRef(OuterRef("starts_at")),
    )
    near = YouthContact.objects.filter(
        case=OuterRef("case"),
        on__gte=OuterRef("held_on") - Value(NEAR),
        on__lte=OuterRef("held_on") + Value(NEAR),
    )
    held = Meeting.objects.filter(
        case=OuterRef("pk"), kind=MeetingKind.NETWORK, state=MeetingState.HELD, starts_at__lte=at
    ).annotate(held_on=TruncDate("starts_at", tzinfo=clock.STOCKHOLM))
    counting = held.annotate(came=Subquery(youth.values("pk")[:1])).filter(
        Q(came__isnull=False) | Exists(there.filter(Exists(custody))) & Exists(near)
    )
    return counting.order_by("-starts_at").values("starts_at")[:1]
