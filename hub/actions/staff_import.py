"""Importing users with assignments, or units, from a file: checked whole, then all of it or nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_hex

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from hub import clock
from hub.access import Actor, require
from hub.actions.organisation import OWN_ASSIGNMENT, AssignmentFacts, check_assignment, starts_at
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.forms.base import parse_date
from hub.history import log_created
from hub.models import Agency, Assignment, ImportKind, Role, StaffImport, Unit, User
from hub.policy_admin import administered_agencies, require_administrator
from hub.staff_csv import BadFile, Table, decoded, parsed
from hub.swedish import plural
from hub.textguard import BadText, clean_name, clean_text

USER_COLUMNS = ("e-post", "namn", "verksamhet", "enhet", "roll")
USER_OPTIONAL = ("utser kontakter", "socionom", "från", "till och med")
UNIT_COLUMNS = ("verksamhet", "enhet")
COLUMNS = {ImportKind.USERS.value: USER_COLUMNS + USER_OPTIONAL, ImportKind.UNITS.value: UNIT_COLUMNS}
ROLES = {str(role.label).lower(): role.value for role in Role} | {role.value: role.value for role in Role}
YES, NO = frozenset({"ja", "j", "1", "x", "sant", "true"}), frozenset({"", "nej", "n", "0", "falskt", "false"})
#: A field of an assignment → the column where its fault stands.
COLUMN_OF = {"unit": "verksamhet", "role": "roll", "first": "från", "last": "till och med", "": "e-post"}
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and how to mend it."""

    row: int
    column: str
    value: str
    text: str


@dataclass(slots=True)
class Line:
    """One row that is right: an account (perhaps a new one) and its assignment."""

    row: int
    email: str
    name: str
    qualified: bool
    facts: AssignmentFacts
    user: User | None = None


@dataclass(slots=True)
class Plan:
    """What an import would do, and everything that stands in its way."""

    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    units: list[tuple[Agency, str]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})

    @property
    def new_users(self) -> int:
        return len({line.email for line in self.lines if line.user is None})


@transaction.atomic
def upload_staff(raw: bytes, *, kind: str, file_name: str, by: Actor, at: datetime) -> StaffImport:
    """Keep a file for checking; an earlier one of the same administrator that was never imported is emptied.

    Raises:
        Denied; Invalid: the file cannot be read at all.
    """
    require_administrator(by)
    try:
        text = decoded(raw)
        parsed_as(kind, text)
    except BadFile as bad:
        raise Invalid({"file": str(bad)}) from None
    StaffImport.objects.filter(uploaded_by_id=by.assignment_id, done_at=None).exclude(text="").update(text="")
    made = StaffImport.objects.create(
        municipality_id=by.municipality_id,
        kind=kind,
        file_name=file_name[-120:],
        sha256=hash_of(text),
        text=text,
        uploaded_by_id=by.assignment_id,
        uploaded_at=at,
    )
    record("staff.checked", actor=by, at=at, objects=[made], detail={"kind": kind, "sha256": made.sha256})
    return made


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def parsed_as(kind: str, text: str) -> Table:
    """Raises BadFile."""
    if kind == ImportKind.UNITS:
        return parsed(text, wanted=UNIT_COLUMNS)
    return parsed(text, wanted=USER_COLUMNS, optional=USER_OPTIONAL)


def plan_of(file: StaffImport, *, by: Actor, at: datetime) -> Plan:
    """Check every row and find every fault. Five queries, however many rows. Nothing is changed."""
    table = parsed_as(file.kind, file.text)
    plan = Plan(rows=len(table.rows))
    for row, more in table.overlong.items():
        text = f"Raden har {plural(more, 'cell', 'celler')} för mycket. Sätt text med ; eller , inom citattecken."
        plan.faults.append(Fault(row, "", "", text))
    check = _UnitCheck(plan, by, at) if file.kind == ImportKind.UNITS else _UserCheck(plan, table, by, at)
    for row, cells in table.rows:
        check.row(row, cells)
    plan.faults.sort(key=lambda fault: (fault.row, fault.column))
    return plan


