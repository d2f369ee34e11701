"""The way into an installation where nobody can sign in yet: a kommun's first administrator.

For whoever runs the servers, from the command line only (`create_administrator`). From then on every account is made by
an administrator (P-A2).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from hub.actions.sign_in import waiting
from hub.audit import record
from hub.errors import Invalid
from hub.links import fingerprint, new_token
from hub.models import OUTSIDE_KINDS, Agency, AgencyKind, Assignment, Invitation, Municipality, Role, Unit, User

HAS_ONE = "Kommunen har redan en administratör som kan bjuda in fler, under Administration."


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFacts:
    """Who, and the agency of the kommun's own and its unit where the administrator works; made where they are not."""

    email: str
    name: str
    agency: str
    unit: str
    kind: str = AgencyKind.SOCIALTJANST.value


@transaction.atomic
def set_up_administrator(facts: FirstFacts, *, kommun: Municipality, at: datetime) -> tuple[Invitation, str]:
    """Give a kommun without an administrator its first; returns the invitation and its token, to choose a password by.

    Asked again for the same address it makes a new link, and every earlier one stops working. In the caller's kommun.

    Raises:
        Invalid: the kommun has another administrator; the kind is never the kommun's own; the address has an account
            with another name, or one that is closed.
    """
    Municipality.objects.select_for_update().get(pk=kommun.pk)
    user = User.objects.filter(email__iexact=facts.email).first()
    there = Assignment.objects.usable(at=at).filter(role=Role.ADMINISTRATOR, unit__agency__municipality=kommun)
    assignment = there.filter(user=user).select_related("unit", "user").first() if user else None
    new = assignment is None
    if assignment is None:
        if there.exists():
            raise Invalid({"kommun": HAS_ONE})
        assignment = Assignment.objects.create(
            user=_account(facts, user), unit=_unit(facts, kommun), role=Role.ADMINISTRATOR, valid_from=at
        )
    row, token = _link(assignment, at=at)
    record(
        "administrator.set_up",
        actor=None,
        at=at,
        municipality_id=kommun.pk,
        objects=[assignment.user, assignment, row],
        detail={"new": new},
    )
    return row, token


def _account(facts: FirstFacts, user: User | None) -> User:
    if user is None:
        return User.objects.create_user(facts.email, facts.name)
    if user.name.casefold() != facts.name.casefold() or not user.is_active:
        raise Invalid({"email": "Adressen hör till ett konto med ett annat namn, eller till ett som är stängt."})
    return user


def _unit(facts: FirstFacts, kommun: Municipality) -> Unit:
    if facts.kind in OUTSIDE_KINDS:
        raise Invalid({"kind": f"{AgencyKind(facts.kind).label} är aldrig en del av kommunen."})
    agency = Agency.objects.filter(municipality=kommun, name__iexact=facts.agency).first()
    if agency is None:
        agency = Agency.objects.create(name=facts.agency, kind=facts.kind, municipality=kommun)
        agency.serves.add(kommun)
    unit, _made = Unit.objects.get_or_create(agency=agency, name=facts.unit)
    return unit


def _link(assignment: Assignment, *, at: datetime) -> tuple[Invitation, str]:
    """Whoever runs the servers invites on behalf of nobody: the account invites itself."""
    user = assignment.user
    waiting(at=at).filter(user=user).update(revoked_at=at)
    row = Invitation(
        email=user.email,
        name=user.name,
        unit=assignment.unit,
        user=user,
        invited_by=assignment,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    token = new_token(row.ref)
    row.token_fingerprint = fingerprint(token)
    row.save(force_insert=True)
    return row, token
