"""Agencies, units and the invented professionals, each at a desk: an assignment and the actor under it."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from consent.demo.plan import load
from hub import demo_cast
from hub.access import Actor
from hub.demo_cast import INTAKE_UNIT, YOUTH_UNIT
from hub.models import (
    Agency,
    AgencyKind,
    Agreement,
    AgreementLevel,
    AgreementParty,
    Assignment,
    District,
    Municipality,
    PartyRole,
    Role,
    Unit,
    User,
)

OUTER_UNIT = {
    AgencyKind.POLIS: "Ungdomsgruppen",
    AgencyKind.SKOLA: "Elevhälsan",
    AgencyKind.FRITID: "Ungdomsverksamheten",
    AgencyKind.BUP: "Ungdomsteamet",
    AgencyKind.FRIVARD: "Unga klienter",
    AgencyKind.SIS: "Behandlingsavdelningen",
    AgencyKind.AME: "Ungdomsjobben",
}
PARTY_ROLE = {
    AgencyKind.POLIS: PartyRole.POLICE,
    AgencyKind.SKOLA: PartyRole.SCHOOL,
    AgencyKind.FRITID: PartyRole.LEISURE,
    AgencyKind.BUP: PartyRole.HEALTH,
    AgencyKind.FRIVARD: PartyRole.PROBATION,
    AgencyKind.SIS: PartyRole.OTHER,
    AgencyKind.AME: PartyRole.WORK,
}
#: The cast of the sign-in page by the first part of the address; every other professional is invented by index.
CAST = {member.email.partition("@")[0]: member for member in demo_cast.CAST}
#: Socionom or equivalent (R25).
QUALIFIED = frozenset({"karin", "sara", "ines", "mona"})
HOME = "spanga-tensta"
SECOND_HOME = "rinkeby-kista"
OLLES_HOME = "sodermalm"


@dataclass(slots=True)
class Desk:
    """One assignment. Once the staff is saved somebody acts under it."""

    assignment: Assignment
    municipality: Municipality
    _actor: Actor | None = None

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            self._actor = Actor.acting_under(self.assignment, municipality_id=self.municipality.pk)
        return self._actor


@dataclass(frozen=True, slots=True)
class Crew:
    """An outer agency: its contact, who also names contacts there, and the deputy."""

    agency: Agency
    contact: Desk
    deputy: Desk

    @property
    def role(self) -> PartyRole:
        return PARTY_ROLE[AgencyKind(self.agency.kind)]


@dataclass(frozen=True, slots=True)
class Team:
    """Who works with the youths of one district."""

    agency: Agency
    coordinator: Desk
    officer: Desk
    lots: Desk
    intake: Desk
    manager: Desk
    police: Crew
    schools: tuple[Crew, ...]
    leisure: Crew


@dataclass(slots=True)
class Staff:
    """Draws up organisation and professionals, the same ones every time; `save` puts all of them in at once."""

    municipality: Municipality
    since: datetime
    teams: dict[str, Team] = field(default_factory=dict)
    others: dict[str, Crew] = field(default_factory=dict)
    second_desk: Desk | None = None  # Karin's: lots in Rinkeby-Kista
    substitute: Desk | None = None  # an officer of the cast's unit, who will leave a case
    names: set[str] = field(default_factory=set)
    _users: dict[str, User] = field(default_factory=dict)
    _agencies: list[Agency] = field(default_factory=list)
    _units: list[Unit] = field(default_factory=list)
    _assignments: list[Assignment] = field(default_factory=list)
    _police: dict[str, tuple[Agency, Unit, Desk]] = field(default_factory=dict)

    def save(self) -> None:
        """Insert everything that was drawn up; those from outside the kommun come in by its agreement."""
        Agency.objects.bulk_create(self._agencies)
        agree(self.municipality, [a for a in self._agencies if a.municipality is None], since=self.since)
        Agency.serves.through.objects.bulk_create(
            Agency.serves.through(agency_id=agency.pk, municipality_id=self.municipality.pk)
            for agency in self._agencies
        )
        Unit.objects.bulk_create(self._units)
        User.objects.bulk_create(self._users.values())
        Assignment.objects.bulk_create(self._assignments)

    def agency(self, name: str, kind: AgencyKind, *, district: District | None = None, home: bool = True) -> Agency:
        made = Agency(
            name=name,
            kind=kind,
            municipality=self.municipality if home else None,
            district=district,
            releases_items=kind == AgencyKind.POLIS,
        )
        self._agencies.append(made)
        return made

    def unit(self, agency: Agency, name: str) -> Unit:
        made = Unit(agency=agency, name=name)
        self._units.append(made)
        return made

    def desk(self, user: User, unit: Unit, role: Role, *, names: bool = False) -> Desk:
        """An assignment in force since the demo begins."""
        assignment = Assignment(user=user, unit=unit, role=role, names_contacts=names, valid_from=self.since)
        self._assignments.append(assignment)
        return Desk(assignment, self.municipality)

    def cast_desks(self) -> list[Desk]:
        """The assignments of those whom one can sign in as."""
        return [
            Desk(assignment, self.municipality)
            for assignment in self._assignments
            if assignment.user.email in demo_cast.EMAILS
        ]

    def _user(self, email: str, name: str, *, qualified: bool = False) -> User:
        """An account that cannot sign in with a password, only with one click in demo mode."""
        if email not in self._users:
            user = User(email=email, name=name, qualified_social_worker=qualified)
            user.set_unusable_password()
            self._users[email] = user
        return self._users[email]

    def cast(self, key: str) -> User:
        member = CAST[key]
        return self._user(member.email, member.name, qualified=key in QUALIFIED)

    def invented(self) -> User:
        """The next invented professional, with a name that nobody else in the demo has."""
        names = load().names
        turn = len(self.names)
        firsts = [name for pair in zip(names["women"], names["men"], strict=True) for name in pair]
        family = names["surnames"][(turn * 7 + turn // len(firsts) + 3) % len(names["surnames"])]
        name = f"{firsts[turn % len(firsts)]} {family}"
        self.names.add(name)
        return self._user(f"{slug(name)}@example.se", name)

    def person(self, key: str | None) -> User:
        return self.cast(key) if key else self.invented()

    def crew(self, agency: Agency, key: str | None = None) -> Crew:
        unit = self.unit(agency, OUTER_UNIT[AgencyKind(agency.kind)])
        contact = self.desk(self.person(key), unit, Role.CONTACT, names=True)
        return Crew(agency, contact, self.desk(self.invented(), unit, Role.DEPUTY))

    def police(self, area: str, key: str | None = None) -> Crew:
        """The contact of one district at its lokalpolisområde, which may serve several districts."""
        if area not in self._police:
            agency = self.agency(area, AgencyKind.POLIS, home=False)
            unit = self.unit(agency, OUTER_UNIT[AgencyKind.POLIS])
            self._police[area] = (agency, unit, self.desk(self.invented(), unit, Role.DEPUTY))
        agency, unit, deputy = self._police[area]
        return Crew(agency, self.desk(self.person(key), unit, Role.CONTACT, names=True), deputy)

    def team(
        self,
        slug: str,
        agency: Agency,
        *,
        area: str,
        schools: list[str],
        leisure: str,
        cast: dict[str, str] | None = None,
    ) -> Team:
        """Social services of one district and the outer agencies around it; `cast`: place → key."""
        who = (cast or {}).get
        youth = self.unit(agency, YOUTH_UNIT)
        intake = self.unit(agency, INTAKE_UNIT)
        made = Team(
            agency=agency,
            coordinator=self.desk(self.person(who("coordinator")), youth, Role.COORDINATOR),
            officer=self.desk(self.person(who("officer")), youth, Role.OFFICER),
            lots=self.desk(self.person(who("lots")), youth, Role.LOTS),
            intake=self.desk(self.person(who("intake")), intake, Role.OFFICER),
            manager=self.desk(self.person(who("manager")), youth, Role.MANAGER),
            police=self.police(area, who("police")),
            schools=tuple(
                self.crew(self.agency(name, AgencyKind.SKOLA), who("school") if first else None)
                for first, name in zip((True, False), schools, strict=False)
            ),
            leisure=self.crew(self.agency(leisure, AgencyKind.FRITID), who("leisure")),
        )
        self.teams[slug] = made
        return made


AGREEMENT = "Samverkan kring barn och unga"


def agree(municipality: Municipality, agencies: list[Agency], *, since: datetime) -> None:
    """The kommun's agreement with police, probation and the others from outside (P-A2 clause 1, P-X1)."""
    agreement = Agreement.objects.create(
        municipality=municipality,
        title=AGREEMENT,
        level=AgreementLevel.KOMMUN,
        reference="Påhittad överenskommelse",
        valid_from=since,
    )
    AgreementParty.objects.bulk_create(
        AgreementParty(municipality=municipality, agreement=agreement, agency=agency, valid_from=since)
        for agency in agencies
    )


