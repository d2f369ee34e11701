"""Encryption of single fields and keyed look-up of what is encrypted (P-I1, R42).

The database holds neither key: who copies it learns no personnummer, and cannot try all of them against the
look-up column. No error and no log line from here carries content.
"""

import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MIN_LOOKUP_KEY = 32  # bytes
_DOMAIN = b"hub.lookup.v1"


class Undecryptable(Exception):
    """The stored bytes were not made with any key that this installation has, or were changed."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS needs at least one Fernet key")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS holds something that is no Fernet key") from None


def _current() -> MultiFernet:
    """Encrypts with the newest key (first in the setting) and decrypts with any of them."""
    return _box(tuple(settings.FIELD_ENCRYPTION_KEYS))


def encrypt(text: str) -> bytes:
    """`text` as an authenticated token under the newest key; equal texts give different tokens."""
    return _current().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """The text of a token made by `encrypt`. Raises Undecryptable."""
    try:
        return _current().decrypt(token).decode()
    except InvalidToken:
        raise Undecryptable("no key of this installation opens the stored value") from None


def rotate(token: bytes) -> bytes:
    """The same content under the newest key, with its original time stamp. Raises Undecryptable."""
    try:
        return _current().rotate(token)
    except InvalidToken:
        raise Undecryptable("no key of this installation opens the stored value") from None


def lookup(text: str, *, scope: int | str) -> str:
    """A keyed fingerprint (64 hex digits) for finding an encrypted value by equality.

    `scope` is the agency: the same personnummer at two agencies gives unrelated fingerprints, so that
    nobody with the table can see that a person is known to both (P-A15, R1). Raises ImproperlyConfigured
    for a weak key.
    """
    key = str(settings.LOOKUP_KEY).encode()
    if len(key) < MIN_LOOKUP_KEY:
        raise ImproperlyConfigured(f"LOOKUP_KEY must be at least {MIN_LOOKUP_KEY} bytes")
    if len(key) > hashlib.blake2b.MAX_KEY_SIZE:
        key = hashlib.blake2b(key).digest()
    domain = str(scope).encode()
    message = len(domain).to_bytes(4, "big") + domain + text.encode()
    return hashlib.blake2b(message, key=key, digest_size=32, person=_DOMAIN).hexdigest()
