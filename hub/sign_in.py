"""The log of sign-ins: Django's own signals are the only place where every way of signing in meets."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from hub import clock
from hub.audit import record
from hub.models import User


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    record("session.signed_in", actor=None, user=user, at=clock.now())


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("session.signed_out", actor=None, user=user, at=clock.now())


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """The address tried is not kept: it may be a person's, and need not be a user's."""
    record("session.sign_in_failed", actor=None, at=clock.now())
