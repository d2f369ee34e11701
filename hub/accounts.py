"""Sign-in: accounts are made by an administrator, never by the person who wants in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

INACTIVE = _("Kontot är avstängt. Kontakta den som sköter konton hos din arbetsgivare.")

WRONG = _(
    "E-postadressen eller lösenordet stämmer inte. Se efter att adressen är den från din arbetsgivare och att "
    "Caps Lock inte är på, och försök igen. Har du glömt lösenordet: kontakta den som sköter konton hos er."
)
TOO_MANY = _(
    "Det har varit för många försök. Vänta några minuter och försök igen. "
    "Har du glömt lösenordet: kontakta den som sköter konton hos er."
)


class NoSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes allauth's own registration; a person gets in through an assignment (P-A2)."""

    #: Said at the form. None of them tells whether there is an account with that address (P-A15).
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "account_inactive": INACTIVE,
        "incorrect_password": _("Lösenordet stämmer inte. Skriv det en gång till."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser | Any) -> HttpResponse:
        """Said only after the right password, so it tells a stranger nothing."""
        messages.error(request, INACTIVE)
        return redirect("account_login")
