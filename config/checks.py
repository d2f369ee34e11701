"""Checks that refuse an unsafe start. Each has an id and a hint; `manage.py check --deploy` runs them all."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections

from hub.database_role import current_role

# Every key in tests/settings.py begins so: a key that is in the repository protects nothing.
TEST_KEY_MARK = "endast-for-test"
MIN_SECRET_LENGTH = 50


@register(Tags.security)
def keys_are_secret(**_: Any) -> list[CheckMessage]:
    """A start without DEBUG needs keys of its own (P-L1, R54)."""
    if settings.DEBUG:
        return []
    problems: list[CheckMessage] = []
    for name in ("SECRET_KEY", "LOOKUP_KEY"):
        if getattr(settings, name).startswith((TEST_KEY_MARK, "django-insecure")):
            problems.append(_known_key(name))
    if any(_decoded(key).startswith(TEST_KEY_MARK.encode()) for key in settings.FIELD_ENCRYPTION_KEYS):
        problems.append(_known_key("FIELD_ENCRYPTION_KEYS"))
    if len(settings.SECRET_KEY) < MIN_SECRET_LENGTH:
        problems.append(Error("SECRET_KEY is too short.", hint="Use at least 50 random characters.", id="config.E002"))
    return problems


def _known_key(name: str) -> Error:
    return Error(
        f"{name} is a key from the test settings.",
        hint="Make keys of your own; see docs/operations.md.",
        id="config.E001",
    )


def _decoded(key: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(key)
    except (ValueError, binascii.Error):
        return b""


@register(Tags.security)
def demo_stays_on_this_machine(**_: Any) -> list[CheckMessage]:
    """DEMO gives sign-in without a password, so only loopback may have it."""
    if not settings.DEMO_ASKED_FOR or settings.DEMO:
        return []
    return [
        Error(
            "DEMO is set but ALLOWED_HOSTS names hosts outside this machine.",
            hint="Remove DEMO, or let ALLOWED_HOSTS hold only localhost, 127.0.0.1 and [::1].",
            id="config.E003",
        )
    ]


@register(Tags.database)
def role_is_limited(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The application's role must not be able to pass row-level security or change the audit tables.

    Commands of the owner (`migrate`) are meant to run with its rights and are not judged.
    """
    if settings.DEBUG or settings.AS_OWNER:
        return []
    return [problem for alias in databases or [] for problem in role_problems(alias)]


def role_problems(alias: str) -> list[CheckMessage]:
    """What is wrong with the role of one connection.

    Raises:
        OperationalError: the database does not answer.
    """
    role = current_role(alias)
    found = (
        (role.superuser, "is a superuser", "config.E004"),
        (role.bypasses_row_security, "may bypass row-level security", "config.E005"),
        (role.owns_tables, "owns tables", "config.E006"),
    )
    hint = "Connect as hub_app (deploy/roles.sql), or set DATABASE_ROLE=hub_app."
    return [Error(f"The database role {role.name} {what}.", hint=hint, id=id_) for wrong, what, id_ in found if wrong]


def refuse_unsafe_start() -> None:
    """Stop a serving process whose configuration is unsafe.

    A database that does not answer yet is no reason: `/readyz` says so, and judges the role when it does.

    Raises:
        ImproperlyConfigured: with every error and its hint.
    """
    try:
        problems = run_checks(tags=[Tags.security, Tags.database], databases=["default"])
    except OperationalError:
        problems = run_checks(tags=[Tags.security])
    finally:
        connections["default"].close()
    errors = [f"{problem.id}: {problem.msg} {problem.hint}" for problem in problems if problem.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(errors))
