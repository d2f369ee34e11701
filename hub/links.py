"""The secret of an invitation's link: made from a key that the database does not hold, and stored nowhere.

The row keeps a fingerprint, so that a link can be recognised. The link itself is made again whenever it is needed: when
its letter is sent, or when it is shown to the administrator. Whoever copies the database, or the outbox, opens nothing.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from hub.models import Invitation

SALT = "hub.links.invitation"


def fingerprint(token: str) -> str:
    """What is stored of a token. It cannot be guessed, so that one round of hashing is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(ref: UUID) -> str:
    """The token of the invitation with this reference, under the key of today."""
    return _token(ref, settings.SECRET_KEY)


def _token(ref: UUID, key: str) -> str:
    digest = salted_hmac(SALT, str(ref), secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_of(invitation: Invitation) -> str:
    """The token that opens the invitation.

    Where no key of this installation makes the one that the row knows (the key was changed without a fallback), the
    row gets a new one, and the link that was given before stops working.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = _token(invitation.ref, key)
        if hmac.compare_digest(fingerprint(token), invitation.token_fingerprint):
            return token
    token = new_token(invitation.ref)
    invitation.token_fingerprint = fingerprint(token)
    invitation.save(update_fields=["token_fingerprint"])
    return token