def slug(name: str) -> str:
    """An address part without å, ä, ö: "Åsa Örn" becomes "asa.orn"."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return plain.replace(" ", ".")


#: Place in the team of Spånga-Tensta → the first part of the address.
HOME_CAST = {
    "coordinator": "karin",
    "officer": "sara",
    "lots": "amir",
    "intake": "ines",
    "manager": "mona",
    "police": "jonas",
    "school": "petra",
    "leisure": "mia",
}


def stockholm(municipality: Municipality, *, since: datetime) -> Staff:
    """The twelve districts of the report, and those who serve the whole kommun."""
    staff = Staff(municipality, since)
    for row in load().districts:
        district = District.objects.create(municipality=municipality, name=row["name"])
        agency = staff.agency(f"Socialtjänsten {row['name']}", AgencyKind.SOCIALTJANST, district=district)
        cast = {HOME: HOME_CAST, OLLES_HOME: {"police": "olle"}}.get(row["slug"], {})
        staff.team(
            row["slug"],
            agency,
            area=row["police_area"],
            schools=row["schools"],
            leisure=row["leisure"],
            cast=cast,
        )
    _the_other_assignments(staff)
    staff.others = {
        "bup": staff.crew(staff.agency("BUP Järva", AgencyKind.BUP, home=False)),
        "frivard": staff.crew(staff.agency("Frivården Stockholm", AgencyKind.FRIVARD, home=False)),
        "sis": staff.crew(staff.agency("SiS ungdomshem Lindudden", AgencyKind.SIS, home=False)),
        "ame": staff.crew(staff.agency("Unga jobb Stockholm", AgencyKind.AME)),
    }
    staff.save()
    return staff


def _the_other_assignments(staff: Staff) -> None:
    """Karin's second assignment, and those who are never in a case: the reviewer and the administrator."""
    second = staff.teams[SECOND_HOME].coordinator.assignment.unit
    staff.second_desk = staff.desk(staff.cast("karin"), second, Role.LOTS)
    unit = staff.teams[HOME].coordinator.assignment.unit
    staff.substitute = staff.desk(staff.invented(), unit, Role.OFFICER)
    staff.desk(staff.cast("rut"), unit, Role.REVIEWER)
    staff.desk(staff.cast("adam"), unit, Role.ADMINISTRATOR)
    staff.desk(staff.cast("pelle"), unit, Role.PROGRAMME)


def solna(municipality: Municipality, *, since: datetime, taken: Staff) -> Staff:
    """A second kommun with a little of its own, so that the wall between kommuner shows."""
    staff = Staff(municipality, since, names=set(taken.names))
    staff.team(
        "solna",
        staff.agency("Socialtjänsten Solna", AgencyKind.SOCIALTJANST),
        area="Lokalpolisområde Solna",
        schools=["Vallmohöjdsskolan"],
        leisure="Fritidsgården Kajutan",
    )
    staff.save()
    return staff