class _Check:
    """What both kinds of file ask: which agency is meant."""

    def __init__(self, plan: Plan, by: Actor, at: datetime) -> None:
        self.plan, self.by, self.at = plan, by, at
        self.agencies: dict[str, list[Agency]] = defaultdict(list)
        for agency in administered_agencies(by, at):
            self.agencies[agency.name.casefold()].append(agency)
        self.units: dict[tuple[int, str], Unit] = {}
        agencies = [agency for named in self.agencies.values() for agency in named]
        for unit in Unit.objects.filter(agency__in=agencies).select_related("agency"):
            self.units[unit.agency_id, unit.name.casefold()] = unit

    def fault(self, row: int, column: str, value: str, text: str) -> None:
        self.plan.faults.append(Fault(row, column, value[:80], text))

    def agency(self, row: int, name: str) -> Agency | None:
        found = self.agencies.get(name.casefold(), [])
        if len(found) == 1:
            return found[0]
        if not name:
            text = "Skriv verksamhetens namn."
        elif found:
            text = "Flera verksamheter heter så. Lägg in raden för hand, på verksamhetens sida."
        else:
            text = "Det finns ingen verksamhet med det namnet som du sköter. Skriv namnet precis som i hubben."
        self.fault(row, "verksamhet", name, text)
        return None

    def row(self, row: int, cells: dict[str, str]) -> None:
        raise NotImplementedError


class _UnitCheck(_Check):
    def __init__(self, plan: Plan, by: Actor, at: datetime) -> None:
        super().__init__(plan, by, at)
        self.seen: dict[tuple[int, str], int] = {}

    def row(self, row: int, cells: dict[str, str]) -> None:
        agency, name = self.agency(row, cells["verksamhet"]), cells["enhet"]
        try:
            clean = clean_text(name, max_length=120)
            if not clean or "\n" in clean:
                raise BadText("Skriv enhetens namn på en rad.", "name")
        except BadText as bad:
            self.fault(row, "enhet", name, bad.message)
            return
        if agency is None:
            return
        key = (agency.pk, clean.casefold())
        if key in self.seen:
            self.fault(row, "enhet", name, f"Enheten står redan på rad {self.seen[key]}. Ta bort den ena raden.")
        elif key in self.units:
            self.plan.unchanged += 1
        else:
            self.plan.units.append((agency, clean))
        self.seen.setdefault(key, row)


