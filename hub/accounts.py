"""Sign-in: accounts are made by an administrator, never by the person who wants in.

What django-allauth leaves to the house: the locked door and when it opens, the second step, and sign-in at the
employer's identity provider, which finds an account but never makes one.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub import crypto, sessions, swedish
from hub.audit import record
from hub.kept import is_kept
from hub.models import Assignment, User

INACTIVE = _("Kontot är avstängt. Kontakta den som sköter konton hos din arbetsgivare.")
LOCKED = "För många misslyckade försök. Av säkerhetsskäl är inloggningen spärrad en stund. Försök igen {when}."
#: One answer for whatever an identity provider says that does not lead to an account (P-A15).
NO_ACCOUNT = "Inloggningen gick inte att koppla till något konto här. Kontakta den som sköter konton hos er."
TOO_WEAK = "Inloggningen hade för låg tillitsnivå. Logga in med din tjänstelegitimation."

WRONG = _(
    "E-postadressen eller lösenordet stämmer inte. Se efter att adressen är den från din arbetsgivare och att "
    "Caps Lock inte är på, och försök igen. Har du glömt lösenordet: kontakta den som sköter konton hos er."
)
TOO_MANY = _(
    "Det har varit för många försök. Vänta några minuter och försök igen. "
    "Har du glömt lösenordet: kontakta den som sköter konton hos er."
)


def instant(request: HttpRequest) -> datetime:
    """The instant of the request, which HubMiddleware asked the clock for."""
    at: datetime = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    return at


class NoSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes allauth's own registration; a person gets in through an assignment (P-A2)."""

    #: Said at the form. None of them tells whether there is an account with that address (P-A15).
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "account_inactive": INACTIVE,
        "incorrect_password": _("Lösenordet stämmer inte. Skriv det en gång till."),
        "too_many_login_attempts": LOCKED.format(when="om en kvart"),
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """An address also where there is none (a Unix socket): then all share one limit, rather than none."""
        return str(ratelimit_ip(request))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser | Any) -> HttpResponse:
        """Said only after the right password, so it tells a stranger nothing."""
        messages.error(request, INACTIVE)
        return redirect("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("hub:my_sign_in")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Whoever was signed out while writing comes back to what they wrote (P-Q3)."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return redirect("hub:kept") if is_kept(user, at=instant(request)) else response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """The limit counts the address tried, account or not, so that being locked out tells nothing either."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            sentence = locked_until(request, key, at=instant(request))
            raise ValidationError(sentence, code="too_many_login_attempts") from None

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Passwords and codes of the second step are limited alike; each refusal is recorded."""
        if code == "too_many_login_attempts":
            user = context.request.user
            record(
                "session.locked", actor=None, at=instant(context.request), user=user if user.is_authenticated else None
            )
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Signing in a moment ago is as good as giving the password once more."""
        request = context.request
        began = sessions.began_at(request)
        recent = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        if began is not None and instant(request) < began + recent:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def ratelimit_ip(request: HttpRequest) -> str:
    from allauth.core.internal.httpkit import get_client_ip

    return get_client_ip(request) or "0.0.0.0"  # noqa: S104  # a name for "no address", nothing listens on it


def locked_until(request: HttpRequest, key: str, *, at: datetime) -> str:
    """The sentence for a locked door: when the oldest failure that counts has become old enough."""
    opens = at
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        address = ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
        history = cache.get(address, [])
        if len(history) >= rate.amount:
            freed = datetime.fromtimestamp(history[rate.amount - 1] + rate.duration, UTC)
            opens = max(opens, freed)
    # A minute is added so that the clock on the wall is never a few seconds early.
    return LOCKED.format(when=f"efter klockan {swedish.clock_time(opens + timedelta(minutes=1))}")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step: secrets encrypted as personnummer are, and no way out of what the role needs."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Koden stämmer inte. Vänta på en ny kod i appen och försök igen."),
        "cannot_delete_authenticator": _(
            "Du behöver minst ett extra inloggningssteg. Lägg till ett annat först, ta sedan bort det här."
        ),
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text.encode())

    def build_totp_svg(self, url: str) -> str:
        """Drawn in the page itself: the content security policy lets no image in by `data:`."""
        svg = str(super().build_totp_svg(url))
        shape = svg[svg.index("<svg") :].replace("svg:", "")
        return shape.replace("<svg", '<svg role="img" aria-label="QR-kod för din app" class="qr"', 1)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Min passkey" if count == 0 else f"Passkey {count + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays as long as an assignment of the user needs it."""
        factors = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        )
        return factors.exclude(pk=authenticator.pk).exists() or not needs_factor(
            authenticator.user_id, at=instant(context.request)
        )


def needs_factor(user_id: int, *, at: datetime) -> bool:
    usable = Assignment.objects.usable(at=at).filter(user_id=user_id, role__in=settings.SECOND_FACTOR_ROLES)
    return bool(settings.SECOND_FACTOR_ROLES) and usable.exists()


class ExternalAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in at an identity provider: by a verified address, to an account that exists (P-X6, R47)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account, test the level of assurance, keep none of what else the provider told.

        Raises:
            ImmediateHttpResponse: back to sign-in with a sentence; the reason is in the log only.
        """
        asked = sociallogin.provider.app.settings
        acr = str(sociallogin.account.extra_data.get("id_token", {}).get("acr", ""))
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        user = sociallogin.user if sociallogin.is_existing else self._by_address(sociallogin)
        at = instant(request)
        if user is None or not user.is_active:
            self._refuse(request, NO_ACCOUNT, {"why": "account", "provider": sociallogin.account.provider}, at)
        if asked["acr_values"] and acr not in {*asked["acr_values"], *asked["second_factor_acr"]}:
            self._refuse(request, TOO_WEAK, {"why": "acr", "acr": acr[:200]}, at)
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
            record("external.linked", actor=None, user=user, at=at, detail={"provider": sociallogin.account.provider})
        if acr and acr in asked["second_factor_acr"]:
            sessions.prove_factor(request, user)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """There is no page of connected accounts: the link is made by the address, not by hand."""
        return reverse("hub:my_sign_in")

    def _by_address(self, sociallogin: Any) -> User | None:
        verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified is True}
        found = User.objects.filter(email__in=verified)
        return found.get() if len(found) == 1 else None

    def _refuse(self, request: HttpRequest, sentence: str, detail: dict[str, str], at: datetime) -> NoReturn:
        record("session.refused", actor=None, at=at, detail=detail)
        messages.error(request, sentence)
        raise ImmediateHttpResponse(redirect("account_login"))
