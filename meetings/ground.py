"""Who may hear what is said in a meeting: the attendance gate (P-M7, P-C4).

An official has a ground while the seat reads and the agency either leads the case or gets something by a consent in
force. A withdrawal ends it at its instant, in the middle of a meeting too. The family hears what concerns them.
"""

from collections.abc import Sequence
from datetime import datetime

from consent.rules import grants_in_force
from hub.models import CaseSeat
from meetings.models import Attendance, Meeting, Participant


def without_ground(meeting: Meeting, participants: Sequence[Participant], *, at: datetime) -> set[int]:
    """Ids of those among `participants` (with their units) who lack a ground at `at`. Two queries."""
    reading = CaseSeat.objects.reading(at=at).held(at=at).filter(content_object=meeting.case_id)
    seated = set(reading.values_list("assignment", flat=True))
    given = set(grants_in_force(at).filter(individual=meeting.case.individual_id).values_list("recipient", flat=True))
    given.add(meeting.case.owner_unit.agency_id)
    return {
        one.pk
        for one in participants
        if one.assignment is not None
        and (one.assignment_id not in seated or one.assignment.unit.agency_id not in given)
    }


def must_leave(meeting: Meeting, participants: Sequence[Participant], *, at: datetime) -> list[Participant]:
    """Those who are there without a ground and have not left: while somebody is, no free text is shown.

    Whose attendance nobody has noted yet may be sitting there.
    """
    lacking = without_ground(meeting, participants, at=at)
    there = [one for one in participants if one.attendance != Attendance.ABSENT and one.stepped_out_at is None]
    return [one for one in there if one.pk in lacking]
