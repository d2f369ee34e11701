"""Rows of a kommun whose network meetings all fall due in the same four weeks: cases, people with calendars, rooms.

The same shape as the invented problems of `bench.planning_cases`, stored as the product stores it, so that planning can
be measured from the page that asks to the meetings that are booked.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Permission

from bench.planning_cases import MONDAY, PLACES, ROOMS_PER_PLACE, busy_blocks
from hub import clock
from hub.models import (
    Agency,
    AgencyKind,
    Assignment,
    Case,
    CaseSeat,
    Individual,
    Municipality,
    Participation,
    Person,
    Relative,
    Role,
    SeatKind,
    Unit,
    User,
)
from hub.tenancy import in_kommun
from meetings.models import Busy, Meeting, Participant, Room

#: Cases that one coordinator leads; whoever plans is lots in all of them, as one who plans a district is.
EACH = 10
#: Professionals of one agency.
PER_AGENCY = 12
#: The last working day before the weeks that are planned.
ASKED = clock.wall_time(MONDAY - timedelta(days=3), time(10))
#: The last meetings were held so long before the first of the weeks that the rhythm's last week lies within the four.
EARLIEST, LATEST = 21, 4


@dataclass(frozen=True, slots=True)
class Made:
    """Who plans, and how many there are."""

    planner: Assignment
    municipality_id: int
    cases: int
    professionals: int


def fill(*, cases: int, professionals: int, busy: float, seed: int = 1) -> Made:
    """Make the rows in an empty database, as the application does: behind the walls of one kommun."""
    kommun = Municipality.objects.get(code="0180").pk
    with in_kommun(kommun):
        return _Kommun(kommun, random.Random(seed)).made(cases, professionals, busy)


class _Kommun:
    def __init__(self, pk: int, chance: random.Random) -> None:
        self.pk, self.chance = pk, chance
        self.began = ASKED - timedelta(days=400)
        self.guardians: list[Person] = []

    def made(self, cases: int, professionals: int, busy: float) -> Made:
        coordinators = -(-cases // EACH)
        social = self._agency("Socialtjänsten", AgencyKind.SOCIALTJANST)
        planner = self._people(social, [Role.LOTS])[0]
        leads = self._people(social, [Role.COORDINATOR] * coordinators)
        contacts = [
            self._people(self._agency(f"Skola {number}", AgencyKind.SKOLA), [Role.CONTACT] * PER_AGENCY)
            for number in range(max(6, (professionals - coordinators) // PER_AGENCY))
        ]
        self._rooms(social)
        everybody = [*leads, *(one for agency in contacts for one in agency)]
        Busy.objects.bulk_create(
            Busy(user_id=one.user_id, starts_at=block.start, ends_at=block.end)
            for one in everybody
            for block in busy_blocks(self.chance, busy)
        )
        rows = self._cases(cases, leads)
        self._seats(rows, leads, planner, contacts)
        self._held(rows)
        return Made(planner, self.pk, cases, len(everybody))

    def _agency(self, name: str, kind: str) -> Agency:
        agency: Agency = Agency.objects.create(name=name, kind=kind, municipality_id=self.pk)
        agency.serves.add(self.pk)
        Unit.objects.create(agency=agency, name=name)
        return agency

    def _people(self, agency: Agency, roles: list[Role]) -> list[Assignment]:
        unit = agency.units.get()
        users = User.objects.bulk_create(
            User(email=f"{role}-{agency.pk}-{number}@example.se", name=f"Planerad {number} i {agency.name}")
            for number, role in enumerate(roles)
        )
        return Assignment.objects.bulk_create(
            Assignment(user=user, unit=unit, role=role, valid_from=self.began)
            for user, role in zip(users, roles, strict=True)
        )

    def _rooms(self, agency: Agency) -> None:
        Room.objects.bulk_create(
            self._row(Room, agency=agency, name=f"{place} {n}", place=place, capacity=12, valid_from=self.began)
            for place in PLACES
            for n in range(1, ROOMS_PER_PLACE + 1)
        )

    def _row(self, model: type[Any], **facts: Any) -> Any:
        return model(municipality_id=self.pk, **facts)

    def _person(self, agency: int, family: str, born: date) -> Any:
        return self._row(Person, agency_id=agency, given_name="Planerad", family_name=family, birth_date=born)

    def _cases(self, number: int, leads: list[Assignment]) -> list[Case]:
        unit = leads[0].unit
        youths = Person.objects.bulk_create(
            self._person(unit.agency_id, f"Ung {n}", date(2010, 1, 2)) for n in range(number)
        )
        guardians = Person.objects.bulk_create(
            self._person(unit.agency_id, f"Vuxen {n}", date(1980, 1, 2)) for n in range(number)
        )
        individuals = Individual.objects.bulk_create(self._row(Individual, person=one) for one in youths)
        self.guardians = guardians
        Relative.objects.bulk_create(
            self._row(Relative, individual=youth, person=adult, kind="mother", custody_from=self.began)
            for youth, adult in zip(individuals, guardians, strict=True)
        )
        return Case.objects.bulk_create(
            self._row(
                Case,
                number=f"P-{n}",
                individual=youth,
                form="SIG",
                phase="insats",
                phase_from=self.began,
                opened_at=self.began,
                owner_unit=unit,
            )
            for n, youth in enumerate(individuals)
        )

    def _seats(
        self, cases: list[Case], leads: list[Assignment], planner: Assignment, contacts: list[list[Assignment]]
    ) -> None:
        """A coordinator and four to six contacts, each of an agency of their own; whoever plans need not come."""
        view = Permission.objects.get(content_type__app_label="hub", codename="view_case")
        asked: list[tuple[Case, str, list[tuple[Assignment, str]]]] = []
        for number, case in enumerate(cases):
            lead = leads[number // EACH]
            asked.append((case, "agare", [(lead, SeatKind.COORDINATOR), (planner, SeatKind.LOTS)]))
            for agency in self.chance.sample(contacts, k=self.chance.randint(4, 6)):
                asked.append((case, "annan", [(self.chance.choice(agency), SeatKind.CONTACT)]))
        known = {"proposed_at": self.began, "active_from": self.began, "known_from": self.began}
        parties = Participation.objects.bulk_create(
            self._row(Participation, case=case, agency_id=who[0][0].unit.agency_id, role=role, **known)
            for case, role, who in asked
        )
        CaseSeat.objects.bulk_create(
            self._row(
                CaseSeat,
                permission=view,
                user=one.user,
                content_object=case,
                assignment=one,
                participation=party,
                kind=kind,
                valid_from=self.began,
            )
            for party, (case, _role, who) in zip(parties, asked, strict=True)
            for one, kind in who
        )

    def _held(self, cases: list[Case]) -> None:
        """The last meeting of each, to which the youth and the guardian came."""
        began = [self._last_one() for _case in cases]
        organisers = dict(
            CaseSeat.objects.filter(kind=SeatKind.COORDINATOR).values_list("content_object", "assignment")
        )
        held = Meeting.objects.bulk_create(
            self._row(
                Meeting,
                case=case,
                kind="network",
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                form="video",
                organiser_id=organisers[case.pk],
                booked_at=self.began,
                state="held",
                opened_at=at,
                closed_at=at + timedelta(hours=1),
            )
            for case, at in zip(cases, began, strict=True)
        )
        Participant.objects.bulk_create(
            self._row(
                Participant,
                meeting=meeting,
                person=person,
                added_at=self.began,
                attendance="present",
            )
            for meeting, case, adult in zip(held, cases, self.guardians, strict=True)
            for person in (case.individual.person, adult)
        )

    def _last_one(self) -> datetime:
        return clock.wall_time(MONDAY - timedelta(days=self.chance.randint(LATEST, EARLIEST)), time(13))
