"""The fourth-week rhythm (P-M2, R58): since when a case has had no meeting that counts, and when the next one is due.

Days are counted from the last network meeting that was held with the youth, or with a guardian if somebody was in
contact with the youth within a week of it; before the first one, from the day when the insats began. The next is held
in the last week of the rhythm: day 21-28 if nothing else was decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
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

SOON, DUE, BOOKED, LATE = "soon", "due", "booked", "late"


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
    booked: Meeting | None

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
    """Where each of these cases stands at `at`; those without a rhythm are left out. A fixed number of queries."""
    ids = list(cases)
    rows = Case.objects.filter(keeps_rhythm(), pk__in=ids).annotate(last_held=Subquery(_last_counting(at)))
    began = rows.values_list("pk", "phase_from", "last_held")
    kept = {rhythm.case_id: rhythm for rhythm in Rhythm.objects.in_force(at=at).filter(case__in=ids)}
    booked: dict[int, Meeting] = {}
    planned = Meeting.objects.filter(case__in=ids, kind=MeetingKind.NETWORK, state__in=OCCUPYING, ends_at__gt=at)
    for meeting in planned.order_by("starts_at", "pk"):
        booked.setdefault(meeting.case_id, meeting)
    return {
        pk: Beat(
            case_id=pk,
            since=max(last_held, phase_from) if last_held else phase_from,
            held=last_held is not None and last_held >= phase_from,
            days=kept[pk].days if pk in kept else LATEST,
            reason=kept[pk].reason if pk in kept else "",
            booked=booked.get(pk),
        )
        for pk, phase_from, last_held in began
    }


def _last_counting(at: datetime) -> "QuerySet[Meeting, Any]":
    """When the last meeting that counts was held, for the outer case."""
    there = Participant.objects.filter(
        meeting=OuterRef("pk"), attendance__in=(Attendance.PRESENT, Attendance.LATE), removed_at=None
    )
    youth = there.filter(person__individual=OuterRef("case__individual"))
    custody = Relative.objects.filter(
        Q(custody_to=None) | Q(custody_to__gt=OuterRef(OuterRef("starts_at"))),
        individual=OuterRef(OuterRef("case__individual")),
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
    counting = held.filter(Exists(youth) | Exists(there.filter(Exists(custody))) & Exists(near))
    return counting.order_by().values("case").annotate(last=Max("starts_at")).values("last")
