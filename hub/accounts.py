"""Sign-in: accounts are made by an administrator, never by the person who wants in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

INACTIVE = _("Kontot är avstängt. Kontakta den som sköter konton hos din arbetsgivare.")


class NoSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes allauth's own registration; a person gets in through an assignment (P-A2)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser | Any) -> HttpResponse:
        """Said only after the right password, so it tells a stranger nothing."""
        messages.error(request, INACTIVE)
        return redirect("account_login")
