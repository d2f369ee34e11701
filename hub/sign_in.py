"""The log of sign-ins, and what a session carries from its first moment.

Django's and django-allauth's signals are the only places where every way of signing in meets.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_removed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from hub import clock, devices, kept, sessions
from hub.audit import record
from hub.models import Assignment, User


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Start the clocks of the session and bind it to the assignment that it acts under (P-A12)."""
    at = clock.now()
    sessions.begin(request, at=at)
    first = Assignment.objects.usable(at=at).filter(user_id=user.pk).order_by("valid_from", "pk").first()
    if first is not None:
        request.session[sessions.ASSIGNMENT_KEY] = first.pk
    request.session.pop(sessions.MUNICIPALITY_KEY, None)
    devices.seen(request, user, at=at)
    kept.forget_old(at=at)
    record("session.signed_in", actor=None, user=user, at=at, detail={"how": _how(request, user)})


def _how(request: HttpRequest, user: User) -> list[str]:
    """The steps of this sign-in, in order: password, an identity provider's name, the kind of second step."""
    records = request.session.get("account_authentication_methods", [])
    if request.session.get("account_authentication_methods_user") != str(user.pk):
        return []
    return [str(step.get("type") or step.get("provider") or step["method"]) for step in records]


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """A session that ended by itself has said why already."""
    if user is not None and not getattr(request, "session_over", None):
        record("session.signed_out", actor=None, user=user, at=clock.now())
    if user is not None and request.session.session_key:
        UserSession.objects.filter(user=user, session_key=request.session.session_key).delete()


@receiver(user_login_failed)
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """The address tried is not kept: it may be a person's, and need not be a user's."""
    record("session.sign_in_failed", actor=None, at=clock.now())


# --- the second step ----------


@receiver(authentication_step_completed)
def step_taken(sender: Any, request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    if method == "mfa":
        sessions.prove_factor(request, user)


@receiver(authentication_failed)
def step_failed(sender: Any, user: User, **kwargs: Any) -> None:
    record("session.second_factor_failed", actor=None, user=user, at=clock.now())


@receiver(post_save, sender=Authenticator)
def factor_added(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """Recorded in the transaction that makes it; allauth's own signal comes after the commit, when it could be lost.

    Adding an app or a key proves it; codes on paper come along and prove nothing.
    """
    if not created:
        return
    record("factor.added", actor=None, user=instance.user, at=clock.now(), detail={"type": instance.type})
    request = context.request
    if request is not None and request.user == instance.user and instance.type != Authenticator.Type.RECOVERY_CODES:
        sessions.prove_factor(request, instance.user)


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        sessions.forget_factor(request)
    record("factor.removed", actor=None, user=user, at=clock.now(), detail={"type": authenticator.type})


@receiver(password_changed)
def changed_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password closes every other session (Django refuses them too, but the list must say so)."""
    devices.end(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))
    record("password.changed", actor=None, user=user, at=clock.now())
