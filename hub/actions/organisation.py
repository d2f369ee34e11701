"""Agencies, units, users and assignments: who exists, and who may act as what, from when to when (P-A12)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import models, transaction

from hub import clock
from hub.access import Actor, require
from hub.actions.messages import notify
from hub.actions.parties import Recused, WrongSeat, end_seats, give_seat
from hub.audit import record
from hub.contributions import ASSIGNMENT_ENDED, USER_CLOSED
from hub.errors import Conflict, Invalid, kept_by
from hub.models import (
    CASE_ROLES,
    KINDS_WITHOUT_ACCOUNT,
    LEADING_KINDS,
    OUTSIDE_KINDS,
    SOCIAL_ROLES,
    Agency,
    AgencyKind,
    Assignment,
    CaseSeat,
    District,
    Invitation,
    Role,
    Unit,
    User,
)
from hub.policy import not_recused
from hub.policy_admin import require_administrator, require_kommun

M = TypeVar("M", bound=models.Model)

UNIT_NAME_TAKEN = "Verksamheten har redan en enhet med det namnet."
OWN_ASSIGNMENT = "Ditt eget uppdrag sköts av en annan administratör."


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """`home`: a branch of the kommun itself; otherwise it comes in by an agreement (P-A2 clause 1)."""

    name: str
    kind: str
    home: bool
    district: District | None = None
    authority: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFacts:
    """What an assignment is given as. Days are whole days in Sweden, the last one included."""

    unit: Unit
    role: str
    first: date
    last: date | None = None
    names_contacts: bool = False

    @property
    def valid_to(self) -> datetime | None:
        """The instant when the last day is over; None where there is no last day."""
        return clock.end_of_day(self.last) if self.last else None


def locked(row: M, row_version: int) -> M:
    """The row as it stands, locked until the transaction ends.

    Raises:
        Conflict: somebody has saved since `row_version` was read.
    """
    standing = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if standing.row_version != row_version:  # type: ignore[attr-defined]  # every administered model has it
        raise Conflict
    standing.row_version += 1  # type: ignore[attr-defined]  # every model that comes here has one
    return standing


@transaction.atomic
def add_agency(facts: AgencyFacts, *, unit: str, by: Actor, at: datetime) -> Agency:
    """Add an agency that works in the kommun, with its first unit.

    Raises:
        Denied: the actor does not administer the kommun.
        Invalid: the kind is never the kommun's own, or an agency of that name works here already.
    """
    require_kommun(by, Agency, at=at)
    _check_agency(facts, by, itself=None)
    agency = Agency.objects.create(
        name=facts.name,
        kind=facts.kind,
        authority=facts.authority,
        municipality_id=by.municipality_id if facts.home else None,
        district=facts.district,
        releases_items=facts.kind == AgencyKind.POLIS,
    )
    agency.serves.add(by.municipality_id)
    made = Unit.objects.create(agency=agency, name=unit)
    record("agency.added", actor=by, at=at, objects=[agency, made], detail={"home": facts.home})
    return agency


def _check_agency(facts: AgencyFacts, by: Actor, *, itself: int | None) -> None:
    errors = {}
    if facts.home and facts.kind in OUTSIDE_KINDS:
        errors["home"] = (
            f"{AgencyKind(facts.kind).label} är aldrig en del av kommunen. "
            "Välj att verksamheten kommer utifrån; då behövs en överenskommelse."
        )
    same = Agency.objects.filter(serves=by.municipality_id, name__iexact=facts.name).exclude(pk=itself or 0)
    if same.exists():
        errors["name"] = "En verksamhet med det namnet arbetar redan i kommunen. Skriv ett namn som skiljer dem åt."
    if facts.district and facts.district.municipality_id != by.municipality_id:
        errors["district"] = "Distriktet hör till en annan kommun."
    if errors:
        raise Invalid(errors)


@transaction.atomic
def change_agency(
    agency: Agency, *, name: str, district: District | None, row_version: int, by: Actor, at: datetime
) -> Agency:
    """Change an agency's name or district. Its kind and whose it is are what secrecy follows, so they stay (R1).

    Raises:
        Denied; Conflict: somebody else saved in between; Invalid: the name is taken here.
    """
    require(agency, by, "administer", at=at)
    standing = locked(agency, row_version)
    home = standing.municipality_id is not None
    _check_agency(AgencyFacts(name=name, kind=standing.kind, home=home, district=district), by, itself=standing.pk)
    standing.name, standing.district = name, district
    standing.save()
    record("agency.changed", actor=by, at=at, objects=[standing])
    return standing


@transaction.atomic
def let_agency_serve(agency: Agency, *, by: Actor, at: datetime) -> None:
    """An agency that exists already begins to work in the kommun too: police of two kommuner, a shared jour.

    It reads nothing by this: that takes an agreement, a case and a ground. It must have an administrator of its
    own, since no kommun gives accounts at an agency that serves several.

    Raises:
        Denied; Invalid: it has no administrator, or works here already.
    """
    require_kommun(by, Agency, at=at)
    if agency.serves.filter(pk=by.municipality_id).exists():
        raise Invalid({"agency": "Verksamheten arbetar redan i kommunen."})
    if not Assignment.objects.usable(at=at).filter(unit__agency=agency, role=Role.ADMINISTRATOR).exists():
        raise Invalid({"agency": "Verksamheten har ingen egen administratör. Be den kommun där den finns att utse en."})
    agency.serves.add(by.municipality_id)
    record("agency.serves", actor=by, at=at, objects=[agency])


@transaction.atomic
def add_unit(agency: Agency, name: str, *, family_counselling: bool = False, by: Actor, at: datetime) -> Unit:
    """Raises Denied; Invalid: the agency has a unit of that name."""
    require(agency, by, "administer", at=at)
    with kept_by("unit_name_in_agency", Invalid({"name": UNIT_NAME_TAKEN})):
        unit = Unit.objects.create(agency=agency, name=name, family_counselling=family_counselling)
    record("unit.added", actor=by, at=at, objects=[unit, agency])
    return unit


@transaction.atomic
def change_unit(
    unit: Unit, name: str, *, family_counselling: bool | None = None, row_version: int, by: Actor, at: datetime
) -> Unit:
    """Rename a unit, and say whether it is family counselling (None: as it was), which is never asked (OSL 26:3).

    Raises:
        Denied; Conflict: somebody else saved in between; Invalid: the agency has a unit of that name.
    """
    require(unit, by, "administer", at=at)
    standing = locked(unit, row_version)
    standing.name = name
    if family_counselling is not None:
        standing.family_counselling = family_counselling
    with kept_by("unit_name_in_agency", Invalid({"name": UNIT_NAME_TAKEN})):
        standing.save()
    record("unit.changed", actor=by, at=at, objects=[standing])
    return standing


@transaction.atomic
def add_user(
    *, email: str, name: str, qualified: bool, assignment: AssignmentFacts, by: Actor, at: datetime
) -> Assignment:
    """An account with its first assignment; nobody can sign in with it before an invitation has been answered.

    Where the address has an account already (a colleague from elsewhere), that account gets the assignment: the
    name must be the same, so that a mistyped address does not let a stranger in.

    Raises:
        Denied; Invalid: see `check_assignment`; another name stands at the address.
    """
    require_administrator(by)
    email = email.lower()
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, name, qualified_social_worker=qualified)
        record("user.added", actor=by, at=at, objects=[user])
    elif user.name.casefold() != name.casefold():
        raise Invalid({"email": "Adressen hör redan till ett konto med ett annat namn. Kontrollera adress och namn."})
    return give_assignment(user, assignment, by=by, at=at)


def starts_at(first: date, at: datetime) -> datetime:
    """Today means now; a later day means from its beginning."""
    return max(clock.start_of_day(first), at)


def check_assignment(facts: AssignmentFacts, *, at: datetime) -> dict[str, str]:
    """What is wrong with an assignment, field → sentence: kind, role, days. Asks nothing of the database."""
    errors: dict[str, str] = {}
    kind, today = facts.unit.agency.kind, clock.local_day(at)
    if kind in KINDS_WITHOUT_ACCOUNT:
        errors["unit"] = "Föreningar får inga konton. De är med i ärenden utan att logga in."
    if facts.role in SOCIAL_ROLES and kind != AgencyKind.SOCIALTJANST:
        errors["role"] = "Samordnare, handläggare och lots finns bara i socialtjänsten. Välj kontakt eller ersättare."
    if facts.first < today:
        errors["first"] = "Uppdraget kan tidigast börja i dag."
    if facts.last is not None and facts.last < max(facts.first, today):
        errors["last"] = "Sista dagen ligger före den första. Kontrollera datumen."
    return errors


@transaction.atomic
def give_assignment(user: User, facts: AssignmentFacts, *, by: Actor, at: datetime) -> Assignment:
    """Give a user an assignment; it gives a seat in no case by itself.

    Raises:
        Denied: the unit's agency is not the actor's to administer, or the user is the actor.
        Invalid: see `check_assignment`; the same assignment stands already in that time; the account is closed.
    """
    require(facts.unit, by, "administer", at=at)
    if user.pk == by.user_id:
        raise Invalid({"role": OWN_ASSIGNMENT})
    errors = check_assignment(facts, at=at)
    if not user.is_active:
        errors[""] = "Kontot är stängt. Öppna det först, på användarens sida."
    if errors:
        raise Invalid(errors)
    held = Invalid({"role": "Personen har redan samma uppdrag i enheten under den tiden."})
    with kept_by("one_such_assignment_at_a_time", held):
        made = Assignment.objects.create(
            user=user,
            unit=facts.unit,
            role=facts.role,
            names_contacts=facts.names_contacts,
            valid_from=starts_at(facts.first, at),
            valid_to=facts.valid_to,
        )
    record("assignment.given", actor=by, at=at, objects=[made, user], detail={"role": facts.role})
    return made


@transaction.atomic
def change_user(
    user: User, *, name: str, email: str, qualified: bool, active: bool, row_version: int, by: Actor, at: datetime
) -> User:
    """Change an account. Closing it ends every assignment in force at that instant (P-A12).

    Raises:
        Denied: somebody else answers for one of the user's assignments. Conflict: somebody saved in between.
        Invalid: the address is taken, or the actor closes the own account.
    """
    require(user, by, "change", at=at)
    standing = locked(user, row_version)
    email = email.lower()
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Invalid({"email": "Adressen hör redan till ett annat konto."})
    if user.pk == by.user_id and not active:
        raise Invalid({"active": "Ditt eget konto stängs av en annan administratör."})
    closing = standing.is_active and not active
    if closing:
        for assignment in Assignment.objects.not_over(at=at).filter(user=user).order_by("pk"):
            end_assignment(assignment, last=None, replacement=None, row_version=assignment.row_version, by=by, at=at)
    if email != standing.email:  # a link that went to the address of before is a stranger's, if that was mistyped
        Invitation.objects.filter(user=user, accepted_at=None, revoked_at=None).update(revoked_at=at)
    standing.name, standing.email, standing.qualified_social_worker = name, email, qualified
    standing.is_active = active
    standing.save()
    if closing:
        for effect in USER_CLOSED:
            effect(standing, at)
    record("user.closed" if closing else "user.changed", actor=by, at=at, objects=[standing])
    return standing


@transaction.atomic
def end_assignment(
    assignment: Assignment,
    *,
    last: date | None,
    replacement: Assignment | None,
    row_version: int,
    by: Actor,
    at: datetime,
) -> None:
    """End an assignment, at once or after its last day. Everything ends at that instant (P-A12).

    At once: the seats in this kommun end; cases that the user led go to `replacement`, or to the unit, whose
    managers are told that an owner is needed. With a later day the seats stay until then, and end by the rule
    itself; the managers find the case without an owner that day. An assignment that has not begun is taken away.

    Raises:
        Denied: not the actor's to administer. Conflict: somebody saved in between, or it has ended.
        Invalid: one's own; the day has passed; the replacement cannot lead the cases.
    """
    require(assignment, by, "administer", at=at)
    if assignment.user_id == by.user_id:
        raise Invalid(OWN_ASSIGNMENT)
    standing = locked(assignment, row_version)
    if standing.valid_to is not None and standing.valid_to <= at:
        raise Conflict("Uppdraget har redan avslutats.")
    if last is not None and last < clock.local_day(at):
        raise Invalid({"last": "Sista dagen har redan gått. Välj att avsluta genast, eller en dag framåt."})
    record("assignment.ended", actor=by, at=at, objects=[standing], detail={"last": last.isoformat() if last else ""})
    if last is None and standing.valid_from >= at:
        standing.delete()
        return
    standing.valid_to = clock.end_of_day(last) if last else at
    if standing.valid_to <= standing.valid_from:
        raise Invalid({"last": "Sista dagen ligger före uppdragets första dag."})
    standing.save()
    if last is None:
        for effect in ASSIGNMENT_ENDED:
            effect(standing, replacement, at)
        _leave_seats(standing, replacement, by=by, at=at)


def _leave_seats(assignment: Assignment, replacement: Assignment | None, *, by: Actor, at: datetime) -> None:
    """The seats end; what the user led gets a new holder or goes to the unit's managers."""
    seats = list(
        CaseSeat.objects.not_over(at=at)
        .filter(assignment=assignment)
        .select_related("content_object", "participation__case")
        .order_by("pk")
    )
    end_seats(seats, by=by, at=at, reason="assignment_ended")
    for seat in seats:
        if seat.kind not in LEADING_KINDS:
            continue
        try:
            if replacement is None:
                raise WrongSeat
            with transaction.atomic():
                give_seat(seat.participation, replacement, kind=seat.kind, by=by, at=at)
        except Recused:
            _tell_managers(seat, assignment, at)
        except WrongSeat:
            if replacement is not None:
                raise Invalid({"replacement": "Personens uppdrag gäller inte längre. Välj någon annan."}) from None
            _tell_managers(seat, assignment, at)


def _tell_managers(seat: CaseSeat, assignment: Assignment, at: datetime) -> None:
    """An owner is required: whoever manages the case's unit, else the agency's other units, is asked for one."""
    usable = Assignment.objects.usable(at=at).filter(role=Role.MANAGER, unit__agency_id=assignment.unit.agency_id)
    managers = not_recused(usable, seat.content_object.individual_id, at)
    own = managers.filter(unit_id=seat.content_object.owner_unit_id)
    notify(
        "lead_needed",
        assignments=(own if own.exists() else managers).values_list("pk", flat=True),
        case=seat.content_object,
        municipality_id=seat.municipality_id,
        told_at=at,
    )


def may_lead_after(assignment: Assignment, *, at: datetime) -> list[Assignment]:
    """Who can take over what the user led: others in the same unit, in a case role."""
    rows = Assignment.objects.usable(at=at).filter(unit_id=assignment.unit_id, role__in=CASE_ROLES)
    return list(rows.exclude(user_id=assignment.user_id).select_related("user", "unit").order_by("user__name", "pk"))
