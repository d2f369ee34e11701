"""Letting people in and out: invitations, renewed sign-in, sessions that are closed (P-A12, P-Q5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, models, transaction

from hub import clock, devices, outbox
from hub.access import Actor, Denied, may
from hub.actions.messages import notify
from hub.actions.organisation import AssignmentFacts, check_assignment
from hub.audit import current_trail, record
from hub.errors import Conflict, Invalid
from hub.links import fingerprint, new_token
from hub.models import TROUBLE, ApiToken, Assignment, Invitation, MailState, Outbox, Unit, User
from hub.policy import administered_units
from hub.tenancy import set_context

HAS_ACCOUNT = "Det finns redan ett konto med den adressen. Lägg till ett uppdrag på kontot i stället."
WAITING = "Det finns redan en inbjudan till den adressen som väntar på svar. Dra tillbaka den först."


@dataclass(frozen=True, slots=True)
class Invited:
    """What an administrator writes about the person invited. An empty role: an account without an assignment."""

    email: str
    name: str
    unit: Unit
    role: str = ""
    assignment_from: datetime | None = None
    assignment_to: datetime | None = None


@transaction.atomic
def invite(facts: Invited, *, by: Actor, at: datetime) -> tuple[Invitation, str]:
    """Prepare an account, lay the letter with its link in the outbox, and return the invitation with the link's token.

    The token is never stored (`hub.links`).

    Raises:
        Denied: `by` is no administrator in force, or the unit is not one of theirs.
        Invalid: the address has an account that is in use, or an invitation that waits.
    """
    require_administrator(by, facts.unit, at=at)
    given = AssignmentFacts(unit=facts.unit, role=facts.role, first=clock.local_day(at))
    if wrong := check_assignment(given, at=at):  # no more by a letter than by hand
        raise Invalid(wrong)
    email = facts.email.lower()
    if waiting(at=at).filter(email=email).exists():
        raise Invalid({"email": WAITING})
    if (user := User.objects.filter(email__iexact=email).first()) is not None:
        return _issue(_for_prepared_account(user, facts, by=by, at=at), email=user.email, user=user, by=by, at=at)
    if facts.assignment_to is not None and facts.assignment_to <= (facts.assignment_from or at):
        raise Invalid({"assignment_to": "Slutdagen måste komma efter den första dagen."})
    return _issue(facts, email=email, user=None, by=by, at=at)


def _for_prepared_account(user: User, facts: Invited, *, by: Actor, at: datetime) -> Invited:
    """An account that an administrator has made already, with its assignments, and that nobody has used yet."""
    unused = user.is_active and not user.has_usable_password() and user.last_login is None
    if not unused or not answers_for(user, by=by, at=at):
        raise Invalid({"email": HAS_ACCOUNT})
    if facts.role:
        raise Invalid({"role": "Kontot finns redan med sitt uppdrag. Välj ”Inget uppdrag än”."})
    return Invited(email=user.email, name=user.name, unit=facts.unit)


def require_administrator(by: Actor, unit: Unit, *, at: datetime) -> None:
    """The actor lets people into the unit.

    Raises:
        Denied: they do not.
    """
    if not administered_units(by, at).filter(pk=unit.pk).exists():
        raise Denied("invite", unit)


def answers_for(user: User, *, by: Actor, at: datetime) -> bool:
    """Whether the actor administers every unit where the user works or will work, and is not the user.

    Whoever renews the sign-in of a colleague from elsewhere could take over what is read there.
    """
    return user.pk != by.user_id and may(user, by, "change", at=at)


def _issue(facts: Invited, *, email: str, user: User | None, by: Actor, at: datetime) -> tuple[Invitation, str]:
    invitation = Invitation(
        email=email,
        name=facts.name,
        unit=facts.unit,
        role=facts.role,
        assignment_from=facts.assignment_from,
        assignment_to=facts.assignment_to,
        user=user,
        invited_by_id=by.assignment_id,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
    )
    token = new_token(invitation.ref)
    invitation.token_fingerprint = fingerprint(token)
    invitation.save(force_insert=True)
    outbox.put_letter(outbox.INVITATION, invitation=invitation, municipality_id=by.municipality_id, told_at=at)
    detail = {"role": facts.role, "renews": user is not None}
    record("invitation.made", actor=by, at=at, objects=[invitation], detail=detail)
    return invitation, token


def waiting(*, at: datetime) -> models.QuerySet[Invitation]:
    """Invitations whose link still works at `at`."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


