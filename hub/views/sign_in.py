"""One's own sign-in: the second step, where one is signed in, and text that waited while one signed in again."""

from allauth.account import views as account_views
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hub import kept, sessions
from hub.actions.sign_in import end_sessions
from hub.devices import devices
from hub.http import HubRequest, page


@require_safe
def my_sign_in(request: HubRequest) -> HttpResponse:
    """Everything about how one signs in, on one page."""
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((f for f in factors if f.type == Authenticator.Type.RECOVERY_CODES), None)
    return page(
        request,
        "hub/my_sign_in.html",
        {
            "app": next((f for f in factors if f.type == Authenticator.Type.TOTP), None),
            "passkeys": [f for f in factors if f.type == Authenticator.Type.WEBAUTHN],
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
            "has_password": request.user.has_usable_password(),
            "devices": devices(request, at=request.at),
            "now": request.at,
            "idle_minutes": settings.SESSION_IDLE_MINUTES,
            "max_hours": settings.SESSION_MAX_HOURS,
        },
    )


def change_password(request: HubRequest) -> HttpResponse:
    """allauth's page, for those who have a password at all."""
    if not request.user.has_usable_password():
        return redirect("hub:my_sign_in")
    response: HttpResponse = account_views.password_change(request)
    return response


@require_POST
def session_end(request: HubRequest) -> HttpResponse:
    """Close one of one's own sessions, or all but this one."""
    others = UserSession.objects.exclude(session_key=request.session.session_key)
    wanted = request.POST.get("session", "")
    rows = others if wanted == "all" else others.filter(pk=int(wanted) if wanted.isdecimal() else 0)
    if end_sessions(request.user, rows, at=request.at):
        messages.success(request, "Utloggningen är gjord. Det som var öppet där går inte längre att läsa.")
    else:
        messages.info(request, "Det fanns ingen annan inloggning att avsluta.")
    return redirect("hub:my_sign_in")


@require_safe
def second_factor(request: HubRequest) -> HttpResponse:
    """The one page that a role with a required second step reaches before it has one."""
    if not sessions.lacks_factor(request, request.actor.role):
        return redirect("hub:kept" if kept.is_kept(request.user, at=request.at) else "hub:home")
    return page(request, "hub/second_factor.html", {})


@require_safe
def stay(request: HubRequest) -> HttpResponse:
    """A request that only says "still here"; every request keeps the session awake."""
    return HttpResponse(status=204)


def kept_text(request: HubRequest) -> HttpResponse:
    """What was typed when the session ended: to read, mend and send again, or throw away."""
    if request.method == "POST":  # "Kasta": the middleware has thrown it away
        messages.success(request, "Texten är kastad.")
        return redirect("hub:home")
    found = kept.kept_for(request.user, at=request.at)
    if not found:
        return redirect("hub:home")
    return page(request, "hub/kept.html", {"found": found, "now": request.at})