class _UserCheck(_Check):
    def __init__(self, plan: Plan, table: Table, by: Actor, at: datetime) -> None:
        super().__init__(plan, by, at)
        emails = {cells["e-post"].lower() for _row, cells in table.rows}
        known = User.objects.annotate(address=Lower("email")).filter(address__in=emails)
        self.users = {user.email.lower(): user for user in known}
        standing = Assignment.objects.not_over(at=at).filter(user__in=[user.pk for user in self.users.values()])
        self.standing: dict[Key, list[Assignment]] = defaultdict(list)
        for assignment in standing.select_related("user"):
            self.standing[assignment.user.email.lower(), assignment.unit_id, assignment.role].append(assignment)
        self.named: dict[str, tuple[int, str, bool]] = {}
        self.taken: dict[Key, list[tuple[int, date, date]]] = defaultdict(list)

    def row(self, row: int, cells: dict[str, str]) -> None:
        before = len(self.plan.faults)
        email, name = self._email(row, cells["e-post"]), self._name(row, cells["namn"])
        unit, role = self._unit(row, cells), self._role(row, cells["roll"])
        names, qualified = (self._yes(row, column, cells.get(column, "")) for column in ("utser kontakter", "socionom"))
        today = clock.local_day(self.at)
        first, last = (self._day(row, column, cells.get(column, "")) for column in ("från", "till och med"))
        if len(self.plan.faults) > before or unit is None:
            return
        facts = AssignmentFacts(unit=unit, role=role, first=first or today, last=last, names_contacts=names)
        user = self.users.get(email)
        self._account(row, email, name, qualified, user, cells)
        if len(self.plan.faults) == before and self._stands(email, facts, first):
            self.plan.unchanged += 1
            return
        if user is not None and user.pk == self.by.user_id:
            self.fault(row, "e-post", email, OWN_ASSIGNMENT)
        for column, text in check_assignment(facts, at=self.at).items():
            self.fault(row, COLUMN_OF[column], cells.get(COLUMN_OF[column], ""), text)
        self._overlap(row, email, facts, cells)
        if len(self.plan.faults) == before:
            self.plan.lines.append(Line(row, email, name, qualified, facts, user))

    def _email(self, row: int, text: str) -> str:
        try:
            validate_email(text)
        except ValidationError:
            self.fault(row, "e-post", text, "Skriv en hel e-postadress, till exempel anna.ek@kommun.se.")
        if len(text) > 254:
            self.fault(row, "e-post", text, "Adressen är för lång.")
        return text.lower()

    def _name(self, row: int, text: str) -> str:
        try:
            return clean_name(text)
        except BadText as bad:
            self.fault(row, "namn", text, bad.message)
            return ""

    def _unit(self, row: int, cells: dict[str, str]) -> Unit | None:
        agency = self.agency(row, cells["verksamhet"])
        if agency is None:
            return None
        unit = self.units.get((agency.pk, cells["enhet"].casefold()))
        if unit is None:
            text = "Verksamheten har ingen enhet med det namnet. Lägg till enheten först, eller rätta namnet."
            self.fault(row, "enhet", cells["enhet"], text if cells["enhet"] else "Skriv enhetens namn.")
            return None
        unit.agency = agency
        return unit

    def _role(self, row: int, text: str) -> str:
        role = ROLES.get(text.lower(), "")
        if not role:
            known = ", ".join(str(r.label).lower() for r in Role)
            self.fault(row, "roll", text, f"Rollen finns inte. Skriv någon av: {known}.")
        return role

    def _yes(self, row: int, column: str, text: str) -> bool:
        if text.lower() not in YES | NO:
            self.fault(row, column, text, "Skriv ja eller nej.")
        return text.lower() in YES

    def _day(self, row: int, column: str, text: str) -> date | None:
        if not text:
            return None
        try:
            day = parse_date(text)
            if not 2000 <= day.year <= 2100:
                raise ValueError(text)
        except ValueError:
            self.fault(row, column, text, "Skriv datumet som år, månad och dag, till exempel 2026-11-22.")
            return None
        return day

    def _account(
        self, row: int, email: str, name: str, qualified: bool, user: User | None, cells: dict[str, str]
    ) -> None:
        """The account is one and the same wherever the address stands."""
        if user is not None and user.name.casefold() != name.casefold():
            text = "Adressen hör redan till ett konto med ett annat namn. Ändra på användarens sida, eller rätta raden."
            self.fault(row, "namn", cells["namn"], text)
        if user is not None and not user.is_active:
            self.fault(row, "e-post", email, "Kontot är stängt. Öppna det först, på användarens sida.")
        earlier = self.named.setdefault(email, (row, name.casefold(), qualified))
        if earlier[1] != name.casefold():
            self.fault(row, "namn", cells["namn"], f"Samma adress har ett annat namn på rad {earlier[0]}.")
        if earlier[2] != qualified:
            self.fault(
                row, "socionom", cells.get("socionom", ""), f"Samma adress har ett annat svar på rad {earlier[0]}."
            )

    def _stands(self, email: str, facts: AssignmentFacts, first: date | None) -> bool:
        """Whether exactly this assignment is there already: what was exported can be imported again."""
        return any(
            standing.valid_to == facts.valid_to
            and standing.names_contacts == facts.names_contacts
            and (first is None or clock.local_day(standing.valid_from) == first)
            for standing in self.standing[email, facts.unit.pk, facts.role]
        )

    def _overlap(self, row: int, email: str, facts: AssignmentFacts, cells: dict[str, str]) -> None:
        key = (email, facts.unit.pk, facts.role)
        starts, ends = facts.first, facts.last or date.max
        for standing in self.standing[key]:
            to = clock.last_day(standing.valid_to) if standing.valid_to else date.max
            if clock.local_day(standing.valid_from) <= ends and starts <= to:
                text = "Personen har redan samma uppdrag i enheten under den tiden. Ändra det på användarens sida."
                self.fault(row, "roll", cells["roll"], text)
        for other, since, to in self.taken[key]:
            if since <= ends and starts <= to:
                self.fault(row, "roll", cells["roll"], f"Samma uppdrag står på rad {other}. Ta bort den ena raden.")
        self.taken[key].append((row, starts, ends))


