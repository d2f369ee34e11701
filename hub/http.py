"""The edge: the typed request, forms that count once, and answers for what was refused."""

import functools
import uuid
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from hub.access import Actor
from hub.audit import Trail
from hub.models import Submission, User


class HubRequest(HttpRequest):
    """A request of someone who is signed in and acts under an assignment in force."""

    user: User
    actor: Actor
    at: datetime
    trail: Trail
    htmx: HtmxDetails


View = Callable[..., HttpResponse]

#: Routes that need nobody signed in, each with its reason. Everything else needs a user and an assignment.
PUBLIC: dict[str, str] = {
    "account_login": "this is where one signs in",
    "hub:demo_login": "demo mode only: signs in as the invented cast",
    "healthz": "tells that the process lives, nothing else",
    "readyz": "tells whether database, broker, migrations and worker answer, nothing else",
    "hub:accessibility": "the statement must be public (R55)",
    "hub:set_theme": "light or dark, a cookie",
    "hub:invitation_accept": "whoever holds the link of an invitation makes their account with it",
    "mfa_authenticate": "the second step: the password was right, nobody is signed in yet",
    "mfa_login_webauthn": "signing in with a passkey",
    "openid_connect_login": "leads to the employer's identity provider",
    "openid_connect_callback": "comes back from it; finds an account, never makes one",
    "socialaccount_login_cancelled": "says that nobody signed in there",
    "triage:external": "those with a duty to report choose where (P-T1); tells which agencies take reports",
    "triage:external_form": "they report without an account; it takes in and shows nothing of what is stored",
    "triage:external_thanks": "says the number that stands in the address, and looks nothing up",
}
#: Routes for users without any assignment in force.
WITHOUT_ASSIGNMENT: dict[str, str] = {
    "account_logout": "whoever is signed in may sign out",
    "hub:no_assignment": "says that there is no assignment, and whom to ask",
    "hub:my_sign_in": "one's own ways of signing in",
    "hub:session_end": "one's own sessions",
    "account_change_password": "one's own password",
    "account_reauthenticate": "proves that it is still the same person",
    "mfa_reauthenticate": "as above",
    "mfa_reauthenticate_webauthn": "as above",
    "mfa_activate_totp": "one's own second step",
    "mfa_deactivate_totp": "as above",
    "mfa_add_webauthn": "as above",
    "mfa_remove_webauthn": "as above",
    "mfa_view_recovery_codes": "as above",
    "mfa_generate_recovery_codes": "as above",
    "mfa_index": "leads to one's own ways of signing in",
    "mfa_list_webauthn": "as above",
    "hub:stay": "keeps a session awake",
}
#: Routes before the second step is in place: to make it, to prove oneself for that, or to leave.
WITHOUT_SECOND_FACTOR: frozenset[str] = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "hub:second_factor",
        "hub:stay",
        "hub:no_assignment",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def uuid_or_none(text: str) -> uuid.UUID | None:
    """A reference as an address or a form carries it; None for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def once(view: View) -> View:
    """Let a form count once: the same key again leads to the first answer, not to a second deed (P-Q3).

    The form carries `once`, a random key made when it was shown (`{% once %}`). The row is inserted in the
    transaction of the deed, so that a second press waits for the first and then finds its answer.
    """

    @functools.wraps(view)
    def wrapper(request: HubRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key = uuid_or_none(request.POST.get("once", ""))
        if key is None:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                submission = Submission.objects.create(key=key, user=request.user, sent_at=request.at)
        except IntegrityError:
            earlier = Submission.objects.filter(key=key, user=request.user).first()
            return redirect(earlier.location if earlier and earlier.location else "hub:home")
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            submission.location = response.url[:300]
            submission.save(update_fields=["location"])
        elif place := getattr(response, "sent_again", ""):  # what was done is shown once: the second press leads here
            submission.location = place
            submission.save(update_fields=["location"])
        else:
            submission.delete()
        return response

    return wrapper


def is_first(request: HubRequest) -> bool:
    """Whether what a script sends over again with the same key (`once`) is sent for the first time (P-Q3).

    The key is kept in the deed's own transaction; a second one waits for the first. Without a key everything counts.
    """
    key = uuid_or_none(request.POST.get("once", ""))
    if key is None:
        return True
    try:
        with transaction.atomic():
            Submission.objects.create(key=key, user=request.user, sent_at=request.at)
    except IntegrityError:
        return False
    return True


def client_address(request: HttpRequest) -> str:
    """Who called, for the log: behind TRUSTED_PROXY_COUNT proxies, the address that the outermost of them saw.

    What stands further left in X-Forwarded-For was sent by the caller and can be anything.
    """
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    address = seen[-proxies].strip() if 0 < proxies <= len(seen) else ""
    return (address or str(request.META.get("REMOTE_ADDR", "")))[:45]


def page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Render a page; an htmx request that names a fragment in the template (`template#fragment`) gets that."""
    return render(request, template, context, status=status)
