"""Whoever leaves a case is no longer taken by its meetings, and a case with a meeting ahead is not closed (P-A12)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from hub.access import Actor
from hub.contributions import CASE_CHANGED, CLOSING_CHECK, SEATS_ENDED
from hub.models import Case, CaseSeat
from meetings.invitations import out_of_calendar
from meetings.models import Meeting, MeetingState, Occupied, Participant

CALL_OFF = "Det finns ett bokat eller pågående möte. Ställ in det eller avsluta det först."
AHEAD = (MeetingState.PLANNED, MeetingState.OPEN)


def free(cases: Collection[int], *, at: datetime) -> None:
    """Take away when users are taken by meetings of these cases (ids) in which they have no seat any more.

    Whoever comes to another time would otherwise be refused for a meeting that is no longer theirs, and the time going
    away would tell them that it is called off.
    """
    reading = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object__in=cases)
    seated = set(reading.values_list("content_object", "assignment"))
    asked = Participant.objects.filter(
        meeting__case__in=cases, meeting__state__in=AHEAD, removed_at=None, assignment__isnull=False
    ).values_list("meeting__case", "meeting__ref", "assignment", "assignment__user")
    stays = {(ref, user) for case, ref, assignment, user in asked if (case, assignment) in seated}
    for _case, ref, assignment, user in asked:
        if (ref, user) in stays:
            continue
        freed, _rows = Occupied.objects.filter(meeting_ref=ref, user=user).delete()
        if freed:
            out_of_calendar(ref, assignment, at=at)


def free_lapsed(*, at: datetime) -> int:
    """The same where a seat, a time as substitute or an assignment ended by its own date, which no deed tells of.

    In the transaction's kommun; returns in how many cases somebody was still taken.
    """
    reading = CaseSeat.objects.reading(at=at).held(at=at)
    seated = reading.filter(content_object=OuterRef("meeting__case"), assignment=OuterRef("assignment"))
    taken = Occupied.objects.filter(meeting_ref=OuterRef("meeting__ref"), user=OuterRef("assignment__user"))
    rows = Participant.objects.filter(Exists(taken), ~Exists(seated), meeting__state__in=AHEAD, removed_at=None)
    # In the same order as whoever else takes several of them.
    cases = sorted(set(rows.values_list("meeting__case", flat=True)))
    free(cases, at=at)
    return len(cases)


def _after_seats(seats: Sequence[CaseSeat], at: datetime) -> None:
    free({seat.content_object_id for seat in seats}, at=at)


def _after_change(case: Case, actor: Actor, at: datetime) -> None:
    free([case.pk], at=at)


def before_closing(case: Case, by: Actor, at: datetime) -> Sequence[str]:
    """Nobody leads a closed case: a meeting left in it could never be called off, nor anybody told."""
    return [CALL_OFF] if Meeting.objects.filter(case=case, state__in=AHEAD).exists() else []


SEATS_ENDED.append(_after_seats)
CASE_CHANGED.append(_after_change)
CLOSING_CHECK.append(before_closing)
