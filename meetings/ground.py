"""Who may hear what is said in a meeting: the attendance gate (P-M7, P-C4).

An official has a ground while the seat reads and the agency either leads the case or gets something by the youth's own
consent in force. A withdrawal ends it at its instant, in the middle of a meeting too. The family hears what concerns
them. The same ground lets an official be asked to do what a meeting decides, and read it afterwards.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet

from consent.rules import grants_in_force
from hub.models import SHARING_PHASES, CaseSeat
from hub.policy import has
from meetings.models import Attendance, Meeting, Participant


def grounded(rows: "QuerySet[CaseSeat]", at: datetime) -> "QuerySet[CaseSeat]":
    """Those of these seats, which read at `at`, that have a ground to hear what is said in their case (P-A2 clause 3).

    A consent counts as it does for items: where sharing is possible, for a party that others know of, and only what
    the youth's own consent gives, not that of somebody beside the youth.
    """
    agency = "assignment__unit__agency"
    given = grants_in_force(at).filter(
        individual=OuterRef("content_object__individual"), recipient=OuterRef(agency), types__gt=0, about=None
    )
    by_consent = Q(content_object__phase__in=SHARING_PHASES, participation__known_from__lte=at) & has(given)
    return rows.filter(Q(**{agency: F("content_object__owner_unit__agency")}) | by_consent)


def with_ground(meeting: Meeting, *, at: datetime) -> "QuerySet[CaseSeat]":
    """Seats in the meeting's case whose holders may hear what is said: they can be asked to do something."""
    return grounded(CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=meeting.case_id), at)


def without_ground(meeting: Meeting, participants: Sequence[Participant], *, at: datetime) -> set[int]:
    """Ids of those among `participants` who lack a ground at `at`. One query."""
    may_hear = set(with_ground(meeting, at=at).values_list("assignment", flat=True))
    return {one.pk for one in participants if one.assignment_id is not None and one.assignment_id not in may_hear}


def must_leave(meeting: Meeting, participants: Sequence[Participant], *, at: datetime) -> list[Participant]:
    """Those who are there without a ground and have not left: while somebody is, no free text is shown.

    Whose attendance nobody has noted yet may be sitting there.
    """
    lacking = without_ground(meeting, participants, at=at)
    there = [one for one in participants if one.attendance != Attendance.ABSENT and one.stepped_out_at is None]
    return [one for one in there if one.pk in lacking]
