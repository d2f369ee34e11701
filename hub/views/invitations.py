"""An administrator lets people in: invitations, and help for those who cannot sign in. Nobody registers themselves."""

from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from hub import actions, clock
from hub.access import find, permitted, require_role
from hub.actions.sign_in import answers_for, by_token, waiting
from hub.errors import Conflict, Invalid
from hub.forms.sign_in import AcceptForm, InvitationForm, RecoveryForm
from hub.http import HubRequest, once, page
from hub.models import Invitation, Role, Unit, User
from hub.policy import administered_units
from hub.views.deeds import attempt, posted

LINK_KEY = "invitation_link"


def units(request: HubRequest) -> QuerySet[Unit]:
    found = administered_units(request.actor, request.at).select_related("agency")
    return found.order_by("agency__name", "name")


def invitations(request: HubRequest) -> HttpResponse:
    require_role(request.actor, Role.ADMINISTRATOR)
    rows = permitted(Invitation.objects.select_related("unit__agency"), request.actor, at=request.at)
    listed = list(rows.order_by("-invited_at", "-pk")[:100])
    return page(request, "hub/invitations.html", {"rows": [(row, *state(row, request)) for row in listed]})


def state(row: Invitation, request: HubRequest) -> tuple[str, str]:
    """The word for where the invitation stands, and its colour."""
    if row.accepted_at is not None:
        return "Besvarad", "ok"
    if row.revoked_at is not None:
        return "Tillbakadragen", "neutral"
    return ("Har gått ut", "neutral") if row.expires_at <= request.at else ("Väntar på svar", "info")


@once
def invitation_new(request: HubRequest) -> HttpResponse:
    require_role(request.actor, Role.ADMINISTRATOR)
    form = InvitationForm(posted(request), units=units(request), on=clock.local_day(request.at))
    status = 200
    if request.method == "POST":
        made: list[tuple[Invitation, str]] = []
        status = 422
        if form.is_valid():
            status = attempt(form, lambda: made.append(actions.invite(form.facts(), by=request.actor, at=request.at)))
        if status == 200:
            return _told(request, *made[0])
    return page(request, "hub/invitation_new.html", {"form": form}, status=status)


def _told(request: HubRequest, row: Invitation, token: str) -> HttpResponse:
    """Send the link, or show it once where nothing is sent by e-mail."""
    link = request.build_absolute_uri(reverse("hub:invitation_accept", args=[token]))
    if sends_mail():
        _send(row, link)
        messages.success(request, f"Länken är skickad till {row.email}.")
    else:
        request.session[LINK_KEY] = [row.pk, link]
        messages.success(request, "Länken är klar. Den visas bara nu.")
    return redirect("hub:invitation", row.ref)


def sends_mail() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def _send(row: Invitation, link: str) -> None:
    """A letter with nothing in it but the link; it leaves only if what it tells of was stored."""
    text = render_to_string("hub/mail/invitation.txt", {"link": link, "renews": row.user_id, "until": row.expires_at})
    subject = "Välj ett nytt lösenord" if row.user_id else "Du är inbjuden till Samverkanshubb"
    transaction.on_commit(lambda: send_mail(subject, text, None, [row.email]), robust=True)


def invitation(request: HubRequest, ref: UUID) -> HttpResponse:
    row = find(
        Invitation.objects.select_related("unit__agency", "invited_by__user"), request.actor, at=request.at, ref=ref
    )
    pk, link = request.session.pop(LINK_KEY, (None, ""))
    word, colour = state(row, request)
    context = {
        "row": row,
        "word": word,
        "colour": colour,
        "waits": waiting(at=request.at).filter(pk=row.pk).exists(),
        "link": link if pk == row.pk else "",
        "now": request.at,
    }
    return page(request, "hub/invitation.html", context)


@once
def revoke(request: HubRequest, ref: UUID) -> HttpResponse:
    row = find(Invitation.objects.select_related("unit__agency"), request.actor, at=request.at, ref=ref)
    if request.method == "POST":
        actions.revoke_invitation(row, by=request.actor, at=request.at)
        messages.success(request, "Inbjudan är tillbakadragen. Länken fungerar inte längre.")
    return redirect("hub:invitation", row.ref)


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link; every link that does not work gets the same answer (P-A15)."""
    at = request.at  # type: ignore[attr-defined]  # set by HubMiddleware
    row = by_token(token, at=at)
    if row is None:
        return page(request, "hub/invitation_invalid.html", {}, status=404)
    form = AcceptForm(posted(request), email=row.email, renews=row.user_id is not None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = actions.accept_invitation(token, name=data.get("name", row.name), password=data["password1"], at=at)
        except Conflict:
            return page(request, "hub/invitation_invalid.html", {}, status=404)
        return _first_sign_in(request, user)
    context = {"form": form, "row": row, "renews": row.user_id is not None}
    return page(request, "hub/invitation_accept.html", context, status=422 if form.is_bound else 200)


def _first_sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """The password has just been chosen; a user with a second step of their own still has to give it."""
    if Authenticator.objects.filter(user=user).exists():
        messages.success(request, "Lösenordet är bytt. Logga in med det.")
        return redirect("account_login")
    record_authentication(request, user, method="password")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    messages.success(request, "Välkommen! Ditt konto är klart.")
    return redirect("hub:home")


@once
def recover(request: HubRequest) -> HttpResponse:
    """A colleague has lost the phone, the key or the password."""
    require_role(request.actor, Role.ADMINISTRATOR)
    form = RecoveryForm(posted(request))
    status = 200
    if request.method == "POST":
        done: list[tuple[Invitation, str] | None] = []
        status = attempt(form, lambda: done.append(_reset(request, form))) if form.is_valid() else 422
        if status == 200:
            messages.success(request, "Inloggningen är återställd, och personen är utloggad överallt.")
            return _told(request, *done[0]) if done[0] else redirect("hub:recover_sign_in")
    return page(request, "hub/recover_sign_in.html", {"form": form}, status=status)


def _reset(request: HubRequest, form: RecoveryForm) -> tuple[Invitation, str] | None:
    user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
    if user is None or not answers_for(user, by=request.actor, at=request.at):
        raise Invalid({"email": "Ingen annan medarbetare som du ansvarar för har den adressen."})
    unit = units(request).filter(assignments__user=user).distinct()[0]
    renewed = actions.reset_sign_in(
        user, unit, new_password=form.cleaned_data["new_password"], by=request.actor, at=request.at
    )
    _tell(user)
    return renewed


def _tell(user: User) -> None:
    """The user is told at once, by a letter without any content but that it happened (where letters are sent)."""
    if sends_mail():
        text = render_to_string("hub/mail/sign_in_reset.txt", {})
        transaction.on_commit(lambda: send_mail("Din inloggning är återställd", text, None, [user.email]), robust=True)
