"""Keys for other systems: made once, shown once, gone at once (architecture, "API")."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from hub.access import Actor, require
from hub.audit import record
from hub.errors import Conflict, Invalid
from hub.models import ApiToken, Assignment, TokenScope

#: How every token begins, so that a scanner of leaked secrets knows it.
MARK = "shub_"
PREFIX_LENGTH = 12
LONGEST = timedelta(days=365)
MOST_LIVING = 20
SCREEN_ONLY = "Er verksamhet läser bara på skärm. Därför finns inga nycklar för andra system."


def digest_of(secret: str) -> str:
    """The stored form of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(
    *,
    assignment: Assignment,
    municipality_id: int,
    name: str,
    scopes: list[str],
    expires_at: datetime,
    by: Actor | None,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Make a token that acts under `assignment` in one kommun; returns it with its secret, which is stored nowhere.

    Args:
        assignment: the maker's own, loaded with `user` and `unit__agency`.
        by: None where an operator makes it from the command line.

    Raises:
        Invalid: the agency reads on screen only, the period is too long or over, no scope, or too many already.
    """
    _check(assignment, scopes, expires_at, at)
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=assignment.user,
        assignment=assignment,
        municipality_id=municipality_id,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=digest_of(secret),
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    record(
        "token.made",
        actor=by,
        user=assignment.user,
        municipality_id=municipality_id,
        at=at,
        objects=[token],
        detail={"scopes": sorted(scopes), "expires_at": expires_at.isoformat()},
    )
    return token, secret


def _check(assignment: Assignment, scopes: list[str], expires_at: datetime, at: datetime) -> None:
    if assignment.unit.agency.screen_only:
        raise Invalid(SCREEN_ONLY)
    errors: dict[str, str] = {}
    if not scopes or not set(scopes) <= set(TokenScope.values):
        errors["scopes"] = "Välj vad nyckeln får göra."
    if expires_at <= at or expires_at - at > LONGEST:
        errors["days"] = f"En nyckel gäller som längst i {LONGEST.days} dagar."
    if errors:
        raise Invalid(errors)
    if ApiToken.objects.living(at=at).filter(user_id=assignment.user_id).count() >= MOST_LIVING:
        raise Invalid(f"Du har redan {MOST_LIVING} nycklar. Återkalla en som inte används.")


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor, at: datetime) -> ApiToken:
    """Revoke at this instant: the very next request with it is refused.

    Raises:
        Denied: it is somebody else's. Conflict: it no longer lives.
    """
    require(token, by, "revoke", at=at)
    hit = ApiToken.objects.living(at=at).filter(pk=token.pk).update(revoked_at=at)
    if not hit:
        raise Conflict("Nyckeln gäller inte längre.")
    token.refresh_from_db()
    record("token.revoked", actor=by, at=at, objects=[token])
    return token