def by_token(token: str, *, at: datetime) -> Invitation | None:
    """The invitation that a link opens; None for every other link, whatever is wrong with it."""
    found = waiting(at=at).filter(token_fingerprint=fingerprint(token)).select_related("user", "unit__agency")
    return found.first()


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """Make the account with its assignment, or give the account that exists its new password.

    The transaction works in the kommun of whoever invited, where the log of it belongs.

    Raises:
        Conflict: the link has stopped working meanwhile.
    """
    waits = waiting(at=at).select_for_update(of=("self",)).filter(token_fingerprint=fingerprint(token))
    invitation = waits.select_related("user", "invited_by__unit__agency").first()
    if invitation is None:
        raise Conflict("Länken gäller inte längre. Be om en ny.")
    kommun, trail = invitation.invited_by.unit.agency.municipality_id, current_trail()
    set_context(municipality_id=kommun, request_id=trail.request_id if trail else None)
    user = invitation.user
    if user is None:
        user = _new_user(invitation, name=name, password=password)
        _give_assignment(invitation, user, at=at)
    else:
        if not user.is_active:
            raise Conflict("Länken gäller inte längre. Be om en ny.")
        user.set_password(password)
        user.save(update_fields=["password"])
        record("password.changed", actor=None, user=user, at=at)
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record("invitation.accepted", actor=None, user=user, at=at, objects=[invitation], municipality_id=kommun)
    return user


def _new_user(invitation: Invitation, *, name: str, password: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(invitation.email, name, password)
    except IntegrityError:
        raise Conflict("Länken gäller inte längre. Be om en ny.") from None


def _give_assignment(invitation: Invitation, user: User, *, at: datetime) -> None:
    begins = max(at, invitation.assignment_from or at)
    ended = invitation.assignment_to is not None and invitation.assignment_to <= begins
    if invitation.role and not ended:
        Assignment.objects.create(
            user=user, unit=invitation.unit, role=invitation.role, valid_from=begins, valid_to=invitation.assignment_to
        )


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Make the link useless.

    Raises:
        Denied: `by` does not administer the unit.
        Conflict: it has been accepted or revoked already.
    """
    require_administrator(by, invitation.unit, at=at)
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not open_ones.update(revoked_at=at):
        raise Conflict("Inbjudan är redan besvarad eller tillbakadragen.")
    waits = Outbox.objects.filter(invitation=invitation, state=MailState.WAITING)
    waits.update(state=MailState.CANCELLED, trouble="unwanted")
    record("invitation.revoked", actor=by, at=at, objects=[invitation])


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Send the letter with the link once more, or, where nothing is sent by e-mail, let the link be shown again.

    A letter in trouble goes out again as it was; one that was accepted and did not reach its reader gets a successor.

    Raises:
        Denied: `by` does not administer the unit.
        Conflict: the link works no longer, or the letter is on its way.
    """
    require_administrator(by, invitation.unit, at=at)
    if waiting(at=at).select_for_update(of=("self",)).filter(pk=invitation.pk).first() is None:
        raise Conflict("Inbjudan väntar inte längre på svar.")
    last = Outbox.objects.filter(invitation=invitation).order_by("pk").last()
    if outbox.delivers() and last is not None and last.state in (MailState.WAITING, MailState.SENDING):
        raise Conflict("Mejlet är redan på väg.")
    if outbox.delivers() and last is not None and last.state in TROUBLE:
        outbox.resend(last, by=by, at=at)
    else:
        outbox.put_letter(outbox.INVITATION, invitation=invitation, municipality_id=by.municipality_id, told_at=at)
    record("invitation.sent_again", actor=by, at=at, objects=[invitation], detail={"shown": not outbox.delivers()})


@transaction.atomic
def reset_sign_in(
    user: User, unit: Unit, *, new_password: bool, by: Actor, at: datetime
) -> tuple[Invitation, str] | None:
    """Take away a colleague's second step, sessions and keys and, when asked, renew the password by a link.

    Raises:
        Denied: `by` does not administer every unit of the user, or is the user.
    """
    require_administrator(by, unit, at=at)
    if not answers_for(user, by=by, at=at):
        raise Denied("reset_sign_in", user)
    factors, _models = Authenticator.objects.filter(user=user).delete()
    closed = devices.end(UserSession.objects.filter(user=user))
    # What whoever had the account may have left behind: keys for other systems, and the links of earlier letters.
    tokens = ApiToken.objects.living(at=at).filter(user=user).update(revoked_at=at)
    Invitation.objects.filter(user=user, accepted_at=None, revoked_at=None).update(revoked_at=at)
    renewed = None
    if new_password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        facts = Invited(email=user.email, name=user.name, unit=unit)
        renewed = _issue(facts, email=user.email, user=user, by=by, at=at)
    held = user.assignments.usable(at=at).filter(unit=unit).values_list("pk", flat=True)
    notify("sign_in_reset", assignments=held, case=None, municipality_id=by.municipality_id, told_at=at)
    outbox.put_letter(outbox.SIGN_IN_RESET, user=user, municipality_id=by.municipality_id, told_at=at)
    detail = {"factors": factors, "sessions": closed, "tokens": tokens, "password": new_password}
    record("factor.reset", actor=by, at=at, objects=[user], detail=detail)
    return renewed


@transaction.atomic
def end_sessions(user: User, rows: models.QuerySet[UserSession], *, at: datetime) -> int:
    """Close some of one's own sessions; returns how many."""
    closed = devices.end(rows.filter(user=user))
    if closed:
        record("session.revoked", actor=None, user=user, at=at, objects=[user], detail={"sessions": closed})
    return closed