@transaction.atomic
def import_staff(file: StaffImport, *, sha256: str, by: Actor, at: datetime) -> StaffImport:
    """Import the file that was checked: all of it in this transaction, or nothing.

    Raises:
        Denied.
        Conflict: another file than the one checked, imported already, or something changed meanwhile that makes a
            row faulty.
    """
    require(file, by, "read", at=at)
    standing = StaffImport.objects.select_for_update().get(pk=file.pk)
    if standing.done_at is not None:
        raise Conflict("Filen är redan importerad.")
    if not standing.text or standing.sha256 != sha256 or hash_of(standing.text) != sha256:
        raise Conflict("Filen är inte den som kontrollerades. Ladda upp den igen.")
    plan = plan_of(standing, by=by, at=at)
    if plan.faults:
        raise Conflict("Något har ändrats sedan filen kontrollerades. Se listan och rätta filen. Inget är importerat.")
    try:
        with transaction.atomic():
            made = _make_units(plan, by, at) if standing.kind == ImportKind.UNITS else _make_users(plan, by, at)
    except IntegrityError as raced:
        raise Conflict("Någon annan lade till samma rader samtidigt. Inget är importerat. Kontrollera igen.") from raced
    standing.text, standing.done_at, standing.made = "", at, made
    standing.save()
    record(
        "staff.imported", actor=by, at=at, objects=[standing], detail={"kind": standing.kind, "sha256": sha256, **made}
    )
    return standing


def _make_units(plan: Plan, by: Actor, at: datetime) -> dict[str, int]:
    units = Unit.objects.bulk_create([Unit(agency=agency, name=name) for agency, name in plan.units], batch_size=1000)
    log_created(units, user_id=by.user_id, at=at)
    return {"units": len(units)}


def _make_users(plan: Plan, by: Actor, at: datetime) -> dict[str, int]:
    """Accounts without a password, then their assignments: four statements per thousand rows."""
    new: dict[str, User] = {}
    for line in plan.lines:
        if line.user is None and line.email not in new:
            new[line.email] = User(
                email=line.email,
                name=line.name,
                qualified_social_worker=line.qualified,
                password=UNUSABLE_PASSWORD_PREFIX + token_hex(20),
            )
    users = User.objects.bulk_create(new.values(), batch_size=1000)
    log_created(users, user_id=by.user_id, at=at)
    assignments = Assignment.objects.bulk_create(_assignments(plan.lines, new, at), batch_size=1000)
    log_created(assignments, user_id=by.user_id, at=at)
    return {"users": len(users), "assignments": len(assignments)}


def _assignments(lines: Iterable[Line], new: dict[str, User], at: datetime) -> list[Assignment]:
    return [
        Assignment(
            user=line.user or new[line.email],
            unit=line.facts.unit,
            role=line.facts.role,
            names_contacts=line.facts.names_contacts,
            valid_from=starts_at(line.facts.first, at),
            valid_to=line.facts.valid_to,
        )
        for line in lines
    ]
