"""An administrator lets people in: invitations, and help for those who cannot sign in. Nobody registers themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub import actions, clock, outbox, swedish
from hub.access import find, permitted, require_role
from hub.actions.sign_in import answers_for, by_token
from hub.errors import Conflict, Invalid
from hub.forms.sign_in import AcceptForm, InvitationForm, RecoveryForm
from hub.http import HubRequest, once, page
from hub.links import token_of
from hub.models import Invitation, MailState, Outbox, Role, Unit, User
from hub.policy import administered_units
from hub.views.deeds import attempt, posted

#: The invitation whose link is to be shown on the next page; never the link itself.
LINK_KEY = "invitation_link"


@dataclass(frozen=True, slots=True)
class Letter:
    """How it went with the letter of an invitation: a word with its colour, and what is known."""

    word: str
    colour: str
    known: str
    can_send: bool


def units(request: HubRequest) -> QuerySet[Unit]:
    found = administered_units(request.actor, request.at).select_related("agency")
    return found.order_by("agency__name", "name")


def invitations(request: HubRequest) -> HttpResponse:
    require_role(request.actor, Role.ADMINISTRATOR)
    rows = permitted(Invitation.objects.select_related("unit__agency"), request.actor, at=request.at)
    listed = list(rows.order_by("-invited_at", "-pk")[:100])
    letters = last_letters(listed, request)
    shown = [(row, *state(row, request), _letter(letters.get(row.pk), row, request)) for row in listed]
    return page(request, "hub/invitations.html", {"rows": shown})


def last_letters(rows: Iterable[Invitation], request: HubRequest) -> dict[int, Outbox]:
    """Invitation → its latest letter."""
    sent = Outbox.objects.filter(invitation__in=[row.pk for row in rows])
    found = permitted(sent, request.actor, at=request.at).order_by("pk")
    return {letter.invitation_id: letter for letter in found if letter.invitation_id is not None}


def _letter(letter: Outbox | None, row: Invitation, request: HubRequest) -> Letter:
    """What the outbox knows, said no more surely than it is known."""
    open_ = row.waits(at=request.at)
    if letter is None:
        return Letter("Ej mejlad", "neutral", "Hubben har inte skickat länken med e-post.", open_)
    trouble = outbox.TROUBLES.get(letter.trouble, "")
    match letter.state:
        case MailState.SENT:
            when = swedish.moment(letter.sent_at, request.at) if letter.sent_at else ""
            known = f"E-postservern tog emot mejlet {when}. Om det har nått fram eller lästs vet hubben inte."
            return Letter("Mejl skickat", "ok", known, open_)
        case MailState.UNCERTAIN:
            known = f"{trouble} Skickar du igen kan det komma två gånger, med samma länk."
            return Letter("Osäkert om mejlet gick", "warn", known, open_)
        case MailState.FAILED:
            known = f"{trouble} Är adressen fel: dra tillbaka inbjudan och bjud in igen."
            return Letter("Mejlet gick inte fram", "danger", known, open_)
        case _:
            known = trouble or "Mejlet väntar på att skickas. Det brukar ta några sekunder. Ladda om sidan för att se."
            return Letter("Mejlet väntar", "info", known, False)


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
            return _told(request, made[0][0], "Inbjudan är sparad.")
    return page(request, "hub/invitation_new.html", {"form": form}, status=status)


def _told(request: HubRequest, row: Invitation, done: str) -> HttpResponse:
    """The letter waits in the outbox; where nothing is sent by e-mail, the link is shown on the next page."""
    if outbox.delivers():
        said = f"{done} Mejlet med länken skickas till {row.email} inom kort. Här ser du hur det går."
    else:
        request.session[LINK_KEY] = row.pk
        said = f"{done} Länken visas bara nu."
    messages.success(request, said)
    return redirect("hub:invitation", row.ref)


def invitation(request: HubRequest, ref: UUID) -> HttpResponse:
    row = find(
        Invitation.objects.select_related("unit__agency", "invited_by__user"), request.actor, at=request.at, ref=ref
    )
    to_show = request.session.pop(LINK_KEY, None) == row.pk and row.waits(at=request.at)
    link = request.build_absolute_uri(reverse("hub:invitation_accept", args=[token_of(row)])) if to_show else ""
    word, colour = state(row, request)
    context = {
        "row": row,
        "word": word,
        "colour": colour,
        "waits": row.waits(at=request.at),
        "link": link,
        "letter": _letter(last_letters([row], request).get(row.pk), row, request),
        "mails": outbox.delivers(),
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


@require_POST
@once
def send_again(request: HubRequest, ref: UUID) -> HttpResponse:
    """A person's decision: the letter may arrive twice, or its reader has not found it."""
    row = find(Invitation.objects.select_related("unit__agency"), request.actor, at=request.at, ref=ref)
    try:
        actions.send_invitation_again(row, by=request.actor, at=request.at)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("hub:invitation", row.ref)
    return _told(request, row, "Det är ordnat.")


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
            reset = "Inloggningen är återställd, och personen är utloggad överallt."
            if done[0]:
                return _told(request, done[0][0], reset)
            messages.success(request, reset)
            return redirect("hub:recover_sign_in")
    return page(request, "hub/recover_sign_in.html", {"form": form}, status=status)


def _reset(request: HubRequest, form: RecoveryForm) -> tuple[Invitation, str] | None:
    user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
    if user is None or not answers_for(user, by=request.actor, at=request.at):
        raise Invalid({"email": "Ingen annan medarbetare som du ansvarar för har den adressen."})
    unit = units(request).filter(assignments__user=user).distinct()[0]
    return actions.reset_sign_in(
        user, unit, new_password=form.cleaned_data["new_password"], by=request.actor, at=request.at
    )
