"""The cases of the demo that keep the rhythm, with who has been asked to their meetings when."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from consent.demo.plan import load
from hub import clock
from hub.models import Assignment, Case, CaseSeat, Municipality, Person, Relative, SeatKind
from meetings.demo.plan import Course, course_of
from meetings.models import Meeting
from meetings.rhythm import keeps_rhythm

#: Where the officials meet before the family comes (sources/stockholm-sociala-insatsgrupper-2012.txt), and the cast's.
WITH_OFFICIALS = ("HV", "ST")


@dataclass
class Story:
    """One case and its meetings."""

    key: str
    index: int
    case: Case
    course: Course
    youth: Person
    guardians: list[Person]
    seats: list[CaseSeat]
    #: Meetings that have been held, in order; filled by the history.
    held: list[Meeting] = field(default_factory=list)

    @property
    def officials_minutes(self) -> int:
        return 30 if self.key.startswith(WITH_OFFICIALS) and self.index % 2 == 0 else 0

    @property
    def interpreter(self) -> str:
        return next((one.language for one in self.guardians if one.needs_interpreter), "")

    @property
    def held_day(self) -> date:
        return clock.local_day(self.held[-1].starts_at)

    @property
    def closed_at(self) -> datetime:
        """When the last one that was held ended."""
        closed_at = self.held[-1].closed_at
        assert closed_at is not None  # noqa: S101 - it was held
        return closed_at

    def _seats(self, at: datetime) -> list[CaseSeat]:
        return [
            seat
            for seat in self.seats
            if seat.valid_from <= at
            and (seat.valid_to is None or seat.valid_to > at)
            and seat.participation.state(at=at) == "active"
        ]

    def asked(self, at: datetime) -> list[Assignment]:
        """Everybody with a seat that reads at this instant, the owner's first."""
        return list({seat.assignment_id: seat.assignment for seat in self._seats(at)}.values())

    def coordinator(self, at: datetime) -> Assignment:
        """Who leads the case then."""
        return next(seat.assignment for seat in self._seats(at) if seat.kind == SeatKind.COORDINATOR)

    @cached_property
    def _holders(self) -> dict[int, Assignment]:
        return {seat.assignment_id: seat.assignment for seat in self.seats}

    def holder(self, assignment_id: int | None) -> Assignment:
        return self._holders[assignment_id or 0]


def stories(kommun: Municipality) -> list[Story]:
    """A story for each case of the demo's plan that keeps the rhythm; nothing that anybody else has registered."""
    plan = load()
    keys = {(row.first, row.last): (row.key, n) for n, row in enumerate((*plan.participants, *plan.planned))}
    cases = list(
        Case.objects.filter(keeps_rhythm(), municipality=kommun)
        .select_related("individual__person", "owner_unit__agency__district")
        .order_by("pk")
    )
    seats: dict[int, list[CaseSeat]] = defaultdict(list)
    rows = CaseSeat.objects.awake().filter(content_object__in=cases)
    for seat in rows.select_related("assignment__user", "assignment__unit__agency", "participation").order_by("pk"):
        seats[seat.content_object_id].append(seat)
    guardians: dict[int, list[Person]] = defaultdict(list)
    close = Relative.objects.filter(custody_from__isnull=False, custody_to=None)
    for edge in close.filter(individual__in=[c.individual_id for c in cases]).select_related("person").order_by("pk"):
        guardians[edge.individual_id].append(edge.person)
    found = []
    for case in cases:
        person = case.individual.person
        key, index = keys.get((person.given_name, person.family_name), ("", 0))
        if key:
            course = course_of(key, index)
            found.append(Story(key, index, case, course, person, guardians[case.individual_id], seats[case.pk]))
    return found
